import type { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import type { ExceptionWeighed } from '../../rules/aggregates.js'
import type { AggregateStanding } from '../../rules/opinion-facts.js'
import { Exception } from '../exception/exception.js'
import { MaterialityDecision } from '../materiality/materiality-decision.js'
import type { AggregateDecision } from './aggregate-decision.js'

/** The exceptions of one engagement, by number, with their approved decisions, as they are weighed. */
export function weighedOf(
  exceptions: readonly Exception[],
  decisions: readonly MaterialityDecision[],
): ExceptionWeighed[] {
  const approved = new Map(
    decisions.flatMap((decision) => (decision.state === 'APPROVED' ? [[decision.exceptionId, decision]] : [])),
  )
  return exceptions.map(({ id, number, kind, state, criteriaCodes, testedCount, deviationCount }) => {
    const decision = approved.get(id)
    const judgment = decision ? { material: decision.material, pervasive: decision.pervasive } : null
    const compensatedBy = decision?.compensatingControlIds ?? []
    return { id, ref: `EX-${number}`, kind, state, criteriaCodes, testedCount, deviationCount, judgment, compensatedBy }
  })
}

/** The same, read in a request. */
export async function weighedIn(loaders: Loaders, engagementId: string): Promise<ExceptionWeighed[]> {
  const [exceptions, decisions] = await Promise.all([
    loaders.children(Exception, 'engagementId', engagementId, { number: 'asc' }),
    loaders.children(MaterialityDecision, 'engagementId', engagementId, { id: 'asc' }),
  ])
  return weighedOf(exceptions, decisions)
}

/** The same, read anew by an act. */
export async function weighedNow(tx: Tx, engagementId: string): Promise<ExceptionWeighed[]> {
  const [exceptions, decisions] = await Promise.all([
    tx.find(Exception, { engagementId }, { order: { number: 'asc' } }),
    tx.find(MaterialityDecision, { engagementId }),
  ])
  return weighedOf(exceptions, decisions)
}

/** A decision as the rules read it. */
export const decidedOf = (decision: AggregateDecision): AggregateStanding => ({
  criteriaCodes: decision.criteriaCodes,
  subjectMatter: decision.subjectMatter,
  exceptionIds: decision.exceptionIds,
  weighedFacts: decision.weighedFacts,
  isApproved: decision.state === 'APPROVED',
  judgment: { material: decision.material, pervasive: decision.pervasive },
})
