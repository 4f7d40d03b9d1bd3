import { listed } from '../../kernel/store/listed.js'
import type { EngagementScope } from '../../kernel/store/scope.js'
import { testedOutcomes } from '../../rules/deviations.js'
import type { SampleBasis, SelectionMethod } from '../../rules/vocabulary.js'
import { lines } from './lines.queries.js'
import { lookingLikeDeviation } from './result.queries.js'

/** What the results of one attribute come to, in items. */
interface Counted {
  tested: number
  deviating: number
  /** Of which the control is said, with approval, to have operated nevertheless. */
  explained: number
  notApplicable: number
}

/** The same of one attribute of a sample. */
export interface AttributeCounts extends Counted {
  attributeId: string
  letter: string
}

const isTested = `r.outcome in (${listed(testedOutcomes)})`
const isDeviating = lookingLikeDeviation('r')
const isExplained = `r.explanation_state = 'APPROVED' and r.explanation_kind = 'CONTROL_OPERATED'`
const isNotApplicable = `r.explanation_state = 'APPROVED' and r.explanation_kind = 'NOT_APPLICABLE'`

const isOpen = `not coalesce(${isTested} or ${isNotApplicable}, false)`

/** What the results of each sample come to, for each attribute of its procedure in the order of the letters: one statement. */
export async function attributeCounts(
  { tx, firmId, engagementIds }: EngagementScope,
  sampleIds: readonly string[],
): Promise<AttributeCounts[][]> {
  const found = await tx.query<AttributeCounts & { sampleId: string }>(
    `select s.id as "sampleId", a.id as "attributeId", a.letter, coalesce(c.tested, 0) as tested,
       coalesce(c.deviating, 0) as deviating, coalesce(c.explained, 0) as explained,
       coalesce(c.not_applicable, 0) as "notApplicable"
     from sample s join attribute a on a.firm_id = $1 and a.procedure_id = s.procedure_id
     left join (
       select r.sample_id, r.attribute_id, count(*) filter (where ${isTested})::int as tested,
         count(*) filter (where ${isDeviating})::int as deviating, count(*) filter (where ${isExplained})::int as explained,
         count(*) filter (where ${isNotApplicable})::int as not_applicable
       from result r where r.firm_id = $1 and r.sample_id = any($2) group by r.sample_id, r.attribute_id
     ) c on c.sample_id = s.id and c.attribute_id = a.id
     where s.firm_id = $1 and s.id = any($2) and s.engagement_id = any($3) order by a.letter`,
    [firmId, sampleIds, engagementIds],
  )
  const ofSamples = new Map<string, AttributeCounts[]>(sampleIds.map((id) => [id, []]))
  for (const one of found) ofSamples.get(one.sampleId)?.push(one)
  return sampleIds.map((id) => ofSamples.get(id) as AttributeCounts[])
}

/** What was found of one attribute in what was drawn from one line of populations on one basis. */
export interface AttributeSlice extends Counted {
  text: string
  basis: SampleBasis
  method: SelectionMethod
  confidenceBp: number
  tolerableRateBp: number
  acceptedCount: number | null
  /** How many items the table asks for over the whole control; null by another basis. */
  askedSize: number | null
  /** Items drawn to which the control applies. */
  applicable: number
  /** How many items the line has, and how many of these were drawn. */
  lineSize: number
  drawnInForce: number
  /** Items that lack a result in one of the procedures, or of which it is not settled. */
  outstanding: number
}

/**
 * The same over all samples of each control: attributes of several procedures with the same text are one, and an item that
 * several of them test, or that is in several lists of a line, counts once. One statement.
 */
export async function attributeSlices(
  { tx, firmId, engagementIds }: EngagementScope,
  controlIds: readonly string[],
): Promise<AttributeSlice[][]> {
  const items = (condition: string) => `count(distinct i.item_key) filter (where ${condition})::int`
  const found = await tx.query<AttributeSlice & { controlId: string }>(
    `select p.control_id as "controlId", a.description as text, s.basis, min(s.method) as method,
       max(s.confidence_bp)::int as "confidenceBp", min(s.tolerable_rate_bp)::int as "tolerableRateBp",
       max(s.accepted_deviation_count)::int as "acceptedCount", max(s.whole_size)::int as "askedSize",
       ${items("i.outcome is distinct from 'NOT_APPLICABLE'")} as applicable, max(l.line_size)::int as "lineSize",
       count(distinct (s.population_id, i.ordinal)) filter (where l.in_force)::int as "drawnInForce", ${items(isOpen)} as outstanding, ${items(isTested)} as tested, ${items(isDeviating)} as deviating,
       ${items(isExplained)} as explained, ${items(isNotApplicable)} as "notApplicable"
     from procedure p join sample s on s.firm_id = $1 and s.procedure_id = p.id
     join ${lines} l on l.id = s.population_id
     join attribute a on a.firm_id = $1 and a.procedure_id = p.id
     join sample_item i on i.firm_id = $1 and i.sample_id = s.id
     left join result r on r.firm_id = $1 and r.sample_item_id = i.id and r.attribute_id = a.id
     where p.firm_id = $1 and p.control_id = any($2) and p.engagement_id = any($3)
     group by p.control_id, a.description, l.seed, s.basis, s.is_statistical`,
    [firmId, controlIds, engagementIds],
  )
  const ofControls = new Map<string, AttributeSlice[]>(controlIds.map((id) => [id, []]))
  for (const one of found) ofControls.get(one.controlId)?.push(one)
  return controlIds.map((id) => ofControls.get(id) as AttributeSlice[])
}
