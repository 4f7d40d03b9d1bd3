import type { WriteTx } from '../../kernel/store/work.js'

/**
 * What a decision keeps once its outcome is changed: when, and from what. An approval or another rationale changes none, and what was
 * kept stays.
 * @param before what stood; null where the outcome stays
 */
export const outcomeChangedNow = <Outcome extends object>(tx: WriteTx, before: Outcome | null) =>
  before === null ? {} : { outcomeChangedAt: tx.now, changedFrom: before }
