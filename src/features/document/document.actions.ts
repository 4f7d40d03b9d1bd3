import type { WriteTx } from '../../kernel/store/work.js'
import { checkGivenBy } from '../../rules/complementary.js'
import { checkDocumentDate } from '../../rules/documents.js'
import { SubserviceOrganization } from '../complementary/subservice-organization.js'
import { Engagement } from '../engagement/engagement.js'
import { loadAvailable } from '../evidence/available.js'
import type { RecordEngagementDocumentInput } from './document.inputs.js'
import { EngagementDocument } from './engagement-document.js'

/**
 * Records a document of the file, beside earlier ones of its kind. Refused: a date that the document cannot bear, a file on
 * which this engagement cannot rely, and a subservice organization that could not give it.
 */
export async function recordEngagementDocument(tx: WriteTx, input: RecordEngagementDocumentInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  checkDocumentDate(input, engagement, tx.now)
  const { kind, datedOn, obtainedFrom, note, subserviceOrganizationId = null } = input
  const organization = subserviceOrganizationId
    ? await tx.load(SubserviceOrganization, subserviceOrganizationId, undefined, 'share')
    : null
  checkGivenBy(kind, engagement.id, organization)
  const { id: evidenceId } = await loadAvailable(tx, input.evidenceId, engagement.id)
  const recorded = await tx.count(EngagementDocument, { engagementId: engagement.id })
  const engagementDocument = await tx.insert(EngagementDocument, {
    engagementId: engagement.id,
    number: recorded + 1,
    kind,
    datedOn,
    obtainedFrom,
    subserviceOrganizationId: organization?.id ?? null,
    evidenceId,
    note,
  })
  return { engagementDocument }
}
