import type { GateView } from '../../kernel/store/gates.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import { isReader } from '../../kernel/store/readers.js'
import { aggregateBlockers } from '../../rules/aggregates.js'
import { criteriaBlockers } from '../../rules/criteria.js'
import { criteriaOfDescription, earliestToday } from '../../rules/documents.js'
import type { IssueFacts } from '../../rules/readiness.js'
import type { Blocker } from '../../rules/refusal.js'
import { registerBlockers } from '../../rules/registers.js'
import { datingBlockers } from '../../rules/report-date.js'
import { isOverruledOn, reviewPointBlockers } from '../../rules/review-points.js'
import { eventBlockers } from '../../rules/subsequent-events.js'
import { suspicionBlockers } from '../../rules/suspicions.js'
import { AggregateDecision } from '../aggregate/aggregate-decision.js'
import { decidedOf, weighedIn } from '../aggregate/aggregates.js'
import { assertionStandingIn } from '../assertion/standing.js'
import { criteriaIn, standingOf } from '../criterion-conclusion/criteria.js'
import { refusedIn } from '../document/refused.js'
import { SubsequentEvent } from '../document/subsequent-event.js'
import { DescriptionSection } from '../engagement/description-section.js'
import type { Engagement } from '../engagement/engagement.js'
import { ScopeChange } from '../engagement/scope-change.js'
import { TeamMember } from '../engagement/team-member.js'
import { Exception } from '../exception/exception.js'
import { additionalIn, decidedOn } from '../framework/frameworks.js'
import { judgmentsInRequest } from '../judgment/judgments.js'
import { methodologyInRequest } from '../methodology/versions.js'
import { Opinion } from '../opinion/opinion.js'
import { proposalIn } from '../opinion/proposal.js'
import { objectedTo, reviewedDigest, workersOn } from '../opinion/quality-review.js'
import { QualityReviewPoint } from '../opinion/quality-review-point.js'
import { standingsIn } from '../register-evaluation/entries.js'
import { ManagementResponse } from '../response/management-response.js'
import { SuspectedNoncompliance } from '../suspected-noncompliance/suspected-noncompliance.js'
import { completionFacts } from './completion.facts.js'
import { fieldworkFacts } from './fieldwork.facts.js'
import { dateFacts } from './report-date.facts.js'

/** What the gate to issue looks at, beside all that the earlier ones do. */
export async function issueFacts(view: GateView, engagement: Engagement): Promise<IssueFacts> {
  const { tx, loaders } = view
  const [
    fieldwork,
    completion,
    opinion,
    exceptions,
    responses,
    judgments,
    unweighed,
    criteria,
    sections,
    statements,
    dates,
    suspicions,
    additional,
  ] = await Promise.all([
    fieldworkFacts(view, engagement),
    completionFacts(view, engagement),
    opinionFacts(view, engagement),
    loaders.children(Exception, 'engagementId', engagement.id, { number: 'asc' }),
    loaders.children(ManagementResponse, 'engagementId', engagement.id, { id: 'asc' }),
    judgmentsInRequest(loaders, engagement),
    unweighedIn(loaders, engagement),
    criteriaIn(loaders, engagement.id),
    loaders.children(DescriptionSection, 'engagementId', engagement.id, { id: 'asc' }),
    statementFacts(loaders, engagement),
    dateFacts(loaders, engagement),
    suspicionsIn(view, engagement.id),
    additionalIn(loaders, engagement.id),
  ])
  const answers = new Map(responses.map((response) => [response.exceptionId, response]))
  return {
    ...fieldwork,
    ...completion,
    ...opinion,
    judgments: judgments.map(({ statement, judgment, awaited }) => ({
      statement,
      subjectId: judgment.subjectId,
      awaited,
    })),
    ...statements,
    undated: datingBlockers(engagement, dates, tx.now),
    suspicions: suspicionBlockers(suspicions, exceptions),
    furtherOpinions: additional.map(decidedOn),
    unweighed,
    unconcluded: criteriaBlockers(criteria.map(standingOf)),
    outdatedCorrections: outdatedAmong(exceptions, sections),
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

function outdatedAmong(exceptions: readonly Exception[], sections: readonly DescriptionSection[]) {
  const versions = new Map(sections.map(({ id, version }) => [id, version]))
  const isOutdated = ({ state, correctedSectionId: id, correctedSectionVersion }: Exception): boolean =>
    state === 'CORRECTED' && id !== null && versions.get(id) !== correctedSectionVersion
  return exceptions.filter(isOutdated).map(({ id, number }) => ({ id, ref: `EX-${number}` }))
}

async function statementFacts(
  loaders: Loaders,
  engagement: Engagement,
): Promise<Pick<IssueFacts, 'assertion' | 'refused' | 'unevaluated'>> {
  const engagementId = engagement.id
  const [{ assertion, contradictions, resolution }, changes, refused, events, entries] = await Promise.all([
    assertionStandingIn(loaders, engagementId),
    loaders.children(ScopeChange, 'engagementId', engagementId, { id: 'asc' }),
    refusedIn(loaders, engagementId),
    loaders.children(SubsequentEvent, 'engagementId', engagementId, { number: 'asc' }),
    standingsIn(loaders, engagement),
  ])
  const asksForChanges = criteriaOfDescription(engagement.kind).includes('DC9')
  return {
    assertion: {
      assertionId: assertion?.id ?? null,
      isOutdated: changes.some(({ createdAt }) => assertion?.signedAt && createdAt > assertion.signedAt),
      contradictions,
      resolved: resolution !== null,
    },
    refused,
    unevaluated: [...eventBlockers(events), ...registerBlockers({ ...entries, asksForChanges })],
  }
}

/** Others than the engagement partner see none, and are not told that anything is missing. */
const suspicionsIn = async ({ tx, loaders }: GateView, engagementId: string): Promise<SuspectedNoncompliance[]> =>
  isReader(tx, SuspectedNoncompliance, engagementId)
    ? loaders.children(SuspectedNoncompliance, 'engagementId', engagementId, { id: 'asc' })
    : []

async function unweighedIn(loaders: Loaders, { id, kind }: Engagement): Promise<Blocker[]> {
  const [exceptions, decisions] = await Promise.all([
    weighedIn(loaders, id),
    loaders.children(AggregateDecision, 'engagementId', id, { id: 'asc' }),
  ])
  return kind === 'READINESS' ? [] : aggregateBlockers(exceptions, kind, decisions.map(decidedOf))
}

/** How far opinion and quality review are. */
export async function opinionFacts(
  { loaders }: GateView,
  engagement: Engagement,
): Promise<Pick<IssueFacts, 'opinion' | 'qualityReview' | 'described' | 'differences'>> {
  const { id: engagementId, kind } = engagement
  const [places, opinion, workers, description, points, { requiresQualityReviewer }, { assertion }] = await Promise.all(
    [
      loaders.children(TeamMember, 'engagementId', engagementId, { id: 'asc' }),
      kind === 'READINESS' ? null : loaders.child(Opinion, 'engagementId', engagementId),
      workersOn(loaders, engagement),
      loaders.children(DescriptionSection, 'engagementId', engagementId, { id: 'asc' }),
      loaders.children(QualityReviewPoint, 'engagementId', engagementId, { number: 'asc' }),
      methodologyInRequest(loaders),
      assertionStandingIn(loaders, engagementId),
    ],
  )
  const team = places.filter(({ removedAt }) => removedAt === null)
  const partner = team.find(({ role }) => role === 'ENGAGEMENT_PARTNER')?.memberId ?? null
  const reviewer = team.find(({ role }) => role === 'QUALITY_REVIEWER')?.memberId ?? null
  return {
    described: description.map(({ criterion }) => criterion),
    opinion: opinion && {
      isStale:
        opinion.decidedBy !== partner || opinion.proposalDigest !== (await proposalIn(loaders, engagementId))?.digest,
      awaitsAgreement:
        opinion.differs &&
        (requiresQualityReviewer || reviewer !== null) &&
        opinion.agreedBy !== reviewer &&
        !isOverruledOn(points, opinion),
    },
    differences: reviewPointBlockers(points, opinion && objectedTo(opinion)),
    qualityReview: {
      needed: requiresQualityReviewer || reviewer !== null,
      cleared:
        reviewer !== null &&
        engagement.qualityReviewClearedBy === reviewer &&
        !isLater(assertion?.signedAt, engagement.qualityReviewClearedAt) &&
        opinion !== null &&
        engagement.qualityReviewDigest ===
          reviewedDigest(opinion, await loaders.allWhole(DescriptionSection, description)),
      reviewerDidWork: reviewer !== null && workers.includes(reviewer),
      reviewerIsPartner: reviewer !== null && reviewer === partner,
    },
  }
}

/** Whether the reviewer could not have read it. */
const isLater = (signedAt: Date | null | undefined, clearedAt: Date | null): boolean =>
  Boolean(signedAt && clearedAt && signedAt > clearedAt)
