import { showsRateBelow } from './binomial.js'
import { BASIS_POINTS, confidenceInBasisPoints, rateInBasisPoints, wholeNumber } from './figures.js'
import { reasonFor } from './lifecycles.js'
import { Refusal } from './refusal.js'
import { type OtherPopulation, type SamplingRow, sizeForPopulation } from './sampling-table.js'
import type { ControlNature, SampleBasis } from './vocabulary.js'

/** How many items to test. Which ones is `selection.ts`; what the results mean is `evaluation.ts`. */

/** The largest population that can be imported. */
export const POPULATION_MAX = 1_000_000

/**
 * The largest sample that is computed from rates. Tables of the profession stop near 2,000; rates that ask for more
 * than this lie so close together that testing everything, or other rates, is the better plan.
 */
export const COMPUTED_SAMPLE_MAX = 10_000

/** The largest sample that can be drawn: any size that is computed. */
export const SAMPLE_MAX = COMPUTED_SAMPLE_MAX

/**
 * What a sample is evaluated at where its basis names no rates: a convention of this service, stated with every
 * evaluation, not one of any standard. It is recorded when the sample is drawn, before there is a result.
 */
export const shippedEvaluation = { confidence: 0.9, tolerableRate: 0.1 } as const

export interface SampleSizeInput {
  /** 1 minus the risk of relying on a control that does not deserve it, e.g. 0.95. */
  confidence: number
  /** The highest deviation rate at which the control can still be relied on, e.g. 0.05. */
  tolerableRate: number
  /** The deviation rate foreseen when planning; below the tolerable rate, often 0. */
  expectedRate: number
  /** When given, the size is at most the population. */
  populationSize?: number | null
}

export interface SampleSize {
  size: number
  /** The plan holds as long as no more deviations than this are found: the expected rate of the size, rounded up. */
  expectedDeviationCount: number
  /** The formula asked for more items than the population has: all of them are tested. */
  clampedToPopulation: boolean
}

/**
 * The smallest sample that would support reliance if deviations stay as expected: the smallest n with
 * P(X ≤ k | n, tolerable rate) ≤ 1 − confidence, where k = ⌈n × expected rate⌉ is computed anew for each n.
 * Exact binomial, the planning rule behind the profession's published attribute tables.
 *
 * Refuses with INVALID_INPUT: a confidence not strictly between 0 and 1, rates outside 0..1 or finer than a basis
 * point, an expected rate not below the tolerable one, a population that is no whole number from 1 up, and rates that
 * ask for more than 10,000 items where no smaller population makes an end.
 */
export function sampleSize(input: SampleSizeInput): SampleSize {
  const risk = BASIS_POINTS - confidenceInBasisPoints(input.confidence)
  const tolerable = rateInBasisPoints('The tolerable rate', input.tolerableRate, ['tolerableRate'])
  const expected = rateInBasisPoints('The expected rate', input.expectedRate, ['expectedRate'])
  if (expected >= tolerable) {
    throw new Refusal(
      'INVALID_INPUT',
      'The expected rate must be below the tolerable rate. No sample can show a rate to be lower than it is expected to be.',
      ['expectedRate'],
    )
  }
  const population = input.populationSize ?? null
  if (population !== null)
    wholeNumber('The population', population, { min: 1, max: POPULATION_MAX }, ['populationSize'])

  const limit = Math.min(COMPUTED_SAMPLE_MAX, population ?? COMPUTED_SAMPLE_MAX)
  const size = smallestSampleThatShows({ tolerable, expected, risk, limit })
  if (size !== null) {
    return { size, expectedDeviationCount: expectedDeviationCount(size, expected), clampedToPopulation: false }
  }
  if (population !== null && population <= COMPUTED_SAMPLE_MAX) {
    return {
      size: population,
      expectedDeviationCount: expectedDeviationCount(population, expected),
      clampedToPopulation: true,
    }
  }
  throw new Refusal(
    'INVALID_INPUT',
    `These rates need a sample of more than ${COMPUTED_SAMPLE_MAX.toLocaleString('en-US')} items. Raise the tolerable rate, lower the expected rate or the confidence, or test the entire population.`,
    ['tolerableRate'],
  )
}

/** k = ⌈size × expected⌉ in whole basis points. */
function expectedDeviationCount(size: number, expected: number): number {
  return Math.ceil((size * expected) / BASIS_POINTS)
}

/** The probability that is carried from size to size is right to about 1e-12: what lies further above the risk is not shown. */
const CARRIED_WITHIN = 1e-9

/**
 * The first size that shows enough, found by going through all of them: as the number of deviations grows with the size, the
 * probability jumps up and down. P(X ≤ k | n) and P(X = k | n) are carried from one n, and one k, to the next by their recurrences,
 * which is a few multiplications; the exact test decides only where they come near the risk.
 */
function smallestSampleThatShows(plan: { tolerable: number; expected: number; risk: number; limit: number }) {
  const { tolerable, expected, risk, limit } = plan
  const rate = tolerable / BASIS_POINTS
  const notShownAbove = risk / BASIS_POINTS + CARRIED_WITHIN
  let deviationCount = 0
  let atMost = 1
  let exactly = 1
  for (let size = 1; size <= limit; size++) {
    atMost -= rate * exactly
    exactly *= ((1 - rate) * size) / (size - deviationCount)
    if (expectedDeviationCount(size, expected) > deviationCount) {
      exactly *= ((size - deviationCount) * rate) / ((deviationCount + 1) * (1 - rate))
      atMost += exactly
      deviationCount++
    }
    // At a rate of 100 % nothing can be carried on.
    if (rate < 1 && atMost > notShownAbove) continue
    if (showsRateBelow({ deviationCount, sampleSize: size, rate: tolerable, risk })) return size
  }
  return null
}

/** Why a size is recommended, and all that is needed to recommend it. */
export type SizePlan =
  | {
      basis: 'FREQUENCY_TABLE'
      /** The row of the firm's table for the control's frequency and risk. */
      row: SamplingRow
      populationSize: number
      /** The other populations of the control, over the rest of its time. */
      others?: readonly OtherPopulation[]
    }
  | ({ basis: 'STATISTICAL'; populationSize: number } & Omit<SampleSizeInput, 'populationSize'>)
  | { basis: 'AUTOMATED_ONE'; nature: ControlNature; populationSize: number }
  | { basis: 'JUDGMENT'; populationSize: number }

export interface Recommendation {
  basis: SampleBasis
  /** Null for a size by judgment: there the auditor's reason stands in its place. */
  size: number | null
  /** What the table asks for over all populations of the control; null by another basis. */
  wholeSize: number | null
  expectedDeviationCount: number
  clampedToPopulation: boolean
  /** How many deviations a sample of this size accepts; null where the basis says nothing of it. */
  acceptedDeviationCount: number | null
}

/**
 * The size recommended for a sample. Of an automated control one item is enough (a program does the same each time), which
 * presumes that changes to it are controlled: the basis `AUTOMATED_ONE`. Never more than the population.
 * Refuses with INVALID_INPUT a population without items (nothing to draw: the result is NOT_OPERATED), `AUTOMATED_ONE` of
 * a control that people perform, and what `sampleSize` refuses.
 */
export function recommendedSize(plan: SizePlan): Recommendation {
  const population = plan.populationSize
  wholeNumber('The population', population, { min: 1, max: POPULATION_MAX }, ['populationSize'])
  const none = {
    wholeSize: null,
    expectedDeviationCount: 0,
    clampedToPopulation: false,
    acceptedDeviationCount: null,
  }
  if (plan.basis === 'JUDGMENT') return { ...none, basis: plan.basis, size: null }
  if (plan.basis === 'STATISTICAL') return { ...none, basis: plan.basis, ...sampleSize(plan) }
  if (plan.basis === 'AUTOMATED_ONE') {
    if (plan.nature !== 'AUTOMATED') {
      throw new Refusal('INVALID_INPUT', 'One item shows the others only where a program performs the control.', [
        'basis',
      ])
    }
    return { ...none, basis: plan.basis, size: 1, acceptedDeviationCount: 0 }
  }
  const { isWholeRow, ...sizes } = sizeForPopulation(plan.row, population, plan.others)
  // What a row accepts belongs to its size: fewer items than that, even if they are all there are, accept none.
  return {
    ...none,
    basis: plan.basis,
    ...sizes,
    acceptedDeviationCount: isWholeRow ? plan.row.acceptedDeviationCount : 0,
  }
}

/**
 * How many deviations a sample of the chosen size accepts: as many as its row, but none where fewer items are tested than the row
 * asks for, since the number belongs to the size. Null where the basis names none.
 */
export function acceptedDeviations({ size, acceptedDeviationCount }: Recommendation, chosen: number): number | null {
  if (acceptedDeviationCount === null) return null
  return chosen < (size ?? 0) ? 0 : acceptedDeviationCount
}

/**
 * A size is the auditor's to choose, but another one than the recommended needs a reason, and so does any size by
 * judgment. Returns the size to draw. Refuses with INVALID_INPUT a missing reason (path `sizeReason`) and a size that
 * is no whole number from 1 to the population, or above 10,000 (path `size`).
 */
export function chosenSize(choice: {
  recommendation: Recommendation
  /** Left out: the recommended size. */
  size?: number | null
  reason?: string | null
  populationSize: number
}): number {
  const { recommendation, populationSize } = choice
  const size = choice.size ?? recommendation.size
  if (size === null) {
    throw new Refusal('INVALID_INPUT', 'A sample by judgment needs a size and the reason for it.', ['size'])
  }
  wholeNumber('The sample size', size, { min: 1, max: Math.min(populationSize, SAMPLE_MAX) }, ['size'])
  if (size !== recommendation.size) {
    const recommended = recommendation.size === null ? '' : ` other than the recommended ${recommendation.size}`
    reasonFor(`A sample size${recommended}`, choice.reason, ['sizeReason'])
  }
  return size
}
