import type { World } from './world.js'

/** What speaks against a conclusion of an engagement: by the id of what it is about. */
export interface Speaking {
  subjectId: string
  because: string
}

/** A result that deviates and was not explained with approval, by hand. */
const deviates = `(coalesce(r.explanation_state, '') <> 'APPROVED'
  and (r.outcome = 'DEVIATION' or r.outcome = 'UNABLE_TO_TEST' and r.alternative_procedure is null))`

/** The controls against which figures speak: items that deviate, of samples of which no deviation is accepted; occurrences reported as missing. */
const figures = `
  standing as (
    select p.control_id, count(distinct i.id) as deviating
    from sample_item i join sample s on s.id = i.sample_id join procedure p on p.id = s.procedure_id
    where i.engagement_id = $1 and exists (select 1 from result r where r.sample_item_id = i.id and ${deviates})
    group by p.control_id),
  missing as (
    select e.control_id, sum(cardinality(e.occurrence_labels)) as deviating from exception e
    where e.engagement_id = $1 and e.state <> 'WITHDRAWN' and cardinality(e.occurrence_labels) > 0 group by e.control_id)`

/**
 * Every figure that speaks against a conclusion, from raw rows as a superuser sees them, written by hand: no word of it comes
 * from the rules. For engagements whose samples accept no deviation.
 */
const speaking = `
  with ${figures},
  against as (select * from standing union all select * from missing)
  select c.id as "subjectId", 'EFFECTIVE over figures' as because
    from control c where c.operation_conclusion = 'EFFECTIVE' and exists (select 1 from against a where a.control_id = c.id)
  union all select e.id, 'not material over figures'
    from exception e join materiality_decision d on d.exception_id = e.id
    where e.engagement_id = $1 and not d.material and e.state <> 'WITHDRAWN'
      and (cardinality(e.occurrence_labels) > 0 or exists (select 1 from standing s where s.control_id = e.control_id))
  union all select d.id, 'together not material over figures' from aggregate_decision d
    where d.engagement_id = $1 and not d.material and exists (select 1 from exception e
      where e.id = any(d.exception_ids) and e.state <> 'WITHDRAWN'
        and (cardinality(e.occurrence_labels) > 0 or exists (select 1 from standing s where s.control_id = e.control_id)))
  union all select r.id, 'explained' from result r
    where r.engagement_id = $1 and (r.explanation_state = 'APPROVED'
      or r.corrected_from in ('DEVIATION', 'UNABLE_TO_TEST') and not ${deviates})
  union all select s.id, 'diluted, extension ' || x.n
    from sample s, jsonb_array_elements(s.parameters::jsonb -> 'extensions') with ordinality x (one, n)
    where s.engagement_id = $1 and x.one ->> 'kind' = 'DILUTION' and s.size < s.population_size
  union all select p.id, 'took the place of another' from population p
    where p.engagement_id = $1 and p.state = 'FROZEN' and p.supersedes_id is not null
  union all select p.id, 'part of a seed' from population p
    where p.engagement_id = $1 and p.state = 'FROZEN' and p.seed_contribution is not null
  union all select d.id, 'days not covered' from coverage_decision d where d.engagement_id = $1
  union all select g.id, 'days of a population' from population_gap_decision g where g.engagement_id = $1
  union all select o.id, 'occurrence explained' from occurrence_explanation o
    where o.engagement_id = $1 and o.state = 'APPROVED'
  union all select e.id, 'withdrawn' from exception e where e.engagement_id = $1 and e.state = 'WITHDRAWN'
  union all select h.id, 'control changed: ' || h.part from control_change h where h.engagement_id = $1
  union all select s.id, 'scope changed' from scope_change s where s.engagement_id = $1
  union all select c.id, 'criterion concluded otherwise' from criterion_conclusion c where c.engagement_id = $1
    and (c.design <> c.proposed_design or c.operation <> c.proposed_operation)
  union all select o.id, 'opinion differs' from opinion o
    where o.engagement_id = $1 and exists (select 1 from jsonb_array_elements(o.conclusions) one
      where one ->> 'opinion' <> one ->> 'proposed')`

export const speakingAgainst = async (w: World, engagementId: string): Promise<Speaking[]> => {
  const { rows } = await w.owner.query<Speaking>(`select distinct * from (${speaking}) found`, [engagementId])
  return rows
}

/**
 * What speaks against a conclusion and stands nowhere: neither in a live exception, nor decided or explained with approval. Of
 * an engagement whose report is issued there is none. For quarterly controls, and controls that operated until the end.
 */
const hidden = `
  select 'deviation ' || i.item_key as what from result r join sample_item i on i.id = r.sample_item_id
    where r.engagement_id = $1 and ${deviates} and not exists (select 1 from exception_deviation d
      join exception e on e.id = d.exception_id where d.result_id = r.id and e.state <> 'WITHDRAWN')
  union all select 'occurrence of ' || c.ref from control c
    where c.engagement_id = $1 and c.frequency = 'QUARTERLY' and c.retired_at is null
      and 4 - (select count(*) from population p join population_item i on i.population_id = p.id and i.import_id = p.import_id
          where p.control_id = c.id and p.state = 'FROZEN')
        > (select count(*) from (
            select unnest(e.occurrence_labels) from exception e where e.control_id = c.id and e.state <> 'WITHDRAWN'
            union select o.label from occurrence_explanation o where o.control_id = c.id and o.state = 'APPROVED') told)
  union all select 'days of ' || m.criterion_code from control_criterion m join control c on c.id = m.control_id
    where m.engagement_id = $1 and c.retired_at is null
      and not exists (select 1 from criterion_exclusion x where x.engagement_id = $1 and x.criterion_code = m.criterion_code)
      and not exists (select 1 from coverage_decision d where d.engagement_id = $1 and d.criterion_code = m.criterion_code)
      and not exists (select 1 from exception e where e.engagement_id = $1 and e.kind = 'DESIGN_DEFICIENCY'
        and e.state <> 'WITHDRAWN' and m.criterion_code = any(e.criteria_codes))
    group by m.criterion_code having min(coalesce(c.operated_from, '2025-01-01')) > '2025-01-01'
  union all select 'EX-' || e.number || ' is material' from exception e
    join materiality_decision d on d.exception_id = e.id and d.material join opinion o on o.engagement_id = e.engagement_id
    where e.engagement_id = $1 and e.state <> 'WITHDRAWN'
      and not exists (select 1 from control c where c.id = e.control_id and c.not_needed_at is not null)
      and not exists (select 1 from jsonb_array_elements(o.conclusions) one
        where one ->> 'opinion' <> 'UNQUALIFIED' or one ->> 'opinion' <> one ->> 'proposed')`

export const hiddenIn = async (w: World, engagementId: string): Promise<string[]> => {
  const { rows } = await w.owner.query<{ what: string }>(hidden, [engagementId])
  return rows.map(({ what }) => what)
}

/** Whether every conclusion of the opinion is unqualified. */
export const isUnmodified = async (w: World, engagementId: string): Promise<boolean> => {
  const { rows } = await w.owner.query<{ opinion: string }>(
    `select one ->> 'opinion' as opinion from opinion o, jsonb_array_elements(o.conclusions) one where o.engagement_id = $1`,
    [engagementId],
  )
  return rows.length > 0 && rows.every(({ opinion }) => opinion === 'UNQUALIFIED')
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
