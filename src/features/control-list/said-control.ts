import { setImmediate as nextTurn } from 'node:timers/promises'
import { faultsOf, settleTexts } from '../../kernel/schema/input.js'
import { type ControlField, controlFields } from '../../rules/control-columns.js'
import {
  readArea,
  readFrequency,
  readKey,
  readNature,
  readRisk,
  readType,
  writtenWords,
} from '../../rules/control-words.js'
import { ColumnOfDates, type DatesSaid } from '../../rules/date-columns.js'
import type * as words from '../../rules/vocabulary.js'
import { CreateControlInput } from '../control/control.inputs.js'
import { cellError, dateIn } from '../import/date-cells.js'
import { wrongWithCell } from '../import/item-key.js'
import type { Wrong } from '../import/problems.js'
import type { SheetCell } from '../import/sheet-row.js'
import type { ControlListRead, ListRow } from './read-list.js'

/**
 * What a row says of a control. What is absent has no column, or a problem was found in it; null is an empty cell.
 */
export interface SaidControl {
  ref?: string | null
  title?: string | null
  description?: string | null
  owner?: string | null
  ownerEmail?: string | null
  frequency?: words.ControlFrequency | null
  nature?: words.ControlNature | null
  type?: words.ControlType | null
  area?: words.ControlArea | null
  isKey?: boolean | null
  risk?: words.RiskLevel | null
  operatedFrom?: string | null
  operatedTo?: string | null
  /** The reference of another control. */
  replaces?: string | null
  ipe?: string | null
  ipeReliability?: string | null
  /** As they stand in the cell. */
  criteriaCodes?: string | null
}

const wordReaders: Readonly<Record<keyof typeof writtenWords, (text: string) => string | boolean | null>> = {
  frequency: readFrequency,
  nature: readNature,
  type: readType,
  area: readArea,
  risk: readRisk,
  isKey: readKey,
}

const isOfWords = (field: ControlField): field is keyof typeof writtenWords => field in wordReaders
const isDay = (field: ControlField): field is 'operatedFrom' | 'operatedTo' =>
  field === 'operatedFrom' || field === 'operatedTo'
/** So many rows are read in one turn of the event loop. */
const rowsAtOnce = 50
/** Texts that are held against the limits of `createControl`. */
const texts = ['ref', 'title', 'description', 'owner', 'ipe', 'ipeReliability'] as const

/**
 * Reads what the rows say, each problem noted at its cell.
 * @returns what each row says, in the order of the rows, and how its days were read
 */
export async function saidControls(
  read: ControlListRead,
  said: DatesSaid,
): Promise<{ controls: SaidControl[]; dates: ColumnOfDates }> {
  const dates = new ColumnOfDates(said)
  // One column may tell in which order day and month stand in the other: who writes a list writes both alike.
  for (const { row, cells } of read.rows) {
    for (const { text } of [cells.operatedFrom, cells.operatedTo].filter((cell) => cell !== undefined))
      dates.note(text, row)
  }
  dates.close()
  const controls: SaidControl[] = []
  for (const row of read.rows) {
    if (controls.length % rowsAtOnce === 0) await nextTurn()
    controls.push(saidIn(read, row, dates))
  }
  return { controls, dates }
}

function saidIn(read: ControlListRead, row: ListRow, dates: ColumnOfDates): SaidControl {
  const control: Partial<Record<ControlField, unknown>> = {}
  for (const field of controlFields) {
    const cell = row.cells[field]
    if (!cell) continue
    const value = cellValue(field, cell, row.row, dates)
    if ('wrong' in value) read.note(row, field, value.wrong)
    else control[field] = value.value
  }
  settle(read, row, control)
  return control as SaidControl
}

type CellValue = { value: string | boolean | null } | { wrong: Wrong }

function cellValue(field: ControlField, cell: SheetCell, row: number, dates: ColumnOfDates): CellValue {
  if (cell.type === 'ERROR') return { wrong: cellError }
  const wrong = wrongWithCell(cell.text)
  if (wrong) return { wrong }
  if (cell.text.trim() === '') return { value: null }
  if (isDay(field)) {
    const read = dateIn(cell, row, dates)
    return 'day' in read ? { value: read.day } : read
  }
  if (!isOfWords(field)) return { value: cell.text }
  const value = wordReaders[field](cell.text)
  const message = `This could mean nothing that is known, or more than one thing; write one of: ${writtenWords[field]}.`
  return value === null ? { wrong: ['VALUE_UNCLEAR', message] } : { value }
}

/** Holds the texts against what `createControl` takes, and brings them into the form in which they are kept. */
function settle(read: ControlListRead, row: ListRow, control: Partial<Record<ControlField, unknown>>): void {
  const given = texts.filter((field) => typeof control[field] === 'string')
  const input = Object.assign(
    new CreateControlInput(),
    Object.fromEntries(given.map((field) => [field, control[field]])),
  )
  const refused = new Set<string>()
  for (const { at, message } of faultsOf(input)) {
    const field = given.find((one) => one === at[0])
    if (!field || refused.has(field)) continue
    refused.add(field)
    read.note(row, field, ['VALUE_REFUSED', message])
    delete control[field]
  }
  if (refused.size > 0) return
  settleTexts(input)
  Object.assign(control, Object.fromEntries(given.map((field) => [field, input[field]])))
}
