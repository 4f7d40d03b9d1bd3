import type { Gate } from '../../kernel/store/gates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkSamplingOpen, plannedRates } from '../../rules/sampling-plan.js'
import { methodologyInForce } from '../methodology/versions.js'
import { Control } from './control.js'
import type { PlanSamplingInput } from './sampling-plan.inputs.js'

/** Names the rates for the samples of a control, until its first population is imported. Refused: rates that mean nothing. */
export async function planSampling(tx: WriteTx, input: PlanSamplingInput): Promise<{ control: Control }> {
  const control = await tx.load(Control, input.controlId, input.expectedVersion, 'update')
  await tx.permit(control)
  const rates = plannedRates(input, await methodologyInForce(tx))
  return { control: await tx.update(control, rates) }
}

/** No population of the control was imported. */
export const planSamplingGate: Gate<Control> = async (control) => checkSamplingOpen(control)

/**
 * Fixes by what a control is sampled, with the first population that is imported: the methodology in force, its table, and the rates
 * that the control names, or else the methodology's. Nothing is changed where it was fixed before.
 * @param control locked for update
 */
export async function fixSampling(tx: WriteTx, control: Control): Promise<Control> {
  if (control.samplingFixedAt !== null) return control
  const methodology = await methodologyInForce(tx)
  return tx.update(control, {
    methodologyId: methodology.id,
    confidenceBp: control.confidenceBp ?? methodology.confidenceBp,
    tolerableRateBp: control.tolerableRateBp ?? methodology.tolerableRateBp,
    samplingFixedAt: tx.now,
  })
}
