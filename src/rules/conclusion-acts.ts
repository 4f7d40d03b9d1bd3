import { checkDecisionApprover } from './independence.js'
import { decisionLifecycle, engagementLifecycle } from './lifecycles.js'
import { blocker, Refusal } from './refusal.js'
import type { DecisionState, EngagementKind, EngagementState } from './vocabulary.js'

/**
 * When an act from the lifecycle of an engagement to its report is possible, as far as its row and who acts decide that:
 * for the `when` of the policy table. Each returns, or throws a Refusal.
 */

/** The engagement is in `from`; another way to `to` is another act. Refuses with INVALID_TRANSITION. */
export const checkMoves =
  (from: EngagementState, to: EngagementState) =>
  ({ state }: { state: EngagementState }): void => {
    const message = `This leads from ${from} to ${to}; the engagement is ${state}.`
    engagementLifecycle.checkState(state, [from], { to, message })
  }

/** Refuses with INVALID_TRANSITION. */
export const checkWithdrawable = ({ state }: { state: EngagementState }) => {
  engagementLifecycle.checkMove(state, 'WITHDRAWN')
}

/** A readiness engagement ends in findings: no opinion, no report. Refuses with INVALID_INPUT. */
export const checkEndsInOpinion = ({ kind }: { kind: EngagementKind }) => {
  if (kind !== 'READINESS') return
  throw new Refusal('INVALID_INPUT', 'A readiness engagement ends in findings; it has no opinion and no report.')
}

interface DecisionFacts {
  state: DecisionState
  decidedBy: string
  returnedReason: string | null
}

/** Refuses with INVALID_TRANSITION. */
export const checkDecisionOpen = ({ state }: DecisionFacts) => {
  decisionLifecycle.checkMove(state, 'APPROVED')
}

/** Refuses with INVALID_TRANSITION. */
export const checkDecisionApproved = ({ state }: DecisionFacts) => {
  decisionLifecycle.checkMove(state, 'PROPOSED')
}

/** What was returned is revised first. Refuses with NOT_READY. */
export const checkNotReturned = ({ returnedReason }: DecisionFacts) => {
  if (returnedReason === null) return
  const message = 'The decision was returned; it must be revised first.'
  throw new Refusal('NOT_READY', message, [], { blockers: [blocker('DECISION_RETURNED', message)] })
}

/** Refuses with SEPARATION_OF_DUTIES. */
export const checkAnothersDecision = (decision: DecisionFacts, actor: { memberId: string }) =>
  checkDecisionApprover({ decider: decision.decidedBy, approver: actor.memberId })

/** Only an opinion other than the proposed one is agreed to, once. Refuses with INVALID_INPUT. */
export const checkAwaitsAgreement = (opinion: { differs: boolean; agreedAt: Date | null }) => {
  if (!opinion.differs) throw new Refusal('INVALID_INPUT', 'The opinion is as proposed: it needs no agreement.')
  if (opinion.agreedAt) throw new Refusal('INVALID_INPUT', 'The quality reviewer has agreed already.')
}
