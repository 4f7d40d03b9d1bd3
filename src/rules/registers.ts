import { dayOf } from './calendar.js'
import { earliestToday, latestToday } from './documents.js'
import { isLive } from './exceptions.js'
import { registerLifecycle } from './lifecycles.js'
import { type Blocker, blocker, checkEach, Refusal } from './refusal.js'
import { lastDay, type ReportingTime } from './scope.js'
import { cut } from './text.js'
import type { ExceptionState, RegisterConclusion, RegisterEntryState } from './vocabulary.js'

/**
 * The client's own registers (product page 7; description criteria DC4 and DC9): incidents, and changes of organization and system. They
 * are the client's until it shares an entry; what was shared that touches the time of an engagement is evaluated there before the report.
 */

/** An entry, as far as its state is asked about. */
export interface KeptEntry {
  sharedAt: Date | null
  withdrawnAt: Date | null
}

/** Where an entry stands: one that was withdrawn is that, shared or not. */
export const registerEntryState = ({ sharedAt, withdrawnAt }: KeptEntry): RegisterEntryState =>
  withdrawnAt ? 'WITHDRAWN' : sharedAt ? 'SHARED' : 'PRIVATE'

/** What was withdrawn stays as it was. Refuses with INVALID_TRANSITION. */
export const checkEntryStands = (entry: KeptEntry): void =>
  registerLifecycle.checkState(registerEntryState(entry), ['PRIVATE', 'SHARED'])

/** What the auditor reads is changed by an administrator of the client, as it was shared by one. Refuses with SEPARATION_OF_DUTIES. */
export function checkSharedByAdministrator(
  { sharedAt }: KeptEntry,
  { clientRole }: { clientRole: string | null },
): void {
  if (sharedAt === null || clientRole === 'CLIENT_ADMIN') return
  throw new Refusal('SEPARATION_OF_DUTIES', 'The entry is shared with the auditor: an administrator changes it.')
}

/** By these days an entry touches an engagement. */
type Days = Partial<Record<'occurredOn' | 'discoveredOn' | 'effectiveOn' | 'resolvedOn', string | null>>

/**
 * The days of an entry that is shared stay, or it could be moved out of the time of an engagement that is to evaluate it; where one is
 * wrong the entry is withdrawn, which is evaluated too, and another one recorded. An incident may be said to have gone on longer; one that
 * went on when it was shared was resolved on that day or later. Refuses with INVALID_INPUT at each day.
 */
export function checkDaysKept(entry: Days & KeptEntry, changes: Days): void {
  const { sharedAt } = entry
  if (sharedAt === null) return
  const refuse = (name: string, message: string) => new Refusal('INVALID_INPUT', message, [name])
  const names = ['occurredOn', 'discoveredOn', 'effectiveOn', 'resolvedOn'] as const
  checkEach(
    names.flatMap((name) => {
      const day = changes[name]
      if (day === undefined || day === entry[name]) return []
      // That it went on longer than was said takes it out of no engagement.
      const least = entry.resolvedOn ?? earliestToday(sharedAt)
      if (name === 'resolvedOn' && (day === null || day >= least)) return []
      return refuse(name, 'The entry is shared: withdraw it, and record another one with this day.')
    }),
  )
}

/** An entry is shared once. Refuses with INVALID_TRANSITION. */
export const checkEntryShareable = (entry: KeptEntry): void =>
  registerLifecycle.checkMove(registerEntryState(entry), 'SHARED')

/** An entry made in error is withdrawn once. Refuses with INVALID_TRANSITION. */
export const checkEntryWithdrawable = (entry: KeptEntry): void =>
  registerLifecycle.checkMove(registerEntryState(entry), 'WITHDRAWN')

export interface IncidentDays {
  occurredOn: string
  discoveredOn: string
  /** Null while it is not resolved. */
  resolvedOn: string | null
}

/**
 * An incident is discovered once it occurred, resolved once it was discovered, and none of that in days to come. Refuses with
 * INVALID_INPUT at `occurredOn`, `discoveredOn` or `resolvedOn`.
 */
export function checkIncidentDays({ occurredOn, discoveredOn, resolvedOn }: IncidentDays, now: Date): void {
  const refuse = (message: string, path: string) => new Refusal('INVALID_INPUT', message, [path])
  const today = latestToday(now)
  if (occurredOn > today) throw refuse('The day lies in the future.', 'occurredOn')
  if (discoveredOn > today) throw refuse('The day lies in the future.', 'discoveredOn')
  if (discoveredOn < occurredOn) throw refuse('It was discovered after it occurred.', 'discoveredOn')
  if (resolvedOn === null) return
  if (resolvedOn > today) throw refuse('The day lies in the future.', 'resolvedOn')
  if (resolvedOn < discoveredOn) throw refuse('It was resolved after it was discovered.', 'resolvedOn')
}

/** The time of an engagement, and when it ended: its report was released, or the firm withdrew; null while it is under way. */
export interface EngagementTime extends ReportingTime {
  endedAt: Date | null
}

/** The days of which an engagement asks what happened: up to the end of the engagement or, in a Type 1, up to the day as of which it is made. */
const askedOf = (time: EngagementTime): { from: string; to: string | null } =>
  time.asOf === null
    ? { from: time.periodStart ?? '', to: time.endedAt && latestToday(time.endedAt) }
    : { from: '', to: lastDay(time) }

/** Whether an incident touches the time of an engagement: it occurred, was discovered or went on then. One that is not resolved goes on. */
export function incidentTouches({ occurredOn, resolvedOn }: IncidentDays, time: EngagementTime): boolean {
  const { from, to } = askedOf(time)
  return (to === null || occurredOn <= to) && (resolvedOn === null || resolvedOn >= from)
}

/** Whether a change took effect in the time of an engagement. */
export function changeTouches({ effectiveOn }: { effectiveOn: string }, time: EngagementTime): boolean {
  const { from, to } = askedOf(time)
  return effectiveOn >= from && (to === null || effectiveOn <= to)
}

/** What the client says of an incident that speaks against passing it over. */
export interface IncidentSaid {
  /** Null while it is not known. */
  hasControlFailed: boolean | null
  touchedCommitments: readonly string[]
}

/** An incident with what was concluded on it. */
export interface IncidentEvaluated extends IncidentSaid {
  /** Of the evaluation. */
  id: string
  title: string
  conclusion: RegisterConclusion
}

/**
 * Whether a conclusion goes against what the client says of an incident: without effect, where it does not say that no control failed, or
 * says that a commitment was touched; told in the description alone, where it says that a control failed. Such a conclusion names a paper
 * and is among the judgments against the figures.
 */
export function isAgainstIncident(conclusion: RegisterConclusion, said: IncidentSaid): boolean {
  if (conclusion === 'NO_EFFECT') return said.hasControlFailed !== false || said.touchedCommitments.length > 0
  return conclusion === 'IN_DESCRIPTION' && said.hasControlFailed === true
}

/** What a conclusion names. */
interface Named {
  conclusion: RegisterConclusion
  exceptionId: string | null
  procedureId: string | null
}

/**
 * A conclusion names what it speaks of, and nothing else: an exception that was raised, or a test after a change. Refuses with INVALID_INPUT
 * at `exceptionId` or `procedureId`.
 */
export function checkNamesItsPart({ conclusion, exceptionId, procedureId }: Named): void {
  const refuse = (message: string, path: string) => new Refusal('INVALID_INPUT', message, [path])
  if (conclusion === 'EXCEPTION_RAISED' && exceptionId === null) {
    throw refuse('Name the exception that was raised.', 'exceptionId')
  }
  if (conclusion !== 'EXCEPTION_RAISED' && exceptionId !== null) {
    throw refuse('Only EXCEPTION_RAISED names an exception.', 'exceptionId')
  }
  if (conclusion === 'TESTED_AFTER' && procedureId === null) {
    throw refuse('Name the procedure that looks at the time after the change.', 'procedureId')
  }
  if (conclusion !== 'TESTED_AFTER' && procedureId !== null) {
    throw refuse('Only TESTED_AFTER names a procedure.', 'procedureId')
  }
}

/** An incident is told, reported or without effect: a test looks at a change. Refuses with INVALID_INPUT at `conclusion`. */
export function checkOfIncident(conclusion: RegisterConclusion): void {
  if (conclusion !== 'TESTED_AFTER') return
  throw new Refusal('INVALID_INPUT', 'TESTED_AFTER is said of a change; an incident is no change.', ['conclusion'])
}

/** An exception that was withdrawn reports nothing. Refuses with INVALID_INPUT at `exceptionId`. */
export function checkReports({ number, state }: { number: number; state: ExceptionState }): void {
  if (isLive({ state })) return
  throw new Refusal('INVALID_INPUT', `EX-${number} is ${state}: it reports nothing any more.`, ['exceptionId'])
}

/** What a procedure looked at, as far as days tell. */
export interface LookedAt {
  ref: string
  /** The last days of the populations that its samples were drawn from. */
  populationsTo: readonly (string | null)[]
  /** Of an update procedure. */
  coversTo: string | null
  /** When its preparer signed it; null while nobody did. */
  preparedAt: Date | null
}

/**
 * Whether a procedure looks at the time after a change: what it drew its samples from, or what it covers, reaches to the day of the change
 * or beyond; where it looks at no list, it was performed then. Refuses with INVALID_INPUT at `procedureId`.
 */
export function checkLooksAfter({ ref, populationsTo, coversTo, preparedAt }: LookedAt, effectiveOn: string): void {
  const ofNoList = coversTo ?? (preparedAt && dayOf(preparedAt))
  const days = populationsTo.length > 0 ? populationsTo : [ofNoList]
  if (days.some((day) => day !== null && day >= effectiveOn)) return
  const message = `What ${ref} looks at ends before the change took effect on ${effectiveOn}, or is not known yet.`
  throw new Refusal('INVALID_INPUT', message, ['procedureId'])
}

/** How an entry was evaluated, beside the entry and what the evaluation named, as they are now. */
export interface EvaluationStanding {
  /** The version of the entry that was evaluated, and that it has now. */
  evaluatedVersion: number
  version: number
  /** The version of the section that told of it, and that it has now; null where none did. */
  sectionVersion: number | null
  sectionVersionNow: number | null
  /** The state of the exception that was raised; null where none was. */
  exceptionState: ExceptionState | null
}

/** Whether an evaluation holds no more: the entry or the section was written anew, or the exception withdrawn. */
export const isEvaluationStale = (one: EvaluationStanding): boolean =>
  one.evaluatedVersion !== one.version ||
  one.sectionVersion !== one.sectionVersionNow ||
  (one.exceptionState !== null && !isLive({ state: one.exceptionState }))

/** An entry that touches an engagement, with what its evaluation there comes to. */
export interface EntryStanding {
  id: string
  title: string
  standing: 'NOT_EVALUATED' | 'STALE' | 'EVALUATED'
}

/** Entries that are not evaluated as they are now stand before the report. DC9 asks a Type 1 for no changes. */
export function registerBlockers(of: {
  incidents: readonly EntryStanding[]
  changes: readonly EntryStanding[]
  asksForChanges: boolean
}): Blocker[] {
  const named = ({ title, standing }: EntryStanding, what: string) =>
    standing === 'STALE'
      ? `Evaluate the ${what} “${cut(title, 200)}” again: it, or what its evaluation rests on, has changed.`
      : `Evaluate the ${what} “${cut(title, 200)}”.`
  const open = (entries: readonly EntryStanding[]) => entries.filter(({ standing }) => standing !== 'EVALUATED')
  return [
    ...open(of.incidents).map((one) => blocker('INCIDENT_UNEVALUATED', named(one, 'incident'), one.id)),
    ...open(of.asksForChanges ? of.changes : []).map((one) =>
      blocker('SYSTEM_CHANGE_UNEVALUATED', `${named(one, 'change')} Is a test of the time after it due?`, one.id),
    ),
  ]
}
