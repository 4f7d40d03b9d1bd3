-- The work of others that an examination uses: internal auditors of the client, specialists, other practitioners.
create table work_of_others (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  kind text not null check (kind in ('INTERNAL_AUDIT_WORK', 'INTERNAL_AUDIT_ASSISTANCE', 'SPECIALIST', 'OTHER_PRACTITIONER')),
  name text not null,
  performed text not null,
  competence_and_objectivity text not null,
  oversight text not null,
  -- The procedures that it served.
  procedure_ids uuid[] not null default '{}' check (cardinality(procedure_ids) <= 50),
  rests_on_ids uuid[] not null check (cardinality(rests_on_ids) between 1 and 20),
  -- Why the report names another practitioner, for whose work the firm takes no responsibility.
  reference_reason text,
  -- Who wrote any of it: none of them approves it.
  author_ids uuid[] not null check (cardinality(author_ids) between 1 and 30),
  approved_by uuid,
  approved_at timestamptz,
  retired_at timestamptz,
  retired_by uuid,
  retired_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  constraint work_of_others_referred check (reference_reason is null or kind = 'OTHER_PRACTITIONER'),
  constraint work_of_others_tests check (kind not in ('INTERNAL_AUDIT_WORK', 'INTERNAL_AUDIT_ASSISTANCE') or procedure_ids <> '{}'),
  constraint work_of_others_approved check (
    num_nulls(approved_by, approved_at) in (0, 2) and (approved_by is null or approved_by <> all (author_ids))),
  constraint work_of_others_retired check (num_nulls(retired_at, retired_by, retired_reason) in (0, 3))
);
create index work_of_others_of_engagement on work_of_others (firm_id, engagement_id, id);
select wall('work_of_others', 'firm'), changeable('work_of_others');

-- Suspected fraud and noncompliance: recorded by a member of the team who performs work, for the engagement partner alone.
create table suspected_noncompliance (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  kind text not null check (kind in ('FRAUD', 'NONCOMPLIANCE_WITH_LAW', 'INTENTIONAL_ACT_OF_MANAGEMENT')),
  what text not null,
  noticed_on date not null,
  -- [{ name, role, communicatedOn }]
  communicated_to jsonb not null default '[]' check (jsonb_typeof(communicated_to) = 'array' and jsonb_array_length(communicated_to) <= 20),
  evaluation text,
  effect text check (effect in ('NONE', 'EXCEPTION', 'WITHDRAWAL_CONSIDERED')),
  exception_id uuid,
  evaluated_by uuid,
  evaluated_at timestamptz,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, exception_id) references exception (firm_id, id),
  constraint suspected_noncompliance_evaluated check (num_nulls(evaluation, effect, evaluated_by, evaluated_at) in (0, 4)),
  constraint suspected_noncompliance_exception check ((effect is not distinct from 'EXCEPTION') = (exception_id is not null))
);
create index suspected_noncompliance_of_engagement on suspected_noncompliance (firm_id, engagement_id, id);
select wall('suspected_noncompliance', 'firm'), changeable('suspected_noncompliance');
