-- Controls over time: when a control operated, which one it replaced, and the information it uses.
alter table control
  add column operated_from date,
  add column operated_to date,
  add column replaces_id uuid,
  add column ipe text,
  add column ipe_reliability text,
  add constraint control_operated_in_order check (operated_to >= operated_from),
  add constraint control_replaces_another check (replaces_id <> id),
  add constraint control_reliability_of_information check (ipe_reliability is null or ipe is not null),
  add foreign key (firm_id, replaces_id) references control (firm_id, id),
  -- Two references that differ in capitals alone would be taken for one another.
  drop constraint control_ref_unique;
create unique index control_ref_unique on control (firm_id, engagement_id, upper(ref));

-- Why days of the period on which no control in operation serves a criterion are no deficiency: the engagement partner's decision.
create table coverage_decision (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  criterion_code text not null references criterion (code),
  gap_from date not null,
  gap_to date not null,
  reason text not null,
  rests_on_ids uuid[] not null default '{}',
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  constraint coverage_decision_once unique (firm_id, engagement_id, criterion_code, gap_from, gap_to),
  check (gap_to >= gap_from)
);
select wall('coverage_decision', 'firm'), written_once('coverage_decision');

-- A control is never deleted: it is retired, and what was found on it stays.
alter table control
  add column retired_at timestamptz,
  add column retired_by uuid,
  add column retired_reason text,
  -- When the partner decided that it was never needed, so that Section IV leaves it out: why stands in control_change.
  add column not_needed_at timestamptz,
  add constraint control_retired_whole check (
    (retired_at is null) = (retired_by is null) and (retired_at is null) = (retired_reason is null)),
  add constraint control_not_needed_retired check (not_needed_at is null or retired_at is not null);

-- What was changed about a control after its testing had begun: by the engagement partner, with what had been found until then.
create table control_change (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  control_id uuid not null,
  part text not null check (part in ('TITLE', 'DESCRIPTION', 'FREQUENCY', 'NATURE', 'TYPE', 'RISK', 'KEY', 'OPERATED', 'REPLACES',
    'CRITERIA', 'FURTHER_CRITERIA', 'RELIES_ON', 'CYCLE', 'RISK_ANSWERED', 'RETIRED', 'NOT_NEEDED')),
  said_before text not null,
  said_after text not null,
  reason text not null,
  rests_on_ids uuid[] not null check (cardinality(rests_on_ids) between 1 and 20),
  tested_count integer not null,
  deviation_count integer not null,
  as_found_deviation_count integer not null,
  exception_count integer not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, control_id) references control (firm_id, id)
);
create index control_change_of_engagement on control_change (firm_id, engagement_id, id);
create index control_change_of_control on control_change (firm_id, control_id, id);
select wall('control_change', 'firm'), written_once('control_change');

-- A change of scope says what had been found until then, and names the papers that its reason rests on.
alter table scope_change
  add column rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20),
  add column tested_count integer not null,
  add column deviation_count integer not null,
  add column exception_count integer not null;
