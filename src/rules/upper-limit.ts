import { showsRateBelow } from './binomial.js'
import { BASIS_POINTS, confidenceInBasisPoints, smallestWithin, wholeNumber } from './figures.js'
import { POPULATION_MAX } from './sampling.js'

/** Tenths of a per cent: the unit in which upper limits are stated, and into which they are rounded up. */
const TENTHS = 1_000
const BASIS_POINTS_PER_TENTH = BASIS_POINTS / TENTHS

/**
 * The one-sided upper deviation limit (Clopper-Pearson) at the given confidence, as a rate rounded up to 0.1 %
 * (`0.177`): the rate that the true deviation rate exceeds with a risk of at most 1 − confidence. 1 when every item
 * deviates. The evaluation rule behind the profession's published attribute tables.
 *
 * The limit is where P(X ≤ deviations | n, rate) falls to the risk; so, rounded up, it is the smallest tenth of a per
 * cent at which the sample shows the rate to be lower. Searching for it, rather than rounding an inverted
 * distribution, keeps a limit that falls exactly on a tenth from slipping over it.
 *
 * Refuses with INVALID_INPUT a confidence not strictly between 0 and 1, and counts that are no whole numbers or where
 * there are more deviations than items.
 */
export function upperDeviationLimit(input: { confidence: number; sampleSize: number; deviationCount: number }): number {
  const risk = BASIS_POINTS - confidenceInBasisPoints(input.confidence)
  const { sampleSize, deviationCount } = input
  checkCounts(sampleSize, deviationCount)
  if (deviationCount === sampleSize) return 1
  const shownBelow = (tenths: number) =>
    showsRateBelow({ deviationCount, sampleSize, rate: tenths * BASIS_POINTS_PER_TENTH, risk })
  // With fewer deviations than items, a rate of 100 % is always shown to be too high.
  return smallestWithin(1, TENTHS, shownBelow) / TENTHS
}

/** Items tested and deviations found. Refuses with INVALID_INPUT what is no whole number, and more deviations than items. */
function checkCounts(sampleSize: number, deviationCount: number): void {
  wholeNumber('The sample size', sampleSize, { min: 1, max: POPULATION_MAX }, ['sampleSize'])
  wholeNumber('The number of deviations', deviationCount, { min: 0, max: sampleSize }, ['deviationCount'])
}
