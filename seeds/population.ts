import { Readable } from 'node:stream'
import { readAtOnceBytes } from '../src/features/import/limits.js'
import { openCsv } from '../src/features/import/open-csv.js'
import { openList } from '../src/features/import/open-list.js'
import type { SheetRow } from '../src/features/import/sheet-row.js'
import type { IntakeItem } from '../src/features/population/intake.js'
import { type ItemBatch, readItems } from '../src/features/population/read-items.js'
import { CommandError, shown } from '../src/ops/command-line.js'
import { type ImportProblem, Refusal } from '../src/rules/refusal.js'
import type { ColumnSeparator, DateOrder, ExcelDays, TextEncoding } from '../src/rules/vocabulary.js'
import { type Columns, chooseColumns, type NamedColumns } from './columns.js'
import { plural } from './walk.js'

/** How a list is to be read; null where it is to be found out. */
export interface ListReadingSaid {
  encoding: TextEncoding | null
  separator: ColumnSeparator | null
  headerRow: number | null
  dateOrder: DateOrder | null
  excelDays: ExcelDays | null
}

/** A list of changes to be tested: each row one change, with how many people other than its author reviewed it. */
export interface ChangeList {
  file: { name: string; content: Buffer }
  /** How the service is to read it. */
  reading: ListReadingSaid
  /** What of it the control does not speak of; null where nothing is known of that. */
  exclusion: { column: string; operator: string; values: string[]; reason: string } | null
  columns: Columns
  /** The calendar years the changes lie in, the present one up to yesterday: the engagement's period. */
  period: { start: string; end: string }
  count: number
  /** What was understood of the file, in sentences. */
  understood: string[]
}

/** What a row of the list shows of the control, read from the row itself. */
export type Judgment = { outcome: 'NO_DEVIATION'; note: null } | { outcome: 'DEVIATION'; note: string }

const numberOfReviewers = /^\d{1,3}$/

export interface ChangeListOptions {
  /** Columns named by the person who runs the demo. */
  named?: NamedColumns
  /** How that person says it is to be read. */
  reading?: Partial<ListReadingSaid>
  /** The last day that a change may be of, `2019-12-31`: a report is about days that are over. */
  lastDay: string
}

const foundOut: ListReadingSaid = {
  encoding: null,
  separator: null,
  headerRow: null,
  dateOrder: null,
  excelDays: null,
}

/**
 * Reads a list of changes whole, as the service would take it in: each key and each day, and each number of reviewers.
 * @param name the file's name
 * @throws CommandError that names the column that cannot be determined, or the first cell that cannot be read
 */
export async function readChangeList(
  name: string,
  content: Buffer,
  { named = {}, reading: said = {}, lastDay }: ChangeListOptions,
): Promise<ChangeList> {
  const reading = { ...foundOut, ...said }
  const fault = (message: string) => new CommandError(`${shown(name)} ${message}`)
  if (content.length === 0) throw fault('is empty; one of its rows must name the columns.')
  if (content.length > readAtOnceBytes.text) {
    throw fault(
      'has more than 8 MiB: the service imports it by a job, which the demonstration does not do. Give a part of it.',
    )
  }
  const names = await columnsOf(content, reading, named)
  const { isCount, ...columns } = chooseColumns(names, named, fault)
  const { items, last } = await itemsOf(name, content, columns, reading)
  const counts: number[] = []
  const rows = rowsBelow(content, { ...reading, headerRow: last.reading.headerRow }, columns)
  const [dateAt, reviewersAt] = [last.columns.indexOf(columns.date), last.columns.indexOf(columns.reviewers)]
  for await (const { row, cells } of rows) {
    const { occurredOn } = items[counts.length] as IntakeItem
    const cell = cells[reviewersAt]?.text ?? ''
    if (!numberOfReviewers.test(cell)) {
      const message = 'This is not a number of reviewers; write a whole number from 0 to 999.'
      throw cellFault(name, { row, column: columns.reviewers, found: cell, message })
    }
    if (occurredOn === null || occurredOn > lastDay) {
      const message = `The day lies after ${lastDay}; a report is about days that are over.`
      throw cellFault(name, { row, column: columns.date, found: cells[dateAt]?.text ?? '', message })
    }
    counts.push(Number(cell))
  }
  if (!isCount) {
    throw fault(
      `has numbers in ${shown(columns.reviewers)}, which may count something else: if it is reviewers, name the column with --reviewers COLUMN.`,
    )
  }
  const days = items.flatMap(({ occurredOn }) => occurredOn ?? []).sort()
  const end = `${days.at(-1)?.slice(0, 4)}-12-31`
  return {
    file: { name, content },
    reading,
    exclusion: null,
    columns,
    period: { start: `${days[0]?.slice(0, 4)}-01-01`, end: end < lastDay ? end : lastDay },
    count: items.length,
    understood: understood({ name, columns, batch: last, items, counts, days }),
  }
}

const opened = (content: Buffer, { encoding, separator }: ListReadingSaid) =>
  openCsv(Readable.from([content]), { encoding, separator })

/** The names of the columns, as the service keeps them. */
async function columnsOf(content: Buffer, reading: ListReadingSaid, named: NamedColumns): Promise<string[]> {
  const chosen = Object.values(named).filter((name) => name !== undefined)
  const { columns } = await openList(await opened(content, reading), { headerRow: reading.headerRow, chosen })
  return columns.all.map(({ keptName }) => keptName)
}

/** The items as the service itself reads them, with what it says of the reading. @throws CommandError that names the first fault */
async function itemsOf(
  name: string,
  content: Buffer,
  { key, date }: Columns,
  reading: ListReadingSaid,
): Promise<{ items: IntakeItem[]; last: ItemBatch }> {
  const items: IntakeItem[] = []
  let last: ItemBatch | null = null
  try {
    const options = { keyColumn: key, dateColumn: date, period: null, expectsNoRows: false, ...reading }
    for await (const batch of readItems(() => opened(content, reading), options)) {
      if (batch.isAnew) items.length = 0
      items.push(...batch.items)
      last = batch
    }
  } catch (error) {
    const first = error instanceof Refusal ? error.detail.problems?.[0] : undefined
    if (first?.code === 'NO_ROWS') {
      throw new CommandError(`${shown(name)} has no row below the names of its columns: there is nothing to test.`)
    }
    throw first ? cellFault(name, first) : error
  }
  return { items, last: last as ItemBatch }
}

/** The rows that are items, each with its place in the file. */
async function* rowsBelow(content: Buffer, reading: ListReadingSaid, { key, date }: Columns): AsyncGenerator<SheetRow> {
  const { rows } = await openList(await opened(content, reading), { headerRow: reading.headerRow, chosen: [key, date] })
  for await (const row of rows) if (row.cells.some(({ text }) => text !== '')) yield row
}

/** What the person who runs the demo can say, where a file alone does not. */
const sayWith: Readonly<Partial<Record<ImportProblem['code'], string>>> = {
  DATE_ORDER_UNSAID:
    'Day and month could stand in either order, and no date of the column tells which: say it with --date-order day-first or month-first.',
  DATE_EXCEL_DAY:
    'This looks like a number by which Excel counts days: confirm it with --excel-days 1900 or 1904, or write it like 2019-01-31.',
  NOT_ENCODED:
    'It has a character that is not of the encoding in which the file was read: export the list in UTF-8, or say its encoding with --encoding windows-1252.',
}

/** A fault of a file at a place of it. */
function cellFault(
  name: string,
  { row, column, found, message, code }: Omit<ImportProblem, 'code'> & Partial<Pick<ImportProblem, 'code'>>,
): CommandError {
  const said = (code && sayWith[code]) ?? message
  const where = `${shown(name)}, row ${row}`
  if (column === null) return new CommandError(`${where}: ${said}`)
  return new CommandError(`${where}, column ${shown(column)}, ${shown(found ?? '')}: ${said}`)
}

const encodings: Readonly<Record<TextEncoding, string>> = {
  UTF_8: 'UTF-8',
  UTF_16_LE: 'UTF-16',
  UTF_16_BE: 'UTF-16',
  WINDOWS_1252: 'Windows-1252',
}
const separators: Readonly<Record<ColumnSeparator, string>> = {
  COMMA: 'commas',
  SEMICOLON: 'semicolons',
  TAB: 'tabs',
  PIPE: 'vertical bars',
}
const orders: Readonly<Record<DateOrder, string>> = {
  DAY_FIRST: ', the day before the month',
  MONTH_FIRST: ', the month before the day',
}

/** What was understood of a file, for the person who runs the demo to read before anything is concluded from it. */
function understood(of: {
  name: string
  columns: Columns
  batch: ItemBatch
  items: readonly IntakeItem[]
  counts: readonly number[]
  days: readonly string[]
}): string[] {
  const { name, columns, batch, items, counts, days } = of
  const { encoding, separator, headerRow, dateOrder } = batch.reading
  const { key, date, reviewers, summary } = columns
  const others = batch.columns.filter((column) => ![key, date, reviewers, summary].includes(column))
  const most = counts.reduce((so, count) => Math.max(so, count), 0)
  const unreviewed = counts.filter((count) => count === 0).length
  const order = dateOrder ? orders[dateOrder] : ''
  return [
    `${shown(name)}: ${plural(items.length, 'row')} below the names of the columns in row ${headerRow}, in ${encodings[encoding ?? 'UTF_8']}, separated by ${separators[separator ?? 'COMMA']}.`,
    `${shown(key)} names each change: ${plural(items.length, 'different key')}, such as ${shown(items[0]?.key ?? '')}.`,
    `${shown(date)} says when it was merged: from ${days[0]} to ${days.at(-1)}${order}.`,
    `${shown(reviewers)} says how many people other than its author reviewed it: whole numbers up to ${most}; ${plural(unreviewed, 'row says', 'rows say')} 0. A change with 0 deviates, and is not concluded on otherwise.`,
    ...(summary ? [`${shown(summary)} says what it is.`] : []),
    ...(others.length > 0
      ? [`Not used: ${others.slice(0, 20).map(shown).join(', ')}${others.length > 20 ? ' …' : ''}.`]
      : []),
  ]
}

/** Tests "reviewed by another person before it was merged" on one row. */
export function judge({ columns }: ChangeList, cells: ReadonlyMap<string, string>): Judgment {
  if (Number(cells.get(columns.reviewers)) >= 1) return { outcome: 'NO_DEVIATION', note: null }
  const summary = columns.summary ? (cells.get(columns.summary) ?? '') : ''
  return { outcome: 'DEVIATION', note: `No reviewer is recorded for the change ${shown(summary)}.` }
}
