import { scopeOf } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import { writtenWord } from '../../rules/control-words.js'
import { resultOutcomes, words } from '../../rules/vocabulary.js'
import type { ListToExport } from '../export/export-list.js'
import { listLimits } from '../import/limits.js'
import { Population } from '../population/population.js'
import { Attribute } from '../procedure/attribute.js'
import type { Procedure } from '../procedure/procedure.js'
import type { Sample } from '../sample/sample.js'
import { digestOfAttributes, digestOfCell, digestOfItem, sheetColumns, writtenExported } from './sheet-cells.js'
import { itemsOfSheet, resultsOfSheet, type SheetResult } from './test-sheet.queries.js'

/** What an auditor is told who goes to a note. */
const needsNote = 'What was seen, or what was asked for: needed for everything but “No deviation”.'

/** What an auditor chooses from in a cell of a result. */
const choices = words(resultOutcomes).map(writtenWord)

/**
 * A test sheet as a list: one row an item in the order of drawing, with the columns of its population as far as there is room for them, and for each attribute
 * the result, the note and the names of the evidence. Results and notes are to be filled in, all else is locked in a workbook.
 */
export async function sheetTable(tx: Tx, procedure: Procedure, sample: Sample): Promise<ListToExport> {
  const scope = scopeOf(tx, sample)
  const [attributes, items, results, population] = await Promise.all([
    tx.find(Attribute, { procedureId: procedure.id }, { order: { letter: 'asc' }, byKey: true }),
    itemsOfSheet(scope, sample.id),
    resultsOfSheet(scope, sample.id),
    tx.one(Population, { id: sample.populationId }),
  ])
  const checked = digestOfAttributes(attributes)
  const letters = attributes.map(({ letter }) => letter)
  const recorded = new Map(results.map((result) => [`${result.sampleItemId} ${result.letter}`, result]))
  const own = 4 + letters.length * 3
  const listed = (population?.columns ?? []).slice(0, listLimits.columns - own)
  const locked = (title: string, width = 15) => ({ title, width })
  return {
    name: `test-sheet-${procedure.ref.replace(/[^\w.-]+/g, '-')}`,
    sheetName: 'Test sheet',
    isProtected: true,
    columnsInSight: 2,
    columns: [
      locked(sheetColumns.position, 6),
      locked(sheetColumns.item, 24),
      locked(sheetColumns.date),
      ...listed.map((name) => locked(sheetColumns.listed(name))),
      ...attributes.flatMap(({ letter, description }) => [
        { title: sheetColumns.outcome(letter), width: 20, isOpen: true, choices, hint: `${letter}: ${description}` },
        { title: sheetColumns.note(letter), width: 40, isOpen: true, hint: needsNote },
        locked(sheetColumns.evidence(letter), 24),
      ]),
      { title: sheetColumns.exported, width: 15, isHidden: true },
    ],
    rows: items.map(({ id, position, itemKey, occurredOn, cells }) => {
      const at = (letter: string): SheetResult | undefined => recorded.get(`${id} ${letter}`)
      const exported = letters.map((letter) => {
        const { outcome = null, note = null, version = 0 } = at(letter) ?? {}
        return [letter, { version, digest: digestOfCell({ outcome, note }) }] as const
      })
      return [
        ...[`${position}`, itemKey, occurredOn ?? ''],
        ...listed.map((_, column) => cells[column] ?? ''),
        ...letters.flatMap((letter) => {
          const result = at(letter)
          return [result ? writtenWord(result.outcome) : '', result?.note ?? '', result?.evidence ?? '']
        }),
        writtenExported({
          sampleId: sample.id,
          item: digestOfItem(itemKey),
          attributes: checked,
          cells: new Map(exported),
        }),
      ]
    }),
  }
}
