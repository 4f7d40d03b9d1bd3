import type { WriteTx } from '../../kernel/store/work.js'
import { checkSubsequentEvent } from '../../rules/subsequent-events.js'
import { Engagement } from '../engagement/engagement.js'
import type { RecordSubsequentEventInput } from './subsequent-event.inputs.js'
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
  const said = { number, what, occurredOn, knownOn, exceptionId: null, descriptionSectionId: null }
  return { subsequentEvent: await tx.insert(SubsequentEvent, { engagementId: engagement.id, ...said }) }
}
