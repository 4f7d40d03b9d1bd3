import { limits as requestLimits } from '../../kernel/execute/limits.js'
import type { Files } from '../../kernel/execute/services.js'
import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { enqueue } from '../../kernel/store/queue.js'
import { scopeOf } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { dayIn } from '../../rules/calendar.js'
import { importLifecycle } from '../../rules/lifecycles.js'
import { Refusal } from '../../rules/refusal.js'
import { keepCalendar, timeAtClient } from '../calendar/calendar-used.js'
import { EngagementCalendar } from '../calendar/engagement-calendar.js'
import { Control } from '../control/control.js'
import { fixSampling } from '../control/sampling-plan.actions.js'
import { Engagement } from '../engagement/engagement.js'
import { loadAvailable } from '../evidence/available.js'
import type { Evidence } from '../evidence/evidence.js'
import { fileOf, readingEvidence } from '../evidence/stored-files.js'
import { readAtOnceBytes } from '../import/limits.js'
import { isPlaceOfColumn } from '../import/list-columns.js'
import { checkHoldsRows, openSheet } from '../import/open-sheet.js'
import { choiceOf } from '../import/reading.inputs.js'
import { coversOf } from './covers.js'
import { checkNoExclusions } from './exclusion.actions.js'
import { importItems } from './import-items.js'
import type { CancelPopulationImportInput, ImportPopulationInput } from './population.inputs.js'
import { Population } from './population.js'
import { PopulationImport } from './population-import.js'
import type { ImportProgress } from './population-import.queries.js'
import { writeItems } from './population-item.queries.js'
import { readItems } from './read-items.js'
import { checkKeyColumn, coveredTimeOf } from './succession.js'
import { type ImportChoices, takeItems, takeOver } from './take-items.js'

type Done = Promise<{ population: Population }>

const isReadAtOnce = ({ byteCount, mediaType }: Evidence): boolean =>
  byteCount <= (mediaType.startsWith('text/') ? readAtOnceBytes.text : readAtOnceBytes.workbook)

/**
 * Imports the items of a draft, all of its time or none, under an id of their own: the items of an earlier import stay where
 * they are and are no longer the population's. A small file is read at once; of a large one the act begins the import, and a job
 * ends it (import-items.ts).
 * Refused: a file that cannot be relied on, is too large or is not such a list.
 * @throws Fault DIGEST_MISMATCH where a small file is not in the storage as it was brought
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
  const choices = await choicesOf(tx, { population, engagement, control }, input)
  const evidence = await loadAvailable(tx, input.evidenceId, population.engagementId)
  if (evidence.byteCount > requestLimits.fileBytes) {
    const message = `The file has more than ${requestLimits.fileBytes.toLocaleString('en-US')} bytes; split the population.`
    throw new Refusal('INVALID_INPUT', message, ['evidenceId'])
  }
  checkHoldsRows(evidence)
  if (isReadAtOnce(evidence)) {
    const taken = await readingEvidence(evidence, async () => {
      const file = await fileOf(tx, evidence)
      const open = () => openSheet(storage, file, evidence.mediaType, choices)
      const scope = scopeOf(tx, population)
      return takeItems(readItems(open, choices), (itemsId, { items }) => writeItems(scope, population, itemsId, items))
    })
    const made = await tx.insert(PopulationImport, begun(population, evidence, choices, taken.progress))
    return { population: await takeOver(tx, { population, control, made }, choices, taken) }
  }
  const { id: importId } = await tx.insert(PopulationImport, begun(population, evidence, choices, nothingRead))
  enqueue(tx, importItems, { importId })
  return { population: await tx.update(population, { latestImportId: importId, isImporting: true }) }
}

const nothingRead: ImportProgress = { rowsRead: 0, problemCount: 0, problems: [] }

/** An import that begins. */
const begun = (population: Population, evidence: Evidence, choices: ImportChoices, progress: ImportProgress) => ({
  engagementId: population.engagementId,
  populationId: population.id,
  evidenceId: evidence.id,
  choices: JSON.stringify(choices),
  state: 'UNDER_WAY' as const,
  ...progress,
  problems: JSON.stringify(progress.problems),
})

interface OfPopulation {
  population: Population
  engagement: Engagement
  control: Control
}

/** How the file is to be read, by what the act says and what the population is to cover. */
async function choicesOf(
  tx: WriteTx,
  { population, engagement, control }: OfPopulation,
  input: ImportPopulationInput,
): Promise<ImportChoices> {
  const time = await timeAtClient(Loaders.over(tx), engagement)
  const { coversFrom, coversTo } = coveredTimeOf(population, time, [])
  if (!isPlaceOfColumn(input.keyColumn)) await checkKeyColumn(tx, population, input.keyColumn)
  return {
    ...choiceOf(input.reading),
    keyColumn: input.keyColumn,
    dateColumn: input.dateColumn ?? null,
    covers: coversOf(control, input.coversColumn ?? null),
    period: { start: coversFrom, end: coversTo },
    leavesOutside: input.outsidePeriod === 'LEAVE_OUT',
    extractedOn: dayIn(time.timeZone, population.extractedAt),
    maskedColumns: input.maskedColumns ?? [],
    periodStart: time.periodStart,
    periodEnd: time.periodEnd,
  }
}

/** Ends an import that is under way: nothing of it was taken in. */
export async function cancelPopulationImport(tx: WriteTx, input: CancelPopulationImportInput): Done {
  const population = await tx.load(Population, input.populationId, input.expectedVersion, 'update')
  await tx.permit(population)
  const made = await tx.load(PopulationImport, population.latestImportId as string, undefined, 'update')
  await tx.update(made, { state: importLifecycle.move(made.state, 'CANCELLED'), endedAt: tx.now })
  return { population: await tx.update(population, { isImporting: false }) }
}

/** What the population is to cover lies in the period that the engagement has now, and no exclusion rests on the items it has. */
export const importPopulationGate: Gate<Population> = async (population, { loaders }) => {
  await checkNoExclusions(loaders, population)
  const engagement = (await loaders.byId(Engagement, population.engagementId)) as Engagement
  coveredTimeOf(population, await timeAtClient(loaders, engagement), [])
}
