-- The criterion that a change of scope marked as not applicable; null for every other change of scope.
alter table scope_change
  add column excluded_criterion text references criterion (code);
