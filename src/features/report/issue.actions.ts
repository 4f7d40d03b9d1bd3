import { sha256Of } from '../../kernel/schema/digest.js'
import { type CheckpointSigner, signHeads } from '../../kernel/store/checkpoints.js'
import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { canonicalJson } from '../../rules/canonical.js'
import { checkpointLine, type SignedCheckpoint } from '../../rules/checkpoint.js'
import { latestToday } from '../../rules/documents.js'
import { engagementLifecycle } from '../../rules/lifecycles.js'
import { qualityReviewBlockers } from '../../rules/quality-review.js'
import { blocker, Refusal, refusalOf } from '../../rules/refusal.js'
import { composeReport } from '../../rules/report.js'
import { checkReportDate, type ReportDateFacts } from '../../rules/report-date.js'
import type { Engagement } from '../engagement/engagement.js'
import { opinionFacts } from '../lifecycle/issue.facts.js'
import { engagementToMove } from '../lifecycle/lifecycle.actions.js'
import { dateFacts } from '../lifecycle/report-date.facts.js'
import { reportFacts } from './facts.js'
import type { DateReportInput, IssueOpinionInput } from './report.inputs.js'
import { Report } from './report.js'
import { takeReportNumber } from './report.queries.js'
import { endStandingDraft } from './shared-draft.actions.js'

/**
 * Dates the report, or dates it anew. Refused: before an opinion is decided and the quality review cleared; a date that the report
 * cannot bear (`checkReportDate`).
 */
export async function dateReport(tx: WriteTx, input: DateReportInput) {
  const engagement = await engagementToMove(tx, input)
  const { datedOn } = input
  checkReportDate(datedOn, (await dateFacts(Loaders.over(tx), engagement)) as ReportDateFacts, tx.now)
  return { engagement: await tx.update(engagement, { reportDatedOn: datedOn, reportDatedAt: tx.now }) }
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
  const facts = (await dateFacts(view.loaders, engagement)) as ReportDateFacts
  const days = [latestToday(now), ...facts.documents.map(({ datedOn }) => datedOn)]
  const refusals = days.map((day) => refusalOf(() => checkReportDate(day, facts, now)))
  if (refusals[0] && !refusals.includes(null)) throw refusals[0]
}

/**
 * Issues the report, in one atomic act, which is its release: every gate once more, the report's number, the report itself with its
 * digest and a signed checkpoint of the trail as it was just before, and the engagement frozen; a draft that was shared ends. Of several who issue at once one
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
  await endStandingDraft(tx, engagement.id, 'The report was issued.')
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

/** The next number of the firm, with the year of the report: `2026-0001`. */
async function nextNumber(tx: WriteTx, reportDate: string): Promise<string> {
  const number = await takeReportNumber(firmScope(tx))
  return `${reportDate.slice(0, 4)}-${String(number).padStart(4, '0')}`
}
