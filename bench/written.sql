-- What a run has written, without what is another each time (ids of new rows, moments, secrets), and without the changes of keys
-- that the service notes by itself beside all requests: entries are counted as if these were not there.
select json_build_object(
  'samples', (select json_agg(json_build_array(s.id, s.item_count, s.tested_count, s.deviation_count, s.no_deviation_count, s.unable_to_test_count,
      s.not_applicable_count, s.version) order by s.id) from fieldwork.sample s where s.version > 1),
  'items', (select json_agg(json_build_array(i.id, i.outcome, i.version) order by i.id)
    from fieldwork.sample s join fieldwork.sample_item i on i.firm_id = s.firm_id and i.sample_id = s.id and i.version > 1 where s.version > 1),
  'results', (select json_agg(json_build_array(r.engagement_id, r.procedure_id, r.sample_id, r.sample_item_id, r.attribute_id, r.outcome, r.note,
      r.recorded_by, r.created_by, r.version) order by r.sample_item_id, r.attribute_id)
    from fieldwork.sample s join fieldwork.result r on r.firm_id = s.firm_id and r.sample_id = s.id and r.created_at > '2026-01-01' where s.version > 1),
  'trail', (select json_agg(json_build_object('chain', chain_id, 'position', place, 'actor', actor_id, 'name', actor_name, 'action', action,
      'type', node_type, 'node', node_id, 'changes', changes::json) order by chain_id, place)
    from (select *, row_number() over (partition by firm_id, chain_id order by position) as place from fieldwork.trail_entry
      where action not in ('rotateSigningKey', 'rotateCheckpointKey')) entry),
  'kept', (select json_agg(json_build_array(scope, key, action, sealed_payload is not null) order by key) from fieldwork.idempotency),
  'sessions', (select json_agg(json_build_array(firm_id, user_id, member_id, used_at, revoked_at) order by member_id) from fieldwork.session),
  'attempts', (select sum(attempts) from fieldwork.throttle)) as written
