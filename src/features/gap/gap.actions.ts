import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkNamesPaper } from '../../rules/papers.js'
import { Refusal } from '../../rules/refusal.js'
import { Control } from '../control/control.js'
import type { AcceptPopulationGapInput } from './gap.inputs.js'
import { PopulationGapDecision } from './population-gap-decision.js'
import { populationGapsOf } from './population-gaps.js'

const noGap = () => new Refusal('INVALID_INPUT', 'The control has no such gap now that is not accepted.', ['gapFrom'])

/** Some gap of the control is not accepted yet. */
export const acceptPopulationGapGate: Gate<Control> = async (control, { loaders, isAct }) => {
  if (isAct) return
  if ((await populationGapsOf(loaders, control)).some(({ decision }) => decision === null)) return
  throw noGap()
}

/**
 * Records, as a manager or the engagement partner, why days of a control's time that no population covers are left so, with the
 * papers that the reason rests on. It is a judgment against the figures, which partner and quality reviewer acknowledge.
 * Refused with INVALID_INPUT: days that are no gap of the control as it is now, or accepted before; a reason that names no paper.
 */
export async function acceptPopulationGap(tx: WriteTx, input: AcceptPopulationGapInput) {
  // Locked: a population is frozen under the same lock, so that the gap stays what was read.
  const control = await tx.load(Control, input.controlId, undefined, 'update')
  await tx.permit(control)
  const restsOnIds = await checkPapers(tx, control.engagementId, input.restsOnIds)
  const { gapFrom, gapTo, reason } = input
  const gap = (await populationGapsOf(Loaders.over(tx), control)).find(
    (one) => one.gapFrom === gapFrom && one.gapTo === gapTo && one.decision === null,
  )
  if (!gap) throw noGap()
  checkNamesPaper(restsOnIds)
  const { engagementId, id: controlId } = control
  const said = { gapFrom, gapTo, reason, restsOnIds }
  return { decision: await tx.insert(PopulationGapDecision, { engagementId, controlId, ...said }), control }
}
