import { isCalendarDate } from './calendar.js'
import {
  dayOfNumber,
  isCycleLabel,
  isoWeekOf,
  monthsLater,
  numberOfDay,
  partsOf,
  type WorkCalendar,
  weekDaysInOrder,
  workdaysOf,
} from './days.js'
import type { ControlFrequency } from './vocabulary.js'

/**
 * The occurrences that a period asks of a periodic control: when it ran, it must have run so often. Each belongs to the cycle it
 * covers (a quarter, a week), not to the day on which it was done.
 */

/** The frequencies that name a cycle: what operates all the time, several times a day or by event is counted by no calendar. */
export const periodicFrequencies = [
  'DAILY',
  'WEEKLY',
  'MONTHLY',
  'QUARTERLY',
  'SEMI_ANNUAL',
  'ANNUAL',
] as const satisfies readonly ControlFrequency[]
export type PeriodicFrequency = (typeof periodicFrequencies)[number]

/** Whether a control of this frequency has a cycle. */
export const isPeriodic = (frequency: ControlFrequency): frequency is PeriodicFrequency =>
  periodicFrequencies.some((one) => one === frequency)

const labelForms: Record<PeriodicFrequency, RegExp> = {
  DAILY: /^\d{4}-\d\d-\d\d$/,
  WEEKLY: /^\d{4}-W\d\d$/,
  MONTHLY: /^\d{4}-\d\d$/,
  QUARTERLY: /^\d{4}-Q\d$/,
  SEMI_ANNUAL: /^\d{4}-H\d$/,
  ANNUAL: /^\d{4}$/,
}

/** What a cycle of each frequency is called, for example. */
export const labelExamples: Record<PeriodicFrequency, string> = {
  DAILY: '2019-01-31',
  WEEKLY: '2019-W05',
  MONTHLY: '2019-01',
  QUARTERLY: '2019-Q1',
  SEMI_ANNUAL: '2019-H1',
  ANNUAL: '2019',
}

/** Whether a text names a cycle of this frequency: by its label (`2025-Q2` of a quarterly one), or by a day within it. */
export const isCycleOf = (frequency: PeriodicFrequency, text: string): boolean =>
  isCalendarDate(text) || (labelForms[frequency].test(text) && isCycleLabel(text))

/** What decides which occurrences are expected. Days are ISO dates, both ends of a time included. */
export interface CyclePlan {
  frequency: PeriodicFrequency
  /** A day that begins a cycle; null: the calendar’s own week, month, quarter, half or year. */
  anchorOn: string | null
  /** How many days after the end of its cycle an occurrence may be done and is in time. */
  graceDays: number
  /** Whether days of grace, and the days of a DAILY control, are days of work. */
  countsBusinessDays: boolean
  /** The last occurrence before the period; null where it is not known. */
  lastOccurrenceOn: string | null
  /** From when and until when the control operated; null: before and after the period. */
  operatedFrom: string | null
  operatedTo: string | null
  periodStart: string
  periodEnd: string
  calendar: WorkCalendar
}

/** A cycle of which an occurrence is expected. */
export interface Cycle {
  /** `2025-Q2`, `2025-03`, `2025-W07`, `2025-H1`, `2025` or `2025-01-09`; where cycles begin elsewhere, of the unit in which this one begins. */
  label: string
  from: string
  to: string
  /** The last day on which the occurrence is in time. */
  dueOn: string
}

/** The grace that can be given, in days. */
export const GRACE_MAX = 31

/** How cycles follow each other, in numbers of days. */
interface Rhythm {
  startOf(index: number): number
  /** The cycle that a day lies in. */
  indexOf(day: number): number
  /** The day one cycle later. */
  after(day: number): number
  labelOf(start: number): string
}

/**
 * The cycles of which an occurrence is expected, in order. One is expected when it falls due (its end plus the grace) within the
 * period and within the time of the control, in which it lies from beginning to end:
 * - the last partial cycle of a period is not due; what was due before the period is no matter of it;
 * - of a cycle that began before the period, what was done before it counts where the last occurrence is known: a cycle that
 *   holds it is served, and the next one that began before the period is due one cycle after it;
 * - so is the next one that the calendar lets end after the period: an annual control last performed in May is due in May.
 * Without the last occurrence a cycle that began before the period and falls due in it is expected: that it was done before is for
 * the auditor to record.
 *
 * Sources: SG 2011 3.64 (an annual control may have no occasion in six months); product page, 3.
 */
export function expectedCycles(plan: CyclePlan): Cycle[] {
  const isWorkday = workdaysOf(plan.calendar)
  const rhythm = rhythmOf(plan)
  const skipped = (day: number) => plan.frequency === 'DAILY' && plan.countsBusinessDays && !isWorkday(day)
  const dueAfter = (end: number) => graceAfter(end, plan, isWorkday)
  const [begin, end] = [numberOfDay(plan.periodStart), numberOfDay(plan.periodEnd)]
  const from = plan.operatedFrom === null ? Number.NEGATIVE_INFINITY : numberOfDay(plan.operatedFrom)
  const until = plan.operatedTo === null ? Number.POSITIVE_INFINITY : numberOfDay(plan.operatedTo)
  const last = lastBefore(plan)
  const servedUntil = last === null ? Number.NEGATIVE_INFINITY : rhythm.indexOf(last)
  let follower = last === null ? null : servedUntil + 1
  while (follower !== null && skipped(rhythm.startOf(follower))) follower++

  /** The end of the first cycle after the last occurrence: its own, or one cycle after that occurrence. */
  const endAfter = (done: number, opens: number, closes: number): number => {
    const follows = Math.max(opens, Math.min(rhythm.after(done), closes))
    if (opens < begin) return dueAfter(follows) >= begin ? follows : closes
    return dueAfter(closes) > end || closes > until ? follows : closes
  }

  const cycles: Cycle[] = []
  for (let index = firstDueFrom(begin, rhythm, dueAfter); rhythm.startOf(index) <= end; index++) {
    const opens = rhythm.startOf(index)
    if (index <= servedUntil || skipped(opens)) continue
    const closes = rhythm.startOf(index + 1) - 1
    const ends = last !== null && index === follower ? endAfter(last, opens, closes) : closes
    const due = dueAfter(ends)
    if (opens < from || ends > until || due < begin || due > end) continue
    const [first, to, dueOn] = [opens, ends, due].map(dayOfNumber) as [string, string, string]
    cycles.push({ label: rhythm.labelOf(opens), from: first, to, dueOn })
  }
  return cycles
}

/** An occurrence within the period is none before it, whatever was recorded. */
const lastBefore = ({ lastOccurrenceOn, periodStart }: CyclePlan): number | null =>
  lastOccurrenceOn === null || lastOccurrenceOn >= periodStart ? null : numberOfDay(lastOccurrenceOn)

/** The first cycle that can fall due on this day or later. */
function firstDueFrom(day: number, rhythm: Rhythm, dueAfter: (end: number) => number): number {
  let index = rhythm.indexOf(day)
  while (dueAfter(rhythm.startOf(index) - 1) >= day) index--
  return index
}

/** The last day in time of what ends on this day. */
function graceAfter(end: number, plan: CyclePlan, isWorkday: (day: number) => boolean): number {
  if (!plan.countsBusinessDays) return end + plan.graceDays
  let day = end
  for (let given = 0; given < plan.graceDays; ) if (isWorkday(++day)) given++
  return day
}

/** Months in a cycle, of those that follow months. */
const monthsOf = { MONTHLY: 1, QUARTERLY: 3, SEMI_ANNUAL: 6, ANNUAL: 12 } as const

/** Where no day is given: a Monday, the first of a month, a quarter, a half and a year. */
const calendarAnchor = '2001-01-01'

function rhythmOf({ frequency, anchorOn, calendar }: CyclePlan): Rhythm {
  if (frequency === 'DAILY') return everyDays(1, 0, dayOfNumber)
  if (frequency === 'WEEKLY') {
    const anchor = anchorOn === null ? numberOfDay(calendarAnchor) + weekBegin(calendar) : numberOfDay(anchorOn)
    // The week of the fourth day: that in which most days of the cycle lie.
    return everyDays(7, anchor, (start) => isoWeekOf(start + 3))
  }
  const months = monthsOf[frequency]
  const anchor = partsOf(numberOfDay(anchorOn ?? calendarAnchor))
  const startOf = (index: number) => monthsLater(anchor, index * months)
  return {
    startOf,
    indexOf(day) {
      const { year, month } = partsOf(day)
      const index = Math.floor(((year - anchor.year) * 12 + month - anchor.month) / months)
      return startOf(index) > day ? index - 1 : index
    },
    after: (day) => monthsLater(partsOf(day), months),
    labelOf: (start) => labelOfMonths(frequency, start),
  }
}

const everyDays = (days: number, anchor: number, labelOf: Rhythm['labelOf']): Rhythm => ({
  startOf: (index) => anchor + index * days,
  indexOf: (day) => Math.floor((day - anchor) / days),
  after: (day) => day + days,
  labelOf,
})

/** On which day a week begins, counted from Monday: after the weekend, where it is one; otherwise on Monday. */
function weekBegin({ weekendDays }: WorkCalendar): number {
  const isFree = (day: number): boolean =>
    weekendDays.includes(weekDaysInOrder[day % 7] as (typeof weekDaysInOrder)[number])
  const begins = weekDaysInOrder.flatMap((_, day) => (!isFree(day) && isFree(day + 6) ? [day] : []))
  return begins.length === 1 ? (begins[0] as number) : 0
}

function labelOfMonths(frequency: keyof typeof monthsOf, start: number): string {
  const [year, month] = dayOfNumber(start).split('-') as [string, string]
  switch (frequency) {
    case 'MONTHLY':
      return `${year}-${month}`
    case 'QUARTERLY':
      return `${year}-Q${Math.ceil(Number(month) / 3)}`
    case 'SEMI_ANNUAL':
      return `${year}-H${Math.ceil(Number(month) / 6)}`
    case 'ANNUAL':
      return year
  }
}
