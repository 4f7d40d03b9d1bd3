import { isCalendarDate } from './calendar.js'
import { monthsLater, numberOfDay, partsOf } from './days.js'
import { checkEach, Refusal } from './refusal.js'
import { isolated } from './text.js'
import {
  type Category,
  categories,
  type EngagementKind,
  type EngagementWarningCode,
  type TeamRole,
  words,
} from './vocabulary.js'

/** What an engagement is about: which categories, and which time. Dates are `YYYY-MM-DD`. */

/** The period, both days included, or the day as of which a Type 1 is made. */
export interface ReportingTime {
  periodStart: string | null
  periodEnd: string | null
  asOf: string | null
}

export interface Scope extends ReportingTime {
  systemName: string
  categories: readonly Category[]
}

const invalid = (message: string, ...path: (string | number)[]) => new Refusal('INVALID_INPUT', message, path)

/** The last day the report speaks of. */
export const lastDay = (time: ReportingTime): string => (time.asOf ?? time.periodEnd) as string

/** The first and the last day examined, both included: the period, or the one day as of which a Type 1 is made. */
export const examinedDays = (time: ReportingTime): { from: string; to: string } => {
  const to = lastDay(time)
  return { from: time.periodStart ?? to, to }
}

/** Whether a day is examined: it lies within the period or, as of a date, not after it. */
export const isExamined = (day: string, time: ReportingTime): boolean =>
  day >= (time.periodStart ?? '') && day <= lastDay(time)

/**
 * Whether a kind of engagement can have this time: a Type 1 is as of a date, the others throughout a period.
 * Refuses with INVALID_INPUT at `asOf`, `periodStart` or `periodEnd`.
 */
export function checkTime(kind: EngagementKind, { periodStart, periodEnd, asOf }: ReportingTime): void {
  for (const [path, date] of Object.entries({ periodStart, periodEnd, asOf })) {
    if (date !== null && !isCalendarDate(date))
      throw invalid('There is no day of this date; write it as 2025-12-31.', path)
  }
  if (kind === 'SOC2_TYPE_1') {
    if (periodStart !== null) throw invalid('A Type 1 is made as of a date; it has no period.', 'periodStart')
    if (periodEnd !== null) throw invalid('A Type 1 is made as of a date; it has no period.', 'periodEnd')
    if (asOf === null) throw invalid('A Type 1 needs the date as of which it is made.', 'asOf')
    return
  }
  if (asOf !== null) throw invalid('Only a Type 1 is made as of a date; give the period instead.', 'asOf')
  if (periodStart === null) throw invalid('The first day of the period is needed.', 'periodStart')
  if (periodEnd === null) throw invalid('The last day of the period is needed.', 'periodEnd')
  if (periodEnd < periodStart) {
    throw invalid('The period would end before it starts.', 'periodEnd')
  }
  if (kind === 'SOC2_TYPE_2' && periodEnd === periodStart) {
    throw invalid('A period of one day is none: as of a date the examination is a Type 1.', 'periodEnd')
  }
}

/** Something about an engagement to think about; it does not stand in the way. */
export interface ScopeWarning {
  code: EngagementWarningCode
  message: string
}

/** A period shorter than this lets few controls show that they operate. */
const LEAST_MONTHS = 3

/**
 * What is unusual about the time of an engagement: a Type 2 over less than three months, which the profession sees seldom and
 * readers ask about.
 */
export function warningsOnTime(kind: EngagementKind, { periodStart, periodEnd }: ReportingTime): ScopeWarning[] {
  if (kind !== 'SOC2_TYPE_2' || periodStart === null || periodEnd === null) return []
  if (numberOfDay(periodEnd) + 1 >= monthsLater(partsOf(numberOfDay(periodStart)), LEAST_MONTHS)) return []
  const message =
    'The period is shorter than three months: few controls can show in it that they operate, and readers will ask why.'
  return [{ code: 'PERIOD_SHORT', message }]
}

/**
 * The categories in scope, in the order of the catalogue: one at least. Refuses with INVALID_INPUT at `categories` none, and one
 * that is named twice.
 */
export function checkCategories(chosen: readonly Category[]): Category[] {
  if (chosen.length === 0) throw invalid('Name one category at least.', 'categories')
  checkEach(
    chosen.flatMap((category, at) =>
      chosen.indexOf(category) < at ? invalid('This category is named twice.', 'categories', at) : [],
    ),
  )
  return words(categories).filter((category) => chosen.includes(category))
}

/**
 * Whether a criterion follows from the categories chosen. The common criteria, which the catalogue lists under SECURITY, belong to
 * every category (TSC .010): they are always in scope.
 */
export const followsFrom = ({ category }: { category: Category }, chosen: readonly Category[]): boolean =>
  category === 'SECURITY' || chosen.includes(category)

/**
 * Who may change scope and period: once fieldwork began, the engagement partner alone, also when the engagement went back
 * to planning. Refuses with SCOPE_LOCKED.
 */
export function checkScopeAuthor(by: { fieldworkStartedAt: Date | null; role: TeamRole | undefined }): void {
  if (by.fieldworkStartedAt === null || by.role === 'ENGAGEMENT_PARTNER') return
  throw new Refusal(
    'SCOPE_LOCKED',
    'Scope and period are locked since fieldwork began; only the engagement partner changes them, with a reason.',
  )
}

/** What changed, in sentences for the report's change log; empty when nothing did. */
export function describeScopeChange(before: Scope, after: Scope): string {
  const added = after.categories.filter((category) => !before.categories.includes(category))
  const dropped = before.categories.filter((category) => !after.categories.includes(category))
  return [
    before.systemName === after.systemName
      ? ''
      : `The system “${isolated(before.systemName)}” is called “${isolated(after.systemName)}” now.`,
    added.length > 0 ? `Added to the scope: ${added.join(', ')}.` : '',
    dropped.length > 0 ? `Taken out of the scope: ${dropped.join(', ')}.` : '',
    timeInWords(before) === timeInWords(after)
      ? ''
      : `It covers ${timeInWords(after)} now, not ${timeInWords(before)}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

/** `the period 2025-01-01 to 2025-12-31`, or `the state as of 2025-12-31`. */
export const timeInWords = ({ periodStart, periodEnd, asOf }: ReportingTime): string =>
  asOf ? `the state as of ${asOf}` : `the period ${periodStart} to ${periodEnd}`

/** Whether a control can be mapped to these criteria. Refuses with INVALID_INPUT at the first of `criteria` that cannot. */
export function checkMapping(
  codes: readonly string[],
  criteria: { known: readonly string[]; applicable: readonly string[] },
): void {
  checkEach(
    codes.flatMap((code, at) => {
      if (!criteria.known.includes(code)) return invalid('There is no such criterion.', 'criteriaCodes', at)
      if (criteria.applicable.includes(code)) return []
      return invalid('The criterion is not in scope, or not applicable.', 'criteriaCodes', at)
    }),
  )
}

/**
 * A criterion that controls are mapped to is not left out: what they found under it would be left out with it.
 * Refuses with INVALID_INPUT at `path`.
 * @param refs the controls mapped to what would be left out
 */
export function checkUnmapped(refs: readonly string[], path: string): void {
  if (refs.length === 0) return
  throw invalid(`Controls are mapped to it: ${refs.join(', ')}. Map them to other criteria first.`, path)
}

/**
 * A criterion that live exceptions name is not left out: the opinion would not weigh them.
 * Refuses with INVALID_INPUT at `path`.
 * @param numbers the numbers of the exceptions that name what would be left out
 */
export function checkUnreported(numbers: readonly number[], path: string): void {
  if (numbers.length === 0) return
  const refs = numbers.map((number) => `EX-${number}`).join(', ')
  throw invalid(`Exceptions name it: ${refs}. Withdraw them, or have them name other criteria, first.`, path)
}
