import type { Loaders } from '../../kernel/store/loaders.js'
import { scopeOf } from '../../kernel/store/scope.js'
import type { Tx, WriteTx } from '../../kernel/store/work.js'
import { dayIn } from '../../rules/calendar.js'
import type { Days } from '../../rules/coverage.js'
import { checkNamesPaper } from '../../rules/papers.js'
import {
  type Covered,
  checkSameKey,
  checkSupersedes,
  checkSupersedesOnce,
  coveredBy,
  overlap,
  refuseSecond,
} from '../../rules/population-time.js'
import { Refusal } from '../../rules/refusal.js'
import type { TimeAtClient } from '../calendar/calendar-used.js'
import type { Control } from '../control/control.js'
import { Population } from './population.js'
import { frozenBeside } from './population.queries.js'

/** What decides where a population stands in the time of its control. */
export type InTime = Pick<
  Population,
  | 'controlId'
  | 'keyColumn'
  | 'coversFrom'
  | 'coversTo'
  | 'extractedAt'
  | 'seedContribution'
  | 'supersedesId'
  | 'supersedesReason'
  | 'supersedesRestsOnIds'
> & { id: string | null }

/** The time that a population covers; the day of extraction is that at the client. @param at the path of a refusal, where it is not that of the day */
export const coveredTimeOf = (
  { coversFrom, coversTo, extractedAt }: Pick<InTime, 'coversFrom' | 'coversTo' | 'extractedAt'>,
  time: TimeAtClient,
  at?: readonly string[],
): Covered => coveredBy({ coversFrom, coversTo, extractedOn: dayIn(time.timeZone, extractedAt) }, time, at)

/**
 * Checks what is said of a draft's time, and of the population whose place it is to take.
 * @param at the path of a refusal, where it is not that of the field concerned
 * @returns the time it covers, and the population it supersedes
 * @throws Refusal INVALID_INPUT for a time that cannot be covered, a population that cannot be superseded, a reason without a paper, a
 *   reason, papers or a part of the seed that have no place
 */
export async function checkCoverage(
  tx: WriteTx,
  population: InTime,
  time: TimeAtClient,
  at?: readonly string[],
): Promise<{ covered: Covered; superseded: Population | null }> {
  const superseded = population.supersedesId === null ? null : await tx.load(Population, population.supersedesId)
  checkReason(population)
  return { covered: checkPlace(population, superseded, time, at).covered, superseded }
}

/**
 * Checks where a population stands among the frozen ones of its control: no day has two seeds. Whoever is not content with what
 * was drawn cannot have another draw by describing the list once more.
 * @param control locked, so that of two populations that are frozen at once one finds the other
 * @throws Refusal as `checkCoverage`; ALREADY_EXISTS where the time has a population of another seed, or one that superseded the same
 */
export async function checkSuccession(
  tx: WriteTx,
  population: Population,
  control: Control,
  time: TimeAtClient,
): Promise<{ covered: Covered; superseded: Population | null }> {
  const { covered, superseded } = await checkCoverage(tx, population, time, ['populationId'])
  const days = { from: covered.coversFrom, to: covered.coveredUntilOn }
  const beside = await frozenBeside(scopeOf(tx, control), population, days, superseded?.seed ?? null)
  if (beside) refuseSecond(beside, superseded !== null, ['populationId'])
  if (superseded) {
    const successors = await tx.find(
      Population,
      { supersedesId: superseded.id, state: 'FROZEN' },
      { order: { id: 'asc' } },
    )
    checkSupersedesOnce(days, successors.map(timed), ['populationId'])
  }
  return { covered, superseded }
}

/** The same of a draft as it is, for `actions`, which reads the populations of many controls as a set. */
export async function foreseeSuccession(population: Population, time: TimeAtClient, loaders: Loaders): Promise<void> {
  const { id, controlId, supersedesId } = population
  const others = await loaders.children(Population, 'controlId', controlId, { id: 'asc' })
  const superseded = others.find((one) => one.id === supersedesId) ?? null
  const { days } = checkPlace(population, superseded, time, [])
  const seed = superseded?.seed ?? null
  const beside = others.find(
    (one) => one.id !== id && one.state === 'FROZEN' && one.seed !== seed && overlap(days, daysOf(one)),
  )
  if (beside) refuseSecond(beside, superseded !== null, [])
  if (!superseded) return
  const successors = others.filter((one) => one.supersedesId === supersedesId && one.state === 'FROZEN')
  checkSupersedesOnce(days, successors.map(timed), [])
}

function checkPlace(
  population: InTime,
  superseded: Population | null,
  time: TimeAtClient,
  at?: readonly string[],
): { covered: Covered; days: Days } {
  const covered = coveredTimeOf(population, time, at)
  const days = { from: covered.coversFrom, to: covered.coveredUntilOn }
  if (superseded) {
    const isFrozen = superseded.state === 'FROZEN'
    const { controlId, keyColumn } = superseded
    const other = { controlId, keyColumn, covered: isFrozen ? daysOf(superseded) : null }
    checkSupersedes({ ...population, covered: days }, other, at)
  }
  return { covered, days }
}

function checkReason({ id, supersedesId, supersedesReason, supersedesRestsOnIds, seedContribution }: InTime): void {
  const invalid = (message: string, field: string) => new Refusal('INVALID_INPUT', message, [field])
  if (supersedesId === null) {
    const nothing = 'It supersedes no other: name the population.'
    if (supersedesReason !== null) throw invalid(nothing, 'supersedesReason')
    if (supersedesRestsOnIds.length > 0) throw invalid(nothing, 'restsOnIds')
    return
  }
  if (supersedesReason === null) throw invalid('Say why it takes the place of the other.', 'supersedesReason')
  // Neither of the two lists shows by itself why one takes the place of the other.
  checkNamesPaper(supersedesRestsOnIds.filter((paper) => paper !== supersedesId && paper !== id))
  if (seedContribution === null) return
  throw invalid('It keeps the seed of the population that it supersedes: nothing is added to it.', 'seedContribution')
}

/** Refuses with INVALID_INPUT at `keyColumn` to know the items by another column than those of the population that it supersedes. */
export async function checkKeyColumn(tx: WriteTx, { supersedesId }: Population, keyColumn: string): Promise<void> {
  if (supersedesId !== null) checkSameKey(keyColumn, await tx.load(Population, supersedesId), ['keyColumn'])
}

const timed = (population: Population) => ({ title: population.title, days: daysOf(population) })

/** The days that a frozen population covers. */
export const daysOf = ({ coversFrom, coveredUntilOn }: Population): Days => ({
  from: coversFrom as string,
  to: coveredUntilOn as string,
})

/** The frozen population that took the place of this one, or null. */
export const populationAfter = (tx: Tx, { id }: Population): Promise<Population | null> =>
  tx.one(Population, { supersedesId: [id], state: ['FROZEN'] }, { byKey: true })
