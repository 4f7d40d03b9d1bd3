import { isCalendarDate } from './calendar.js'
import { dayOfNumber, numberOfDay } from './days.js'
import type { DateForm, DateOrder, ExcelDays } from './vocabulary.js'

/**
 * Dates as people and systems write them in lists. A day is an ISO date, `2019-01-03`: the one that was written down, never one
 * shifted into another time zone.
 */

/** What a cell of a column of dates says. */
export type WrittenDate =
  /** One day, which every reader takes it for. */
  | { kind: 'DAY'; day: string; form: DateForm }
  /** Day and month as numbers: which day it is with the one first, and with the other; null where the calendar has none. */
  | { kind: 'NUMBERS'; separator: string; dayFirst: string | null; monthFirst: string | null }
  /** A number as Excel keeps days. */
  | { kind: 'EXCEL_DAY'; number: number }

const clock = String.raw`(?:[01]?\d|2[0-3])[:.][0-5]\d(?:[:.](?:[0-5]\d|60)(?:[.,]\d{1,9})?)?(?: ?[ap]\.?m\.?)?`
const zone = String.raw` ?(?:z|(?:utc|gmt)?[+-](?:0?\d|1[0-4])(?::?[0-5]\d)?|[a-z]{3,5})(?: \([^()]{1,60}\)|\[[\w/+-]{1,40}\])?`
/** The time of the day and its zone, which say nothing of the day that was written. */
const time = `(?:(?:[t ]|, ?| at )${clock}(?:${zone})?)?`
const weekday = String.raw`(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? )?`
const month = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)'
const restOfMonth = String.raw`(?:(?<=jan)uary|(?<=feb)ruary|(?<=mar)ch|(?<=apr)il|(?<=jun)e|(?<=jul)y|(?<=aug)ust|(?<=sep)t(?:ember)?|(?<=oct)ober|(?<=nov)ember|(?<=dec)ember)?\.?`
const named = `${month}${restOfMonth}`
const dayOfMonth = String.raw`(\d{1,2})(?:st|nd|rd|th|\.)?`
const form = (pattern: string): RegExp => new RegExp(`^${pattern}$`, 'i')

const yearFirst = form(String.raw`(\d{4})([-/.])(\d{1,2})\2(\d{1,2})${time}`)
const compact = form(
  String.raw`((?:19|20|21)\d\d)(\d\d)(\d\d)(?:t?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?(?:\.\d{1,9})?(?:${zone})?)?`,
)
const numbers = form(String.raw`(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4}|\d{2})${time}`)
const dayMonthYear = form(String.raw`${weekday}${dayOfMonth}[ /-]${named},?[ /-](\d{4}|\d{2})${time}`)
const monthDayYear = form(String.raw`${weekday}${named}[ /-]${dayOfMonth},?[ /-](\d{4})${time}`)
const yearMonthDay = form(String.raw`(\d{4})[ /-]${named}[ /-](\d{1,2})${time}`)
/** As `git log` and `date` write it by themselves: Wed Dec 31 14:40:52 2025 +0100. */
const withTimeWithin = form(String.raw`${weekday}${named} (\d{1,2}) ${clock}(?: [a-z]{3,5})? (\d{4})(?:${zone})?`)
const excelDay = /^\d{5}(?:[.,]\d{1,12})?$/
const anyNumber = /^\d{1,7}(?:[.,]\d{1,12})?$/

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Longer than a date with its time and the name of its zone is written. */
const longest = 120

/** Numbers that are days from 1954 to 2119 in Excel, where no one said that they are. */
const likelyExcelDays = { min: 20_000, max: 80_000 }

/**
 * What the text of a cell says as a date: ISO and other forms with the year first, with day and month as numbers, with names of
 * months in English, with or without the time of day. Spaces around it say nothing.
 * @returns null when it is no date of the calendar
 */
export function writtenDate(text: string): WrittenDate | null {
  if (text.length > longest) return null
  const plain = text.trim().replace(/\s+/g, ' ')
  const first = yearFirst.exec(plain)
  if (first) return dayFrom('YEAR_FIRST', first[1], first[3], first[4])
  const digits = compact.exec(plain)
  if (digits) return dayFrom('YEAR_FIRST', digits[1], digits[2], digits[3])
  const both = numbers.exec(plain)
  if (both) return fromNumbers(both)
  if (excelDay.test(plain)) {
    const number = Number(plain.replace(',', '.'))
    const isLikely = number >= likelyExcelDays.min && number <= likelyExcelDays.max
    return isLikely ? { kind: 'EXCEL_DAY', number } : null
  }
  return withNamedMonth(plain)
}

/** Where it was said that numbers are days of Excel: the number that stands in a cell, or null. */
export function writtenExcelDay(text: string): WrittenDate | null {
  const plain = text.trim()
  return anyNumber.test(plain) ? { kind: 'EXCEL_DAY', number: Number(plain.replace(',', '.')) } : null
}

/**
 * The day that a number stands for in Excel.
 * @returns null where it stands for none: below its first day, above its last, and the 29th of February 1900, which was none
 */
export function dayOfExcel(number: number, from: ExcelDays): string | null {
  const whole = Math.floor(number)
  if (from === 'FROM_1904') return whole > 2_957_003 ? null : dayOfNumber(numberOfDay('1904-01-01') + whole)
  if (whole < 1 || whole === 60 || whole > 2_958_465) return null
  return dayOfNumber(numberOfDay(whole < 60 ? '1899-12-31' : '1899-12-30') + whole)
}

/** The day that such a date is with the day, or the month, first. */
export const dayInOrder = (
  { dayFirst, monthFirst }: Extract<WrittenDate, { kind: 'NUMBERS' }>,
  order: DateOrder,
): string | null => (order === 'DAY_FIRST' ? dayFirst : monthFirst)

function fromNumbers(parts: RegExpExecArray): WrittenDate | null {
  const [, one, separator, two, year] = parts as unknown as [string, string, string, string, string]
  const dayFirst = dayOf(year, two, one)
  const monthFirst = dayOf(year, one, two)
  return dayFirst === null && monthFirst === null ? null : { kind: 'NUMBERS', separator, dayFirst, monthFirst }
}

function withNamedMonth(text: string): WrittenDate | null {
  const [, day = '', itsMonth = '', year = ''] = dayMonthYear.exec(text) ?? []
  if (year !== '') return dayFrom('MONTH_NAMED', year, itsMonth, day)
  const inner = monthDayYear.exec(text) ?? withTimeWithin.exec(text)
  if (inner) return dayFrom('MONTH_NAMED', inner[3], inner[1], inner[2])
  const last = yearMonthDay.exec(text)
  return last ? dayFrom('MONTH_NAMED', last[1], last[2], last[3]) : null
}

function dayFrom(as: DateForm, year = '', itsMonth = '', day = ''): WrittenDate | null {
  const found = dayOf(year, itsMonth, day)
  return found === null ? null : { kind: 'DAY', day: found, form: as }
}

/** The day of these parts, or null. A year of two digits is one from 1970 to 2069. */
function dayOf(year: string, itsMonth: string, day: string): string | null {
  const full = year.length === 2 ? `${Number(year) < 70 ? 20 : 19}${year}` : year
  const number = months.indexOf(itsMonth.toLowerCase()) + 1 || Number(itsMonth)
  const iso = `${full}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`
  return isCalendarDate(iso) ? iso : null
}
