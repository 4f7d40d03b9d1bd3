import type { ProcedureState } from './vocabulary.js'

/** How far procedures are. The first four add up to all of them; the last two are some of those. */
export interface Progress {
  plannedCount: number
  inProgressCount: number
  preparedCount: number
  reviewedCount: number
  /** Not reviewed, and something that others do comes first. */
  blockedCount: number
  /** A signature in force is on other content than there is now. */
  staleCount: number
}

/** What of a procedure a progress counts. */
export interface ProcedureProgress {
  state: ProcedureState
  isHeldUp: boolean
  isStale: boolean
}

/** Counts how far these procedures are. */
export function countProgress(procedures: readonly ProcedureProgress[]): Progress {
  const count = (is: (one: ProcedureProgress) => boolean) => procedures.filter(is).length
  const at = (state: ProcedureState) => count((one) => one.state === state)
  return {
    plannedCount: at('PLANNED'),
    inProgressCount: at('IN_PROGRESS'),
    preparedCount: at('PREPARED'),
    reviewedCount: at('REVIEWED'),
    blockedCount: count(({ isHeldUp }) => isHeldUp),
    staleCount: count(({ isStale }) => isStale),
  }
}
