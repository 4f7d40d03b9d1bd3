-- One import of a list into a population: read at once, or by a job that stages the items and makes them the population's at its end.
create table population_import (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  population_id uuid not null,
  evidence_id uuid not null,
  -- How the file is to be read, and for which time, as JSON.
  choices text not null,
  state text not null check (state in ('UNDER_WAY', 'DONE', 'REFUSED', 'CANCELLED')),
  reason text,
  ended_at timestamptz,
  -- Under which the items that it brought are kept; population.import_id while they are the population's.
  items_id uuid,
  -- How far the present attempt came. No change of these is in the trail: they follow from the file.
  attempt_id uuid,
  rows_read integer not null check (rows_read >= 0),
  problem_count integer not null check (problem_count >= 0),
  problems text not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, population_id) references population (firm_id, id),
  foreign key (firm_id, evidence_id) references evidence (firm_id, id),
  check ((state = 'UNDER_WAY') = (ended_at is null)),
  check ((state = 'REFUSED') = (reason is not null)),
  check ((state = 'DONE') = (items_id is not null))
);
create index population_import_of_population on population_import (firm_id, population_id);
create index population_import_of_evidence on population_import (firm_id, evidence_id);
select wall('population_import', 'firm'), changeable('population_import');

alter table population
  add column latest_import_id uuid,
  add column is_importing boolean not null default false,
  -- When the firm's retention had its list disposed of: what no sample drew is removed, and the file it came from.
  add column items_disposed_at timestamptz,
  add check (not is_importing or (latest_import_id is not null and state = 'DRAFT'));
