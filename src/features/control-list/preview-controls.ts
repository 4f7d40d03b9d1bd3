import type { Tx } from '../../kernel/store/work.js'
import { columnWord, controlFields } from '../../rules/control-columns.js'
import type { DatesSaid } from '../../rules/date-columns.js'
import type { Engagement } from '../engagement/engagement.js'
import type { ColumnSeen } from '../import/column-survey.js'
import { type ColumnGuess, guessRoles } from '../import/column-survey.js'
import type { ListColumn } from '../import/list-columns.js'
import { type ImportColumn, type ImportPreview, previewRow, shownRows } from '../import/preview.js'
import type { OpenSheet } from '../import/sheet-row.js'
import { listFacts } from './list-facts.js'
import { type ListChoice, type PlannedControl, plannedControls } from './list-plan.js'
import { type ChosenControlColumns, type ControlListRead, readControlList } from './read-list.js'
import { saidControls } from './said-control.js'

/** What is to be looked at, and how it was said to be read. */
export interface ControlPreviewOptions extends ListChoice, DatesSaid {
  headerRow: number | null
  expectsNoRows: boolean
  columns: ChosenControlColumns
}

/** Reads a list of controls as an import would, and tells what was understood of it, what would become of each control and what is wrong. */
export async function previewControls(
  tx: Tx,
  engagement: Engagement,
  sheet: OpenSheet,
  options: ControlPreviewOptions,
): Promise<ImportPreview> {
  const read = await readControlList(sheet, options)
  const { controls: said, dates } = await saidControls(read, options)
  const planned = plannedControls(read, said, await listFacts(tx, engagement), options)
  const { list, problems, columns, shape } = read
  const guesses = guessRoles(list.columns.all, list.first)
  const { listed, count } = problems.byRow()
  return {
    sheet: list.sheet.worksheet?.name ?? null,
    sheets: [...(list.sheet.worksheet?.all ?? [])],
    notes: list.sheet.worksheet?.notes(list.headerRow) ?? [],
    encoding: list.sheet.encoding,
    separator: list.sheet.separator,
    headerRow: list.headerRow,
    columns: list.columns.all.map((column, at) =>
      shownColumn(read, column, read.seen[at] as ColumnSeen, guesses[at] as ColumnGuess),
    ),
    firstRows: list.first.slice(0, shownRows).map((row) => previewRow(row, list.columns.all.length)),
    rowCount: shape.rowCount,
    isWhole: !shape.halted,
    keyColumn: columns.ref?.keptName ?? null,
    dateColumn: null,
    dateOrder: dates.order,
    outsidePeriodCount: null,
    afterExtractionCount: null,
    controls: planned.map(shownControl),
    problems: listed,
    problemCount: count,
  }
}

function shownColumn(
  { columns, guessed }: ControlListRead,
  column: ListColumn,
  { filledCount, values: firstValues }: ColumnSeen,
  { dateForm }: ColumnGuess,
): ImportColumn {
  const fields = controlFields.filter((field) => columns[field]?.position === column.position)
  const isGuessed = fields.some((field) => guessed.has(field))
  const reason =
    fields.length === 0
      ? 'No name of a column that is known stands over it, and it was not chosen: it is not read.'
      : isGuessed
        ? 'Its name says so.'
        : 'It was chosen.'
  return {
    ...column,
    filledCount,
    firstValues,
    role: fields.includes('ref') ? 'KEY' : 'OTHER',
    roleReason: reason,
    dateForm,
    says: fields.map(columnWord),
  }
}

const shownControl = ({ row: { row }, after, before, outcome, changes, codes }: PlannedControl) => {
  const changed = controlFields.filter((field) => {
    if (field === 'criteriaCodes') return codes !== null
    return (field === 'ownerEmail' ? 'ownerMemberId' : field === 'replaces' ? 'replacesId' : field) in changes
  })
  return { row, ref: after.ref, outcome, changes: before === null ? [] : changed.map(columnWord) }
}
