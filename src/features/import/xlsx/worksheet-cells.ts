import type { ExcelDays } from '../../../rules/vocabulary.js'
import { listLimits } from '../limits.js'
import { type SheetCell, type SheetRow, UnreadableRow } from '../sheet-row.js'
import { dateCell, numberCell } from './cell-values.js'
import { workbookLimits as limits } from './limits.js'
import { workbookDamaged } from './refused.js'
import { TextRuns, unescapedText } from './runs.js'
import type { Styles } from './styles.js'
import { placeOfLetters, type WorksheetSurvey } from './survey.js'
import { type Attributes, type ElementReader, isTrue } from './xml.js'

/** A row as the worksheet has it: some of its cells are texts of the table of strings, by their number. */
export interface RawRow extends SheetRow {
  isHidden: boolean
  shared: { at: number; index: number }[]
}

interface RawCell {
  at: number
  type: string
  style: number
  value: string | null
  hasFormula: boolean
}

const cellPlace = /^([A-Z]{1,3})(\d{1,7})$/

/** Takes the rows of a worksheet: `worksheet` > `sheetData` > `row` > `c` > `v`, `f` or `is`. */
export class WorksheetCells implements ElementReader {
  /** Where the worksheet stops making sense; what comes after is not looked at. */
  broken: UnreadableRow | null = null
  #ready: RawRow[] = []
  #section = ''
  #row: RawRow | null = null
  #lastRow = 0
  #cell: RawCell | null = null
  /** The place of the last cell of the row. */
  #lastAt = -1
  #takesValue = false
  #formula: string | null = null
  readonly #runs = new TextRuns()
  /** The formulas shared by several cells that look into another workbook. */
  readonly #fromOthers = new Set<string>()
  #sharedNumber: string | null = null

  constructor(
    private readonly styles: Styles,
    private readonly from: ExcelDays,
    private readonly survey: WorksheetSurvey,
  ) {}

  /** The rows that are complete. */
  drain(): RawRow[] {
    const ready = this.#ready
    this.#ready = []
    return ready
  }

  open(name: string, attributes: Attributes, depth: number): void {
    if (depth === 0 && name !== 'worksheet') throw workbookDamaged('where a worksheet should be is something else.')
    if (depth === 1) this.#section = name
    if (this.#section !== 'sheetData') this.survey.see(this.#section, name, attributes)
    else if (this.broken) return
    else if (depth === 2 && name === 'row') this.#openRow(attributes)
    else if (this.#row && depth === 3 && name === 'c') this.#openCell(this.#row, attributes)
    else if (this.#cell && depth === 4) this.#openPart(this.#cell, name, attributes)
    else if (this.#cell?.type === 'inlineStr' && depth > 4) this.#runs.open(name, attributes)
  }

  text(text: string): void {
    if (this.#takesValue && this.#cell) {
      const before = this.#cell.value ?? ''
      if (before.length <= limits.textChars) this.#cell.value = before + text
    } else if (this.#formula !== null) {
      if (this.#formula.length <= listLimits.cellChars) this.#formula += text
    } else this.#runs.add(text)
  }

  close(name: string, depth: number): void {
    if (this.#section !== 'sheetData' || this.broken) return
    if (depth > 4) this.#runs.close(name)
    else if (depth === 4) this.#closePart()
    else if (depth === 3 && this.#row && this.#cell) this.#closeCell(this.#row, this.#cell)
    else if (depth === 2 && this.#row) {
      this.#ready.push(this.#row)
      this.#row = null
    }
  }

  #openRow({ r, hidden }: Attributes): void {
    const row = r === undefined ? this.#lastRow + 1 : Number(r)
    if (!Number.isInteger(row) || row <= this.#lastRow || row > limits.rows) {
      this.#break(this.#lastRow + 1, 'The rows of the worksheet are not in order, or one stands there twice.')
      return
    }
    this.#lastRow = row
    this.#lastAt = -1
    this.#row = { row, cells: [], isHidden: isTrue(hidden), shared: [] }
  }

  #openCell({ row }: RawRow, { r, t = 'n', s }: Attributes): void {
    let at = this.#lastAt + 1
    if (r !== undefined) {
      const [, letters = '', number] = cellPlace.exec(r) ?? []
      at = placeOfLetters(letters)
      if (Number(number) !== row) {
        this.#break(row, 'A cell of the row says that it stands elsewhere.')
        return
      }
    }
    if (at <= this.#lastAt || at >= limits.columns) {
      this.#break(row, 'The cells of the row are not in order, or one stands there twice.')
      return
    }
    this.#lastAt = at
    this.#cell = { at, type: t, style: s === undefined ? 0 : Number(s), value: null, hasFormula: false }
  }

  #openPart(cell: RawCell, name: string, { t, si }: Attributes): void {
    this.#takesValue = name === 'v'
    if (name === 'v') cell.value ??= ''
    if (name !== 'f') return
    cell.hasFormula = true
    this.#formula = ''
    this.#sharedNumber = t === 'shared' && si !== undefined ? si : null
  }

  #closePart(): void {
    this.#takesValue = false
    if (this.#formula === null) return
    const shared = this.#sharedNumber
    // The workbooks that it looks into stand there by their numbers: [1]Sheet1!A1.
    const isFromOthers = /\[\d+\]/.test(this.#formula) || (shared !== null && this.#fromOthers.has(shared))
    if (isFromOthers && shared !== null && this.#fromOthers.size < limits.sharedFormulas) this.#fromOthers.add(shared)
    this.survey.seeFormula(isFromOthers)
    this.#formula = null
  }

  #closeCell(row: RawRow, cell: RawCell): void {
    this.#cell = null
    const inline = cell.type === 'inlineStr' ? this.#runs.take() : null
    // All that stands past the last column allowed is one more cell, as in a file of text.
    const at = Math.min(cell.at, listLimits.columns)
    if (row.cells[at] !== undefined) return
    const read = inline === null ? this.#read(row, cell, at) : { text: inline, type: 'TEXT' as const }
    if (read === null) {
      this.#break(row.row, 'A cell of the row holds another thing than it says.')
      return
    }
    if (read.text === '') return
    while (row.cells.length < at) row.cells.push(emptyCell)
    row.cells[at] = read
  }

  /** The cell; null where it makes no sense. One of the table of strings comes without its text. */
  #read(row: RawRow, { type, style, value, hasFormula }: RawCell, at: number): SheetCell | null {
    // Programs that compute nothing leave out the value, or leave it empty where it is no text.
    if (hasFormula && (value === null || (value === '' && type === 'n'))) return uncomputed
    if (value === null || (value === '' && type !== 's')) return emptyCell
    switch (type) {
      case 'n':
        return numberCell(value, this.styles[style] ?? 'NUMBER', this.from)
      case 's':
        if (!/^\s*\d{1,9}\s*$/.test(value)) return null
        while (row.cells.length <= at) row.cells.push(emptyCell)
        row.shared.push({ at, index: Number(value) })
        return emptyCell
      case 'str':
        return { text: unescapedText(value), type: 'TEXT' }
      case 'b':
        return { text: isTrue(value.trim()) ? 'TRUE' : 'FALSE', type: 'BOOLEAN' }
      case 'e':
        return { text: value, type: 'ERROR' }
      case 'd':
        return dateCell(value) ?? { text: value, type: 'TEXT' }
      default:
        return null
    }
  }

  #break(row: number, message: string): void {
    this.broken = new UnreadableRow(row, 'NOT_XLSX', message)
    this.#row = null
    this.#cell = null
  }
}

const emptyCell: SheetCell = { text: '', type: 'TEXT' }
const uncomputed: SheetCell = { text: '(formula)', type: 'UNCOMPUTED' }
