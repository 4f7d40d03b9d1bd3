import type { World } from './world.js'

/** What speaks against a conclusion of an engagement: by the id of what it is about. */
export interface Speaking {
  subjectId: string
  because: string
}

/**
 * Every figure that speaks against a conclusion, from raw rows as a superuser sees them, written by hand: no word of it comes
 * from the rules. For engagements whose samples are of every item, chosen by judgment: of these no deviation is accepted.
 */
const speaking = `
  with team as (select $1::uuid as id),
  standing as (
    select p.control_id, count(distinct i.id) as deviating
    from sample_item i join sample s on s.id = i.sample_id join procedure p on p.id = s.procedure_id
    where i.engagement_id = (select id from team) and exists (select 1 from result r where r.sample_item_id = i.id
      and coalesce(r.explanation_state, '') <> 'APPROVED'
      and (r.outcome = 'DEVIATION' or r.outcome = 'UNABLE_TO_TEST' and r.alternative_procedure is null))
    group by p.control_id)
  select c.id as "subjectId", 'EFFECTIVE over ' || s.deviating as because
    from control c join standing s on s.control_id = c.id where c.operation_conclusion = 'EFFECTIVE'
  union all select e.id, 'not material over ' || s.deviating
    from exception e join standing s on s.control_id = e.control_id
    join materiality_decision d on d.exception_id = e.id where not d.material and e.state <> 'WITHDRAWN'
  union all select r.id, 'explained' from result r
    where r.engagement_id = (select id from team) and (r.explanation_state = 'APPROVED' or r.corrected_from is not null
      and not (r.outcome = 'DEVIATION' or r.outcome = 'UNABLE_TO_TEST' and r.alternative_procedure is null))
  union all select e.id, 'withdrawn' from exception e where e.engagement_id = (select id from team) and e.state = 'WITHDRAWN'
  union all select s.id, 'scope changed' from scope_change s where s.engagement_id = (select id from team)
  union all select o.id, 'opinion differs' from opinion o, jsonb_array_elements(o.conclusions) one
    where o.engagement_id = (select id from team) and one ->> 'opinion' <> one ->> 'proposed'`

export const speakingAgainst = async (w: World, engagementId: string): Promise<Speaking[]> => {
  const { rows } = await w.owner.query<Speaking>(`select distinct * from (${speaking}) found`, [engagementId])
  return rows
}

/** The judgments of an engagement that two people acknowledged, partner and quality reviewer of its team now, as `judgment digest`. */
export const acknowledgedByBoth = async (w: World, engagementId: string): Promise<ReadonlySet<string>> => {
  const { rows } = await w.owner.query<{ said: string }>(
    `select a.judgment_id || ' ' || a.figures_digest as said
     from judgment_acknowledgement a join team_member t on t.engagement_id = a.engagement_id and t.member_id = a.acknowledged_by
       and t.removed_at is null and t.role in ('ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER')
     where a.engagement_id = $1 group by 1 having count(distinct t.role) = 2 and count(distinct t.member_id) = 2`,
    [engagementId],
  )
  return new Set(rows.map(({ said }) => said))
}
