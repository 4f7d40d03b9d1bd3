import { findAny } from '../../kernel/store/any-row.js'
import type { Gate, GateView } from '../../kernel/store/gates.js'
import { classOf, type EngagementRow, typeNameOf } from '../../kernel/store/row.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { reviewNoteLifecycle } from '../../rules/lifecycles.js'
import { Refusal } from '../../rules/refusal.js'
import { checkClearedByAnother, checkMaySettle, checkNotTheirs } from '../../rules/review-notes.js'
import { Engagement } from '../engagement/engagement.js'
import { TeamMember } from '../engagement/team-member.js'
import { Population } from '../population/population.js'
import { checkAssignee } from '../procedure/procedure.actions.js'
import { Procedure } from '../procedure/procedure.js'
import { ReviewNote } from '../review-note/review-note.js'
import { performersIn } from '../sample/performers.js'
import { Sample } from '../sample/sample.js'
import { Workpaper } from '../workpaper/workpaper.js'
import { notedPapers } from './noted-papers.js'
import type {
  AddReviewNoteInput,
  AddressReviewNoteInput,
  ClearReviewNoteInput,
  ReopenReviewNoteInput,
} from './review-note.inputs.js'

type Done = Promise<{ reviewNote: ReviewNote }>

/**
 * Writes a note on a working paper of an engagement that is under way. Refused: NOT_FOUND for what is no such paper of the
 * engagement, or no member of its team at `assigneeId`; INVALID_INPUT at `assigneeId` for who does no work on it.
 */
export async function addReviewNote(tx: WriteTx, input: AddReviewNoteInput): Done {
  const { engagementId, nodeId, text, assigneeId } = input
  await tx.permit(await tx.load(Engagement, engagementId), 'share')
  const rows = notedPapers.map(({ row }) => row)
  const paper = (await findAny(tx, rows, nodeId)) as EngagementRow | null
  if (paper?.engagementId !== engagementId.toLowerCase()) {
    throw new Refusal('NOT_FOUND', 'The engagement has no such working paper.', ['nodeId'])
  }
  const kind = notedPapers.find(({ row }) => row === classOf(paper))
  const { procedureId = null, controlId = null, workerId = null } = kind?.belongsTo(paper) ?? {}
  // Locked, so that nothing that it concerns is signed as reviewed by who has not seen the note.
  const procedure = procedureId === null ? null : await tx.load(Procedure, procedureId, undefined, 'share')
  if (paper instanceof Workpaper) await tx.load(Workpaper, paper.id, undefined, 'share')
  if (paper instanceof Population) {
    const drawn = await tx.find(Sample, { populationId: paper.id })
    const ids = drawn.map((sample) => sample.procedureId)
    await tx.find(Procedure, { id: ids }, { order: { id: 'asc' }, lock: 'share' })
  }
  const given = assigneeId ?? null
  await checkAssignee(tx, engagementId, given)
  const reviewNote = await tx.insert(ReviewNote, {
    engagementId,
    nodeType: typeNameOf(paper),
    nodeId: paper.id,
    procedureId,
    controlId: procedure?.controlId ?? controlId,
    text,
    assigneeId: given ?? procedure?.preparedBy ?? procedure?.assigneeId ?? workerId,
    state: 'OPEN',
  })
  return { reviewNote }
}

/** Says what was done about a note. Refused: one that is not open. */
export async function addressReviewNote(tx: WriteTx, input: AddressReviewNoteInput): Done {
  const note = await tx.load(ReviewNote, input.reviewNoteId, input.expectedVersion, 'update')
  await tx.permit(note)
  const addressed = { addressedNote: input.addressedNote, addressedBy: tx.actor.memberId, addressedAt: tx.now }
  const state = reviewNoteLifecycle.move(note.state, 'ADDRESSED')
  return { reviewNote: await tx.update(note, { state, ...addressed }) }
}

/** Opens a note again, with the reason: what was said to it before stays in the trail. Refused: as `settleGate` says; one that is not addressed. */
export async function reopenReviewNote(tx: WriteTx, input: ReopenReviewNoteInput): Done {
  const note = await tx.load(ReviewNote, input.reviewNoteId, input.expectedVersion, 'update')
  await tx.permit(note)
  const state = reviewNoteLifecycle.move(note.state, 'OPEN')
  const addressed = { addressedNote: null, addressedBy: null, addressedAt: null }
  const settled = { reopenedReason: input.reason, settledBy: tx.actor.memberId, settledAt: tx.now }
  return { reviewNote: await tx.update(note, { state, ...addressed, ...settled }) }
}

/** Clears a note. Refused: as `clearReviewNoteGate` says; one that is not addressed. */
export async function clearReviewNote(tx: WriteTx, input: ClearReviewNoteInput): Done {
  const note = await tx.load(ReviewNote, input.reviewNoteId, input.expectedVersion, 'update')
  await tx.permit(note)
  const settled = { settledBy: tx.actor.memberId, settledAt: tx.now }
  return { reviewNote: await tx.update(note, { state: reviewNoteLifecycle.move(note.state, 'CLEARED'), ...settled }) }
}

/** Who acts wrote the note, or stands above who did. */
export const reopenReviewNoteGate: Gate<ReviewNote> = async (note, view) => settleGate(note, view)

/** The same; another person addressed it; and who clears had no hand in what it is on, but as its author. */
export const clearReviewNoteGate: Gate<ReviewNote> = async (note, view) => {
  await settleGate(note, view)
  const { memberId } = view.tx.actor
  checkClearedByAnother({ addressedBy: note.addressedBy, actorId: memberId })
  if (note.createdBy !== memberId) checkNotTheirs({ workers: await workersOf(note, view), actorId: memberId })
}

/** Who had a hand in the paper that a note is on: in the procedure, or in writing the workpaper. */
async function workersOf({ procedureId, nodeType, nodeId }: ReviewNote, { loaders }: GateView): Promise<string[]> {
  const procedure = await loaders.byId(Procedure, procedureId)
  if (procedure) return performersIn(loaders, procedure)
  return nodeType === Workpaper.typeName ? ((await loaders.byId(Workpaper, nodeId))?.authorIds ?? []) : []
}

async function settleGate({ engagementId, createdBy: authorId }: ReviewNote, { tx, loaders }: GateView): Promise<void> {
  const { memberId: actorId } = tx.actor
  const team = await loaders.children(TeamMember, 'engagementId', engagementId, { id: 'asc' })
  const author = team.find(({ memberId, removedAt }) => memberId === authorId && removedAt === null)
  const actorRole = tx.actor.team.get(engagementId) ?? null
  checkMaySettle({ authorId, authorRole: author?.role ?? null, actorId, actorRole })
}
