import { createHash } from 'node:crypto'

/** One item of a population: an occasion on which the control acted, or should have. */
export interface PopulationItem {
  /** What identifies the item in its source, as it was written there; unique within the population (docs/forms.md). */
  key: string
  /** When it happened, as text in the form it is kept in; null when the source has no date. */
  date: string | null
  /** The other columns, in the order of the import. */
  values: readonly (string | null)[]
}

/**
 * The item as one line, the form that the digest covers: a JSON array of key, date and values, without spaces, ended by
 * a line feed. Text is escaped as `JSON.stringify` does (quotes, backslashes, control characters below U+0020), all else
 * is UTF-8 as it is:
 *
 *     ["d2e59bb60","2019-01-03",["2114","1","tty,win: fix Alt+key under WSL"]]
 */
export function canonicalLine(item: PopulationItem): string {
  return `${JSON.stringify([item.key, item.date, item.values])}\n`
}

/**
 * The digest that freezes a population: SHA-256 over the canonical lines of its items, in their order, as lower-case
 * hex. With the lines in a file it can be checked: `sha256sum population.jsonl`. A population without items has
 * the digest of the empty file, `e3b0c442...`.
 *
 * Items are added one by one, so that a million of them never need to be in memory together.
 */
export class PopulationDigest {
  readonly #hash = createHash('sha256')
  #items = 0

  add(item: PopulationItem): this {
    this.#hash.update(canonicalLine(item))
    this.#items++
    return this
  }

  /** How many items were added. */
  get items(): number {
    return this.#items
  }

  /** The digest of what was added so far; more can be added afterwards. */
  hex(): string {
    return this.#hash.copy().digest('hex')
  }
}
