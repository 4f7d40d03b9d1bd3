-- The seed of a population is settled once, when it is frozen, and its samples have no other. What it covers is fixed with it.
alter table population
  -- What a person added before the items came.
  add column seed_contribution text,
  add column seed_contributed_by uuid,
  add column seed_contributed_at timestamptz,
  -- What the service drew at random, and the seed that follows from both: rules/seed.ts.
  add column seed_random text check (seed_random ~ '^[0-9a-f]{64}$'),
  add column seed text check (seed ~ '^[0-9a-f]{64}$'),
  add column seed_hash text check (seed_hash ~ '^[0-9a-f]{64}$'),
  -- The one of the same control and time whose place it takes, with its seed.
  add column supersedes_id uuid,
  add column supersedes_reason text,
  add column supersedes_rests_on_ids uuid[] not null default '{}' check (cardinality(supersedes_rests_on_ids) <= 20),
  -- In a draft what was said, null for the engagement's own period; settled when it is frozen.
  add column covers_from date,
  add column covers_to date,
  add column covered_until_on date,
  -- Of the last import: items of days after the extraction, and items outside what is covered that were left out by choice.
  add column set_aside_count integer,
  add column left_out_count integer,
  -- Items that approved exclusions took out when it was frozen.
  add column excluded_count integer,
  add foreign key (firm_id, supersedes_id) references population (firm_id, id),
  add constraint population_seed_given check (num_nulls(seed_contribution, seed_contributed_by, seed_contributed_at) in (0, 3)),
  add constraint population_seed_settled check (num_nulls(seed_random, seed, seed_hash) = case state when 'FROZEN' then 0 else 3 end),
  add constraint population_supersedes check (num_nulls(supersedes_id, supersedes_reason) in (0, 2) and supersedes_id <> id),
  add constraint population_supersedes_on_papers check (supersedes_id is null or cardinality(supersedes_rests_on_ids) > 0),
  add constraint population_time check (covered_until_on between covers_from and covers_to),
  add constraint population_time_settled check (state <> 'FROZEN' or num_nulls(covers_from, covers_to, covered_until_on) = 0);
create index population_superseded on population (firm_id, supersedes_id) where supersedes_id is not null;

-- Which items of a list are none of the population: a rule, written before anything is drawn and approved by another person.
create table population_exclusion (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  population_id uuid not null,
  "column" text not null,
  operator text not null check (operator in ('EQUALS', 'ONE_OF', 'STARTS_WITH', 'CONTAINS')),
  "values" text[] not null check (cardinality("values") > 0),
  reason text not null,
  matched_count integer not null,
  state text not null check (state in ('PROPOSED', 'APPROVED', 'DECLINED', 'WITHDRAWN')),
  decided_by uuid,
  decided_at timestamptz,
  decision_note text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, population_id) references population (firm_id, id),
  check (num_nulls(decided_by, decided_at) in (0, 2)),
  check (state = 'PROPOSED' or state = 'WITHDRAWN' or decided_by is not null),
  check (decided_by <> created_by)
);
create index population_exclusion_of_population on population_exclusion (firm_id, population_id);
select wall('population_exclusion', 'firm'), changeable('population_exclusion');
