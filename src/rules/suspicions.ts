import { latestToday } from './documents.js'
import { isLive } from './exceptions.js'
import { type Blocker, blocker, checkEach, Refusal } from './refusal.js'
import type { ExceptionState, SuspicionEffect } from './vocabulary.js'

/**
 * Suspected fraud and noncompliance (AT-C 205; AU-C 240 and 250 by analogy): a member who performs work records what was noticed, for the engagement
 * partner alone, who says to whom it was communicated, evaluates it, and does not release the report before.
 */

/** To whom it was communicated, and when. */
export interface CommunicatedTo {
  name: string
  role: string
  /** ISO date. */
  communicatedOn: string
}

/** So many people are told of one. */
export const COMMUNICATIONS_MAX = 20

/** No day lies in the future. Refuses with INVALID_INPUT at `noticedOn`. */
export function checkNoticed(noticedOn: string, now: Date): void {
  if (noticedOn <= latestToday(now)) return
  throw new Refusal('INVALID_INPUT', 'The day lies in the future.', ['noticedOn'])
}

/**
 * It is communicated once it was noticed, and not in the future, to so many people at most. Refuses at the place of each in `communicatedTo`
 * with INVALID_INPUT, and with LIMIT_REACHED.
 * @param before to whom it was communicated before: no one is taken back
 */
export function checkCommunicated(
  given: readonly CommunicatedTo[],
  { noticedOn, before, now }: { noticedOn: string; before: readonly CommunicatedTo[]; now: Date },
): void {
  if (before.length + given.length > COMMUNICATIONS_MAX) {
    const message = `${COMMUNICATIONS_MAX} people are told of one at most.`
    throw new Refusal('LIMIT_REACHED', message, ['communicatedTo'])
  }
  const refuse = (at: number, message: string) =>
    new Refusal('INVALID_INPUT', message, ['communicatedTo', at, 'communicatedOn'])
  checkEach(
    given.flatMap(({ communicatedOn }, at) => {
      if (communicatedOn > latestToday(now)) return refuse(at, 'The day lies in the future.')
      return communicatedOn < noticedOn ? refuse(at, `It was noticed on ${noticedOn}, and communicated later.`) : []
    }),
  )
}

/**
 * What is reported as an exception names one that stands; anything else names none. Refuses with INVALID_INPUT at `exceptionId`, and with
 * NOT_FOUND for one of another engagement.
 * @param exception the one that is named; null where none is
 */
export function checkEffect(
  effect: SuspicionEffect,
  engagementId: string,
  exception: { engagementId: string; state: ExceptionState } | null,
): void {
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['exceptionId'])
  if (effect !== 'EXCEPTION') {
    if (exception) throw refuse('Only what is reported as an exception names one.')
    return
  }
  if (!exception) throw refuse('Name the exception as which it is reported.')
  if (exception.engagementId !== engagementId) {
    throw new Refusal('NOT_FOUND', 'The engagement has no such exception.', ['exceptionId'])
  }
  if (!isLive(exception)) throw refuse('The exception does not stand any more: name one that does.')
}

/**
 * What is not evaluated, or is reported as an exception that does not stand any more, keeps the report from being issued. The message says
 * nothing of the matter.
 */
export const suspicionBlockers = (
  suspicions: readonly { id: string; effect: SuspicionEffect | null; exceptionId: string | null }[],
  exceptions: readonly { id: string; state: ExceptionState }[],
): Blocker[] =>
  suspicions
    .filter(
      ({ effect, exceptionId }) =>
        effect === null || (effect === 'EXCEPTION' && !exceptions.some((one) => one.id === exceptionId && isLive(one))),
    )
    .map(({ id }) => blocker('PARTNER_MATTER_OPEN', 'Evaluate what was recorded for you alone.', id))
