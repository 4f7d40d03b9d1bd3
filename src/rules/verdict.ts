import { BASIS_POINTS, rateInBasisPoints } from './figures.js'
import { isStatistical } from './selection.js'
import { upperDeviationLimit } from './upper-limit.js'
import type { SampleBasis, SelectionMethod } from './vocabulary.js'

/** What a sample is judged by: its basis, what the basis allows, and what was found. */
export interface SampleFigures {
  basis: SampleBasis
  method: SelectionMethod
  confidence: number
  tolerableRate: number
  /** How many deviations the row of the table accepts, stages included; null where the basis names none. */
  acceptedCount: number | null
  /** How many items the table asks for, over all populations of the control; null where the basis names no size. */
  askedSize: number | null
  /** How many items count towards that: those tested, and of a population that was tested entirely all there are. */
  sizeReached: number
  testedCount: number
  deviationCount: number
  /** Nothing was left to chance: every item of the population was tested. */
  allTested: boolean
}

/**
 * Whether a sample supports reliance on the control: the verdict of its basis (product page, section 4, "Evaluation").
 * - `STATISTICAL`: the upper deviation limit is within the tolerable rate; of an entire population the rate itself.
 * - `FREQUENCY_TABLE`: no more deviations than the row accepts. Its size carries that number; its limit is information. Where fewer
 *   items were tested than the row asks for, nothing carries it: more deviations than accepted speak against reliance, fewer give
 *   no verdict.
 * - `AUTOMATED_ONE`: the one item did not deviate.
 * - `JUDGMENT`, and items picked by the auditor: none, unless every item was tested.
 *
 * A statistical sample needs no size of its own: with fewer items its limit is higher.
 *
 * True or false; null where the basis gives no verdict, and where nothing was tested. Refuses with INVALID_INPUT figures
 * that mean nothing.
 */
export function supportsReliance(figures: SampleFigures): boolean | null {
  return controlSupportsReliance([figures])
}

/**
 * The verdict on a control over all its samples, several populations and extensions included. Deviations are added, and what
 * is accepted is that of the whole, never the sum of slices: four quarters that each accept one deviation accept one in all
 * (product page, section 4, "What is judged").
 *
 * Where the bases differ, each must be met. A deviation counts against every basis, wherever it was found; an item counts
 * towards the size of a statistical sample only where chance chose it, so that no picked item dilutes a rate.
 *
 * Null where no sample gives a verdict. Refuses with INVALID_INPUT figures that mean nothing.
 */
export function controlSupportsReliance(samples: readonly SampleFigures[]): boolean | null {
  const tested = samples.filter(({ testedCount }) => testedCount > 0)
  const deviationCount = sum(tested.map((one) => one.deviationCount))
  const byCount = tested.filter(isJudgedByCount)
  const byRate = tested.filter(isJudgedByRate)
  const verdicts = [
    ...(byCount.length > 0 ? [verdictByCount(byCount, deviationCount)] : []),
    ...(byRate.length > 0 ? [rateHolds(byRate, deviationCount)] : []),
  ]
  if (verdicts.length === 0) return null
  if (verdicts.includes(false)) return false
  return verdicts.includes(null) ? null : true
}

/**
 * Whether figures speak against relying on a control: the verdict of their basis does not support it, or items were tested and
 * the basis gives no verdict. To conclude that it is effective, or that an exception on it is not material, is then a judgment
 * against the figures (product page, section 5b).
 */
export const speakAgainst = (found: { supportsReliance: boolean | null; testedCount: number }): boolean =>
  found.supportsReliance === false || (found.supportsReliance === null && found.testedCount > 0)

function verdictByCount(samples: readonly SampleFigures[], deviationCount: number): boolean | null {
  if (deviationCount > acceptedOfAll(samples)) return false
  const byTable = samples.filter(({ basis }) => basis === 'FREQUENCY_TABLE')
  if (byTable.every(({ allTested }) => allTested)) return true
  const asked = Math.max(0, ...byTable.map(({ askedSize }) => askedSize ?? 0))
  return sum(samples.map(({ sizeReached }) => sizeReached)) >= asked ? true : null
}

/** How many deviations are accepted over all samples of a control: as many as the most generous of them accepts alone. */
export function acceptedOfAll(samples: readonly Pick<SampleFigures, 'acceptedCount'>[]): number {
  return Math.max(0, ...samples.map(({ acceptedCount }) => acceptedCount ?? 0))
}

const isJudgedByRate = ({ basis, method, allTested }: SampleFigures): boolean =>
  basis === 'STATISTICAL' && (allTested || isStatistical(method))

function isJudgedByCount({ basis, method, allTested }: SampleFigures): boolean {
  if (basis === 'STATISTICAL') return false
  return allTested || basis === 'AUTOMATED_ONE' || (basis === 'FREQUENCY_TABLE' && isStatistical(method))
}

/** Of several statistical samples the strictest rates hold: the highest confidence, the lowest tolerable rate. */
function rateHolds(samples: readonly SampleFigures[], deviationCount: number): boolean {
  const tolerable = Math.min(
    ...samples.map(({ tolerableRate }) => rateInBasisPoints('The tolerable rate', tolerableRate, ['tolerableRate'])),
  )
  const testedCount = sum(samples.map((one) => one.testedCount))
  if (samples.every(({ allTested }) => allTested)) return deviationCount * BASIS_POINTS <= tolerable * testedCount
  const confidence = Math.max(...samples.map((one) => one.confidence))
  const limit = upperDeviationLimit({
    confidence,
    sampleSize: testedCount,
    deviationCount: Math.min(deviationCount, testedCount),
  })
  return Math.round(limit * BASIS_POINTS) <= tolerable
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
