import { ColumnOfDates } from '../../rules/date-columns.js'
import { type ColumnGuess, ColumnSeen, guessRoles } from '../import/column-survey.js'
import type { ListColumn } from '../import/list-columns.js'
import { type OpenList, openList } from '../import/open-list.js'
import { type ImportPreview, previewRow, shownRows } from '../import/preview.js'
import { type OpenSheet, UnreadableRow } from '../import/sheet-row.js'
import { RowIntake } from './intake.js'
import { chosenIn, orderInColumn, type ReadOptions } from './read-items.js'

/** What is to be read, where the columns may be left to be guessed. */
export interface PreviewOptions extends Omit<ReadOptions, 'keyColumn'> {
  keyColumn: string | null
  /** When the reading ends, however far it came, in milliseconds of `performance.now()`. */
  endsAt: number
}

/**
 * Reads a list as an import would, and tells what was understood of it and what is wrong: nothing is kept of it.
 * @param open opens the file; called a second time where only the whole column tells in which order days and months stand
 */
export async function previewItems(open: () => Promise<OpenSheet>, options: PreviewOptions): Promise<ImportPreview> {
  const first = await previewOnce(open, options, null)
  if (!first.undecided) return first.preview
  const { dateColumn, headerRow } = first.preview
  const order = await orderInColumn(open, { ...options, headerRow, keyColumn: '', dateColumn })
  return (await previewOnce(open, options, order)).preview
}

interface Previewed {
  preview: ImportPreview
  undecided: boolean
}

/** Reads until the end or, where nothing is known of the whole column of dates, until a date that needs it. */
async function previewOnce(
  open: () => Promise<OpenSheet>,
  options: PreviewOptions,
  order: ColumnOfDates | null,
): Promise<Previewed> {
  const { headerRow, keyColumn, dateColumn } = options
  const list = await openList(await open(), { headerRow, chosen: chosenIn(options) })
  const guesses = guessRoles(list.columns.all, list.first)
  const guessed = (role: ColumnGuess['role']): string | null => {
    const at = guesses.findIndex((one) => one.role === role)
    return at < 0 ? null : `${(list.columns.all[at] as ListColumn).position}`
  }
  const dates = order ?? new ColumnOfDates(options)
  const columns = { keyColumn: keyColumn ?? guessed('KEY'), dateColumn: dateColumn ?? guessed('DATE') }
  const intake = new RowIntake(list, { ...options, ...columns }, dates)
  const seen = list.columns.all.map(() => new ColumnSeen())
  const isWhole = await readThrough(list, intake, seen, () => dates.isUndecided || performance.now() > options.endsAt)
  if (isWhole) intake.close()
  return { preview: previewOf({ list, guesses, intake, seen, dates, isWhole }), undecided: dates.isUndecided }
}

/** @returns whether the file was read to its end */
async function readThrough(
  list: OpenList,
  intake: RowIntake,
  seen: readonly ColumnSeen[],
  isOver: () => boolean,
): Promise<boolean> {
  try {
    for await (const row of list.rows) {
      row.cells.slice(0, seen.length).forEach((cell, at) => {
        seen[at]?.see(cell)
      })
      intake.take(row)
      // Nothing is taken in: items are only counted.
      if (intake.hasBatch) intake.drain()
      if (intake.halted || isOver()) return false
    }
    return !intake.halted
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error
    if (!intake.halted) intake.breakOff(error.row, [error.code, error.message])
    return false
  }
}

interface Understood {
  list: OpenList
  guesses: readonly ColumnGuess[]
  intake: RowIntake
  seen: readonly ColumnSeen[]
  dates: ColumnOfDates
  isWhole: boolean
}

function previewOf({ list, guesses, intake, seen, dates, isWhole }: Understood): ImportPreview {
  const { columns, sheet, headerRow } = list
  const { key, date } = intake.chosen
  const { leftOutCount, outsideCount, setAsideCount } = intake.days
  return {
    sheet: sheet.worksheet?.name ?? null,
    sheets: [...(sheet.worksheet?.all ?? [])],
    notes: sheet.worksheet?.notes(headerRow) ?? [],
    encoding: sheet.encoding,
    separator: sheet.separator,
    headerRow,
    columns: columns.all.map((column, at) => {
      const { role, reason: roleReason, dateForm } = guesses[at] as ColumnGuess
      const { filledCount, values: firstValues } = seen[at] as ColumnSeen
      return { ...column, filledCount, firstValues, role, roleReason, dateForm, says: null }
    }),
    firstRows: list.first.slice(0, shownRows).map((row) => previewRow(row, columns.all.length)),
    rowCount: intake.rowCount,
    isWhole,
    keyColumn: key?.keptName ?? null,
    dateColumn: date?.keptName ?? null,
    dateOrder: dates.order,
    outsidePeriodCount: date && intake.days.hasPeriod ? leftOutCount + outsideCount : null,
    afterExtractionCount: date && intake.days.hasExtraction ? setAsideCount : null,
    controls: null,
    problems: intake.problems.listed,
    problemCount: intake.problems.count,
  }
}
