import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { additionOf, changeOfRecord, checkNothingExpected, checkPerforms, isVendor } from '../../rules/complementary.js'
import { Refusal } from '../../rules/refusal.js'
import { idsOfControls, notRetired } from '../complementary/complementary.actions.js'
import type {
  RecordSubserviceOrganizationInput,
  StateNoSubserviceOrganizationsInput,
  UpdateSubserviceOrganizationInput,
} from '../complementary/complementary.inputs.js'
import { ComplementaryControl } from '../complementary/complementary-control.js'
import { standing } from '../complementary/retired-or-not.js'
import type { RetireSubserviceOrganizationInput } from '../complementary/retirement.inputs.js'
import { SubserviceOrganization } from '../complementary/subservice-organization.js'
import { Engagement } from '../engagement/engagement.js'
import { changedControls, ended, keepChange, lockedEngagement, presentedAuthorGate, retiring } from './presented.js'

/** A subservice organization of which no control is expected any more. @throws Refusal SCOPE_LOCKED, INVALID_INPUT */
export const retireSubserviceGate: Gate<SubserviceOrganization> = async (organization, view) => {
  await presentedAuthorGate(organization, view)
  const loaders = view.isAct ? Loaders.over(view.tx) : view.loaders
  const { id } = organization
  const expected = await loaders.children(ComplementaryControl, 'subserviceOrganizationId', id, { id: 'asc' })
  checkNothingExpected(null, refsOf(expected))
}

const refsOf = (expected: readonly ComplementaryControl[]): string[] => standing(expected).map(({ ref }) => ref)

/** See `checkNoneRecorded`; the act itself looks for the papers first. */
export const noSubserviceGate: Gate<Engagement> = async ({ id }, { loaders, isAct }) => {
  if (!isAct) await checkNoneRecorded(loaders, id)
}

/** No organization is recorded that stands and is no vendor. @throws Refusal INVALID_INPUT */
async function checkNoneRecorded(loaders: Loaders, engagementId: string): Promise<void> {
  const organizations = await loaders.children(SubserviceOrganization, 'engagementId', engagementId, { id: 'asc' })
  const recorded = standing(organizations).find((one) => !isVendor(one))
  if (!recorded) return
  throw new Refusal('INVALID_INPUT', `${recorded.name} is recorded: retire it first, where the system does not use it.`)
}

/**
 * Records another organization that the system uses; what was stated before, that there is none, falls away where it is no vendor.
 * Refused: SCOPE_LOCKED, once fieldwork began, but for the engagement partner, who gives a reason; a name in use; at its place, a control
 * that the engagement does not have, that is retired, or that is not for this organization to perform.
 */
export async function recordSubserviceOrganization(tx: WriteTx, input: RecordSubserviceOrganizationInput) {
  const engagement = await lockedEngagement(tx, input.engagementId)
  await tx.permit(engagement)
  const { id: engagementId } = engagement
  const { name, service, method } = input
  const presented = { name, service, method, vendorReason: input.vendorReason ?? null }
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const controlIds = await idsOfControls(tx, engagementId, input.controlIds, 'no organization performs it')
  checkPerforms(presented, input.controlIds)
  await keepChange(tx, engagement, additionOf(presented), { ...input, restsOnIds })
  const subserviceOrganization = await tx.insert(SubserviceOrganization, {
    engagementId,
    ...presented,
    controlIds,
    independenceStatement: null,
    independenceConfirmedBy: null,
    independenceConfirmedAt: null,
    ...notRetired,
  })
  if (!isVendor(presented)) await withdrawStatement(tx, engagement)
  return { subserviceOrganization }
}

/** That there is none is stated no more. */
const withdrawStatement = (tx: WriteTx, engagement: Engagement): Promise<Engagement> =>
  tx.update(engagement, { noSubserviceReason: null })

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
  const controlIds = await idsOfControls(tx, engagementId, after.controlIds, 'no organization performs it', kept)
  checkPerforms(after, after.controlIds)
  const expected = await tx.find(ComplementaryControl, { subserviceOrganizationId: id }, { order: { ref: 'asc' } })
  checkNothingExpected(after, refsOf(expected))
  const change = changeOfRecord(`The subservice organization ${organization.name}`, [
    ['its name', organization.name, after.name],
    ['its service', organization.service, after.service],
    ['its method', organization.method, after.method],
    ['that it is a vendor', organization.vendorReason ?? 'no', after.vendorReason ?? 'no'],
    await changedControls(tx, engagementId, kept, controlIds),
  ])
  await keepChange(tx, engagement, change, { ...input, restsOnIds })
  if (!isVendor(after)) await withdrawStatement(tx, engagement)
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
 * States that the system uses no subservice organization. Refused: while one is recorded, see the gate; SCOPE_LOCKED, once fieldwork
 * began, but for the engagement partner, who names what shows it.
 */
export async function stateNoSubserviceOrganizations(tx: WriteTx, input: StateNoSubserviceOrganizationsInput) {
  const engagement = await tx.load(Engagement, input.engagementId, input.expectedVersion, 'update')
  await tx.permit(engagement)
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  await checkNoneRecorded(Loaders.over(tx), engagement.id)
  const change = 'It was stated that the system uses no subservice organization.'
  await keepChange(tx, engagement, change, { ...input, restsOnIds })
  return { engagement: await tx.update(engagement, { noSubserviceReason: input.reason }) }
}
