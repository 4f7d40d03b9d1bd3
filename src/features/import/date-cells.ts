import type { ColumnOfDates, DateFault } from '../../rules/date-columns.js'
import type { ListColumn } from './list-columns.js'
import type { Wrong } from './problems.js'
import type { SheetCell } from './sheet-row.js'

/** What a cell of a column of dates says: its day, or what is wrong with it. */
export type DateInCell = { day: string } | { wrong: Wrong }

/** Reads a cell of a column of dates. */
export function dateIn({ text, type }: SheetCell, row: number, dates: ColumnOfDates): DateInCell {
  if (type === 'ERROR') return { wrong: cellError }
  if (text.trim() === '') return { wrong: ['DATE_INVALID', 'The date is empty.'] }
  const read = dates.read(text, row)
  return 'day' in read ? read : { wrong: wrongBy(read.fault, dates) }
}

/** A cell in which the spreadsheet shows an error, where a value must stand. */
export const cellError: Wrong = ['CELL_ERROR', 'The spreadsheet shows an error here; mend the formula.']

/** A cell with a formula, and nothing that it gave: the program that wrote the file computes none. */
export const cellUncomputed: Wrong = [
  'CELL_UNCOMPUTED',
  'The cell holds a formula, and the workbook does not keep what it gives; open it in a spreadsheet, save it, and bring it again.',
]

/** The columns in which a row has such a cell: it reads as empty, and is not. */
export const uncomputedIn = (cells: readonly SheetCell[], columns: readonly ListColumn[]): ListColumn[] =>
  columns.filter(({ position }) => cells[position - 1]?.type === 'UNCOMPUTED')

function wrongBy(fault: DateFault, dates: ColumnOfDates): Wrong {
  switch (fault) {
    case 'ORDER_UNSAID':
      return [
        'DATE_ORDER_UNSAID',
        'Day and month could stand in either order, and no date of the column tells which: say it by dateOrder.',
      ]
    case 'ORDER_CONTRADICTED': {
      const { DAY_FIRST, MONTH_FIRST } = dates.contradiction ?? {}
      const message = `Row ${DAY_FIRST} has the day first and row ${MONTH_FIRST} the month: say by dateOrder which is right, and write the others in the same order.`
      return ['DATE_ORDER_CONTRADICTED', message]
    }
    case 'NOT_IN_ORDER': {
      const first = dates.order === 'MONTH_FIRST' ? 'month' : 'day'
      return ['DATE_INVALID', `With the ${first} first this is not a date of the calendar; write it like 2019-01-31.`]
    }
    case 'EXCEL_DAY':
      return [
        'DATE_EXCEL_DAY',
        'This looks like a number by which Excel counts days: confirm it by excelDays, or write it like 2019-01-31.',
      ]
    default:
      return ['DATE_INVALID', 'This is not a date of the calendar; write it like 2019-01-31.']
  }
}
