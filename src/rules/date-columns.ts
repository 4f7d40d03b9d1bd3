import type { DateOrder, ExcelDays } from './vocabulary.js'
import { dayInOrder, dayOfExcel, type WrittenDate, writtenDate, writtenExcelDay } from './written-dates.js'

/** What a person said of the dates of a column; null where nothing. */
export interface DatesSaid {
  dateOrder: DateOrder | null
  excelDays: ExcelDays | null
}

/** Why the text of a cell is not read as a day. */
export type DateFault = 'NO_DATE' | 'ORDER_UNSAID' | 'ORDER_CONTRADICTED' | 'NOT_IN_ORDER' | 'EXCEL_DAY'

export type ReadDate = { day: string } | { fault: DateFault }

/** Which dates of a column tell whether the day or the month stands first: the first row of each. */
export type OrderShown = Partial<Record<DateOrder, number>>

/**
 * The dates of one column, which together tell in which order day and month stand: 31/12/2025 tells it for all that are written with
 * that separator. Where none does, or where two tell otherwise, nothing is guessed: a date that would be another day the other way
 * round is not read until a person says the order. Forms may differ within a column, and each is read by itself.
 */
export class ColumnOfDates {
  /** By the separator of the numbers. */
  readonly #shown = new Map<string, OrderShown>()
  /** Whether a date came that only the whole column can tell how to read; where the order was said, none does. */
  isUndecided = false
  #isWhole = false

  constructor(private readonly said: DatesSaid) {}

  /** Notes what the text of a cell tells of the order, and reads nothing. */
  note(text: string, row: number): void {
    const written = this.#written(text)
    if (written?.kind === 'NUMBERS') this.#show(written, row)
  }

  /** To be called when all cells of the column were noted: from here on what they tell is certain. */
  close(): this {
    this.#isWhole = true
    this.isUndecided = false
    return this
  }

  /**
   * Reads the text of a cell by what is known of the column so far. Once `isUndecided`, none of what was read holds: note the whole
   * column first.
   */
  read(text: string, row: number): ReadDate {
    const written = this.#written(text)
    if (written === null) return { fault: 'NO_DATE' }
    if (written.kind === 'DAY') return { day: written.day }
    if (written.kind === 'EXCEL_DAY') return this.#readExcel(written.number)
    if (!this.#isWhole) this.#show(written, row)
    if (written.dayFirst !== null && written.dayFirst === written.monthFirst) return { day: written.dayFirst }
    const order = this.said.dateOrder ?? this.#orderOf(written.separator)
    if (order === null || order === 'BOTH') {
      this.isUndecided = !this.#isWhole
      return { fault: order === null ? 'ORDER_UNSAID' : 'ORDER_CONTRADICTED' }
    }
    const day = dayInOrder(written, order)
    return day === null ? { fault: 'NOT_IN_ORDER' } : { day }
  }

  /** The order by which its dates were read: as it was said, else as the column tells; null where it has no such dates. */
  get order(): DateOrder | null {
    const orders = new Set([...this.#shown.keys()].map((separator) => this.#orderOf(separator)))
    const [only = null] = orders
    return this.said.dateOrder ?? (orders.size === 1 && only !== 'BOTH' ? only : null)
  }

  /** Of two dates that tell otherwise, the rows: what a person is told of a column that contradicts itself. */
  get contradiction(): Required<OrderShown> | null {
    for (const { DAY_FIRST, MONTH_FIRST } of this.#shown.values()) {
      if (DAY_FIRST !== undefined && MONTH_FIRST !== undefined) return { DAY_FIRST, MONTH_FIRST }
    }
    return null
  }

  #written(text: string): WrittenDate | null {
    return (this.said.excelDays && writtenExcelDay(text)) || writtenDate(text)
  }

  #show({ separator, dayFirst, monthFirst }: Extract<WrittenDate, { kind: 'NUMBERS' }>, row: number): void {
    const shown = this.#shown.get(separator) ?? {}
    this.#shown.set(separator, shown)
    if (monthFirst === null) shown.DAY_FIRST ??= row
    if (dayFirst === null) shown.MONTH_FIRST ??= row
  }

  #orderOf(separator: string): DateOrder | 'BOTH' | null {
    const { DAY_FIRST, MONTH_FIRST } = this.#shown.get(separator) ?? {}
    if (DAY_FIRST !== undefined && MONTH_FIRST !== undefined) return 'BOTH'
    return DAY_FIRST !== undefined ? 'DAY_FIRST' : MONTH_FIRST !== undefined ? 'MONTH_FIRST' : null
  }

  #readExcel(number: number): ReadDate {
    if (!this.said.excelDays) return { fault: 'EXCEL_DAY' }
    const day = dayOfExcel(number, this.said.excelDays)
    return day === null ? { fault: 'NO_DATE' } : { day }
  }
}
