-- $1 firm, $2 member, $3 session
with actor as (
  select m.client_id from member m where m.firm_id = $1 and m.id = $2 and m.state = 'ACTIVE' and m.client_id is not null
    and not exists (select from session s where s.firm_id = $1 and s.family_id = $3 and s.revoked_at is not null)
), awaiting as materialized (
  select x.id, x.number, x.title, x.condition, x.criteria_codes, x.response_due_on, x.engagement_id
  from actor join exception x on x.firm_id = $1 and x.client_id = actor.client_id
  where x.state in ('COMMUNICATED', 'CONCLUDED') and not exists (
    select from management_response r where r.firm_id = $1 and r.exception_id = x.id and r.state in ('SUBMITTED', 'ACCEPTED'))
)
select json_build_object('data', json_build_object('exceptions', json_build_object(
  'totalCount', (select count(*) from awaiting),
  'nodes', coalesce((
    select json_agg(json_build_object('id', x.id, 'number', x.number, 'title', x.title, 'condition', x.condition, 'criteriaCodes', x.criteria_codes,
      'responseDueOn', x.response_due_on,
      'engagement', (select json_build_object('id', e.id, 'systemName', e.system_name) from engagement e where e.firm_id = $1 and e.id = x.engagement_id),
      'response', (select json_build_object('id', r.id, 'state', r.state, 'version', r.version,
        'draft', json_build_object('acknowledgement', r.acknowledgement, 'rootCause', r.root_cause))
        from management_response r where r.firm_id = $1 and r.exception_id = x.id)) order by x.id)
    from (select * from awaiting order by id limit 25) x), '[]'))))::text as answer
