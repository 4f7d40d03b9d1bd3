-- $1 firm, $2 member, $3 session, $4 variables
with actor as (
  select from member m where m.firm_id = $1 and m.id = $2 and m.state = 'ACTIVE' and m.firm_role is not null
    and not exists (select from session s where s.firm_id = $1 and s.family_id = $3 and s.revoked_at is not null)
), team as (
  select t.engagement_id from team_member t, actor where t.firm_id = $1 and t.member_id = $2
    and t.independence_confirmed_at is not null and t.removed_at is null
), found as materialized (
  select x.* from exception x
  where x.firm_id = $1 and x.client_id = ($4::json ->> 'clientId')::uuid and x.state = $4::json ->> 'state'
    and x.engagement_id = any(array(select engagement_id from team))
  order by x.id desc limit 21
), page as (
  select * from found order by id desc limit 20
)
select json_build_object('data', json_build_object('exceptions', json_build_object(
  'pageInfo', json_build_object('hasNextPage', (select count(*) > 20 from found),
    'endCursor', (select translate(encode(to_json(min(id::text))::text::bytea, 'base64'), '+/=', '-_') from page)),
  'nodes', coalesce((select json_agg(json_build_object('id', x.id, 'number', x.number, 'title', x.title, 'kind', x.kind, 'category', x.category,
    'state', x.state, 'criteriaCodes', x.criteria_codes,
    'communicatedAt', to_char(x.communicated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'responseDueOn', x.response_due_on,
    'control', case when c.id is not null then json_build_object('id', c.id, 'ref', c.ref, 'title', c.title) end,
    'response', case when r.id is not null then json_build_object('id', r.id, 'state', r.state, 'submittedNumber', r.submitted_number) end)
    order by x.id desc)
    from page x left join control c on c.firm_id = $1 and c.id = x.control_id
      left join management_response r on r.firm_id = $1 and r.exception_id = x.id), '[]'))))::text as answer
