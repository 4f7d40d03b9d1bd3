import { scopeOf } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import type { PopulationItem as ItemForDigest } from '../../rules/population.js'
import type { Population } from './population.js'
import {
  itemsBetween,
  itemsWithComposedKeys,
  itemsWithKeys,
  keysBetween,
  type StoredItem,
} from './population-item.queries.js'

/** So many items are read at a time, fewer of wide rows: memory stays flat, and the round trips do not count. */
const itemsAtOnce = ({ columns }: Population) => Math.min(2_000, Math.ceil(20_000 / (columns?.length ?? 1)))
const keysAtOnce = 10_000

/** Every item of the population, in order, by the batch: to wait for each of a million by itself takes seconds. */
export const everyItem = (tx: Tx, population: Population): AsyncGenerator<StoredItem[]> =>
  inBatches(population, itemsAtOnce(population), (first, last) =>
    itemsBetween(scopeOf(tx, population), population, first, last),
  )

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
    // Where items were removed behind the service's back, what is said to be there may be far more than what is.
    if (batch.length === 0) return
    const next = first + atOnce
    coming = next <= total ? read(next, next + atOnce - 1) : null
    // A reader that goes on gets the error at its turn; one that stopped does not.
    coming?.catch(() => undefined)
    yield batch
  }
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
  const scope = scopeOf(tx, population)
  const places = new Map<string, number>()
  const note = (found: readonly { ordinal: number; key: string }[]) => {
    for (const { key, ordinal } of found) places.set(key.normalize('NFC'), ordinal)
  }
  note(
    await itemsWithKeys(
      scope,
      population,
      keys.flatMap((key) => [key, key.normalize('NFD')]),
    ),
  )
  const missing = keys.filter((key) => !places.has(key) && otherForm.test(key))
  if (missing.length === 0) return places
  // What is in neither form is composed in part.
  note(await itemsWithComposedKeys(scope, population, missing))
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
    keysBetween(scopeOf(tx, population), population, first, last, at),
  )
}
