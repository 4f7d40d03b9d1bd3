import { isCalendarDate } from './calendar.js'
import { evidenceLifecycle, legalHoldLifecycle } from './lifecycles.js'
import { type Blocker, blocker, Refusal } from './refusal.js'
import type { ReportingTime } from './scope.js'
import type { EvidenceOrigin, EvidenceState, LegalHoldState, PeriodCheck } from './vocabulary.js'

/** Ways of obtaining evidence in which the client has no hand. */
const byAuditor: readonly EvidenceOrigin[] = ['TAKEN_BY_AUDITOR', 'OUTSIDE_CONFIRMATION']

/** Where a piece of evidence comes from, as who brings it says. */
export interface EvidenceFacts {
  origin: EvidenceOrigin
  /** First and last day that it covers, ISO dates; both or neither. */
  coversFrom: string | null
  coversTo: string | null
  /** Whether people of the client bring it. */
  isOfClient: boolean
}

/**
 * Whether evidence can be what it is said to be. Refuses with INVALID_INPUT:
 * - at `origin`, what only the auditor obtains and the client brings: evidence that passed through the client is no more
 *   reliable than the client (AU-C 500, AT-C 205);
 * - at `coversFrom` or `coversTo`, a day that the calendar does not have, one without the other, and an end before the beginning.
 */
export function checkEvidence({ origin, coversFrom, coversTo, isOfClient }: EvidenceFacts): void {
  const refuse = (field: string, message: string) => new Refusal('INVALID_INPUT', message, [field])
  if (isOfClient && byAuditor.includes(origin)) {
    throw refuse('origin', 'What passes through the client was not taken by the auditor, nor confirmed to the auditor.')
  }
  for (const [field, day] of Object.entries({ coversFrom, coversTo })) {
    if (day !== null && !isCalendarDate(day))
      throw refuse(field, 'There is no day of this date; write it as 2025-12-31.')
  }
  if (coversFrom === null && coversTo !== null) throw refuse('coversFrom', 'Say from which day on, too.')
  if (coversFrom !== null && coversTo === null) throw refuse('coversTo', 'Say until which day, too.')
  if (coversFrom !== null && coversTo !== null && coversFrom > coversTo) {
    throw refuse('coversTo', 'It ends before it begins.')
  }
}

/** The name of a file leads into no folder. Refuses with INVALID_INPUT at `fileName`. */
export function checkFileName(fileName: string): void {
  if (!/[/\\]/.test(fileName)) return
  throw new Refusal('INVALID_INPUT', 'The name of a file has no / and no \\: give it without its folder.', ['fileName'])
}

/** Nothing can rest on a file without content. Refuses with INVALID_INPUT at `fileName`. */
export function checkHasContent({ byteCount }: { byteCount: number }): void {
  if (byteCount > 0) return
  throw new Refusal('INVALID_INPUT', 'The file is empty: nothing can rest on it.', ['fileName'])
}

/** A newer file says something else than the one that it supersedes. Refuses with INVALID_INPUT at `supersedesId`. */
export function checkDiffers(newer: { sha256: string }, superseded: { sha256: string }): void {
  if (newer.sha256 !== superseded.sha256) return
  throw new Refusal('INVALID_INPUT', 'It is the same file as the one that it is to supersede.', ['supersedesId'])
}

/** How the period that evidence covers lies to what the engagement examines; a flag for who relies on it, never a refusal. */
export function checkedPeriod(
  { coversFrom, coversTo }: Pick<EvidenceFacts, 'coversFrom' | 'coversTo'>,
  { periodStart, periodEnd, asOf }: ReportingTime,
): PeriodCheck {
  const [first, last] = [periodStart ?? asOf, periodEnd ?? asOf]
  if (coversFrom === null || coversTo === null || first === null || last === null) return 'NOT_STATED'
  if (coversTo < first || coversFrom > last) return 'OUTSIDE'
  return coversFrom >= first && coversTo <= last ? 'WITHIN' : 'PARTLY_OUTSIDE'
}

/** Refuses with INVALID_TRANSITION what cannot be relied on: not scanned yet, infected, or removed. */
export function checkAvailable({ state }: { state: EvidenceState }, path: readonly string[] = ['evidenceId']): void {
  evidenceLifecycle.checkState(state, ['AVAILABLE'], { act: 'Relying on it', path })
}

export const legalHoldState = ({ releasedAt }: { releasedAt: Date | null }): LegalHoldState =>
  releasedAt ? 'RELEASED' : 'IN_FORCE'

/** Refuses with INVALID_TRANSITION to release what was released already. */
export const checkReleasable = (hold: { releasedAt: Date | null }): void =>
  legalHoldLifecycle.checkMove(legalHoldState(hold), 'RELEASED')

/** How many years a firm keeps evidence: within these bounds it says itself. */
export const retentionBounds = { min: 1, max: 30, usual: 7 } as const

/** Refuses with INVALID_INPUT a number of years beyond the bounds. */
export function checkRetentionYears(years: number): void {
  const { min, max } = retentionBounds
  if (years >= min && years <= max) return
  throw new Refusal('INVALID_INPUT', `Evidence is kept for ${min} to ${max} years.`, ['retentionYears'])
}

/**
 * The day until which evidence is kept at least.
 * @param endedOn the day, ISO, on which the report was issued or the firm withdrew; null while the engagement is under way
 * @returns the same day so many years later, the first of March for a last of February that this year does not have; null while
 *   the engagement is under way: then nothing is due
 */
export function retainedUntil(endedOn: string | null, years: number): string | null {
  if (endedOn === null) return null
  const day = `${String(Number(endedOn.slice(0, 4)) + years).padStart(4, '0')}${endedOn.slice(4)}`
  return isCalendarDate(day) ? day : `${day.slice(0, 4)}-03-01`
}

/** Those of evidence whose file is there. */
export const statesKept = ['PENDING', 'AVAILABLE', 'INFECTED'] as const satisfies readonly EvidenceState[]

/** Refuses with INVALID_TRANSITION to remove what was removed already. */
export const checkNotRemoved = ({ state }: { state: EvidenceState }): void =>
  evidenceLifecycle.checkMove(state, 'REMOVED')

/** What keeps a piece of evidence from being removed. */
export interface EvidenceUses {
  /** Whether any paper, document or response rests on it. */
  isInUse: boolean
  /** Whether a member of the firm opened it. */
  isReadByFirm: boolean
  isOnLegalHold: boolean
}

/**
 * Whether evidence can be removed: nothing rests on it, and no legal hold is in force. What the auditor has read, the client does not
 * take back: it may speak against a conclusion. Refuses with NOT_READY { blockers }. People of
 * the client, who may not know what rests on it nor of a hold, are told that the audit firm needs it.
 */
export function checkNothingRestsOn(
  { isInUse, isReadByFirm, isOnLegalHold }: EvidenceUses,
  isForClient: boolean,
): void {
  if (!isInUse && !isOnLegalHold && !(isForClient && isReadByFirm)) return
  const needed = blocker('EVIDENCE_NEEDED', 'The audit firm needs it.')
  const used = isInUse
    ? [
        blocker(
          'EVIDENCE_IN_USE',
          'Something rests on it: a link, a document of the file, an imported list, the reason of a decision or a submitted response.',
        ),
      ]
    : []
  const held = isOnLegalHold ? [blocker('LEGAL_HOLD', 'A legal hold on the engagement is in force.')] : []
  const blockers: Blocker[] = isForClient ? [needed] : [...used, ...held]
  throw new Refusal('NOT_READY', `The evidence cannot be removed. ${blockers[0]?.message}`, [], { blockers })
}
