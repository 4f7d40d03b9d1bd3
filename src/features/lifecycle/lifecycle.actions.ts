import type { WriteTx } from '../../kernel/store/work.js'
import { keepCalendar } from '../calendar/calendar-used.js'
import { Engagement } from '../engagement/engagement.js'
import type {
  ReturnToFieldworkInput,
  ReturnToPlanningInput,
  StartCompletionInput,
  StartFieldworkInput,
  WithdrawEngagementInput,
} from './lifecycle.inputs.js'

/**
 * The engagement, locked: of several who would move it at once one goes on, and the others are told that its version is
 * another one. Every act on an engagement holds this lock at least in part, so what a gate has seen stays so.
 */
export async function engagementToMove(
  tx: WriteTx,
  input: { engagementId: string; expectedVersion: number },
): Promise<Engagement> {
  const engagement = await tx.load(Engagement, input.engagementId, input.expectedVersion, 'update')
  await tx.permit(engagement)
  return engagement
}

/** Begins fieldwork: scope and period are locked from now on. Refused with NOT_READY while the gate is closed. */
export async function startFieldwork(tx: WriteTx, input: StartFieldworkInput) {
  const engagement = await engagementToMove(tx, input)
  const fieldworkStartedAt = engagement.fieldworkStartedAt ?? tx.now
  return { engagement: await tx.update(engagement, { state: 'FIELDWORK', fieldworkStartedAt }) }
}

/** Ends fieldwork; the engagement keeps the calendar that it used. Refused with NOT_READY while the gate is closed. */
export async function startCompletion(tx: WriteTx, input: StartCompletionInput) {
  const engagement = await engagementToMove(tx, input)
  await keepCalendar(tx, engagement)
  return { engagement: await tx.update(engagement, { state: 'COMPLETION' }) }
}

/** Goes back to planning. Scope and period stay locked. */
export async function returnToPlanning(tx: WriteTx, input: ReturnToPlanningInput) {
  const engagement = await engagementToMove(tx, input)
  tx.note(engagement, { after: { reason: input.reason } })
  return { engagement: await tx.update(engagement, { state: 'PLANNING' }) }
}

/** Goes back to fieldwork. What the quality reviewer cleared is no more. */
export async function returnToFieldwork(tx: WriteTx, input: ReturnToFieldworkInput) {
  const engagement = await engagementToMove(tx, input)
  tx.note(engagement, { after: { reason: input.reason } })
  const unclear = { qualityReviewClearedBy: null, qualityReviewClearedAt: null, qualityReviewDigest: null }
  return { engagement: await tx.update(engagement, { state: 'FIELDWORK', ...unclear }) }
}

/** Withdraws from the engagement, for good. The record stays. */
export async function withdrawEngagement(tx: WriteTx, input: WithdrawEngagementInput) {
  const engagement = await engagementToMove(tx, input)
  const withdrawn = { withdrawnReason: input.reason, withdrawnAt: tx.now }
  return { engagement: await tx.update(engagement, { state: 'WITHDRAWN', ...withdrawn }) }
}
