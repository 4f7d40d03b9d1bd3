-- Procedures, populations, samples, results.

create table procedure (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  control_id uuid not null,
  ref text not null,
  methods text[] not null check (methods <@ array['INQUIRY', 'OBSERVATION', 'INSPECTION', 'REPERFORMANCE']),
  aspects text[] not null check (aspects <@ array['DESIGN', 'IMPLEMENTATION', 'OPERATION']),
  objective text not null,
  steps text not null,
  workpaper_ref text,
  assignee_id uuid,
  state text not null check (state in ('PLANNED', 'IN_PROGRESS', 'PREPARED', 'REVIEWED')),
  outcome text check (outcome in ('NO_EXCEPTIONS', 'EXCEPTIONS', 'NOT_OPERATED', 'UNABLE_TO_TEST')),
  outcome_note text,
  persons_asked text,
  prepared_by uuid,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, control_id) references control (firm_id, id),
  foreign key (firm_id, assignee_id) references member (firm_id, id),
  constraint procedure_ref_unique unique (firm_id, engagement_id, ref),
  -- Sets: at least one, none twice.
  constraint procedure_methods_once check (methods <> '{}' and cardinality(methods) = ('INQUIRY' = any(methods))::int
    + ('OBSERVATION' = any(methods))::int + ('INSPECTION' = any(methods))::int + ('REPERFORMANCE' = any(methods))::int),
  constraint procedure_aspects_once check (aspects <> '{}' and cardinality(aspects) = ('DESIGN' = any(aspects))::int
    + ('IMPLEMENTATION' = any(aspects))::int + ('OPERATION' = any(aspects))::int)
);
create index procedure_of_control on procedure (firm_id, control_id);
select wall('procedure', 'firm'), changeable('procedure');

create table attribute (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  procedure_id uuid not null,
  letter text not null check (letter ~ '^[A-Z]$'),
  description text not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, procedure_id) references procedure (firm_id, id),
  constraint attribute_letter_unique unique (firm_id, procedure_id, letter)
);
select wall('attribute', 'firm'), changeable('attribute');
grant delete on attribute to fieldwork_service;

-- A signature on a procedure. `content_digest` binds it to what was signed; a signature that no longer holds is withdrawn, never removed.
create table sign_off (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  procedure_id uuid not null,
  level text not null check (level in ('PREPARER', 'REVIEWER')),
  member_id uuid not null,
  content_digest text not null,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, procedure_id) references procedure (firm_id, id),
  foreign key (firm_id, member_id) references member (firm_id, id)
);
create unique index sign_off_in_force on sign_off (firm_id, procedure_id, level) where withdrawn_at is null;
create index sign_off_of_procedure on sign_off (firm_id, procedure_id);
create index sign_off_of_engagement on sign_off (firm_id, engagement_id);
select wall('sign_off', 'firm'), changeable('sign_off');

create table population (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  control_id uuid not null,
  title text not null,
  source_system text not null,
  query text not null,
  parameters text not null,
  extracted_at timestamptz not null,
  extracted_by text not null,
  completeness_check text,
  accuracy_check text,
  absence_check text,
  state text not null check (state in ('DRAFT', 'FROZEN')),
  import_id uuid,
  -- The engagement's period when the items were imported: the engagement's own may change afterwards.
  period_start date,
  period_end date,
  evidence_id uuid,
  key_column text,
  date_column text,
  columns text[],
  -- How the list was read from its file, as JSON.
  list_reading text,
  item_count integer,
  digest text,
  frozen_by uuid,
  frozen_at timestamptz,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, control_id) references control (firm_id, id)
);
create index population_of_control on population (firm_id, control_id);
create index population_of_engagement on population (firm_id, engagement_id);
select wall('population', 'firm'), changeable('population');

-- The items of one import. A second import of a draft population has an id of its own; the rows of the first stay.
create table population_item (
  -- No reference to the firm: the one to the population carries it, and each costs a million rows a third of their time.
  firm_id uuid not null,
  engagement_id uuid not null,
  population_id uuid not null,
  import_id uuid not null,
  ordinal integer not null,
  item_key text not null,
  occurred_on date,
  cells text[] not null,
  primary key (firm_id, import_id, ordinal),
  foreign key (firm_id, population_id) references population (firm_id, id),
  constraint population_item_key_unique unique (firm_id, import_id, item_key)
);
select wall('population_item', 'firm'), written_once('population_item');

create table sample (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  procedure_id uuid not null,
  population_id uuid not null,
  basis text not null check (basis in ('FREQUENCY_TABLE', 'STATISTICAL', 'AUTOMATED_ONE', 'JUDGMENT')),
  method text not null check (method in ('RANDOM', 'SYSTEMATIC', 'STRATIFIED', 'ENTIRE_POPULATION', 'HAPHAZARD', 'BLOCK', 'TARGETED')),
  risk text check (risk in ('LOW', 'MODERATE', 'HIGH')),
  confidence_bp integer not null check (confidence_bp between 1 and 9999),
  tolerable_rate_bp integer not null check (tolerable_rate_bp between 1 and 9999),
  expected_rate_bp integer check (expected_rate_bp between 0 and 9999),
  recommended_size integer,
  size integer not null,
  size_reason text,
  methodology_version text not null,
  algorithm text not null,
  algorithm_version integer not null,
  seed text,
  parameters text not null,
  population_digest text not null,
  population_size integer not null,
  is_statistical boolean not null,
  item_count integer not null default 0,
  tested_count integer not null default 0,
  deviation_count integer not null default 0,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, procedure_id) references procedure (firm_id, id),
  foreign key (firm_id, population_id) references population (firm_id, id),
  constraint sample_once_per_procedure unique (firm_id, procedure_id)
);
create index sample_of_engagement on sample (firm_id, engagement_id);
select wall('sample', 'firm'), changeable('sample');

create table sample_item (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  sample_id uuid not null,
  position integer not null,
  ordinal integer not null,
  item_key text not null,
  occurred_on date,
  cells text[] not null,
  rank text not null,
  drawn_as text not null check (drawn_as in ('INITIAL', 'EXTENSION', 'REPLACEMENT')),
  replaces_id uuid,
  outcome text check (outcome in ('NO_DEVIATION', 'DEVIATION', 'NOT_APPLICABLE', 'AWAITING_EVIDENCE', 'UNABLE_TO_TEST')),
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, sample_id) references sample (firm_id, id),
  constraint sample_item_position_unique unique (firm_id, sample_id, position),
  constraint sample_item_key_unique unique (firm_id, sample_id, item_key)
);
select wall('sample_item', 'firm'), changeable('sample_item');

create table result (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  procedure_id uuid not null,
  sample_id uuid not null,
  sample_item_id uuid not null,
  attribute_id uuid not null,
  outcome text not null check (outcome in ('NO_DEVIATION', 'DEVIATION', 'NOT_APPLICABLE', 'AWAITING_EVIDENCE', 'UNABLE_TO_TEST')),
  note text,
  corrected_from text check (corrected_from in ('NO_DEVIATION', 'DEVIATION', 'NOT_APPLICABLE', 'AWAITING_EVIDENCE', 'UNABLE_TO_TEST')),
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  explanation_state text check (explanation_state in ('PROPOSED', 'APPROVED', 'REJECTED')),
  explanation_reason text,
  explained_by uuid,
  explained_at timestamptz,
  explanation_decided_by uuid,
  explanation_decided_at timestamptz,
  explanation_decision_note text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, sample_item_id) references sample_item (firm_id, id),
  foreign key (firm_id, attribute_id) references attribute (firm_id, id),
  constraint result_unique unique (firm_id, sample_item_id, attribute_id),
  constraint result_corrected_away check (corrected_from not in ('NO_DEVIATION', 'NOT_APPLICABLE', 'AWAITING_EVIDENCE') and corrected_from <> outcome)
);
create index result_of_sample on result (firm_id, sample_id);
create index result_of_procedure on result (firm_id, procedure_id);
create index result_not_passed on result (firm_id, engagement_id) where outcome <> 'NO_DEVIATION';
select wall('result', 'firm'), changeable('result');
