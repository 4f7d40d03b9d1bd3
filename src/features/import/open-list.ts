import { headerAmong, isBlankRow } from './header.js'
import { listLimits } from './limits.js'
import { ListColumns } from './list-columns.js'
import { type OpenSheet, type SheetRow, UnreadableRow } from './sheet-row.js'

/** A list whose header was found. */
export interface OpenList {
  sheet: OpenSheet
  /** The row that names the columns; null where the file has none. */
  headerRow: number | null
  /** The row that was chosen to name them; null where it was looked for. */
  soughtRow: number | null
  columns: ListColumns
  /** The first rows below the header. */
  first: readonly SheetRow[]
  /** All rows below the header, empty ones too; those that are `first` included. */
  rows: AsyncIterable<SheetRow>
}

/**
 * Finds the header of a list, or takes the row that was chosen: what stands above it is none of the list.
 * @param chosen names of columns that the header has, where they are known
 */
export async function openList(
  sheet: OpenSheet,
  { headerRow = null, chosen = [] }: { headerRow?: number | null; chosen?: readonly string[] },
): Promise<OpenList> {
  const source = sheet.rows[Symbol.asyncIterator]()
  const head = await headOf(source, headerRow)
  const at = headerRow === null ? headerAmong(head.rows, chosen) : head.rows.findIndex(({ row }) => row === headerRow)
  const header = head.rows[at] ?? null
  const first = header ? head.rows.slice(at + 1) : []
  const columns = new ListColumns(header?.cells ?? [])
  return {
    sheet,
    headerRow: header && columns.namedCount > 0 ? header.row : null,
    soughtRow: headerRow,
    columns,
    first,
    rows: rowsOf(source, first, head.broken, () => {
      if (header) sheet.worksheet?.checkUnmerged(header.row, columns.namedCount)
    }),
  }
}

interface Head {
  rows: SheetRow[]
  /** That the file made no sense already here is said after the rows before it. */
  broken: UnreadableRow | null
}

/** So many characters of the first rows are held at most. */
const headChars = 4_000_000

async function headOf(source: AsyncIterator<SheetRow>, headerRow: number | null): Promise<Head> {
  const rows: SheetRow[] = []
  let filled = 0
  let chars = 0
  try {
    while (filled < listLimits.headRows && chars < headChars && rows.length < listLimits.blankRows) {
      const { value, done } = await source.next()
      if (done) break
      if (headerRow !== null && value.row < headerRow) continue
      rows.push(value)
      if (!isBlankRow(value)) filled++
      for (const { text } of value.cells) chars += text.length
    }
    return { rows, broken: null }
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error
    return { rows, broken: error }
  }
}

async function* rowsOf(
  source: AsyncIterator<SheetRow>,
  first: readonly SheetRow[],
  broken: UnreadableRow | null,
  checkEnd: () => void,
): AsyncGenerator<SheetRow, void> {
  try {
    yield* first
    if (broken) throw broken
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
    checkEnd()
  } finally {
    await source.return?.()
  }
}
