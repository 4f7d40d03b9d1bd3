import { isLive } from './exceptions.js'
import { checkEach, Refusal } from './refusal.js'
import { isExamined, type ReportingTime } from './scope.js'
import type {
  ExceptionKind,
  ExceptionState,
  ExplanationKind,
  ExplanationState,
  ExtensionKind,
  ResultOutcome,
} from './vocabulary.js'

/** Deviations on their way into an exception: which can be reported, and the figures that follow from them. */

/** The outcomes that count as a deviation, as long as no explanation of them is approved: seen, or for want of evidence. */
export const deviatingOutcomes: readonly ResultOutcome[] = ['DEVIATION', 'UNABLE_TO_TEST']
/** Those of an item that was tested: all but NOT_APPLICABLE. */
export const testedOutcomes: readonly ResultOutcome[] = ['NO_DEVIATION', ...deviatingOutcomes]

/** Whether a result is to be accounted for, as a deviation or by an explanation why it is none. */
export const looksLikeDeviation = ({ outcome }: { outcome: ResultOutcome }): boolean =>
  deviatingOutcomes.includes(outcome)

/**
 * Whether a result says how its item was found. One that waits for evidence does not, nor one that says that nothing applies,
 * which counts for nothing until it is approved: the item is outstanding.
 */
export const isSettled = (result: { outcome: ResultOutcome; explanation?: ExplanationState | null }): boolean =>
  result.outcome !== 'AWAITING_EVIDENCE' && (result.outcome !== 'NOT_APPLICABLE' || result.explanation === 'APPROVED')

/** A result that is a deviation: the item is not as described, or evidence is missing. */
export interface Deviation {
  /** The id of the result. */
  id: string
  procedureId: string
  controlId: string
  itemKey: string
  /** The day on which the control acted on the item, where the population says it. */
  occurredOn: string | null
  /** The letter of the attribute that the item lacks. */
  letter: string
  /** What must be true of the item: the attribute in words. */
  attribute: string
  /** How many items of its sample were tested for the attribute: those with a result that it applies to. */
  attributeTestedCount: number
  /** The place of the item in the order of drawing. */
  position: number
  /** How many items of its sample have all their results. */
  testedCount: number
  /** By what its sample was extended. */
  sampleExtensions: readonly ReportedExtension[]
  explanation: ExplanationState | null
  explanationKind: ExplanationKind | null
  /** The exceptions that report it, withdrawn ones too. */
  exceptions: readonly { id: string; number: number; state: ExceptionState }[]
}

/** What a person knows a deviation by. */
export const labelOf = ({ itemKey, letter }: Pick<Deviation, 'itemKey' | 'letter'>): string => `${itemKey} · ${letter}`

/** The figures of an exception, counted and never typed in; both counts are null where it reports no deviation. */
export interface Figures {
  testedCount: number | null
  deviationCount: number | null
  /** The keys of the items that deviated, in the order of drawing. */
  deviatingItems: string[]
  /** The days of the items that deviated, in order, each once; what the population does not date is not among them. */
  deviatedOn: string[]
  /** What each attribute showed, by letter; several that fail are told with their own counts. */
  attributeCounts: AttributeCount[]
  /** The extensions of the sample in which they were found, in their order. */
  sampleExtensions: ReportedExtension[]
}

/** An extension of a sample, and what had been found before it: what makes "extended from 25 to 75" a true sentence. */
export interface ReportedExtension {
  kind: ExtensionKind
  sizeBefore: number
  sizeAfter: number
  testedCountBefore: number
  deviationCountBefore: number
}

/** How many items were tested for one attribute, and how many of them an exception reports for it. */
export interface AttributeCount {
  letter: string
  text: string
  testedCount: number
  deviationCount: number
}

/**
 * Counts an exception's deviations: items, not results, for a deviation is one tested item that is not as described. A
 * deviation that was explained with the reviewer's approval counts no longer.
 * @param reported the deviations the exception reports; all of one sample
 * @param testedBefore the items tested as recorded before, for an exception whose deviations are all gone
 */
export function figuresOf(reported: readonly Deviation[], testedBefore: number | null = null): Figures {
  const standing = reported.filter(({ explanation }) => explanation !== 'APPROVED')
  const inOrder = standing.toSorted((a, b) => a.position - b.position)
  const deviatingItems = [...new Set(inOrder.map(({ itemKey }) => itemKey))]
  const testedCount = reported[0]?.testedCount ?? testedBefore
  return {
    testedCount,
    deviationCount: testedCount === null ? null : deviatingItems.length,
    deviatingItems,
    deviatedOn: [...new Set(standing.flatMap(({ occurredOn }) => occurredOn ?? []))].sort(),
    attributeCounts: attributeCountsOf(standing),
    sampleExtensions: [...(reported[0]?.sampleExtensions ?? [])],
  }
}

function attributeCountsOf(standing: readonly Deviation[]): AttributeCount[] {
  const letters = [...new Set(standing.map(({ letter }) => letter))].sort()
  return letters.map((letter) => {
    const [first, ...others] = standing.filter((one) => one.letter === letter) as [Deviation, ...Deviation[]]
    const { attribute: text, attributeTestedCount: testedCount } = first
    return { letter, text, testedCount, deviationCount: 1 + others.length }
  })
}

/** How the figures that an exception holds differ from what the results say now, as a sentence; null when they agree. */
export function driftOf(recorded: Figures, now: Figures): string | null {
  for (const inWords of [itemsInWords, attributesInWords, daysInWords, extensionsInWords]) {
    if (inWords(recorded) === inWords(now)) continue
    return `It holds ${inWords(recorded)}; the results now say ${inWords(now)}.`
  }
  return null
}

const itemsInWords = ({ testedCount, deviationCount, deviatingItems }: Figures): string =>
  testedCount === null
    ? 'no deviations'
    : `${deviationCount} of ${testedCount} items (${deviatingItems.join(', ') || 'none'})`

const attributesInWords = ({ attributeCounts }: Figures): string =>
  attributeCounts.map((one) => `${one.deviationCount} of ${one.testedCount} for attribute ${one.letter}`).join(', ') ||
  'no attribute'

const extensionsInWords = ({ sampleExtensions }: Figures): string =>
  sampleExtensions.map(({ sizeBefore, sizeAfter }) => `an extension from ${sizeBefore} to ${sizeAfter}`).join(', ') ||
  'no extension'

const daysInWords = ({ deviatedOn }: Figures): string => deviatedOn.join(', ') || 'no days'

/**
 * Whether an exception can report these deviations. Refuses with NOT_FOUND one that the engagement does not have, and with
 * INVALID_INPUT at `resultIds`:
 * - an operating deviation reports one at least, unless it reports missing occurrences; all are of one test of the control concerned;
 * - one that is explained, or whose explanation waits for the reviewer, is not reported;
 * - nor one that a live exception reports already.
 * @param ids the ids as they were given, for the path of a refusal
 */
export function checkReported(
  kind: ExceptionKind,
  ids: readonly string[],
  found: ReadonlyMap<string, Deviation>,
  subject: { procedureId: string | null; controlId: string | null; missesOccurrences?: boolean },
): void {
  if (kind === 'OPERATING_DEVIATION' && ids.length === 0 && !subject.missesOccurrences) {
    throw new Refusal(
      'INVALID_INPUT',
      'An operating deviation reports one deviation of a test at least, or a missing occurrence.',
      ['resultIds'],
    )
  }
  checkEach(
    ids.flatMap((id, at) => {
      const deviation = found.get(id)
      if (!deviation) return new Refusal('NOT_FOUND', 'The engagement has no such deviation.', ['resultIds', at])
      const fault = faultOf(deviation, subject) ?? (ids.indexOf(id) < at ? 'This deviation stands twice.' : null)
      return fault ? new Refusal('INVALID_INPUT', fault, ['resultIds', at]) : []
    }),
  )
}

/** Whether some exception could report it: no live one does, and nothing explains it or is proposed to. */
export const canBeReported = ({ explanation, exceptions }: Deviation): boolean =>
  explanation !== 'APPROVED' && explanation !== 'PROPOSED' && !exceptions.some(isLive)

function faultOf(
  deviation: Deviation,
  { procedureId, controlId }: { procedureId: string | null; controlId: string | null },
): string | null {
  const label = labelOf(deviation)
  if (deviation.controlId !== controlId) return `The deviation ${label} is not one of the control concerned.`
  if (deviation.procedureId !== procedureId) return `The deviation ${label} was found by another procedure.`
  if (deviation.explanation === 'APPROVED') return `The deviation ${label} was explained: it is none.`
  if (deviation.explanation === 'PROPOSED') return `The explanation of the deviation ${label} waits to be decided on.`
  const reporting = deviation.exceptions.find(isLive)
  return reporting ? `The deviation ${label} is reported by exception ${reporting.number} already.` : null
}

/** When a control failed, where the auditor established it. Days are ISO dates. */
export interface FailurePeriod {
  failedFrom: string | null
  failedTo: string | null
  /** How it was established. */
  failurePeriodBasis: string | null
}

/**
 * The period of failure lies within the period examined, or, as of a date, not after it, and says how it was established: that
 * the first and the last item tested are of certain days does not say that the control failed between them. Refuses with
 * INVALID_INPUT at `failedFrom`, `failedTo` or `failurePeriodBasis`.
 */
export function checkFailurePeriod(
  { failedFrom, failedTo, failurePeriodBasis }: FailurePeriod,
  time: ReportingTime,
): void {
  const { periodStart, periodEnd, asOf } = time
  for (const [path, day] of Object.entries({ failedFrom, failedTo })) {
    if (day !== null && !isExamined(day, time)) {
      const within = asOf ? `it ends on ${asOf} at the latest` : `the period is ${periodStart} to ${periodEnd}`
      throw new Refusal('INVALID_INPUT', `The day lies outside what is examined: ${within}.`, [path])
    }
  }
  if (failedFrom !== null && failedTo !== null && failedTo < failedFrom) {
    throw new Refusal('INVALID_INPUT', 'The period of failure cannot end before it begins.', ['failedTo'])
  }
  if ((failedFrom !== null || failedTo !== null) && !failurePeriodBasis?.trim()) {
    const message = 'Say how the period of failure was established; otherwise the days of the items tell.'
    throw new Refusal('INVALID_INPUT', message, ['failurePeriodBasis'])
  }
}
