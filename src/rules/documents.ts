import { dayOf, isCalendarDate } from './calendar.js'
import { Refusal } from './refusal.js'
import { lastDay, type ReportingTime } from './scope.js'
import {
  type DescriptionCriterion,
  descriptionCriteria,
  type EngagementDocumentKind,
  type EngagementKind,
  words,
} from './vocabulary.js'

const fourteenHours = 14 * 60 * 60 * 1000

/** The latest day it is anywhere at this moment: a date somebody wrote has no time zone. */
export const latestToday = (now: Date): string => dayOf(new Date(now.getTime() + fourteenHours))

const twelveHours = 12 * 60 * 60 * 1000

/** The earliest day it still is anywhere at this moment. */
export const earliestToday = (now: Date): string => dayOf(new Date(now.getTime() - twelveHours))

const letters: readonly EngagementDocumentKind[] = ['REPRESENTATION_LETTER', 'SUBSERVICE_REPRESENTATION_LETTER']
const speaksOfWhole: readonly EngagementDocumentKind[] = [...letters, 'SUBSEQUENT_EVENTS_INQUIRY']

/**
 * Whether a document of the file can bear this date. Refuses with INVALID_INPUT at `datedOn`:
 * - nothing is dated in the future;
 * - the engagement letter holds the terms agreed before the work, so it is not dated after fieldwork began;
 * - representations and the inquiry about subsequent events speak of the whole period, so they are not dated before its end.
 */
export function checkDocumentDate(
  document: { kind: EngagementDocumentKind; datedOn: string },
  engagement: ReportingTime & { fieldworkStartedAt: Date | null },
  now: Date,
): void {
  const { kind, datedOn } = document
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['datedOn'])
  if (!isCalendarDate(datedOn)) throw refuse('There is no day of this date; write it as 2025-12-31.')
  if (datedOn > latestToday(now)) throw refuse('The day lies in the future.')
  const started = engagement.fieldworkStartedAt
  if (kind === 'ENGAGEMENT_LETTER' && started && datedOn > latestToday(started)) {
    throw refuse(`The terms are agreed before the work: fieldwork began on ${dayOf(started)}.`)
  }
  const end = lastDay(engagement)
  if (speaksOfWhole.includes(kind) && datedOn < end) {
    throw refuse(`It speaks of the time up to ${end} and cannot be dated before that day.`)
  }
}

/** The description criteria of an engagement. DC9 asks for changes during a period; a Type 1 has none. */
export const criteriaOfDescription = (kind: EngagementKind): DescriptionCriterion[] =>
  words(descriptionCriteria).filter((criterion) => kind !== 'SOC2_TYPE_1' || criterion !== 'DC9')

/** What the date of a report is held against. Days are ISO dates. */
export interface ReportDateFacts {
  /** The last day the report speaks of. */
  lastDay: string
  /** When the opinion was decided, and when the quality review was cleared; null where the firm needs none. */
  decidedAt: Date
  clearedAt: Date | null
  /** The documents of the file; of several of a kind the one recorded last counts, of the client and of each subservice organization. */
  documents: readonly { kind: EngagementDocumentKind; datedOn: string }[]
}

/**
 * Whether a report can bear this date. It is not dated in the future, nor before the work was finished: the period, the
 * decision on the opinion, the quality review. Representations are those of management on the report's date: their letter
 * bears the same date; assertion and inquiry about subsequent events are not later.
 * Refuses with INVALID_INPUT at `datedOn`.
 */
export function checkReportDate(reportDate: string, facts: ReportDateFacts, now: Date): void {
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['datedOn'])
  if (!isCalendarDate(reportDate)) throw refuse('There is no day of this date; write it as 2025-12-31.')
  if (reportDate > latestToday(now)) throw refuse('The day lies in the future.')
  if (reportDate <= facts.lastDay) throw refuse(`The report speaks of the time up to ${facts.lastDay}: date it later.`)
  const finished = earliestToday(new Date(Math.max(facts.decidedAt.getTime(), facts.clearedAt?.getTime() ?? 0)))
  if (reportDate < finished) {
    throw refuse(`The work was finished on ${finished}: the report cannot be dated before that day.`)
  }
  for (const { kind, datedOn } of facts.documents) {
    const name = kind.toLowerCase().replaceAll('_', ' ')
    if (letters.includes(kind) && datedOn !== reportDate) {
      throw refuse(`The ${name} is dated ${datedOn}; it bears the date of the report.`)
    }
    if (datedOn > reportDate) throw refuse(`The ${name} is dated ${datedOn}, after the report.`)
  }
}
