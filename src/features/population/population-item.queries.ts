import type { EngagementScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { STRATA_MAX } from '../../rules/selection.js'
import { intakeLimits, type IntakeItem as ReadItem } from './intake.js'
import type { Population } from './population.js'

/**
 * Items are written and read by hand-written statements: there are up to a million in a population, and they have no id,
 * no version and no author of their own. Each statement reaches them through a population that was loaded.
 */
export interface StoredItem {
  ordinal: number
  itemKey: string
  occurredOn: string | null
  cells: string[]
}

// As JSON the cells arrive four times as fast: the driver takes an array of PostgreSQL apart character by character.
const columns = 'ordinal, item_key as "itemKey", occurred_on as "occurredOn", array_to_json(cells) as cells'
/**
 * Writes items of one import, as one statement of many rows: the way in that is fastest under row-level security.
 * A million items are some hundred times the same statement, so it is prepared.
 */
export async function writeItems(
  { tx, firmId, engagementId }: EngagementScope<WriteTx>,
  population: Population,
  importId: string,
  items: readonly ReadItem[],
): Promise<void> {
  if (items.length === 0) return
  const values: unknown[] = [firmId, engagementId, population.id, importId]
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
export function itemsBetween(
  { tx, firmId, engagementIds }: EngagementScope,
  population: Population,
  first: number,
  last: number,
): Promise<StoredItem[]> {
  return tx.query<StoredItem>(
    `select ${columns} from population_item
     where firm_id = $1 and import_id = $2 and ordinal between $3 and $4 and engagement_id = any($5) order by ordinal`,
    [firmId, population.importId, first, last, engagementIds],
  )
}

/** The items at these places, in the order of the places. */
export async function itemsAt(
  { tx, firmId, engagementIds }: EngagementScope,
  population: Population,
  ordinals: readonly number[],
): Promise<StoredItem[]> {
  return tx.query<StoredItem>(
    `select ${columns} from population_item
     where firm_id = $1 and import_id = $2 and ordinal = any($3::int[]) and engagement_id = any($4)
     order by array_position($3::int[], ordinal)`,
    [firmId, population.importId, ordinals, engagementIds],
  )
}

/** The place of an item, and its key as it was written. */
interface Placed {
  ordinal: number
  key: string
}

const withKeys = (condition: string) =>
  `select ordinal, item_key as key from population_item
   where firm_id = $1 and import_id = $2 and engagement_id = any($4) and ${condition}`

/** The items with these keys, as they were written. */
export const itemsWithKeys = (
  { tx, firmId, engagementIds }: EngagementScope,
  { importId }: Population,
  keys: readonly string[],
): Promise<Placed[]> => tx.query<Placed>(withKeys('item_key = any($3)'), [firmId, importId, keys, engagementIds])

/** The items whose keys come to these in NFC. No index has those; they have more bytes than characters, as few keys do. */
export const itemsWithComposedKeys = (
  { tx, firmId, engagementIds }: EngagementScope,
  { importId }: Population,
  keys: readonly string[],
): Promise<Placed[]> =>
  tx.query<Placed>(withKeys('octet_length(item_key) > char_length(item_key) and normalize(item_key, nfc) = any($3)'), [
    firmId,
    importId,
    keys,
    engagementIds,
  ])

/** The keys of the items from one place to another, in order, each with what stands in one cell, counted from 1. */
export const keysBetween = (
  { tx, firmId, engagementIds }: EngagementScope,
  { importId }: Population,
  first: number,
  last: number,
  cell: number,
): Promise<{ key: string; stratum: string | null }[]> =>
  tx.query(
    `select item_key as key, cells[$5::int] as stratum from population_item
     where firm_id = $1 and import_id = $2 and ordinal between $3 and $4 and engagement_id = any($6) order by ordinal`,
    [firmId, importId, first, last, cell, engagementIds],
  )

/** How many items have what in a cell, counted from 1: the most frequent first, one more than there may be strata at most. */
export const strataBy = (
  { tx, firmId, engagementIds }: EngagementScope,
  { importId }: Population,
  cell: number,
): Promise<{ name: string; itemCount: number }[]> =>
  tx.query(
    `select cells[$3::int] as name, count(*)::int as "itemCount" from population_item
     where firm_id = $1 and import_id = $2 and engagement_id = any($4)
     group by cells[$3::int] order by 2 desc, cells[$3::int] collate "C" limit ${STRATA_MAX + 1}`,
    [firmId, importId, cell, engagementIds],
  )

/** The places of items in the order of their hash rank under the seed, some of them skipped: the rule of the draw, in SQL. */
export async function placesByRank(
  { tx, firmId, engagementIds }: EngagementScope,
  { importId }: Population,
  { seed, limit, offset }: { seed: string | null; limit: number; offset: number },
): Promise<number[]> {
  const drawn = await tx.query<{ ordinal: number }>(
    `select ordinal from population_item where firm_id = $1 and import_id = $2 and engagement_id = any($6)
     order by sha256(convert_to($3::text || chr(31) || item_key, 'UTF8')) limit $4 offset $5`,
    [firmId, importId, seed, limit, offset, engagementIds],
  )
  return drawn.map(({ ordinal }) => ordinal)
}
