import { foundText } from '../../rules/text.js'
import type { ColumnRole, DateForm } from '../../rules/vocabulary.js'
import { type WrittenDate, writtenDate } from '../../rules/written-dates.js'
import { listLimits } from './limits.js'
import type { ListColumn } from './list-columns.js'
import type { SheetCell, SheetRow } from './sheet-row.js'

/** How many of the values of a column are shown. */
export const shownValues = 5

/** What is seen of a column while the rows go by. */
export class ColumnSeen {
  filledCount = 0
  readonly values: string[] = []

  see({ text }: SheetCell): void {
    if (text === '') return
    this.filledCount++
    if (this.values.length >= shownValues) return
    const shown = foundText(text)
    if (!this.values.includes(shown)) this.values.push(shown)
  }
}

/** What the first rows tell of a column. */
export interface ColumnGuess {
  role: ColumnRole
  /** Why, as a sentence. */
  reason: string
  /** How most of its values are written, where they are dates. */
  dateForm: DateForm | null
}

interface FirstCells {
  column: ListColumn
  filled: string[]
  rowCount: number
  forms: DateForm[]
}

/** Names that columns of keys and of dates have in the lists that systems write, from the likeliest on. */
const keyNames = [/(?:^|[ _-])(?:id|key|ref|reference|number|no|nr)$/i, /^(?:id|key|ref|ticket|issue|change|number)\b/i]
const dateNames = [
  /(?:^|[ _-])(?:on|at|date|time|day|merged|closed|created|completed|resolved|performed)$/i,
  /date|created|merged/i,
]

/**
 * Guesses which column has the keys of the items and which says when, by the first rows: nothing is decided by it, a person chooses.
 * @returns one of each column, at most one of them KEY and one DATE
 */
export function guessRoles(columns: readonly ListColumn[], rows: readonly SheetRow[]): ColumnGuess[] {
  const filledRows = rows.filter(({ cells }) => cells.some(({ text }) => text !== ''))
  const all = columns.map((column) => firstCellsOf(column, filledRows))
  const date = likeliest(all.filter(isOfDates), dateNames)
  const key = likeliest(
    all.filter((one) => one !== date && !isOfDates(one) && isDistinct(one)),
    keyNames,
  )
  return all.map((one) => ({ ...roleOf(one, { key, date }), dateForm: isOfDates(one) ? formOf(one.forms) : null }))
}

function firstCellsOf(column: ListColumn, rows: readonly SheetRow[]): FirstCells {
  const filled = rows.map(({ cells }) => cells[column.position - 1]?.text ?? '').filter((text) => text.trim() !== '')
  const forms = filled.flatMap((text) => formsOf(writtenDate(text)))
  return { column, filled, rowCount: rows.length, forms }
}

const formsOf = (written: WrittenDate | null): DateForm[] =>
  written === null ? [] : [written.kind === 'DAY' ? written.form : written.kind === 'NUMBERS' ? 'NUMBERS' : 'EXCEL_DAY']

const formOf = (forms: readonly DateForm[]): DateForm => (new Set(forms).size === 1 ? (forms[0] as DateForm) : 'MIXED')

/** Nine of ten values are dates. */
const isOfDates = ({ filled, forms }: FirstCells): boolean => filled.length > 0 && forms.length >= filled.length * 0.9

const isDistinct = ({ filled, rowCount }: FirstCells): boolean =>
  rowCount > 0 &&
  filled.length === rowCount &&
  new Set(filled).size === rowCount &&
  filled.every((text) => text.length <= listLimits.keyChars)

/** The first whose name is like one of these, those written in the first way before others; else the first of all. */
function likeliest(those: readonly FirstCells[], names: readonly RegExp[]): FirstCells | null {
  for (const like of names) {
    const found = those.find(({ column }) => like.test(column.name))
    if (found) return found
  }
  return those.find(({ column }) => column.name !== '') ?? those[0] ?? null
}

function roleOf(
  one: FirstCells,
  { key, date }: { key: FirstCells | null; date: FirstCells | null },
): Pick<ColumnGuess, 'role' | 'reason'> {
  const { filled, rowCount, forms } = one
  if (one === key) {
    return { role: 'KEY', reason: `Each of the first ${rowCount} rows has a value of its own here.` }
  }
  if (one === date) return { role: 'DATE', reason: `Of the first ${filled.length} values ${forms.length} are dates.` }
  if (filled.length === 0) return { role: 'OTHER', reason: 'The first rows have nothing here.' }
  if (isOfDates(one)) return { role: 'OTHER', reason: 'It has dates, and another column is likelier to be the one.' }
  const distinct = new Set(filled).size
  return { role: 'OTHER', reason: `The first ${rowCount} rows have ${distinct} different values here.` }
}
