import { v7 as newId } from 'uuid'
import type { WriteTx } from '../../kernel/store/work.js'
import { importLifecycle } from '../../rules/lifecycles.js'
import type { Control } from '../control/control.js'
import type { SheetChoice } from '../import/open-sheet.js'
import { checkTellsOccurrences } from './covers.js'
import type { Population } from './population.js'
import type { PopulationImport } from './population-import.js'
import type { ImportProgress } from './population-import.queries.js'
import type { ItemBatch, ReadOptions } from './read-items.js'
import { checkKeyColumn } from './succession.js'

/** How a file is read, and the period of the engagement for which that is done: all that was settled when the import began. */
export interface ImportChoices extends ReadOptions, SheetChoice {
  periodStart: string | null
  periodEnd: string | null
}

type Named = 'columns' | 'keyColumn' | 'dateColumn' | 'coversColumn' | 'listReading'
type Counted = 'itemCount' | 'setAsideCount' | 'leftOutCount'

/** What a list became, once all of it was read. */
export interface ListTaken extends Pick<Population, Named | Counted> {
  keyColumn: string
  /** Under which its items were written. */
  itemsId: string
  progress: ImportProgress
}

/** Writes the items of a batch under the id of their import. */
export type WriteBatch = (itemsId: string, batch: ItemBatch) => Promise<void>

/**
 * Writes items as they are read, under an id of their own: another one, where they come anew. The database writes one batch while
 * the next is read; no more than two are held.
 */
export async function takeItems(batches: AsyncIterable<ItemBatch>, write: WriteBatch): Promise<ListTaken> {
  let itemsId = newId()
  let itemCount = 0
  let last: ItemBatch | null = null
  let written = Promise.resolve()
  try {
    for await (const batch of batches) {
      await written
      if (batch.isAnew) {
        itemsId = newId()
        itemCount = 0
      }
      last = batch
      itemCount += batch.items.length
      written = write(itemsId, batch)
      // A failure is thrown where it is awaited next; until then it is not unhandled.
      written.catch(() => undefined)
    }
  } catch (error) {
    // The last batch has been written, or has failed, before the refusal is noted or the transaction ends.
    await written.catch(() => undefined)
    throw error
  }
  await written
  // There is one batch at least, of a list without rows too.
  const { columns, keyColumn, dateColumn, coversColumn, reading, setAsideCount, leftOutCount, progress } =
    last as ItemBatch
  const names = { columns: [...columns], keyColumn, dateColumn, coversColumn, listReading: JSON.stringify(reading) }
  return { itemsId, ...names, itemCount, setAsideCount, leftOutCount, progress }
}

/**
 * Makes the items of an import the population's, in place of those it had: they stay where they are.
 * Refused: a list without days of a control whose occurrences they tell, a key by another column than in the population superseded.
 */
export async function takeOver(
  tx: WriteTx,
  { population, control, made }: { population: Population; control: Control; made: PopulationImport },
  { periodStart, periodEnd }: Pick<ImportChoices, 'periodStart' | 'periodEnd'>,
  { itemsId, progress: _, ...list }: ListTaken,
): Promise<Population> {
  if (list.itemCount !== 0) checkTellsOccurrences(control, list.dateColumn)
  // What a number or a letter stands for is known only now.
  await checkKeyColumn(tx, population, list.keyColumn)
  await tx.update(made, { state: importLifecycle.move(made.state, 'DONE'), itemsId, endedAt: tx.now })
  const present = { importId: itemsId, latestImportId: made.id, isImporting: false, evidenceId: made.evidenceId }
  return tx.update(population, { periodStart, periodEnd, ...present, ...list })
}
