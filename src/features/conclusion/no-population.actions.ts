import type { Gate, GateView } from '../../kernel/store/gates.js'
import { scopeOf } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkMayLackPopulation, checkNotListed, checkOperationUntested } from '../../rules/no-population.js'
import { Control } from '../control/control.js'
import { withdrawConclusion } from '../control/withdraw-conclusion.js'
import { Procedure } from '../procedure/procedure.js'
import type { ApproveControlWithoutPopulationInput, MarkControlWithoutPopulationInput } from './conclusion.inputs.js'
import { controlsListed } from './no-population.queries.js'
import { NoPopulationMark } from './no-population-mark.js'

/**
 * Marks a control as having no population, or anew with another reason: then it awaits approval again. Refused for a control
 * that acts on items, and once its testing has begun: what was looked at is not declared away.
 */
export async function markControlWithoutPopulation(tx: WriteTx, input: MarkControlWithoutPopulationInput) {
  const control = await tx.load(Control, input.controlId, input.expectedVersion, 'update')
  await tx.permit(control)
  const { id: controlId, engagementId } = control
  const marked = {
    reason: input.reason,
    markedBy: tx.actor.memberId,
    markedAt: tx.now,
    approvedBy: null,
    approvedAt: null,
  }
  const before = await tx.one(NoPopulationMark, { controlId })
  const mark = before
    ? await tx.update(before, marked)
    : await tx.insert(NoPopulationMark, { engagementId, controlId, ...marked })
  await withdrawConclusion(tx, control)
  if (control.version === input.expectedVersion) await tx.touch(control)
  return { control, mark }
}

/** Approves the mark. Refused for who made it, twice, and for a control that acts on items as it is now. */
export async function approveControlWithoutPopulation(tx: WriteTx, input: ApproveControlWithoutPopulationInput) {
  const mark = await tx.load(NoPopulationMark, input.markId, input.expectedVersion, 'update')
  await tx.permit(mark)
  await tx.update(mark, { approvedBy: tx.actor.memberId, approvedAt: tx.now })
  return { mark }
}

/** No test of its operation was started, and no population of it was described. */
export const markControlWithoutPopulationGate: Gate<Control> = async (control, view) => {
  checkNotListed(await isListed(control, view))
  const { id: controlId } = control
  checkOperationUntested(
    view.isAct
      ? await view.tx.find(Procedure, { controlId }, { lock: 'share' })
      : await view.loaders.children(Procedure, 'controlId', controlId, { ref: 'asc' }),
  )
}

const isListed = async (control: Control, { tx, loaders, isAct }: GateView): Promise<boolean> =>
  isAct
    ? (await controlsListed(scopeOf(tx, control), [control.id]))[0] === true
    : loaders.within('controls listed', ({ id }: Control) => id, controlsListed).load(control)

/** The control is still one that may have no population, and none was described before the mark was approved. */
export const approveControlWithoutPopulationGate: Gate<NoPopulationMark> = async ({ controlId }, view) => {
  const control = view.isAct
    ? await view.tx.load(Control, controlId, undefined, 'share')
    : ((await view.loaders.byId(Control, controlId)) as Control)
  checkMayLackPopulation(control)
  checkNotListed(await isListed(control, view))
}
