import { ReviewNote } from './review-note.js'

/** The rows alone: what is noted are papers of later nouns too, so that the acts stand with the review (features/review). */
export const reviewNote = { name: 'review-note', rows: [ReviewNote], resolvers: [] }
