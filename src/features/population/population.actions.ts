import type { Services } from '../../kernel/execute/services.js'
import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkLeavesItems } from '../../rules/exclusions.js'
import { populationLifecycle } from '../../rules/lifecycles.js'
import { isOfPeriod } from '../../rules/period.js'
import { concludesOnOperation } from '../../rules/procedures.js'
import { Refusal } from '../../rules/refusal.js'
import { timeInWords } from '../../rules/scope.js'
import { SEED_RANDOM_BYTES, seedHashOf, seedOf } from '../../rules/seed.js'
import { type TimeAtClient, timeAtClient } from '../calendar/calendar-used.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { checkExclusionsDecided } from './exclusion.actions.js'
import { fixItems } from './fixed-items.js'
import type { CreatePopulationInput, FreezePopulationInput, UpdatePopulationInput } from './population.inputs.js'
import { Population } from './population.js'
import { checkCoverage, checkSuccession, foreseeSuccession } from './succession.js'

type Done = Promise<{ population: Population }>

/** Describes a population. A Type 1 has none: there is no period in which a control could have acted on anything. */
export async function createPopulation(tx: WriteTx, input: CreatePopulationInput): Done {
  const control = await tx.load(Control, input.controlId)
  await tx.permit(control)
  checkExtracted(tx, input)
  const changes = {
    ...updatedColumns(tx, Population, input, described),
    ...(await papersNamed(tx, control.engagementId, input)),
    ...contributed(tx, null, input),
  }
  const made = { ...nothingSaid, extractedAt: input.extractedAt, ...changes, controlId: control.id }
  await checkCoverage(tx, made, await timeOf(tx, control.engagementId))
  const population = await tx.insert(Population, {
    engagementId: control.engagementId,
    controlId: control.id,
    state: 'DRAFT',
    isImporting: false,
    ...changes,
  })
  return { population }
}

const timeOf = async (tx: WriteTx, engagementId: string): Promise<TimeAtClient> =>
  timeAtClient(Loaders.over(tx), await tx.load(Engagement, engagementId))

/** What a population is that was only begun to be described. */
const nothingSaid = {
  id: null,
  keyColumn: null,
  coversFrom: null,
  coversTo: null,
  seedContribution: null,
  supersedesId: null,
  supersedesReason: null,
  supersedesRestsOnIds: [] as string[],
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
  const changes = {
    ...updatedColumns(tx, Population, input, described),
    ...(await papersNamed(tx, population.engagementId, input)),
    ...contributed(tx, population, input),
  }
  const changed = { ...population, ...changes }
  checkExtracted(tx, changed)
  await checkCoverage(tx, changed, await timeOf(tx, population.engagementId))
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

/** The papers that the reason for taking another's place rests on, where they are given: null clears them. */
async function papersNamed(
  tx: WriteTx,
  engagementId: string,
  { restsOnIds }: { restsOnIds?: string[] | null },
): Promise<Partial<Pick<Population, 'supersedesRestsOnIds'>>> {
  if (restsOnIds === undefined) return {}
  return { supersedesRestsOnIds: await checkPapers(tx, engagementId, restsOnIds ?? []) }
}

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
  const time = await timeOf(tx, population.engagementId)
  const { covered, superseded } = await checkSuccession(tx, population, control, time)
  const fixed = await fixItems(tx, population)
  const excludedCount = fixed.excludedCount ?? 0
  if (excludedCount > 0)
    checkLeavesItems({ excludedCount, ofCount: (fixed.itemCount ?? 0) + excludedCount }, ['populationId'])
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
    if (!isAct) await foreseeSuccession(population, await timeAtClient(loaders, engagement), loaders)
    return
  }
  const message = `The engagement covers ${timeInWords(engagement)} since the items were imported: import them anew.`
  throw new Refusal('NOT_READY', message, [], {
    blockers: [{ code: 'POPULATION_OF_ANOTHER_PERIOD', message, node: population.id }],
  })
}
