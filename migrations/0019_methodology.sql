-- What the firm samples by: its methodology in versions, each with a table of sizes. A version is written once; a change is the next.

create table sampling_table (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  number integer not null check (number > 0),
  version integer not null default 1,
  created_by uuid,
  created_at timestamptz not null,
  primary key (firm_id, id),
  constraint sampling_table_number_unique unique (firm_id, number)
);
select wall('sampling_table', 'firm'), written_once('sampling_table');

create table sampling_table_row (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  sampling_table_id uuid not null,
  frequency text not null check (frequency in ('CONTINUOUS', 'MULTIPLE_DAILY', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'SEMI_ANNUAL', 'ANNUAL', 'PER_EVENT')),
  risk text not null check (risk in ('LOW', 'MODERATE', 'HIGH')),
  -- A number of items, or a share of the population with its least and its most.
  size integer,
  share_bp integer,
  least_size integer,
  most_size integer,
  accepted_deviation_count integer not null,
  version integer not null default 1,
  created_by uuid,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, sampling_table_id) references sampling_table (firm_id, id),
  constraint sampling_table_row_unique unique (firm_id, sampling_table_id, frequency, risk),
  constraint sampling_table_row_size check (size between 1 and 1000),
  constraint sampling_table_row_share check (share_bp between 1 and 10000),
  constraint sampling_table_row_bounds check (least_size >= 1 and most_size between least_size and 1000),
  constraint sampling_table_row_one_way check (num_nulls(share_bp, least_size, most_size) = case when size is null then 0 else 3 end),
  constraint sampling_table_row_accepts check (accepted_deviation_count >= 0 and accepted_deviation_count < coalesce(size, least_size))
);
select wall('sampling_table_row', 'firm'), written_once('sampling_table_row');

create table methodology (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  number integer not null check (number > 0),
  effective_at timestamptz not null,
  sampling_table_id uuid not null,
  confidence_bp integer not null,
  tolerable_rate_bp integer not null,
  -- How far a control may go by itself; beyond that it is the engagement partner's.
  least_confidence_bp integer not null check (least_confidence_bp between 8000 and 9999),
  greatest_tolerable_rate_bp integer not null check (greatest_tolerable_rate_bp between 1 and 2000),
  -- For so many days an inquiry about subsequent events holds: before the date of a report, and before its release.
  inquiry_days integer not null default 7 check (inquiry_days between 1 and 30),
  reason text,
  version integer not null default 1,
  created_by uuid,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, sampling_table_id) references sampling_table (firm_id, id),
  constraint methodology_number_unique unique (firm_id, number),
  constraint methodology_rates check (
    confidence_bp between least_confidence_bp and 9999 and tolerable_rate_bp between 1 and greatest_tolerable_rate_bp),
  -- Null in the methodology that the service ships; each revision has its reason.
  constraint methodology_reason check ((number = 1) = (reason is null))
);
select wall('methodology', 'firm'), written_once('methodology');

-- The risk of a control sets the size of its sample in the table; its rates are set on it, and fixed before the first import.
alter table control
  add column risk text not null default 'MODERATE' check (risk in ('LOW', 'MODERATE', 'HIGH')),
  add column confidence_bp integer check (confidence_bp between 1 and 9999),
  add column tolerable_rate_bp integer check (tolerable_rate_bp between 1 and 9999),
  add column expected_rate_bp integer check (expected_rate_bp between 0 and 9999),
  -- Why they lie beyond the bounds of the methodology, and who planned so; null where they do not.
  add column rates_reason text,
  add column rates_rests_on_ids uuid[] not null default '{}',
  add column rates_planned_by uuid,
  add column rates_planned_at timestamptz,
  add column methodology_id uuid,
  add column sampling_fixed_at timestamptz,
  add foreign key (firm_id, methodology_id) references methodology (firm_id, id),
  add constraint control_rates_beyond check (
    num_nulls(rates_reason, rates_planned_by, rates_planned_at) in (0, 3) and (rates_reason is null or rates_rests_on_ids <> '{}')),
  add constraint control_sampling_fixed check (
    num_nulls(sampling_fixed_at, methodology_id) in (0, 2)
    and (sampling_fixed_at is null or num_nulls(confidence_bp, tolerable_rate_bp) = 0));

-- Which table gave the size, and what its row accepts, belong to the sample.
alter table sample
  drop column methodology_version,
  add column sampling_table_id uuid,
  add column accepted_deviation_count integer check (accepted_deviation_count >= 0),
  -- What the table asked for over all populations of the control.
  add column whole_size integer check (whole_size > 0),
  add foreign key (firm_id, sampling_table_id) references sampling_table (firm_id, id),
  add constraint sample_by_table check (
    num_nonnulls(sampling_table_id, whole_size) = case when basis = 'FREQUENCY_TABLE' then 2 else 0 end);
