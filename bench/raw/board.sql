-- $1 firm, $2 member, $3 session, $4 variables
with actor as (
  select from member m where m.firm_id = $1 and m.id = $2 and m.state = 'ACTIVE' and m.firm_role is not null
    and not exists (select from session s where s.firm_id = $1 and s.family_id = $3 and s.revoked_at is not null)
), this as (
  select e.* from engagement e, actor
  where e.firm_id = $1 and e.id = ($4::json ->> 'engagementId')::uuid and exists (
    select from team_member t where t.firm_id = $1 and t.engagement_id = e.id and t.member_id = $2
      and t.independence_confirmed_at is not null and t.removed_at is null)
)
select json_build_object('data', json_build_object('engagement', (
  select json_build_object('id', this.id, 'systemName', system_name, 'kind', kind, 'state', state, 'periodStart', period_start, 'periodEnd', period_end,
    'controls', json_build_object('nodes', coalesce((
      select json_agg(json_build_object('id', c.id, 'ref', c.ref, 'title', c.title, 'area', c.area, 'isKey', c.is_key, 'frequency', c.frequency,
        'designConclusion', c.design_conclusion, 'operationConclusion', c.operation_conclusion,
        'criteria', coalesce((
          select json_agg(json_build_object('code', t.code, 'title', t.title) order by t.position)
          from control_criterion m join criterion t on t.code = m.criterion_code where m.firm_id = $1 and m.control_id = c.id), '[]'),
        'procedures', coalesce((
          select json_agg(json_build_object('id', p.id, 'ref', p.ref, 'methods', p.methods, 'state', p.state, 'outcome', p.outcome,
            'sample', case when s.id is not null then json_build_object('id', s.id, 'size', s.size, 'counts', json_build_object(
              'noDeviationCount', s.no_deviation_count, 'deviatingCount', s.deviation_count - s.unable_to_test_count, 'unableToTestCount', s.unable_to_test_count,
              'notApplicableCount', s.not_applicable_count,
              'outstandingCount', s.item_count - s.no_deviation_count - s.deviation_count - s.not_applicable_count)) end) order by p.ref)
          from procedure p left join sample s on s.firm_id = $1 and s.procedure_id = p.id where p.firm_id = $1 and p.control_id = c.id), '[]'),
        'exceptions', coalesce((
          select json_agg(json_build_object('id', x.id, 'number', x.number, 'title', x.title, 'kind', x.kind, 'state', x.state,
            'response', case when r.id is not null then json_build_object('id', r.id, 'state', r.state, 'submittedNumber', r.submitted_number) end)
            order by x.number)
          from exception x left join management_response r on r.firm_id = $1 and r.exception_id = x.id
          where x.firm_id = $1 and x.control_id = c.id), '[]')) order by c.ref)
      from (select * from control c where c.firm_id = $1 and c.engagement_id = this.id order by c.ref limit 100) c), '[]')))
  from this)))::text as answer
