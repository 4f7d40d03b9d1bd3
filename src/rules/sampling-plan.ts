import { BASIS_POINTS, confidenceInBasisPoints, rateInBasisPoints, tolerableRateInBasisPoints } from './figures.js'
import { reasonFor } from './lifecycles.js'
import { checkNamesPaper } from './papers.js'
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
 * No plan goes beyond these, whoever makes it: the tables of the profession are made for a confidence of 90 % or 95 %, and end at a
 * tolerable rate of 20 % (facts page, 5b). Beyond them a sample supports hardly anything.
 */
export const planBounds = { leastConfidenceBp: 8_000, greatestTolerableRateBp: 2_000 } as const

/** The least confidence and the greatest tolerable rate of a plan, in basis points. */
export interface RateBounds {
  leastConfidenceBp: number
  greatestTolerableRateBp: number
}

/** What a methodology gives to controls that name no rates, and how far those that do may go. */
export interface MethodologyRates extends RateBounds {
  confidenceBp: number
  tolerableRateBp: number
}

const percentOf = (basisPoints: number): string => `${basisPoints / 100} %`

/**
 * Whether the rates of a methodology are ones: its bounds within those of the product, what it gives to controls within its own.
 * Refuses with INVALID_INPUT at the rate.
 */
export function checkMethodologyRates(rates: MethodologyRates): void {
  const { confidenceBp, tolerableRateBp, leastConfidenceBp, greatestTolerableRateBp } = rates
  const { leastConfidenceBp: least, greatestTolerableRateBp: greatest } = planBounds
  const invalid = (message: string, field: string) => new Refusal('INVALID_INPUT', message, [field])
  if (leastConfidenceBp < least) {
    throw invalid(`No plan has a confidence below ${percentOf(least)}.`, 'leastConfidence')
  }
  if (greatestTolerableRateBp > greatest) {
    throw invalid(`No plan has a tolerable rate above ${percentOf(greatest)}.`, 'greatestTolerableRate')
  }
  if (confidenceBp < leastConfidenceBp) {
    throw invalid(`The least confidence of the methodology is ${percentOf(leastConfidenceBp)}.`, 'confidence')
  }
  if (tolerableRateBp > greatestTolerableRateBp) {
    const message = `The greatest tolerable rate of the methodology is ${percentOf(greatestTolerableRateBp)}.`
    throw invalid(message, 'tolerableRate')
  }
}

/**
 * The rates that a control is to name. Refuses with INVALID_INPUT, at the rate: a confidence or a tolerable rate beyond the bounds
 * of the product (`planBounds`), and an expected rate that is not below the tolerable one.
 * @param otherwise the tolerable rate of the methodology in force, for a control that names none
 */
export function plannedRates(given: GivenRates, otherwise: { tolerableRateBp: number }): PlannedRates {
  const { confidence = null, tolerableRate = null, expectedRate = null } = given
  const confidenceBp = confidence === null ? null : confidenceInBasisPoints(confidence)
  const tolerableRateBp = tolerableRate === null ? null : tolerableRateInBasisPoints(tolerableRate)
  const expectedRateBp =
    expectedRate === null ? null : rateInBasisPoints('The expected rate', expectedRate, ['expectedRate'])
  const beyond = rateBeyond({ confidenceBp, tolerableRateBp }, planBounds)
  if (beyond) throw new Refusal('INVALID_INPUT', `${beyond.message}: no plan goes beyond that.`, [beyond.field])
  const tolerable = tolerableRateBp ?? otherwise.tolerableRateBp
  if (expectedRateBp !== null && expectedRateBp >= tolerable) {
    const message = `The expected rate must be below the tolerable rate, which is ${tolerable / BASIS_POINTS}.`
    throw new Refusal('INVALID_INPUT', message, ['expectedRate'])
  }
  return { confidenceBp, tolerableRateBp, expectedRateBp }
}

/** Which rate that a control names lies beyond these bounds, in words; null where none does. What it names not is within them. */
export function rateBeyond(
  { confidenceBp, tolerableRateBp }: Pick<PlannedRates, 'confidenceBp' | 'tolerableRateBp'>,
  { leastConfidenceBp, greatestTolerableRateBp }: RateBounds,
): { field: 'confidence' | 'tolerableRate'; message: string } | null {
  if (confidenceBp !== null && confidenceBp < leastConfidenceBp) {
    return { field: 'confidence', message: `The least confidence is ${percentOf(leastConfidenceBp)}` }
  }
  if (tolerableRateBp !== null && tolerableRateBp > greatestTolerableRateBp) {
    return { field: 'tolerableRate', message: `The greatest tolerable rate is ${percentOf(greatestTolerableRateBp)}` }
  }
  return null
}

/**
 * Rates beyond the bounds of the firm's methodology are the engagement partner's, with a reason and the papers it rests on.
 * Refuses with SEPARATION_OF_DUTIES at the rate, with INVALID_INPUT at `reason` or `restsOnIds`.
 * @param beyond what `rateBeyond` tells of them
 */
export function checkBeyondMethodology(
  beyond: { field: string; message: string },
  given: { reason: string | null; restsOnIds: readonly string[]; role: TeamRole | null },
): void {
  if (given.role !== 'ENGAGEMENT_PARTNER') {
    const message = `${beyond.message} by the firm’s methodology: the engagement partner alone plans beyond it.`
    throw new Refusal('SEPARATION_OF_DUTIES', message, [beyond.field])
  }
  reasonFor('A plan beyond the methodology', given.reason, ['reason'])
  checkNamesPaper(given.restsOnIds)
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
