import { ColumnOfDates, type DatesSaid } from '../../rules/date-columns.js'
import { isPlaceOfColumn } from '../import/list-columns.js'
import type { ListReading } from '../import/list-reading.js'
import { openList } from '../import/open-list.js'
import { type OpenSheet, UnreadableRow } from '../import/sheet-row.js'
import { type IntakeItem, type IntakeOptions, intakeLimits, RowIntake } from './intake.js'
import type { ImportProgress } from './population-import.queries.js'

/** Items of a population in the order of the file, with the names of the columns of their values. */
export interface ItemBatch {
  /** Set where all that came before is void: the items come once more from the first. */
  isAnew: boolean
  columns: readonly string[]
  /** The columns that were chosen, by the names they are kept under. */
  keyColumn: string
  dateColumn: string | null
  coversColumn: string | null
  reading: ListReading
  items: IntakeItem[]
  /** So far: items dated after the extraction, and those outside the period that were left out. */
  setAsideCount: number
  leftOutCount: number
  progress: ImportProgress
}

/** What is to be read, and how: null where it is to be found out. */
export interface ReadOptions extends IntakeOptions, DatesSaid {
  headerRow: number | null
}

/**
 * Reads a population from a list. The memory taken does not grow with the file, save for the keys.
 *
 * Nothing yielded can be trusted before the last batch came without a refusal: take items in inside a transaction.
 * Where only the whole column tells in which order days and months stand, the file is read twice.
 *
 * @param open opens the file; called a second time where it is read twice
 * @yields batches of about `batchItems` items; always at least one, so that a file with only a header yields its columns and no item,
 *   where it was said that it has none: the control was never called upon
 * @throws {Refusal} ROWS_REFUSED with every problem by row and column; INVALID_INPUT at `keyColumn`, `dateColumn` or `coversColumn` when the
 *   file has no such column
 */
export async function* readItems(
  open: () => Promise<OpenSheet>,
  options: ReadOptions,
): AsyncGenerator<ItemBatch, void> {
  const dates = new ColumnOfDates(options)
  yield* readOnce(open, options, dates, false)
  if (!dates.isUndecided) return
  yield* readOnce(open, options, await orderInColumn(open, options), true)
}

/** Reads until the end, or until a date came that only the whole column tells how to read. */
async function* readOnce(
  open: () => Promise<OpenSheet>,
  options: ReadOptions,
  dates: ColumnOfDates,
  isAnew: boolean,
): AsyncGenerator<ItemBatch, void> {
  const list = await openList(await open(), { headerRow: options.headerRow, chosen: chosenIn(options) })
  const intake = new RowIntake(list, options, dates)
  let isFirst = isAnew
  let toldRows = 0
  const batch = (): ItemBatch => {
    const { key, date, covers } = intake.chosen
    const made = {
      isAnew: isFirst,
      columns: intake.columnNames,
      keyColumn: key?.keptName as string,
      dateColumn: date?.keptName ?? null,
      coversColumn: covers?.keptName ?? null,
      reading: {
        sheet: list.sheet.worksheet?.name ?? null,
        encoding: list.sheet.encoding,
        separator: list.sheet.separator,
        headerRow: list.headerRow as number,
        dateOrder: dates.order,
        excelDays: date ? options.excelDays : null,
        maskedColumns: intake.maskedNames,
      },
      setAsideCount: intake.days.setAsideCount,
      leftOutCount: intake.days.leftOutCount,
      progress: intake.progress,
      items: intake.drain(),
    }
    isFirst = false
    toldRows = intake.rowCount
    return made
  }
  try {
    for await (const row of list.rows) {
      intake.take(row)
      if (intake.halted || dates.isUndecided) break
      // Also where a problem keeps all items from being taken: how far the file was read is told to the end.
      if (intake.hasBatch || intake.rowCount >= toldRows + intakeLimits.rowsTold) yield batch()
    }
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error
    if (!intake.halted) intake.breakOff(error.row, [error.code, error.message])
  }
  if (dates.isUndecided) return
  intake.close()
  // How far it was read, and what is wrong, is told also of a list that is refused.
  if (intake.problems.count > 0) yield batch()
  intake.check()
  do yield batch()
  while (intake.waiting > 0)
}

/** What all dates of the column tell of their order. */
export async function orderInColumn(open: () => Promise<OpenSheet>, options: ReadOptions): Promise<ColumnOfDates> {
  const dates = new ColumnOfDates(options)
  const list = await openList(await open(), { headerRow: options.headerRow, chosen: chosenIn(options) })
  const column = list.columns.chosen(options.dateColumn as string)
  const at = 'position' in column ? column.position - 1 : -1
  try {
    for await (const { row, cells } of list.rows) dates.note(cells[at]?.text ?? '', row)
  } catch (error) {
    // Where it makes no sense is said when its items are read.
    if (!(error instanceof UnreadableRow)) throw error
  }
  return dates.close()
}

/** The columns by which a header is known, as they were chosen; a number or a letter says nothing of it. */
export const chosenIn = (chosen: { keyColumn: string | null; dateColumn: string | null }): string[] =>
  [chosen.keyColumn, chosen.dateColumn].filter((one): one is string => one !== null && !isPlaceOfColumn(one))
