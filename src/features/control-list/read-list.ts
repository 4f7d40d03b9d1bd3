import { type ControlField, controlFields, guessedColumns } from '../../rules/control-columns.js'
import { withoutApostrophe } from '../../rules/formula-cells.js'
import { Refusal } from '../../rules/refusal.js'
import { Control } from '../control/control.js'
import { ColumnSeen } from '../import/column-survey.js'
import { cellError, cellUncomputed } from '../import/date-cells.js'
import { isPlaceOfColumn, type ListColumn } from '../import/list-columns.js'
import { type OpenList, openList } from '../import/open-list.js'
import { ProblemList, type Wrong } from '../import/problems.js'
import { RowShape } from '../import/row-shape.js'
import { type OpenSheet, type SheetCell, UnreadableRow } from '../import/sheet-row.js'

/** What a list of controls may hold at most, beside what any list may. */
export const controlListLimits = {
  /** As many as an engagement has. */
  rows: Control.bounds.engagementId,
  /** More than so many rows of texts of the greatest length come to. */
  fileBytes: 20_000_000,
} as const

/** Which column says what: absent where it is to be guessed, null where the list is not to be asked. */
export type ChosenControlColumns = Partial<Record<ControlField, string | null>>

/** A row of the list: the cells of the columns that say something of a control. */
export interface ListRow {
  row: number
  cells: Partial<Record<ControlField, SheetCell>>
  /** Whether a problem was found in it. */
  isFaulty: boolean
}

/** A list of controls, as its file has it. */
export class ControlListRead {
  readonly columns: Partial<Record<ControlField, ListColumn>> = {}
  /** The fields whose column was guessed. */
  readonly guessed = new Set<ControlField>()
  readonly rows: ListRow[] = []
  readonly problems = new ProblemList(Number.POSITIVE_INFINITY)
  readonly seen: readonly ColumnSeen[]
  readonly shape: RowShape
  /** The first column that was chosen and is not there. */
  missing: Refusal | null = null

  constructor(readonly list: OpenList) {
    this.seen = list.columns.all.map(() => new ColumnSeen())
    this.shape = new RowShape(list, this.problems, { max: controlListLimits.rows, called: 'controls' })
  }

  /** Notes what is wrong with a row, or with what it says in one column. */
  note(at: ListRow, field: ControlField | null, wrong: Wrong, found?: string): void {
    at.isFaulty = true
    const column = field === null ? undefined : this.columns[field]
    const cell = field === null ? undefined : at.cells[field]
    const shown = column ? (found ?? cell?.text) : undefined
    this.problems.note(
      { row: at.row, column: column?.keptName ?? null, ...(shown !== undefined && { found: shown }) },
      wrong,
    )
  }
}

/**
 * Reads a list of controls: which column says what, as it was chosen or as the header tells, and the rows. What they say is not read yet.
 * @returns with its problems in `problems`, and in `missing` the first column that was chosen and is not there
 */
export async function readControlList(
  sheet: OpenSheet,
  choice: { headerRow: number | null; expectsNoRows: boolean; columns: ChosenControlColumns },
): Promise<ControlListRead> {
  const chosen = Object.values(choice.columns).filter((name): name is string => !!name && !isPlaceOfColumn(name))
  const list = await openList(sheet, { headerRow: choice.headerRow, chosen })
  const read = new ControlListRead(list)
  if (list.headerRow !== null) chooseColumns(read, list.headerRow, choice.columns)
  try {
    for await (const row of list.rows) {
      row.cells.slice(0, read.seen.length).forEach((cell, at) => {
        read.seen[at]?.see(cell)
      })
      const cells = read.shape.cellsOf(row)
      if (cells) read.rows.push(rowOf(read, row.row, cells))
      if (read.shape.halted) break
    }
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error
    if (!read.shape.halted) read.shape.breakOff(error.row, [error.code, error.message])
  }
  read.shape.close(choice.expectsNoRows)
  return read
}

function chooseColumns(read: ControlListRead, headerRow: number, choice: ChosenControlColumns): void {
  const { columns } = read.list
  for (const field of controlFields) {
    const name = choice[field]
    if (!name || read.shape.halted) continue
    const found = columns.chosen(name)
    if ('wrong' in found) {
      read.shape.breakOff(headerRow, found.wrong)
      read.missing = new Refusal('INVALID_INPUT', found.wrong[1], ['columns', field])
    } else read.columns[field] = found
  }
  const taken = new Set(Object.values(read.columns).map(({ position }) => position))
  const guesses = guessedColumns(columns.all.map(({ name, position }) => (taken.has(position) ? '' : name)))
  for (const field of controlFields) {
    const at = guesses[field]
    if (choice[field] !== undefined || at === undefined) continue
    read.columns[field] = columns.all[at] as ListColumn
    read.guessed.add(field)
  }
  if (!read.columns.ref && !read.shape.halted) read.shape.breakOff(headerRow, noReference)
}

const noReference: Wrong = [
  'COLUMN_MISSING',
  'No column of the list is known to have the references of the controls: choose it by columns.ref.',
]

function rowOf(read: ControlListRead, row: number, cells: readonly SheetCell[]): ListRow {
  const isText = read.list.sheet.encoding !== null
  const own: ListRow['cells'] = {}
  const made = { row, cells: own, isFaulty: false }
  for (const field of controlFields) {
    const column = read.columns[field]
    if (!column) continue
    const cell = cells[column.position - 1] as SheetCell
    // What our own lists have before a text that looks like a formula is none of the text.
    own[field] = isText ? { ...cell, text: withoutApostrophe(cell.text) } : cell
    // A spreadsheet shows an error here, or has not computed what stands here: neither is what the list says.
    if (cell.type === 'ERROR') read.note(made, field, cellError)
    if (cell.type === 'UNCOMPUTED') read.note(made, field, cellUncomputed)
  }
  return made
}

/** Refuses with INVALID_INPUT at `evidenceId` a file that is larger than any list of controls. */
export function checkListSize({ byteCount }: { byteCount: number }): void {
  if (byteCount <= controlListLimits.fileBytes) return
  const message = `The file has more than ${controlListLimits.fileBytes.toLocaleString('en-US')} bytes: a list of controls has not.`
  throw new Refusal('INVALID_INPUT', message, ['evidenceId'])
}
