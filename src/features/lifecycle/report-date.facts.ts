import type { Loaders } from '../../kernel/store/loaders.js'
import { isIncluded } from '../../rules/complementary.js'
import type { ReportDateFacts } from '../../rules/report-date.js'
import { lastDay } from '../../rules/scope.js'
import { assertionStandingIn } from '../assertion/standing.js'
import { presentedIn } from '../complementary/presented.js'
import { EngagementDocument } from '../document/engagement-document.js'
import { refusedIn } from '../document/refused.js'
import { SubsequentEvent } from '../document/subsequent-event.js'
import type { Engagement } from '../engagement/engagement.js'
import { methodologyInRequest } from '../methodology/versions.js'
import { Opinion } from '../opinion/opinion.js'
import { lastWork } from './lifecycle.queries.js'

/** What the date of a report depends on; null until an opinion is decided. */
export async function dateFacts(loaders: Loaders, engagement: Engagement): Promise<ReportDateFacts | null> {
  const { id } = engagement
  const [opinion, worked, statements, { inquiryDays }] = await Promise.all([
    loaders.child(Opinion, 'engagementId', id),
    loaders.within('last work', ({ id }: Engagement) => id, lastWork).load(engagement),
    statementsDated(loaders, id),
    methodologyInRequest(loaders),
  ])
  if (!opinion) return null
  return {
    lastDay: lastDay(engagement),
    workedAt: [opinion.decidedAt, engagement.qualityReviewClearedAt ?? opinion.decidedAt, ...worked],
    inquiryDays,
    ...statements,
  }
}

/** What management and the auditor wrote and dated. */
async function statementsDated(loaders: Loaders, engagementId: string) {
  const [recorded, events, refused, { organizations }, { assertion }] = await Promise.all([
    loaders.children(EngagementDocument, 'engagementId', engagementId, { number: 'asc' }),
    loaders.children(SubsequentEvent, 'engagementId', engagementId, { number: 'asc' }),
    refusedIn(loaders, engagementId),
    presentedIn(loaders, engagementId),
    assertionStandingIn(loaders, engagementId),
  ])
  // What was given before it was refused, or by an organization that the description includes no more, binds nothing.
  const givers = [null, ...organizations.filter(isIncluded).map(({ id }) => id)]
  const binding = recorded
    .filter(({ kind }) => refused.every((statement) => statement !== kind))
    .filter(({ subserviceOrganizationId }) => givers.includes(subserviceOrganizationId))
  return {
    // Of several of a kind, of the client and of each subservice organization, the last one remains.
    documents: [...new Map(binding.map((one) => [`${one.kind} ${one.subserviceOrganizationId}`, one])).values()],
    inquiredOn: recorded.filter(({ kind }) => kind === 'SUBSEQUENT_EVENTS_INQUIRY').map(({ datedOn }) => datedOn),
    changedOn: events.filter(({ evaluation }) => evaluation === 'CHANGES_CONCLUSION').map(({ knownOn }) => knownOn),
    assertedOn: assertion?.datedOn ?? null,
    signedAt: assertion?.signedAt ?? null,
  }
}
