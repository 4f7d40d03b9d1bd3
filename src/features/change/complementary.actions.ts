import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { EngagementRow, RowClass } from '../../kernel/store/row.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import {
  changeOfRecord,
  checkCriteriaNamed,
  checkExpectedOf,
  checkNothingExpected,
  checkPerforms,
  isCarvedOut,
  type Told,
} from '../../rules/complementary.js'
import { checkScopeAuthor } from '../../rules/scope.js'
import { idsOfControls, notRetired } from '../complementary/complementary.actions.js'
import type {
  RecordComplementaryControlInput,
  UpdateComplementaryControlInput,
  UpdateServiceCommitmentInput,
  UpdateSubserviceOrganizationInput,
} from '../complementary/complementary.inputs.js'
import { ComplementaryControl } from '../complementary/complementary-control.js'
import { type RetiredOrNot, standing } from '../complementary/retired-or-not.js'
import type {
  RetireComplementaryControlInput,
  RetireServiceCommitmentInput,
  RetireSubserviceOrganizationInput,
} from '../complementary/retirement.inputs.js'
import { ServiceCommitment } from '../complementary/service-commitment.js'
import { SubserviceOrganization } from '../complementary/subservice-organization.js'
import { checkInScope } from '../control/control.actions.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import type { Reasoned } from './begun.js'
import { keepScopeChange } from './scope.actions.js'

// What the description presents beside the controls is changed as the scope is: once fieldwork began by the engagement partner alone, with
// a reason, and with what had been found until then. A control of user entities that is assumed only then takes from what was tested: so, too.

/** Once fieldwork began the engagement partner alone changes it. @throws Refusal SCOPE_LOCKED */
export const presentedAuthorGate: Gate<EngagementRow> = async ({ engagementId }, { tx, loaders: asked, isAct }) => {
  const engagement = await (isAct ? Loaders.over(tx) : asked).byId(Engagement, engagementId)
  const role = tx.actor.team.get(engagementId)
  checkScopeAuthor({ fieldworkStartedAt: engagement?.fieldworkStartedAt ?? null, role })
}

/** The same of a subservice organization, of which no control is expected any more. @throws Refusal SCOPE_LOCKED, INVALID_INPUT */
export const retireSubserviceGate: Gate<SubserviceOrganization> = async (organization, view) => {
  await presentedAuthorGate(organization, view)
  const loaders = view.isAct ? Loaders.over(view.tx) : view.loaders
  const { id } = organization
  const expected = await loaders.children(ComplementaryControl, 'subserviceOrganizationId', id, { id: 'asc' })
  checkNothingExpected(null, refsOf(expected))
}

/** Once fieldwork began others than the engagement partner add what is expected of a carved-out organization alone. @throws Refusal SCOPE_LOCKED */
export const complementaryControlGate: Gate<Engagement> = async (engagement, { tx, loaders, isAct }) => {
  // The act asks by itself, when it knows the kind.
  if (isAct) return
  const { id, fieldworkStartedAt } = engagement
  const organizations = await loaders.children(SubserviceOrganization, 'engagementId', id, { id: 'asc' })
  if (standing(organizations).some(isCarvedOut)) return
  checkScopeAuthor({ fieldworkStartedAt, role: tx.actor.team.get(id) })
}

const refsOf = (expected: readonly ComplementaryControl[]): string[] => standing(expected).map(({ ref }) => ref)

const lockedEngagement = (tx: WriteTx, engagementId: string): Promise<Engagement> =>
  tx.load(Engagement, engagementId, undefined, 'update')

/** Changes a commitment; its reference stays. Refused: SCOPE_LOCKED; codes that are unknown, out of scope or not applicable. */
export async function updateServiceCommitment(tx: WriteTx, input: UpdateServiceCommitmentInput) {
  const { engagementId } = await tx.load(ServiceCommitment, input.serviceCommitmentId)
  const engagement = await lockedEngagement(tx, engagementId)
  const commitment = await tx.load(ServiceCommitment, input.serviceCommitmentId, input.expectedVersion, 'update')
  await tx.permit(commitment)
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const changes = updatedColumns(tx, ServiceCommitment, input, ['kind', 'text', 'criteriaCodes'], { criteriaCodes: [] })
  const after = { ...commitment, ...changes }
  const criteriaCodes = await checkInScope(tx, engagement, after.criteriaCodes, commitment.criteriaCodes)
  const change = changeOfRecord(`The service commitment ${commitment.ref}`, [
    ['its kind', commitment.kind, after.kind],
    ['its text', commitment.text, after.text],
    toldCodes(commitment.criteriaCodes, criteriaCodes),
  ])
  await keepChange(tx, engagement, change, { ...input, restsOnIds })
  return { serviceCommitment: await tx.update(commitment, { ...changes, criteriaCodes }) }
}

/** Takes a commitment out of the description; it stays on file. Refused: SCOPE_LOCKED. */
export async function retireServiceCommitment(tx: WriteTx, input: RetireServiceCommitmentInput) {
  const { serviceCommitmentId: id } = input
  const commitment = await retiring(tx, ServiceCommitment, id, input, nameOfCommitment)
  return { serviceCommitment: await tx.update(commitment, ended(tx, input)) }
}
const nameOfCommitment = ({ ref }: ServiceCommitment): string => `The service commitment ${ref}`

/**
 * Changes an organization and how the description presents it. Refused: SCOPE_LOCKED; what recording one refuses; a vendor, or an included
 * one, of which controls are expected.
 */
export async function updateSubserviceOrganization(tx: WriteTx, input: UpdateSubserviceOrganizationInput) {
  const { engagementId } = await tx.load(SubserviceOrganization, input.subserviceOrganizationId)
  const engagement = await lockedEngagement(tx, engagementId)
  const { subserviceOrganizationId: id, expectedVersion } = input
  const organization = await tx.load(SubserviceOrganization, id, expectedVersion, 'update')
  await tx.permit(organization)
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const names = ['name', 'service', 'method', 'vendorReason', 'controlIds'] as const
  const changes = updatedColumns(tx, SubserviceOrganization, input, names, { controlIds: [] })
  const after = { ...organization, ...changes }
  const kept = organization.controlIds
  const controlIds = await idsOfControls(tx, engagementId, after.controlIds, 'it is performed by nobody', kept)
  checkPerforms(after, after.controlIds)
  const expected = await tx.find(ComplementaryControl, { subserviceOrganizationId: id }, { order: { ref: 'asc' } })
  checkNothingExpected(after, refsOf(expected))
  const change = changeOfRecord(`The subservice organization ${organization.name}`, [
    ['its name', organization.name, after.name],
    ['its service', organization.service, after.service],
    ['its method', organization.method, after.method],
    ['that it is a vendor', organization.vendorReason ?? 'no', after.vendorReason ?? 'no'],
    await toldControls(tx, engagementId, kept, controlIds),
  ])
  await keepChange(tx, engagement, change, { ...input, restsOnIds })
  return { subserviceOrganization: await tx.update(organization, { ...changes, controlIds }) }
}

/** Takes an organization out of the description. Refused: SCOPE_LOCKED; one of which controls are expected. */
export async function retireSubserviceOrganization(tx: WriteTx, input: RetireSubserviceOrganizationInput) {
  const { subserviceOrganizationId: id } = input
  const nameOf = ({ name }: SubserviceOrganization): string => `The subservice organization ${name}`
  const organization = await retiring(tx, SubserviceOrganization, id, input, nameOf)
  return { subserviceOrganization: await tx.update(organization, ended(tx, input)) }
}

/**
 * Records a control that is assumed to be in place elsewhere. Refused: a reference in use; no criterion, or codes that are unknown, out of
 * scope or not applicable; a CSOC of no organization that is carved out, a CUEC of one; controls that are not there or retired; a CUEC once
 * fieldwork began: SCOPE_LOCKED but for the engagement partner, who gives a reason.
 */
export async function recordComplementaryControl(tx: WriteTx, input: RecordComplementaryControlInput) {
  const engagement = await lockedEngagement(tx, input.engagementId)
  await tx.permit(engagement)
  const { id: engagementId } = engagement
  const { ref, kind, text, subserviceOrganizationId = null } = input
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const organization = subserviceOrganizationId
    ? await tx.load(SubserviceOrganization, subserviceOrganizationId, undefined, 'update')
    : null
  const controlIds = await idsOfControls(tx, engagementId, input.controlIds, 'nothing complements it')
  checkExpectedOf(kind, engagementId, organization)
  checkCriteriaNamed(input.criteriaCodes)
  const criteriaCodes = await checkInScope(tx, engagement, input.criteriaCodes)
  if (kind === 'CUEC') {
    const { fieldworkStartedAt } = engagement
    checkScopeAuthor({ fieldworkStartedAt, role: tx.actor.team.get(engagementId) })
    const change = `The complementary user entity control ${ref} was added: ${text}`
    await keepChange(tx, engagement, change, { ...input, restsOnIds })
  }
  const assumed = { ref, kind, text, subserviceOrganizationId: organization?.id ?? null, criteriaCodes, controlIds }
  return { complementaryControl: await tx.insert(ComplementaryControl, { engagementId, ...assumed, ...notRetired }) }
}

/** Changes a complementary control; its reference and kind stay. Refused: SCOPE_LOCKED; what recording one refuses. */
export async function updateComplementaryControl(tx: WriteTx, input: UpdateComplementaryControlInput) {
  const { engagementId } = await tx.load(ComplementaryControl, input.complementaryControlId)
  const engagement = await lockedEngagement(tx, engagementId)
  const { complementaryControlId, expectedVersion } = input
  const control = await tx.load(ComplementaryControl, complementaryControlId, expectedVersion, 'update')
  await tx.permit(control)
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const names = ['text', 'criteriaCodes', 'controlIds'] as const
  const changes = updatedColumns(tx, ComplementaryControl, input, names, { controlIds: [] })
  const after = { ...control, ...changes }
  checkCriteriaNamed(after.criteriaCodes)
  const criteriaCodes = await checkInScope(tx, engagement, after.criteriaCodes, control.criteriaCodes)
  const kept = control.controlIds
  const controlIds = await idsOfControls(tx, engagementId, after.controlIds, 'nothing complements it', kept)
  const change = changeOfRecord(nameOfControl(control), [
    ['its text', control.text, after.text],
    toldCodes(control.criteriaCodes, criteriaCodes),
    await toldControls(tx, engagementId, kept, controlIds),
  ])
  await keepChange(tx, engagement, change, { ...input, restsOnIds })
  return { complementaryControl: await tx.update(control, { ...changes, criteriaCodes, controlIds }) }
}

/** Takes a complementary control out of the description. Refused: SCOPE_LOCKED. */
export async function retireComplementaryControl(tx: WriteTx, input: RetireComplementaryControlInput) {
  const { complementaryControlId: id } = input
  const control = await retiring(tx, ComplementaryControl, id, input, nameOfControl)
  return { complementaryControl: await tx.update(control, ended(tx, input)) }
}
const nameOfControl = ({ kind, ref }: ComplementaryControl): string => `The ${kind} ${ref}`

interface Retirement {
  expectedVersion: number
  reason: string
  restsOnIds: string[]
}

/** The record that is to be retired, locked, once that is kept as a change of scope. */
async function retiring<R extends RetiredOrNot>(
  tx: WriteTx,
  row: RowClass<R>,
  id: string,
  input: Retirement,
  nameOf: (record: R) => string,
): Promise<R> {
  const { engagementId } = await tx.load(row, id)
  const engagement = await lockedEngagement(tx, engagementId)
  const record = await tx.load(row, id, input.expectedVersion, 'update')
  await tx.permit(record)
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  await keepChange(tx, engagement, `${nameOf(record)} was retired.`, { ...input, restsOnIds })
  return record
}

const ended = (tx: WriteTx, { reason }: Retirement) => ({
  retiredAt: tx.now,
  retiredBy: tx.actor.memberId,
  retiredReason: reason,
})

/** Keeps a change as one of scope, where anything was changed. */
const keepChange = async (tx: WriteTx, engagement: Engagement, change: string, given: Reasoned): Promise<void> => {
  if (change !== '') await keepScopeChange(tx, engagement, change, given)
}

const listed = (names: readonly string[]): string => names.toSorted().join(', ') || 'none'
const toldCodes = (before: readonly string[], after: readonly string[]): Told => [
  'its criteria',
  listed(before),
  listed(after),
]

async function toldControls(
  tx: WriteTx,
  engagementId: string,
  before: readonly string[],
  after: readonly string[],
): Promise<Told> {
  const controls = await tx.find(Control, { engagementId, id: [...before, ...after] })
  const refs = (ids: readonly string[]) => listed(controls.filter(({ id }) => ids.includes(id)).map(({ ref }) => ref))
  return ['its controls', refs(before), refs(after)]
}
