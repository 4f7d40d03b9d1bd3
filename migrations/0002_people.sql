-- Firms, people, memberships and how they sign in.

create table firm (
  firm_id uuid primary key,
  id uuid not null check (id = firm_id),
  name text not null,
  city text not null,
  last_report_number integer not null default 0,
  version integer not null default 1,
  created_by uuid,
  created_at timestamptz not null
);
select wall('firm', 'shared'), changeable('firm');

create table client (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  name text not null,
  version integer not null default 1,
  created_by uuid,
  created_at timestamptz not null,
  primary key (firm_id, id),
  constraint client_name_unique unique (firm_id, name)
);
alter table client enable row level security;
alter table client force row level security;
create policy tenant on client using (
  firm_id = nullif(current_setting('app.firm_id', true), '')::uuid
  and (nullif(current_setting('app.client_id', true), '') is null
    or id = nullif(current_setting('app.client_id', true), '')::uuid));
select changeable('client');

-- A person across firms. No tenant's transaction can read it: only the identity realm, which signs people in.
create table user_account (
  id uuid primary key,
  email text not null constraint user_account_email_unique unique,
  password_hash text not null,
  created_at timestamptz not null,
  password_changed_at timestamptz not null
);
alter table user_account enable row level security;
alter table user_account force row level security;
create policy identity on user_account using (current_setting('app.realm', true) = 'identity');
grant select, insert, update on user_account to fieldwork_service;

-- One person's place in one firm or at one client of it. Name and e-mail are the tenant's own copy.
create table member (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  user_id uuid,
  email text not null,
  name text not null,
  firm_role text check (firm_role in ('FIRM_ADMIN', 'PARTNER', 'MANAGER', 'SENIOR', 'STAFF')),
  client_id uuid,
  client_role text check (client_role in ('CLIENT_ADMIN', 'RESPONDENT', 'CLIENT_VIEWER')),
  state text not null check (state in ('INVITED', 'ACTIVE', 'DISABLED')),
  version integer not null default 1,
  created_by uuid,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, client_id) references client (firm_id, id),
  constraint member_email_unique unique nulls not distinct (firm_id, client_id, email),
  constraint member_of_firm_or_client check ((firm_role is null) <> (client_role is null) and (client_id is null) = (client_role is null))
);
create index member_of_user on member (user_id, firm_id);
-- The identity realm reads the memberships of the one person it has just authenticated, across firms.
alter table member enable row level security;
alter table member force row level security;
create policy tenant on member using (
  (firm_id = nullif(current_setting('app.firm_id', true), '')::uuid
    and (nullif(current_setting('app.client_id', true), '') is null
      or client_id = nullif(current_setting('app.client_id', true), '')::uuid))
  or (current_setting('app.realm', true) = 'identity'
    and user_id = nullif(current_setting('app.user_id', true), '')::uuid));
select changeable('member');

create table invitation (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  member_id uuid not null,
  client_id uuid,
  token_hash bytea not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  version integer not null default 1,
  created_by uuid,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, member_id) references member (firm_id, id)
);
create index invitation_of_member on invitation (firm_id, member_id);
select wall('invitation', 'client'), changeable('invitation');

-- One refresh token each; those that came from one sign-in form a family, which ends as a whole when one is used twice.
create table session (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  family_id uuid not null,
  user_id uuid not null,
  member_id uuid not null,
  token_hash bytea not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  revoked_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, member_id) references member (firm_id, id)
);
create index session_of_family on session (firm_id, family_id);
create index session_of_member on session (firm_id, member_id);
select wall('session', 'shared'), changeable('session');

-- Keys that sign access tokens. The private half is sealed under the service's secret.
create table signing_key (
  id text primary key,
  public_jwk jsonb not null,
  sealed_private bytea not null,
  created_at timestamptz not null,
  retired_at timestamptz
);
-- One key signs at a time, also when two services start at once.
create unique index signing_key_sole_current on signing_key ((true)) where retired_at is null;
alter table signing_key enable row level security;
alter table signing_key force row level security;
create policy identity on signing_key using (current_setting('app.realm', true) = 'identity');
grant select, insert, update on signing_key to fieldwork_service;

-- Failed attempts by account and by address, as keyed digests, within a window of time.
create table throttle (
  subject bytea primary key,
  attempts integer not null,
  window_ends_at timestamptz not null
);
create index throttle_age on throttle (window_ends_at);
alter table throttle enable row level security;
alter table throttle force row level security;
create policy identity on throttle using (current_setting('app.realm', true) = 'identity');
grant select, insert, update, delete on throttle to fieldwork_service;
