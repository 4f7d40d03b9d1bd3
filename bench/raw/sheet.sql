-- $1 firm, $2 member, $3 session, $4 variables
with actor as (
  select from member m where m.firm_id = $1 and m.id = $2 and m.state = 'ACTIVE' and m.firm_role is not null
    and not exists (select from session s where s.firm_id = $1 and s.family_id = $3 and s.revoked_at is not null)
), this as (
  select p.* from procedure p, actor
  where p.firm_id = $1 and p.id = ($4::json ->> 'procedureId')::uuid and exists (
    select from team_member t where t.firm_id = $1 and t.engagement_id = p.engagement_id and t.member_id = $2
      and t.independence_confirmed_at is not null and t.removed_at is null)
), drawn as (
  select s.* from this join sample s on s.firm_id = $1 and s.procedure_id = this.id
), found as materialized (
  select i.id, i.position, i.item_key, i.occurred_on, i.outcome
  from drawn join sample_item i on i.firm_id = $1 and i.sample_id = drawn.id order by i.position limit 51
), page as (
  select * from found order by position limit 50
)
select json_build_object('data', json_build_object('procedure', (
  select json_build_object('id', this.id, 'ref', this.ref, 'objective', this.objective, 'state', this.state,
    'attributes', coalesce((select json_agg(json_build_object('letter', a.letter, 'description', a.description) order by a.letter)
      from attribute a where a.firm_id = $1 and a.procedure_id = this.id), '[]'),
    'sample', (select json_build_object('id', s.id, 'size', s.size, 'testedCount', s.tested_count, 'deviationCount', s.deviation_count,
      'items', json_build_object(
        'totalCount', s.item_count,
        'pageInfo', json_build_object('hasNextPage', (select count(*) > 50 from found),
          'endCursor', (select translate(encode(max(position)::text::bytea, 'base64'), '+/=', '-_') from page)),
        'nodes', coalesce((select json_agg(json_build_object('id', i.id, 'position', i.position, 'itemKey', i.item_key, 'occurredOn', i.occurred_on,
          'outcome', i.outcome, 'results', coalesce((
            select json_agg(json_build_object('id', r.id, 'version', r.version, 'outcome', r.outcome, 'note', r.note,
              'recordedAt', to_char(r.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
              'attribute', json_build_object('letter', a.letter), 'recordedBy', json_build_object('name', m.name)) order by r.id)
            from result r join attribute a on a.firm_id = $1 and a.id = r.attribute_id join member m on m.firm_id = $1 and m.id = r.recorded_by
            where r.firm_id = $1 and r.sample_item_id = i.id), '[]')) order by i.position)
          from page i), '[]'))) from drawn s)) from this)))::text as answer
