import type { Gate } from '../../kernel/store/gates.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkUnderWay } from '../../rules/fieldwork.js'
import { checkAnswersSomething, checkPerformedOn } from '../../rules/walkthroughs.js'
import { Procedure } from '../procedure/procedure.js'
import type { RecordWalkthroughInput, UpdateWalkthroughInput } from './walkthrough.inputs.js'
import { Walkthrough } from './walkthrough.js'

const account = ['performedOn', 'personAsked', 'roleAsked', 'traced', 'seen'] as const

/** Records a walkthrough. Refused: a procedure that is not under way, or about operation alone; a day in the future. */
export async function recordWalkthrough(tx: WriteTx, input: RecordWalkthroughInput) {
  const procedure = await tx.load(Procedure, input.procedureId, undefined, 'update')
  await tx.permit(procedure)
  checkAnswersSomething(procedure)
  checkPerformedOn(input.performedOn, tx.now)
  const { engagementId, id: procedureId } = procedure
  const walkthrough = await tx.insert(Walkthrough, {
    engagementId,
    procedureId,
    performedOn: input.performedOn,
    personAsked: input.personAsked,
    roleAsked: input.roleAsked,
    traced: input.traced,
    seen: input.seen,
    performedBy: tx.actor.memberId,
  })
  // Who read the procedure before has not seen it, and does not sign it.
  await tx.touch(procedure)
  return { walkthrough, procedure }
}

/** Changes a walkthrough. Refused once its procedure is signed. */
export async function updateWalkthrough(tx: WriteTx, input: UpdateWalkthroughInput) {
  const { procedureId } = await tx.load(Walkthrough, input.walkthroughId)
  const procedure = await tx.load(Procedure, procedureId, undefined, 'update')
  const walkthrough = await tx.load(Walkthrough, input.walkthroughId, input.expectedVersion, 'update')
  await tx.permit(walkthrough)
  const changes = updatedColumns(tx, Walkthrough, input, account)
  if (changes.performedOn) checkPerformedOn(changes.performedOn, tx.now)
  await tx.update(walkthrough, { ...changes, performedBy: tx.actor.memberId })
  await tx.touch(procedure)
  return { walkthrough, procedure }
}

/** The procedure is about design or implementation. */
export const recordWalkthroughGate: Gate<Procedure> = async (procedure) => checkAnswersSomething(procedure)

/** Its procedure is under way. */
export const updateWalkthroughGate: Gate<Walkthrough> = async ({ procedureId }, { tx, loaders, isAct }) =>
  checkUnderWay(
    isAct ? await tx.load(Procedure, procedureId) : ((await loaders.byId(Procedure, procedureId)) as Procedure),
  )
