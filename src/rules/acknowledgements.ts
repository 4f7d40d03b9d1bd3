import { type Blocker, blocker } from './refusal.js'
import { type AcknowledgingRole, acknowledgingRoles, words } from './vocabulary.js'

/** Who is still to acknowledge a judgment against the figures. */

/** That a member acknowledged a judgment, as it was then. */
export interface Acknowledged {
  role: AcknowledgingRole
  memberId: string
  /** Of the figures, the decision and the reason that the member saw. */
  figuresDigest: string
}

/**
 * The roles that are still to acknowledge a judgment. An acknowledgment holds for the figures, decision and reason it was given
 * on, and while its author is the engagement's partner or its second acknowledger (`secondRole`); the two are two people.
 * @param figuresDigest of the judgment as it is now
 * @param team who holds which role now
 * @param second the role that acknowledges beside the partner
 */
export function awaitedRoles(
  figuresDigest: string,
  acknowledged: readonly Acknowledged[],
  team: readonly { role: string; memberId: string }[],
  second: Exclude<AcknowledgingRole, 'ENGAGEMENT_PARTNER'> = 'QUALITY_REVIEWER',
): AcknowledgingRole[] {
  const current = acknowledged.filter((one) => one.figuresDigest === figuresDigest)
  const holds = ({ role, memberId }: Acknowledged) =>
    team.some((place) => place.role === role && place.memberId === memberId)
  const partner = current.find((one) => one.role === 'ENGAGEMENT_PARTNER' && holds(one))
  const reviewer = current.find((one) => one.role === second && holds(one) && one.memberId !== partner?.memberId)
  const given = { ENGAGEMENT_PARTNER: partner, [second]: reviewer }
  return words(acknowledgingRoles).filter((role) => role in given && !given[role])
}

/**
 * Who acknowledges beside the partner: the quality reviewer; where the firm needs none and none is named, the second reader (product
 * page, 5b).
 */
export const secondRole = (
  team: readonly { role: string }[],
  requiresQualityReviewer: boolean,
): Exclude<AcknowledgingRole, 'ENGAGEMENT_PARTNER'> =>
  requiresQualityReviewer || team.some(({ role }) => role === 'QUALITY_REVIEWER') ? 'QUALITY_REVIEWER' : 'SECOND_READER'

const named: Readonly<Record<AcknowledgingRole, string>> = {
  ENGAGEMENT_PARTNER: 'the engagement partner',
  QUALITY_REVIEWER: 'the quality reviewer',
  SECOND_READER: 'the second reader',
}

/** JUDGMENT_UNACKNOWLEDGED, one for each judgment that is not acknowledged in both roles, at the object it is about. */
export const judgmentBlockers = (
  judgments: readonly { statement: string; subjectId: string; awaited: readonly AcknowledgingRole[] }[],
): Blocker[] =>
  judgments
    .filter(({ awaited }) => awaited.length > 0)
    .map(({ statement, subjectId, awaited }) => {
      const who = awaited.map((role) => named[role])
      return blocker('JUDGMENT_UNACKNOWLEDGED', `To be acknowledged by ${who.join(' and ')}: ${statement}`, subjectId)
    })
