import { scopeOf } from '../../kernel/store/scope.js'
import type { Tx, WriteTx } from '../../kernel/store/work.js'
import { beginDraw } from '../../rules/redraw.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { hashRank } from '../../rules/selection.js'
import type { DrawnAs, SelectionMethod } from '../../rules/vocabulary.js'
import { keysInOrder, placesOf } from '../population/items.js'
import type { Population } from '../population/population.js'
import { itemsAt, placesByRank } from '../population/population-item.queries.js'
import type { Sample } from './sample.js'
import { SampleItem } from './sample-item.js'

/** What a draw follows from. */
export interface Drawing {
  method: SelectionMethod
  seed: string | null
  /** All draws so far, the one to be made last. */
  draws: readonly number[]
  stratumColumn: string | null
}

/**
 * The places in the population of the items of the last draw, in the order of drawing. By hash rank the database finds
 * them, which is the rule in other words (a test holds the two together); the other methods pass every item by the rule.
 */
export async function drawnPlaces(tx: Tx, population: Population, drawing: Drawing): Promise<number[]> {
  const last = drawing.draws.at(-1) as number
  const before = drawing.draws.reduce((sum, size) => sum + size, 0) - last
  if (drawing.method === 'RANDOM') {
    return placesByRank(scopeOf(tx, population), population, { seed: drawing.seed, limit: last, offset: before })
  }
  const { method, draws } = drawing
  const draw = beginDraw({ method, draws, seed: drawing.seed ?? '', populationSize: population.itemCount as number })
  for await (const batch of keysInOrder(tx, population, drawing.stratumColumn)) {
    for (const item of batch) draw.offer(item)
  }
  return draw
    .drawn()
    .slice(before)
    .map(({ position }) => position + 1)
}

/**
 * The places of items that the auditor picked, in the order picked. Refuses with INVALID_INPUT at `itemKeys` keys that
 * are none of the population, stand twice or are in the sample already, and a block of items that are not adjacent.
 */
export async function pickedPlaces(
  tx: Tx,
  population: Population,
  method: SelectionMethod,
  keys: readonly string[],
): Promise<number[]> {
  const invalid = (message: string, ...at: number[]) => new Refusal('INVALID_INPUT', message, ['itemKeys', ...at])
  if (keys.length === 0) throw invalid(`Under ${method} the auditor picks: name the items.`)
  const places = await placesOf(tx, population, keys)
  const picked = keys.map((key) => places.get(key) ?? 0)
  const firstOf = new Map(picked.map((place, at) => [place, at] as const).reverse())
  checkEach(
    picked.flatMap((place, at) => {
      if (place === 0) return invalid('The population has no item of this key.', at)
      return (firstOf.get(place) as number) < at ? invalid('This item is named twice.', at) : []
    }),
  )
  const all = new Set(picked)
  if (method === 'BLOCK' && picked.length > 1 && picked.some((place) => !all.has(place - 1) && !all.has(place + 1))) {
    throw invalid('A block is of items that follow each other in the population; one of these stands alone.')
  }
  return picked
}

/** So many rows pass through memory at a time: a row can be wide. */
const rowsAtOnce = 200

/**
 * Puts the items at these places into the sample, after those it has.
 * @param replaced REPLACEMENT: the items they replace, one each
 */
export async function takeIn(
  tx: WriteTx,
  sample: Sample,
  population: Population,
  taken: { places: readonly number[]; drawnAs: DrawnAs; replaced?: readonly string[] },
): Promise<void> {
  const { places, drawnAs, replaced } = taken
  for (let from = 0; from < places.length; from += rowsAtOnce) {
    const items = await itemsAt(scopeOf(tx, population), population, places.slice(from, from + rowsAtOnce))
    await tx.insertMany(
      SampleItem,
      items.map((item, at) => ({
        ...item,
        position: sample.itemCount + from + at + 1,
        rank: sample.seed === null ? '' : hashRank(sample.seed, item.itemKey),
        replacesId: replaced?.[from + at] ?? null,
      })),
      { common: { engagementId: sample.engagementId, sampleId: sample.id, drawnAs } },
    )
  }
}
