import type { Loaders } from '../../kernel/store/loaders.js'
import type { Row } from '../../kernel/store/row.js'
import type { Blocker } from '../../rules/refusal.js'
import { reviewNoteBlocker } from '../../rules/review-notes.js'
import { inEngagements } from '../engagement/in-engagements.js'
import { type NoteNotCleared, notesNotCleared } from './review-note.queries.js'

/** The notes of the engagement of a row that are not cleared: one statement, whatever the number of rows that are asked about. */
const notCleared = (loaders: Loaders, row: Row): Promise<NoteNotCleared[]> =>
  inEngagements(loaders, 'review notes that are not cleared', notesNotCleared).load(row)

/** REVIEW_NOTE_OPEN: the notes that are not cleared and concern this procedure: itself, what belongs to it, or the population it drew from. */
export const openNotesOn = async (loaders: Loaders, procedure: Row): Promise<Blocker[]> =>
  (await notCleared(loaders, procedure))
    .filter(({ procedureId }) => procedureId === procedure.id)
    .map(reviewNoteBlocker)

/** REVIEW_NOTE_OPEN: the notes that are not cleared and are on this paper itself. */
export const openNotesAbout = async (loaders: Loaders, paper: Row): Promise<Blocker[]> =>
  (await notCleared(loaders, paper)).filter(({ nodeId }) => nodeId === paper.id).map(reviewNoteBlocker)

/** REVIEW_NOTE_OPEN: the notes of the engagement that are not cleared, each once. */
export async function openNotesIn(loaders: Loaders, engagement: Row): Promise<Blocker[]> {
  const notes = new Map((await notCleared(loaders, engagement)).map((note) => [note.id, note]))
  return [...notes.values()].map(reviewNoteBlocker)
}
