-- A person is on one side: a member of a firm holds no membership with a client of that firm. What that needs to be known.

-- The domains of the addresses at which the firm's and each client's own people receive e-mail: lower case, ASCII.
alter table firm
  add column email_domains text[] not null default '{}',
  add constraint firm_email_domains_bounded check (cardinality(email_domains) <= 20);
alter table client
  add column email_domains text[] not null default '{}',
  -- When the first administrator of the client's own accepted: from then on only they change its domains.
  add column administrator_accepted_at timestamptz,
  add constraint client_email_domains_bounded check (cardinality(email_domains) <= 20);

-- A membership of a person found on both sides cannot be used until one of the two is disabled.
alter table member add column suspended_at timestamptz;
create index member_suspended on member (firm_id, id) where suspended_at is not null;
create index member_of_email on member (firm_id, email);

-- Each invitation is shown to the client's administrator: as what, by whom, and whether it was withdrawn before its time.
alter table invitation
  add column client_role text check (client_role in ('CLIENT_ADMIN', 'RESPONDENT', 'CLIENT_VIEWER')),
  add column invited_by_name text,
  add column invited_by_firm boolean not null default true,
  add column voided_at timestamptz;
create index invitation_of_client on invitation (firm_id, client_id, id) where client_id is not null;

-- What was there before this migration. Row-level security holds for the owner too; here the owner speaks for every firm.
alter table firm no force row level security;
alter table client no force row level security;
alter table member no force row level security;
alter table invitation no force row level security;
update firm f set email_domains = array[first.domain]
from (
  select distinct on (firm_id) firm_id, split_part(email, '@', 2) as domain
  from member where firm_role = 'FIRM_ADMIN' order by firm_id, id
) first where f.firm_id = first.firm_id and first.domain ~ '^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*$';
update client c set administrator_accepted_at = own.since
from (
  select firm_id, client_id, min(created_at) as since
  from member where client_role = 'CLIENT_ADMIN' and user_id is not null group by firm_id, client_id
) own where c.firm_id = own.firm_id and c.id = own.client_id;
update invitation i set client_role = m.client_role,
  invited_by_name = (select by.name from member by where by.firm_id = i.firm_id and by.id = i.created_by),
  invited_by_firm = not exists (
    select from member by where by.firm_id = i.firm_id and by.id = i.created_by and by.client_id is not null),
  -- Who withdrew an invitation let it expire at once; otherwise it holds for seven days.
  voided_at = case when i.accepted_at is null and i.expires_at < i.created_at + interval '167 hours' then i.expires_at end
from member m where m.firm_id = i.firm_id and m.id = i.member_id;
alter table firm force row level security;
alter table client force row level security;
alter table member force row level security;
alter table invitation force row level security;
