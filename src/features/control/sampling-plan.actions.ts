import type { Gate } from '../../kernel/store/gates.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { Refusal } from '../../rules/refusal.js'
import { checkBeyondMethodology, checkSamplingOpen, plannedRates, rateBeyond } from '../../rules/sampling-plan.js'
import { methodologyInForce } from '../methodology/versions.js'
import { Control } from './control.js'
import type { PlanSamplingInput } from './sampling-plan.inputs.js'

/**
 * Names the rates for the samples of a control, until its first population is imported. Refused: rates that mean nothing or lie
 * beyond the bounds of the product (`plannedRates`); beyond those of the methodology by others than the engagement partner, or
 * without a reason and papers (`checkBeyondMethodology`).
 */
export async function planSampling(tx: WriteTx, input: PlanSamplingInput): Promise<{ control: Control }> {
  const control = await tx.load(Control, input.controlId, input.expectedVersion, 'update')
  await tx.permit(control)
  const restsOnIds = await checkPapers(tx, control.engagementId, input.restsOnIds)
  const methodology = await methodologyInForce(tx)
  const rates = plannedRates(input, methodology)
  const beyond = rateBeyond(rates, methodology)
  if (!beyond) return { control: await tx.update(control, { ...rates, ...withinMethodology }) }
  const role = tx.actor.team.get(control.engagementId) ?? null
  checkBeyondMethodology(beyond, { reason: input.reason ?? null, restsOnIds, role })
  const planned = {
    ratesReason: input.reason ?? null,
    ratesRestsOnIds: restsOnIds,
    ratesPlannedBy: tx.actor.memberId,
    ratesPlannedAt: tx.now,
  }
  return { control: await tx.update(control, { ...rates, ...planned }) }
}

const withinMethodology = { ratesReason: null, ratesRestsOnIds: [], ratesPlannedBy: null, ratesPlannedAt: null }

/** No population of the control was imported. */
export const planSamplingGate: Gate<Control> = async (control) => checkSamplingOpen(control)

/**
 * Fixes by what a control is sampled, with the first population that is imported: the methodology in force, its table, and the rates
 * that the control names, or else the methodology's. Nothing is changed where it was fixed before. Refused with INVALID_INPUT
 * where the firm has narrowed its bounds since the rates were planned.
 * @param control locked for update
 */
export async function fixSampling(tx: WriteTx, control: Control): Promise<Control> {
  if (control.samplingFixedAt !== null) return control
  const methodology = await methodologyInForce(tx)
  const beyond = rateBeyond(control, methodology)
  if (beyond && control.ratesReason === null) {
    const message = `${beyond.message} by the methodology in force, which is newer than the rates of the control: plan its sampling again.`
    throw new Refusal('INVALID_INPUT', message, ['controlId'])
  }
  return tx.update(control, {
    methodologyId: methodology.id,
    confidenceBp: control.confidenceBp ?? methodology.confidenceBp,
    tolerableRateBp: control.tolerableRateBp ?? methodology.tolerableRateBp,
    samplingFixedAt: tx.now,
  })
}
