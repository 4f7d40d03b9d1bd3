import { v7 as newId } from 'uuid'
import { limits as requestLimits } from '../../kernel/execute/limits.js'
import type { Files, Services } from '../../kernel/execute/services.js'
import type { Gate } from '../../kernel/store/gates.js'
import { scopeOf } from '../../kernel/store/scope.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { dayOf } from '../../rules/calendar.js'
import { populationLifecycle } from '../../rules/lifecycles.js'
import { isOfPeriod } from '../../rules/period.js'
import { concludesOnOperation } from '../../rules/procedures.js'
import { Refusal } from '../../rules/refusal.js'
import { timeInWords } from '../../rules/scope.js'
import { SEED_RANDOM_BYTES, seedHashOf, seedOf } from '../../rules/seed.js'
import { Control } from '../control/control.js'
import { fixSampling } from '../control/sampling-plan.actions.js'
import { Engagement } from '../engagement/engagement.js'
import { loadAvailable } from '../evidence/available.js'
import { fileOf, readingEvidence, readWholeFile } from '../evidence/stored-files.js'
import { checkTellsOccurrences, coversOf } from './covers.js'
import { type ItemBatch, readItems } from './csv.js'
import { checkExclusionsDecided, checkNoExclusions } from './exclusion.actions.js'
import { fixItems } from './fixed-items.js'
import type {
  CreatePopulationInput,
  FreezePopulationInput,
  ImportPopulationInput,
  UpdatePopulationInput,
} from './population.inputs.js'
import { Population } from './population.js'
import { writeItems } from './population-item.queries.js'
import { checkCoverage, checkKeyColumn, checkSuccession, coveredTimeOf, foreseeSuccession } from './succession.js'

type Done = Promise<{ population: Population }>

/** Describes a population. A Type 1 has none: there is no period in which a control could have acted on anything. */
export async function createPopulation(tx: WriteTx, input: CreatePopulationInput): Done {
  const control = await tx.load(Control, input.controlId)
  await tx.permit(control)
  checkExtracted(tx, input)
  const changes = { ...updatedColumns(tx, Population, input, described), ...contributed(tx, null, input) }
  const made = { ...nothingSaid, extractedAt: input.extractedAt, ...changes, controlId: control.id }
  await checkCoverage(tx, made, await tx.load(Engagement, control.engagementId))
  const population = await tx.insert(Population, {
    engagementId: control.engagementId,
    controlId: control.id,
    state: 'DRAFT',
    ...changes,
  })
  return { population }
}

/** What a population is that was only begun to be described. */
const nothingSaid = {
  id: null,
  keyColumn: null,
  coversFrom: null,
  coversTo: null,
  seedContribution: null,
  supersedesId: null,
  supersedesReason: null,
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
  if (input.supersedesId) await tx.load(Population, input.supersedesId)
  const changes = { ...updatedColumns(tx, Population, input, described), ...contributed(tx, population, input) }
  const changed = { ...population, ...changes }
  checkExtracted(tx, changed)
  await checkCoverage(tx, changed, await tx.load(Engagement, population.engagementId))
  // Items were let in by the time that was said before: they are imported anew.
  const isOfOtherTime = timed.some((one) => `${changed[one]}` !== `${population[one]}`)
  await tx.update(population, isOfOtherTime ? { ...changes, ...nothingImported } : changes)
  return { population }
}

/** What decides which items are of the population. */
const timed = ['coversFrom', 'coversTo', 'extractedAt'] as const

const nothingImported = { importId: null, itemCount: null, setAsideCount: null, leftOutCount: null }

/** What a population is and where its list comes from. */
const described = [
  'title',
  'sourceSystem',
  'query',
  'parameters',
  'extractedAt',
  'extractedBy',
  'coversFrom',
  'coversTo',
  'supersedesId',
  'supersedesReason',
] as const

/**
 * What becomes of a person's part of the seed, with who gave it and when. Refused at `seedContribution` once items were imported:
 * who has seen them could look for a text under which others are drawn, if the rest of the seed were ever known.
 */
function contributed(
  { actor, now }: WriteTx,
  before: Population | null,
  { seedContribution }: { seedContribution?: string | null },
): Partial<Pick<Population, 'seedContribution' | 'seedContributedBy' | 'seedContributedAt'>> {
  if (seedContribution === undefined || seedContribution === (before?.seedContribution ?? null)) return {}
  if (before && before.evidenceId !== null) {
    const message = 'A part of the seed is added before the items come; some were imported already.'
    throw new Refusal('INVALID_INPUT', message, ['seedContribution'])
  }
  return {
    seedContribution,
    seedContributedBy: seedContribution === null ? null : actor.memberId,
    seedContributedAt: seedContribution === null ? null : now,
  }
}

function checkExtracted(tx: WriteTx, { extractedAt }: { extractedAt: Date }): void {
  if (extractedAt > tx.now) {
    throw new Refusal('INVALID_INPUT', 'The list cannot have been extracted in the future.', ['extractedAt'])
  }
}

/**
 * Imports the items of a draft, all of its time or none, under an import id of their own: the items of an earlier import stay where
 * they are and are no longer the population's.
 * Refused: a file that cannot be relied on, is too large or is not such a list.
 * @throws Fault DIGEST_MISMATCH where the file is not in the storage as it was brought
 */
export async function importPopulation(tx: WriteTx, input: ImportPopulationInput, { storage }: Files): Done {
  const population = await tx.load(Population, input.populationId, input.expectedVersion, 'update')
  await tx.permit(population)
  const control = await tx.load(Control, population.controlId, undefined, 'update')
  await fixSampling(tx, control)
  const time = await tx.load(Engagement, population.engagementId)
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
    extractedOn: dayOf(population.extractedAt),
  }
  const importId = newId()
  const imported = await readingEvidence(evidence, async () => {
    const file = await readWholeFile(storage, await fileOf(tx, evidence))
    return takeItems(tx, population, importId, readItems(file, reading))
  })
  if (imported.itemCount !== 0) checkTellsOccurrences(control, { dateColumn, coversColumn })
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
    // Told to whoever waits for it; nobody does where the file breaks off before.
    written.catch(() => undefined)
  }
  await written
  return { columns: [...columns], itemCount, ...leftAway }
}

/**
 * Fixes the population: from here on its digest says what it was, and its seed what is drawn from it. Refused with NOT_READY
 * before an import, and when the period changed since: the items were checked against another. Refused with ALREADY_EXISTS where
 * another of the same control and time was frozen meanwhile.
 */
export async function freezePopulation(
  tx: WriteTx,
  input: FreezePopulationInput,
  { dice }: Pick<Services, 'dice'>,
): Done {
  const population = await tx.load(Population, input.populationId, input.expectedVersion, 'update')
  await tx.permit(population)
  // Of two that are frozen at once for one control the second finds the first.
  const control = await tx.load(Control, population.controlId, undefined, 'update')
  const time = await tx.load(Engagement, population.engagementId)
  const { covered, superseded } = await checkSuccession(tx, population, control, time)
  const fixed = await fixItems(tx, population)
  if (fixed.itemCount === 0 && (fixed.excludedCount ?? 0) > 0) {
    const message = `The exclusions together take out all ${fixed.excludedCount} items: that is no absence of occasions.`
    throw new Refusal('INVALID_INPUT', message, ['populationId'])
  }
  if (fixed.itemCount === 0 && !input.absenceCheck) {
    throw new Refusal('INVALID_INPUT', 'The list is empty: say how it was checked that nothing occurred.', [
      'absenceCheck',
    ])
  }
  if (fixed.itemCount !== 0 && input.absenceCheck) {
    throw new Refusal('INVALID_INPUT', `The list has ${fixed.itemCount} items: nothing is absent.`, ['absenceCheck'])
  }
  await tx.update(population, {
    completenessCheck: input.completenessCheck,
    accuracyCheck: input.accuracyCheck,
    absenceCheck: input.absenceCheck ?? null,
    state: populationLifecycle.move(population.state, 'FROZEN'),
    ...fixed,
    ...covered,
    ...seedFor(population, superseded, dice),
    frozenBy: tx.actor.memberId,
    frozenAt: tx.now,
  })
  return { population }
}

/** The seed, settled now: that of the population it supersedes, or one of its own. */
function seedFor({ seedContribution }: Population, superseded: Population | null, dice: Services['dice']) {
  if (superseded) {
    const { seedContributedBy, seedContributedAt, seedRandom, seed, seedHash } = superseded
    const parts = { seedContributedBy, seedContributedAt, seedRandom }
    return { ...parts, seedContribution: superseded.seedContribution, seed, seedHash }
  }
  const seedRandom = dice(SEED_RANDOM_BYTES).toString('hex')
  const seed = seedOf({ random: seedRandom, contribution: seedContribution })
  return { seedRandom, seed, seedHash: seedHashOf(seed) }
}

/** What the population is to cover lies in the period that the engagement has now, and no exclusion rests on the items it has. */
export const importPopulationGate: Gate<Population> = async (population, { loaders }) => {
  await checkNoExclusions(loaders, population)
  coveredTimeOf(population, (await loaders.byId(Engagement, population.engagementId)) as Engagement, [])
}

/** Items were imported, for the period that the engagement has now, and no other population has a seed for the same time. */
export const freezePopulationGate: Gate<Population> = async (population, { loaders, isAct }) => {
  if (population.importId === null) {
    throw new Refusal('NOT_READY', 'Import the items first.', [], {
      blockers: [
        { code: 'NO_ITEMS_IMPORTED', message: 'No file was imported; an empty list is one, too.', node: population.id },
      ],
    })
  }
  await checkExclusionsDecided(loaders, population)
  const engagement = (await loaders.byId(Engagement, population.engagementId)) as Engagement
  if (isOfPeriod(population, engagement)) {
    if (!isAct) await foreseeSuccession(population, engagement, loaders)
    return
  }
  const message = `The engagement covers ${timeInWords(engagement)} since the items were imported: import them anew.`
  throw new Refusal('NOT_READY', message, [], {
    blockers: [{ code: 'POPULATION_OF_ANOTHER_PERIOD', message, node: population.id }],
  })
}
