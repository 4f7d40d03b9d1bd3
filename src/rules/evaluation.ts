import { isSettled, looksLikeDeviation } from './deviations.js'
import { confidenceInBasisPoints, rateInBasisPoints, wholeNumber } from './figures.js'
import { POPULATION_MAX } from './sampling.js'
import { isStatistical } from './selection.js'
import { upperDeviationLimit } from './upper-limit.js'
import { supportsReliance } from './verdict.js'
import type { ExplanationState, ResultOutcome, SampleBasis, SelectionMethod } from './vocabulary.js'

/** What the results of a sample mean: computed from what was recorded, never typed in. */

/** What was recorded for one attribute of one sampled item. */
export interface RecordedResult {
  /** Which item, and which attribute of it (A, B, C ...). */
  item: string
  attribute: string
  outcome: ResultOutcome
  /** The state of the explanation why this is not a deviation, or why nothing applies, when there is one. */
  explanation?: ExplanationState | null
}

/**
 * What the results of one item come to: null while an attribute lacks its result, waits for evidence, or is said not to apply
 * without approval; NOT_APPLICABLE when none applies; DEVIATION or UNABLE_TO_TEST when one of them counts as a deviation (seen,
 * or for want of evidence); NO_DEVIATION otherwise.
 * @param attributes how many attributes the procedure has
 */
export function itemOutcome(results: readonly RecordedResult[], attributes: number): ResultOutcome | null {
  if (results.length < attributes || !results.every(isSettled)) return null
  if (results.every(({ outcome }) => outcome === 'NOT_APPLICABLE')) return 'NOT_APPLICABLE'
  const deviating = results.filter(looksLikeDeviation)
  if (deviating.length === 0) return 'NO_DEVIATION'
  return deviating.some(({ outcome }) => outcome === 'DEVIATION') ? 'DEVIATION' : 'UNABLE_TO_TEST'
}

/**
 * The other kind of deviation, seen or for want of evidence, that a result was corrected from: null where there was none, or
 * where it stands again. A correction leads from a deviation to a deviation alone (`whyNotCorrected`).
 * @param before what the result says, and was corrected from, until now
 * @param outcome what it is to say
 */
export function correctedFrom(
  before: { outcome: ResultOutcome; correctedFrom: ResultOutcome | null },
  outcome: ResultOutcome,
): ResultOutcome | null {
  const former = before.correctedFrom ?? (looksLikeDeviation(before) ? before.outcome : null)
  return outcome === former || outcome === 'DEVIATION' ? null : former
}

/** What a result lacks, by the field that is at fault; null when it can be recorded as it is. */
export function wrongWithResult(result: {
  outcome: ResultOutcome
  note?: string | null
  alternativeProcedure?: string | null
}): { field: 'note' | 'alternativeProcedure'; message: string } | null {
  const { outcome, note, alternativeProcedure } = result
  if (alternativeProcedure && outcome !== 'UNABLE_TO_TEST') {
    return {
      field: 'alternativeProcedure',
      message: 'An alternative procedure stands in for evidence that is missing.',
    }
  }
  if (note?.trim() || outcome === 'NO_DEVIATION') return null
  const asked = {
    DEVIATION: 'A deviation needs a note that says what was seen.',
    NOT_APPLICABLE: 'That an attribute does not apply needs the reason as a note.',
    AWAITING_EVIDENCE: 'Evidence that is awaited needs a note that says what was asked for.',
    UNABLE_TO_TEST: 'That evidence is missing needs a note that says what was asked for.',
  } as const
  return { field: 'note', message: asked[outcome] }
}

export interface EvaluationInput {
  basis: SampleBasis
  method: SelectionMethod
  populationSize: number
  /** Items drawn and not replaced that still lack a result. */
  outstandingCount: number
  testedCount: number
  deviationCount: number
  /** Items taken out of the deviations by an approved explanation: stated beside the result, so that they are not missed. */
  explainedCount: number
  /** How many deviations the basis accepts in all; null where it says nothing of it. */
  acceptedCount: number | null
  /** How many items the basis recommends; null where it names no size. */
  recommendedSize: number | null
  /** Items drawn to which the control applies. */
  applicableCount: number
  /** Items were added after results were seen. */
  isExtended: boolean
  confidence: number
  tolerableRate: number
}

export interface Evaluation {
  testedCount: number
  deviationCount: number
  explainedCount: number
  acceptedCount: number | null
  /** Deviations per item tested; null when none is tested. Not rounded. */
  observedRate: number | null
  confidence: number
  tolerableRate: number
  /** Null when not offered, and where every item was tested: then nothing was left to chance. */
  upperDeviationLimit: number | null
  /** The limit decides nothing here: the basis has a verdict of another kind, or none. */
  limitIsInformation: boolean
  /** The sample was extended after results were seen: its confidence is lower than it says. */
  limitIsNominal: boolean
  /** The verdict of the basis (rules/verdict.ts). Null where it gives none, and while results are outstanding. */
  supportsReliance: boolean | null
  /** Why there is no limit, or no verdict; null when there are both. */
  notOfferedBecause: string | null
}

/**
 * Evaluates a sample. The counts and the observed rate are always given; the upper limit for samples drawn by chance, of
 * which items were left untested; the verdict is that of the basis. The limit of a size from the table or by judgment is
 * information: chance chose the items, not their number.
 *
 * Refuses with INVALID_INPUT rates, confidence or counts that mean nothing.
 */
export function evaluate(input: EvaluationInput): Evaluation {
  const { basis, method, testedCount, deviationCount, explainedCount, acceptedCount, confidence, tolerableRate } = input
  confidenceInBasisPoints(confidence)
  rateInBasisPoints('The tolerable rate', tolerableRate, ['tolerableRate'])
  wholeNumber('The population', input.populationSize, { min: 0, max: POPULATION_MAX }, ['populationSize'])
  wholeNumber('The number of items tested', testedCount, { min: 0, max: input.populationSize }, ['testedCount'])
  wholeNumber('The number of deviations', deviationCount, { min: 0, max: testedCount }, ['deviationCount'])
  wholeNumber('The number of explained items', explainedCount, { min: 0, max: testedCount - deviationCount }, [
    'explainedCount',
  ])

  const observedRate = testedCount === 0 ? null : deviationCount / testedCount
  const stated = { testedCount, deviationCount, explainedCount, acceptedCount, observedRate, confidence, tolerableRate }
  const isFinished = testedCount > 0 && input.outstandingCount === 0
  const allTested = testedCount === input.populationSize
  const hasLimit = isFinished && !allTested && isStatistical(method) && basis !== 'AUTOMATED_ONE'
  const counted = { confidence, tolerableRate, acceptedCount, testedCount, deviationCount, allTested }
  const size = { askedSize: input.recommendedSize, sizeReached: input.applicableCount }
  const figures = { basis, method, ...counted, ...size }
  return {
    ...stated,
    upperDeviationLimit: hasLimit ? upperDeviationLimit({ confidence, sampleSize: testedCount, deviationCount }) : null,
    limitIsInformation: basis !== 'STATISTICAL',
    limitIsNominal: input.isExtended,
    supportsReliance: isFinished ? supportsReliance(figures) : null,
    notOfferedBecause: whyNotOffered(input),
  }
}

function whyNotOffered(input: EvaluationInput): string | null {
  const { basis, method, testedCount, outstandingCount, populationSize } = input
  if (testedCount === 0) return 'No item has been tested.'
  if (outstandingCount > 0) {
    const items = outstandingCount === 1 ? '1 item has' : `${outstandingCount} items have`
    return `The sample is not finished: ${items} no result yet.`
  }
  if (testedCount === populationSize) return 'Every item was tested: the observed rate is that of the population.'
  if (basis === 'AUTOMATED_ONE') return 'An automated control was tested once; that is a test of its program.'
  if (!isStatistical(method)) {
    return 'The items were picked by the auditor. Nothing can be inferred by probability from a sample that is not statistical.'
  }
  if (basis === 'JUDGMENT') return 'The size was set by judgment: it carries no verdict, and the limit is information.'
  if (basis !== 'FREQUENCY_TABLE' || input.applicableCount >= (input.recommendedSize ?? 0)) return null
  return `The table asks for ${input.recommendedSize} items: fewer show no reliance, and the limit is information.`
}
