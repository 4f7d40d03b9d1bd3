-- The firm's library: controls with their tests, from which engagements start. An entry has versions; a version is the text of the
-- control with its tests, written once as a whole.
create table library_control (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  ref text not null,
  retired_at timestamptz,
  retired_by uuid,
  retired_reason text,
  restored_at timestamptz,
  restored_by uuid,
  restored_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  constraint library_control_retired check (num_nulls(retired_at, retired_by, retired_reason) in (0, 3)),
  constraint library_control_restored check (
    num_nulls(restored_at, restored_by, restored_reason) in (0, 3) and (restored_at is null or retired_at is null))
);
create unique index library_control_ref_unique on library_control (firm_id, upper(ref));
select wall('library_control', 'firm'), changeable('library_control');

create table library_control_version (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  library_control_id uuid not null,
  number integer not null check (number > 0),
  effective_at timestamptz not null,
  title text not null,
  description text not null,
  frequency text not null check (frequency in ('CONTINUOUS', 'MULTIPLE_DAILY', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'SEMI_ANNUAL', 'ANNUAL', 'PER_EVENT')),
  nature text not null check (nature in ('MANUAL', 'AUTOMATED', 'IT_DEPENDENT_MANUAL')),
  type text not null check (type in ('PREVENTIVE', 'DETECTIVE', 'CORRECTIVE')),
  area text not null check (area in ('ACCESS', 'CHANGE', 'VULNERABILITY', 'INCIDENT', 'VENDOR', 'OTHER')),
  is_key boolean not null,
  risk text not null check (risk in ('LOW', 'MODERATE', 'HIGH')),
  ipe text,
  criteria_codes text[] not null,
  guidance text,
  reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, library_control_id) references library_control (firm_id, id),
  constraint library_control_version_number unique (firm_id, library_control_id, number),
  -- The first one has none; each revision has its own.
  constraint library_control_version_reason check ((number = 1) = (reason is null))
);
select wall('library_control_version', 'firm'), written_once('library_control_version');

create table library_procedure (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  library_control_version_id uuid not null,
  suffix text not null check (suffix ~ '^[A-Za-z0-9_-]{1,10}$'),
  methods text[] not null check (methods <@ array['INQUIRY', 'OBSERVATION', 'INSPECTION', 'REPERFORMANCE'] and methods <> '{}'),
  aspects text[] not null check (aspects <@ array['DESIGN', 'IMPLEMENTATION', 'OPERATION'] and aspects <> '{}'),
  objective text not null,
  steps text not null,
  -- What each sampled item is checked for: letter and description.
  attributes jsonb not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, library_control_version_id) references library_control_version (firm_id, id)
);
create unique index library_procedure_suffix_unique on library_procedure (firm_id, library_control_version_id, upper(suffix));
select wall('library_procedure', 'firm'), written_once('library_procedure');

-- What was taken from the library, in the version taken: null of what the engagement planned by itself.
alter table control
  add column library_control_version_id uuid,
  add foreign key (firm_id, library_control_version_id) references library_control_version (firm_id, id);
alter table procedure
  add column library_procedure_id uuid,
  add foreign key (firm_id, library_procedure_id) references library_procedure (firm_id, id);
