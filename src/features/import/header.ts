import { writtenDate } from '../../rules/written-dates.js'
import { ListColumns } from './list-columns.js'
import type { SheetCell, SheetRow } from './sheet-row.js'

const isFilled = ({ text }: SheetCell): boolean => text.trim() !== ''

/** How far a row goes: up to its last cell that is not empty. */
const extentOf = ({ cells }: SheetRow): number => cells.findLastIndex(isFilled) + 1

/** Whether something stands in any cell of a row. */
export const isBlankRow = ({ cells }: SheetRow): boolean => !cells.some(({ text }) => text !== '')

/** What names of columns hardly are: a number, or a date. */
const isValue = ({ text, type }: SheetCell): boolean =>
  type === 'NUMBER' || type === 'DATE' || /^[\d.,+-]+$/.test(text) || (/\d/.test(text) && writtenDate(text) !== null)

/**
 * Which of the first rows names the columns: the first that has the columns which were chosen, where they were; else the first that
 * is as wide as the rows are, more than half filled, and holds names and no values. A title above the table is narrower.
 * @returns its place among the rows; the first that is not empty where none is like a header; -1 where all are empty
 */
export function headerAmong(rows: readonly SheetRow[], chosen: readonly string[]): number {
  const withChosen = chosen.length === 0 ? -1 : rows.findIndex((row) => hasNames(row, chosen))
  if (withChosen >= 0) return withChosen
  const extents = rows.filter((row) => !isBlankRow(row)).map(extentOf)
  const width = extents.toSorted((a, b) => a - b)[Math.floor(extents.length / 2)] ?? 0
  const isLike = ({ cells }: SheetRow): boolean =>
    cells.filter(isFilled).length * 2 > width && !cells.some((cell) => isFilled(cell) && isValue(cell))
  const wide = rows.findIndex((row) => extentOf(row) >= width && isLike(row))
  const found = wide >= 0 ? wide : rows.findIndex(isLike)
  return found >= 0 ? found : rows.findIndex((row) => !isBlankRow(row))
}

/** Whether a row has all these names in cells of their own. */
function hasNames({ cells }: SheetRow, names: readonly string[]): boolean {
  const { all } = new ListColumns(cells)
  return names.every((sought) => all.some(({ name }) => name === sought.normalize('NFC')))
}
