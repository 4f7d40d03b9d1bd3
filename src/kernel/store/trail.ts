import { engagementOf } from '../access/belonging.js'
import type { Connection } from '../driver/connection.js'
import type { Row } from './row.js'

/** One row that an act made, changed or removed: what it was and what it is, the changed properties only. */
export interface Change {
  /** `Row.typeName`. */
  type: string
  id: string
  before?: Record<string, unknown>
  after?: Record<string, unknown>
}

/** What is appended to a chain for one act. */
export interface TrailEntryDraft {
  firmId: string
  /** The engagement, or the firm for what concerns no engagement. */
  chainId: string
  actorId: string | null
  actorName: string
  action: string
  nodeType: string
  nodeId: string
  changes: readonly Change[]
}

/** The chain an entry about this row belongs to. */
export const chainOf = (row: Row): string => engagementOf(row) ?? row.firmId

/**
 * Appends one entry; the database dates it, locks the chain's head and computes the hash.
 * Called at the end of an act, in its transaction: the head is locked for as short as can be. What cannot be told is thrown at
 * once, before anything is sent.
 */
export function appendTrail(connection: Connection, entry: TrailEntryDraft): Promise<unknown> {
  return connection.prepared('select trail_append($1, $2, $3, $4, $5, $6, $7, $8)', [
    entry.firmId,
    entry.chainId,
    entry.actorId,
    entry.actorName,
    entry.action,
    entry.nodeType,
    entry.nodeId,
    JSON.stringify(entry.changes),
  ])
}
