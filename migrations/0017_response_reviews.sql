-- What the auditor made of a version that management submitted: written once, beside the version, for the client to read too.
-- The name is that of the moment: people of the client see no members of the firm.
create table response_review (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  client_id uuid not null,
  response_version_id uuid not null,
  verdict text not null check (verdict in ('RETURNED', 'ACCEPTED')),
  return_kind text check (return_kind in ('INCONSISTENT', 'MISSTATEMENT_OF_FACT', 'INCOMPLETE')),
  reason text,
  reviewer_name text not null,
  reviewed_by uuid not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, response_version_id) references response_version (firm_id, id),
  constraint response_review_once unique (firm_id, response_version_id),
  check ((verdict = 'RETURNED') = (reason is not null)),
  -- Null also where it was returned before kinds were asked for: what is carried over below.
  constraint response_review_kind check (return_kind is null or verdict = 'RETURNED')
);
select wall('response_review', 'client'), written_once('response_review');

-- Why a version was returned stands with the version. What was returned before: who did it, and when, is in the trail.
alter table management_response no force row level security;
alter table response_version no force row level security;
alter table trail_entry no force row level security;
alter table response_review no force row level security;
insert into response_review (firm_id, id, engagement_id, client_id, response_version_id, verdict, reason, reviewer_name, reviewed_by,
  created_by, created_at)
select r.firm_id, gen_random_uuid(), r.engagement_id, r.client_id, v.id, case r.state when 'ACCEPTED' then r.state else 'RETURNED' end,
  case r.state when 'ACCEPTED' then null else r.returned_reason end, t.actor_name, t.actor_id, t.actor_id, t.at
from management_response r
join response_version v on v.firm_id = r.firm_id and v.response_id = r.id and v.number = r.submitted_number
join lateral (select actor_name, actor_id, at from trail_entry t where t.firm_id = r.firm_id and t.chain_id = r.engagement_id
  and t.action = case r.state when 'ACCEPTED' then 'acceptResponse' else 'returnResponse' end and t.node_id = r.id
  order by t.position desc limit 1) t on true
where r.state = 'ACCEPTED' or r.returned_reason is not null;
alter table management_response force row level security;
alter table response_version force row level security;
alter table trail_entry force row level security;
alter table response_review force row level security;
-- The column returned_reason stays while a version that reads it may still serve; nothing writes it any more.

-- Two names of clients that look the same are one: without joiners, variants and directions, and with single spaces.
alter table client drop constraint client_name_unique;
create unique index client_name_unique on client (firm_id, (btrim(regexp_replace(regexp_replace(normalize(name, NFC),
  '[\u061c\u180b-\u180f\u200c-\u200f\u2066-\u2069\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]', '', 'g'), '\s+', ' ', 'g'))));
