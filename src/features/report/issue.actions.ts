import { sha256Of } from '../../kernel/schema/digest.js'
import { type CheckpointSigner, signHeads } from '../../kernel/store/checkpoints.js'
import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { canonicalJson } from '../../rules/canonical.js'
import { checkpointLine, type SignedCheckpoint } from '../../rules/checkpoint.js'
import { checkReportDate, latestToday, type ReportDateFacts } from '../../rules/documents.js'
import { engagementLifecycle } from '../../rules/lifecycles.js'
import { refusalOf } from '../../rules/refusal.js'
import { composeReport } from '../../rules/report.js'
import { lastDay } from '../../rules/scope.js'
import { EngagementDocument } from '../document/engagement-document.js'
import type { Engagement } from '../engagement/engagement.js'
import { gateTo } from '../lifecycle/gates.js'
import { engagementToMove } from '../lifecycle/lifecycle.actions.js'
import { Opinion } from '../opinion/opinion.js'
import { reportFacts } from './facts.js'
import type { IssueOpinionInput } from './report.inputs.js'
import { Report } from './report.js'
import { takeReportNumber } from './report.queries.js'

/**
 * Issues the report, in one atomic act: every gate once more, the report's number and date, the report itself with its
 * digest and a signed checkpoint of the trail as it was just before, and the engagement frozen. Of several who issue at once one
 * does; the others are refused, as the version is another one. Refused: NOT_READY with all that is missing; a date the
 * report cannot bear; a readiness engagement.
 */
export async function issueOpinion(tx: WriteTx, input: IssueOpinionInput, signer: CheckpointSigner) {
  const engagement = await engagementToMove(tx, input)
  checkReportDate(input.datedOn, await dateFacts(engagement, Loaders.over(tx)), tx.now)
  const number = await nextNumber(tx, input.datedOn)
  const model = composeReport(await reportFacts(tx, engagement, { number, date: input.datedOn }))
  const text = canonicalJson(model)
  // The trail stays where it is until this act appends to it: every other act that would holds the engagement's lock.
  const [checkpoint] = (await signHeads(tx, signer, [engagement.id])) as [SignedCheckpoint]
  await tx.update(engagement, { state: engagementLifecycle.move(engagement.state, 'ISSUED') })
  const report = await tx.insert(Report, {
    engagementId: engagement.id,
    clientId: engagement.clientId,
    number,
    datedOn: input.datedOn,
    model: text,
    sha256: sha256Of(text),
    trailPosition: checkpoint.position,
    trailHash: checkpoint.hash,
    checkpoint: checkpointLine(checkpoint),
  })
  return { engagement, report }
}

/** Nothing is missing, and there is a day that the report can bear. */
export const issueOpinionGate: Gate<Engagement> = async (engagement, view) => {
  await gateTo('ISSUED')(engagement, view)
  if (view.isAct) return
  const { now } = view.tx
  const facts = await dateFacts(engagement, view.loaders)
  const days = [latestToday(now), ...facts.documents.map(({ datedOn }) => datedOn)]
  const refusals = days.map((day) => refusalOf(() => checkReportDate(day, facts, now)))
  if (refusals[0] && !refusals.includes(null)) throw refusals[0]
}

/** What the date of a report depends on, once nothing is missing. */
async function dateFacts(engagement: Engagement, loaders: Loaders): Promise<ReportDateFacts> {
  const opinion = (await loaders.child(Opinion, 'engagementId', engagement.id)) as Opinion
  const recorded = await loaders.children(EngagementDocument, 'engagementId', engagement.id, { number: 'asc' })
  return {
    lastDay: lastDay(engagement),
    decidedAt: opinion.decidedAt,
    clearedAt: engagement.qualityReviewClearedAt,
    // Of several of a kind, of the client and of each subservice organization, the last one remains.
    documents: [...new Map(recorded.map((one) => [`${one.kind} ${one.subserviceOrganizationId}`, one])).values()],
  }
}

/** The next number of the firm, with the year of the report: `2026-0001`. */
async function nextNumber(tx: WriteTx, reportDate: string): Promise<string> {
  const number = await takeReportNumber(firmScope(tx))
  return `${reportDate.slice(0, 4)}-${String(number).padStart(4, '0')}`
}
