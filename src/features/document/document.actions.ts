import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkGivenBy } from '../../rules/complementary.js'
import {
  checkAssertionText,
  checkDocumentDate,
  checkNamesSignatories,
  checkRefusalDate,
} from '../../rules/documents.js'
import { reasonFor } from '../../rules/lifecycles.js'
import { checkNamesPaper } from '../../rules/papers.js'
import { SubserviceOrganization } from '../complementary/subservice-organization.js'
import { Engagement } from '../engagement/engagement.js'
import { loadAvailable } from '../evidence/available.js'
import type {
  RecordEngagementDocumentInput,
  RecordManagementRefusalInput,
  RetractManagementRefusalInput,
} from './document.inputs.js'
import { EngagementDocument } from './engagement-document.js'
import { ManagementRefusal } from './management-refusal.js'

/**
 * Records a document of the file, beside earlier ones of its kind. Refused: a date that the document cannot bear, a file on
 * which this engagement cannot rely, a subservice organization that could not give it, and the assertion of one without its text.
 */
export async function recordEngagementDocument(tx: WriteTx, input: RecordEngagementDocumentInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const { kind, datedOn, obtainedFrom, signatories, assertionText, note, subserviceOrganizationId = null } = input
  const organization = subserviceOrganizationId
    ? await tx.load(SubserviceOrganization, subserviceOrganizationId, undefined, 'share')
    : null
  const { id: evidenceId } = await loadAvailable(tx, input.evidenceId, engagement.id)
  checkDocumentDate(input, engagement, tx.now)
  checkNamesSignatories(input)
  checkAssertionText(input)
  checkGivenBy(kind, engagement.id, organization)
  const recorded = await tx.count(EngagementDocument, { engagementId: engagement.id })
  const engagementDocument = await tx.insert(EngagementDocument, {
    engagementId: engagement.id,
    number: recorded + 1,
    kind,
    datedOn,
    obtainedFrom,
    subserviceOrganizationId: organization?.id ?? null,
    signatories,
    assertionText,
    evidenceId,
    note,
  })
  return { engagementDocument }
}

/**
 * Records that management refuses what the examination needs of it. An assertion that is refused ends the engagement; over a
 * representation letter that is refused no opinion can be expressed. Refused: a day to come; one that stands already.
 */
export async function recordManagementRefusal(tx: WriteTx, input: RecordManagementRefusalInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const { statement, refusedBy, refusedOn, reason } = input
  checkRefusalDate(refusedOn, tx.now)
  const said = { statement, refusedBy, refusedOn, reason, restsOnIds: [] }
  return { refusal: await tx.insert(ManagementRefusal, { engagementId: engagement.id, ...said }) }
}

/**
 * Retracts a refusal, because management gave what it had refused: the record stays, and what followed from the refusal does not any
 * more. That a letter was refused is among what the opinion rests on: one decided before is decided anew.
 * @throws Refusal INVALID_INPUT at `restsOnIds` without a paper, and as `checkPapers`
 */
export async function retractManagementRefusal(tx: WriteTx, input: RetractManagementRefusalInput) {
  const refusal = await tx.load(ManagementRefusal, input.managementRefusalId, input.expectedVersion)
  await tx.permit(refusal)
  const restsOnIds = await checkPapers(tx, refusal.engagementId, input.restsOnIds)
  checkNamesPaper(restsOnIds)
  const retractedReason = reasonFor('Retracting a refusal', input.reason)
  const retracted = { retractedBy: tx.actor.memberId, retractedAt: tx.now, retractedReason, restsOnIds }
  return { refusal: await tx.update(refusal, retracted) }
}
