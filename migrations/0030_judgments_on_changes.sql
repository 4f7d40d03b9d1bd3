-- The criterion that a change of scope marked not applicable: such a change is told apart from others before the report is issued.
alter table scope_change
  add column excluded_criterion text references criterion (code);
