import type { Tx, WriteTx } from '../../data/work.js'
import type { PopulationItem as ItemForDigest } from '../../rules/population.js'
import type { PopulationItem as ReadItem } from './intake.js'
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

const columns = 'ordinal, item_key as "itemKey", occurred_on as "occurredOn", cells'
/** So many items are read at a time: memory stays flat, and the round trips do not count. */
const readAtOnce = 2_000
const keysAtOnce = 10_000

/** Writes items of one import, as one statement of many rows: the way in that is fastest under row-level security. */
export async function writeItems(
  tx: WriteTx,
  population: Population,
  importId: string,
  items: readonly ReadItem[],
): Promise<void> {
  if (items.length === 0) return
  const values: unknown[] = [tx.firmId, population.engagementId, population.id, importId]
  const rows = items.map((item) => {
    const at = values.push(item.ordinal, item.key, item.occurredOn, item.values)
    return `($1,$2,$3,$4,$${at - 3},$${at - 2},$${at - 1},$${at})`
  })
  await tx.query(
    `insert into population_item
       (firm_id, engagement_id, population_id, import_id, ordinal, item_key, occurred_on, cells) values ${rows.join(',')}`,
    values,
  )
}

/** Items after a place, in order. */
export function itemsAfter(tx: Tx, population: Population, ordinal: number, limit: number): Promise<StoredItem[]> {
  return tx.query<StoredItem>(
    `select ${columns} from population_item where firm_id = $1 and import_id = $2 and ordinal > $3 order by ordinal limit $4`,
    [tx.firmId, population.importId, ordinal, limit],
  )
}

/** Every item of the population, in order, a piece at a time. */
export async function* everyItem(tx: Tx, population: Population): AsyncGenerator<StoredItem> {
  for (let after = 0; ; ) {
    const items = await itemsAfter(tx, population, after, readAtOnce)
    yield* items
    const last = items.at(-1)
    if (!last || items.length < readAtOnce) return
    after = last.ordinal
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

/** The places of the items with these keys, by key; keys that are none are left out. */
export async function placesOf(
  tx: Tx,
  population: Population,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = await tx.query<{ ordinal: number; key: string }>(
    'select ordinal, item_key as key from population_item where firm_id = $1 and import_id = $2 and item_key = any($3)',
    [tx.firmId, population.importId, keys],
  )
  return new Map(found.map(({ key, ordinal }) => [key, ordinal]))
}

/** The form of an item that the population's digest covers: its key, its day, and every cell of its row. */
export const forDigest = ({ itemKey, occurredOn, cells }: StoredItem): ItemForDigest => ({
  key: itemKey,
  date: occurredOn,
  values: cells,
})

/** The keys of all items in order, each with what stands in one column: what a draw needs of them. */
export async function* keysInOrder(
  tx: Tx,
  population: Population,
  stratumColumn: string | null,
): AsyncGenerator<{ key: string; stratum: string | null }> {
  const at = stratumColumn === null ? 0 : (population.columns?.indexOf(stratumColumn) ?? -1) + 1
  for (let after = 0; ; ) {
    const found = await tx.query<{ ordinal: number; key: string; stratum: string | null }>(
      `select ordinal, item_key as key, cells[$5::int] as stratum from population_item
       where firm_id = $1 and import_id = $2 and ordinal > $3 order by ordinal limit $4`,
      [tx.firmId, population.importId, after, keysAtOnce, at],
    )
    yield* found
    const last = found.at(-1)
    if (!last || found.length < keysAtOnce) return
    after = last.ordinal
  }
}
