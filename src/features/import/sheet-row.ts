import type { ImportProblemCode } from '../../rules/refusal.js'
import type { ColumnSeparator, TextEncoding } from '../../rules/vocabulary.js'

/** What a cell of a spreadsheet holds. In a file of text every cell is one. */
export type SheetCellType = 'TEXT' | 'NUMBER' | 'DATE' | 'BOOLEAN' | 'ERROR'

/** One cell: its text as it is written or shown; a date as `2019-01-31` or `2019-01-31T14:40:52`. */
export interface SheetCell {
  text: string
  type: SheetCellType
}

/** One row of a list, counted from 1 as a spreadsheet does, empty ones included. */
export interface SheetRow {
  row: number
  cells: SheetCell[]
}

/** A file that is read as rows of cells, whatever its form. */
export interface OpenSheet {
  /** Of a file of text: how its characters are written, and what separates its cells; null of a workbook. */
  encoding: TextEncoding | null
  separator: ColumnSeparator | null
  /** Whether each row has all its cells, also those that are empty: one with fewer is another row than it should be. */
  isEven: boolean
  /** To be gone through once; the file is let go when that ends, however it ends. Throws UnreadableRow. */
  rows: AsyncIterable<SheetRow>
}

/** A file makes no sense from a row on: a fault of the file, which its reader turns into a problem. */
export class UnreadableRow extends Error {
  override readonly name = 'UnreadableRow'

  constructor(
    readonly row: number,
    readonly code: ImportProblemCode,
    message: string,
  ) {
    super(message)
  }
}
