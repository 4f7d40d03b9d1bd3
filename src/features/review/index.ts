import { EngagementPaperIndexResolver, PaperIndexEntryResolver } from './paper-index.resolver.js'
import { EngagementReviewResolver, PersonProgressResolver, ReviewQueueItemResolver } from './review.resolver.js'
import { clearReviewNoteGate, reopenReviewNoteGate } from './review-note.actions.js'
import {
  EngagementReviewNotesResolver,
  ProcedureReviewNotesResolver,
  ReviewNoteResolver,
} from './review-note.resolver.js'

export const review = {
  name: 'review',
  rows: [],
  resolvers: [
    ReviewNoteResolver,
    EngagementReviewNotesResolver,
    ProcedureReviewNotesResolver,
    EngagementReviewResolver,
    ReviewQueueItemResolver,
    PersonProgressResolver,
    PaperIndexEntryResolver,
    EngagementPaperIndexResolver,
  ],
  gates: { reopenReviewNote: reopenReviewNoteGate, clearReviewNote: clearReviewNoteGate },
}
