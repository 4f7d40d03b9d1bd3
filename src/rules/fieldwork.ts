import { looksLikeDeviation } from './deviations.js'
import { checkExplanationDecider, checkReviewer } from './independence.js'
import { explanationLifecycle, populationLifecycle, procedureLifecycle } from './lifecycles.js'
import { blocker, Refusal } from './refusal.js'
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
  isImporting: boolean
  latestImportId: string | null
}

interface ResultFact {
  outcome: ResultOutcome
  recordedBy: string
  explanationState: ExplanationState | null
  explainedBy: string | null
}

/** What was signed is not planned anew. */
export const checkReplannable = ({ state }: ProcedureFact) =>
  procedureLifecycle.checkState(state, ['PLANNED', 'IN_PROGRESS'], { act: 'Changing the plan' })

export const checkStartable = ({ state }: ProcedureFact) =>
  procedureLifecycle.checkState(state, ['PLANNED'], { act: 'Starting', to: 'IN_PROGRESS' })

/** Items are drawn and results recorded while the work is going on: not before it began, not after it was signed. */
export const checkUnderWay = ({ state }: ProcedureFact) =>
  procedureLifecycle.checkState(state, ['IN_PROGRESS'], { act: 'Drawing items and recording results' })

export function checkPreparable({ state }: ProcedureFact): void {
  procedureLifecycle.checkMove(state, 'PREPARED')
}

export function checkReviewable({ state, preparedBy }: ProcedureFact, actor: { memberId: string }): void {
  procedureLifecycle.checkMove(state, 'REVIEWED')
  checkReviewer({ preparers: preparedBy ? [preparedBy] : [], reviewer: actor.memberId })
}

export const checkSigned = ({ state }: ProcedureFact) =>
  procedureLifecycle.checkState(state, ['PREPARED', 'REVIEWED'], { act: 'Sending back', to: 'IN_PROGRESS' })

/** A draft whose items may change. */
export function checkDraft({ state }: Pick<PopulationFact, 'state'>): void {
  populationLifecycle.checkMove(state, 'FROZEN')
}

/** What a list is read for does not change while it is read. Refuses with NOT_READY. */
export function checkNotImporting({ isImporting, latestImportId }: PopulationFact): void {
  if (!isImporting) return
  const message = 'A list is being imported: wait until that ended, or cancel it.'
  throw new Refusal('NOT_READY', message, [], { blockers: [blocker('IMPORT_UNDER_WAY', message, latestImportId)] })
}

/** An import can end that is under way. */
export const checkImporting = ({ isImporting }: PopulationFact): void => {
  if (!isImporting)
    throw new Refusal('INVALID_INPUT', 'No list is being imported into the population.', ['populationId'])
}

export function checkExplainable(result: ResultFact): void {
  const { outcome, explanationState } = result
  if (!looksLikeDeviation(result)) {
    const message =
      outcome === 'NOT_APPLICABLE'
        ? 'That nothing applies is proposed by recording it: record the result anew.'
        : 'This result is no deviation: there is nothing to explain.'
    throw new Refusal('INVALID_INPUT', message, ['resultId'])
  }
  if (explanationState) explanationLifecycle.checkMove(explanationState, 'PROPOSED')
}

export function checkDecidable(result: ResultFact, actor: { memberId: string }): void {
  const { explanationState, explainedBy, recordedBy } = result
  if (explanationState === null || explainedBy === null) {
    throw new Refusal('INVALID_INPUT', 'Nothing was proposed of this result that could be decided on.', ['resultId'])
  }
  explanationLifecycle.checkMove(explanationState, 'APPROVED')
  checkExplanationDecider({ explainer: explainedBy, recorder: recordedBy, decider: actor.memberId })
}
