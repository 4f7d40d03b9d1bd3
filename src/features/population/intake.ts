import { writtenDate } from '../../rules/calendar.js'
import type { PeriodicFrequency } from '../../rules/cycles.js'
import { type ImportProblem, type ImportProblemCode, Refusal } from '../../rules/refusal.js'
import { characterRefused, comparable } from '../../rules/text.js'
import { asSeen, lost, notUtf8, type Wrong, wrongWithCycle, wrongWithKey } from './intake-key.js'
import { DaysOfItems, type IntakeTime } from './intake-time.js'

/** What a list of items may hold at most. Characters are UTF-16 units, as `String.length` counts them. */
export const intakeLimits = {
  items: 1_000_000,
  columns: 100,
  columnNameChars: 200,
  cellChars: 2_000,
  keyChars: 200,
  /** Problems named one by one; the others are only counted. */
  problemsListed: 1_000,
  /** Of these, items outside the period: beyond the first ones they tell nothing new. */
  outsideListed: 20,
  batchItems: 2_000,
  /** A batch of wide rows is full earlier. */
  batchChars: 8_000_000,
  /** Empty rows at the end of a file that are let be. */
  blankRows: 10_000,
} as const

export type IntakeLimits = { [Name in keyof typeof intakeLimits]: number }

export interface IntakeOptions extends IntakeTime {
  /** Name of the column whose key distinguishes one item from another. */
  keyColumn: string
  /** Name of the column that says when the control acted on the item; null when the list has none. */
  dateColumn: string | null
  /** Of a periodic control: the column that says which of its cycles an item covers. */
  covers?: { column: string; frequency: PeriodicFrequency } | null
  limits?: Partial<IntakeLimits>
}

/** One item of a population. */
export interface IntakeItem {
  /** Place among the items taken in: the first is 1. */
  ordinal: number
  key: string
  /** The day written in the date column, `YYYY-MM-DD`; null when there is no such column. */
  occurredOn: string | null
  /** Every cell in the order of the columns, the key and the date included, as written. */
  values: string[]
}

/**
 * Takes the rows of a list one after the other, whatever file they came from: the first is the header, the others become
 * items. Every problem is kept with its row and column, so that a person can mend the whole file in one go.
 */
export class RowIntake {
  /** The names in the header; none before it was taken. */
  columns: readonly string[] = []
  /** Set when there is no point in reading on: the header is unusable or there are too many items. */
  halted = false
  private readonly limits: IntakeLimits
  private readonly problems: ImportProblem[] = []
  private problemCount = 0
  private row = 0
  private blankRows = 0
  private items = 0
  private taken = 0
  readonly days: DaysOfItems
  /** Rows of another width than the header. A file full of them is another file than its header says. */
  private misfits = 0
  private readonly rowOfKey = new Map<string, number>()
  private keyAt = -1
  private dateAt = -1
  private coversAt = -1
  private ready: IntakeItem[] = []
  private readyChars = 0
  private missingColumn: Refusal | null = null

  constructor(private readonly options: IntakeOptions) {
    this.limits = { ...intakeLimits, ...options.limits }
    this.days = new DaysOfItems(options)
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
        this.breakOff(this.row, 'TOO_MANY', 'There are too many empty rows; delete them.')
      return
    }
    this.reportBlankRows()
    if (++this.items > this.limits.items) {
      this.note(
        this.row,
        null,
        'TOO_MANY',
        `The list has more than ${count(this.limits.items)} items; split it, or narrow it down.`,
      )
      this.halted = true
      return
    }
    this.takeItem(cells)
  }

  /** @param row the row at which the file itself stops making sense, counted from 1 */
  breakOff(row: number, code: ImportProblemCode, message: string): void {
    this.note(row, null, code, message)
    this.halted = true
  }

  /** How many items wait to be drained; none, for good, once there is a problem. */
  get waiting(): number {
    return this.ready.length
  }

  /** Whether enough items wait for a batch, by their number or by the room they take. */
  get hasBatch(): boolean {
    return this.ready.length >= this.limits.batchItems || this.readyChars >= this.limits.batchChars
  }

  /** The next items, at most `limits.batchItems`, in the order of the file. */
  drain(): IntakeItem[] {
    this.readyChars = 0
    return this.ready.splice(0, this.limits.batchItems)
  }

  /**
   * To be called when the file has been read, or reading it was given up.
   * @throws {Refusal} ROWS_REFUSED with every problem, the first ones one by one; INVALID_INPUT when a column asked for is
   *   not there
   */
  finish(): void {
    if (this.missingColumn) throw this.missingColumn
    if (this.row === 0 && !this.halted) {
      this.note(
        1,
        null,
        'FILE_EMPTY',
        'The file is empty. Even a population with no items needs a first row that names the columns.',
      )
    }
    const { problems, problemCount } = this
    const [first] = problems
    if (!first) return
    const message = `${problemCount === 1 ? '1 problem' : `${count(problemCount)} problems`} in the file, so nothing was taken in. First, in row ${first.row}: ${first.message}${this.days.advice}`
    throw new Refusal('ROWS_REFUSED', message, ['evidenceId'], { problems, problemCount })
  }

  private takeHeader(cells: string[]): void {
    const names = cells.map((cell) => cell.trim().normalize('NFC'))
    const before = this.problemCount
    if (names.length > this.limits.columns) {
      this.note(
        1,
        null,
        'TOO_MANY',
        `There are more than ${this.limits.columns} columns; leave out those the test does not need.`,
      )
    }
    names.slice(0, this.limits.columns).forEach((name, at) => {
      const wrong = this.wrongWithColumnName(name, names.indexOf(name) < at)
      if (wrong) this.note(1, `${at + 1}`, ...wrong)
    })
    this.columns = names
    if (this.problemCount > before) {
      this.halted = true
      return
    }
    this.keyAt = this.find('keyColumn', this.options.keyColumn, names)
    if (this.options.dateColumn !== null) this.dateAt = this.find('dateColumn', this.options.dateColumn, names)
    const { covers } = this.options
    if (covers) this.coversAt = this.find('coversColumn', covers.column, names)
  }

  private wrongWithColumnName(name: string, repeated: boolean): Wrong | null {
    if (name === '') return ['COLUMN_UNNAMED', 'The column has no name; the first row must name every column.']
    if (name.includes(lost)) return ['NOT_UTF8', `The name of the column ${notUtf8}`]
    const refused = characterRefused(name, 'key')
    if (refused) return ['CHARACTER_REFUSED', `The name of the column has the character ${refused}; ${asSeen}`]
    if (name.length > this.limits.columnNameChars) {
      return ['TOO_LONG', `The name of the column is longer than ${this.limits.columnNameChars} characters.`]
    }
    return repeated ? ['COLUMN_REPEATED', 'The name of the column stands twice; names must differ.'] : null
  }

  private find(field: 'keyColumn' | 'dateColumn' | 'coversColumn', wanted: string, names: readonly string[]): number {
    const at = names.indexOf(wanted)
    if (at >= 0) return at
    this.halted = true
    const hint =
      names.length === 1 && /[;\t]/.test(names[0] as string)
        ? ' The file seems to be separated by semicolons or tabs; export it with commas.'
        : ''
    const message = `The first row of the file names ${count(names.length)} ${names.length === 1 ? 'column' : 'columns'}, and none as is said here.${hint}`
    this.missingColumn ??= new Refusal('INVALID_INPUT', message, [field])
    return -1
  }

  private takeItem(cells: string[]): void {
    const before = this.problemCount
    const width = this.columns.length
    if (cells.length !== width) {
      const got = cells.length > this.limits.columns ? `more than ${this.limits.columns}` : `${cells.length}`
      this.note(this.row, null, 'WIDTH_DIFFERS', `The row has ${got} cells where the header names ${width} columns.`)
      if (++this.misfits > this.limits.problemsListed) {
        this.breakOff(this.row, 'TOO_MANY', 'Too many rows do not fit the header; reading stopped here.')
      }
      return
    }
    for (let at = 0; at < width; at++) this.checkCell(cells[at] as string, at)
    const key = cells[this.keyAt] as string
    this.checkKey(key)
    const occurredOn = this.dateAt < 0 ? null : this.readDate(cells[this.dateAt] as string)
    const covers = this.options.covers ?? null
    const wrong = covers && wrongWithCycle(cells[this.coversAt] as string, covers.frequency)
    if (wrong) this.note(this.row, covers.column, ...wrong)
    const isTaken = occurredOn === null || this.isOfTime(occurredOn)
    if (this.problemCount > before || before > 0 || !isTaken) return
    this.taken++
    for (const cell of cells) this.readyChars += cell.length
    this.ready.push({ ordinal: this.taken, key, occurredOn, values: cells })
  }

  private checkCell(cell: string, at: number): void {
    if (cell.length > this.limits.cellChars) {
      const length = `${count(cell.length)} characters`
      this.note(
        this.row,
        this.name(at),
        'TOO_LONG',
        `The cell has ${length}; at most ${count(this.limits.cellChars)} are taken.`,
      )
    }
    const refused = characterRefused(cell, 'text')
    if (cell.includes(lost)) this.note(this.row, this.name(at), 'NOT_UTF8', `The cell ${notUtf8}`)
    else if (refused && at !== this.keyAt) {
      const message = `The cell has the control character ${refused}; remove it.`
      this.note(this.row, this.name(at), 'CHARACTER_REFUSED', message)
    }
  }

  private checkKey(key: string): void {
    const compared = comparable(key)
    const wrong = wrongWithKey(key, this.limits.keyChars, this.rowOfKey.get(compared))
    if (wrong) this.note(this.row, this.options.keyColumn, ...wrong)
    else this.rowOfKey.set(compared, this.row)
  }

  private readDate(text: string): string | null {
    const column = this.options.dateColumn
    const day = writtenDate(text)
    if (day === null) {
      const message =
        text === '' ? 'The date is empty.' : 'This is not a date of the calendar; write it like 2019-01-31.'
      this.note(this.row, column, 'DATE_INVALID', message)
      return null
    }
    return day
  }

  /** Whether an item of this day is one of the population. Of those outside the period the first ones are named. */
  private isOfTime(day: string): boolean {
    const place = this.days.place(day)
    if (place === 'OUTSIDE') {
      const { start, end } = this.options.period as { start: string; end: string }
      const message = `The day lies outside the period ${start} to ${end}.`
      if (this.days.outsideCount > this.limits.outsideListed) this.count()
      else this.note(this.row, this.options.dateColumn, 'DATE_OUTSIDE_PERIOD', message)
    }
    return place === 'TAKEN'
  }

  // Spreadsheets often leave blank rows at the end: those are let be. One between items may be an item that got lost.
  private reportBlankRows(): void {
    for (let row = this.row - this.blankRows; row < this.row; row++) {
      this.note(row, null, 'ROW_EMPTY', 'The row is empty and others follow; fill it in or delete it.')
    }
    this.blankRows = 0
  }

  private note(row: number, column: string | null, code: ImportProblemCode, message: string): void {
    if (this.problemCount < this.limits.problemsListed) this.problems.push({ row, column, code, message })
    this.count()
  }

  /** Counts a problem: nothing is taken in any more. */
  private count(): void {
    this.problemCount++
    this.ready = []
  }

  private name(at: number): string {
    return this.columns[at] ?? `${at + 1}`
  }
}

const count = (n: number): string => n.toLocaleString('en-US')
