import { showsRateBelow } from './binomial.js'
import { isSettled, looksLikeDeviation } from './deviations.js'
import { BASIS_POINTS, confidenceInBasisPoints, rateInBasisPoints, smallestWithin, wholeNumber } from './figures.js'
import { Refusal } from './refusal.js'
import { COMPUTED_SAMPLE_MAX, POPULATION_MAX } from './sampling.js'
import { isStatistical } from './selection.js'
import { checkCounts, upperDeviationLimit } from './upper-limit.js'
import { supportsReliance } from './verdict.js'
import type { ExplanationState, ResultOutcome, SampleBasis, SelectionMethod } from './vocabulary.js'

/** What the results of a sample mean: computed from what was recorded, never typed in. */

/** What was recorded for one attribute of one sampled item. */
export interface RecordedResult {
  /** Which item, and which attribute of it (A, B, C ...). */
  item: string
  attribute: string
  outcome: ResultOutcome
  /** UNABLE_TO_TEST only: another procedure gave the evidence, so the missing document does not count as a deviation. */
  alternativeProcedure?: boolean
  /** The state of the explanation why this is not a deviation, or why nothing applies, when there is one. */
  explanation?: ExplanationState | null
}

/**
 * What the results of one item come to: null while an attribute lacks its result, waits for evidence, or is said not to apply
 * without approval; NOT_APPLICABLE when none applies; DEVIATION or UNABLE_TO_TEST when one of them counts as a deviation (seen,
 * or for want of evidence; missing evidence does, unless an alternative procedure is recorded); NO_DEVIATION otherwise.
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
  before: { outcome: ResultOutcome; correctedFrom: ResultOutcome | null; alternativeProcedure?: boolean },
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
  const figures = { basis, method, confidence, tolerableRate, acceptedCount, testedCount, deviationCount, allTested }
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
  return basis === 'JUDGMENT'
    ? 'The size was set by judgment: it carries no verdict, and the limit is information.'
    : null
}

/** One way to extend: test up to `totalSize` items, and rely on the control if no more than `totalDeviationCount` are found. */
export interface ExtensionOption {
  furtherDeviationCount: number
  totalSize: number
  additionalCount: number
  totalDeviationCount: number
}

export interface ExtensionProposal {
  /** What has been found so far; an extension adds to it and never replaces it. */
  testedCount: number
  deviationCount: number
  options: readonly ExtensionOption[]
  /** Why there is no option; null when there is one. */
  notOfferedBecause: string | null
}

/** How many further deviations the options allow for. The choice is made, and recorded, before the next item is drawn. */
const FURTHER_DEVIATIONS = [0, 1, 2]

/**
 * Proposes by how much a sample with deviations would have to grow to support reliance, for none, one and two further
 * deviations. A proposal only: to extend needs a reason, and testing more in order to see the rate fall is not one.
 * So none is made once the observed rate has reached the tolerable one, or where the whole population would be needed.
 * Looking at results before extending makes the stated confidence somewhat too high; the report shows total n and k.
 *
 * Refuses as `upperDeviationLimit` and `sampleSize` do, and with INVALID_INPUT when there is no deviation.
 */
export function proposeExtension(input: {
  confidence: number
  tolerableRate: number
  testedCount: number
  deviationCount: number
  populationSize: number
}): ExtensionProposal {
  const risk = BASIS_POINTS - confidenceInBasisPoints(input.confidence)
  const rate = rateInBasisPoints('The tolerable rate', input.tolerableRate, ['tolerableRate'])
  const { testedCount, deviationCount, populationSize } = input
  checkCounts(testedCount, deviationCount)
  wholeNumber('The population', populationSize, { min: testedCount, max: POPULATION_MAX }, ['populationSize'])
  if (deviationCount === 0) {
    throw new Refusal('INVALID_INPUT', 'An extension is proposed after a deviation; there is none.', ['deviationCount'])
  }
  const found = { testedCount, deviationCount }
  if (deviationCount * BASIS_POINTS >= rate * testedCount) {
    const why = 'The observed rate has reached the tolerable rate: testing more items would dilute it, not explain it.'
    return { ...found, options: [], notOfferedBecause: why }
  }
  if (showsRateBelow({ deviationCount, sampleSize: testedCount, rate, risk })) {
    return { ...found, options: [], notOfferedBecause: 'The sample supports reliance as it is.' }
  }
  const largest = Math.min(populationSize, COMPUTED_SAMPLE_MAX)
  const options = FURTHER_DEVIATIONS.flatMap((furtherDeviationCount) => {
    const totalDeviationCount = deviationCount + furtherDeviationCount
    const shows = (sampleSize: number) =>
      showsRateBelow({ deviationCount: totalDeviationCount, sampleSize, rate, risk })
    if (totalDeviationCount > largest || !shows(largest)) return []
    const totalSize = smallestWithin(testedCount, largest, shows)
    return [{ furtherDeviationCount, totalSize, additionalCount: totalSize - testedCount, totalDeviationCount }]
  })
  const why =
    options.length > 0 ? null : 'No sample would do: test the entire population, or conclude on what was found.'
  return { ...found, options, notOfferedBecause: why }
}
