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
