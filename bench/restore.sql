-- Puts back what a run has changed: what was recorded and who signed in. What was filled in has version 1 and is older.
set session_replication_role = replica;
create temporary table touched as select firm_id, id from fieldwork.sample where version > 1;
delete from fieldwork.result r using touched t where r.firm_id = t.firm_id and r.sample_id = t.id and r.created_at > '2026-01-01';
update fieldwork.sample_item i set outcome = null, version = 1 from touched t where i.firm_id = t.firm_id and i.sample_id = t.id and i.version > 1;
update fieldwork.sample s set tested_count = c.tested, deviation_count = c.deviating, unable_to_test_count = c.unable, no_deviation_count = c.tested - c.deviating,
  not_applicable_count = 0, version = 1
from (
  select t.firm_id, t.id, count(i.outcome) as tested, count(*) filter (where i.outcome in ('DEVIATION', 'UNABLE_TO_TEST')) as deviating,
    count(*) filter (where i.outcome = 'UNABLE_TO_TEST') as unable
  from touched t join fieldwork.sample_item i on i.firm_id = t.firm_id and i.sample_id = t.id group by 1, 2) c
where s.firm_id = c.firm_id and s.id = c.id;
drop table touched;
truncate fieldwork.idempotency, fieldwork.trail_entry, fieldwork.trail_head, fieldwork.checkpoint, fieldwork.session, fieldwork.throttle;
vacuum (analyze) fieldwork.result, fieldwork.sample_item, fieldwork.sample;
