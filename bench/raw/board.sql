-- $1 firm, $2 member, $3 session, $4 variables
with actor as (
  select from member m where m.firm_id = $1 and m.id = $2 and m.state = 'ACTIVE' and m.firm_role is not null
    and not exists (select from session s where s.firm_id = $1 and s.family_id = $3 and s.revoked_at is not null)
), this as (
  select e.* from engagement e, actor
  where e.firm_id = $1 and e.id = ($4::json ->> 'engagementId')::uuid and exists (
    select from team_member t where t.firm_id = $1 and t.engagement_id = e.id and t.member_id = $2
      and t.independence_confirmed_at is not null and t.removed_at is null)
), criteria as (
  select m.control_id, json_agg(json_build_object('code', c.code, 'title', c.title) order by c.position) as list
  from this join control_criterion m on m.firm_id = $1 and m.engagement_id = this.id join criterion c on c.code = m.criterion_code
  group by m.control_id
), procedures as (
  select p.control_id, json_agg(json_build_object('id', p.id, 'ref', p.ref, 'method', p.method, 'state', p.state, 'outcome', p.outcome,
    'sample', case when s.id is not null then json_build_object('id', s.id, 'size', s.size, 'counts', json_build_object(
      'passed', s.passed_count, 'deviating', s.deviation_count - s.unable_to_test_count, 'unableToTest', s.unable_to_test_count,
      'notApplicable', s.not_applicable_count,
      'outstanding', s.item_count - s.passed_count - s.deviation_count - s.not_applicable_count)) end) order by p.ref) as list
  from this join procedure p on p.firm_id = $1 and p.engagement_id = this.id
    left join sample s on s.firm_id = $1 and s.engagement_id = this.id and s.procedure_id = p.id
  group by p.control_id
), exceptions as (
  select x.control_id, json_agg(json_build_object('id', x.id, 'number', x.number, 'title', x.title, 'kind', x.kind, 'state', x.state,
    'response', case when r.id is not null then json_build_object('id', r.id, 'state', r.state, 'submittedVersion', r.submitted_version) end)
    order by x.number) as list
  from this join exception x on x.firm_id = $1 and x.engagement_id = this.id
    left join management_response r on r.firm_id = $1 and r.engagement_id = this.id and r.exception_id = x.id
  group by x.control_id
), controls as (
  select json_agg(json_build_object('id', c.id, 'ref', c.ref, 'title', c.title, 'area', c.area, 'isKey', c.is_key, 'frequency', c.frequency,
    'designConclusion', c.design_conclusion, 'operationConclusion', c.operation_conclusion, 'criteria', coalesce(m.list, '[]'),
    'procedures', coalesce(p.list, '[]'), 'exceptions', coalesce(x.list, '[]')) order by c.ref) as list
  from (select c.* from this join control c on c.firm_id = $1 and c.engagement_id = this.id order by c.ref limit 100) c
    left join criteria m on m.control_id = c.id left join procedures p on p.control_id = c.id left join exceptions x on x.control_id = c.id
)
select json_build_object('data', json_build_object('engagement', (
  select json_build_object('id', id, 'systemName', system_name, 'kind', kind, 'state', state, 'periodStart', period_start, 'periodEnd', period_end,
    'controls', json_build_object('nodes', coalesce((select list from controls), '[]'))) from this)))::text as answer
