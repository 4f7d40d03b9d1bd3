-- A board shows, for every sample, how many items came to each outcome: kept with the sample, not counted on each look.
alter table sample
  add column no_deviation_count integer not null default 0,
  add column unable_to_test_count integer not null default 0,
  add column not_applicable_count integer not null default 0;

-- What was recorded before this migration. Row-level security holds for the owner too; here the owner speaks for every firm.
alter table sample no force row level security;
alter table sample_item no force row level security;
update sample s set no_deviation_count = c.passed, unable_to_test_count = c.unable, not_applicable_count = c.not_applicable
from (
  select firm_id, sample_id, count(*) filter (where outcome = 'NO_DEVIATION') as passed,
    count(*) filter (where outcome = 'UNABLE_TO_TEST') as unable,
    count(*) filter (where outcome = 'NOT_APPLICABLE') as not_applicable
  from sample_item group by firm_id, sample_id
) c where s.firm_id = c.firm_id and s.id = c.sample_id;
alter table sample force row level security;
alter table sample_item force row level security;
