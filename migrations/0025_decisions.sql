-- Exceptions: what is told of each attribute, the days of the items, a period only where one was established.
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
  -- What is not yet known is no cause to confirm, and nothing that the client is told.
  add constraint exception_cause_known check (state in ('DRAFT', 'WITHDRAWN') or cause <> 'UNDER_INVESTIGATION');
