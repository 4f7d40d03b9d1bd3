import type { ImportProblemCode } from '../../rules/refusal.js'
import type { ColumnSeparator, ImportNoteCode, TextEncoding } from '../../rules/vocabulary.js'

/** What a cell of a spreadsheet holds; UNCOMPUTED: a formula without what it gives. In a file of text every cell is one. */
export type SheetCellType = 'TEXT' | 'NUMBER' | 'DATE' | 'BOOLEAN' | 'ERROR' | 'UNCOMPUTED'

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
  /** Of a workbook: what is known of the worksheet that is read; null of a file of text. */
  worksheet: OpenWorksheet | null
  /** Whether each row has all its cells, also those that are empty: one with fewer is another row than it should be. */
  isEven: boolean
  /** To be gone through once; the file is let go when that ends, however it ends. Throws UnreadableRow. */
  rows: AsyncIterable<SheetRow>
}

/** What a person should know of a list that is no fault of it. */
export interface ImportNoteFact {
  code: ImportNoteCode
  /** In words. */
  message: string
}

/** A worksheet that is read, among those of its workbook. */
export interface OpenWorksheet {
  name: string
  /** All worksheets, in their order. */
  all: readonly { name: string; isHidden: boolean }[]
  /**
   * To be called once the rows were gone through.
   * @param headerRow the row that names the columns
   * @param width how many columns there are
   * @throws UnreadableRow where cells of the list are merged
   */
  checkUnmerged(headerRow: number, width: number): void
  /** What was noticed as far as the rows were gone through. */
  notes(headerRow: number | null): ImportNoteFact[]
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
