import type { WriteTx } from '../../kernel/store/work.js'
import { checkFollowed } from '../../rules/subsequent-events.js'
import { SubsequentEvent } from '../document/subsequent-event.js'
import { descriptionSectionNamed } from '../engagement/named-section.js'
import type { EvaluateSubsequentEventInput } from './event-evaluation.inputs.js'
import { Exception } from './exception.js'

/**
 * Evaluates a subsequent event, once. One that changes a conclusion names the exception that was raised for it, one that the description
 * discloses the section; what is thought of it later is another event, or a decision on the exception.
 * @throws Refusal INVALID_INPUT as `checkFollowed`; NOT_FOUND at `exceptionId` or `descriptionSectionId`
 */
export async function evaluateSubsequentEvent(tx: WriteTx, input: EvaluateSubsequentEventInput) {
  const event = await tx.load(SubsequentEvent, input.subsequentEventId, input.expectedVersion)
  await tx.permit(event, 'update')
  const exception = input.exceptionId ? await tx.load(Exception, input.exceptionId, undefined, 'share') : null
  const section = await descriptionSectionNamed(tx, event.engagementId, input.descriptionSectionId ?? null)
  const { evaluation, reason: evaluationReason } = input
  checkFollowed({ ...event, evaluation }, exception, section)
  const follows = { exceptionId: exception?.id ?? null, descriptionSectionId: section?.id ?? null }
  const by = { evaluatedBy: tx.actor.memberId, evaluatedAt: tx.now }
  return { subsequentEvent: await tx.update(event, { evaluation, evaluationReason, ...follows, ...by }) }
}
