import { createHash } from 'node:crypto'
import { canonicalJson } from '../../rules/canonical.js'
import { clientOf, engagementOf } from '../access/belonging.js'
import type { Connection } from '../driver/connection.js'
import type { Database } from './database.js'
import { classOf, type Row } from './row.js'

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
  /** The engagement; the firm for what concerns none, or the client for what is its own (`Row.trailOf`). */
  chainId: string
  actorId: string | null
  actorName: string
  action: string
  nodeType: string
  nodeId: string
  changes: readonly Change[]
}

type Values = Readonly<Record<string, unknown>>

/** Of these columns an entry says itself what they hold: the firm, who made the row and when. */
const everyRows = new Set(['firmId', 'id', 'version', 'createdAt', 'createdBy'])

/** The columns of a row that the trail holds, by property; those that are null are left out. */
export function valuesOf(row: Row): Record<string, unknown> {
  const { derived } = classOf(row)
  const values: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(row)) {
    if (value !== null && !everyRows.has(name) && !derived.includes(name)) values[name] = value
  }
  return values
}

/**
 * Values of a row as the trail holds them: those that its readers may not read as a digest that only the service can compute;
 * of classes with long rows one digest over the row as it is.
 * @param values all of the row, or those that changed
 */
export function recordedValues({ secretBox }: Database, row: Row, values: Values): Values {
  const { inTrail, redactedInTrail, typeName } = classOf(row)
  if (inTrail === 'DIGEST') return { rowDigest: sha256(canonicalJson(valuesOf(row))) }
  const recorded = { ...values }
  for (const property of redactedInTrail) {
    if (recorded[property] == null) continue
    const text = `trail ${typeName} ${row.id} ${property} ${canonicalJson(recorded[property])}`
    recorded[property] = { redacted: secretBox.digest(text).toString('base64url') }
  }
  return recorded
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** The chain an entry about this row belongs to. */
export const chainOf = (row: Row): string =>
  engagementOf(row) ?? (classOf(row).trailOf === 'CLIENT' ? clientOf(row) : null) ?? row.firmId

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
