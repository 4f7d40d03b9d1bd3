import type { WriteTx } from '../../kernel/store/work.js'
import { Refusal } from '../../rules/refusal.js'
import type { WriteDescriptionSectionInput } from './description.inputs.js'
import { DescriptionSection } from './description-section.js'
import { Engagement } from './engagement.js'

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
