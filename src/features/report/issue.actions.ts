import { sha256Of } from '../../kernel/schema/digest.js'
import { type CheckpointSigner, signHeads } from '../../kernel/store/checkpoints.js'
import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { Tx, WriteTx } from '../../kernel/store/work.js'
import { canonicalJson } from '../../rules/canonical.js'
import { checkpointLine, type SignedCheckpoint } from '../../rules/checkpoint.js'
import { latestToday } from '../../rules/documents.js'
import { engagementLifecycle } from '../../rules/lifecycles.js'
import { qualityReviewBlockers } from '../../rules/quality-review.js'
import { blocker, Refusal, refusalOf } from '../../rules/refusal.js'
import { composeReport } from '../../rules/report.js'
import { checkRelease, checkReportDate, type ReportDateFacts } from '../../rules/report-date.js'
import { lastDay } from '../../rules/scope.js'
import { assertionStandingIn } from '../assertion/standing.js'
import { EngagementDocument } from '../document/engagement-document.js'
import { SubsequentEvent } from '../document/subsequent-event.js'
import type { Engagement } from '../engagement/engagement.js'
import { gateTo } from '../lifecycle/gates.js'
import { opinionFacts } from '../lifecycle/issue.facts.js'
import { engagementToMove } from '../lifecycle/lifecycle.actions.js'
import { methodologyInForce } from '../methodology/versions.js'
import { Opinion } from '../opinion/opinion.js'
import { reportFacts } from './facts.js'
import type { DateReportInput, IssueOpinionInput } from './report.inputs.js'
import { Report } from './report.js'
import { lastWork, takeReportNumber } from './report.queries.js'

/**
 * Dates the report, or dates it anew. Refused: before an opinion is decided and the quality review cleared; a date that the report
 * cannot bear (`checkReportDate`).
 */
export async function dateReport(tx: WriteTx, input: DateReportInput) {
  const engagement = await engagementToMove(tx, input)
  const { datedOn } = input
  checkReportDate(datedOn, await dateFacts(tx, engagement, Loaders.over(tx)), tx.now)
  return { engagement: await tx.update(engagement, { reportDatedOn: datedOn }) }
}

/** An opinion is decided and the quality review cleared, and there is a day that the report can bear. */
export const dateReportGate: Gate<Engagement> = async (engagement, view) => {
  const { opinion, qualityReview } = await opinionFacts(view, engagement)
  const blockers = [
    ...(opinion ? [] : [blocker('OPINION_UNDECIDED', 'Decide on the opinion first.')]),
    ...qualityReviewBlockers(qualityReview),
  ]
  if (blockers.length > 0) throw new Refusal('NOT_READY', 'The report cannot be dated yet.', [], { blockers })
  if (view.isAct) return
  const { now } = view.tx
  const facts = await dateFacts(view.tx, engagement, view.loaders)
  const days = [latestToday(now), ...facts.documents.map(({ datedOn }) => datedOn)]
  const refusals = days.map((day) => refusalOf(() => checkReportDate(day, facts, now)))
  if (refusals[0] && !refusals.includes(null)) throw refusals[0]
}

/**
 * Issues the report, in one atomic act, which is its release: every gate once more, the report's number, the report itself with its
 * digest and a signed checkpoint of the trail as it was just before, and the engagement frozen. Of several who issue at once one
 * does; the others are refused, as the version is another one. Refused: NOT_READY with all that is missing; a report that
 * cannot bear its date any more, or be released so long after it; a readiness engagement.
 */
export async function issueOpinion(tx: WriteTx, input: IssueOpinionInput, signer: CheckpointSigner) {
  const engagement = await engagementToMove(tx, input)
  const datedOn = engagement.reportDatedOn as string
  const number = await nextNumber(tx, datedOn)
  const model = composeReport(await reportFacts(tx, engagement, { number, date: datedOn }))
  const text = canonicalJson(model)
  // The trail stays where it is until this act appends to it: every other act that would holds the engagement's lock.
  const [checkpoint] = (await signHeads(tx, signer, [engagement.id])) as [SignedCheckpoint]
  await tx.update(engagement, { state: engagementLifecycle.move(engagement.state, 'ISSUED') })
  const report = await tx.insert(Report, {
    engagementId: engagement.id,
    clientId: engagement.clientId,
    number,
    datedOn,
    model: text,
    sha256: sha256Of(text),
    trailPosition: checkpoint.position,
    trailHash: checkpoint.hash,
    checkpoint: checkpointLine(checkpoint),
  })
  return { engagement, report }
}

/** Nothing is missing, the report can still bear its date, and it can be released now. */
export const issueOpinionGate: Gate<Engagement> = async (engagement, view) => {
  await gateTo('ISSUED')(engagement, view)
  const datedOn = engagement.reportDatedOn as string
  const facts = await dateFacts(view.tx, engagement, view.loaders)
  const unbearable = refusalOf(() => checkReportDate(datedOn, facts, view.tx.now))
  if (unbearable) {
    const blockers = [blocker('REPORT_NOT_DATED', unbearable.message)]
    throw new Refusal('NOT_READY', `Date the report anew: ${unbearable.message}`, [], { blockers })
  }
  checkRelease(datedOn, facts, view.tx.now)
}

/** What the date of a report depends on, once nothing is missing. */
async function dateFacts(tx: Tx, engagement: Engagement, loaders: Loaders): Promise<ReportDateFacts> {
  const opinion = (await loaders.child(Opinion, 'engagementId', engagement.id)) as Opinion
  const recorded = await loaders.children(EngagementDocument, 'engagementId', engagement.id, { number: 'asc' })
  const events = await loaders.children(SubsequentEvent, 'engagementId', engagement.id, { number: 'asc' })
  const worked = await loaders.within('last work', ({ id }: Engagement) => id, lastWork).load(engagement)
  const { assertion } = await assertionStandingIn(loaders, engagement.id)
  return {
    lastDay: lastDay(engagement),
    workedAt: [opinion.decidedAt, engagement.qualityReviewClearedAt ?? opinion.decidedAt, ...worked],
    // Of several of a kind, of the client and of each subservice organization, the last one remains.
    documents: [...new Map(recorded.map((one) => [`${one.kind} ${one.subserviceOrganizationId}`, one])).values()],
    inquiredOn: recorded.filter(({ kind }) => kind === 'SUBSEQUENT_EVENTS_INQUIRY').map(({ datedOn }) => datedOn),
    inquiryDays: (await methodologyInForce(tx)).inquiryDays,
    changedOn: events.filter(({ evaluation }) => evaluation === 'CHANGES_CONCLUSION').map(({ knownOn }) => knownOn),
    assertedOn: assertion?.datedOn ?? null,
  }
}

/** The next number of the firm, with the year of the report: `2026-0001`. */
async function nextNumber(tx: WriteTx, reportDate: string): Promise<string> {
  const number = await takeReportNumber(firmScope(tx))
  return `${reportDate.slice(0, 4)}-${String(number).padStart(4, '0')}`
}
