import { notFound } from '../../kernel/access/faults.js'
import type { NewRow } from '../../kernel/store/row.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkInformation, checkMayOwn, checkOperated, checkReplaces } from '../../rules/controls.js'
import { checkMapping } from '../../rules/scope.js'
import { catalogue } from '../criterion/catalogue.js'
import { applicableCodes } from '../criterion/scope.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import type { CreateControlInput } from './control.inputs.js'
import { Control, notYetTested } from './control.js'
import { ControlCriterion } from './control-criterion.js'

/**
 * Adds a control, mapped to criteria where they are given. Refused: a reference in use, criteria outside the scope, days of operation
 * of which none is examined, a control to be replaced that had not ended before, an owner who is none of the client's people.
 */
export async function createControl(tx: WriteTx, input: CreateControlInput) {
  // Locked as it is read: the scope must not change between the check and the answer.
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const codes = await checkInScope(tx, engagement, input.criteriaCodes ?? [])
  const { ref, title, description, owner, frequency, nature, type, area, isKey } = input
  const { operatedFrom = null, operatedTo = null, replacesId = null, ipe = null, ipeReliability = null } = input
  const { ownerMemberId = null } = input
  const operation = { operatedFrom, operatedTo, replacesId, ipe, ipeReliability }
  if (ownerMemberId !== null) await checkOwner(tx, engagement, ownerMemberId)
  await checkTimeOfOperation(tx, engagement, operation)
  const risk = input.risk ?? 'MODERATE'
  const what = {
    ref,
    title,
    description,
    owner,
    frequency,
    nature,
    type,
    area,
    isKey,
    risk,
    ownerMemberId,
    ...operation,
  }
  const [control] = await insertControls(tx, engagement.id, [{ what, codes }])
  return { control: control as Control }
}

/** A control that is made, and the criteria it helps to meet: those that `checkInScope` lets pass. */
interface MadeControl {
  what: NewRow<Control>
  codes: readonly string[]
}

/** Makes controls of an engagement that the caller was permitted to plan, in the order given; nothing is concluded on them yet. */
export async function insertControls(
  tx: WriteTx,
  engagementId: string,
  made: readonly MadeControl[],
): Promise<Control[]> {
  const controls = await tx.insertMany(
    Control,
    made.map(({ what }) => what),
    { common: { engagementId, ...notYetTested } },
  )
  const mapped = controls.flatMap((control, at) => mappingOf(control, made[at]?.codes ?? []))
  await tx.insertMany(ControlCriterion, mapped)
  return controls
}

/** What of a control its tests are about, and what the report prints of it. */
export const testedColumns = [
  'title',
  'description',
  'frequency',
  'nature',
  'type',
  'operatedFrom',
  'operatedTo',
] as const
/** What an update may change. */
export const changeableColumns = [
  ...testedColumns,
  'owner',
  'ownerMemberId',
  'area',
  'isKey',
  'risk',
  'replacesId',
  'ipe',
  'ipeReliability',
] as const

/**
 * The codes, each once.
 * @param kept those that were named before, and may have left the scope since
 * @throws Refusal INVALID_INPUT at each that is unknown, out of scope or not applicable
 */
export async function checkInScope(
  tx: WriteTx,
  engagement: Engagement,
  codes: readonly string[],
  kept: readonly string[] = [],
): Promise<string[]> {
  const known = (await catalogue(tx)).map(({ code }) => code)
  checkMapping(codes, { known, applicable: [...(await applicableCodes(tx, engagement)), ...kept] })
  return [...new Set(codes)]
}

/** Says of criteria that a control helps to meet them. */
export const mapTo = (tx: WriteTx, control: Control, codes: readonly string[]) =>
  tx.insertMany(ControlCriterion, mappingOf(control, codes))

const mappingOf = ({ engagementId, id: controlId }: Control, codes: readonly string[]) =>
  codes.map((criterionCode) => ({ engagementId, controlId, criterionCode }))

/**
 * Who answers for a control is one of the client's people.
 * @throws Denial NOT_FOUND for anyone else; Refusal INVALID_INPUT at `ownerMemberId` for a membership that can be used no more
 */
export async function checkOwner(tx: WriteTx, { clientId }: Engagement, ownerMemberId: string): Promise<void> {
  const member = await tx.load(Member, ownerMemberId)
  if (member.clientId !== clientId) throw notFound(ownerMemberId)
  checkMayOwn(member)
}

type Operation = Pick<Control, 'operatedFrom' | 'operatedTo' | 'replacesId'> & {
  ipe: string | null
  ipeReliability: string | null
}

/**
 * When a control operated, which one it replaced, and on what information it rests.
 * @param control as it is to be; with its id where it exists already
 * @throws Refusal INVALID_INPUT, Denial NOT_FOUND for a control of another engagement
 */
export async function checkTimeOfOperation(
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
