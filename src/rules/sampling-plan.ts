import { BASIS_POINTS, confidenceInBasisPoints, rateInBasisPoints, tolerableRateInBasisPoints } from './figures.js'
import { Refusal } from './refusal.js'
import type { TeamRole } from './vocabulary.js'

/** The rates that a control names for its samples, in basis points; null where it leaves them to the firm's methodology. */
export interface PlannedRates {
  confidenceBp: number | null
  tolerableRateBp: number | null
  expectedRateBp: number | null
}

/** The same as they are given. */
export interface GivenRates {
  confidence?: number | null
  tolerableRate?: number | null
  expectedRate?: number | null
}

/**
 * The rates that a control is to name. Refuses with INVALID_INPUT, at the rate: a confidence or a tolerable rate not strictly
 * between 0 and 1, and an expected rate that is not below the tolerable one.
 * @param otherwise the tolerable rate of the methodology in force, for a control that names none
 */
export function plannedRates(given: GivenRates, otherwise: { tolerableRateBp: number }): PlannedRates {
  const { confidence = null, tolerableRate = null, expectedRate = null } = given
  const confidenceBp = confidence === null ? null : confidenceInBasisPoints(confidence)
  const tolerableRateBp = tolerableRate === null ? null : tolerableRateInBasisPoints(tolerableRate)
  const expectedRateBp =
    expectedRate === null ? null : rateInBasisPoints('The expected rate', expectedRate, ['expectedRate'])
  const tolerable = tolerableRateBp ?? otherwise.tolerableRateBp
  if (expectedRateBp !== null && expectedRateBp >= tolerable) {
    const message = `The expected rate must be below the tolerable rate, which is ${tolerable / BASIS_POINTS}.`
    throw new Refusal('INVALID_INPUT', message, ['expectedRate'])
  }
  return { confidenceBp, tolerableRateBp, expectedRateBp }
}

/**
 * Table, risk and rates are fixed before the first list of a control is seen (product page, section 4, "What is judged"): chosen
 * afterwards they could be chosen to fit. Refuses with SAMPLING_FIXED.
 */
export function checkSamplingOpen({ samplingFixedAt }: { samplingFixedAt: Date | null }): void {
  if (samplingFixedAt === null) return
  throw new Refusal(
    'SAMPLING_FIXED',
    'Table, risk and rates of the control were fixed when its first population was imported.',
  )
}

/** What of a control decides how many of its items are tested. */
const sizing = ['risk', 'frequency', 'nature'] as const
type Sizing = Readonly<Record<(typeof sizing)[number], string>> & { samplingFixedAt: Date | null }

/**
 * What sets the size of a control's samples is changed by the engagement partner alone once it was fixed.
 * Refuses with SAMPLING_FIXED, at the field that would change.
 */
export function checkSizing(control: Sizing, changes: Partial<Sizing>, role: TeamRole | null): void {
  const changed = sizing.find((name) => changes[name] !== undefined && changes[name] !== control[name])
  if (changed === undefined || control.samplingFixedAt === null || role === 'ENGAGEMENT_PARTNER') return
  throw new Refusal(
    'SAMPLING_FIXED',
    'It was fixed when the first population was imported: the engagement partner alone changes it.',
    [changed],
  )
}
