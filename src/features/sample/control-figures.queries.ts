import { listed } from '../../kernel/store/listed.js'
import type { EngagementScope } from '../../kernel/store/scope.js'
import { deviatingOutcomes, testedOutcomes } from '../../rules/deviations.js'
import type { SampleBasis, SelectionMethod } from '../../rules/vocabulary.js'
import { lines } from './lines.queries.js'

/** What the samples of one line of populations come to; several of one basis, for other attributes, as one. */
export interface SampledFigures {
  controlId: string
  /** Null in the row that stands for the whole control, as the basis is. */
  line: string | null
  basis: SampleBasis | null
  method: SelectionMethod
  confidenceBp: number
  tolerableRateBp: number
  acceptedCount: number | null
  /** How many items the table asks for over the whole control; null by another basis. */
  askedSize: number | null
  /** How many items the line has, and of how many of these it is known how they were found. */
  lineSize: number
  settledInForce: number
  isExtended: boolean
  /** Items, each counted once however many procedures test it. */
  tested: number
  deviating: number
  explained: number
  notApplicable: number
  outstanding: number
  /** Items that deviate, or looked so before they were explained, corrected or said to be outside the control. */
  deviatingAsFound: number
  /** Items tested, with those that looked like deviations before they were said to be outside the control. */
  testedAsFound: number
}

/**
 * What was found in the samples of each of these controls: a row for each line of populations and basis, and one for the whole. An
 * item that several procedures of the control test, or that is in several lists of the line, is one item, and deviates when it
 * does in one of them: what deviated before a list was superseded is not undone by the next.
 */
export async function sampledFigures(
  { tx, firmId, engagementIds }: EngagementScope,
  controlIds: readonly string[],
): Promise<SampledFigures[][]> {
  const found = await tx.query<SampledFigures>(
    `select p.control_id as "controlId", l.seed as line, s.basis, min(s.method) as method,
       max(s.confidence_bp)::int as "confidenceBp", min(s.tolerable_rate_bp)::int as "tolerableRateBp",
       max(s.accepted_deviation_count)::int as "acceptedCount", max(s.whole_size)::int as "askedSize", max(l.line_size)::int as "lineSize",
       bool_or(i.drawn_as = 'EXTENSION') as "isExtended",
       count(distinct (l.seed, i.item_key)) filter (where i.outcome in (${listed(testedOutcomes)}))::int as tested,
       count(distinct (l.seed, i.item_key)) filter (where i.outcome in (${listed(deviatingOutcomes)}))::int as deviating,
       count(distinct (l.seed, i.item_key)) filter (where i.outcome = 'NO_DEVIATION' and r.is_explained)::int as explained,
       count(distinct (l.seed, i.item_key)) filter (where i.outcome = 'NOT_APPLICABLE')::int as "notApplicable",
       count(distinct (l.seed, i.item_key)) filter (where i.outcome is null)::int as outstanding,
       count(distinct (l.seed, i.item_key)) filter (where i.outcome in (${listed(deviatingOutcomes)})
         or r.looked_deviating)::int as "deviatingAsFound",
       count(distinct (l.seed, i.item_key)) filter (where i.outcome in (${listed(testedOutcomes)})
         or r.looked_deviating)::int as "testedAsFound",
       count(distinct (s.population_id, i.ordinal)) filter (where l.in_force
         and i.outcome in (${listed([...testedOutcomes, 'NOT_APPLICABLE'])}))::int as "settledInForce"
     from sample s join procedure p on p.firm_id = $1 and p.id = s.procedure_id
     join ${lines} l on l.id = s.population_id
     join sample_item i on i.firm_id = $1 and i.sample_id = s.id
     left join lateral (
       select bool_or(explanation_state = 'APPROVED' and corrected_from is not null) as is_explained,
         bool_or(corrected_from is not null or outcome in (${listed(deviatingOutcomes)})) as looked_deviating
       from result where firm_id = $1 and sample_item_id = i.id) r on true
     where s.firm_id = $1 and p.control_id = any($2) and s.engagement_id = any($3)
     group by grouping sets ((p.control_id, l.seed, s.basis, s.is_statistical), (p.control_id))`,
    [firmId, controlIds, engagementIds],
  )
  const ofControls = new Map<string, SampledFigures[]>(controlIds.map((id) => [id, []]))
  for (const one of found) ofControls.get(one.controlId)?.push(one)
  return controlIds.map((id) => ofControls.get(id) as SampledFigures[])
}
