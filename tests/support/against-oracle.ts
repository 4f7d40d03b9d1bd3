import type { World } from './world.js'

/** What speaks against a conclusion of an engagement: by the id of what it is about. */
export interface Speaking {
  subjectId: string
  because: string
}

/** A result that deviates and was not explained with approval, by hand. */
const deviates = `(coalesce(r.explanation_state, '') <> 'APPROVED'
  and r.outcome in ('DEVIATION', 'UNABLE_TO_TEST'))`

/** How probable it is to find at most `k` deviations in `n` items, where a share of `rate` deviates: the binomial sum, term by term. */
const atMost = (k: string, n: string, rate: string) => `(
  select sum(coalesce((select exp(sum(ln((${n} - x + y)::float8 / y))) from generate_series(1, x) y), 1)
    * power(${rate}, x) * power(1 - ${rate}, ${n} - x)) from generate_series(0, least(${k}, ${n})::int) x)`

/**
 * The controls against which figures speak: those of which items were tested, unless what they were drawn by supports it. By the table
 * of which no row accepts a deviation: none deviates, and as many were tested as it asks for (of a control per event 10, 15 or 20 % of the
 * population by its risk, 5 to 60); by rates: no more deviate than is tolerable; by judgment, or picked: all there are were tested and
 * none deviates. Also those of which occurrences are reported as missing.
 */
const figures = `
  tested as (
    select p.control_id, s.id as sample_id, s.basis, s.confidence_bp, s.tolerable_rate_bp, i.item_key, i.ordinal,
      s.basis = 'FREQUENCY_TABLE' and s.method in ('RANDOM', 'SYSTEMATIC') as by_table,
      least(s.population_size, greatest(5, least(60,
        ceil(s.population_size * case s.risk when 'LOW' then 0.10 when 'MODERATE' then 0.15 when 'HIGH' then 0.20 end)))) as asked,
      s.population_id, found.counts, found.deviates, found.open
    from procedure p join sample s on s.procedure_id = p.id join population o on o.id = s.population_id
      join sample_item i on i.sample_id = s.id
      cross join lateral (select bool_or(r.outcome <> 'NOT_APPLICABLE') as counts, bool_or(${deviates}) as deviates,
          bool_or(r.id is null or r.outcome = 'AWAITING_EVIDENCE') as open
        from attribute a left join result r on r.sample_item_id = i.id and r.attribute_id = a.id where a.procedure_id = p.id) found
    where p.engagement_id = $1),
  whole as (
    select o.control_id, bool_and(o.item_count <= (
      select count(distinct t.ordinal) from tested t where t.population_id = o.id and not t.open)) as is_whole
    from population o
    where o.engagement_id = $1 and o.state = 'FROZEN'
      and not exists (select 1 from population l where l.supersedes_id = o.id and l.state = 'FROZEN')
    group by o.control_id),
  counted as (
    select control_id, count(distinct item_key) filter (where counts) as n, count(distinct item_key) filter (where deviates) as k,
      bool_or(open) as open, bool_or(by_table) as by_table, bool_or(basis = 'STATISTICAL') as by_rates,
      bool_or(basis = 'AUTOMATED_ONE') as by_one, max(asked) filter (where by_table) as asked,
      count(distinct item_key) filter (where by_table and counts) as n_by_table,
      count(distinct item_key) filter (where basis = 'STATISTICAL' and counts) as n_by_rates,
      max(confidence_bp) / 10000.0::float8 as confidence, min(tolerable_rate_bp) / 10000.0::float8 as tolerable
    from tested group by control_id),
  standing as (
    select c.control_id from counted c join whole w on w.control_id = c.control_id
    where c.n > 0 and not (not c.open and (by_table or by_rates or by_one or is_whole)
      and (not by_table or k = 0 and (is_whole or n_by_table >= asked))
      and (not by_rates or is_whole or ${atMost('k', 'n_by_rates', 'tolerable')} <= 1 - confidence + 1e-9)
      and (by_table or by_rates or k = 0))),
  missing as (
    select e.control_id from exception e
    where e.engagement_id = $1 and e.state not in ('CORRECTED', 'WITHDRAWN') and cardinality(e.occurrence_labels) > 0 group by e.control_id)`

/**
 * Draws after the first of a sample that are not the stage that was planned, and leave items untested: by sizes alone. Draws that
 * replace items to which the control does not apply add none.
 */
const dilutions = `
  select e.id, e.n from (
    select s.id, d.size, s.parameters::jsonb -> 'stages' as stages, row_number() over (partition by s.id order by d.n) - 1 as n
    from sample s, jsonb_array_elements_text(s.parameters::jsonb -> 'draws') with ordinality d (size, n)
    where s.engagement_id = $1 and s.size < s.population_size and not exists (
      select 1 from sample_item i where i.sample_id = s.id and i.replaces_id is not null and i.position = 1 + (
        select sum(b.size::int) from jsonb_array_elements_text(s.parameters::jsonb -> 'draws') with ordinality b (size, n)
        where b.n < d.n))) e
  where e.n > 0 and e.size is distinct from e.stages #>> array[(e.n - 1)::text, 'additionalCount']`

/**
 * Samples of a second test that add items, and leave some untested, to what another test of the control drew and found deviations in.
 * Ids are in the order of time.
 */
const further = `
  select s.id from sample s join population o on o.id = s.population_id
  where s.engagement_id = $1 and s.size < s.population_size
    and exists (select 1 from result r join sample t on t.id = r.sample_id join population u on u.id = t.population_id
      where u.control_id = o.control_id and u.seed = o.seed and t.id <> s.id and r.id < s.id
        and coalesce(r.corrected_from, r.outcome) in ('DEVIATION', 'UNABLE_TO_TEST'))
    and exists (select 1 from sample_item i where i.sample_id = s.id and i.drawn_as <> 'REPLACEMENT' and not exists (
      select 1 from sample_item q join sample t on t.id = q.sample_id join population u on u.id = t.population_id
      where u.control_id = o.control_id and u.seed = o.seed and t.id <> s.id and q.id < s.id and q.item_key = i.item_key))`

/**
 * Every figure that speaks against a conclusion, from raw rows as a superuser sees them, written by hand: no word of it comes
 * from the rules. For engagements whose tables accept no deviation.
 */
const speaking = `
  with ${figures},
  against as (select control_id from standing union all select control_id from missing)
  select c.id as "subjectId", 'EFFECTIVE over figures' as because
    from control c where c.operation_conclusion = 'EFFECTIVE' and exists (select 1 from against a where a.control_id = c.id)
  union all select e.id, 'not material over figures'
    from exception e join materiality_decision d on d.exception_id = e.id
    where e.engagement_id = $1 and not d.material and e.state not in ('CORRECTED', 'WITHDRAWN')
      and (cardinality(e.occurrence_labels) > 0 or exists (select 1 from standing s where s.control_id = e.control_id))
  union all select d.id, 'together not material over figures' from aggregate_decision d
    where d.engagement_id = $1 and not d.material and exists (select 1 from exception e
      where e.id = any(d.exception_ids) and e.state not in ('CORRECTED', 'WITHDRAWN')
        and (cardinality(e.occurrence_labels) > 0 or exists (select 1 from standing s where s.control_id = e.control_id)))
  union all select r.id, 'explained' from result r
    where r.engagement_id = $1 and (r.explanation_state = 'APPROVED'
      or r.corrected_from in ('DEVIATION', 'UNABLE_TO_TEST') and not ${deviates})
  union all select d.id, 'diluted, extension ' || d.n from (${dilutions}) d
  union all select f.id, 'diluted by another test' from (${further}) f
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
  union all select c.id, 'rates beyond those of the firm' from control c
    where c.engagement_id = $1 and (c.confidence_bp < 9000 or c.tolerable_rate_bp > 1000)
      and exists (select 1 from population p where p.control_id = c.id and p.import_id is not null)
  union all select k.id, 'calendar changed' from engagement_calendar k where k.engagement_id = $1 and k.number > 1
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
      join exception e on e.id = d.exception_id where d.result_id = r.id and e.state not in ('CORRECTED', 'WITHDRAWN'))
  union all select 'occurrence of ' || c.ref from control c
    where c.engagement_id = $1 and c.frequency = 'QUARTERLY' and c.retired_at is null
      and 4 - (select count(*) from population p join population_item i on i.population_id = p.id and i.import_id = p.import_id
          where p.control_id = c.id and p.state = 'FROZEN')
        > (select count(*) from (
            select unnest(e.occurrence_labels) from exception e where e.control_id = c.id and e.state not in ('CORRECTED', 'WITHDRAWN')
            union select o.label from occurrence_explanation o where o.control_id = c.id and o.state = 'APPROVED') told)
  union all select 'days of ' || m.criterion_code from control_criterion m join control c on c.id = m.control_id
    where m.engagement_id = $1 and c.retired_at is null
      and not exists (select 1 from criterion_exclusion x where x.engagement_id = $1 and x.criterion_code = m.criterion_code)
      and not exists (select 1 from coverage_decision d where d.engagement_id = $1 and d.criterion_code = m.criterion_code)
      and not exists (select 1 from exception e where e.engagement_id = $1 and e.kind = 'DESIGN_DEFICIENCY'
        and e.state not in ('CORRECTED', 'WITHDRAWN') and m.criterion_code = any(e.criteria_codes))
    group by m.criterion_code having min(coalesce(c.operated_from, '2025-01-01')) > '2025-01-01'
  union all select 'list of ' || c.ref || ' of which nothing was tested' from population o join control c on c.id = o.control_id
    where o.engagement_id = $1 and o.state = 'FROZEN' and o.item_count > 0 and c.retired_at is null
      and not exists (select 1 from population l where l.supersedes_id = o.id and l.state = 'FROZEN')
      and not exists (select 1 from sample s join procedure p on p.id = s.procedure_id and p.state = 'REVIEWED'
          join population u on u.id = s.population_id
        where u.control_id = o.control_id and u.covers_from <= o.covers_from and u.covered_until_on >= o.covered_until_on
          and s.tested_count > 0 and not exists (select 1 from population l where l.supersedes_id = u.id and l.state = 'FROZEN'))
      and not exists (select 1 from population_gap_decision g where g.control_id = c.id)
  union all select t.action || ' of ' || c.ref from trail_entry t join control c on c.id = t.node_id
    where t.chain_id = $1 and t.action in ('updateControl', 'mapControl', 'retireControl', 'decideControlNotNeeded', 'recordControlReliance', 'changeControlCycle')
      and exists (select 1 from trail_entry b join procedure p on p.id = b.node_id
        where b.chain_id = $1 and b.action = 'startProcedure' and p.control_id = c.id and b.position < t.position)
      and not exists (select 1 from control_change h where h.control_id = c.id and abs(extract(epoch from h.created_at - t.at)) < 0.5)
  union all select 'EX-' || e.number || ' is material' from exception e
    join materiality_decision d on d.exception_id = e.id and d.material join opinion o on o.engagement_id = e.engagement_id
    where e.engagement_id = $1 and e.state not in ('CORRECTED', 'WITHDRAWN')
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
