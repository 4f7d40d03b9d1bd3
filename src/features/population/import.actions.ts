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
import { checkTellsOccurrences, coversOf } from './covers.js'
import { type ItemBatch, readItems } from './csv.js'
import { checkNoExclusions } from './exclusion.actions.js'
import type { ImportPopulationInput } from './population.inputs.js'
import { Population } from './population.js'
import { writeItems } from './population-item.queries.js'
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
  await checkKeyColumn(tx, population, input.keyColumn)
  const evidence = await loadAvailable(tx, input.evidenceId, population.engagementId)
  if (evidence.byteCount > requestLimits.fileBytes) {
    const message = `The file has more than ${requestLimits.fileBytes.toLocaleString('en-US')} bytes; split the population.`
    throw new Refusal('INVALID_INPUT', message, ['evidenceId'])
  }
  checkIsText(evidence)
  const { keyColumn, dateColumn = null, coversColumn = null } = input
  const reading = {
    keyColumn,
    dateColumn,
    covers: coversOf(control, coversColumn),
    period: { start: coversFrom, end: coversTo },
    leavesOutside: input.outsidePeriod === 'LEAVE_OUT',
    extractedOn: dayIn(time.timeZone, population.extractedAt),
  }
  const importId = newId()
  const imported = await readingEvidence(evidence, async () => {
    const file = await readWholeFile(storage, await fileOf(tx, evidence))
    return takeItems(tx, population, importId, readItems(file, reading))
  })
  if (imported.itemCount !== 0) checkTellsOccurrences(control, dateColumn)
  await tx.update(population, {
    importId,
    periodStart,
    periodEnd,
    evidenceId: evidence.id,
    keyColumn,
    dateColumn,
    coversColumn,
    ...imported,
  })
  return { population }
}

/** Refuses a file that is no text at all, such as a PDF: what it holds cannot be read as rows. */
function checkIsText({ mediaType }: { mediaType: string }): void {
  if (mediaType.startsWith('text/')) return
  throw new Refusal('INVALID_INPUT', `The file is no CSV: its content is ${mediaType}.`, ['evidenceId'])
}

/** Writes items as they are read. The database writes one batch while the next is read; no more than two are held. */
async function takeItems(
  tx: WriteTx,
  population: Population,
  importId: string,
  batches: AsyncIterable<ItemBatch>,
): Promise<Pick<Population, 'columns' | 'itemCount' | 'setAsideCount' | 'leftOutCount'>> {
  let columns: readonly string[] = []
  let itemCount = 0
  let leftAway = { setAsideCount: 0, leftOutCount: 0 }
  let written = Promise.resolve()
  for await (const batch of batches) {
    columns = batch.columns
    itemCount += batch.items.length
    leftAway = { setAsideCount: batch.setAsideCount, leftOutCount: batch.leftOutCount }
    await written
    written = writeItems(scopeOf(tx, population), population, importId, batch.items)
    // A failure is thrown where it is awaited; where reading the file fails first, it is not awaited.
    written.catch(() => undefined)
  }
  await written
  return { columns: [...columns], itemCount, ...leftAway }
}

/** What the population is to cover lies in the period that the engagement has now, and no exclusion rests on the items it has. */
export const importPopulationGate: Gate<Population> = async (population, { loaders }) => {
  await checkNoExclusions(loaders, population)
  const engagement = (await loaders.byId(Engagement, population.engagementId)) as Engagement
  coveredTimeOf(population, await timeAtClient(loaders, engagement), [])
}
