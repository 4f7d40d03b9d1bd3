import { isCalendarDate } from './calendar.js'
import { checkEach, Refusal } from './refusal.js'
import type { WeekDay } from './vocabulary.js'

/** Days as numbers that can be counted with: whole days since 1970-01-01. Nothing here knows a time zone or the time. */

const millisecondsOfDay = 86_400_000

/** The number of a day, `2025-01-09`. */
export const numberOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) / millisecondsOfDay

/** The day of a number, `2025-01-09`. */
export const dayOfNumber = (number: number): string => new Date(number * millisecondsOfDay).toISOString().slice(0, 10)

/** Year, month (0 is January) and day of the month. */
export interface DateParts {
  year: number
  month: number
  day: number
}

/** The parts of the day of this number. */
export function partsOf(number: number): DateParts {
  const date = new Date(number * millisecondsOfDay)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() }
}

/** The day so many months on (or back): the same day of the month, or the last one of a month that is shorter. */
export function monthsLater({ year, month, day }: DateParts, months: number): number {
  const at = year * 12 + month + months
  // A year below 100 is taken for one of the twentieth century where it is not set by itself.
  const first = new Date(0)
  first.setUTCFullYear(Math.floor(at / 12), at - Math.floor(at / 12) * 12, 1)
  const start = first.getTime() / millisecondsOfDay
  first.setUTCMonth(first.getUTCMonth() + 1)
  const length = first.getTime() / millisecondsOfDay - start
  return start + Math.min(day, length) - 1
}

/** The days of the week, from Monday, as they are counted. */
export const weekDaysInOrder = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
] as const satisfies readonly WeekDay[]

/** Which day of the week a day is: 0 is Monday. */
export const weekDayOf = (number: number): number => (((number + 3) % 7) + 7) % 7

/** When people work at a client: the days of its weekend, and the holidays that it named. */
export interface WorkCalendar {
  weekendDays: readonly WeekDay[]
  holidays: readonly { fallsOn: string }[]
}

/** A week has one day of work at least; the names of holidays are for people. */
export const calendarLimits = { weekendDays: 6, holidays: 100, holidayName: 100 } as const

/**
 * A calendar as it is kept: its days in order. Refuses with INVALID_INPUT at `timeZone` a zone that there is not, at `weekendDays`
 * a week without a day of work, and at `holidays` a day named twice.
 */
export function checkCalendar<C extends WorkCalendar & { timeZone: string }>(calendar: C): C {
  const { timeZone, weekendDays, holidays } = calendar
  if (!isTimeZone(timeZone)) {
    throw new Refusal('INVALID_INPUT', 'There is no such time zone; name it as Europe/Paris or UTC.', ['timeZone'])
  }
  if (new Set(weekendDays).size >= weekDaysInOrder.length) {
    throw new Refusal('INVALID_INPUT', 'A week has a day of work.', ['weekendDays'])
  }
  const named = new Set<string>()
  const twice = (at: number) => new Refusal('INVALID_INPUT', 'The day is named twice.', ['holidays', at, 'fallsOn'])
  checkEach(holidays.flatMap(({ fallsOn }, at) => (named.size === named.add(fallsOn).size ? [twice(at)] : [])))
  return {
    ...calendar,
    weekendDays: weekDaysInOrder.filter((day) => weekendDays.includes(day)),
    holidays: holidays.toSorted((a, b) => (a.fallsOn < b.fallsOn ? -1 : 1)),
  }
}

function isTimeZone(name: string): boolean {
  try {
    // An offset such as +01:00 is taken by some engines and is no zone.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch {
    return false
  }
}

/** What differs between two calendars, in words: `time zone UTC to Europe/Vienna; days of work now: 2025-05-01`. */
export function calendarChangeInWords(before: NamedCalendar, after: NamedCalendar): string {
  const days = ({ holidays }: NamedCalendar) => holidays.map(({ fallsOn }) => fallsOn)
  const [was, is] = [days(before), days(after)]
  const weekend = ({ weekendDays }: NamedCalendar) => weekendDays.join(', ') || 'none'
  const [added, dropped] = [is.filter((day) => !was.includes(day)), was.filter((day) => !is.includes(day))]
  const parts = [
    before.timeZone === after.timeZone ? '' : `time zone ${before.timeZone} to ${after.timeZone}`,
    weekend(before) === weekend(after) ? '' : `weekend ${weekend(before)} to ${weekend(after)}`,
    added.length > 0 ? `holidays now: ${added.join(', ')}` : '',
    dropped.length > 0 ? `days of work now: ${dropped.join(', ')}` : '',
  ].filter((part) => part !== '')
  return parts.join('; ') || 'the same days'
}

type NamedCalendar = WorkCalendar & { timeZone: string }

/** Whether a day is one of work. */
export function workdaysOf({ weekendDays, holidays }: WorkCalendar): (number: number) => boolean {
  const weekend = new Set(weekendDays.map((day) => weekDaysInOrder.indexOf(day)))
  const free = new Set(holidays.map(({ fallsOn }) => numberOfDay(fallsOn)))
  return (number) => !weekend.has(weekDayOf(number)) && !free.has(number)
}

/** The number of the first day of the year of ISO weeks, a Monday: the week that holds the fourth of January. */
const firstWeekOf = (year: number): number => {
  const fourth = numberOfDay(`${String(year).padStart(4, '0')}-01-04`)
  return fourth - weekDayOf(fourth)
}

/** The ISO week that a day lies in, `2025-W07`. */
export function isoWeekOf(number: number): string {
  const thursday = number - weekDayOf(number) + 3
  const { year } = partsOf(thursday)
  const week = Math.floor((thursday - firstWeekOf(year)) / 7) + 1
  return `${String(year).padStart(4, '0')}-W${String(week).padStart(2, '0')}`
}

/** Whether a text is the day or the label of a cycle: `2025-01-09`, `2025-W07`, `2025-03`, `2025-Q2`, `2025-H1` or `2025`. */
export const isCycleLabel = (text: string): boolean =>
  isCalendarDate(text) || /^\d{4}(?:-(?:W(?:0[1-9]|[1-4]\d|5[0-3])|0[1-9]|1[0-2]|Q[1-4]|H[12]))?$/.test(text)
