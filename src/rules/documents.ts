import { isCalendarDate } from './calendar.js'
import { Refusal } from './refusal.js'
import { lastDay, type ReportingTime } from './scope.js'
import type { ClosingDocumentKind } from './vocabulary.js'

const fourteenHours = 14 * 60 * 60 * 1000

/** The latest day it is anywhere at this moment: a date somebody wrote has no time zone. */
export const latestToday = (now: Date): string => new Date(now.getTime() + fourteenHours).toISOString().slice(0, 10)

/**
 * Whether a document of the file can bear this date. Refuses with INVALID_INPUT at `dated`:
 * - nothing is dated in the future;
 * - the engagement letter holds the terms agreed before the work, so it is not dated after fieldwork began;
 * - representations and the inquiry about subsequent events speak of the whole period, so they are not dated before its end.
 */
export function checkDocumentDate(
  document: { kind: ClosingDocumentKind; dated: string },
  engagement: ReportingTime & { fieldworkStartedAt: Date | null },
  now: Date,
): void {
  const { kind, dated } = document
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['dated'])
  if (!isCalendarDate(dated)) throw refuse(`There is no day ${dated}; write it as 2025-12-31.`)
  if (dated > latestToday(now)) throw refuse(`${dated} lies in the future.`)
  const started = engagement.fieldworkStartedAt
  if (kind === 'ENGAGEMENT_LETTER' && started && dated > latestToday(started)) {
    throw refuse(`The terms are agreed before the work: fieldwork began on ${started.toISOString().slice(0, 10)}.`)
  }
  const end = lastDay(engagement)
  if ((kind === 'REPRESENTATION_LETTER' || kind === 'SUBSEQUENT_EVENTS_INQUIRY') && dated < end) {
    throw refuse(`It speaks of the time up to ${end} and cannot be dated before that day.`)
  }
}
