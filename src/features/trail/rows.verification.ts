import { setImmediate as nextTurn } from 'node:timers/promises'
import { moreThan } from '../../kernel/store/condition.js'
import { classOf, type Row, type RowClass, typeNameOf, type Where } from '../../kernel/store/row.js'
import type { FirmScope } from '../../kernel/store/scope.js'
import { type Change, recordedValues, valuesOf } from '../../kernel/store/trail.js'
import type { Tx } from '../../kernel/store/work.js'
import { canonicalJson } from '../../rules/canonical.js'
import type { RowMismatch } from './engagement-verification.js'
import { entriesBehind, type ReplayedEntry } from './trail.queries.js'

/** What replaying a chain showed. */
export interface RowVerification {
  found: RowMismatch[]
  /** How many rows were compared. */
  rows: number
  /** How many entries and rows were read for it. */
  read: number
}

/** Which rows of a class are compared with the chain; null where none are of it. */
export type Compared = (row: RowClass) => Where<Row> | null

type Values = Record<string, unknown>

/** What the chain says of one row: its values by its last word on each, and who made it when. */
interface Recorded {
  values: Values
  createdAt: string
  createdBy: string | null
}

/**
 * Replays what the entries of a chain recorded, and compares it with the rows as they are: each column that the trail holds, who
 * made the row and when. The version is not compared: it counts changes, also of what belongs to a row and stands elsewhere.
 * @param scope of the engagement, or of the firm for what concerns no engagement
 * @param ids only rows with one of these; all of the chain when absent
 * @param each is given every row that is there
 */
export async function verifyRows(
  scope: FirmScope,
  compared: Compared,
  { ids = null, each }: { ids?: readonly string[] | null; each?: (row: Row) => void } = {},
): Promise<RowVerification> {
  const { tx } = scope
  const classes = tx.database.rows.filter((row) => row.inTrail !== 'NOTHING' && compared(row) !== null)
  const byName = new Map(classes.map((row) => [row.typeName, new Map<string, Recorded>()]))
  const entries = await replay(scope, byName, ids)
  const found: RowMismatch[] = []
  let count = 0
  for (const row of classes) {
    const recorded = byName.get(row.typeName) as Map<string, Recorded>
    for await (const rows of everyRow(tx, row, compared(row) as Where<Row>)) {
      count += rows.length
      for (const one of rows) {
        const mismatch = compare(tx, one, recorded.get(one.id))
        if (mismatch) found.push(mismatch)
        recorded.delete(one.id)
        each?.(one)
      }
    }
    for (const id of recorded.keys()) found.push({ nodeType: row.typeName, nodeId: id, reason: 'REMOVED', fields: [] })
  }
  return { found, rows: count, read: entries + count }
}

/** So many entries are read at a time: one of them may hold a thousand rows. */
const entriesAtOnce = 50
const rowsAtOnce = 250
/** Of so many characters parsing it takes milliseconds: others are answered in between. */
const longEntry = 50_000

/** Gathers what the entries say, by class and id. A row that was removed by an act is not among them. @returns how many were read */
async function replay(
  scope: FirmScope,
  byName: ReadonlyMap<string, Map<string, Recorded>>,
  ids: readonly string[] | null,
): Promise<number> {
  let after = 0
  let read = 0
  for (;;) {
    const entries = await entriesBehind(scope, after, ids, entriesAtOnce)
    for (const entry of entries) {
      for (const change of changesIn(entry)) {
        if (!ids || ids.includes(change.id)) take(byName.get(change.type), change, entry)
      }
      if (entry.changes.length > longEntry) await nextTurn()
    }
    read += entries.length
    if (entries.length < entriesAtOnce) return read
    after = (entries.at(-1) as ReplayedEntry).position
    await nextTurn()
  }
}

/** A chain whose entries are no JSON any more is broken, and is found so by its hashes. */
function changesIn({ changes }: ReplayedEntry): Change[] {
  try {
    return JSON.parse(changes) as Change[]
  } catch {
    return []
  }
}

function take(
  ofClass: Map<string, Recorded> | undefined,
  { id, before, after }: Change,
  { at, actorId }: ReplayedEntry,
): void {
  if (!ofClass) return
  const known = ofClass.get(id)
  if (before && !after) ofClass.delete(id)
  else if (known) Object.assign(known.values, after)
  else ofClass.set(id, { values: { ...after }, createdAt: at.toISOString(), createdBy: actorId })
}

/** The rows of one class, in portions by their ids. */
async function* everyRow(tx: Tx, row: RowClass, where: Where<Row>): AsyncGenerator<Row[]> {
  let after: string | null = null
  for (;;) {
    const beyond: Where<Row> = after === null ? where : { ...where, id: moreThan(after) as never }
    const rows: Row[] = await tx.find(row, beyond, { order: { id: 'asc' }, limit: rowsAtOnce, whole: true })
    if (rows.length > 0) yield rows
    if (rows.length < rowsAtOnce) return
    after = (rows.at(-1) as Row).id
    await nextTurn()
  }
}

/** @returns how a row differs from what was recorded of it; null where it does not */
function compare(tx: Tx, row: Row, recorded: Recorded | undefined): RowMismatch | null {
  const mismatch = { nodeType: typeNameOf(row), nodeId: row.id }
  if (!recorded) return { ...mismatch, reason: 'ADDED', fields: [] }
  const held = recordedValues(tx.database, row, valuesOf(row)) as Values
  const columns = tx.database.table(classOf(row)).columns.map(({ property }) => property)
  const said = Object.fromEntries(
    Object.entries(recorded.values).filter(([name]) => name === 'rowDigest' || columns.includes(name)),
  )
  const differing = [...new Set([...Object.keys(held), ...Object.keys(said)])].filter(
    (name) => !same(held[name], said[name]),
  )
  if (row.createdAt.toISOString() !== recorded.createdAt) differing.push('createdAt')
  if (row.createdBy !== recorded.createdBy) differing.push('createdBy')
  if (differing.length === 0) return null
  return { ...mismatch, reason: 'ALTERED', fields: differing.filter((name) => name !== 'rowDigest').sort() }
}

/** The trail leaves out what is null when a row is made. */
const same = (held: unknown, said: unknown): boolean =>
  held === said || canonicalJson(held ?? null) === canonicalJson(said ?? null)
