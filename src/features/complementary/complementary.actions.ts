import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkReportReview } from '../../rules/complementary.js'
import { checkInScope } from '../control/control.actions.js'
import { controlsNamed } from '../control/named-controls.js'
import { Engagement } from '../engagement/engagement.js'
import type { ConfirmSubserviceIndependenceInput, RecordServiceCommitmentInput } from './complementary.inputs.js'
import type { RecordSubserviceReviewInput } from './review.inputs.js'
import { ServiceCommitment } from './service-commitment.js'
import { SubserviceOrganization } from './subservice-organization.js'
import { SubserviceReview } from './subservice-review.js'

export const notRetired = { retiredAt: null, retiredBy: null, retiredReason: null }

/** Records a service commitment or a system requirement. Refused: a reference in use; codes that are unknown, out of scope or not applicable. */
export async function recordServiceCommitment(tx: WriteTx, input: RecordServiceCommitmentInput) {
  // Locked as it is read: the scope must not change between the check and the answer.
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const { ref, kind, text } = input
  const criteriaCodes = await checkInScope(tx, engagement, input.criteriaCodes)
  const stated = { ref, kind, text, criteriaCodes, ...notRetired }
  return { serviceCommitment: await tx.insert(ServiceCommitment, { engagementId: engagement.id, ...stated }) }
}

/** The ids of controls that an input names, each once. @throws Refusal at the place of each in `controlIds` */
export async function idsOfControls(
  tx: WriteTx,
  engagementId: string,
  ids: readonly string[],
  retired: string,
  kept: readonly string[] = [],
): Promise<string[]> {
  const controls = await controlsNamed(tx, engagementId, { ids, at: ['controlIds'], retired, kept })
  return [...new Set(controls.map(({ id }) => id))]
}

/** Confirms, as the engagement partner, that the firm is independent of an included organization, whose controls it tests. */
export async function confirmSubserviceIndependence(tx: WriteTx, input: ConfirmSubserviceIndependenceInput) {
  const organization = await tx.load(SubserviceOrganization, input.subserviceOrganizationId, input.expectedVersion)
  await tx.permit(organization, 'update')
  const confirmed = {
    independenceStatement: input.statement,
    independenceConfirmedBy: tx.actor.memberId,
    independenceConfirmedAt: tx.now,
  }
  return { subserviceOrganization: await tx.update(organization, confirmed) }
}

/**
 * Records what the auditor made of the report of a subservice organization, or why there is none. Refused: what such a report must say and
 * this one does not (`checkReportReview`); at its place, a control that the engagement does not have or that is retired; a paper that is none.
 */
export async function recordSubserviceReview(tx: WriteTx, input: RecordSubserviceReviewInput) {
  const organization = await tx.load(SubserviceOrganization, input.subserviceOrganizationId)
  await tx.permit(organization)
  const { id: subserviceOrganizationId, engagementId } = organization
  const { reportKind, coversFrom = null, coversTo = null, opinion = null, exceptionsNoted = null, evaluation } = input
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const said = { reportKind, coversFrom, coversTo, opinion, exceptionsNoted, restsOnIds }
  checkReportReview({ ...said, userControls: input.userControls })
  const userControls = await userControlsOf(tx, engagementId, input)
  const review = { ...said, userControls, evaluation, subserviceOrganizationId }
  return { subserviceReview: await tx.insert(SubserviceReview, { engagementId, ...review }) }
}

/** What the report expects of its user entities, each with the controls that answer it; all controls are read at once. */
async function userControlsOf(tx: WriteTx, engagementId: string, { userControls }: RecordSubserviceReviewInput) {
  const places = userControls.flatMap(({ controlIds }, at) =>
    controlIds.map((id, index) => ({ id, place: ['userControls', at, 'controlIds', index] })),
  )
  await controlsNamed(tx, engagementId, {
    ids: places.map(({ id }) => id),
    at: (index) => places[index]?.place ?? [],
    retired: 'it answers no control of user entities',
  })
  return userControls.map(({ text, controlIds }) => ({
    text,
    controlIds: [...new Set(controlIds.map((id) => id.toLowerCase()))],
  }))
}
