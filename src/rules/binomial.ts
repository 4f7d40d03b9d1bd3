import cumulative from '@stdlib/stats-base-dists-binomial-cdf'
import { BASIS_POINTS } from './figures.js'

/** What was seen, and the rate and risk it is held against; rate and risk in whole basis points. */
export interface BinomialSample {
  deviationCount: number
  sampleSize: number
  rate: number
  risk: number
}

/** The library is right to about 1e-12 (tests hold it against exact arithmetic): closer than this it cannot decide. */
const UNDECIDED_WITHIN = 1e-11

/** Exact arithmetic on a sample of this size takes a few hundredths of a second at worst; it grows with the square. */
const EXACT_UP_TO = 10_000

/**
 * The one test of attribute sampling, in planning and in evaluation: if the true deviation rate were `rate`,
 * would it be unlikely, P(X ≤ deviations | sampleSize, rate) ≤ risk, to see so few deviations? If so, the sample shows,
 * at a confidence of 1 − risk, that the true rate is lower.
 *
 * Exact: where floating point cannot distinguish the probability from the risk (one item, a rate of 90 % and a risk of 10 % are
 * equal, yet 1 − 0.9 is not 0.1), whole numbers decide. Beyond 10,000 items such a tie is taken as not shown, which
 * errs on the side of caution.
 */
export function showsRateBelow(sample: BinomialSample): boolean {
  const { deviationCount, sampleSize, rate, risk } = sample
  const excess = cumulative(deviationCount, sampleSize, rate / BASIS_POINTS) - risk / BASIS_POINTS
  if (Math.abs(excess) > UNDECIDED_WITHIN) return excess < 0
  return sampleSize <= EXACT_UP_TO && showsRateBelowExactly(sample)
}

/** The same test in whole numbers only: Σ C(n,i)·p^i·q^(n−i) against risk, everything scaled to basis points. */
export function showsRateBelowExactly({ deviationCount, sampleSize, rate, risk }: BinomialSample): boolean {
  const whole = BigInt(BASIS_POINTS)
  const p = BigInt(rate)
  const q = whole - p
  // By Horner's scheme: after i steps `sum` is Σ C(n,j)·p^j·q^(i−j), so only small factors are ever multiplied in.
  let term = 1n
  let sum = 1n
  for (let i = 1; i <= deviationCount; i++) {
    term = (term * BigInt(sampleSize - i + 1) * p) / BigInt(i)
    sum = sum * q + term
  }
  const probabilityScaled = sum * q ** BigInt(sampleSize - deviationCount)
  return probabilityScaled * whole <= BigInt(risk) * whole ** BigInt(sampleSize)
}
