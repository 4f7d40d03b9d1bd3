-- Expected occurrences: when people work at a client, how the cycles of a control follow each other, and why one that no list holds is
-- no deviation.

-- A holiday is a day with a name: there is nothing to look up by either.
alter table client
  add column calendar jsonb not null default '{"timeZone": "UTC", "weekendDays": ["SATURDAY", "SUNDAY"], "holidays": []}',
  add column calendar_reason text,
  add column calendar_set_by uuid,
  add column calendar_set_at timestamptz,
  add foreign key (firm_id, calendar_set_by) references member (firm_id, id),
  add constraint client_calendar_set check (num_nulls(calendar_reason, calendar_set_by, calendar_set_at) in (0, 3));

alter table control
  add column anchor_on date,
  add column grace_days integer not null default 0 check (grace_days between 0 and 31),
  add column counts_business_days boolean not null default false,
  add column last_occurrence_on date,
  -- The evidence of that occurrence: without it the day counts for nothing.
  add column last_occurrence_rests_on_ids uuid[] not null default '{}' check (cardinality(last_occurrence_rests_on_ids) <= 20),
  add constraint control_last_occurrence_shown check (last_occurrence_on is null or cardinality(last_occurrence_rests_on_ids) > 0);

create table occurrence_explanation (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  control_id uuid not null,
  label text not null,
  kind text not null check (kind in ('DONE_ELSEWHERE', 'NOT_DUE')),
  reason text not null,
  rests_on_ids uuid[] not null check (cardinality(rests_on_ids) between 1 and 20),
  state text not null check (state in ('PROPOSED', 'APPROVED', 'REJECTED')),
  proposed_by uuid not null,
  proposed_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  decision_note text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, control_id) references control (firm_id, id),
  foreign key (firm_id, proposed_by) references member (firm_id, id),
  foreign key (firm_id, decided_by) references member (firm_id, id),
  constraint occurrence_explanation_decided check ((state = 'PROPOSED') = (decided_by is null) and num_nulls(decided_by, decided_at) in (0, 2)),
  constraint occurrence_explanation_by_another check (decided_by <> proposed_by)
);
-- One that was not agreed with stays on record beside the next.
create unique index occurrence_explained_once on occurrence_explanation (firm_id, control_id, label) where state <> 'REJECTED';
create index occurrence_explanation_of_control on occurrence_explanation (firm_id, control_id);
create index occurrence_explanation_of_engagement on occurrence_explanation (firm_id, engagement_id);
select wall('occurrence_explanation', 'firm'), changeable('occurrence_explanation');

-- The cycles whose missing occurrences an exception reports, and of how many expected: figures, as those of its deviations are.
alter table exception
  add column occurrence_labels text[] not null default '{}',
  add column expected_occurrences integer,
  add constraint exception_occurrences_counted check (cardinality(occurrence_labels) = 0 or expected_occurrences >= cardinality(occurrence_labels));
