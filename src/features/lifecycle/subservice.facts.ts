import type { Loaders } from '../../kernel/store/loaders.js'
import { misstatesSubservice, type SubserviceStanding } from '../../rules/complementary.js'
import { presentedIn } from '../complementary/presented.js'
import { SubserviceReview } from '../complementary/subservice-review.js'
import { EngagementDocument } from '../document/engagement-document.js'
import { DescriptionSection } from '../engagement/description-section.js'
import type { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'

/** What the gates look at of subservice organizations. */
export async function subserviceStanding(loaders: Loaders, engagement: Engagement): Promise<SubserviceStanding> {
  const { id: engagementId, noSubserviceReason } = engagement
  const [{ organizations, complementary }, reviews, documents, sections, exceptions] = await Promise.all([
    presentedIn(loaders, engagementId),
    loaders.children(SubserviceReview, 'engagementId', engagementId, { id: 'asc' }),
    loaders.children(EngagementDocument, 'engagementId', engagementId, { number: 'asc' }),
    loaders.children(DescriptionSection, 'engagementId', engagementId, { id: 'asc' }),
    loaders.children(Exception, 'engagementId', engagementId, { number: 'asc' }),
  ])
  return {
    organizations: organizations.map(({ id, name, method, vendorReason, independenceConfirmedAt }) => {
      const ofIt = (one: { subserviceOrganizationId: string | null }) => one.subserviceOrganizationId === id
      return {
        id,
        name,
        method,
        vendorReason,
        csocs: complementary.filter(ofIt).length,
        isReviewed: reviews.some(ofIt),
        documents: documents.filter(ofIt).map(({ kind }) => kind),
        isIndependent: independenceConfirmedAt !== null,
      }
    }),
    isDescribed: sections.some(({ criterion }) => criterion === 'DC7'),
    isStatedNone: noSubserviceReason !== null && noSubserviceReason !== undefined,
    isMisstated: exceptions.some(misstatesSubservice),
  }
}
