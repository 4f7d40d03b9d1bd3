import { dayOfNumber, numberOfDay } from './days.js'
import { type Blocker, blocker } from './refusal.js'
import { examinedDays, type ReportingTime } from './scope.js'

/**
 * Coverage over time: a control serves a criterion on the days on which it operated, not on others (product page 3). Opinions speak of
 * the whole period, so days on which no control served a criterion are a deficiency of design, or need the partner's decision.
 */

/** Days in a row, both included; ISO dates. */
export interface Days {
  from: string
  to: string
}

/** When a control operated; null where it did from before what is examined on, or beyond it. */
export interface Operated {
  operatedFrom: string | null
  operatedTo: string | null
}

/**
 * The days of what is examined on which none of these controls operated, in order, as few stretches as there are.
 * @param serving the controls that serve one criterion and are not retired
 */
export function gapsIn(time: ReportingTime, serving: readonly Operated[]): Days[] {
  const { from, to } = examinedDays(time)
  const spans = serving
    .map(({ operatedFrom, operatedTo }) => ({ from: operatedFrom ?? from, to: operatedTo ?? to }))
    .toSorted((a, b) => (a.from < b.from ? -1 : Number(a.from > b.from)))
  const gaps: Days[] = []
  let open = from
  for (const span of spans) {
    if (span.from > to) break
    if (span.from > open) gaps.push({ from: open, to: dayBefore(span.from) })
    // Nothing is left open: the day after the last one is not asked for, as the calendar may have none.
    if (span.to >= to) return gaps
    if (span.to >= open) open = dayAfter(span.to)
  }
  return [...gaps, { from: open, to }]
}

/** Whether these days lie within those. */
export const lieWithin = (days: Days, { from, to }: Days): boolean => days.from >= from && days.to <= to

const dayAfter = (day: string): string => dayOfNumber(numberOfDay(day) + 1)
const dayBefore = (day: string): string => dayOfNumber(numberOfDay(day) - 1)

/** A live design deficiency: the criteria it names, and from when to when it says that the design failed. */
export interface DeficiencyFact {
  criteriaCodes: readonly string[]
  failedFrom: string | null
  failedTo: string | null
}

/** Whether a deficiency reports a gap: it names the criterion, and where it says since when or until when, the gap lies within. */
export const reportsGap = (deficiency: DeficiencyFact, code: string, gap: Days): boolean =>
  deficiency.criteriaCodes.includes(code) &&
  lieWithin(gap, { from: deficiency.failedFrom ?? gap.from, to: deficiency.failedTo ?? gap.to })

/** `from 2025-01-01 to 2025-09-30`, or `on 2025-12-31`. */
export const daysInWords = ({ from, to }: Days): string => (from === to ? `on ${from}` : `from ${from} to ${to}`)

/** Days on which no control in operation serves a criterion that one serves on others, and that nothing answers. */
export interface CoverageGapFact extends Days {
  code: string
}

/** What is missing before completion, of such days. */
export const coverageGapBlocker = ({ code, ...days }: CoverageGapFact): Blocker =>
  blocker(
    'COVERAGE_GAP',
    `No control in operation serves ${code} ${daysInWords(days)}: raise the design deficiency, or have the partner decide why it is none.`,
  )
