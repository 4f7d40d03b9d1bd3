import type { WriteTx } from '../../kernel/store/work.js'
import { checkSubsequentEvent } from '../../rules/documents.js'
import { Engagement } from '../engagement/engagement.js'
import type { EvaluateSubsequentEventInput, RecordSubsequentEventInput } from './subsequent-event.inputs.js'
import { SubsequentEvent } from './subsequent-event.js'

/**
 * Records a subsequent event. Refused: one that was known by the last day examined, which is examined itself; days to come, and one
 * that was known before it occurred.
 */
export async function recordSubsequentEvent(tx: WriteTx, input: RecordSubsequentEventInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  checkSubsequentEvent(input, engagement, tx.now)
  const { what, occurredOn, knownOn } = input
  const number = (await tx.count(SubsequentEvent, { engagementId: engagement.id })) + 1
  const said = { number, what, occurredOn, knownOn }
  return { subsequentEvent: await tx.insert(SubsequentEvent, { engagementId: engagement.id, ...said }) }
}

/** Evaluates a subsequent event, or evaluates it anew. One that changes a conclusion has the opinion decided anew. */
export async function evaluateSubsequentEvent(tx: WriteTx, input: EvaluateSubsequentEventInput) {
  const event = await tx.load(SubsequentEvent, input.subsequentEventId, input.expectedVersion)
  await tx.permit(event, 'update')
  const { evaluation, reason: evaluationReason } = input
  const by = { evaluatedBy: tx.actor.memberId, evaluatedAt: tx.now }
  return { subsequentEvent: await tx.update(event, { evaluation, evaluationReason, ...by }) }
}
