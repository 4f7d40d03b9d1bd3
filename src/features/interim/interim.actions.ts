import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { Refusal } from '../../rules/refusal.js'
import { Procedure } from '../procedure/procedure.js'
import type { AnswerUpdateMattersInput, UpdateAnswerInput } from './interim.inputs.js'
import { UpdateAnswer } from './update-answer.js'
import { type UpdateMatterStanding, updateDaysOf, updateMattersOf } from './update-matters.js'

/** The procedure covers days in place of a population. */
export const answerUpdateMattersGate: Gate<Procedure> = async (procedure) => {
  if (updateDaysOf(procedure) !== null) return
  throw new Refusal('INVALID_INPUT', 'The procedure covers no days in place of a population: it has no such matters.', [
    'procedureId',
  ])
}

/**
 * Records what was seen of the matters that an update procedure must look at. An answer given before is replaced; the trail keeps it.
 * All are recorded, or none. Refused: INVALID_INPUT for a matter given twice or that there is not now; VERSION_CONFLICT for a matter that is
 * about something else than what was read; INVALID_INPUT for a procedure that covers no days.
 */
export async function answerUpdateMatters(tx: WriteTx, input: AnswerUpdateMattersInput) {
  const procedure = await tx.load(Procedure, input.procedureId, input.expectedVersion, 'update')
  await tx.permit(procedure)
  const matters = await updateMattersOf(Loaders.over(tx), procedure)
  for (const [at, given] of input.answers.entries()) {
    const matter = matterAnswered(procedure, matters, input.answers.slice(0, at), given)
    const { aboutIds, aboutVersions, labels, days, kind } = matter
    const said = { answer: given.answer, coversFrom: days.from, coversTo: days.to, aboutIds, aboutVersions, labels }
    const by = { answeredBy: tx.actor.memberId, answeredAt: tx.now }
    const { engagementId, id: procedureId } = procedure
    if (matter.answer) await tx.update(matter.answer, { ...said, ...by })
    else await tx.insert(UpdateAnswer, { engagementId, procedureId, kind, ...said, ...by })
  }
  // Who read the procedure before has not seen it, and does not sign it.
  await tx.touch(procedure)
  return { procedure }
}

function matterAnswered(
  { version: currentVersion }: Procedure,
  matters: readonly UpdateMatterStanding[],
  before: readonly UpdateAnswerInput[],
  { kind, matterDigest }: UpdateAnswerInput,
): UpdateMatterStanding {
  const path = ['answers', before.length]
  if (before.some((one) => one.kind === kind)) {
    throw new Refusal('INVALID_INPUT', `${kind} is answered twice.`, [...path, 'kind'])
  }
  const matter = matters.find((one) => one.kind === kind)
  if (!matter) throw new Refusal('INVALID_INPUT', `There is nothing of ${kind} to look at.`, [...path, 'kind'])
  if (matter.digest === matterDigest) return matter
  const message = 'There is something else to look at now than what you read: read the matter again.'
  throw new Refusal('VERSION_CONFLICT', message, [...path, 'matterDigest'], { currentVersion })
}
