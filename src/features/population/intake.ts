import { writtenDate } from '../../rules/calendar.js'
import { Refusal, type RowFault } from '../../rules/refusal.js'

/** What a list of items may hold at most. Characters are UTF-16 units, as `String.length` counts them. */
export const intakeLimits = {
  items: 1_000_000,
  columns: 100,
  columnNameChars: 200,
  cellChars: 2_000,
  keyChars: 200,
  /** Faults told one by one; the others are only counted. */
  faultsListed: 1_000,
  batchItems: 2_000,
  /** A batch of wide rows is full earlier. */
  batchChars: 8_000_000,
  /** Empty rows at the end of a file that are let be. */
  blankRows: 10_000,
} as const

export type IntakeLimits = { [Name in keyof typeof intakeLimits]: number }

export interface IntakeOptions {
  /** Name of the column that tells one item from another. */
  keyColumn: string
  /** Name of the column that says when the control acted on the item; null when the list has none. */
  dateColumn: string | null
  /** First and last day an item may carry, both included; null when any day may. */
  period: { start: string; end: string } | null
  limits?: Partial<IntakeLimits>
}

/** One item of a population. */
export interface PopulationItem {
  /** Place in the file: the first item is 1. */
  ordinal: number
  key: string
  /** The day written in the date column, `YYYY-MM-DD`; null when there is no such column. */
  occurredOn: string | null
  /** Every cell in the order of the columns, the key and the date included, as written. */
  values: string[]
}

// Tab and line breaks are text in a quoted cell. Everything else in these ranges cannot be seen, and NUL cannot be stored.
// U+FFFD is what a decoder leaves where bytes were not UTF-8: the character that stood there is lost.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const unreadable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]|\r(?!\n)/

/**
 * Takes the rows of a list one after the other, whatever file they came from: the first is the header, the others become
 * items. Every fault is kept with its row and column, so that a person can mend the whole file in one go.
 */
export class RowIntake {
  /** The names in the header; none before it was taken. */
  columns: readonly string[] = []
  /** Set when there is no point in reading on: the header is unusable or there are too many items. */
  halted = false
  private readonly limits: IntakeLimits
  private readonly faults: RowFault[] = []
  private faultCount = 0
  private row = 0
  private blankRows = 0
  private items = 0
  /** Rows of another width than the header. A file full of them is another file than its header says. */
  private misfits = 0
  private readonly rowOfKey = new Map<string, number>()
  private keyAt = -1
  private dateAt = -1
  private ready: PopulationItem[] = []
  private readyChars = 0
  private missingColumn: Refusal | null = null

  constructor(private readonly options: IntakeOptions) {
    this.limits = { ...intakeLimits, ...options.limits }
  }

  /** @param cells one row of the file, blank ones included: rows are counted as a spreadsheet does */
  take(cells: string[]): void {
    if (this.halted) return
    this.row++
    if (this.row === 1) {
      this.takeHeader(cells)
      return
    }
    if (cells.every((cell) => cell === '')) {
      if (++this.blankRows > this.limits.blankRows)
        this.breakOff(this.row, 'There are too many empty rows; delete them.')
      return
    }
    this.reportBlankRows()
    if (++this.items > this.limits.items) {
      this.fault(
        this.row,
        null,
        `The list has more than ${count(this.limits.items)} items; split it, or narrow it down.`,
      )
      this.halted = true
      return
    }
    this.takeItem(cells)
  }

  /** @param row the row at which the file itself stops making sense, counted from 1 */
  breakOff(row: number, message: string): void {
    this.fault(row, null, message)
    this.halted = true
  }

  /** How many items wait to be drained; none, for good, once there is a fault. */
  get waiting(): number {
    return this.ready.length
  }

  /** Whether enough items wait for a batch, by their number or by the room they take. */
  get hasBatch(): boolean {
    return this.ready.length >= this.limits.batchItems || this.readyChars >= this.limits.batchChars
  }

  /** The next items, at most `limits.batchItems`, in the order of the file. */
  drain(): PopulationItem[] {
    this.readyChars = 0
    return this.ready.splice(0, this.limits.batchItems)
  }

  /**
   * To be called when the file has been read, or reading it was given up.
   * @throws {Refusal} ROWS_REFUSED with every fault, the first ones one by one; INVALID_INPUT when a column asked for is
   *   not there
   */
  finish(): void {
    if (this.missingColumn) throw this.missingColumn
    if (this.row === 0 && !this.halted) {
      this.fault(
        1,
        null,
        'The file is empty. Even a population with no items needs a first row that names the columns.',
      )
    }
    const [first] = this.faults
    if (!first) return
    const message = `${this.faultCount === 1 ? '1 fault' : `${count(this.faultCount)} faults`} in the file, so nothing was taken in. First, in row ${first.row}: ${first.message}`
    throw new Refusal('ROWS_REFUSED', message, ['file'], { rows: this.faults, rowFaultCount: this.faultCount })
  }

  private takeHeader(cells: string[]): void {
    const names = cells.map((cell) => cell.trim())
    const before = this.faultCount
    if (names.length > this.limits.columns) {
      this.fault(1, null, `There are more than ${this.limits.columns} columns; leave out those the test does not need.`)
    }
    names.slice(0, this.limits.columns).forEach((name, at) => {
      const wrong = this.wrongWithColumnName(name, names.indexOf(name) < at)
      if (wrong) this.fault(1, `${at + 1}`, wrong)
    })
    this.columns = names
    if (this.faultCount > before) {
      this.halted = true
      return
    }
    this.keyAt = this.find('keyColumn', this.options.keyColumn, names)
    if (this.options.dateColumn !== null) this.dateAt = this.find('dateColumn', this.options.dateColumn, names)
  }

  private wrongWithColumnName(name: string, repeated: boolean): string | null {
    if (name === '') return 'The column has no name; the first row must name every column.'
    if (unreadable.test(name)) return 'The first row is not readable text; export the list as CSV in UTF-8.'
    if (name.length > this.limits.columnNameChars) {
      return `The name of the column is longer than ${this.limits.columnNameChars} characters.`
    }
    return repeated ? 'The name of the column stands twice; names must differ.' : null
  }

  private find(field: 'keyColumn' | 'dateColumn', wanted: string, names: readonly string[]): number {
    const at = names.indexOf(wanted)
    if (at >= 0) return at
    this.halted = true
    const hint =
      names.length === 1 && /[;\t]/.test(names[0] as string)
        ? ' The file seems to be separated by semicolons or tabs; export it with commas.'
        : ''
    const message = `The first row of the file names ${count(names.length)} columns, and none as is said here.${hint}`
    this.missingColumn ??= new Refusal('INVALID_INPUT', message, [field])
    return -1
  }

  private takeItem(cells: string[]): void {
    const before = this.faultCount
    const width = this.columns.length
    if (cells.length !== width) {
      const got = cells.length > this.limits.columns ? `more than ${this.limits.columns}` : `${cells.length}`
      this.fault(this.row, null, `The row has ${got} cells where the header names ${width} columns.`)
      if (++this.misfits > this.limits.faultsListed) {
        this.breakOff(this.row, 'Too many rows do not fit the header; reading stopped here.')
      }
      return
    }
    for (let at = 0; at < width; at++) this.checkCell(cells[at] as string, at)
    const key = cells[this.keyAt] as string
    this.checkKey(key)
    const occurredOn = this.dateAt < 0 ? null : this.readDate(cells[this.dateAt] as string)
    if (this.faultCount > before || before > 0) return
    for (const cell of cells) this.readyChars += cell.length
    this.ready.push({ ordinal: this.items, key, occurredOn, values: cells })
  }

  private checkCell(cell: string, at: number): void {
    if (cell.length > this.limits.cellChars) {
      const length = `${count(cell.length)} characters`
      this.fault(this.row, this.name(at), `The cell has ${length}; at most ${count(this.limits.cellChars)} are taken.`)
    }
    const found = unreadable.exec(cell)?.[0]
    if (found === '\ufffd') {
      const message = 'The cell has a character that is not UTF-8, or was lost before; export the list as CSV in UTF-8.'
      this.fault(this.row, this.name(at), message)
    } else if (found !== undefined) {
      this.fault(this.row, this.name(at), `The cell has the control character ${codePoint(found)}; remove it.`)
    }
  }

  private checkKey(key: string): void {
    const wrong = this.wrongWithKey(key)
    if (wrong) this.fault(this.row, this.options.keyColumn, wrong)
    else this.rowOfKey.set(key, this.row)
  }

  private wrongWithKey(key: string): string | null {
    if (key.trim() === '') return 'The key is empty; every item needs one.'
    if (key.length > this.limits.keyChars) {
      return `The key has ${count(key.length)} characters; at most ${this.limits.keyChars} are taken.`
    }
    if (key !== key.trim() || /[\t\r\n]/.test(key)) {
      return 'The key begins or ends with a space, or has a tab or line break; remove it.'
    }
    const first = this.rowOfKey.get(key)
    return first === undefined ? null : `The key stands in row ${first} already; every item needs its own.`
  }

  private readDate(text: string): string | null {
    const column = this.options.dateColumn
    const day = writtenDate(text)
    if (day === null) {
      const message =
        text === '' ? 'The date is empty.' : 'This is not a date of the calendar; write it like 2019-01-31.'
      this.fault(this.row, column, message)
      return null
    }
    const { period } = this.options
    if (period && (day < period.start || day > period.end)) {
      this.fault(this.row, column, `The day lies outside the period ${period.start} to ${period.end}.`)
    }
    return day
  }

  // Spreadsheets often leave blank rows at the end: those are let be. One between items may be an item that got lost.
  private reportBlankRows(): void {
    for (let row = this.row - this.blankRows; row < this.row; row++) {
      this.fault(row, null, 'The row is empty and others follow; fill it in or delete it.')
    }
    this.blankRows = 0
  }

  private fault(row: number, column: string | null, message: string): void {
    if (this.faultCount++ < this.limits.faultsListed) this.faults.push({ row, column, message })
    this.ready = []
  }

  private name(at: number): string {
    return this.columns[at] ?? `${at + 1}`
  }
}

const count = (n: number): string => n.toLocaleString('en-US')

const codePoint = (char: string): string => `U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
