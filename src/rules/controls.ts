import type { Operated } from './coverage.js'
import { Refusal } from './refusal.js'
import { examinedDays, type ReportingTime, timeInWords } from './scope.js'
import type { MembershipState } from './vocabulary.js'

/** When a control operated, and which one took the place of which: each is tested over its own time (product page 3). */

const invalid = (message: string, path: string) => new Refusal('INVALID_INPUT', message, [path])

/**
 * A control that is examined operated on a day of what is examined at least, and not until a day before it began.
 * Refuses with INVALID_INPUT at `operatedFrom` or `operatedTo`.
 */
export function checkOperated({ operatedFrom, operatedTo }: Operated, time: ReportingTime): void {
  if (operatedFrom !== null && operatedTo !== null && operatedTo < operatedFrom) {
    throw invalid('The control would have ended before it began.', 'operatedTo')
  }
  const fault = outsideTime({ operatedFrom, operatedTo }, time)
  if (fault) {
    throw invalid(`No day of its operation is examined: the engagement covers ${timeInWords(time)}.`, fault)
  }
}

/** At which end a control lies wholly outside what is examined; null where it operated on some day of it. */
export function outsideTime(
  { operatedFrom, operatedTo }: Operated,
  time: ReportingTime,
): 'operatedFrom' | 'operatedTo' | null {
  const { from, to } = examinedDays(time)
  if (operatedFrom !== null && operatedFrom > to) return 'operatedFrom'
  return operatedTo !== null && operatedTo < from ? 'operatedTo' : null
}

/**
 * A control takes the place of one that had ended before it began: both are tested, each over its time. So no control replaces
 * itself, and none in a circle.
 * Refuses with INVALID_INPUT at `replacesId`.
 */
export function checkReplaces(control: Operated, replaced: Operated & { ref: string }): void {
  if (control.operatedFrom === null || replaced.operatedTo === null || replaced.operatedTo >= control.operatedFrom) {
    const message = `${replaced.ref} has to end, by its operatedTo, before the day from which on the one that replaces it operated (operatedFrom).`
    throw invalid(message, 'replacesId')
  }
}

/**
 * Who answers for a control is one of the client's people, whose membership can be used or is yet to be accepted; who leaves later stays
 * named. Refuses with INVALID_INPUT at `ownerMemberId`.
 */
export function checkMayOwn({ state, suspendedAt }: { state: MembershipState; suspendedAt: Date | null }): void {
  if (state === 'DISABLED' || suspendedAt !== null) {
    throw invalid('The membership of this person can be used no more; name another one.', 'ownerMemberId')
  }
}

/** How the completeness and accuracy of information were established says of which. Refuses with INVALID_INPUT at `ipeReliability`. */
export function checkInformation({ ipe, ipeReliability }: { ipe: string | null; ipeReliability: string | null }): void {
  if (ipeReliability !== null && ipe === null) {
    throw invalid('Say which information the control uses (ipe), too.', 'ipeReliability')
  }
}

/**
 * A time that is changed is still one in which each control operated.
 * Refuses with INVALID_INPUT at `path`, naming the controls that would lie outside it.
 */
export function checkStillExamined(
  controls: readonly (Operated & { ref: string })[],
  time: ReportingTime,
  path: string,
): void {
  const outside = controls.filter((control) => outsideTime(control, time) !== null).map(({ ref }) => ref)
  if (outside.length === 0) return
  throw invalid(
    `Controls would lie wholly outside it: ${outside.join(', ')}. Retire them, or correct when they operated, first.`,
    path,
  )
}
