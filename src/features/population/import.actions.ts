import { v7 as newId } from 'uuid'
import { limits as requestLimits } from '../../kernel/execute/limits.js'
import type { Files } from '../../kernel/execute/services.js'
import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { scopeOf } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { dayIn } from '../../rules/calendar.js'
import { Refusal } from '../../rules/refusal.js'
import { keepCalendar, timeAtClient } from '../calendar/calendar-used.js'
import { EngagementCalendar } from '../calendar/engagement-calendar.js'
import { Control } from '../control/control.js'
import { fixSampling } from '../control/sampling-plan.actions.js'
import { Engagement } from '../engagement/engagement.js'
import { loadAvailable } from '../evidence/available.js'
import { fileOf, readingEvidence, readWholeFile } from '../evidence/stored-files.js'
import { isPlaceOfColumn } from '../import/list-columns.js'
import { checkHoldsRows, openSheet } from '../import/open-sheet.js'
import { choiceOf } from '../import/reading.inputs.js'
import { checkTellsOccurrences, coversOf } from './covers.js'
import { checkNoExclusions } from './exclusion.actions.js'
import type { ImportPopulationInput } from './population.inputs.js'
import { Population } from './population.js'
import { writeItems } from './population-item.queries.js'
import { type ItemBatch, readItems } from './read-items.js'
import { checkKeyColumn, coveredTimeOf } from './succession.js'

type Done = Promise<{ population: Population }>

/**
 * Imports the items of a draft, all of its time or none, under an import id of their own: the items of an earlier import stay where
 * they are and are no longer the population's.
 * Refused: a file that cannot be relied on, is too large or is not such a list.
 * @throws Fault DIGEST_MISMATCH where the file is not in the storage as it was brought
 */
export async function importPopulation(tx: WriteTx, input: ImportPopulationInput, { storage }: Files): Done {
  const population = await tx.load(Population, input.populationId, input.expectedVersion, 'update')
  const engagement = await tx.load(Engagement, population.engagementId)
  // With its first list the engagement keeps the calendar by which that is read: of two that are the first, one waits for the other.
  const isKept = (await tx.count(EngagementCalendar, { engagementId: engagement.id })) > 0
  await tx.permit(population, isKept ? 'share' : 'update')
  await keepCalendar(tx, engagement)
  const control = await tx.load(Control, population.controlId, undefined, 'update')
  await fixSampling(tx, control)
  const time = await timeAtClient(Loaders.over(tx), engagement)
  const { periodStart, periodEnd } = time
  const { coversFrom, coversTo } = coveredTimeOf(population, time, [])
  if (!isPlaceOfColumn(input.keyColumn)) await checkKeyColumn(tx, population, input.keyColumn)
  const evidence = await loadAvailable(tx, input.evidenceId, population.engagementId)
  if (evidence.byteCount > requestLimits.fileBytes) {
    const message = `The file has more than ${requestLimits.fileBytes.toLocaleString('en-US')} bytes; split the population.`
    throw new Refusal('INVALID_INPUT', message, ['evidenceId'])
  }
  checkHoldsRows(evidence)
  const said = choiceOf(input.reading)
  const options = {
    ...said,
    keyColumn: input.keyColumn,
    dateColumn: input.dateColumn ?? null,
    covers: coversOf(control, input.coversColumn ?? null),
    period: { start: coversFrom, end: coversTo },
    leavesOutside: input.outsidePeriod === 'LEAVE_OUT',
    extractedOn: dayIn(time.timeZone, population.extractedAt),
  }
  const imported = await readingEvidence(evidence, async () => {
    const file = await fileOf(tx, evidence)
    const open = async () => openSheet(await readWholeFile(storage, file), said)
    return takeItems(tx, population, readItems(open, options))
  })
  if (imported.itemCount !== 0) checkTellsOccurrences(control, imported.dateColumn)
  // What a number or a letter stands for is known only now.
  await checkKeyColumn(tx, population, imported.keyColumn)
  await tx.update(population, { periodStart, periodEnd, evidenceId: evidence.id, ...imported })
  return { population }
}

type Imported = Pick<
  Population,
  | 'importId'
  | 'columns'
  | 'keyColumn'
  | 'dateColumn'
  | 'coversColumn'
  | 'listReading'
  | 'itemCount'
  | 'setAsideCount'
  | 'leftOutCount'
> & { keyColumn: string }

/**
 * Writes items as they are read, under an import id of their own: another one, where they come anew. The database writes one batch while
 * the next is read; no more than two are held.
 */
async function takeItems(tx: WriteTx, population: Population, batches: AsyncIterable<ItemBatch>): Promise<Imported> {
  let importId = newId()
  let itemCount = 0
  let last: ItemBatch | null = null
  let written = Promise.resolve()
  for await (const batch of batches) {
    await written
    if (batch.isAnew) {
      importId = newId()
      itemCount = 0
    }
    last = batch
    itemCount += batch.items.length
    written = writeItems(scopeOf(tx, population), population, importId, batch.items)
    // A failure is thrown where it is awaited; where reading the file fails first, it is not awaited.
    written.catch(() => undefined)
  }
  await written
  // There is one batch at least, of a list without rows too.
  const { columns, keyColumn, dateColumn, coversColumn, reading, setAsideCount, leftOutCount } = last as ItemBatch
  const names = { columns: [...columns], keyColumn, dateColumn, coversColumn, listReading: JSON.stringify(reading) }
  return { importId, ...names, itemCount, setAsideCount, leftOutCount }
}

/** What the population is to cover lies in the period that the engagement has now, and no exclusion rests on the items it has. */
export const importPopulationGate: Gate<Population> = async (population, { loaders }) => {
  await checkNoExclusions(loaders, population)
  const engagement = (await loaders.byId(Engagement, population.engagementId)) as Engagement
  coveredTimeOf(population, await timeAtClient(loaders, engagement), [])
}
