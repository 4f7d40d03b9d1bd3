import type { Tx } from '../../data/work.js'
import { earliestToday } from '../../rules/documents.js'
import type { IssueFacts } from '../../rules/readiness.js'
import { DescriptionSection } from '../engagement/description-section.js'
import type { Engagement } from '../engagement/engagement.js'
import { TeamMember } from '../engagement/team-member.js'
import { Exception } from '../exception/exception.js'
import { Opinion } from '../opinion/opinion.js'
import { proposalFor } from '../opinion/proposal.js'
import { reviewedDigest, workersOn } from '../opinion/quality-review.js'
import { ManagementResponse } from '../response/management-response.js'
import type { Comparison } from '../signing/content.js'
import { completionFacts } from './completion.facts.js'
import { fieldworkFacts } from './fieldwork.facts.js'

/** What the gate to issue looks at, beside all that the earlier ones do. */
export async function issueFacts(tx: Tx, engagement: Engagement, how: Comparison): Promise<IssueFacts> {
  const engagementId = engagement.id
  const exceptions = await tx.find(Exception, { engagementId }, { order: { number: 'asc' } })
  const responses = await tx.find(ManagementResponse, { engagementId })
  const answers = new Map(responses.map((response) => [response.exceptionId, response]))
  return {
    ...(await fieldworkFacts(tx, engagement)),
    ...(await completionFacts(tx, engagement, how)),
    // A day is over when it is over everywhere.
    today: earliestToday(tx.now),
    exceptions: exceptions.map(({ id, number, state, responseDueOn, overdueNote }) => ({
      id,
      ref: `EX-${number}`,
      state,
      response: {
        state: answers.get(id)?.state ?? null,
        declined: Boolean(answers.get(id)?.declinedReason),
        dueOn: responseDueOn,
        overdueNoted: overdueNote !== null,
      },
    })),
    ...(await opinionFacts(tx, engagement)),
  }
}

async function opinionFacts(
  tx: Tx,
  engagement: Engagement,
): Promise<Pick<IssueFacts, 'opinion' | 'qualityReview' | 'described'>> {
  const engagementId = engagement.id
  const team = await tx.find(TeamMember, { engagementId, removedAt: null })
  const partner = team.find(({ role }) => role === 'ENGAGEMENT_PARTNER')?.memberId ?? null
  const reviewer = team.find(({ role }) => role === 'QUALITY_REVIEWER')?.memberId ?? null
  const opinion = engagement.kind === 'READINESS' ? null : await tx.one(Opinion, { engagementId })
  const workers = await workersOn(tx, engagementId)
  const description = await tx.find(DescriptionSection, { engagementId })
  return {
    described: description.map(({ criterion }) => criterion),
    opinion: opinion && {
      stale: opinion.decidedBy !== partner || opinion.proposalDigest !== (await proposalFor(tx, engagement)).digest,
      awaitsAgreement: opinion.differs && opinion.agreedBy !== reviewer,
    },
    qualityReview: {
      cleared:
        reviewer !== null &&
        engagement.qualityReviewClearedBy === reviewer &&
        opinion !== null &&
        engagement.qualityReviewDigest === reviewedDigest(opinion, description),
      reviewerDidWork: reviewer !== null && workers.includes(reviewer),
      reviewerIsPartner: reviewer !== null && reviewer === partner,
    },
  }
}
