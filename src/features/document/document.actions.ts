import type { WriteTx } from '../../kernel/store/work.js'
import { checkDocumentDate } from '../../rules/documents.js'
import { Engagement } from '../engagement/engagement.js'
import { loadAvailable } from '../evidence/available.js'
import type { RecordEngagementDocumentInput } from './document.inputs.js'
import { EngagementDocument } from './engagement-document.js'

/**
 * Records a document of the file, beside earlier ones of its kind. Refused: a date that the document cannot bear, and a file on
 * which this engagement cannot rely.
 */
export async function recordEngagementDocument(tx: WriteTx, input: RecordEngagementDocumentInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  checkDocumentDate(input, engagement, tx.now)
  const { kind, datedOn, obtainedFrom, note } = input
  const { id: evidenceId } = await loadAvailable(tx, input.evidenceId, engagement.id)
  const recorded = await tx.count(EngagementDocument, { engagementId: engagement.id })
  const engagementDocument = await tx.insert(EngagementDocument, {
    engagementId: engagement.id,
    number: recorded + 1,
    kind,
    datedOn,
    obtainedFrom,
    evidenceId,
    note,
  })
  return { engagementDocument }
}
