-- The criteria catalogue (reference data, the same for everybody), engagements and what is planned in them.

create table criterion (
  code text primary key,
  category text not null check (category in ('SECURITY', 'AVAILABILITY', 'CONFIDENTIALITY', 'PROCESSING_INTEGRITY', 'PRIVACY')),
  series text not null,
  coso_principle integer,
  title text not null,
  position integer not null unique,
  criteria_version text not null,
  points_of_focus_version text not null
);
grant select on criterion to fieldwork_service;

create table engagement (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  client_id uuid not null,
  kind text not null check (kind in ('SOC2_TYPE_1', 'SOC2_TYPE_2', 'READINESS')),
  state text not null check (state in ('PLANNING', 'FIELDWORK', 'COMPLETION', 'ISSUED', 'ARCHIVED', 'WITHDRAWN')),
  system_name text not null,
  categories text[] not null,
  period_start date,
  period_end date,
  as_of date,
  fieldwork_started_at timestamptz,
  quality_review_cleared_by uuid,
  quality_review_cleared_at timestamptz,
  quality_review_digest text,
  -- The date that the report is to bear.
  report_dated_on date,
  report_dated_at timestamptz,
  withdrawn_reason text,
  -- How the auditor knows that the system uses no subservice organization.
  no_subservice_reason text,
  last_exception_number integer not null default 0,
  version integer not null default 1,
  created_by uuid,
  created_at timestamptz not null,
  primary key (firm_id, id),
  unique (firm_id, id, client_id),
  foreign key (firm_id, client_id) references client (firm_id, id),
  constraint engagement_some_category check (cardinality(categories) between 1 and 5),
  constraint engagement_period check (
    (kind = 'SOC2_TYPE_1' and as_of is not null and period_start is null and period_end is null)
    or (kind <> 'SOC2_TYPE_1' and as_of is null and period_start is not null and period_end >= period_start))
);
create index engagement_of_client on engagement (firm_id, client_id, id);
select wall('engagement', 'client'), changeable('engagement');

create table team_member (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  member_id uuid not null,
  role text not null check (role in ('ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER', 'SECOND_READER', 'MANAGER', 'SENIOR', 'STAFF')),
  independence_statement text,
  independence_confirmed_at timestamptz,
  removed_at timestamptz,
  version integer not null default 1,
  created_by uuid,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, member_id) references member (firm_id, id)
);
create unique index team_member_once on team_member (firm_id, engagement_id, member_id) where removed_at is null;
create unique index team_member_sole_role on team_member (firm_id, engagement_id, role)
  where removed_at is null and role in ('ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER', 'SECOND_READER');
create index team_member_of_member on team_member (firm_id, member_id) where removed_at is null;
select wall('team_member', 'firm'), changeable('team_member');

create table engagement_document (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  kind text not null check (kind in ('ENGAGEMENT_LETTER', 'REPRESENTATION_LETTER', 'SUBSEQUENT_EVENTS_INQUIRY', 'SUBSERVICE_ASSERTION', 'SUBSERVICE_REPRESENTATION_LETTER')),
  dated_on date not null,
  obtained_from text not null,
  -- The organization whose management gave it, of the kinds that are not the client's.
  subservice_organization_id uuid,
  -- Of an engagement letter: who may sign for management, by name; empty where it names no one.
  signatories text[] not null default '{}' check (cardinality(signatories) <= 10),
  -- Of the assertion of an included organization, as its management wrote it: Section II prints it.
  assertion_text text,
  evidence_id uuid not null,
  note text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  constraint engagement_document_of_subservice check ((kind like 'SUBSERVICE%') = (subservice_organization_id is not null)),
  constraint engagement_document_asserts check ((kind = 'SUBSERVICE_ASSERTION') = (assertion_text is not null))
);
create index engagement_document_of_engagement on engagement_document (firm_id, engagement_id, kind);
select wall('engagement_document', 'firm'), written_once('engagement_document');

-- Section III, written by the client, by description criterion.
create table description_section (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  client_id uuid not null,
  criterion text not null check (criterion in ('DC1', 'DC2', 'DC3', 'DC4', 'DC5', 'DC6', 'DC7', 'DC8', 'DC9')),
  text text not null,
  written_at timestamptz not null,
  -- SHA-256 of what it said when testing had begun, and of what it was made to say since.
  tested_digest text check (tested_digest ~ '^[0-9a-f]{64}$'),
  rewritten_digest text check (rewritten_digest ~ '^[0-9a-f]{64}$'),
  rewritten_by uuid,
  rewritten_at timestamptz,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  constraint description_section_rewritten check (num_nulls(tested_digest, rewritten_digest, rewritten_by, rewritten_at) in (0, 4)),
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id, client_id) references engagement (firm_id, id, client_id),
  constraint description_section_unique unique (firm_id, engagement_id, criterion)
);
select wall('description_section', 'client'), changeable('description_section');

create table criterion_exclusion (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  criterion_code text not null references criterion (code),
  reason text not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  constraint criterion_exclusion_unique unique (firm_id, engagement_id, criterion_code)
);
select wall('criterion_exclusion', 'firm'), changeable('criterion_exclusion');
grant delete on criterion_exclusion to fieldwork_service;

-- What changed about scope or period after fieldwork began, and why: disclosed in the report.
create table scope_change (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  change text not null,
  reason text not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id)
);
create index scope_change_of_engagement on scope_change (firm_id, engagement_id, id);
select wall('scope_change', 'firm'), written_once('scope_change');

create table control (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  ref text not null,
  title text not null,
  description text not null,
  owner text not null,
  frequency text not null check (frequency in ('CONTINUOUS', 'MULTIPLE_DAILY', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'SEMI_ANNUAL', 'ANNUAL', 'PER_EVENT')),
  nature text not null check (nature in ('MANUAL', 'AUTOMATED', 'IT_DEPENDENT_MANUAL')),
  type text not null check (type in ('PREVENTIVE', 'DETECTIVE', 'CORRECTIVE')),
  area text not null check (area in ('ACCESS', 'CHANGE', 'VULNERABILITY', 'INCIDENT', 'VENDOR', 'OTHER')),
  is_key boolean not null,
  design_conclusion text check (design_conclusion in ('SUITABLE', 'UNSUITABLE')),
  operation_conclusion text check (operation_conclusion in ('EFFECTIVE', 'NOT_EFFECTIVE', 'NOT_OPERATED', 'UNABLE_TO_TEST')),
  conclusion_rationale text,
  concluded_by uuid,
  concluded_at timestamptz,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  constraint control_ref_unique unique (firm_id, engagement_id, ref)
);
select wall('control', 'firm'), changeable('control');

create table control_criterion (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  control_id uuid not null,
  criterion_code text not null references criterion (code),
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, control_id) references control (firm_id, id),
  constraint control_criterion_unique unique (firm_id, control_id, criterion_code)
);
create index control_criterion_of_engagement on control_criterion (firm_id, engagement_id, criterion_code);
select wall('control_criterion', 'firm'), changeable('control_criterion');
grant delete on control_criterion to fieldwork_service;
