import { randomBytes } from 'node:crypto'
import { maskOf } from '../../rules/masking.js'
import type { ListColumn, ListColumns } from '../import/list-columns.js'
import type { Wrong } from '../import/problems.js'

/** The columns of a list that hold personal data: masks take the place of their cells. The key of the masks ends with the reading. */
export class MaskedColumns {
  readonly #key = randomBytes(32)
  readonly #columns: ListColumn[] = []

  constructor(private readonly choices: readonly string[]) {}

  /** The names of the columns, as they are kept. */
  get names(): string[] {
    return this.#columns.map(({ keptName }) => keptName)
  }

  /**
   * Finds the columns that were chosen.
   * @param others columns that are needed as they are written
   * @returns where a choice cannot be taken, and why; null where all can
   */
  choose(
    columns: ListColumns,
    others: readonly (ListColumn | null)[],
  ): { field: (string | number)[]; wrong: Wrong } | null {
    for (const [at, choice] of this.choices.entries()) {
      const found = columns.chosen(choice)
      const field = ['maskedColumns', at]
      if ('wrong' in found) return { field, wrong: found.wrong }
      if (others.includes(found)) return { field, wrong: needed }
      this.#columns.push(found)
    }
    return null
  }

  has(column: ListColumn): boolean {
    return this.#columns.includes(column)
  }

  /** Puts masks in place of the cells of a row. */
  mask(cells: string[]): void {
    for (const { position } of this.#columns) cells[position - 1] = maskOf(this.#key, cells[position - 1] ?? '')
  }
}

const needed: Wrong = [
  'COLUMN_REPEATED',
  'A column of keys, of days or of cycles is not masked: by it an item is found again, and its time is read. Choose another column.',
]
