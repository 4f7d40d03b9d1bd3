import { checkPapers } from '../../kernel/store/papers.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { changeOfRecord, checkCriteriaNamed, checkExpectedOf } from '../../rules/complementary.js'
import { idsOfControls, notRetired } from '../complementary/complementary.actions.js'
import type {
  RecordComplementaryControlInput,
  UpdateComplementaryControlInput,
  UpdateServiceCommitmentInput,
} from '../complementary/complementary.inputs.js'
import { ComplementaryControl } from '../complementary/complementary-control.js'
import type {
  RetireComplementaryControlInput,
  RetireServiceCommitmentInput,
} from '../complementary/retirement.inputs.js'
import { ServiceCommitment } from '../complementary/service-commitment.js'
import { SubserviceOrganization } from '../complementary/subservice-organization.js'
import { checkInScope } from '../control/control.actions.js'
import { changedControls, changedCriteria, ended, keepChange, lockedEngagement, retiring } from './presented.js'

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
    changedCriteria(commitment.criteriaCodes, criteriaCodes),
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
 * Records a control that is assumed to be in place elsewhere. Refused: a reference in use; no criterion, or codes that are unknown, out of
 * scope or not applicable; a CSOC of no organization that is carved out, a CUEC of one; controls that are not there or retired.
 * Once fieldwork began the engagement partner records it, with a reason: what others are assumed to do takes from what was tested.
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
  const added = organization
    ? `The complementary subservice organization control ${ref}, expected of ${organization.name}, was added: ${text}`
    : `The complementary user entity control ${ref} was added: ${text}`
  await keepChange(tx, engagement, added, { ...input, restsOnIds })
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
    changedCriteria(control.criteriaCodes, criteriaCodes),
    await changedControls(tx, engagementId, kept, controlIds),
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
