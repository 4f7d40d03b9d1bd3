import type { Files } from '../../kernel/execute/services.js'
import { faultsOf, settleTexts } from '../../kernel/schema/input.js'
import { scopeOf } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { writtenWord } from '../../rules/control-words.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { type CellSaid, comparedNote, fateOfCell } from '../../rules/test-sheets.js'
import type { ResultOutcome } from '../../rules/vocabulary.js'
import { loadAvailable } from '../evidence/available.js'
import { fileOf, readingEvidence } from '../evidence/stored-files.js'
import { checkHoldsRows, openSheet } from '../import/open-sheet.js'
import type { ProblemList, Wrong } from '../import/problems.js'
import { choiceOf } from '../import/reading.inputs.js'
import { Attribute } from '../procedure/attribute.js'
import { Procedure } from '../procedure/procedure.js'
import { faultOfEntry, openRecords, saveEntries } from '../sample/result.actions.js'
import { ResultEntryInput } from '../sample/result.inputs.js'
import { noSample } from '../sample/sample.actions.js'
import { Sample } from '../sample/sample.js'
import { readSheet, type SheetRead, type SheetRowRead } from './read-sheet.js'
import { digestOfAttributes, digestOfCell, digestOfItem, sheetColumns } from './sheet-cells.js'
import { type ImportTestSheetInput, type SheetConflictInput, sheetLimits } from './test-sheet.inputs.js'
import { itemsOfSheet, resultsOfSheet, type SheetItem, type SheetResult } from './test-sheet.queries.js'

/** An entry that the file asks for, and where it stands in the file. */
interface Asked {
  row: number
  letter: string
  entry: ResultEntryInput
}

/**
 * Records what a test sheet says that was exported and filled in. Each cell is compared with what it said when it was exported and with
 * what is recorded now: what the file changed is saved, what another person recorded meanwhile is kept, and what both changed is refused
 * with who recorded what, until `conflicts` says what stands. All of the sheet, or nothing.
 * Refused: a file that cannot be relied on or is no such sheet; ROWS_REFUSED with every problem by row and column, whatever `recordResults`
 * refuses of one cell among them; INVALID_INPUT for more changes than one import may make.
 * @throws Fault DIGEST_MISMATCH where the file is not in the storage as it was brought
 */
export async function importTestSheet(tx: WriteTx, input: ImportTestSheetInput, { storage }: Files) {
  const procedure = await tx.load(Procedure, input.procedureId, undefined, 'update')
  await tx.permit(procedure)
  const evidence = await loadAvailable(tx, input.evidenceId, procedure.engagementId)
  checkSheetSize(evidence)
  checkHoldsRows(evidence)
  const sample = await tx.one(Sample, { procedureId: procedure.id })
  if (!sample) throw noSample(procedure)
  const attributes = await tx.find(Attribute, { procedureId: procedure.id }, { order: { letter: 'asc' }, byKey: true })
  const reading = choiceOf(input.reading)
  const read = await readingEvidence(evidence, async () => {
    const file = await fileOf(tx, evidence)
    const letters = attributes.map(({ letter }) => letter)
    return readSheet(await openSheet(storage, file, evidence.mediaType, reading), reading, letters)
  })
  const scope = scopeOf(tx, sample)
  const items = await itemsOfSheet(scope, sample.id)
  const results = await resultsOfSheet(scope, sample.id)
  checkNamedOnce(input.conflicts ?? [])
  const compared = compareRows(read, {
    sampleId: sample.id,
    attributes: digestOfAttributes(attributes),
    items,
    results,
    conflicts: input.conflicts ?? [],
  })
  const entries = compared.asked.map(({ entry }) => entry)
  const records = await openRecords(tx, procedure.id, entries)
  for (const { row, letter, entry } of compared.asked) {
    const fault = faultsOf(entry)[0] ?? faultOfEntry(records, entry, [])
    if (fault) note(read.problems, { row, letter, entry }, ['VALUE_REFUSED', fault.message])
    else settleTexts(entry)
  }
  read.problems.byRow().check('')
  checkChanges(entries.length)
  if (entries.length > 0) await saveEntries(tx, records, entries)
  const { keptCount, unchangedCount } = compared
  return { procedure, sample: records.sample, savedCount: entries.length, keptCount, unchangedCount }
}

/** What the rows are held against. */
interface Held {
  sampleId: string
  /** Digest of what each item is checked for. */
  attributes: string
  items: readonly SheetItem[]
  results: readonly SheetResult[]
  conflicts: readonly SheetConflictInput[]
}

function compareRows({ rows, problems }: SheetRead, held: Held) {
  const items = new Map(held.items.map((item) => [item.itemKey, item]))
  const recorded = new Map(held.results.map((result) => [`${result.sampleItemId} ${result.letter}`, result]))
  const choices = new Map(held.conflicts.map((one) => [`${one.itemKey} ${one.attribute}`, one]))
  const seen = new Map<string, number>()
  const asked: Asked[] = []
  let keptCount = 0
  let unchangedCount = 0
  for (const row of rows) {
    const wrong = wrongWithRow(row, held, items, seen)
    if (wrong) {
      problems.note({ row: row.row, column: sheetColumns.item, found: row.itemKey }, wrong)
      continue
    }
    const { id: sampleItemId } = items.get(row.itemKey) as SheetItem
    for (const [letter, said] of row.cells) {
      const now = recorded.get(`${sampleItemId} ${letter}`) ?? null
      const exported = row.exported.cells.get(letter) ?? { version: 0, digest: digestOfCell(nothing) }
      const fate = fateOfCell({
        exported: { version: exported.version, isAsInFile: exported.digest === digestOfCell(said) },
        inFile: said,
        recorded: now && { ...now, note: comparedNote(now.note) },
      })
      const choice = choices.get(`${row.itemKey} ${letter}`)
      const isDecided = fate === 'CONFLICT' && choice !== undefined && choice.expectedVersion === now?.version
      if (fate === 'KEPT' || (isDecided && choice.choice === 'RECORDED')) keptCount++
      else if (fate === 'SAME') unchangedCount++
      else if (fate === 'CONFLICT' && !isDecided) {
        note(problems, { row: row.row, letter, entry: said }, conflictWith(now))
      } else if (said.outcome === null) note(problems, { row: row.row, letter, entry: said }, emptied(now))
      else asked.push({ row: row.row, letter, entry: entryOf(sampleItemId, letter, said.outcome, said.note, now) })
    }
  }
  return { asked, keptCount, unchangedCount }
}

const nothing: CellSaid = { outcome: null, note: null }

function wrongWithRow(
  { row, itemKey, exported }: SheetRowRead,
  { sampleId, attributes }: Held,
  items: ReadonlyMap<string, SheetItem>,
  seen: Map<string, number>,
): Wrong | null {
  if (exported.sampleId !== sampleId) return ['VALUE_REFUSED', 'The row is of another test sheet than this one.']
  if (exported.attributes !== attributes)
    return [
      'VALUE_REFUSED',
      'What the items are checked for was changed after the sheet was exported: export it again.',
    ]
  if (!items.has(itemKey))
    return ['VALUE_REFUSED', 'The sample has no item with this key: items are not changed in a sheet.']
  if (exported.item !== digestOfItem(itemKey))
    return [
      'VALUE_REFUSED',
      'The row was exported for another item: a part of the sheet was moved or sorted by itself.',
    ]
  const first = seen.get(itemKey)
  seen.set(itemKey, row)
  return first === undefined ? null : ['KEY_REPEATED', `The item stands in row ${first} already.`]
}

const entryOf = (
  sampleItemId: string,
  attribute: string,
  outcome: ResultOutcome,
  note: string | null,
  now: SheetResult | null,
): ResultEntryInput =>
  Object.assign(new ResultEntryInput(), {
    ...{ sampleItemId, attribute, outcome, note },
    ...(now && { expectedVersion: now.version }),
  })

/** What another person recorded since the sheet was exported: it can be decided on only when it is known. */
function conflictWith(now: SheetResult | null): Wrong {
  if (!now) return ['CELL_CHANGED', 'What was recorded here when the sheet was exported is not recorded any more.']
  const { outcome, note: text, recordedByName, recordedAt, version } = now
  const said = `${writtenWord(outcome)}${text ? ` (“${text.length > 200 ? `${text.slice(0, 200)}…` : text}”)` : ''}`
  return [
    'CELL_CHANGED',
    `${recordedByName} recorded “${said}” on ${recordedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, after the sheet was exported (version ${version}). Say which of the two stands.`,
  ]
}

const emptied = (now: SheetResult | null): Wrong =>
  now
    ? [
        'VALUE_MISSING',
        'A result that was recorded is corrected, not taken out: choose another one, or leave it as it was.',
      ]
    : ['VALUE_MISSING', 'A note stands here without a result: choose one.']

function note(
  problems: ProblemList,
  { row, letter, entry }: { row: number; letter: string; entry: CellSaid | ResultEntryInput },
  wrong: Wrong,
): void {
  const found = entry.outcome === null ? (entry.note ?? '') : writtenWord(entry.outcome)
  problems.note({ row, column: sheetColumns.outcome(letter), found }, wrong)
}

/** What stands in a cell is said once. Refuses with INVALID_INPUT at the place of each that is said again. */
function checkNamedOnce(conflicts: readonly SheetConflictInput[]): void {
  const cells = conflicts.map(({ itemKey, attribute }) => `${itemKey} ${attribute}`)
  checkEach(
    cells.flatMap((cell, at) =>
      cells.indexOf(cell) < at
        ? new Refusal('INVALID_INPUT', 'This cell is named twice.', ['conflicts', at, 'itemKey'])
        : [],
    ),
  )
}

/** Refuses with INVALID_INPUT at `evidenceId` a file that is larger than any test sheet. */
function checkSheetSize({ byteCount }: { byteCount: number }): void {
  if (byteCount <= sheetLimits.fileBytes) return
  const message = `The file has more than ${sheetLimits.fileBytes.toLocaleString('en-US')} bytes: a test sheet has not.`
  throw new Refusal('INVALID_INPUT', message, ['evidenceId'])
}

function checkChanges(count: number): void {
  if (count <= sheetLimits.cells) return
  const message = `The sheet changes ${count.toLocaleString('en-US')} results; one import changes ${sheetLimits.cells.toLocaleString('en-US')} at most: take rows out, and import them after.`
  throw new Refusal('INVALID_INPUT', message, ['evidenceId'])
}
