import { readOutcome } from '../../rules/control-words.js'
import { withoutApostrophe } from '../../rules/formula-cells.js'
import { SAMPLE_MAX } from '../../rules/sampling.js'
import type { CellSaid } from '../../rules/test-sheets.js'
import { comparedNote } from '../../rules/test-sheets.js'
import { cellError, cellUncomputed } from '../import/date-cells.js'
import type { ListColumn } from '../import/list-columns.js'
import { openList } from '../import/open-list.js'
import { ProblemList, type Wrong } from '../import/problems.js'
import { RowShape } from '../import/row-shape.js'
import { type OpenSheet, type SheetCell, UnreadableRow } from '../import/sheet-row.js'
import { type RowExported, readExported, sheetColumns } from './sheet-cells.js'

/** What a row of a filled in sheet says. */
export interface SheetRowRead {
  row: number
  itemKey: string
  exported: RowExported
  /** By the letter of the attribute; a cell in which a problem was found is left out. */
  cells: Map<string, CellSaid>
}

/** A filled in sheet, with every problem found in it. */
export interface SheetRead {
  rows: SheetRowRead[]
  problems: ProblemList
}

interface Columns {
  item: ListColumn
  exported: ListColumn
  outcomes: ReadonlyMap<string, ListColumn>
  notes: ReadonlyMap<string, ListColumn>
}

/**
 * Reads a test sheet as it came back: rows in any order, and fewer than were exported. Columns that a sheet has beside its own are left aside.
 * @param letters of the attributes of the procedure
 */
export async function readSheet(
  sheet: OpenSheet,
  choice: { headerRow: number | null },
  letters: readonly string[],
): Promise<SheetRead> {
  const needed = [
    ...[sheetColumns.item, sheetColumns.exported],
    ...letters.flatMap((letter) => [sheetColumns.outcome(letter), sheetColumns.note(letter)]),
  ]
  const list = await openList(sheet, { headerRow: choice.headerRow, chosen: needed })
  const problems = new ProblemList(Number.POSITIVE_INFINITY)
  const shape = new RowShape(list, problems, { max: SAMPLE_MAX, called: 'items' })
  const found = new Map<string, ListColumn>()
  if (list.headerRow !== null) {
    for (const name of needed) {
      if (shape.halted) break
      const column = list.columns.chosen(name)
      if ('wrong' in column) shape.breakOff(list.headerRow, notOurs(name, column.wrong))
      else found.set(name, column)
    }
  }
  const column = (name: string) => found.get(name) as ListColumn
  const columns: Columns = {
    item: column(sheetColumns.item),
    exported: column(sheetColumns.exported),
    outcomes: new Map(letters.map((letter) => [letter, column(sheetColumns.outcome(letter))])),
    notes: new Map(letters.map((letter) => [letter, column(sheetColumns.note(letter))])),
  }
  const rows: SheetRowRead[] = []
  try {
    for await (const row of list.rows) {
      const cells = shape.cellsOf(row)
      if (cells) rows.push(...rowOf(row.row, cells, columns, { problems, isText: sheet.encoding !== null }))
      if (shape.halted) break
    }
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error
    if (!shape.halted) shape.breakOff(error.row, [error.code, error.message])
  }
  shape.close(false)
  return { rows, problems }
}

const notOurs = (name: string, [code, message]: Wrong): Wrong => [
  code,
  `A test sheet has a column “${name}”: ${message} Export the sheet again and fill in that one.`,
]

function rowOf(
  row: number,
  cells: readonly SheetCell[],
  columns: Columns,
  { problems, isText }: { problems: ProblemList; isText: boolean },
): SheetRowRead[] {
  const cellAt = ({ position }: ListColumn): SheetCell => {
    const cell = cells[position - 1] as SheetCell
    return isText ? { ...cell, text: withoutApostrophe(cell.text) } : cell
  }
  const text = (column: ListColumn): string => cellAt(column).text
  const exported = readExported(text(columns.exported))
  if (!exported) {
    const message = 'What stands here is not what was exported: export the sheet again and fill in that one.'
    problems.note({ row, column: columns.exported.keptName, found: text(columns.exported) }, ['VALUE_UNCLEAR', message])
    return []
  }
  const said = new Map<string, CellSaid>()
  for (const [letter, column] of columns.outcomes) {
    const note = columns.notes.get(letter) as ListColumn
    const faulty = [column, note].find((one) => ['ERROR', 'UNCOMPUTED'].includes(cellAt(one).type))
    if (faulty) {
      const wrong = cellAt(faulty).type === 'ERROR' ? cellError : cellUncomputed
      problems.note({ row, column: faulty.keptName, found: text(faulty) }, wrong)
      continue
    }
    const written = text(column).trim()
    const outcome = written === '' ? null : readOutcome(written)
    if (written !== '' && outcome === null) {
      problems.note({ row, column: column.keptName, found: written }, unclear)
      continue
    }
    said.set(letter, { outcome, note: comparedNote(text(note)) })
  }
  return [{ row, itemKey: text(columns.item), exported, cells: said }]
}

const unclear: Wrong = [
  'VALUE_UNCLEAR',
  'This is no result; choose one of: No deviation, Deviation, Not applicable, Awaiting evidence, Unable to test.',
]
