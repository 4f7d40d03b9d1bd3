import { exceptionLifecycle, populationLifecycle, procedureLifecycle, responseLifecycle } from './lifecycles.js'
import { Refusal } from './refusal.js'
import type { ExceptionState, ExplanationState, PopulationState, ProcedureState, ResponseState } from './vocabulary.js'

/**
 * What evidence may be linked to, and until when. What was signed, fixed, communicated or submitted neither gains nor loses the
 * evidence that it rests on (AT-C 105, documentation).
 */

/** How many pieces of evidence support one object at most. */
export const evidenceMax = 200

/** A sample has thousands of results: each is supported by fewer. */
export const evidenceOfResultMax = 20

const change = { act: 'Changing its evidence', path: ['nodeId'] }

/** A procedure, and the results recorded in it, while it is under way. Refuses with INVALID_TRANSITION. */
export const checkProcedureTakesEvidence = ({ state }: { state: ProcedureState }): void =>
  procedureLifecycle.checkState(state, ['IN_PROGRESS'], change)

/** A population until it is fixed. Refuses with INVALID_TRANSITION. */
export const checkPopulationTakesEvidence = ({ state }: { state: PopulationState }): void =>
  populationLifecycle.checkState(state, ['DRAFT'], change)

/** An exception until the client has it. Refuses with INVALID_TRANSITION. */
export const checkExceptionTakesEvidence = ({ state }: { state: ExceptionState }): void =>
  exceptionLifecycle.checkState(state, ['DRAFT', 'CONFIRMED'], change)

/** A response while it is being written: not under who is to approve it, nor once it was submitted. Refuses with INVALID_TRANSITION. */
export const checkResponseTakesEvidence = ({ state }: { state: ResponseState }): void =>
  responseLifecycle.checkState(state, ['DRAFT', 'RETURNED'], change)

/** Evidence supports what belongs to its own engagement. Refuses with INVALID_INPUT. */
export function checkSameEngagement(evidence: { engagementId: string }, node: { engagementId: string }): void {
  if (evidence.engagementId === node.engagementId) return
  throw new Refusal('INVALID_INPUT', 'It belongs to another engagement than the evidence.', ['nodeId'])
}

/** Refuses with LIMIT_REACHED where a result has as much evidence as it may have. */
export function checkRoomInResult(linked: number): void {
  if (linked < evidenceOfResultMax) return
  const message = `It has ${evidenceOfResultMax} pieces of evidence already, which is the most.`
  throw new Refusal('LIMIT_REACHED', message, ['nodeId'])
}

/** What something comes to rest on is the newest there is; what rested on it before stays so. Refuses with INVALID_INPUT. */
export function checkNotSuperseded(newer: object | null): void {
  if (newer === null) return
  throw new Refusal('INVALID_INPUT', 'There is a newer one, which supersedes it: take that one.', ['evidenceId'])
}

/** What an approved explanation rested on stays with it. Refuses with INVALID_INPUT. */
export function checkExplainsNothing({ explanationState }: { explanationState: ExplanationState | null }): void {
  if (explanationState !== 'APPROVED') return
  throw new Refusal('INVALID_INPUT', 'An explanation that was approved rests on it: it stays.', ['evidenceId'])
}

/** What a submitted version names belongs to the answer for ever. Refuses with INVALID_INPUT. */
export function checkNotSubmitted(isNamed: boolean): void {
  if (!isNamed) return
  throw new Refusal('INVALID_INPUT', 'A version that was submitted names it: it stays.', ['evidenceId'])
}
