import { isCycleOf, labelExamples, type PeriodicFrequency } from '../../rules/cycles.js'
import type { ColumnOfDates } from '../../rules/date-columns.js'
import { type ImportProblem, Refusal } from '../../rules/refusal.js'
import { cellError, cellUncomputed, dateIn, uncomputedIn } from '../import/date-cells.js'
import { ItemKeys, wrongWithCell } from '../import/item-key.js'
import { listLimits } from '../import/limits.js'
import type { ListColumn } from '../import/list-columns.js'
import type { OpenList } from '../import/open-list.js'
import { ProblemList, type Wrong } from '../import/problems.js'
import { RowShape } from '../import/row-shape.js'
import type { SheetCell, SheetRow } from '../import/sheet-row.js'
import { DaysOfItems, type IntakeTime } from './intake-time.js'
import { MaskedColumns } from './masked-columns.js'

/** What a list of items may hold at most, beside what any list may. */
export const intakeLimits = {
  ...listLimits,
  /** Of the problems that are named, items outside the period: beyond the first ones they tell nothing new. */
  outsideListed: 20,
  batchItems: 2_000,
  /** After so many rows it is told how far the list was read, whether or not a batch is full. */
  rowsTold: 10_000,
  /** A batch of wide rows is full earlier. */
  batchChars: 8_000_000,
} as const

export interface IntakeOptions extends IntakeTime {
  /** The column whose key distinguishes one item from another, by its name, its number or its letter. */
  keyColumn: string
  /** The column that says when the control acted on the item; null when the list has none. */
  dateColumn: string | null
  /** Of a periodic control: the column that says which of its cycles an item covers. */
  covers?: { column: string; frequency: PeriodicFrequency } | null
  /** Whether it was said that the list has no rows: nothing occurred. */
  expectsNoRows?: boolean
  /** The columns of personal data, whose cells are masked. */
  maskedColumns?: readonly string[]
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

/** The columns that were chosen, as the list has them. */
export interface ChosenColumns {
  key: ListColumn | null
  date: ListColumn | null
  covers: ListColumn | null
}

/** Which field of the input chose a column. */
const fields = { key: 'keyColumn', date: 'dateColumn', covers: 'coversColumn' } as const

/**
 * Takes the rows of a list one after the other, whatever file they came from, and makes them items. Every problem is kept with its row
 * and column, so that a person can mend the whole file in one go.
 */
export class RowIntake {
  readonly problems = new ProblemList()
  readonly days: DaysOfItems
  readonly chosen: ChosenColumns = { key: null, date: null, covers: null }
  /** The first column that was chosen and is not there. */
  private missing: Refusal | null = null
  private readonly keys = new ItemKeys()
  private readonly shape: RowShape
  private readonly masked: MaskedColumns
  private taken = 0
  private ready: IntakeItem[] = []
  private readyChars = 0

  /** @param dates what is known of the column of dates */
  constructor(
    private readonly list: Pick<OpenList, 'columns' | 'headerRow' | 'soughtRow' | 'sheet'>,
    private readonly options: Omit<IntakeOptions, 'keyColumn'> & { keyColumn: string | null },
    private readonly dates: ColumnOfDates,
  ) {
    this.days = new DaysOfItems(options)
    this.masked = new MaskedColumns(options.maskedColumns ?? [])
    this.shape = new RowShape(list, this.problems, { max: listLimits.rows, called: 'items' })
    if (list.headerRow !== null) this.chooseColumns(list.headerRow)
  }

  /** Rows that are not empty, below the header. */
  get rowCount(): number {
    return this.shape.rowCount
  }

  /** Whether there is no point in reading on: the header is unusable or there are too many items. */
  get halted(): boolean {
    return this.shape.halted
  }

  /** What the columns are called in the population. */
  get columnNames(): string[] {
    return this.list.columns.all.map(({ keptName }) => keptName)
  }

  /** The names of the columns whose cells are masked. */
  get maskedNames(): string[] {
    return this.masked.names
  }

  /** How far the list was read. */
  get progress(): { rowsRead: number; problemCount: number; problems: readonly ImportProblem[] } {
    return { rowsRead: this.rowCount, problemCount: this.problems.count, problems: this.problems.listed }
  }

  /** @param row blank ones included: rows are counted as a spreadsheet does */
  take(row: SheetRow): void {
    const cells = this.shape.cellsOf(row)
    if (cells) this.takeItem(row.row, cells)
    if (this.problems.count > 0) this.ready = []
  }

  /** @param row the row at which the file itself stops making sense, counted from 1 */
  breakOff(row: number, wrong: Wrong): void {
    this.shape.breakOff(row, wrong)
    this.ready = []
  }

  /** How many items wait to be drained; none, for good, once there is a problem. */
  get waiting(): number {
    return this.ready.length
  }

  /** Whether enough items wait for a batch, by their number or by the room they take. */
  get hasBatch(): boolean {
    return this.ready.length >= intakeLimits.batchItems || this.readyChars >= intakeLimits.batchChars
  }

  /** The next items, at most `batchItems`, in the order of the file. */
  drain(): IntakeItem[] {
    this.readyChars = 0
    return this.ready.splice(0, intakeLimits.batchItems)
  }

  /** To be called when the file has been read, or reading it was given up: what is wrong with all of it. */
  close(): void {
    this.shape.close(this.options.expectsNoRows ?? false)
  }

  /**
   * @throws Refusal ROWS_REFUSED with every problem, the first ones one by one; INVALID_INPUT when a column asked for is not there, or
   *   is more than one
   */
  check(): void {
    if (this.missing) throw this.missing
    this.problems.check(this.days.advice)
  }

  private chooseColumns(row: number): void {
    const { keyColumn, dateColumn, covers } = this.options
    const choices = { key: keyColumn, date: dateColumn, covers: covers?.column ?? null }
    for (const what of ['key', 'date', 'covers'] as const) {
      const choice = choices[what]
      if (choice === null || this.halted) continue
      const found = this.list.columns.chosen(choice)
      if ('wrong' in found) this.miss(row, [fields[what]], found.wrong)
      else this.chosen[what] = found
    }
    if (this.halted) return
    const fault = this.masked.choose(this.list.columns, Object.values(this.chosen))
    if (fault) this.miss(row, fault.field, fault.wrong)
  }

  private miss(row: number, field: (string | number)[], wrong: Wrong): void {
    this.shape.breakOff(row, wrong)
    this.missing = new Refusal('INVALID_INPUT', wrong[1], field)
  }

  private takeItem(row: number, cells: readonly SheetCell[]): void {
    const before = this.problems.count
    const values = cells.map(({ text }) => text)
    const { key, date, covers } = this.chosen
    const uncomputed = uncomputedIn(cells, this.list.columns.all)
    for (const column of uncomputed) this.noteAt(row, column, cells[column.position - 1]?.text ?? '', cellUncomputed)
    if (uncomputed.length > 0) return
    values.forEach((cell, at) => {
      const wrong = at + 1 === key?.position ? null : wrongWithCell(cell)
      if (wrong) this.noteAt(row, this.list.columns.all[at] as ListColumn, cell, wrong)
    })
    if (key) this.checkKey(row, key, cells)
    const occurredOn = date ? this.dayOf(row, date, cells) : null
    if (covers) this.checkCycle(row, covers, values)
    const isTaken = occurredOn === null || this.isOfTime(row, occurredOn, values)
    if (this.problems.count > before || before > 0 || !isTaken || !key) return
    this.taken++
    this.masked.mask(values)
    for (const cell of values) this.readyChars += cell.length
    this.ready.push({ ordinal: this.taken, key: values[key.position - 1] as string, occurredOn, values })
  }

  private checkKey(row: number, column: ListColumn, cells: readonly SheetCell[]): void {
    const { text, type } = cells[column.position - 1] as SheetCell
    const wrong = type === 'ERROR' ? cellError : this.keys.wrongWith(text, row)
    if (wrong) this.noteAt(row, column, text, wrong)
  }

  private dayOf(row: number, column: ListColumn, cells: readonly SheetCell[]): string | null {
    const cell = cells[column.position - 1] as SheetCell
    const read = dateIn(cell, row, this.dates)
    if ('day' in read) return read.day
    this.noteAt(row, column, cell.text, read.wrong)
    return null
  }

  private checkCycle(row: number, column: ListColumn, values: readonly string[]): void {
    const { frequency } = this.options.covers as { frequency: PeriodicFrequency }
    const cell = values[column.position - 1] as string
    if (isCycleOf(frequency, cell)) return
    const message = `This names no cycle of a control that operates ${frequency}; write it like ${labelExamples[frequency]}, or a day within it like 2019-01-31.`
    this.noteAt(row, column, cell, [
      'CYCLE_INVALID',
      cell === '' ? 'The cycle that the item covers is empty.' : message,
    ])
  }

  /** Whether an item of this day is one of the population. Of those outside the period the first ones are named. */
  private isOfTime(row: number, day: string, values: readonly string[]): boolean {
    const place = this.days.place(day)
    if (place === 'OUTSIDE') {
      const { start, end } = this.options.period as { start: string; end: string }
      const column = this.chosen.date as ListColumn
      const wrong: Wrong = ['DATE_OUTSIDE_PERIOD', `The day lies outside the period ${start} to ${end}.`]
      if (this.days.outsideCount > intakeLimits.outsideListed) this.problems.add()
      else this.noteAt(row, column, values[column.position - 1] as string, wrong)
    }
    return place === 'TAKEN'
  }

  private noteAt(row: number, column: ListColumn, cell: string, wrong: Wrong): void {
    const found = this.masked.has(column) ? {} : { found: cell }
    this.problems.note({ row, column: column.keptName, ...found }, wrong)
  }
}
