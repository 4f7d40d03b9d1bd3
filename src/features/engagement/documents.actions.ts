import type { WriteTx } from '../../kernel/store/work.js'
import { checkDocumentDate } from '../../rules/documents.js'
import { Refusal } from '../../rules/refusal.js'
import { DescriptionSection } from './description-section.js'
import type { RecordEngagementDocumentInput, WriteDescriptionSectionInput } from './documents.inputs.js'
import { Engagement } from './engagement.js'
import { EngagementDocument } from './engagement-document.js'

/** Records a document of the file, beside earlier ones of its kind. Refused: a date that the document cannot bear. */
export async function recordEngagementDocument(tx: WriteTx, input: RecordEngagementDocumentInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  checkDocumentDate(input, engagement, tx.now)
  const recorded = await tx.count(EngagementDocument, { engagementId: engagement.id })
  const { kind, datedOn, obtainedFrom, fileName, sha256, note } = input
  const engagementDocument = await tx.insert(EngagementDocument, {
    engagementId: engagement.id,
    number: recorded + 1,
    kind,
    datedOn,
    obtainedFrom,
    fileName,
    sha256,
    note,
  })
  return { engagementDocument }
}

/** Writes a section of the description, or writes it anew. Refused with VERSION_CONFLICT when another version was read. */
export async function writeDescriptionSection(tx: WriteTx, input: WriteDescriptionSectionInput) {
  const engagement = await tx.load(Engagement, input.engagementId)
  const { criterion, text } = input
  await tx.permit(engagement)
  const section = await tx.one(DescriptionSection, { engagementId: engagement.id, criterion })
  const version = section?.version ?? 0
  if ((input.expectedVersion ?? 0) !== version) {
    const is = version === 0 ? 'It is not written yet' : `It is at version ${version} now`
    throw new Refusal('VERSION_CONFLICT', `${is}: read it again.`, ['expectedVersion'], { currentVersion: version })
  }
  const descriptionSection = section
    ? await tx.update(section, { text })
    : await tx.insert(DescriptionSection, {
        engagementId: engagement.id,
        clientId: engagement.clientId,
        criterion,
        text,
      })
  return { descriptionSection }
}
