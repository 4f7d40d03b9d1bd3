import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { type ControlContent, checkChangeAuthor, partsChanged } from '../../rules/changes.js'
import { isLive } from '../../rules/exceptions.js'
import { Refusal } from '../../rules/refusal.js'
import { checkSizing } from '../../rules/sampling-plan.js'
import { changeableColumns, checkInScope, checkOwner, checkTimeOfOperation } from '../control/control.actions.js'
import type { MapControlInput, UpdateControlInput } from '../control/control.inputs.js'
import { Control } from '../control/control.js'
import { ControlCriterion } from '../control/control-criterion.js'
import { gapsOf } from '../coverage/gaps.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { MaterialityDecision } from '../materiality/materiality-decision.js'
import { keepChanges, keepDecision, testingBegun } from './begun.js'
import type { DecideControlNotNeededInput, RetireControlInput } from './change.inputs.js'
import { checkRatedAsItsRisks } from './risk.actions.js'
import { mappingChanged, saveControl, saveMapping } from './save-control.js'

/** What of a control an act leaves as it is. */
export const notCompared = { criteria: [], reliesOn: [] }

/**
 * Changes what a control is; its reference stays. A conclusion on what it was is withdrawn. Once its testing has begun the engagement
 * partner alone rewords, re-dates or re-rates it, with a reason that names a paper, and the change is kept. Refused: what `createControl`
 * refuses, also of a control that replaces this one; a rating below a risk that it answers; TESTING_BEGUN.
 */
export async function updateControl(tx: WriteTx, input: UpdateControlInput) {
  const control = await tx.load(Control, input.controlId, input.expectedVersion)
  // The engagement is locked: when one control ended is compared with when another began, and no test begins meanwhile.
  await tx.permit(control, 'update')
  const restsOnIds = await checkPapers(tx, control.engagementId, input.restsOnIds)
  const engagement = await tx.load(Engagement, control.engagementId)
  const changes = updatedColumns(tx, Control, input, changeableColumns)
  const after = { ...control, ...changes }
  const { ownerMemberId } = after
  if (ownerMemberId !== null && ownerMemberId !== control.ownerMemberId) await checkOwner(tx, engagement, ownerMemberId)
  await checkTimeOfOperation(tx, engagement, after)
  checkSizing(control, changes, tx.actor.team.get(control.engagementId) ?? null)
  if (after.risk !== control.risk) await checkRatedAsItsRisks(tx, after)
  const replaced = await tx.find(Control, { id: [control.replacesId, after.replacesId].filter((id) => id !== null) })
  const contentOf = (one: typeof after): ControlContent => ({
    ...one,
    replaces: replaced.find(({ id }) => id === one.replacesId)?.ref ?? null,
    ...notCompared,
  })
  await keepChanges(tx, [{ control, parts: partsChanged(contentOf(control), contentOf(after)) }], {
    ...input,
    restsOnIds,
  })
  return { control: await saveControl(tx, control, changes) }
}

/**
 * Sets the criteria a control helps to meet: once its testing has begun by the engagement partner alone, with a reason that names a paper.
 * Refused, naming them: codes that are unknown, out of scope or not applicable; TESTING_BEGUN.
 */
export async function mapControl(tx: WriteTx, input: MapControlInput) {
  const control = await tx.load(Control, input.controlId, input.expectedVersion)
  await tx.permit(control, 'update')
  const restsOnIds = await checkPapers(tx, control.engagementId, input.restsOnIds)
  const engagement = await tx.load(Engagement, control.engagementId)
  const codes = await checkInScope(tx, engagement, input.criteriaCodes)
  const mapped = await tx.find(ControlCriterion, { controlId: control.id })
  const mapping = mappingChanged(mapped, codes)
  if (!mapping.isAnother) return { control }
  const content = { ...control, replaces: null, ...notCompared }
  const before = { ...content, criteria: mapped.map(({ criterionCode }) => criterionCode) }
  const parts = partsChanged(before, { ...content, criteria: codes })
  await keepChanges(tx, [{ control, parts }], { ...input, restsOnIds })
  return { control: await saveMapping(tx, control, mapping) }
}

/**
 * Takes a control out of what is examined: it serves no criterion any more, stays on file, and what was found on it stays in Section IV.
 * Once its testing has begun the engagement partner alone does so, with a reason that names a paper.
 */
export async function retireControl(tx: WriteTx, input: RetireControlInput) {
  const control = await tx.load(Control, input.controlId, input.expectedVersion)
  await tx.permit(control, 'update')
  const restsOnIds = await checkPapers(tx, control.engagementId, input.restsOnIds)
  const part = { part: 'RETIRED', saidBefore: 'in use', saidAfter: 'retired' } as const
  await keepChanges(tx, [{ control, parts: [part] }], { ...input, restsOnIds })
  const retired = { retiredAt: tx.now, retiredBy: tx.actor.memberId, retiredReason: input.reason }
  return { control: await tx.update(control, retired) }
}

/**
 * Decides, as the engagement partner, that a retired control was never needed: Section IV leaves it and what was found on it out, and the
 * quality reviewer sees the decision. Refused where another finding is hidden by it: see the gate.
 */
export async function decideControlNotNeeded(tx: WriteTx, input: DecideControlNotNeededInput) {
  const control = await tx.load(Control, input.controlId, input.expectedVersion)
  await tx.permit(control, 'update')
  const restsOnIds = await checkPapers(tx, control.engagementId, input.restsOnIds)
  const part = { part: 'NOT_NEEDED', saidBefore: 'needed', saidAfter: 'never needed' } as const
  await keepDecision(tx, [{ control, parts: [part] }], { ...input, restsOnIds })
  return { control: await tx.update(control, { notNeededAt: tx.now }) }
}

/** A control whose testing has begun is changed by the engagement partner alone. @throws Refusal TESTING_BEGUN */
export const changeAuthorGate: Gate<Control> = async (control, { tx, loaders, isAct }) => {
  // The act asks by itself, when it knows whether anything changes.
  if (isAct || !(await testingBegun(loaders, control))) return
  checkChangeAuthor(tx.actor.team.get(control.engagementId))
}

/**
 * That a control was never needed is not said while a live finding on it is material, nor where a criterion that it served was
 * served by no other control on some day of the period.
 * @throws Refusal INVALID_INPUT
 */
export const controlNotNeededGate: Gate<Control> = async (control, { tx, isAct, loaders: asked }) => {
  const loaders = isAct ? Loaders.over(tx) : asked
  const { id, engagementId } = control
  const engagement = (await loaders.byId(Engagement, engagementId)) as Engagement
  const [exceptions, decisions, mapped, gaps] = await Promise.all([
    loaders.children(Exception, 'engagementId', engagementId, { number: 'asc' }),
    loaders.children(MaterialityDecision, 'engagementId', engagementId, { id: 'asc' }),
    loaders.children(ControlCriterion, 'engagementId', engagementId, { id: 'asc' }),
    gapsOf(tx, engagement, loaders),
  ])
  const material = new Set(decisions.flatMap((decision) => (decision.material ? decision.exceptionId : [])))
  const reported = exceptions.find((one) => one.controlId === id && isLive(one) && material.has(one.id))
  if (reported) {
    throw new Refusal(
      'INVALID_INPUT',
      `EX-${reported.number} on it is material: the report states it, with the control.`,
    )
  }
  const served = new Set(mapped.flatMap(({ controlId, criterionCode }) => (controlId === id ? criterionCode : [])))
  const gap = gaps.find(({ criterion }) => served.has(criterion.code))
  if (gap) {
    const message = `On days from ${gap.gapFrom} to ${gap.gapTo} no other control serves ${gap.criterion.code}: it was needed.`
    throw new Refusal('INVALID_INPUT', message)
  }
}
