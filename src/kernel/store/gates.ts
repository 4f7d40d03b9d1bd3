import type { Loaders } from './loaders.js'
import type { Row } from './row.js'
import type { Tx } from './tx.js'

/** From where a gate looks. */
export interface GateView {
  tx: Tx
  /** Loaders over `tx`: what is asked of many rows at once is read as a set. */
  loaders: Loaders
  /**
   * Whether the act itself asks, and not `actions`. For the act rows are read anew, whole and locked; what depends on its input,
   * or is read along with what it locks, the act checks itself, and the gate says for `actions` whether any input could pass.
   */
  isAct: boolean
}

/**
 * What an act needs beside what the policy table asks of its row: facts of other rows. The act and `actions` pass the same gate.
 * Returns, or throws a Refusal.
 */
export type Gate<R extends Row> = (row: R, view: GateView) => Promise<void>

/** Gates by the name of their mutation. */
// biome-ignore lint/suspicious/noExplicitAny: each gate knows its own row; the table says on which type it is
export type Gates = Readonly<Record<string, Gate<any>>>
