import { listLimits } from '../limits.js'
import { type SheetRow, UnreadableRow } from '../sheet-row.js'
import type { Pace } from './pace.js'
import type { SharedStrings } from './shared-strings.js'
import type { WorksheetSurvey } from './survey.js'
import type { RawRow, WorksheetCells } from './worksheet-cells.js'

/** What the rows of a worksheet are read with. */
export interface WorksheetReading {
  cells: WorksheetCells
  /** Hands the elements of the worksheet to `cells`, piece by piece. */
  pieces: AsyncGenerator<void, void>
  strings: SharedStrings
  survey: WorksheetSurvey
  pace: Pace
}

/**
 * The rows of a worksheet from the first to the last in which something stands; those between that the file leaves out are empty.
 * @throws UnreadableRow after the rows before it
 */
export async function* worksheetRows(reading: WorksheetReading): AsyncGenerator<SheetRow, void> {
  const { cells, pieces, survey, pace } = reading
  let last = 0
  try {
    for await (const _ of pieces) {
      for (const raw of cells.drain()) {
        if (raw.shared.length > 0) await takeShared(raw, reading)
        if (raw.cells.every(({ text }) => text === '')) continue
        checkLength(raw)
        for (let row = last + 1; row < raw.row; row++) {
          yield { row, cells: [] }
          const rest = pace.rest()
          if (rest) await rest
        }
        last = raw.row
        survey.seeRow(raw, raw.isHidden)
        yield { row: raw.row, cells: raw.cells }
      }
      if (cells.broken) throw cells.broken
    }
  } finally {
    await pieces.return()
  }
}

/** Puts the texts of the table of strings where the row refers to them. */
async function takeShared({ row, cells, shared }: RawRow, { strings }: WorksheetReading): Promise<void> {
  for (const { at, index } of shared) {
    const found = strings.at(index)
    const text = found instanceof Promise ? await found : found
    if (text === null) throw new UnreadableRow(row, 'NOT_XLSX', 'A cell of the row refers to a text that is not there.')
    cells[at] = { text, type: 'TEXT' }
  }
}

/** @throws UnreadableRow where a row is longer than any of a list that people read */
function checkLength({ row, cells }: SheetRow): void {
  let chars = 0
  for (const { text } of cells) chars += text.length
  if (chars > listLimits.rowBytes) throw new UnreadableRow(row, 'TOO_LONG', 'The row is too long to be one of a list.')
}
