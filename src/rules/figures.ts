import { Refusal } from './refusal.js'

/**
 * The figures that rules are fed with, checked once: a rule refuses what it cannot mean anything by, says where it lies
 * and what would be right. Rates and confidence levels arrive as decimals (`0.035`) and are worked with as whole basis
 * points (350): in floating point 400 × 0.035 exceeds 14, and a sample of 400 would ask for one deviation too many.
 */
export type Path = readonly (string | number)[]

/** One per cent of one per cent. A rate of 1 is 10,000 of them. */
export const BASIS_POINTS = 10_000

const invalid = (message: string, path: Path) => new Refusal('INVALID_INPUT', message, path)

/** A whole number within its range; otherwise INVALID_INPUT. `name` begins the sentence, e.g. `The sample size`. */
export function wholeNumber(name: string, value: number, range: { min: number; max: number }, path: Path): number {
  if (!Number.isInteger(value) || value < range.min || value > range.max) {
    const bounds = `from ${range.min.toLocaleString('en-US')} to ${range.max.toLocaleString('en-US')}`
    throw invalid(`${name} must be a whole number ${bounds}.`, path)
  }
  return value
}

/** A rate from 0 to 1 inclusive, as whole basis points; INVALID_INPUT when outside or finer than a basis point. */
export function rateInBasisPoints(name: string, rate: number, path: Path): number {
  if (!Number.isFinite(rate) || rate < 0 || rate > 1) {
    throw invalid(`${name} must be a decimal from 0 to 1, such as 0.05 for 5 %.`, path)
  }
  return nearestBasisPoint(name, rate, path)
}

/** A tolerable rate strictly between 0 and 1, as whole basis points; INVALID_INPUT otherwise. */
export function tolerableRateInBasisPoints(rate: number, path: Path = ['tolerableRate']): number {
  const nearest = rateInBasisPoints('The tolerable rate', rate, path)
  if (nearest === 0 || nearest === BASIS_POINTS) {
    throw invalid('The tolerable rate must be above 0 and below 1, such as 0.05.', path)
  }
  return nearest
}

/** A confidence level strictly between 0 and 1, as whole basis points; INVALID_INPUT otherwise. */
export function confidenceInBasisPoints(confidence: number, path: Path = ['confidence']): number {
  // Also when it is meant to be one: no sample leaves no risk at all, and to find none of 10,000 sizes takes minutes.
  const nearest = Number.isFinite(confidence) ? nearestBasisPoint('The confidence', confidence, path) : 0
  if (nearest <= 0 || nearest >= BASIS_POINTS) {
    throw invalid('The confidence must be a decimal greater than 0 and less than 1, such as 0.95.', path)
  }
  return nearest
}

function nearestBasisPoint(name: string, rate: number, path: Path): number {
  const nearest = Math.round(rate * BASIS_POINTS)
  // A decimal such as 0.035 is not exact in binary: what lies this close to a basis point was meant to be one.
  if (Math.abs(rate * BASIS_POINTS - nearest) > 1e-7) {
    throw invalid(`${name} may be given to a basis point (0.0001) and no finer.`, path)
  }
  return nearest
}

/** The smallest whole number from `low` to `high` for which `holds`; it holds for `high` and, once true, stays true. */
export function smallestWithin(low: number, high: number, holds: (value: number) => boolean): number {
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
