import { isPeriodic } from '../../rules/cycles.js'
import { calendarChangeInWords } from '../../rules/days.js'
import { exclusionInWords } from '../../rules/exclusions.js'
import type {
  CalendarJudged,
  ControlChangeJudged,
  Decided,
  ExclusionJudged,
  ScopeChangeJudged,
  SectionJudged,
  SupersedingJudged,
  UndatedJudged,
} from '../../rules/judged.js'
import type { EngagementCalendar } from '../calendar/engagement-calendar.js'
import type { ControlChange } from '../change/control-change.js'
import type { Control } from '../control/control.js'
import type { DescriptionSection } from '../engagement/description-section.js'
import type { ScopeChange } from '../engagement/scope-change.js'
import type { Population } from '../population/population.js'
import type { LateExclusion } from './judgment.queries.js'

/** Who decided what is judged, when, why and on which papers. */
export const decided = (
  decidedBy: string | null,
  decidedAt: Date | null,
  reason: string | null | undefined,
  restsOn: readonly string[] = [],
): Decided => ({ decidedBy, decidedAt, reason: reason ?? '', restsOn })

const refOf = (controls: readonly Control[], controlId: string): string =>
  controls.find(({ id }) => id === controlId)?.ref ?? ''

export function controlChangeJudged(change: ControlChange, controls: readonly Control[]): ControlChangeJudged {
  const { id, controlId, part, testedCount, deviationCount, asFoundDeviationCount, exceptionCount } = change
  return {
    id,
    controlId,
    controlRef: refOf(controls, controlId),
    part,
    testedCount,
    deviationCount,
    asFoundDeviationCount,
    exceptionCount,
    ...decided(change.createdBy, change.createdAt, change.reason, change.restsOnIds),
  }
}

/** What the engagement partner changed of the calendar that the engagement uses; the first one is the client's. */
export function calendarsJudged(
  calendars: readonly EngagementCalendar[],
  controls: readonly Control[],
): CalendarJudged[] {
  const listed = controls.filter(({ frequency, samplingFixedAt }) => isPeriodic(frequency) && samplingFixedAt !== null)
  return calendars.slice(1).map((calendar, at) => ({
    id: calendar.id,
    change: calendarChangeInWords(calendars[at] as EngagementCalendar, calendar),
    controlRefs: listed.map(({ ref }) => ref),
    ...decided(calendar.createdBy, calendar.createdAt, calendar.reason, calendar.restsOnIds),
  }))
}

/** The populations that took the place of another one. */
export const supersedingJudged = (populations: readonly Population[]): SupersedingJudged[] =>
  populations.flatMap((population) => {
    const { id, controlId, title, itemCount, supersedesId, supersedesReason, supersedesRestsOnIds } = population
    if (supersedesId === null) return []
    const superseded = populations.find((one) => one.id === supersedesId)
    const counts = { itemCount: itemCount ?? 0, supersededItems: superseded?.itemCount ?? 0 }
    const by = decided(population.frozenBy, population.frozenAt, supersedesReason, supersedesRestsOnIds)
    return [{ populationId: id, controlId, title, ...counts, ...by }]
  })

/** The populations of which no item says a day, and whose place no other took. */
export function undatedJudged(populations: readonly Population[]): UndatedJudged[] {
  const superseded = new Set(populations.map(({ supersedesId }) => supersedesId))
  return populations.flatMap(({ id, controlId, title, itemCount, dateColumn, frozenBy, frozenAt }) => {
    if (dateColumn !== null || !itemCount || superseded.has(id)) return []
    return [{ populationId: id, controlId, title, itemCount, ...decided(frozenBy, frozenAt, null) }]
  })
}

export const exclusionJudged = ({ column, operator, values, ...one }: LateExclusion): ExclusionJudged => ({
  id: one.id,
  controlId: one.controlId,
  title: one.title,
  rule: exclusionInWords({ column, operator, values }),
  matchedCount: one.matchedCount,
  ofCount: one.ofCount,
  ...decided(one.decidedBy, one.decidedAt, one.reason),
})

export const scopeChangeJudged = (change: ScopeChange): ScopeChangeJudged => ({
  id: change.id,
  change: change.change,
  excludedCriterion: change.excludedCriterion,
  testedCount: change.testedCount,
  deviationCount: change.deviationCount,
  exceptionCount: change.exceptionCount,
  ...decided(change.createdBy, change.createdAt, change.reason, change.restsOnIds),
})

/** The sections of the description that say something else than when testing had begun. */
export const sectionsJudged = (sections: readonly DescriptionSection[]): SectionJudged[] =>
  sections.flatMap(({ id, criterion, testedDigest, rewrittenDigest, rewrittenBy, rewrittenAt }) => {
    if (testedDigest === null || rewrittenDigest === null) return []
    const digests = { digestBefore: testedDigest, digestNow: rewrittenDigest }
    return [{ id, criterion, ...digests, ...decided(rewrittenBy, rewrittenAt, null) }]
  })
