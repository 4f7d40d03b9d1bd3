-- Exceptions: counts of each attribute, the days of the deviating items, and a period of failure only where one was established.
alter table exception
  -- [{ letter, text, testedCount, deviationCount }] in the order of the letters.
  add column attribute_counts jsonb not null default '[]',
  -- The days of the items that deviated, each once, as ISO dates.
  add column deviated_on text[] not null default '{}' check (array_to_string(deviated_on, ' ') ~ '^(\d{4}-\d\d-\d\d( |$))*$'),
  add column failure_period_basis text,
  add column withdrawn_by uuid,
  add column withdrawn_at timestamptz,
  add column rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20),
  add constraint exception_period_established check (failed_from is null and failed_to is null or failure_period_basis is not null),
  add constraint exception_withdrawal check ((state = 'WITHDRAWN') = (withdrawn_by is not null and withdrawn_at is not null and withdrawn_reason is not null)),
  -- UNDER_INVESTIGATION: a draft may have it; it is not confirmed or communicated with it.
  add constraint exception_cause_known check (state in ('DRAFT', 'WITHDRAWN') or cause <> 'UNDER_INVESTIGATION');

-- A reason against the figures, and one for another opinion than proposed, names its papers.
alter table materiality_decision add column rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20);
alter table opinion add column rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20);

-- Exceptions weighed together: those that meet on the same criteria, or all of one subject matter.
create table aggregate_decision (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  -- One of the two: criteria at which the same exceptions meet, or a subject matter.
  criteria_codes text[] not null,
  subject_matter text check (subject_matter in ('DESCRIPTION', 'SUITABILITY_OF_DESIGN', 'OPERATING_EFFECTIVENESS')),
  exception_ids uuid[] not null check (cardinality(exception_ids) >= 2),
  -- Kinds, figures and decisions of these exceptions when they were weighed: when that changes, the decision is outdated.
  weighed_facts text not null,
  material boolean not null,
  pervasive boolean not null,
  shared_cause text,
  affected_commitment text,
  factors jsonb not null,
  rationale text not null,
  rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20),
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
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  constraint aggregate_changed_from check ((outcome_changed_at is null) = (changed_from is null)),
  constraint aggregate_once_per_subject_matter unique (firm_id, engagement_id, subject_matter),
  constraint aggregate_scope check ((subject_matter is null) = (cardinality(criteria_codes) > 0)),
  constraint aggregate_pervasive check (not pervasive or (material and subject_matter is not null and shared_cause is not null and affected_commitment is not null)),
  constraint aggregate_approved check ((state = 'APPROVED') = (approved_by is not null and approved_at is not null) and approved_by <> decided_by)
);
select wall('aggregate_decision', 'firm'), changeable('aggregate_decision');
