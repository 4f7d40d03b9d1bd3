import { isCalendarDate } from '../../../rules/calendar.js'
import type { ExcelDays } from '../../../rules/vocabulary.js'
import { dayOfExcel } from '../../../rules/written-dates.js'
import type { SheetCell } from '../sheet-row.js'
import type { NumberShown } from './number-format.js'

const wholeNumber = /^-?\d+$/
const anyNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i
const daySeconds = 86_400

/**
 * A number as a cell: a whole one as it stands, others in the fifteen digits that Excel shows, never with an exponent.
 * @returns null where it is none
 */
export function numberCell(written: string, shown: NumberShown, from: ExcelDays): SheetCell | null {
  const text = written.trim()
  if (!anyNumber.test(text)) return null
  const number = Number(text)
  if (!Number.isFinite(number)) return null
  const day = shown === 'NUMBER' ? null : dayCell(number, shown, from)
  return day ?? { text: wholeNumber.test(text) ? text : plainNumber(number), type: 'NUMBER' }
}

/** A day as the calendar has it, with the time where there is one; null where the number is none. */
function dayCell(number: number, shown: NumberShown, from: ExcelDays): SheetCell | null {
  // What is kept of a time is a thousandth of a second off at most; one that is less before midnight is midnight.
  const seconds = Math.floor((number - Math.floor(number)) * daySeconds + 0.001)
  const whole = Math.floor(number) + (seconds >= daySeconds ? 1 : 0)
  const time = clock(seconds % daySeconds)
  if (whole === 0 && shown === 'TIME') return { text: time, type: 'NUMBER' }
  const day = whole < 0 ? null : dayOfExcel(whole, from)
  return day === null ? null : { text: seconds % daySeconds === 0 ? day : `${day}T${time}`, type: 'DATE' }
}

const clock = (seconds: number): string =>
  [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((one) => `${one}`.padStart(2, '0'))
    .join(':')

/** In digits alone: 1e21 as 1 and 21 zeros. */
function plainNumber(number: number): string {
  const rounded = Number(number.toPrecision(15))
  if (Number.isInteger(rounded)) return rounded === 0 ? '0' : BigInt(rounded).toString()
  const text = String(rounded)
  const [digits = '', exponent] = text.split('e-')
  if (exponent === undefined) return text
  const sign = digits.startsWith('-') ? '-' : ''
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${digits.replace(/[-.]/g, '')}`
}

const isoDate = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?Z?)?$/

/** A date that the workbook itself writes as such; null where it is none of the calendar. */
export function dateCell(written: string): SheetCell | null {
  const [, day = '', time = ''] = isoDate.exec(written.trim()) ?? []
  if (!isCalendarDate(day)) return null
  const full = time.length === 5 ? `${time}:00` : time
  return { text: full === '' || full === '00:00:00' ? day : `${day}T${full}`, type: 'DATE' }
}

/** More digits than Excel keeps: the last ones of a number that was longer became zeros there. */
export const exceedsDigits = ({ text, type }: SheetCell): boolean =>
  type === 'NUMBER' && text.replace(/\D/g, '').length > 15 && !text.includes('.')
