import type { Gate } from '../../kernel/store/gates.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import type { WriteTx } from '../../kernel/store/work.js'
import {
  checkExclusionRule,
  checkLeavesItems,
  excludedBy,
  exclusionInWords,
  writtenAfterDrawing,
} from '../../rules/exclusions.js'
import { checkDraft } from '../../rules/fieldwork.js'
import { exclusionLifecycle, reasonFor } from '../../rules/lifecycles.js'
import { blocker, Refusal } from '../../rules/refusal.js'
import type { DecideExclusionInput, ProposeExclusionInput, WithdrawExclusionInput } from './exclusion.inputs.js'
import { PopulationExclusion } from './exclusion.js'
import { everyItem } from './items.js'
import { Population } from './population.js'

type Done = Promise<{ exclusion: PopulationExclusion; population: Population }>

/**
 * Proposes an exclusion, with the number of items that it names. The population counts as changed: who reads it sees another one.
 * Refused: a column that the list has not, values that the operator does not take, a rule that names no item or all of them.
 */
export async function proposeExclusion(tx: WriteTx, input: ProposeExclusionInput): Done {
  const population = await tx.load(Population, input.populationId, input.expectedVersion, 'update')
  await tx.permit(population)
  const { column, operator, values, reason } = input
  const rule = { column, operator, values }
  const columns = population.columns ?? []
  checkExclusionRule(rule, columns)
  const isExcluded = excludedBy([rule], columns)
  let matchedCount = 0
  for await (const batch of everyItem(tx, population)) {
    for (const { cells } of batch) if (isExcluded(cells)) matchedCount++
  }
  if (matchedCount === 0) throw new Refusal('INVALID_INPUT', 'No item of the list is such.', ['values'])
  checkLeavesItems({ excludedCount: matchedCount, ofCount: population.itemCount ?? 0 }, ['values'])
  const made = { populationId: population.id, engagementId: population.engagementId, state: 'PROPOSED' as const }
  const exclusion = await tx.insert(PopulationExclusion, { ...made, ...rule, reason, matchedCount })
  return { exclusion, population: await tx.touch(population) }
}

/** Items were imported. */
export const proposeExclusionGate: Gate<Population> = async ({ id, importId }) => {
  if (importId !== null) return
  const message = 'Import the items first: an exclusion says how many it takes out.'
  throw new Refusal('NOT_READY', message, [], { blockers: [blocker('NO_ITEMS_IMPORTED', message, id)] })
}

/** Agrees that items are none of the population, or does not. */
export async function decideExclusion(tx: WriteTx, input: DecideExclusionInput): Done {
  const { exclusion, population } = await load(tx, input)
  if (!input.approve) reasonFor('Declining an exclusion', input.note, ['note'])
  await tx.update(exclusion, {
    state: exclusionLifecycle.move(exclusion.state, input.approve ? 'APPROVED' : 'DECLINED'),
    decidedBy: tx.actor.memberId,
    decidedAt: tx.now,
    decisionNote: input.note ?? null,
  })
  return { exclusion, population: await tx.touch(population) }
}

/** Takes an exclusion back. The row stays. */
export async function withdrawExclusion(tx: WriteTx, input: WithdrawExclusionInput): Done {
  const { exclusion, population } = await load(tx, input)
  await tx.update(exclusion, { state: exclusionLifecycle.move(exclusion.state, 'WITHDRAWN') })
  return { exclusion, population: await tx.touch(population) }
}

/** The population is locked before the exclusion is read, as freezing does. */
async function load(tx: WriteTx, { populationExclusionId, expectedVersion }: WithdrawExclusionInput) {
  const { populationId } = await tx.load(PopulationExclusion, populationExclusionId)
  const population = await tx.load(Population, populationId, undefined, 'update')
  const exclusion = await tx.load(PopulationExclusion, populationExclusionId, expectedVersion)
  await tx.permit(exclusion)
  return { exclusion, population }
}

/** The population is a draft: once it is frozen nothing about it changes. */
export const ofDraftGate: Gate<PopulationExclusion> = async ({ populationId }, { loaders }) =>
  checkDraft((await loaders.byId(Population, populationId)) as Population)

const exclusionsOf = (loaders: Loaders, populationId: string) =>
  loaders.children(PopulationExclusion, 'populationId', populationId, { id: 'asc' })

/** The rules that take items out of a population. */
export async function exclusionsInForce(loaders: Loaders, populationId: string): Promise<PopulationExclusion[]> {
  return (await exclusionsOf(loaders, populationId)).filter(({ state }) => state === 'APPROVED')
}

/** Refuses with NOT_READY to import anew while there are exclusions: they were counted, and agreed with, over the items there are. */
export async function checkNoExclusions(loaders: Loaders, { id }: Population): Promise<void> {
  const standing = (await exclusionsOf(loaders, id)).filter(({ state }) => state === 'PROPOSED' || state === 'APPROVED')
  if (standing.length === 0) return
  const message = 'Withdraw the exclusions first: they were counted over the items that the population has.'
  const blockers = standing.map((one) => blocker('EXCLUSIONS_STAND', exclusionInWords(one), one.id))
  throw new Refusal('NOT_READY', message, [], { blockers })
}

/**
 * Refuses with NOT_READY to freeze a population while an exclusion awaits its decision, or where one was written that a population
 * which it supersedes had not.
 */
export async function checkExclusionsDecided(loaders: Loaders, { id, supersedesId }: Population): Promise<void> {
  const own = await exclusionsOf(loaders, id)
  const open = own.filter(({ state }) => state === 'PROPOSED')
  const inForce = own.filter(({ state }) => state === 'APPROVED')
  const late = supersedesId === null ? [] : writtenAfterDrawing(inForce, await exclusionsInForce(loaders, supersedesId))
  const blockers = [
    ...open.map((one) => blocker('EXCLUSION_UNDECIDED', `Decide on: ${exclusionInWords(one)}.`, one.id)),
    ...late.map((one) =>
      blocker(
        'EXCLUSION_AFTER_DRAWING',
        `The population that it supersedes had no such exclusion, and items may have been drawn from it: ${exclusionInWords(one)}.`,
        one.id,
      ),
    ),
  ]
  if (blockers.length === 0) return
  throw new Refusal('NOT_READY', blockers[0]?.message ?? '', [], { blockers })
}
