import { isCalendarDate } from './calendar.js'
import { latestToday } from './documents.js'
import { Refusal } from './refusal.js'
import type { ProcedureAspect } from './vocabulary.js'

/** What a walkthrough shows (product page, section 4): design and implementation. One instance says nothing of a period. */

/** The aspects of a procedure that a walkthrough in it answers; never operation. */
export function aspectsAnswered(aspects: readonly ProcedureAspect[]): ProcedureAspect[] {
  return aspects.filter((aspect) => aspect !== 'OPERATION')
}

/** Refuses with INVALID_INPUT at `procedureId` a procedure that is about operation alone. */
export function checkAnswersSomething({ aspects }: { aspects: readonly ProcedureAspect[] }): void {
  if (aspectsAnswered(aspects).length > 0) return
  throw new Refusal(
    'INVALID_INPUT',
    'A walkthrough answers design and implementation; this procedure tests operation alone.',
    ['procedureId'],
  )
}

/** Refuses with INVALID_INPUT at `performedOn` a day that there is not, and one in the future. */
export function checkPerformedOn(performedOn: string, now: Date): void {
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['performedOn'])
  if (!isCalendarDate(performedOn)) throw refuse('There is no day of this date; write it as 2025-12-31.')
  if (performedOn > latestToday(now)) throw refuse('The day lies in the future.')
}
