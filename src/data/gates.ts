import type { Batches } from './batch.js'
import type { Row } from './row.js'
import type { Tx } from './tx.js'

/** From where a gate looks. */
export interface GateView {
  tx: Tx
  /** Loaders over `tx`: what is asked of many rows at once is read as a set. */
  batches: Batches
  /**
   * Whether the act is being done, not only foreseen for `actions`. What is done is read anew and whole; what depends on the
   * input is left to the act, while `actions` asks whether any input could pass.
   */
  isDone: boolean
}

/**
 * What an act needs beside what the policy table asks of its row: facts of other rows. The act and `actions` pass the same gate.
 * Returns, or throws a Refusal.
 */
export type Gate<R extends Row> = (row: R, view: GateView) => Promise<void>

/** Gates by the name of their mutation. */
// biome-ignore lint/suspicious/noExplicitAny: each gate knows its own row; the table says on which type it is
export type Gates = Readonly<Record<string, Gate<any>>>
