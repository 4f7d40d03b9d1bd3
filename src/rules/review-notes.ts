import { reviewNoteLifecycle } from './lifecycles.js'
import { type Blocker, blocker, Refusal } from './refusal.js'
import type { ReviewNoteState, TeamRole } from './vocabulary.js'

/**
 * Review notes (product page, section 5; AU-C 230 on who reviewed the work, when and to what extent): what a reviewer wants answered of a
 * working paper. They are answered before it is signed as reviewed, and all of them before completion.
 */

/** How high a place on the team stands in the review of work; the quality reviewer and the second reader stand outside it. */
const levels: Readonly<Record<TeamRole, number>> = {
  ENGAGEMENT_PARTNER: 4,
  MANAGER: 3,
  SENIOR: 2,
  STAFF: 1,
  QUALITY_REVIEWER: 0,
  SECOND_READER: 0,
}

/** Who wrote a note and who acts on it, by member id, with their places on the team now; null for who has left it. */
export interface NoteSettled {
  authorId: string | null
  authorRole: TeamRole | null
  actorId: string
  actorRole: TeamRole | null
}

/**
 * A note is cleared, or opened again, by its author or by a person above them: by their place on the team; the note of an author who has
 * left the team, by a manager or the partner. Refuses with SEPARATION_OF_DUTIES.
 */
export function checkMaySettle({ authorId, authorRole, actorId, actorRole }: NoteSettled): void {
  if (authorId === actorId) return
  const level = actorRole === null ? 0 : levels[actorRole]
  const isAbove = authorRole === null ? level >= levels.MANAGER : level > levels[authorRole]
  if (isAbove || actorRole === 'ENGAGEMENT_PARTNER') return
  throw new Refusal('SEPARATION_OF_DUTIES', 'A review note is settled by its author, or by a person above them.')
}

/** Who addressed a note does not say that it is addressed well. Refuses with SEPARATION_OF_DUTIES. */
export function checkClearedByAnother({ addressedBy, actorId }: { addressedBy: string | null; actorId: string }): void {
  if (addressedBy !== actorId) return
  throw new Refusal('SEPARATION_OF_DUTIES', 'You addressed this review note: another person clears it.')
}

/** Who had a hand in what a note is on does not say that it was addressed well, but as its author. Refuses with SEPARATION_OF_DUTIES. */
export function checkNotTheirs({ workers, actorId }: { workers: readonly string[]; actorId: string }): void {
  if (!workers.includes(actorId)) return
  throw new Refusal('SEPARATION_OF_DUTIES', 'You had a hand in what this review note is on: another person clears it.')
}

interface NoteFact {
  state: ReviewNoteState
}

export const checkNoteOpen = ({ state }: NoteFact): void => reviewNoteLifecycle.checkMove(state, 'ADDRESSED')
export const checkNoteAddressed = ({ state }: NoteFact): void => reviewNoteLifecycle.checkState(state, ['ADDRESSED'])

/** What a note that is not cleared stands in the way of. */
export const reviewNoteBlocker = ({ id, state }: { id: string; state: ReviewNoteState }): Blocker =>
  blocker(
    'REVIEW_NOTE_OPEN',
    state === 'OPEN' ? 'Address a review note, and have it cleared.' : 'A review note was addressed: have it cleared.',
    id,
  )
