import { v7 as newId } from 'uuid'
import { limits as requestLimits } from '../../kernel/execute/limits.js'
import type { Files } from '../../kernel/execute/services.js'
import type { Gate } from '../../kernel/store/gates.js'
import { scopeOf } from '../../kernel/store/scope.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { populationLifecycle } from '../../rules/lifecycles.js'
import { isOfPeriod } from '../../rules/period.js'
import { PopulationDigest } from '../../rules/population.js'
import { concludesOnOperation } from '../../rules/procedures.js'
import { Refusal } from '../../rules/refusal.js'
import { timeInWords } from '../../rules/scope.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { loadAvailable } from '../evidence/available.js'
import { fileOf, readingEvidence, readWholeFile } from '../evidence/stored-files.js'
import { type ItemBatch, readItems } from './csv.js'
import { everyItem, forDigest } from './items.js'
import type {
  CreatePopulationInput,
  FreezePopulationInput,
  ImportPopulationInput,
  UpdatePopulationInput,
} from './population.inputs.js'
import { Population } from './population.js'
import { writeItems } from './population-item.queries.js'

type Done = Promise<{ population: Population }>

/** Describes a population. A Type 1 has none: there is no period in which a control could have acted on anything. */
export async function createPopulation(tx: WriteTx, input: CreatePopulationInput): Done {
  const control = await tx.load(Control, input.controlId)
  await tx.permit(control)
  checkExtracted(tx, input)
  const population = await tx.insert(Population, {
    engagementId: control.engagementId,
    controlId: control.id,
    state: 'DRAFT',
    ...updatedColumns(tx, Population, input, described),
  })
  return { population }
}

/** The engagement examines operation. */
export const createPopulationGate: Gate<Control> = async ({ engagementId }, { loaders }) => {
  const engagement = (await loaders.byId(Engagement, engagementId)) as Engagement
  if (concludesOnOperation(engagement.kind)) return
  throw new Refusal('INVALID_INPUT', 'A Type 1 examines design as of a date; it has no populations.', ['controlId'])
}

export async function updatePopulation(tx: WriteTx, input: UpdatePopulationInput): Done {
  const population = await tx.load(Population, input.populationId, input.expectedVersion)
  await tx.permit(population)
  const changes = updatedColumns(tx, Population, input, described)
  checkExtracted(tx, { ...population, ...changes })
  await tx.update(population, changes)
  return { population }
}

/** What a population is and where its list comes from. */
const described = ['title', 'sourceSystem', 'query', 'parameters', 'extractedAt', 'extractedBy'] as const

function checkExtracted(tx: WriteTx, { extractedAt }: { extractedAt: Date }): void {
  if (extractedAt > tx.now) {
    throw new Refusal('INVALID_INPUT', 'The list cannot have been extracted in the future.', ['extractedAt'])
  }
}

/**
 * Imports the items of a draft, all or none, under an import id of their own: the items of an earlier import stay where
 * they are and are no longer the population's.
 * Refused: a file that cannot be relied on, is too large or is not such a list.
 * @throws Fault DIGEST_MISMATCH where the file is not in the storage as it was brought
 */
export async function importPopulation(tx: WriteTx, input: ImportPopulationInput, { storage }: Files): Done {
  const population = await tx.load(Population, input.populationId, input.expectedVersion, 'update')
  await tx.permit(population)
  const { periodStart, periodEnd } = await tx.load(Engagement, population.engagementId)
  const evidence = await loadAvailable(tx, input.evidenceId, population.engagementId)
  if (evidence.byteCount > requestLimits.fileBytes) {
    const message = `The file has more than ${requestLimits.fileBytes.toLocaleString('en-US')} bytes; split the population.`
    throw new Refusal('INVALID_INPUT', message, ['evidenceId'])
  }
  checkIsText(evidence)
  const { keyColumn, dateColumn = null } = input
  const period = periodStart && periodEnd ? { start: periodStart, end: periodEnd } : null
  const importId = newId()
  const imported = await readingEvidence(evidence, async () => {
    const file = await readWholeFile(storage, await fileOf(tx, evidence))
    return takeItems(tx, population, importId, readItems(file, { keyColumn, dateColumn, period }))
  })
  await tx.update(population, {
    importId,
    periodStart,
    periodEnd,
    evidenceId: evidence.id,
    keyColumn,
    dateColumn,
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
): Promise<{ columns: string[]; itemCount: number }> {
  let columns: readonly string[] = []
  let itemCount = 0
  let written = Promise.resolve()
  for await (const batch of batches) {
    columns = batch.columns
    itemCount += batch.items.length
    await written
    written = writeItems(scopeOf(tx, population), population, importId, batch.items)
    // Told to whoever waits for it; nobody does where the file breaks off before.
    written.catch(() => undefined)
  }
  await written
  return { columns: [...columns], itemCount }
}

/**
 * Fixes the population: from here on its digest says what it was. Refused with NOT_READY before an import, and when the
 * period changed since: the items were checked against another.
 */
export async function freezePopulation(tx: WriteTx, input: FreezePopulationInput): Done {
  const population = await tx.load(Population, input.populationId, input.expectedVersion, 'update')
  await tx.permit(population)
  if (population.itemCount === 0 && !input.absenceCheck) {
    throw new Refusal('INVALID_INPUT', 'The list is empty: say how it was checked that nothing occurred.', [
      'absenceCheck',
    ])
  }
  if (population.itemCount !== 0 && input.absenceCheck) {
    throw new Refusal('INVALID_INPUT', `The list has ${population.itemCount} items: nothing is absent.`, [
      'absenceCheck',
    ])
  }
  const digest = new PopulationDigest()
  for await (const batch of everyItem(tx, population)) for (const item of batch) digest.add(forDigest(item))
  if (digest.items !== population.itemCount) {
    throw new Error(`population ${population.id} has ${digest.items} items where ${population.itemCount} were imported`)
  }
  await tx.update(population, {
    completenessCheck: input.completenessCheck,
    accuracyCheck: input.accuracyCheck,
    absenceCheck: input.absenceCheck ?? null,
    state: populationLifecycle.move(population.state, 'FROZEN'),
    digest: digest.hex(),
    frozenBy: tx.actor.memberId,
    frozenAt: tx.now,
  })
  return { population }
}

/** Items were imported, and for the period that the engagement has now. */
export const freezePopulationGate: Gate<Population> = async (population, { loaders }) => {
  if (population.importId === null) {
    throw new Refusal('NOT_READY', 'Import the items first.', [], {
      blockers: [
        { code: 'NO_ITEMS_IMPORTED', message: 'No file was imported; an empty list is one, too.', node: population.id },
      ],
    })
  }
  const engagement = (await loaders.byId(Engagement, population.engagementId)) as Engagement
  if (isOfPeriod(population, engagement)) return
  const message = `The engagement covers ${timeInWords(engagement)} since the items were imported: import them anew.`
  throw new Refusal('NOT_READY', message, [], {
    blockers: [{ code: 'POPULATION_OF_ANOTHER_PERIOD', message, node: population.id }],
  })
}
