import { latestToday } from './documents.js'
import { isLive } from './exceptions.js'
import { type Blocker, blocker, Refusal } from './refusal.js'
import { lastDay, type ReportingTime } from './scope.js'
import { cut } from './text.js'
import type { EventEvaluation, ExceptionState } from './vocabulary.js'

/** What happened after the last day examined and before the report is released (AT-C 205 on subsequent events; product page, 2 and 9). */

/**
 * When an event was known: after the last day examined, and not before it occurred. Refuses with INVALID_INPUT at `occurredOn` or
 * `knownOn`.
 */
export function checkSubsequentEvent(
  event: { occurredOn: string; knownOn: string },
  engagement: ReportingTime,
  now: Date,
): void {
  const { occurredOn, knownOn } = event
  const end = lastDay(engagement)
  const refuse = (message: string, path: string) => new Refusal('INVALID_INPUT', message, [path])
  if (knownOn > latestToday(now)) throw refuse('The day lies in the future.', 'knownOn')
  if (knownOn <= end) throw refuse(`What was known by ${end} is no subsequent event: examine it.`, 'knownOn')
  if (occurredOn > knownOn) throw refuse('It was known after it occurred.', 'occurredOn')
}

/** Events that were not evaluated stand before the report. */
export const eventBlockers = (events: readonly { id: string; what: string; evaluation: unknown }[]): Blocker[] =>
  events
    .filter(({ evaluation }) => evaluation === null)
    .map(({ id, what }) => blocker('SUBSEQUENT_EVENT_UNEVALUATED', `Evaluate what happened: ${cut(what, 200)}`, id))

/** An event is evaluated once; what is learned later is another one. Refuses with ALREADY_EXISTS. */
export function checkUnevaluated({ evaluation }: { evaluation: EventEvaluation | null }): void {
  if (evaluation === null) return
  throw new Refusal('ALREADY_EXISTS', 'The event is evaluated: record what was learned since as another event.')
}

/**
 * An evaluation has what follows from it: an event that changes a conclusion a live exception of the engagement, raised for it; one that
 * the description discloses the section; one without effect neither. Refuses with INVALID_INPUT at `exceptionId` and
 * `descriptionSectionId`; NOT_FOUND for an exception of another engagement.
 */
export function checkFollowed(
  { engagementId, evaluation }: { engagementId: string; evaluation: EventEvaluation },
  exception: { engagementId: string; state: ExceptionState } | null,
  section: object | null,
): void {
  const refuse = (message: string, path: string) => new Refusal('INVALID_INPUT', message, [path])
  if (exception && exception.engagementId !== engagementId) {
    throw new Refusal('NOT_FOUND', 'The engagement has no such exception.', ['exceptionId'])
  }
  if (exception && !isLive(exception)) throw refuse('The exception does not stand any more.', 'exceptionId')
  if ((evaluation === 'CHANGES_CONCLUSION') !== (exception !== null)) {
    throw refuse('Name the exception that was raised, of an event that changes a conclusion alone.', 'exceptionId')
  }
  if ((evaluation === 'DISCLOSED') !== (section !== null)) {
    throw refuse('Name the section that discloses it, of an event that is disclosed alone.', 'descriptionSectionId')
  }
}
