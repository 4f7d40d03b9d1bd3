import { setImmediate as nextTurn } from 'node:timers/promises'
import { moreThan } from '../../kernel/store/condition.js'
import { type Row, type RowClass, typeNameOf, type Where } from '../../kernel/store/row.js'
import type { FirmScope } from '../../kernel/store/scope.js'
import { type Change, recordedValues, valuesOf } from '../../kernel/store/trail.js'
import type { Tx } from '../../kernel/store/work.js'
import { canonicalJson } from '../../rules/canonical.js'
import type { RowMismatch } from './engagement-verification.js'
import { entriesBehind, lengthOfChain, type ReplayedEntry } from './trail.queries.js'

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
  const byName = new Map(
    classes.map((row) => [row.typeName, { row, names: recordedNames(tx, row), rows: new Map(), found: [] } as OfClass]),
  )
  const entries = await replay(scope, byName, ids)
  const found: RowMismatch[] = []
  let count = 0
  for (const row of classes) {
    const { rows: recorded, found: foundByActs } = byName.get(row.typeName) as OfClass
    found.push(...foundByActs)
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

/** Of one class: what its entries may hold of a row, and what they hold of each. */
interface OfClass {
  row: RowClass
  names: ReadonlySet<string>
  rows: Map<string, Recorded>
  /** Rows of which an act found something else than the entries before it had recorded. */
  found: RowMismatch[]
}

/** By which names the trail holds what a row of the class says. */
const recordedNames = ({ database }: Tx, row: RowClass): Set<string> =>
  new Set(['rowDigest', ...database.table(row).columns.map(({ property }) => property)])

/** So many entries are read at a time: one of them may hold a thousand rows. */
const entriesAtOnce = 50
const rowsAtOnce = 250
/** Of so many characters parsing it takes milliseconds: others are answered in between. */
const longEntry = 50_000

/**
 * Gathers what the entries say, by class and id. A row that was removed by an act is not among them.
 * @returns how many were read: no index leads to those that name an id, so that the database reads all of the chain for them
 */
async function replay(
  scope: FirmScope,
  byName: ReadonlyMap<string, OfClass>,
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
    if (entries.length < entriesAtOnce) return ids ? lengthOfChain(scope) : read
    after = (entries.at(-1) as ReplayedEntry).position
    await nextTurn()
  }
}

/** What an entry says was changed. An entry that holds nothing of the kind any more is found altered by its hash. */
function changesIn({ changes }: ReplayedEntry): Change[] {
  try {
    const said: unknown = JSON.parse(changes)
    return Array.isArray(said) ? said.filter((one) => typeof one === 'object' && one !== null) : []
  } catch {
    return []
  }
}

/**
 * Takes what an entry says of a row. What an act found there must be what was recorded before it: a row that was changed outside
 * the service is named also where a later act has changed it again.
 */
function take(ofClass: OfClass | undefined, { id, before, after }: Change, { at, actorId }: ReplayedEntry): void {
  if (!ofClass) return
  const { row, names, rows, found } = ofClass
  // A note on what no column shows, such as a session that began or ended, makes and removes no row.
  const ofColumns = (values?: Values | null) => Object.entries(values ?? {}).filter(([name]) => names.has(name))
  const [was, is] = [ofColumns(before), ofColumns(after)]
  const known = rows.get(id)
  const mismatch = { nodeType: row.typeName, nodeId: id }
  if (!known && was.length > 0) found.push({ ...mismatch, reason: 'ADDED', fields: [] })
  const differing =
    known && row.inTrail === 'VALUES' ? was.filter(([name, value]) => !same(known.values[name], value)) : []
  if (differing.length > 0)
    found.push({ ...mismatch, reason: 'ALTERED', fields: differing.map(([name]) => name).sort() })
  if (!after && was.length > 0) rows.delete(id)
  else if (known) Object.assign(known.values, Object.fromEntries(is))
  else if (is.length > 0) {
    rows.set(id, { values: Object.fromEntries(is), createdAt: momentText(at), createdBy: actorId })
  }
}

/** PostgreSQL knows moments that are none: `infinity` comes as a number. */
const momentText = (moment: Date | number): string =>
  moment instanceof Date && !Number.isNaN(moment.getTime()) ? moment.toISOString() : String(moment)

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
  const said = recorded.values
  const differing = [...new Set([...Object.keys(held), ...Object.keys(said)])].filter(
    (name) => !same(held[name], said[name]),
  )
  if (momentText(row.createdAt) !== recorded.createdAt) differing.push('createdAt')
  if (row.createdBy !== recorded.createdBy) differing.push('createdBy')
  if (differing.length === 0) return null
  return { ...mismatch, reason: 'ALTERED', fields: differing.filter((name) => name !== 'rowDigest').sort() }
}

/** The trail leaves out what is null when a row is made. */
const same = (held: unknown, said: unknown): boolean =>
  held === said || canonicalJson(held ?? null) === canonicalJson(said ?? null)
