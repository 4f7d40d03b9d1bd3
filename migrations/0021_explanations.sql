-- That a deviation is none is explained in one of two ways, and rests on evidence or on what was done instead.

alter table result
  add column explanation_kind text check (explanation_kind in ('CONTROL_OPERATED', 'NOT_APPLICABLE')),
  add column explanation_alternative_procedure text;

alter table result
  -- An explanation is there whole, or not at all.
  add constraint result_explained_whole check (
    num_nulls(explanation_state, explanation_kind, explanation_reason, explained_by, explained_at) in (0, 5)),
  add constraint result_explanation_decided check (
    (coalesce(explanation_state, 'PROPOSED') = 'PROPOSED') = (explanation_decided_by is null)
    and (explanation_decided_by is null) = (explanation_decided_at is null)),
  add constraint result_explained_otherwise check (explanation_alternative_procedure is null or explanation_kind = 'CONTROL_OPERATED'),
  -- What is approved is what the result says from then on.
  add constraint result_explained_away check (
    explanation_state <> 'APPROVED'
    or explanation_kind = 'CONTROL_OPERATED' and outcome = 'NO_DEVIATION' and corrected_from is not null
    or explanation_kind = 'NOT_APPLICABLE' and outcome = 'NOT_APPLICABLE'),
  -- A deviation goes by an explanation alone, and that nothing applies is never said without one.
  add constraint result_never_talked_away check (
    corrected_from is null or outcome in ('DEVIATION', 'UNABLE_TO_TEST')
    or coalesce(explanation_state = 'APPROVED', false)),
  add constraint result_not_applicable_explained check (
    outcome <> 'NOT_APPLICABLE' or coalesce(explanation_kind = 'NOT_APPLICABLE', false));

-- The list of explanations of an engagement.
create index result_explained on result (firm_id, engagement_id, id) where explanation_state is not null;

-- That an item waits for evidence is said of its results; the item itself has no outcome then.
alter table sample_item add constraint sample_item_not_awaiting check (outcome <> 'AWAITING_EVIDENCE');
