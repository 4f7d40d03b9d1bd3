const msPerDay = 86_400_000

/** The first and last day of what is examined. */
export interface Period {
  start: string
  end: string
}

/** The day so many days later, `2025-03-31`; earlier where the number is negative. */
export const daysLater = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * msPerDay).toISOString().slice(0, 10)

/** A day that far into the period: 0 is its first, 1 its last. */
export function dayWithin({ start, end }: Period, share: number): string {
  const length = (Date.parse(`${end}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / msPerDay
  return daysLater(start, Math.floor(length * share))
}

/** The working day itself, else the Friday before; not before the start in any case. */
export function workingDay(day: string, { start }: Pick<Period, 'start'>): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  const moved = daysLater(day, weekday === 6 ? -1 : weekday === 0 ? -2 : 0)
  return moved < start ? day : moved
}

/** So many working days spread over the period, in their order. */
export const daysOver = (period: Period, count: number): string[] =>
  Array.from({ length: count }, (_, at) => workingDay(dayWithin(period, (at + 0.5) / count), period))
