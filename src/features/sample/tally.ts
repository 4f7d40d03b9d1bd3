import { scopeOf } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { deviatingOutcomes, testedOutcomes } from '../../rules/deviations.js'
import { itemOutcome, type RecordedResult } from '../../rules/evaluation.js'
import { SAMPLE_MAX } from '../../rules/sampling.js'
import { isStatistical } from '../../rules/selection.js'
import type { ResultOutcome } from '../../rules/vocabulary.js'
import { Population } from '../population/population.js'
import { drawnPlaces, takeIn } from './draw.js'
import type { Result } from './result.js'
import { parametersOf, type Sample } from './sample.js'
import { itemsToReplace, saveOutcomes, type Tested } from './sample.queries.js'

/** A result as the rules count it. */
export const asRecorded = (result: Result): RecordedResult => ({
  item: result.sampleItemId,
  attribute: result.attributeId,
  outcome: result.outcome,
  explanation: result.explanationState,
})

/** Items of a sample, and every result they have now. */
export interface Recorded {
  items: readonly Tested[]
  results: readonly RecordedResult[]
}

/**
 * Brings up to date what follows from the results of some items, in the same transaction and by statements on sets: the
 * items' outcomes, the sample's counters, and replacements for items to which nothing applied. The caller holds the
 * procedure's lock. Nothing is waited for in between: all of it is one round trip, unless items are replaced.
 */
export async function updateOutcomes(
  tx: WriteTx,
  sample: Sample,
  { items, results }: Recorded,
  attributes: number,
): Promise<void> {
  const ofItem = new Map<string, RecordedResult[]>(items.map(({ id }) => [id, []]))
  for (const result of results) ofItem.get(result.item)?.push(result)
  const changed = items.flatMap((item) => {
    const outcome = itemOutcome(ofItem.get(item.id) ?? [], attributes)
    return outcome === item.outcome ? [] : [{ item, before: item.outcome, outcome }]
  })
  if (changed.length === 0) return
  const counters = countersOf(sample, changed)
  const [, waiting] = await Promise.all([
    saveOutcomes(scopeOf(tx, sample), changed),
    counters.notApplicableCount > 0 ? toBeReplaced(tx, sample) : [],
    tx.update(sample, counters),
  ])
  if (waiting.length > 0) await replace(tx, sample, waiting)
}

interface Changed {
  item: Tested
  before: ResultOutcome | null
  outcome: ResultOutcome | null
}

/** What the counters come to after these changes: the items are not counted again. */
function countersOf(sample: Sample, changed: readonly Changed[]): Counters {
  const by = (...counted: ResultOutcome[]) =>
    changed.reduce((sum, { before, outcome }) => {
      const is = (one: ResultOutcome | null) => (one !== null && counted.includes(one) ? 1 : 0)
      return sum + is(outcome) - is(before)
    }, 0)
  return {
    testedCount: sample.testedCount + by(...testedOutcomes),
    deviationCount: sample.deviationCount + by(...deviatingOutcomes),
    noDeviationCount: sample.noDeviationCount + by('NO_DEVIATION'),
    unableToTestCount: sample.unableToTestCount + by('UNABLE_TO_TEST'),
    notApplicableCount: sample.notApplicableCount + by('NOT_APPLICABLE'),
  }
}

type Counters = Pick<
  Sample,
  'testedCount' | 'deviationCount' | 'noDeviationCount' | 'unableToTestCount' | 'notApplicableCount'
>

/** Items to which nothing applied and that nothing stands in for yet: as many as there are others, and the sample may have. */
async function toBeReplaced(tx: WriteTx, sample: Sample): Promise<{ id: string }[]> {
  const left = Math.min(sample.populationSize, SAMPLE_MAX) - sample.itemCount
  if (left < 1 || !isStatistical(sample.method)) return []
  return itemsToReplace(scopeOf(tx, sample), sample, left)
}

/** Each is replaced once, by the next of the draw. */
async function replace(tx: WriteTx, sample: Sample, waiting: readonly { id: string }[]): Promise<void> {
  const population = await tx.load(Population, sample.populationId)
  const parameters = parametersOf(sample)
  const draws = [...parameters.draws, waiting.length]
  const { method, seed } = sample
  const places = await drawnPlaces(tx, population, { method, seed, draws, stratumColumn: parameters.stratumColumn })
  await takeIn(tx, sample, population, {
    places,
    drawnAs: 'REPLACEMENT',
    replaced: waiting.map(({ id }) => id),
  })
  await tx.update(sample, {
    itemCount: sample.itemCount + places.length,
    parameters: JSON.stringify({ ...parameters, draws }),
  })
}
