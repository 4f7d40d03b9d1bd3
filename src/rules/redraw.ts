import { wholeNumber } from './figures.js'
import { PopulationDigest, type PopulationItem } from './population.js'
import { Refusal } from './refusal.js'
import { POPULATION_MAX } from './sampling.js'
import {
  checkSeed,
  FirstByRank,
  inCodePointOrder,
  isStatistical,
  largestRemainder,
  type Ranked,
  STRATA_MAX,
  systematicPositions,
} from './selection.js'
import type { SelectionMethod } from './vocabulary.js'

/** All that a draw follows from, as recorded with the sample. */
export interface DrawPlan {
  method: SelectionMethod
  /** Not used by ENTIRE_POPULATION. */
  seed: string
  /** How many items were drawn at first and by each extension or replacement since: `[25]`, `[25, 13]`. */
  draws: readonly number[]
  populationSize: number
}

export interface DrawnItem {
  key: string
  /** Counts from 0 in the population's order. */
  position: number
  /** Counts from 1 in the order of drawing; an extension goes on counting. */
  rank: number
}

/** An item on its way past a draw; STRATIFIED needs the stratum it belongs to. */
export interface DrawableItem {
  key: string
  stratum?: string | null
}

/**
 * A draw, made while the items of the population pass by once, in order: `offer` each, then read `drawn()`. A sample
 * only ever grows: with the same plan and a further draw, the items drawn before come out again, in the same order.
 *
 * - RANDOM: the first by hash rank; a further draw takes the next ranks.
 * - SYSTEMATIC: at even intervals; a further draw takes hash ranks among the items left.
 * - STRATIFIED: each draw is shared among the strata by largest remainder of the items left in them, strata in code
 *   point order, hash rank within each.
 * - ENTIRE_POPULATION: every item, in order.
 *
 * `beginDraw` refuses with INVALID_INPUT a plan that cannot be drawn: a method by which the auditor picks, a bad seed,
 * sizes that are no whole numbers from 1 up or exceed the population. `drawn` refuses when other than
 * `populationSize` items were offered.
 */
export interface Draw {
  offer(item: DrawableItem): void
  drawn(): DrawnItem[]
}

export function beginDraw(plan: DrawPlan): Draw {
  const total = checkPlan(plan)
  const collector = collectorFor(plan, total)
  let offered = 0
  return {
    offer(item) {
      collector.take(item, offered++)
    },
    drawn() {
      if (offered !== plan.populationSize) {
        const message = `The population has ${plan.populationSize} items, but ${offered} were given.`
        throw new Refusal('INVALID_INPUT', message, ['populationSize'])
      }
      return collector.inOrder().map(({ key, position }, i) => ({ key, position, rank: i + 1 }))
    },
  }
}

function checkPlan({ method, seed, draws, populationSize }: DrawPlan): number {
  wholeNumber('The population', populationSize, { min: 1, max: POPULATION_MAX }, ['populationSize'])
  if (!isStatistical(method)) {
    throw new Refusal('INVALID_INPUT', `Items are picked by the auditor under ${method}; there is nothing to draw.`, [
      'method',
    ])
  }
  if (method === 'ENTIRE_POPULATION') return populationSize
  checkSeed(seed)
  if (draws.length === 0) throw new Refusal('INVALID_INPUT', 'A sample has at least one draw.', ['draws'])
  return draws.reduce((total, size, i) => {
    return total + wholeNumber('The size of a draw', size, { min: 1, max: populationSize - total }, ['draws', i])
  }, 0)
}

interface Collector {
  take(item: DrawableItem, position: number): void
  inOrder(): { key: string; position: number }[]
}

function collectorFor(plan: DrawPlan, total: number): Collector {
  if (plan.method === 'RANDOM') return byRank(plan.seed, total)
  if (plan.method === 'SYSTEMATIC') return atIntervals(plan, total)
  if (plan.method === 'STRATIFIED') return byStratum(plan, total)
  return everyItem()
}

function everyItem(): Collector {
  const items: { key: string; position: number }[] = []
  return { take: ({ key }, position) => void items.push({ key, position }), inOrder: () => items }
}

function byRank(seed: string, total: number): Collector {
  const first = new FirstByRank(seed, total)
  return { take: ({ key }, position) => first.offer(key, position), inOrder: () => first.inOrder() }
}

function atIntervals({ seed, draws, populationSize }: DrawPlan, total: number): Collector {
  const size = draws[0] as number
  const positions = new Set(systematicPositions(seed, size, populationSize))
  const evenly: { key: string; position: number }[] = []
  const later = new FirstByRank(seed, total - size)
  return {
    take({ key }, position) {
      if (positions.has(position)) evenly.push({ key, position })
      else later.offer(key, position)
    },
    inOrder: () => [...evenly, ...later.inOrder()],
  }
}

function byStratum({ seed, draws }: DrawPlan, total: number): Collector {
  const strata = new Map<string, { first: FirstByRank; size: number }>()
  return {
    take({ key, stratum }, position) {
      const name = stratum ?? ''
      const known = strata.get(name) ?? { first: new FirstByRank(seed, total), size: 0 }
      known.first.offer(key, position)
      known.size++
      strata.set(name, known)
      if (strata.size > STRATA_MAX) {
        const message = `A population is divided into at most ${STRATA_MAX} strata; this column has more values.`
        throw new Refusal('INVALID_INPUT', message, ['stratumColumn'])
      }
    },
    inOrder() {
      const names = [...strata.keys()].sort(inCodePointOrder)
      const queues = new Map<string, Ranked[]>()
      const left = new Map<string, number>()
      for (const name of names) {
        const { first, size } = strata.get(name) as { first: FirstByRank; size: number }
        queues.set(name, first.inOrder())
        left.set(name, size)
      }
      return draws.flatMap((size) => {
        const shares = largestRemainder(size, left)
        return names.flatMap((name) => {
          const share = shares.get(name) ?? 0
          left.set(name, (left.get(name) as number) - share)
          return (queues.get(name) as Ranked[]).splice(0, share)
        })
      })
    },
  }
}

export interface SampleRecord {
  plan: DrawPlan
  /** The digest of the population when the sample was drawn. */
  populationDigest: string
  /** The keys of the items, in the order of drawing. */
  keys: readonly string[]
}

export interface SampleVerification {
  /** The record holds: the population is the one that was frozen and the items are those the plan gives. */
  matches: boolean
  populationMatches: boolean
  itemCount: number
  digest: string
  /** False for items picked by the auditor: their choice cannot be redrawn, only that they belong to the population. */
  redrawn: boolean
  /** Items that the plan gives and the record lacks; at most 100 are named. */
  missing: readonly string[]
  /** Items in the record that the plan does not give, or the population does not hold; at most 100 are named. */
  unexpected: readonly string[]
  /** The same items, in another order than they were drawn. */
  orderDiffers: boolean
}

/** Enough to see what happened; a forged record can differ in every item. */
export const NAMED_MAX = 100

/** A verification, made while the items of the population pass by once, in their frozen order. */
export interface Verification {
  offer(item: PopulationItem & DrawableItem): void
  /** What they showed, when all were offered. */
  found(): SampleVerification
}

/**
 * Verifies a recorded sample against the population's items by drawing it again: `offer` each, then read `found()`. Holds
 * no more than the sample: a million items may stream from a database.
 * Refuses with INVALID_INPUT a plan that nothing can be drawn from.
 */
export function beginVerification({ plan, keys, populationDigest }: SampleRecord): Verification {
  const redrawn = isStatistical(plan.method)
  const recorded = new Set(keys)
  const digest = new PopulationDigest()
  const ownDraw = redrawn ? beginDraw(plan) : null
  const present = new Set<string>()
  return {
    offer(item) {
      digest.add(item)
      if (digest.items <= plan.populationSize) ownDraw?.offer(item)
      if (recorded.has(item.key)) present.add(item.key)
    },
    found() {
      const populationMatches = digest.items === plan.populationSize && digest.hex() === populationDigest
      const drawnAgain = digest.items >= plan.populationSize ? ownDraw?.drawn().map((item) => item.key) : undefined
      const expected = drawnAgain ?? keys.filter((key) => present.has(key))
      const expectedKeys = new Set(expected)
      const missing = expected.filter((key) => !recorded.has(key))
      const unexpected = keys.filter((key) => !expectedKeys.has(key))
      const sameItems = missing.length === 0 && unexpected.length === 0
      const orderDiffers = sameItems && expected.some((key, i) => key !== keys[i])
      return {
        matches: populationMatches && sameItems && !orderDiffers && keys.length === recorded.size,
        populationMatches,
        itemCount: digest.items,
        digest: digest.hex(),
        redrawn,
        missing: missing.slice(0, NAMED_MAX),
        unexpected: unexpected.slice(0, NAMED_MAX),
        orderDiffers,
      }
    },
  }
}
