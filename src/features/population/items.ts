import type { Tx, WriteTx } from '../../kernel/store/work.js'
import type { PopulationItem as ItemForDigest } from '../../rules/population.js'
import { intakeLimits, type PopulationItem as ReadItem } from './intake.js'
import type { Population } from './population.js'

/**
 * Items are written and read by hand-written statements: there are up to a million in a population, and they have no id,
 * no version and no author of their own. Each statement reaches them through a population that the caller loaded, and so
 * stays behind the team's wall.
 */
export interface StoredItem {
  ordinal: number
  itemKey: string
  occurredOn: string | null
  cells: string[]
}

// As JSON the cells arrive four times as fast: the driver takes an array of PostgreSQL apart character by character.
const columns = 'ordinal, item_key as "itemKey", occurred_on as "occurredOn", array_to_json(cells) as cells'
/** So many items are read at a time, fewer of wide rows: memory stays flat, and the round trips do not count. */
const itemsAtOnce = ({ columns }: Population) => Math.min(2_000, Math.ceil(20_000 / (columns?.length ?? 1)))
const keysAtOnce = 10_000

/**
 * Writes items of one import, as one statement of many rows: the way in that is fastest under row-level security.
 * A million items are some hundred times the same statement, so it is prepared.
 */
export async function writeItems(
  tx: WriteTx,
  population: Population,
  importId: string,
  items: readonly ReadItem[],
): Promise<void> {
  if (items.length === 0) return
  const values: unknown[] = [tx.firmId, population.engagementId, population.id, importId]
  for (const item of items) values.push(item.ordinal, item.key, item.occurredOn, item.values)
  // Only the full batch is worth a name: a connection keeps what it has prepared.
  if (items.length === intakeLimits.batchItems) await tx.prepared(fullBatch, values)
  else await tx.query(statementFor(items.length), values)
}

/** `insert` of so many rows: four parameters they share, then four of each. */
function statementFor(items: number): string {
  const rows = Array.from({ length: items }, (_, row) => {
    const [ordinal, key, day, cells] = [5, 6, 7, 8].map((first) => `$${first + row * 4}`)
    return `($1,$2,$3,$4,${ordinal},${key},${day},${cells})`
  })
  return `insert into population_item
    (firm_id, engagement_id, population_id, import_id, ordinal, item_key, occurred_on, cells) values ${rows.join(',')}`
}

const fullBatch = statementFor(intakeLimits.batchItems)

/**
 * The items from one place to another, in order. Places are dense, so a window of them is as good as a limit, and the
 * primary key serves it whatever the planner knows of a table that was filled a moment ago (a limit took minutes).
 */
export function itemsBetween(tx: Tx, population: Population, first: number, last: number): Promise<StoredItem[]> {
  return tx.query<StoredItem>(
    `select ${columns} from population_item
     where firm_id = $1 and import_id = $2 and ordinal between $3 and $4 order by ordinal`,
    [tx.firmId, population.importId, first, last],
  )
}

/** Every item of the population, in order, by the batch: to wait for each of a million by itself takes seconds. */
export const everyItem = (tx: Tx, population: Population): AsyncGenerator<StoredItem[]> =>
  inBatches(population, itemsAtOnce(population), (first, last) => itemsBetween(tx, population, first, last))

/** Reads from the first place to the last, so many at a time: the next ones come while the last are worked on. */
async function* inBatches<T>(
  { itemCount }: Population,
  atOnce: number,
  read: (first: number, last: number) => Promise<T[]>,
): AsyncGenerator<T[]> {
  const total = itemCount ?? 0
  let coming = total > 0 ? read(1, atOnce) : null
  for (let first = 1; coming; first += atOnce) {
    const batch: T[] = await coming
    const next = first + atOnce
    coming = next <= total ? read(next, next + atOnce - 1) : null
    // Whoever reads on is told when it is their turn; whoever stopped has nobody to tell.
    coming?.catch(() => undefined)
    yield batch
  }
}

/** The items at these places, in the order of the places. */
export async function itemsAt(tx: Tx, population: Population, ordinals: readonly number[]): Promise<StoredItem[]> {
  return tx.query<StoredItem>(
    `select ${columns} from population_item where firm_id = $1 and import_id = $2 and ordinal = any($3::int[])
     order by array_position($3::int[], ordinal)`,
    [tx.firmId, population.importId, ordinals],
  )
}

/**
 * The places of the items with these keys, by key; keys that are none are left out. An item keeps its key as it was written,
 * and is found by it in whichever of Unicode's forms that was.
 * @param keys in NFC, as inputs are
 */
export async function placesOf(
  tx: Tx,
  population: Population,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const find = (condition: string, sought: readonly string[]) =>
    tx.query<{ ordinal: number; key: string }>(
      `select ordinal, item_key as key from population_item where firm_id = $1 and import_id = $2 and ${condition}`,
      [tx.firmId, population.importId, sought],
    )
  const places = new Map<string, number>()
  const note = (found: readonly { ordinal: number; key: string }[]) => {
    for (const { key, ordinal } of found) places.set(key.normalize('NFC'), ordinal)
  }
  note(
    await find(
      'item_key = any($3)',
      keys.flatMap((key) => [key, key.normalize('NFD')]),
    ),
  )
  const missing = keys.filter((key) => !places.has(key) && otherForm.test(key))
  if (missing.length === 0) return places
  // What is in neither form is composed in part. No index has those; they have more bytes than characters, as few keys do.
  note(await find('octet_length(item_key) > char_length(item_key) and normalize(item_key, nfc) = any($3)', missing))
  return places
}

/** What Unicode has in another form: all beyond ASCII, and in it the signs of kelvin, of a Greek question and of a Greek accent. */
const otherForm = /[^\x20-\x7e]|[K;`]/

/** The form of an item that the population's digest covers: its key, its day, and every cell of its row. */
export const forDigest = ({ itemKey, occurredOn, cells }: StoredItem): ItemForDigest => ({
  key: itemKey,
  date: occurredOn,
  values: cells,
})

/** The keys of all items in order, by the batch, each with what stands in one column: what a draw needs of them. */
export function keysInOrder(
  tx: Tx,
  population: Population,
  stratumColumn: string | null,
): AsyncGenerator<{ key: string; stratum: string | null }[]> {
  const at = stratumColumn === null ? 0 : (population.columns?.indexOf(stratumColumn) ?? -1) + 1
  return inBatches(population, keysAtOnce, (first, last) =>
    tx.query(
      `select item_key as key, cells[$5::int] as stratum from population_item
       where firm_id = $1 and import_id = $2 and ordinal between $3 and $4 order by ordinal`,
      [tx.firmId, population.importId, first, last, at],
    ),
  )
}
