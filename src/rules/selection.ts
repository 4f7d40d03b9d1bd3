import { hash } from 'node:crypto'
import { wholeNumber } from './figures.js'
import { Refusal } from './refusal.js'
import { POPULATION_MAX } from './sampling.js'
import type { SelectionMethod } from './vocabulary.js'

/**
 * Which items are tested. Every draw follows from the seed and the frozen population alone, so that any reader who has
 * both can redraw it; `redraw.ts` does so. The moment and the dice come from outside: nothing here is random.
 */

/** Stated in every sample's record. A change to how items are chosen is a new version, and old samples keep theirs. */
export const SELECTION_ALGORITHM = { name: 'sha256-rank', version: 1 } as const

/** More strata than this are no strata. */
export const STRATA_MAX = 100

/** Between seed and key; a seed contains no control characters, so it marks where the key begins. */
const SEPARATOR = '\u001f'

const PICKED_BY_THE_AUDITOR: readonly SelectionMethod[] = ['HAPHAZARD', 'BLOCK', 'TARGETED']

/** Whether results can be carried over to the population by probability. What the auditor picked cannot. */
export function isStatistical(method: SelectionMethod): boolean {
  return !PICKED_BY_THE_AUDITOR.includes(method)
}

/** Whether anything is left to chance: what the auditor picked, and a whole population, has no seed. */
export const usesSeed = (method: SelectionMethod): boolean => isStatistical(method) && method !== 'ENTIRE_POPULATION'

/** A seed is 1 to 200 printable characters; INVALID_INPUT otherwise. */
export function checkSeed(seed: string): string {
  // Each control character is one UTF-16 unit below 0x20, or 0x7f.
  const printable = [...seed].every((character) => character >= ' ' && character !== '\u007f')
  if (seed.length < 1 || seed.length > 200 || !printable) {
    throw new Refusal('INVALID_INPUT', 'A seed has 1 to 200 characters, none of them a control character.', ['seed'])
  }
  return seed
}

/**
 * An item's place in the queue: SHA-256 over the UTF-8 bytes of the seed, the byte 0x1F and the item's key, as
 * lower-case hex; the lowest come first. docs/forms.md draws a sample so, in a shell.
 */
export function hashRank(seed: string, key: string): string {
  return hash('sha256', seed + SEPARATOR + key, 'hex')
}

/**
 * The positions, counted from 0, of a systematic sample: item i of n lies at ⌊(i × N + start) / n⌋, where the start,
 * 0 ≤ start < N, is the first 12 hex digits of SHA-256(seed) modulo N. So the interval is N / n without rounding: the
 * sample reaches to the end of the population, and every item has the same chance n / N.
 */
export function systematicPositions(seed: string, size: number, populationSize: number): number[] {
  wholeNumber('The population', populationSize, { min: 1, max: POPULATION_MAX }, ['populationSize'])
  wholeNumber('The sample size', size, { min: 1, max: populationSize }, ['size'])
  const start = systematicStart(seed, populationSize)
  return Array.from({ length: size }, (_, i) => Math.floor((i * populationSize + start) / size))
}

/** The start of a systematic sample, recorded with it. */
export function systematicStart(seed: string, populationSize: number): number {
  return Number.parseInt(hash('sha256', checkSeed(seed), 'hex').slice(0, 12), 16) % populationSize
}

/**
 * Shares `total` among strata in proportion to their sizes, by largest remainder: each gets the whole part of its
 * share, and what is left goes, one each, to the largest remainders (the larger stratum first, then by name). The
 * shares sum to `total`, and none exceeds its stratum. INVALID_INPUT when there are fewer items than `total`.
 */
export function largestRemainder(total: number, strata: ReadonlyMap<string, number>): Map<string, number> {
  const items = [...strata.values()].reduce((sum, size) => sum + size, 0)
  wholeNumber('The sample size', total, { min: 0, max: items }, ['size'])
  if (items === 0) return new Map()
  // Whole numbers throughout: total × size stays below 1e12.
  const shares = [...strata].map(([name, size]) => ({
    name,
    size,
    whole: Math.floor((total * size) / items),
    remainder: (total * size) % items,
  }))
  const left = total - shares.reduce((sum, share) => sum + share.whole, 0)
  shares.sort((a, b) => b.remainder - a.remainder || b.size - a.size || inCodePointOrder(a.name, b.name))
  return new Map(shares.map(({ name, whole }, i) => [name, whole + (i < left ? 1 : 0)]))
}

/** An order that every machine shares, unlike that of a locale. */
export function inCodePointOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** An item in the queue. `position` counts from 0 in the population's order. */
export interface Ranked {
  key: string
  position: number
  hash: string
}

const inRankOrder = (a: Ranked, b: Ranked) => inCodePointOrder(a.hash, b.hash) || inCodePointOrder(a.key, b.key)

/**
 * The first `capacity` items by hash rank, out of any number that pass by: what it holds in memory is bounded by what
 * is asked for, not by the population. Kept as a heap with the last of the chosen on top, the one to go next.
 */
export class FirstByRank {
  readonly #seed: string
  readonly #capacity: number
  readonly #heap: Ranked[] = []

  constructor(seed: string, capacity: number) {
    this.#seed = checkSeed(seed)
    this.#capacity = capacity
  }

  offer(key: string, position: number): void {
    if (this.#capacity === 0) return
    const item = { key, position, hash: hashRank(this.#seed, key) }
    const heap = this.#heap
    if (heap.length < this.#capacity) {
      heap.push(item)
      this.#rise(heap.length - 1)
    } else if (inRankOrder(item, heap[0] as Ranked) < 0) {
      heap[0] = item
      this.#sink(0)
    }
  }

  /** The chosen items, lowest rank first. */
  inOrder(): Ranked[] {
    return [...this.#heap].sort(inRankOrder)
  }

  #rise(at: number): void {
    for (let child = at; child > 0; ) {
      const parent = (child - 1) >> 1
      if (!this.#swapIfLater(child, parent)) return
      child = parent
    }
  }

  #sink(at: number): void {
    const heap = this.#heap
    for (let parent = at; ; ) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2]
      if (left >= heap.length) return
      const rightIsLater = right < heap.length && inRankOrder(heap[right] as Ranked, heap[left] as Ranked) > 0
      const child = rightIsLater ? right : left
      if (!this.#swapIfLater(child, parent)) return
      parent = child
    }
  }

  #swapIfLater(child: number, parent: number): boolean {
    const [below, above] = [this.#heap[child] as Ranked, this.#heap[parent] as Ranked]
    if (inRankOrder(below, above) <= 0) return false
    this.#heap[child] = above
    this.#heap[parent] = below
    return true
  }
}
