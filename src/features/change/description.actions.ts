import { sha256Of } from '../../kernel/schema/digest.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { saysAnother, sectionRewritten } from '../../rules/changes.js'
import { Refusal } from '../../rules/refusal.js'
import type { WriteDescriptionSectionInput } from '../engagement/description.inputs.js'
import { DescriptionSection } from '../engagement/description-section.js'
import { Engagement } from '../engagement/engagement.js'
import { hasAnyTestingBegun } from './description.queries.js'

/**
 * Writes a section of the description, or writes it anew: it is management's text. What it said when testing had begun is kept by its
 * digest, and that it says something else now is among the judgments against the figures, until it says the same again. Writing the
 * same text again changes nothing; other spacing alone does not make it newer.
 * Refused with VERSION_CONFLICT when another version was read.
 */
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
  if (!section) {
    const { id: engagementId, clientId } = engagement
    const written = { engagementId, clientId, criterion, text, writtenAt: tx.now }
    return { descriptionSection: await tx.insert(DescriptionSection, written) }
  }
  const before = section.text as string
  if (text === before) return { descriptionSection: section }
  const isTested = section.testedDigest !== null || (await hasAnyTestingBegun(firmScope(tx), engagement.id))
  const digests = { tested: section.testedDigest, before: sha256Of(before), after: sha256Of(text) }
  const rewritten = sectionRewritten(digests, isTested)
  const by = rewritten && { rewrittenBy: tx.actor.memberId, rewrittenAt: tx.now }
  const writtenAt = saysAnother(before, text) ? tx.now : section.writtenAt
  const changes = { text, writtenAt, ...(rewritten ?? notRewritten), ...by }
  return { descriptionSection: await tx.update(section, changes) }
}

const notRewritten = { testedDigest: null, rewrittenDigest: null, rewrittenBy: null, rewrittenAt: null }
