/** Days of the calendar. A day is an ISO date, `2019-01-03`: it has no time zone and compares as text. */

const isoDate = /^(\d{4})-(\d{2})-(\d{2})$/
/** Whether the text is a date, `YYYY-MM-DD`, that the calendar has. */
export function isCalendarDate(text: string): boolean {
  const parts = isoDate.exec(text)
  if (!parts) return false
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  return year >= 1 && day >= 1 && day <= days
}

/** The day of a moment in a time zone, by its IANA name, `2019-01-03`. */
export function dayIn(timeZone: string, moment: Date): string {
  const form = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const parts = new Map(form.formatToParts(moment).map(({ type, value }) => [type, value]))
  return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`
}

/** The day of a moment, `2019-01-03`, in UTC. */
export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10)
