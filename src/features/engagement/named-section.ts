import { isUuid, type WriteTx } from '../../kernel/store/work.js'
import { Refusal } from '../../rules/refusal.js'
import { DescriptionSection } from './description-section.js'

/**
 * The section of the description that an act names, which stays as it is until the act is committed; null where it names none.
 * @throws Refusal NOT_FOUND at `descriptionSectionId` for a section that is none of the engagement
 */
export async function descriptionSectionNamed(
  tx: WriteTx,
  engagementId: string,
  id: string | null,
): Promise<DescriptionSection | null> {
  if (id === null) return null
  const [section] = isUuid(id) ? await tx.find(DescriptionSection, { engagementId, id }, { lock: 'share' }) : []
  if (section) return section
  throw new Refusal('NOT_FOUND', 'The engagement has no such section.', ['descriptionSectionId'])
}
