-- Days of a control's time that no population covers: why not, and the tests that cover them in place of a population.
create table population_gap_decision (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  control_id uuid not null,
  gap_from date not null,
  gap_to date not null,
  reason text not null,
  rests_on_ids uuid[] not null check (cardinality(rests_on_ids) between 1 and 20),
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, control_id) references control (firm_id, id),
  constraint population_gap_decision_once unique (firm_id, control_id, gap_from, gap_to),
  check (gap_to >= gap_from)
);
create index population_gap_decision_of_engagement on population_gap_decision (firm_id, engagement_id);
select wall('population_gap_decision', 'firm'), written_once('population_gap_decision');

-- An update procedure: the days that it covers by a test of operation that draws from no population.
alter table procedure
  add column covers_from date,
  add column covers_to date,
  add constraint procedure_covers_days check (num_nulls(covers_from, covers_to) in (0, 2) and covers_to >= covers_from),
  add constraint procedure_covers_operation check (covers_from is null or 'OPERATION' = any (aspects) and methods <> '{INQUIRY}');

-- The column of a list that says which cycle of a periodic control an item covers: a day within it, or its label. What it says stands in
-- the cells, which the digest covers.
alter table population add column covers_column text;
