import type { Loaders } from '../../kernel/store/loaders.js'
import { lacksCsoc, misstatesSubservice, namesOrganization, type SubserviceStanding } from '../../rules/subservice.js'
import { presentedIn } from '../complementary/presented.js'
import { SubserviceReview } from '../complementary/subservice-review.js'
import { Control } from '../control/control.js'
import { EngagementDocument } from '../document/engagement-document.js'
import { DescriptionSection } from '../engagement/description-section.js'
import type { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'

/** What the gates look at of subservice organizations. */
export async function subserviceStanding(loaders: Loaders, engagement: Engagement): Promise<SubserviceStanding> {
  const { id: engagementId, noSubserviceReason } = engagement
  const [presented, controls, reviews, documents, sections, exceptions] = await Promise.all([
    presentedIn(loaders, engagementId),
    loaders.children(Control, 'engagementId', engagementId, { ref: 'asc' }),
    loaders.children(SubserviceReview, 'engagementId', engagementId, { id: 'asc' }),
    loaders.children(EngagementDocument, 'engagementId', engagementId, { number: 'asc' }),
    loaders.children(DescriptionSection, 'engagementId', engagementId, { id: 'asc' }),
    loaders.children(Exception, 'engagementId', engagementId, { number: 'asc' }),
  ])
  const inUse = new Set(controls.filter(({ retiredAt }) => retiredAt === null).map(({ id }) => id))
  const misstatements = exceptions.filter(misstatesSubservice)
  const organizations = presented.organizations.map(({ id, name, method, vendorReason, ...one }) => {
    const ofIt = (paper: { subserviceOrganizationId: string | null }) => paper.subserviceOrganizationId === id
    return {
      id,
      name,
      method,
      vendorReason,
      csocs: presented.complementary.filter(ofIt).length,
      performs: one.controlIds.filter((controlId) => inUse.has(controlId)).length,
      isReviewed: reviews.some(ofIt),
      documents: documents.filter(ofIt).map(({ kind }) => kind),
      isIndependent: one.independenceConfirmedAt !== null,
    }
  })
  // What an exception says is long: it is read only where an organization waits for it.
  const told = organizations.some(lacksCsoc) ? await textsOf(loaders, misstatements) : []
  return {
    organizations: organizations.map((one) => ({ ...one, isMisstated: namesOrganization(told, one.name) })),
    isDescribed: sections.some(({ criterion }) => criterion === 'DC7'),
    isStatedNone: noSubserviceReason !== null && noSubserviceReason !== undefined,
    isMisstated: misstatements.length > 0,
  }
}

/** What exceptions say is misstated: title, condition and wording for Section IV. */
async function textsOf(loaders: Loaders, misstatements: readonly Exception[]): Promise<string[]> {
  const whole = await loaders.allWhole(Exception, misstatements)
  return whole.flatMap(({ title, condition, sectionFourText }) => [title, condition, sectionFourText])
}
