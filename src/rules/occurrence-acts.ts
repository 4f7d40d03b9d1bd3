import { GRACE_MAX, isPeriodic } from './cycles.js'
import { checkOccurrenceDecider } from './independence.js'
import { explanationLifecycle } from './lifecycles.js'
import type { Occurrence } from './occurrences.js'
import { type Blocker, blocker, checkEach, Refusal } from './refusal.js'
import type {
  ControlFrequency,
  ExceptionKind,
  ExplanationState,
  OccurrenceExplanationKind,
  OccurrenceState,
} from './vocabulary.js'

/** When the cycle of a control can be set, and a missing occurrence explained. Each returns, or throws a Refusal. */

const invalid = (message: string, ...path: string[]) => new Refusal('INVALID_INPUT', message, path)

/** Its frequency names a cycle. Refuses with INVALID_INPUT at `controlId`. */
export function checkHasCycle({ frequency }: { frequency: ControlFrequency }): void {
  if (isPeriodic(frequency)) return
  throw invalid(`A control that operates ${frequency} follows no calendar: it has no cycle to be set.`, 'controlId')
}

/**
 * Whether a control can have this cycle. Refuses with INVALID_INPUT at the field: more grace than a month, a first day for what is
 * done each day, a last occurrence that does not lie before the period.
 */
export function checkCycle(cycle: {
  frequency: ControlFrequency
  anchorOn: string | null
  graceDays: number
  lastOccurrenceOn: string | null
  periodStart: string | null
}): void {
  const { frequency, anchorOn, graceDays, lastOccurrenceOn, periodStart } = cycle
  if (graceDays < 0 || graceDays > GRACE_MAX) throw invalid(`The grace is 0 to ${GRACE_MAX} days.`, 'graceDays')
  if (frequency === 'DAILY' && anchorOn !== null) throw invalid('Each day is a cycle: no day begins one.', 'anchorOn')
  if (lastOccurrenceOn === null) return
  if (periodStart === null)
    throw invalid('As of a date there is no period that it could lie before.', 'lastOccurrenceOn')
  if (lastOccurrenceOn >= periodStart) {
    throw invalid(
      `It is the last one before the period, which starts on ${periodStart}: what was done within it is for a population to show.`,
      'lastOccurrenceOn',
    )
  }
}

/** The day of a performance before the period is shown by evidence of it. Refuses with INVALID_INPUT at `restsOnIds`. */
export function checkLastOccurrenceShown(lastOccurrenceOn: string | null, evidence: number): void {
  if (lastOccurrenceOn === null || evidence > 0) return
  throw invalid('That it was last done on that day is shown by evidence: name it.', 'restsOnIds')
}

/** A cycle in words: `QUARTERLY, by the calendar, 31 days of grace`. */
export const cycleInWords = (cycle: {
  frequency: ControlFrequency
  anchorOn: string | null
  graceDays: number
  countsBusinessDays: boolean
  lastOccurrenceOn: string | null
}): string =>
  [
    cycle.frequency,
    cycle.anchorOn ? `from ${cycle.anchorOn}` : 'by the calendar',
    `${cycle.graceDays} days of grace`,
    ...(cycle.countsBusinessDays ? ['in days of work'] : []),
    ...(cycle.lastOccurrenceOn ? [`last done on ${cycle.lastOccurrenceOn}`] : []),
  ].join(', ')

/**
 * Whether an occurrence can be explained: the period asks for it, no list holds it and no exception reports it, and no explanation
 * waits or was agreed with. Refuses with INVALID_INPUT at `label`.
 * @param state of the occurrence; null where the period asks for none of this label
 */
export function checkExplainableOccurrence(state: OccurrenceState | null, awaits: boolean): void {
  if (state === null) throw invalid('The period asks for no occurrence of this label.', 'label')
  if (state === 'FOUND') throw invalid('A frozen population lists it: there is nothing to explain.', 'label')
  if (state === 'EXPLAINED') throw invalid('It is explained already.', 'label')
  if (state === 'REPORTED')
    throw invalid('An exception reports it: withdraw that first, if it was no deviation.', 'label')
  if (awaits) throw invalid('An explanation of it waits to be decided.', 'label')
}

/** So many explanations are proposed of one occurrence at most. */
export const occurrenceExplanationsMax = 10

/**
 * An occurrence of which explanation after explanation was not agreed with is a deviation. Refuses with LIMIT_REACHED at `label`.
 * @param proposed how many explanations of it there are
 */
export function checkExplanationsLeft(proposed: number): void {
  if (proposed < occurrenceExplanationsMax) return
  const message = `${occurrenceExplanationsMax} explanations of it were not agreed with, which is the most: report it by an exception.`
  throw new Refusal('LIMIT_REACHED', message, ['label'])
}

/**
 * What an explanation rests on. That it was done is shown by evidence, that it was not due by a paper. Refuses with INVALID_INPUT at
 * `restsOnIds`.
 */
export function checkExplanationPapers(
  kind: OccurrenceExplanationKind,
  papers: { total: number; evidence: number },
): void {
  if (kind === 'DONE_ELSEWHERE' && papers.evidence === 0) {
    throw invalid('That it was done elsewhere is shown by evidence: name it.', 'restsOnIds')
  }
  if (papers.total === 0) throw invalid('Name the paper that the reason rests on.', 'restsOnIds')
}

/** It waits to be decided, and who decides did not propose it. Refuses with INVALID_TRANSITION or SEPARATION_OF_DUTIES. */
export const checkOccurrenceDecidable = (
  { state, proposedBy }: { state: ExplanationState; proposedBy: string },
  actor: { memberId: string },
): void => {
  explanationLifecycle.checkMove(state, 'APPROVED')
  checkOccurrenceDecider({ proposer: proposedBy, decider: actor.memberId })
}

/** What an exception says of missing occurrences: their cycles, and how many were expected in all; null where it reports none. */
export interface ReportedOccurrences {
  occurrenceLabels: string[]
  expectedOccurrences: number | null
}

/**
 * Whether an exception can report these missing occurrences. Refuses with INVALID_INPUT at `kind` what is no operating deviation, and at
 * `occurrenceLabels` one that is not missing, that stands twice, or whose explanation waits to be decided.
 */
export function checkOccurrencesReported(
  kind: ExceptionKind,
  labels: readonly string[],
  occurrences: readonly Occurrence[],
  awaiting: ReadonlySet<string>,
): void {
  if (kind !== 'OPERATING_DEVIATION') throw invalid('A missing occurrence is an operating deviation.', 'kind')
  const states = new Map(occurrences.map(({ label, state }) => [label, state]))
  const faultOf = (label: string, at: number): string | null => {
    const state = states.get(label)
    if (labels.indexOf(label) < at) return 'The occurrence stands twice.'
    if (state === undefined) return 'The period asks for no occurrence of this label.'
    if (state !== 'MISSING') return `The occurrence is ${state}, not MISSING.`
    return awaiting.has(label) ? 'An explanation of it waits to be decided.' : null
  }
  checkEach(
    labels.flatMap((label, at) => {
      const fault = faultOf(label, at)
      return fault ? new Refusal('INVALID_INPUT', fault, ['occurrenceLabels', at]) : []
    }),
  )
}

/** How the occurrences that an exception reports differ from what the populations say now, as a sentence; null when they agree. */
export function occurrencesDriftOf(recorded: ReportedOccurrences, now: ReportedOccurrences): string | null {
  const inWords = ({ occurrenceLabels, expectedOccurrences }: ReportedOccurrences) =>
    `${occurrenceLabels.length} of ${expectedOccurrences} expected occurrences (${occurrenceLabels.join(', ') || 'none'})`
  if (inWords(recorded) === inWords(now)) return null
  return `It holds ${inWords(recorded)} as not found; the populations now say ${inWords(now)}.`
}

export interface MissingOccurrence {
  controlId: string
  controlRef: string
  label: string
  awaits: boolean
}

/** A missing occurrence is a deviation until it is explained: it does not end in silence. */
export function missingBlocker({ controlId, controlRef, label, awaits }: MissingOccurrence): Blocker {
  const remedy = awaits
    ? 'an explanation waits for a manager or the partner to decide on it'
    : 'report it by an exception, or explain it'
  return blocker(
    'OCCURRENCE_MISSING',
    `No population of ${controlRef} lists its occurrence ${label}: ${remedy}.`,
    controlId,
  )
}
