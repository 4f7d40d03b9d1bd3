import { listLimits } from '../limits.js'
import { letterOf } from '../list-columns.js'
import { inFigures } from '../problems.js'
import { type ImportNoteFact, type SheetRow, UnreadableRow } from '../sheet-row.js'
import { exceedsDigits } from './cell-values.js'
import { workbookLimits as limits } from './limits.js'
import { type Attributes, isTrue } from './xml.js'

/** Cells that are merged, by their first and last rows and columns. */
interface Merge {
  range: string
  top: number
  bottom: number
  left: number
}

/** So many letters of columns are told. */
const lettersTold = 10

const counted = (count: number, one: string, more: string): string => `${inFigures(count)} ${count === 1 ? one : more}`

/** What is seen of a worksheet beside the values of its cells: what a person who looks at it would not see, or could take for more. */
export class WorksheetSurvey {
  #isFiltered = false
  #hiddenRows = 0
  #firstHidden = 0
  readonly #hiddenColumns = new Set<number>()
  readonly #filledColumns = new Set<number>()
  #formulas = 0
  #fromOthers = 0
  #long = 0
  #firstLong = 0
  #merges: Merge[] = []
  #lastRow = 0

  /** An element of the worksheet that stands before or after its rows. */
  see(section: string, name: string, attributes: Attributes): void {
    if (name === 'sheetPr' && isTrue(attributes.filterMode)) this.#isFiltered = true
    if (section === 'autoFilter' && name === 'filterColumn') this.#isFiltered = true
    if (section === 'cols' && name === 'col' && isTrue(attributes.hidden)) this.#hide(attributes)
    if (section === 'mergeCells' && name === 'mergeCell') this.#merge(attributes.ref ?? '')
  }

  /** @param isFromOthers whether it looks into another workbook */
  seeFormula(isFromOthers: boolean): void {
    this.#formulas++
    if (isFromOthers) this.#fromOthers++
  }

  /** A row in which something stands. */
  seeRow({ row, cells }: SheetRow, isHidden: boolean): void {
    this.#lastRow = row
    if (isHidden && this.#hiddenRows++ === 0) this.#firstHidden = row
    cells.forEach((cell, at) => {
      if (cell.text === '') return
      if (this.#hiddenColumns.has(at)) this.#filledColumns.add(at)
      if (cell.text.length > 15 && exceedsDigits(cell) && this.#long++ === 0) this.#firstLong = row
    })
  }

  /**
   * @param headerRow the row that names the columns
   * @param width how many columns there are
   * @throws UnreadableRow where cells of the list are merged: all but the first of them are empty; titles above it may be
   */
  checkUnmerged(headerRow: number, width: number): void {
    const within = this.#merges.filter(
      ({ top, bottom, left }) => bottom >= headerRow && top <= this.#lastRow && left < width,
    )
    const [first] = within.toSorted((a, b) => a.top - b.top)
    if (!first) return
    const others = within.length === 1 ? '' : `, and ${counted(within.length - 1, 'other place', 'other places')}`
    const message = `Cells are merged (${first.range}${others}): only the first of them holds the value. Unmerge them, and fill in each.`
    throw new UnreadableRow(Math.max(first.top, headerRow), 'CELLS_MERGED', message)
  }

  /** What a person should know of it, once its rows were read. */
  notes(headerRow: number | null): ImportNoteFact[] {
    const notes: ImportNoteFact[] = []
    const note = (code: ImportNoteFact['code'], message: string) => notes.push({ code, message })
    const rows = counted(this.#hiddenRows, 'row is hidden', 'rows are hidden')
    if (this.#hiddenRows > 0 && this.#isFiltered) {
      note('ROWS_FILTERED', `A filter is set, and ${rows}, the first being row ${this.#firstHidden}. All were read.`)
    } else if (this.#hiddenRows > 0) {
      note('ROWS_HIDDEN', `${rows}, the first being row ${this.#firstHidden}. All were read.`)
    }
    const letters = [...this.#filledColumns].sort((a, b) => a - b).map(letterOf)
    if (letters.length > 0) {
      const told = letters.slice(0, lettersTold).join(', ') + (letters.length > lettersTold ? ' and others' : '')
      note('COLUMNS_HIDDEN', `Columns in which something stands are hidden: ${told}. All were read.`)
    }
    const above = this.#merges.filter(({ bottom }) => headerRow === null || bottom < headerRow).length
    if (above > 0) {
      note(
        'TITLES_MERGED',
        `${counted(above, 'place', 'places')} above the list are merged cells; no item is affected.`,
      )
    }
    const cells = (count: number) => counted(count, 'cell holds', 'cells hold')
    if (this.#formulas > 0) {
      note('FORMULAS', `${cells(this.#formulas)} a formula; what it gave when the workbook was last saved was read.`)
    }
    if (this.#fromOthers > 0) {
      note(
        'OTHER_WORKBOOKS',
        `${cells(this.#fromOthers)} what was taken from another workbook; the value kept was read.`,
      )
    }
    if (this.#long > 0) {
      const message = `${cells(this.#long)} a number of more than 15 digits, the first in row ${this.#firstLong}: a spreadsheet keeps no more, so its end may be lost. Export such numbers as text.`
      note('DIGITS_LOST', message)
    }
    return notes
  }

  #hide({ min, max }: Attributes): void {
    const last = Math.min(Number(max), listLimits.columns + 1)
    for (let at = Math.max(Number(min), 1); at <= last; at++) this.#hiddenColumns.add(at - 1)
  }

  #merge(range: string): void {
    const [, left = '', top, right, bottom] = /^([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?$/.exec(range) ?? []
    if (right === undefined || (left === right && top === bottom)) return
    const merge = { range, top: Number(top), bottom: Number(bottom), left: placeOfLetters(left) }
    // Beyond so many the one that reaches farthest down stands for those that are not held.
    const last = this.#merges.at(-1)
    if (this.#merges.length < limits.merges) this.#merges.push(merge)
    else if (last && merge.bottom > last.bottom) this.#merges[this.#merges.length - 1] = merge
  }
}

/** The place of a column, counted from 0, by its letters. */
export function placeOfLetters(letters: string): number {
  let place = 0
  for (let at = 0; at < letters.length; at++) place = place * 26 + letters.charCodeAt(at) - 64
  return place - 1
}
