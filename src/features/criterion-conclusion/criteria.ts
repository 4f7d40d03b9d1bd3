import { sha256Of } from '../../kernel/schema/digest.js'
import { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import { canonicalJson } from '../../rules/canonical.js'
import {
  asWeighed,
  type ControlServing,
  type CriterionDecided,
  type CriterionStanding,
  type CriterionToConclude,
} from '../../rules/criteria.js'
import { isLive } from '../../rules/exceptions.js'
import { weighedMatters } from '../../rules/opinion.js'
import { aggregatesStanding } from '../../rules/opinion-facts.js'
import { AggregateDecision } from '../aggregate/aggregate-decision.js'
import { decidedOf, weighedIn } from '../aggregate/aggregates.js'
import { Control } from '../control/control.js'
import { ControlCriterion } from '../control/control-criterion.js'
import { type GapFound, gapsOf, isGapAnswered } from '../coverage/gaps.js'
import type { Criterion } from '../criterion/criterion.js'
import { criteriaInScope } from '../criterion/scope.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { CriterionConclusion } from './criterion-conclusion.js'

/** A criterion in scope that applies: what a conclusion on it rests on now, and the one that there is. */
export interface CriterionNow {
  engagementId: string
  criterion: Criterion
  facts: CriterionToConclude
  /** SHA-256 over the facts. */
  factsDigest: string
  conclusion: CriterionConclusion | null
}

/** Whether what a conclusion rests on has changed since. */
export const isConclusionStale = ({ conclusion, factsDigest }: CriterionNow): boolean =>
  conclusion !== null && conclusion.factsDigest !== factsDigest

/** The same, as the gate to the report asks for it. */
export const standingOf = (one: CriterionNow): CriterionStanding => ({
  code: one.criterion.code,
  conclusion: one.conclusion && { id: one.conclusion.id, isStale: isConclusionStale(one) },
})

/** The conclusion that holds; null where there is none, or it is stale. */
const holding = (one: CriterionNow): CriterionConclusion | null => (isConclusionStale(one) ? null : one.conclusion)

/** The same, as the opinion depends on it. */
export const criterionDecided = (one: CriterionNow): CriterionDecided => {
  const { facts, criterion } = one
  return { facts, title: criterion.title, outcomes: holding(one) }
}

/** The criteria of an engagement in a request: those of all engagements asked for in one tick are read as sets. None for a readiness engagement. */
export const criteriaIn = (loaders: Loaders, engagementId: string): Promise<CriterionNow[]> =>
  loaders
    .of<CriterionNow[]>('criteria as they are', async (ids, tx) => {
      const engagements = await tx.find(Engagement, { id: ids })
      const own = Loaders.over(tx)
      const found = await Promise.all(engagements.map((engagement) => criteriaNow(tx, engagement, own)))
      return ids.map((id) => found[engagements.findIndex((engagement) => engagement.id === id)] ?? [])
    })
    .load(engagementId)

/**
 * The criteria in scope that apply, in the order of the catalogue, read as sets whatever their number.
 * @param loaders where many engagements may ask at once; an act that reads anew leaves them out
 */
export async function criteriaNow(tx: Tx, engagement: Engagement, loaders = Loaders.over(tx)): Promise<CriterionNow[]> {
  const { id, kind } = engagement
  if (kind === 'READINESS') return []
  const [inScope, gaps, serving, weighed, decisions, conclusions] = await Promise.all([
    criteriaInScope(tx, engagement, loaders),
    gapsOf(tx, engagement, loaders),
    servingIn(loaders, id),
    weighedIn(loaders, id),
    loaders.children(AggregateDecision, 'engagementId', id, { id: 'asc' }),
    loaders.children(CriterionConclusion, 'engagementId', id, { id: 'asc' }),
  ])
  const live = weighed.filter(isLive)
  const aggregates = aggregatesStanding(decisions.map(decidedOf), weighed, kind)
  const matters = weighedMatters({ kind, aggregates }, live)
  return inScope
    .filter(({ exclusion }) => exclusion === null)
    .map(({ criterion }) => {
      const { code } = criterion
      const own = gaps.filter((gap) => gap.criterion.code === code).map(gapFact)
      const facts = asWeighed({ code, kind, controls: serving.get(code) ?? [], gaps: own }, live, matters)
      const conclusion = conclusions.find(({ criterionCode }) => criterionCode === code) ?? null
      return { engagementId: id, criterion, facts, factsDigest: sha256Of(canonicalJson(facts)), conclusion }
    })
}

const gapFact = (gap: GapFound): CriterionToConclude['gaps'][number] => ({
  from: gap.gapFrom,
  to: gap.gapTo,
  isPartial: gap.isPartial,
  answeredBy: !isGapAnswered(gap) ? null : gap.deficiency ? 'DEFICIENCY' : 'DECISION',
})

/** The controls that serve each criterion, by reference: those in use, and retired ones on which something was found. */
async function servingIn(loaders: Loaders, engagementId: string): Promise<ReadonlyMap<string, ControlServing[]>> {
  const [controls, mappings, exceptions] = await Promise.all([
    loaders.children(Control, 'engagementId', engagementId, { ref: 'asc' }),
    loaders.children(ControlCriterion, 'engagementId', engagementId, { id: 'asc' }),
    loaders.children(Exception, 'engagementId', engagementId, { number: 'asc' }),
  ])
  const withFindings = new Set(exceptions.filter(isLive).map(({ controlId }) => controlId))
  const serving = new Map<string, ControlServing[]>()
  for (const { id, ref, retiredAt, notNeededAt, designConclusion, operationConclusion } of controls) {
    if (retiredAt !== null && (notNeededAt !== null || !withFindings.has(id))) continue
    for (const { criterionCode } of mappings.filter(({ controlId }) => controlId === id)) {
      const others = serving.get(criterionCode) ?? []
      serving.set(criterionCode, [...others, { id, ref, design: designConclusion, operation: operationConclusion }])
    }
  }
  return serving
}
