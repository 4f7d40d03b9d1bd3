import { dayOf, isCalendarDate } from './calendar.js'
import { managementRefusalLifecycle } from './lifecycles.js'
import { checkEach, Refusal } from './refusal.js'
import { lastDay, type ReportingTime } from './scope.js'
import { textFault } from './text.js'
import {
  type DescriptionCriterion,
  descriptionCriteria,
  type EngagementDocumentKind,
  type EngagementKind,
  type ManagementRefusalState,
  words,
} from './vocabulary.js'

const fourteenHours = 14 * 60 * 60 * 1000

/** The latest day it is anywhere at this moment: a date somebody wrote has no time zone. */
export const latestToday = (now: Date): string => dayOf(new Date(now.getTime() + fourteenHours))

const twelveHours = 12 * 60 * 60 * 1000

/** The earliest day it still is anywhere at this moment. */
export const earliestToday = (now: Date): string => dayOf(new Date(now.getTime() - twelveHours))

/** What bears the date of the report. */
export const letters: readonly EngagementDocumentKind[] = ['REPRESENTATION_LETTER', 'SUBSERVICE_REPRESENTATION_LETTER']

/** What speaks of all that is examined, and is not dated before its last day. */
const ofTheWholeTime: readonly EngagementDocumentKind[] = [...letters, 'SUBSERVICE_ASSERTION']

/**
 * Whether a document of the file can bear this date. Refuses with INVALID_INPUT at `datedOn`:
 * - nothing is dated in the future;
 * - the engagement letter holds the terms agreed before the work, so it is not dated after fieldwork began;
 * - representations and assertions speak of the whole period, so they are not dated before its end; the inquiry about subsequent events asks for what
 *   came after it, so it is dated later.
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
  if (ofTheWholeTime.includes(kind) && datedOn < end) {
    throw refuse(`It speaks of the time up to ${end} and cannot be dated before that day.`)
  }
  if (kind === 'SUBSEQUENT_EVENTS_INQUIRY' && datedOn <= end) {
    throw refuse(`It asks for what came after ${end} and is dated later.`)
  }
}

/** Of the name of a person. */
const NAME_MAX = 200

/**
 * Only an engagement letter says who may sign for management, each once, by a name on one line. Refuses with INVALID_INPUT at
 * `signatories` and the places of those at fault.
 */
export function checkNamesSignatories(document: {
  kind: EngagementDocumentKind
  signatories: readonly string[]
}): void {
  const { kind, signatories } = document
  if (signatories.length === 0) return
  if (kind !== 'ENGAGEMENT_LETTER') {
    throw new Refusal('INVALID_INPUT', 'Only the engagement letter says who may sign for management.', ['signatories'])
  }
  checkEach(
    signatories.flatMap((name, at) => {
      const fault =
        textFault(name, 'line', NAME_MAX) ?? (signatories.indexOf(name) < at ? 'stands there already' : null)
      return fault === null ? [] : new Refusal('INVALID_INPUT', `The name ${fault}.`, ['signatories', at])
    }),
  )
}

/**
 * Section II prints the assertion of an included subservice organization as its management wrote it; the client's own is written and
 * signed in the service. Refuses with INVALID_INPUT at `assertionText`.
 */
export function checkAssertionText(document: { kind: EngagementDocumentKind; assertionText?: string | null }): void {
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['assertionText'])
  const isGiven = (document.assertionText?.trim() ?? '') !== ''
  if (document.kind === 'SUBSERVICE_ASSERTION') {
    if (!isGiven) throw refuse('Give the assertion as it is written: Section II prints it.')
  } else if (isGiven) throw refuse('Only the assertion of a subservice organization is given as a text.')
}

/** What was refused was refused by now. Refuses with INVALID_INPUT at `refusedOn`. */
export function checkRefusalDate(refusedOn: string, now: Date): void {
  if (refusedOn > latestToday(now)) throw new Refusal('INVALID_INPUT', 'The day lies in the future.', ['refusedOn'])
}

/** Whether management still refuses what it refused. */
export const managementRefusalState = ({ retractedAt }: { retractedAt: Date | null }): ManagementRefusalState =>
  retractedAt ? 'RETRACTED' : 'STANDS'

/** Refuses with INVALID_TRANSITION to retract what was retracted already. */
export const checkRefusalStands = (refusal: { retractedAt: Date | null }): void =>
  managementRefusalLifecycle.checkMove(managementRefusalState(refusal), 'RETRACTED')

/** The description criteria of an engagement. DC9 asks for changes during a period; a Type 1 has none. */
export const criteriaOfDescription = (kind: EngagementKind): DescriptionCriterion[] =>
  words(descriptionCriteria).filter((criterion) => kind !== 'SOC2_TYPE_1' || criterion !== 'DC9')

/** For so many days an inquiry about subsequent events holds, as shipped, and at most. */
export const shippedInquiryDays = 7
export const INQUIRY_DAYS_MAX = 30
