import type { GateView } from '../../kernel/store/gates.js'
import { earliestToday } from '../../rules/documents.js'
import type { IssueFacts } from '../../rules/readiness.js'
import { DescriptionSection } from '../engagement/description-section.js'
import type { Engagement } from '../engagement/engagement.js'
import { TeamMember } from '../engagement/team-member.js'
import { Exception } from '../exception/exception.js'
import { Opinion } from '../opinion/opinion.js'
import { proposalIn } from '../opinion/proposal.js'
import { reviewedDigest, workersOn } from '../opinion/quality-review.js'
import { ManagementResponse } from '../response/management-response.js'
import { completionFacts } from './completion.facts.js'
import { fieldworkFacts } from './fieldwork.facts.js'

/** What the gate to issue looks at, beside all that the earlier ones do. */
export async function issueFacts(view: GateView, engagement: Engagement): Promise<IssueFacts> {
  const { tx, batches } = view
  const [fieldwork, completion, opinion, exceptions, responses] = await Promise.all([
    fieldworkFacts(view, engagement),
    completionFacts(view, engagement),
    opinionFacts(view, engagement),
    batches.children(Exception, 'engagementId', engagement.id, { number: 'asc' }),
    batches.children(ManagementResponse, 'engagementId', engagement.id, { id: 'asc' }),
  ])
  const answers = new Map(responses.map((response) => [response.exceptionId, response]))
  return {
    ...fieldwork,
    ...completion,
    ...opinion,
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
  }
}

async function opinionFacts(
  { batches }: GateView,
  engagement: Engagement,
): Promise<Pick<IssueFacts, 'opinion' | 'qualityReview' | 'described'>> {
  const { id: engagementId, kind } = engagement
  const [places, opinion, workers, description] = await Promise.all([
    batches.children(TeamMember, 'engagementId', engagementId, { id: 'asc' }),
    kind === 'READINESS' ? null : batches.child(Opinion, 'engagementId', engagementId),
    workersOn(batches, engagement),
    batches.children(DescriptionSection, 'engagementId', engagementId, { id: 'asc' }),
  ])
  const team = places.filter(({ removedAt }) => removedAt === null)
  const partner = team.find(({ role }) => role === 'ENGAGEMENT_PARTNER')?.memberId ?? null
  const reviewer = team.find(({ role }) => role === 'QUALITY_REVIEWER')?.memberId ?? null
  return {
    described: description.map(({ criterion }) => criterion),
    opinion: opinion && {
      isStale:
        opinion.decidedBy !== partner || opinion.proposalDigest !== (await proposalIn(batches, engagementId))?.digest,
      awaitsAgreement: opinion.differs && opinion.agreedBy !== reviewer,
    },
    qualityReview: {
      cleared:
        reviewer !== null &&
        engagement.qualityReviewClearedBy === reviewer &&
        opinion !== null &&
        engagement.qualityReviewDigest ===
          reviewedDigest(opinion, await batches.allWhole(DescriptionSection, description)),
      reviewerDidWork: reviewer !== null && workers.includes(reviewer),
      reviewerIsPartner: reviewer !== null && reviewer === partner,
    },
  }
}
