import { type Blocker, blocker } from './refusal.js'

/** How far the quality review of an engagement is. */
export interface QualityReviewFact {
  /** Whether the firm needs a quality reviewer, or one is named. */
  needed: boolean
  cleared: boolean
  reviewerDidWork: boolean
  reviewerIsPartner: boolean
}

/**
 * What the quality review keeps from being issued: it is cleared, where the firm needs a quality reviewer or one is named, by a person
 * who performed no work on the engagement and is not its partner.
 */
export function qualityReviewBlockers(review: QualityReviewFact): Blocker[] {
  const { needed, cleared, reviewerDidWork, reviewerIsPartner } = review
  return [
    ...(cleared || !needed
      ? []
      : [blocker('QUALITY_REVIEW_NOT_CLEARED', 'The quality reviewer has to clear the engagement.')]),
    ...(reviewerDidWork
      ? [blocker('QUALITY_REVIEWER_DID_WORK', 'Name a quality reviewer who performed no work on the engagement.')]
      : []),
    ...(reviewerIsPartner
      ? [blocker('PARTNER_IS_QUALITY_REVIEWER', 'Name a quality reviewer other than the engagement partner.')]
      : []),
  ]
}
