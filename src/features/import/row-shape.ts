import { isBlankRow } from './header.js'
import { listLimits } from './limits.js'
import type { OpenList } from './open-list.js'
import { inFigures, type ProblemList, type Wrong } from './problems.js'
import type { SheetCell, SheetRow } from './sheet-row.js'

/** The most rows of a list, and what they are called. */
export interface MostRows {
  max: number
  /** In the plural: `items`. */
  called: string
}

/**
 * Looks at the shape of a list while its rows go by, whatever they are of: its header, the width of its rows, empty ones and their
 * number. Every problem is noted with its row.
 */
export class RowShape {
  /** Rows that are not empty, below the header. */
  rowCount = 0
  /** Set when there is no point in reading on: the header is unusable or there are too many rows. */
  halted = false
  #blankRows: number[] = []
  /** Rows of another width than the header. A file full of them is another file than its header says. */
  #misfits = 0

  constructor(
    private readonly list: Pick<OpenList, 'columns' | 'headerRow' | 'soughtRow' | 'sheet'>,
    private readonly problems: ProblemList,
    private readonly most: MostRows,
  ) {
    if (list.headerRow === null) return
    for (const { at, found, wrong } of list.columns.faults) {
      const column = at === null ? null : `${at}`
      problems.note({ row: list.headerRow, column, ...(found !== undefined && { found }) }, wrong)
    }
    this.halted = problems.count > 0
  }

  /**
   * The cells of a row, as many as there are columns.
   * @param row empty ones included: rows are counted as a spreadsheet does
   * @returns null for an empty row, one of another width, and one too many
   */
  cellsOf(row: SheetRow): SheetCell[] | null {
    if (this.halted) return null
    if (isBlankRow(row)) {
      this.#blankRows.push(row.row)
      if (this.#blankRows.length > listLimits.blankRows) {
        this.breakOff(row.row, ['TOO_MANY', 'There are too many empty rows; delete them.'])
      }
      return null
    }
    // Spreadsheets often leave blank rows at the end: those are let be. One between others may be one that got lost.
    for (const blank of this.#blankRows) this.problems.note({ row: blank }, emptyRow)
    this.#blankRows = []
    if (this.rowCount === this.most.max) {
      const { max, called } = this.most
      const message = `The list has more than ${inFigures(max)} ${called}; split it, or narrow it down.`
      this.breakOff(row.row, ['TOO_MANY', message])
      return null
    }
    this.rowCount++
    return this.#ofWidth(row)
  }

  /** @param row the row at which the file itself stops making sense, counted from 1 */
  breakOff(row: number, wrong: Wrong): void {
    this.problems.note({ row }, wrong)
    this.halted = true
  }

  /** To be called when the file has been read, or reading it was given up: what is wrong with all of it. */
  close(expectsNoRows: boolean): void {
    const { headerRow, soughtRow } = this.list
    if (headerRow === null && !this.halted) this.problems.note({ row: soughtRow ?? 1 }, noHeader)
    if (headerRow === null || this.halted) return
    if (this.rowCount === 0 && !expectsNoRows) this.problems.note({ row: headerRow }, noRows)
    if (this.rowCount > 0 && expectsNoRows) this.problems.note({ row: headerRow }, rowsUnforeseen)
  }

  #ofWidth({ row, cells }: SheetRow): SheetCell[] | null {
    const { columns, sheet } = this.list
    const width = columns.all.length
    // What is empty past the last column is no cell; past the last one allowed, all of them may run together.
    const isOver = cells.some(
      ({ text }, at) => at >= width && (at < listLimits.columns ? text !== '' : /[^,;\t|]/.test(text)),
    )
    if (!isOver && (!sheet.isEven || cells.length >= columns.namedCount)) {
      return Array.from({ length: width }, (_, at) => cells[at] ?? emptyCell)
    }
    const got = cells.length > listLimits.columns ? `more than ${listLimits.columns}` : `${cells.length}`
    const message = `The row has ${got} cells where the header names ${width} columns.`
    this.problems.note({ row }, ['WIDTH_DIFFERS', message])
    if (++this.#misfits > listLimits.problemsListed) this.breakOff(row, tooManyMisfits)
    return null
  }
}

const emptyCell: SheetCell = { text: '', type: 'TEXT' }
const emptyRow: Wrong = ['ROW_EMPTY', 'The row is empty and others follow; fill it in or delete it.']
const noHeader: Wrong = [
  'FILE_EMPTY',
  'The file is empty, or has no such header. Even a list with no items needs a row that names the columns.',
]
const noRows: Wrong = [
  'NO_ROWS',
  'The file has a header and no row below it. Where nothing occurred, say so by expectsNoRows; else export the list anew.',
]
const rowsUnforeseen: Wrong = ['ROWS_UNFORESEEN', 'It was said that the list has no rows, and it has some.']
const tooManyMisfits: Wrong = ['TOO_MANY', 'Too many rows do not fit the header; reading stopped here.']
