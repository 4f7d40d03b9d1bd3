import type { Share, TurnLimits } from '../kernel/execute/turns.js'
import { type Caller, isStranger } from './caller.js'

/** As many operations as there are connections to the database: more would only wait there, in no fair order. */
export const turnLimits = (poolSize: number): TurnLimits => ({
  atOnce: Math.max(2, poolSize),
  // Each holds its request in memory.
  waiting: 500,
  waitMs: 5_000,
})

/** What groups have at most of the operations under way, and of those that wait: each of the group it is in. */
export const shares = {
  /** A firm, its clients’ people included. */
  firm: 0.8,
  /** The people of a firm’s clients, of what the firm has. */
  clients: 0.5,
  /** All requests without a valid token. */
  strangers: 0.8,
  /** Of those, all that does more than refresh a session: refreshing one finds room beside it. */
  otherStrangers: 0.75,
  /** Of either, one network. */
  network: 0.5,
} as const

/** The groups whose turn an operation is done in. */
export function turnOf(caller: Caller): readonly Share[] {
  if (isStranger(caller)) {
    return [
      { name: 'strangers', of: shares.strangers },
      caller.isRefreshing ? { name: 'refreshing', of: 1 } : { name: 'others', of: shares.otherStrangers },
      { name: caller.network, of: shares.network },
    ]
  }
  const { firmId, clientId } = caller
  return [
    { name: `firm ${firmId}`, of: shares.firm },
    clientId === null ? { name: 'members', of: 1 } : { name: 'clients', of: shares.clients },
  ]
}
