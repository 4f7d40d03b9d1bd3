import { looksLikeDeviation } from './evaluation.js'
import { checkExplanationDecider, checkReviewer } from './independence.js'
import { checkProcedureIs, explanationLifecycle, populationLifecycle, procedureLifecycle } from './lifecycles.js'
import { Refusal } from './refusal.js'
import type { ExplanationState, PopulationState, ProcedureState, ResultOutcome } from './vocabulary.js'

/**
 * What can be done to a piece of fieldwork as it is, and by whom: conditions on one row and on who acts. Each returns,
 * or refuses with INVALID_TRANSITION, INVALID_INPUT or SEPARATION_OF_DUTIES.
 */
interface ProcedureFact {
  state: ProcedureState
  preparedBy: string | null
}

interface PopulationFact {
  state: PopulationState
}

interface ResultFact {
  outcome: ResultOutcome
  alternativeProcedure: string | null
  recordedBy: string
  explanationState: ExplanationState | null
  explainedBy: string | null
}

/** What was signed is not planned anew. */
export const canBeReplanned = ({ state }: ProcedureFact) =>
  checkProcedureIs(state, ['PLANNED', 'IN_PROGRESS'], 'Changing the plan')

export const canBeStarted = ({ state }: ProcedureFact) =>
  checkProcedureIs(state, ['PLANNED'], 'Starting', 'IN_PROGRESS')

/** Items are drawn and results recorded while the work is going on: not before it began, not after it was signed. */
export const isUnderWay = ({ state }: ProcedureFact) =>
  checkProcedureIs(state, ['IN_PROGRESS'], 'Drawing items and recording results')

export function canBePrepared({ state }: ProcedureFact): void {
  procedureLifecycle.move(state, 'PREPARED')
}

export function canBeReviewed({ state, preparedBy }: ProcedureFact, actor: { memberId: string }): void {
  procedureLifecycle.move(state, 'REVIEWED')
  checkReviewer({ preparers: preparedBy ? [preparedBy] : [], reviewer: actor.memberId })
}

export const canBeSentBack = ({ state }: ProcedureFact) =>
  checkProcedureIs(state, ['PREPARED', 'REVIEWED'], 'Sending back', 'IN_PROGRESS')

export function isDraft({ state }: PopulationFact): void {
  populationLifecycle.move(state, 'FROZEN')
}

export function canBeExplained(result: ResultFact): void {
  const { outcome, alternativeProcedure, explanationState } = result
  if (!looksLikeDeviation({ item: '', attribute: '', outcome, alternativeProcedure: alternativeProcedure !== null })) {
    throw new Refusal('INVALID_INPUT', 'This result is no deviation: there is nothing to explain.', ['resultId'])
  }
  if (explanationState) explanationLifecycle.move(explanationState, 'PROPOSED')
}

export function canBeDecided(result: ResultFact, actor: { memberId: string }): void {
  const { explanationState, explainedBy, recordedBy } = result
  if (explanationState === null || explainedBy === null) {
    throw new Refusal('INVALID_INPUT', 'Nobody proposed that this is not a deviation.', ['resultId'])
  }
  explanationLifecycle.move(explanationState, 'APPROVED')
  checkExplanationDecider({ explainer: explainedBy, recorder: recordedBy, decider: actor.memberId })
}
