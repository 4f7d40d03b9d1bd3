import type { Decided, Figure } from './judged.js'
import type { FigureName } from './vocabulary.js'

/** What entries of the list of judgments against the figures are made of (judgments.ts). */

/** Of an entry that is about no control and no exception, and is the only one of its kind about its object. */
export const nothingElse = { part: '', controlId: null, exceptionId: null } as const

/** Who decided, when, why and on which papers, and nothing else of what was decided. */
export const decisionOf = ({ decidedBy, decidedAt, reason, restsOn }: Decided): Decided => ({
  decidedBy,
  decidedAt,
  reason,
  restsOn,
})

/** A figure as people read it. */
export const figure = (name: FigureName, value: string | number): Figure => ({ name, value: String(value) })
