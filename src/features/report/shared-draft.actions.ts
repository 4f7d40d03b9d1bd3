import { sha256Of } from '../../kernel/schema/digest.js'
import type { Gate } from '../../kernel/store/gates.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import type { Tx, WriteTx } from '../../kernel/store/work.js'
import { canonicalJson } from '../../rules/canonical.js'
import { statesUncorrected } from '../../rules/exceptions.js'
import { reasonFor } from '../../rules/lifecycles.js'
import { Refusal } from '../../rules/refusal.js'
import { composeReport, type ReportModel } from '../../rules/report.js'
import { sharedPart, sharingBlockers } from '../../rules/shared-draft.js'
import { standing } from '../complementary/retired-or-not.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { opinionFacts } from '../lifecycle/issue.facts.js'
import { WorkOfOthers } from '../work-of-others/work-of-others.js'
import { reportFacts } from './facts.js'
import type { ShareDraftInput, WithdrawDraftInput } from './shared-draft.inputs.js'
import { SharedDraft, type SharedMisstatement } from './shared-draft.js'

/**
 * Shares the draft of the report as it is now, and the uncorrected misstatements of the description, with the client's administrators,
 * in the place of the one that was shared before. Refused with NOT_READY while no opinion is decided on what there is now, or an
 * exception that the draft reports was not communicated.
 */
export async function shareDraft(tx: WriteTx, input: ShareDraftInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const { id: engagementId, clientId } = engagement
  await endStandingDraft(tx, engagementId, 'Another draft was shared in its place.')
  const number = (await tx.count(SharedDraft, { engagementId })) + 1
  const model = textToShare(composeReport(await reportFacts(tx, engagement, null)))
  const shown = { model, sha256: sha256Of(model), misstatements: await misstatementsIn(tx, engagementId) }
  return { sharedDraft: await tx.insert(SharedDraft, { engagementId, clientId, number, ...shown }) }
}

/** An opinion is decided on what there is now, and the client knows of every exception that the draft reports. */
export const shareDraftGate: Gate<Engagement> = async (engagement, view) => {
  const { opinion } = await opinionFacts(view, engagement)
  const exceptions = await view.loaders.children(Exception, 'engagementId', engagement.id, { number: 'asc' })
  const workOfOthers = standing(await view.loaders.children(WorkOfOthers, 'engagementId', engagement.id, { id: 'asc' }))
  const blockers = sharingBlockers({ opinion, exceptions, workOfOthers })
  if (blockers.length > 0) throw new Refusal('NOT_READY', 'The draft cannot be shared yet.', [], { blockers })
}

/** Withdraws a draft: for the client it is not there any more. Refused: one that was withdrawn already. */
export async function withdrawDraft(tx: WriteTx, input: WithdrawDraftInput) {
  const draft = await tx.load(SharedDraft, input.sharedDraftId, input.expectedVersion)
  await tx.permit(draft, 'update')
  return { sharedDraft: await tx.update(draft, withdrawal(tx, reasonFor('Withdrawing a draft', input.reason))) }
}

/** Takes the draft that stands from the client, where one does: another one or the report itself is in its place. */
export async function endStandingDraft(tx: WriteTx, engagementId: string, reason: string): Promise<void> {
  const standing = await tx.one(SharedDraft, { engagementId, withdrawnAt: null })
  if (standing) await tx.update(standing, withdrawal(tx, reason))
}

const withdrawal = (tx: WriteTx, withdrawnReason: string) => ({
  withdrawnAt: tx.now,
  withdrawnBy: tx.actor.memberId,
  withdrawnReason,
})

/** What is kept of a draft that is shared. */
const textToShare = (draft: ReportModel): string => canonicalJson(sharedPart(draft))

/** Whether what was shared is this draft. */
export const isDraftShared = (shared: SharedDraft, draft: ReportModel): boolean =>
  shared.sha256 === sha256Of(textToShare(draft))

/** All drafts that were shared of an engagement and that the caller sees, by number. */
export const draftsOf = (loaders: Loaders, engagementId: string): Promise<SharedDraft[]> =>
  loaders.children(SharedDraft, 'engagementId', engagementId, { number: 'asc' })

async function misstatementsIn(tx: Tx, engagementId: string): Promise<SharedMisstatement[]> {
  const uncorrected = { engagementId, kind: 'DESCRIPTION_MISSTATEMENT', state: statesUncorrected } as const
  const found = await tx.find(Exception, uncorrected, { order: { number: 'asc' }, whole: true })
  return found.map(({ number, title, condition, sectionFourText }) => ({
    number,
    title,
    condition,
    wording: sectionFourText,
  }))
}
