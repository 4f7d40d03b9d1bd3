-- Exceptions, management's responses, materiality, opinion, report.

create table exception (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  client_id uuid not null,
  number integer not null,
  control_id uuid,
  procedure_id uuid,
  kind text not null check (kind in ('OPERATING_DEVIATION', 'DESIGN_DEFICIENCY', 'DESCRIPTION_MISSTATEMENT', 'SCOPE_LIMITATION')),
  category text not null check (category in ('CONTROL_GAP', 'OPERATING_INEFFECTIVENESS', 'POLICY_NON_COMPLIANCE', 'DATA_BREACH', 'INSUFFICIENT_DOCUMENTATION', 'THIRD_PARTY_NON_COMPLIANCE', 'EMPLOYEE_NEGLIGENCE')),
  cause text not null check (cause in ('PLANNING', 'DOCUMENTATION', 'CRITERIA_MISALIGNMENT', 'HUMAN_ERROR', 'TRAINING', 'MONITORING', 'VENDOR', 'RESOURCES', 'INCIDENT_RESPONSE', 'ORGANIZATIONAL_CHANGE', 'TOOLING', 'PROCESS_GAP', 'OVERSIGHT', 'OTHER', 'UNDER_INVESTIGATION')),
  state text not null check (state in ('DRAFT', 'CONFIRMED', 'COMMUNICATED', 'CONCLUDED', 'CORRECTED', 'WITHDRAWN')),
  title text not null,
  criteria_codes text[] not null,
  control_ref text,
  expected_operation text not null,
  condition text not null,
  tested_count integer,
  deviation_count integer,
  deviating_items text[] not null default '{}',
  failed_from date,
  failed_to date,
  potential_impact text not null,
  cause_note text,
  evidence_note text,
  section_four_text text not null,
  author_ids uuid[] not null check (cardinality(author_ids) > 0),
  confirmed_by uuid,
  confirmed_at timestamptz,
  communicated_by uuid,
  communicated_at timestamptz,
  response_due_on date,
  overdue_note text,
  concluded_at timestamptz,
  withdrawn_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  unique (firm_id, id, client_id),
  foreign key (firm_id, engagement_id, client_id) references engagement (firm_id, id, client_id),
  foreign key (firm_id, control_id) references control (firm_id, id),
  foreign key (firm_id, procedure_id) references procedure (firm_id, id),
  constraint exception_number_unique unique (firm_id, engagement_id, number)
);
create index exception_of_client on exception (firm_id, client_id, state, id);
create index exception_of_control on exception (firm_id, control_id);
select wall('exception', 'client', 'communicated_at is not null'), changeable('exception');

-- Which deviations an exception reports. A deviation may come under another exception after the first was withdrawn.
create table exception_deviation (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  exception_id uuid not null,
  result_id uuid not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, exception_id) references exception (firm_id, id),
  foreign key (firm_id, result_id) references result (firm_id, id),
  constraint exception_deviation_unique unique (firm_id, exception_id, result_id)
);
create index exception_deviation_of_result on exception_deviation (firm_id, result_id);
create index exception_deviation_of_engagement on exception_deviation (firm_id, engagement_id);
select wall('exception_deviation', 'firm'), written_once('exception_deviation');

create table management_response (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  client_id uuid not null,
  exception_id uuid not null,
  state text not null check (state in ('DRAFT', 'IN_APPROVAL', 'SUBMITTED', 'RETURNED', 'ACCEPTED')),
  acknowledgement text,
  root_cause_category text check (root_cause_category in ('PLANNING', 'DOCUMENTATION', 'CRITERIA_MISALIGNMENT', 'HUMAN_ERROR', 'TRAINING', 'MONITORING', 'VENDOR', 'RESOURCES', 'INCIDENT_RESPONSE', 'ORGANIZATIONAL_CHANGE', 'TOOLING', 'PROCESS_GAP', 'OVERSIGHT', 'OTHER', 'UNDER_INVESTIGATION')),
  root_cause text,
  remediation jsonb not null default '[]',
  responsible text,
  target_on date,
  prevention_of_recurrence text,
  declined_reason text,
  returned_reason text,
  inconsistency text,
  drafted_by uuid not null,
  submitted_number integer,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, exception_id, client_id) references exception (firm_id, id, client_id),
  constraint response_once_per_exception unique (firm_id, exception_id)
);
create index management_response_of_engagement on management_response (firm_id, engagement_id);
select wall('management_response', 'client'), changeable('management_response');

-- What management submitted, each time: never changed.
create table response_version (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  client_id uuid not null,
  response_id uuid not null,
  number integer not null,
  content jsonb not null,
  sha256 text not null,
  submitted_by uuid not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, response_id) references management_response (firm_id, id),
  constraint response_version_unique unique (firm_id, response_id, number)
);
select wall('response_version', 'client'), written_once('response_version');

create table materiality_decision (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  exception_id uuid not null,
  material boolean not null,
  pervasive boolean not null,
  factors jsonb not null,
  compensating_control_ids uuid[] not null default '{}',
  rationale text not null,
  state text not null check (state in ('PROPOSED', 'APPROVED')),
  decided_by uuid not null,
  decided_at timestamptz not null,
  -- When its outcome was changed last, and from what.
  outcome_changed_at timestamptz,
  changed_from jsonb,
  approved_by uuid,
  approved_at timestamptz,
  returned_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, exception_id) references exception (firm_id, id),
  constraint materiality_changed_from check ((outcome_changed_at is null) = (changed_from is null)),
  constraint materiality_once_per_exception unique (firm_id, exception_id),
  constraint materiality_pervasive_is_material check (material or not pervasive)
);
create index materiality_of_engagement on materiality_decision (firm_id, engagement_id);
select wall('materiality_decision', 'firm'), changeable('materiality_decision');

create table opinion (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  conclusions jsonb not null,
  overall text not null check (overall in ('UNQUALIFIED', 'QUALIFIED', 'ADVERSE', 'DISCLAIMER')),
  proposal_digest text not null,
  differs boolean not null,
  rationale text,
  -- Of each modified subject matter its basis; and what the report draws attention to beside.
  bases jsonb not null,
  emphases jsonb not null,
  decided_by uuid not null,
  decided_at timestamptz not null,
  agreed_by uuid,
  agreed_at timestamptz,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  constraint opinion_once_per_engagement unique (firm_id, engagement_id)
);
select wall('opinion', 'firm'), changeable('opinion');

create table report (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  client_id uuid not null,
  number text not null,
  dated_on date not null,
  model text not null,
  sha256 text not null,
  trail_position bigint not null,
  trail_hash text not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id, client_id) references engagement (firm_id, id, client_id),
  constraint report_once_per_engagement unique (firm_id, engagement_id),
  constraint report_number_unique unique (firm_id, number)
);
select wall('report', 'client'), written_once('report');
