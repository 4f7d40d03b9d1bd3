import type { EngagementScope } from '../../kernel/store/scope.js'
import type { ExplainableResult, ExplainedSample } from '../../rules/explanations.js'
import { BASIS_POINTS } from '../../rules/figures.js'
import type { SampleBasis, SelectionMethod } from '../../rules/vocabulary.js'
import { lines } from './lines.queries.js'
import { lookingLikeDeviation } from './result.queries.js'

interface Weighed {
  controlId: string
  basis: SampleBasis
  method: SelectionMethod
  confidenceBp: number
  tolerableRateBp: number
  acceptedCount: number | null
  askedSize: number | null
  lineSize: number
  applicable: number
  drawnInForce: number
  results: ExplainableResult[] | null
}

/**
 * What was drawn for each control, by line of populations and basis, over all its procedures: with every result that is a deviation
 * or was explained. An item that several procedures test, or that is in several lists of the line, is one item; what is outstanding is counted among those that apply.
 */
export async function explainedSamples(
  { tx, firmId, engagementIds }: EngagementScope,
  controlIds: readonly string[],
): Promise<ExplainedSample[][]> {
  const found = await tx.query<Weighed>(
    `select drawn.*, (
       select jsonb_agg(jsonb_build_object('id', r.id, 'item', i.item_key, 'isExplained', r.explanation_state is not distinct from 'APPROVED'))
       from result r join sample_item i on i.firm_id = $1 and i.id = r.sample_item_id
       where r.firm_id = $1 and r.sample_id = any(drawn.samples)
         and (${lookingLikeDeviation('r')} or r.corrected_from is not null)) as results
     from (
       select p.control_id as "controlId", s.basis, min(s.method) as method, max(s.confidence_bp)::int as "confidenceBp",
         min(s.tolerable_rate_bp)::int as "tolerableRateBp", max(s.accepted_deviation_count)::int as "acceptedCount",
         max(s.whole_size)::int as "askedSize", max(l.line_size)::int as "lineSize", array_agg(distinct s.id) as samples,
         count(distinct i.item_key) filter (where i.outcome is distinct from 'NOT_APPLICABLE')::int as applicable,
         count(distinct (s.population_id, i.ordinal)) filter (where l.in_force)::int as "drawnInForce"
       from procedure p join sample s on s.firm_id = $1 and s.procedure_id = p.id
       join ${lines} l on l.id = s.population_id
       join sample_item i on i.firm_id = $1 and i.sample_id = s.id
       where p.firm_id = $1 and p.control_id = any($2) and p.engagement_id = any($3)
       group by p.control_id, l.seed, s.basis, s.is_statistical) drawn`,
    [firmId, controlIds, engagementIds],
  )
  const weighed = (one: Weighed): ExplainedSample => ({
    basis: one.basis,
    method: one.method,
    confidence: one.confidenceBp / BASIS_POINTS,
    tolerableRate: one.tolerableRateBp / BASIS_POINTS,
    acceptedCount: one.acceptedCount,
    askedSize: one.askedSize,
    lineSize: one.lineSize,
    applicableCount: one.applicable,
    allDrawn: one.drawnInForce >= one.lineSize,
    results: one.results ?? [],
  })
  return controlIds.map((id) => found.filter(({ controlId }) => controlId === id).map(weighed))
}
