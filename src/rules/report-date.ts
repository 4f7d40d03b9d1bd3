import { isCalendarDate } from './calendar.js'
import { numberOfDay } from './days.js'
import { earliestToday, latestToday, letters } from './documents.js'
import { type Blocker, blocker, Refusal, refusalOf } from './refusal.js'
import type { EngagementDocumentKind } from './vocabulary.js'

/** The date of a report, and its release: two things (product page, 9). */

/** What the date of a report is held against. Days are ISO dates. */
export interface ReportDateFacts {
  /** The last day the report speaks of. */
  lastDay: string
  /** When the last piece of evidence was obtained, the last review signed, the opinion decided and, where there is one, the quality review cleared. */
  workedAt: readonly Date[]
  /** The documents of the file; of several of a kind the one recorded last counts, of the client and of each subservice organization. */
  documents: readonly { kind: EngagementDocumentKind; datedOn: string }[]
  /** The dates of all inquiries about subsequent events, and for how many days each holds. */
  inquiredOn: readonly string[]
  inquiryDays: number
  /** The days on which events were known that change a conclusion. */
  changedOn: readonly string[]
  /** The date of management's assertion in force; null where there is none. */
  assertedOn: string | null
  /** When management signed it. */
  signedAt: Date | null
}

/**
 * Whether a report can bear this date. It is not dated in the future, nor before the work was finished: the period, the
 * last evidence, the last review, the decision on the opinion, the quality review. Representations are those of management on the report's date: their letter
 * bears the same date; the assertion is not later; an inquiry about subsequent events was made on it or shortly before, and no event
 * that changes a conclusion was known later.
 * Refuses with INVALID_INPUT at `datedOn`.
 */
export function checkReportDate(reportDate: string, facts: ReportDateFacts, now: Date): void {
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['datedOn'])
  if (!isCalendarDate(reportDate)) throw refuse('There is no day of this date; write it as 2025-12-31.')
  if (reportDate > latestToday(now)) throw refuse('The day lies in the future.')
  if (reportDate <= facts.lastDay) throw refuse(`The report speaks of the time up to ${facts.lastDay}: date it later.`)
  const finished = earliestToday(new Date(Math.max(...facts.workedAt.map((at) => at.getTime()))))
  if (reportDate < finished) {
    throw refuse(`The work was finished on ${finished}: the report cannot be dated before that day.`)
  }
  const { assertedOn } = facts
  if (assertedOn !== null && assertedOn > reportDate) {
    throw refuse(`Management’s assertion is dated ${assertedOn}, after the report.`)
  }
  if (assertedOn !== null && assertedOn < facts.lastDay) {
    throw refuse(
      `Management’s assertion is dated ${assertedOn}, before ${facts.lastDay}, up to which the report speaks.`,
    )
  }
  checkEventsUpTo(reportDate, facts)
  for (const { kind, datedOn } of facts.documents) {
    const name = kind.toLowerCase().replaceAll('_', ' ')
    if (letters.includes(kind) && datedOn !== reportDate) {
      throw refuse(`The ${name} is dated ${datedOn}; it bears the date of the report.`)
    }
    if (kind === 'SUBSERVICE_ASSERTION' && datedOn < facts.lastDay) {
      throw refuse(`The ${name} is dated ${datedOn}, before ${facts.lastDay}, up to which the report speaks.`)
    }
    if (kind !== 'SUBSEQUENT_EVENTS_INQUIRY' && datedOn > reportDate) {
      throw refuse(`The ${name} is dated ${datedOn}, after the report.`)
    }
  }
}

/** @throws Refusal INVALID_INPUT at `datedOn` no inquiry holds on the day, or an event that changes a conclusion was known later */
function checkEventsUpTo(day: string, { inquiredOn, inquiryDays, changedOn }: ReportDateFacts): void {
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['datedOn'])
  if (inquiredOn.length > 0 && !inquiredOn.some((asked) => isInquiryInForce(asked, day, inquiryDays))) {
    const last = inquiredOn.at(-1)
    throw refuse(
      `No inquiry about subsequent events was made on ${day} or in the ${inquiryDays} days before; the last one is dated ${last}.`,
    )
  }
  const later = changedOn.find((known) => known > day)
  if (later) throw refuse(`An event that changes a conclusion was known on ${later}: date the report no earlier.`)
}

/** Whether an inquiry about subsequent events that was made on a day holds on another one. */
export const isInquiryInForce = (askedOn: string, day: string, days: number): boolean =>
  askedOn <= day && numberOfDay(day) - numberOfDay(askedOn) <= days

/**
 * What keeps a report from bearing its date, or from being released under it now: it has none; management signed its assertion after the
 * partner dated it, who has not read that one; it could not be dated so today; or no inquiry about subsequent events holds now, such as
 * where the date is longer ago than one holds and none was made since.
 * @param facts null until an opinion is decided
 */
export function datingBlockers(
  { reportDatedOn, reportDatedAt }: { reportDatedOn: string | null; reportDatedAt: Date | null },
  facts: ReportDateFacts | null,
  now: Date,
): Blocker[] {
  const undated = (message: string) => [blocker('REPORT_NOT_DATED', message)]
  if (reportDatedOn === null || facts === null) return undated('The engagement partner has to date the report.')
  if (facts.signedAt && reportDatedAt && facts.signedAt > reportDatedAt) {
    return undated('Management signed its assertion after the report was dated: read it, and date the report anew.')
  }
  const refusal = refusalOf(() => checkReportDate(reportDatedOn, facts, now))
  if (refusal) return undated(`Date the report anew: ${refusal.message}`)
  return isInquiryCurrent(facts, now)
    ? []
    : [
        blocker(
          'RELEASE_TOO_LATE',
          `The last inquiry about subsequent events is older than ${facts.inquiryDays} days: ask again before the report is released.`,
        ),
      ]
}

/** Whether an inquiry holds today, wherever that is; where none was made at all, that is missing by itself. */
function isInquiryCurrent({ inquiredOn, inquiryDays }: ReportDateFacts, now: Date): boolean {
  const [earliest, latest] = [earliestToday(now), latestToday(now)]
  const holds = (asked: string) => asked <= latest && numberOfDay(earliest) - numberOfDay(asked) <= inquiryDays
  return inquiredOn.length === 0 || inquiredOn.some(holds)
}
