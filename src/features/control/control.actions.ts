import { notFound } from '../../kernel/access/faults.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkInformation, checkOperated, checkReplaces } from '../../rules/controls.js'
import { checkSizing } from '../../rules/sampling-plan.js'
import { checkMapping } from '../../rules/scope.js'
import { catalogue } from '../criterion/catalogue.js'
import { applicableCodes } from '../criterion/scope.js'
import { Engagement } from '../engagement/engagement.js'
import { type CreateControlInput, type MapControlInput, type UpdateControlInput } from './control.inputs.js'
import { Control, ordinaryCycle, unconcluded } from './control.js'
import { ControlCriterion } from './control-criterion.js'

/**
 * Adds a control, mapped to criteria where they are given. Refused: a reference in use, criteria outside the scope, days of operation
 * of which none is examined, a control to be replaced that had not ended before.
 */
export async function createControl(tx: WriteTx, input: CreateControlInput) {
  // Locked as it is read: the scope must not change between the check and the answer.
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const codes = await checkInScope(tx, engagement, input.criteriaCodes ?? [])
  const { ref, title, description, owner, frequency, nature, type, area, isKey } = input
  const { operatedFrom = null, operatedTo = null, replacesId = null, ipe = null, ipeReliability = null } = input
  const operation = { operatedFrom, operatedTo, replacesId, ipe, ipeReliability }
  await checkOperation(tx, engagement, operation)
  const risk = input.risk ?? 'MODERATE'
  const what = { ref, title, description, owner, frequency, nature, type, area, isKey, risk, ...operation }
  const control = await tx.insert(Control, { engagementId: engagement.id, ...what, ...ordinaryCycle, ...unconcluded })
  await link(tx, control, codes)
  return { control }
}

/** What of a control its tests are about, and what the report prints of it. */
const tested = ['title', 'description', 'frequency', 'nature', 'type', 'operatedFrom', 'operatedTo'] as const
const changeable = [...tested, 'owner', 'area', 'isKey', 'risk', 'replacesId', 'ipe', 'ipeReliability'] as const

/**
 * Changes what a control is; its reference stays. A conclusion on what it was is withdrawn. Refused: what `createControl` refuses, also
 * of a control that replaces this one.
 */
export async function updateControl(tx: WriteTx, input: UpdateControlInput) {
  const control = await tx.load(Control, input.controlId, input.expectedVersion)
  // The engagement is locked: when one control ended is compared with when another began.
  await tx.permit(control, 'update')
  const engagement = await tx.load(Engagement, control.engagementId)
  const changes = updatedColumns(tx, Control, input, changeable)
  await checkOperation(tx, engagement, { ...control, ...changes })
  checkSizing(control, changes, tx.actor.team.get(control.engagementId) ?? null)
  // What was concluded was concluded on another control than it is now.
  const isAnother = tested.some((name) => name in changes && changes[name] !== control[name])
  return { control: await tx.update(control, isAnother ? { ...changes, ...unconcluded } : changes) }
}

/** Sets the criteria a control helps to meet. Refused, naming them: codes that are unknown, out of scope or not applicable. */
export async function mapControl(tx: WriteTx, input: MapControlInput) {
  const control = await tx.load(Control, input.controlId, input.expectedVersion)
  await tx.permit(control)
  const engagement = await tx.load(Engagement, control.engagementId)
  const codes = await checkInScope(tx, engagement, input.criteriaCodes)
  const mapped = await tx.find(ControlCriterion, { controlId: control.id })
  const dropped = mapped.filter((one) => !codes.includes(one.criterionCode))
  const added = codes.filter((code) => !mapped.some((one) => one.criterionCode === code))
  for (const one of dropped) await tx.remove(one)
  await link(tx, control, added)
  return { control: dropped.length + added.length > 0 ? await tx.touch(control) : control }
}

async function checkInScope(tx: WriteTx, engagement: Engagement, codes: readonly string[]): Promise<string[]> {
  const known = (await catalogue(tx)).map(({ code }) => code)
  checkMapping(codes, { known, applicable: await applicableCodes(tx, engagement) })
  return [...new Set(codes)]
}

const link = (tx: WriteTx, control: Control, codes: readonly string[]) =>
  tx.insertMany(
    ControlCriterion,
    codes.map((criterionCode) => ({ engagementId: control.engagementId, controlId: control.id, criterionCode })),
  )

type Operation = Pick<Control, 'operatedFrom' | 'operatedTo' | 'replacesId'> & {
  ipe: string | null
  ipeReliability: string | null
}

/** @param control as it is to be; with its id where it exists already */
async function checkOperation(
  tx: WriteTx,
  engagement: Engagement,
  control: Operation & Partial<Control>,
): Promise<void> {
  checkOperated(control, engagement)
  checkInformation(control)
  if (control.replacesId !== null) {
    const replaced = await tx.load(Control, control.replacesId)
    if (replaced.engagementId !== engagement.id) throw notFound(replaced.id)
    checkReplaces(control, replaced.id === control.id ? { ...replaced, ...control, ref: replaced.ref } : replaced)
  }
  const { id, ref } = control
  if (id === undefined || ref === undefined) return
  const successors = await tx.find(Control, { engagementId: engagement.id, replacesId: id }, { byKey: true })
  for (const successor of successors) if (successor.id !== id) checkReplaces(successor, { ...control, ref })
}
