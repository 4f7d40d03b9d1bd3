import { Readable } from 'node:stream'
import { parse } from 'csv-parse/sync'
import { openCsv } from '../src/features/import/open-csv.js'
import type { IntakeItem } from '../src/features/population/intake.js'
import { readItems } from '../src/features/population/read-items.js'
import { CommandError, shown } from '../src/ops/command-line.js'
import { Refusal } from '../src/rules/refusal.js'
import { type Columns, chooseColumns, type NamedColumns } from './columns.js'

/** A list of changes to be tested: each row one change, with how many people other than its author reviewed it. */
export interface ChangeList {
  file: { name: string; content: Buffer }
  /** What of it the control does not speak of; null where nothing is known of that. */
  exclusion: { column: string; operator: string; values: string[]; reason: string } | null
  columns: Columns
  /** The calendar years the changes lie in, the present one up to yesterday: the engagement's period. */
  period: { start: string; end: string }
  count: number
}

/** What a row of the list shows of the control, read from the row itself. */
export type Judgment = { outcome: 'NO_DEVIATION'; note: null } | { outcome: 'DEVIATION'; note: string }

const numberOfReviewers = /^\d{1,3}$/

export interface ChangeListOptions {
  /** Columns named by the person who runs the demo. */
  named?: NamedColumns
  /** The last day that a change may be of, `2019-12-31`: a report is about days that are over. */
  lastDay: string
}

/**
 * Reads a CSV of changes whole, as the service would take it in: each key and each day, and each number of reviewers.
 * @param name the file's name
 * @throws CommandError that names the column that cannot be determined, or the first cell that cannot be read
 */
export async function readChangeList(
  name: string,
  content: Buffer,
  { named = {}, lastDay }: ChangeListOptions,
): Promise<ChangeList> {
  const file = new ListFile(name, content)
  if (content.length === 0) throw file.fault('is empty; its first row must name the columns.')
  if (content.includes(0)) throw file.fault('is not text in UTF-8; export the list as CSV in UTF-8.')
  const { isCount, ...columns } = chooseColumns(file.row(1), named, (message) => file.fault(message))
  const { names, items } = await itemsOf(file, columns)
  if (items.length === 0) throw file.fault('has no row below the names of its columns: there is nothing to test.')
  const reviewersAt = names.indexOf(columns.reviewers)
  const days: string[] = []
  for (const { ordinal, occurredOn, values } of items) {
    const row = ordinal + 1
    if (!numberOfReviewers.test(values[reviewersAt] as string)) {
      throw file.cellFault(
        row,
        columns.reviewers,
        'This is not a number of reviewers; write a whole number from 0 to 999.',
      )
    }
    if (occurredOn === null || occurredOn > lastDay) {
      throw file.cellFault(row, columns.date, `The day lies after ${lastDay}; a report is about days that are over.`)
    }
    days.push(occurredOn)
  }
  if (!isCount) {
    throw file.fault(
      `has numbers in ${shown(columns.reviewers)}, which may count something else: if it is reviewers, name the column with --reviewers COLUMN.`,
    )
  }
  const years = days.map((day) => day.slice(0, 4)).sort()
  const end = `${years.at(-1)}-12-31`
  return {
    file: { name, content },
    exclusion: null,
    columns,
    period: { start: `${years[0]}-01-01`, end: end < lastDay ? end : lastDay },
    count: items.length,
  }
}

/** The items as the service itself reads them. @throws CommandError that names the first fault */
async function itemsOf(file: ListFile, { key, date }: Columns) {
  const items: IntakeItem[] = []
  let names: readonly string[] = []
  try {
    const said = { headerRow: 1, dateOrder: null, excelDays: null }
    const options = { keyColumn: key, dateColumn: date, period: null, ...said }
    const open = () => openCsv(Readable.from([file.content]), { encoding: 'UTF_8', separator: 'COMMA' })
    for await (const batch of readItems(open, options)) {
      if (batch.isAnew) items.length = 0
      names = batch.columns
      items.push(...batch.items)
    }
  } catch (error) {
    const first = error instanceof Refusal ? error.detail.problems?.[0] : undefined
    if (first?.code === 'NO_ROWS') return { names, items }
    throw first ? file.cellFault(first.row, first.column, first.message) : error
  }
  return { names, items }
}

/** A file of a list, to say where in it a fault lies. */
class ListFile {
  constructor(
    private readonly name: string,
    readonly content: Buffer,
  ) {}

  /** The cells of a row, counted from 1 as a spreadsheet does; none when there is no such row. */
  row(number: number): string[] {
    const options = { bom: true, record_delimiter: ['\r\n', '\n'], relax_column_count: true, to: number }
    try {
      return (parse(this.content, options) as string[][])[number - 1] ?? []
    } catch {
      throw this.fault('is not CSV: a quotation mark of its first rows stands where none may, or is never closed.')
    }
  }

  /** @param message the rest of a sentence that begins with the name of the file */
  fault(message: string): CommandError {
    return new CommandError(`${shown(this.name)} ${message}`)
  }

  /**
   * @param column its name or, where it has none, its place; null when the whole row is meant
   * @param message one sentence
   */
  cellFault(row: number, column: string | null, message: string): CommandError {
    const where = `${shown(this.name)}, row ${row}`
    if (column === null) return new CommandError(`${where}: ${message}`)
    const named = this.row(1).findIndex((name) => name.trim() === column)
    const cell = this.row(row)[named === -1 ? Number(column) - 1 : named] ?? ''
    return new CommandError(`${where}, column ${shown(column)}, ${shown(cell)}: ${message}`)
  }
}

/** Tests "reviewed by another person before it was merged" on one row. */
export function judge({ columns }: ChangeList, cells: ReadonlyMap<string, string>): Judgment {
  if (Number(cells.get(columns.reviewers)) >= 1) return { outcome: 'NO_DEVIATION', note: null }
  const summary = columns.summary ? (cells.get(columns.summary) ?? '') : ''
  return { outcome: 'DEVIATION', note: `No reviewer is recorded for the change ${shown(summary)}.` }
}
