import type { WriteTx } from '../../kernel/store/work.js'
import { checkGivenBy } from '../../rules/complementary.js'
import {
  checkAssertionText,
  checkDocumentDate,
  checkNamesSignatories,
  checkRefusalDate,
} from '../../rules/documents.js'
import { SubserviceOrganization } from '../complementary/subservice-organization.js'
import { Engagement } from '../engagement/engagement.js'
import { loadAvailable } from '../evidence/available.js'
import type { RecordEngagementDocumentInput, RecordManagementRefusalInput } from './document.inputs.js'
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
 * representation letter that is refused no opinion can be expressed. Refused: a day to come; one that is recorded already.
 */
export async function recordManagementRefusal(tx: WriteTx, input: RecordManagementRefusalInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const { statement, refusedBy, refusedOn, reason } = input
  checkRefusalDate(refusedOn, tx.now)
  const said = { statement, refusedBy, refusedOn, reason }
  return { refusal: await tx.insert(ManagementRefusal, { engagementId: engagement.id, ...said }) }
}
