import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CyclePlan, expectedCycles, type PeriodicFrequency, periodicFrequencies } from '../../src/rules/cycles.js'
import { isCycleLabel, isoWeekOf, numberOfDay } from '../../src/rules/days.js'

const plan: CyclePlan = {
  frequency: 'QUARTERLY',
  anchorOn: null,
  graceDays: 0,
  countsBusinessDays: false,
  lastOccurrenceOn: null,
  operatedFrom: null,
  operatedTo: null,
  periodStart: '2025-01-01',
  periodEnd: '2025-12-31',
  calendar: { weekendDays: ['SATURDAY', 'SUNDAY'], holidays: [] },
}
const labels = (how: Partial<CyclePlan> = {}) => expectedCycles({ ...plan, ...how }).map(({ label }) => label)
const count = (how: Partial<CyclePlan> = {}) => labels(how).length

// Days by the calendar of JavaScript, one after the other: the oracle shares no arithmetic with the rules.
const days = fc
  .integer({ min: -200, max: 16_000 })
  .map((n) => new Date(Date.UTC(2000, 0, 1) + n * 86_400_000).toISOString().slice(0, 10))
const dayAfter = (day: string, n = 1) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10)
const periods = fc
  .tuple(days, fc.integer({ min: 0, max: 1_200 }))
  .map(([periodStart, length]) => ({ periodStart, periodEnd: dayAfter(periodStart, length) }))
const frequencies = fc.constantFrom(...periodicFrequencies)
function* daysFrom(first: string, last: string): Generator<string> {
  for (let day = first; day <= last; day = dayAfter(day)) yield day
}
/** Whether a unit of the calendar begins on a day. */
const begins: Record<PeriodicFrequency, (day: string) => boolean> = {
  DAILY: () => true,
  WEEKLY: (day) => new Date(`${day}T00:00:00Z`).getUTCDay() === 1,
  MONTHLY: (day) => day.endsWith('-01'),
  QUARTERLY: (day) => /-(01|04|07|10)-01$/.test(day),
  SEMI_ANNUAL: (day) => /-(01|07)-01$/.test(day),
  ANNUAL: (day) => day.endsWith('-01-01'),
}

describe('The occurrences that a period asks for', () => {
  it.each([
    ['DAILY', 365, '2025-01-01', '2025-12-31'],
    ['WEEKLY', 52, '2025-W01', '2025-W52'],
    ['MONTHLY', 12, '2025-01', '2025-12'],
    ['QUARTERLY', 4, '2025-Q1', '2025-Q4'],
    ['SEMI_ANNUAL', 2, '2025-H1', '2025-H2'],
    ['ANNUAL', 1, '2025', '2025'],
  ] as const)('of a %s control in 2025 are %i, from %s to %s', (frequency, expected, first, last) => {
    const found = labels({ frequency })
    expect([found.length, found[0], found.at(-1)]).toEqual([expected, first, last])
  })

  it('are as many as units of the calendar end in the period, whatever its length', () => {
    fc.assert(
      fc.property(frequencies, periods, (frequency, period) => {
        let ends = 0
        for (const day of daysFrom(period.periodStart, period.periodEnd)) if (begins[frequency](dayAfter(day))) ends++
        expect(count({ frequency, ...period })).toBe(ends)
      }),
      { numRuns: 300 },
    )
  })

  it('of a control that began or ended within the period are those that lie wholly in its time', () => {
    fc.assert(
      fc.property(frequencies, periods, days, days, (frequency, period, one, other) => {
        const [operatedFrom, operatedTo] = one < other ? [one, other] : [other, one]
        let wholly = 0
        let opened: string | null = null
        const [first, last] = [
          operatedFrom > dayAfter(period.periodStart, -400) ? operatedFrom : dayAfter(period.periodStart, -400),
          operatedTo < period.periodEnd ? operatedTo : period.periodEnd,
        ]
        for (const day of daysFrom(first, last)) {
          if (begins[frequency](day)) opened = day
          if (opened !== null && begins[frequency](dayAfter(day)) && day >= period.periodStart) wholly++
        }
        expect(count({ frequency, ...period, operatedFrom, operatedTo })).toBe(wholly)
      }),
      { numRuns: 300 },
    )
  })

  it('follow each other without gap or overlap, each with a label of its own, and fall due within the period', () => {
    const anything = fc.record({
      frequency: frequencies,
      anchorOn: fc.option(days),
      graceDays: fc.integer({ min: 0, max: 31 }),
      countsBusinessDays: fc.boolean(),
      lastOccurrenceOn: fc.option(days),
      period: periods,
      holidays: fc.uniqueArray(
        days.map((fallsOn) => ({ fallsOn })),
        { maxLength: 20 },
      ),
    })
    fc.assert(
      fc.property(anything, ({ period, holidays, ...rest }) => {
        const whole = { ...plan, ...rest, ...period, calendar: { ...plan.calendar, holidays } }
        const cycles = expectedCycles(whole)
        expect(new Set(cycles.map(({ label }) => label)).size).toBe(cycles.length)
        for (const [at, cycle] of cycles.entries()) {
          expect(isCycleLabel(cycle.label)).toBe(true)
          expect(cycle.from <= cycle.to && cycle.to <= cycle.dueOn).toBe(true)
          expect(cycle.dueOn >= period.periodStart && cycle.dueOn <= period.periodEnd).toBe(true)
          const next = cycles[at + 1]
          if (!next) continue
          expect(next.from > cycle.to && next.dueOn >= cycle.dueOn).toBe(true)
          const isDailyOfWork = whole.frequency === 'DAILY' && whole.countsBusinessDays
          const isAfterLast = at === 0 && whole.lastOccurrenceOn !== null
          if (!isDailyOfWork && !isAfterLast) expect(next.from).toBe(dayAfter(cycle.to))
        }
      }),
      { numRuns: 500 },
    )
  })

  it('begin where the anchor says, each one cycle after the one before, on the last day of a shorter month', () => {
    expect(expectedCycles({ ...plan, frequency: 'MONTHLY', anchorOn: '2024-01-31' }).map(({ from }) => from)).toEqual([
      '2024-12-31',
      '2025-01-31',
      '2025-02-28',
      '2025-03-31',
      '2025-04-30',
      '2025-05-31',
      '2025-06-30',
      '2025-07-31',
      '2025-08-31',
      '2025-09-30',
      '2025-10-31',
      '2025-11-30',
    ])
    expect(labels({ anchorOn: '2024-02-01', periodStart: '2025-02-01', periodEnd: '2026-01-31' })).toEqual([
      '2025-Q1',
      '2025-Q2',
      '2025-Q3',
      '2025-Q4',
    ])
    fc.assert(
      fc.property(periods, days, fc.constantFrom(1, 3, 6, 12), (period, anchorOn, months) => {
        const frequency = ({ 1: 'MONTHLY', 3: 'QUARTERLY', 6: 'SEMI_ANNUAL', 12: 'ANNUAL' } as const)[months]
        for (const { from } of expectedCycles({ ...plan, ...period, frequency: frequency as 'MONTHLY', anchorOn })) {
          const apart = (Number(from.slice(0, 4)) - Number(anchorOn.slice(0, 4))) * 12
          const monthsApart = apart + Number(from.slice(5, 7)) - Number(anchorOn.slice(5, 7))
          expect(Math.abs(monthsApart % months)).toBe(0)
          const isLastOfMonth = dayAfter(from).slice(8) === '01'
          expect(from.slice(8) === anchorOn.slice(8) || (from.slice(8) < anchorOn.slice(8) && isLastOfMonth)).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('know the leap day', () => {
    const leap = { periodStart: '2024-01-01', periodEnd: '2024-12-31' }
    expect(count({ frequency: 'DAILY', ...leap })).toBe(366)
    expect(expectedCycles({ ...plan, frequency: 'MONTHLY', ...leap })[1]).toMatchObject({ to: '2024-02-29' })
    const onLeapDay = { ...plan, frequency: 'ANNUAL', anchorOn: '2024-02-29', periodEnd: '2029-01-31' } as const
    expect(expectedCycles(onLeapDay).map(({ from }) => from)).toEqual([
      '2024-02-29',
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
    ])
  })

  it('of days of work leave out the weekend and the holidays that the client named, and no others', () => {
    const daily = { frequency: 'DAILY', countsBusinessDays: true } as const
    expect(count(daily)).toBe(261)
    const holidays = [{ fallsOn: '2025-01-01' }, { fallsOn: '2025-01-04' }, { fallsOn: '2025-12-25' }]
    expect(count({ ...daily, calendar: { ...plan.calendar, holidays } })).toBe(259)
    const gulf = { weekendDays: ['FRIDAY', 'SATURDAY'] as const, holidays: [] }
    expect(labels({ ...daily, calendar: gulf, periodEnd: '2025-01-06' })).toEqual([
      '2025-01-01',
      '2025-01-02',
      '2025-01-05',
      '2025-01-06',
    ])
    expect(expectedCycles({ ...plan, frequency: 'WEEKLY', calendar: gulf })[0]).toMatchObject({
      label: '2025-W01',
      from: '2024-12-29',
      to: '2025-01-04',
    })
  })

  it('fall due after their grace, in days of the calendar or of work', () => {
    const dueOf = (how: Partial<CyclePlan>) => expectedCycles({ ...plan, ...how }).map(({ dueOn }) => dueOn)
    expect(dueOf({ graceDays: 10 })).toEqual(['2025-01-10', '2025-04-10', '2025-07-10', '2025-10-10'])
    expect(labels({ graceDays: 10 })).toEqual(['2024-Q4', '2025-Q1', '2025-Q2', '2025-Q3'])
    const holidays = [{ fallsOn: '2025-04-01' }]
    expect(dueOf({ graceDays: 4, countsBusinessDays: true, calendar: { ...plan.calendar, holidays } })[1]).toBe(
      '2025-04-07',
    )
  })

  it('do not hold the last partial cycle, nor what was due before', () => {
    expect(labels({ periodStart: '2025-02-15', periodEnd: '2025-11-14' })).toEqual(['2025-Q1', '2025-Q2', '2025-Q3'])
    expect(labels({ frequency: 'ANNUAL', periodEnd: '2025-06-30' })).toEqual([])
  })
})

describe('The last occurrence before the period', () => {
  const firstOf = (how: Partial<CyclePlan>) => expectedCycles({ ...plan, ...how })[0]

  it('serves the cycle in which it lies', () => {
    const period = { periodStart: '2025-02-15', periodEnd: '2025-11-14' }
    expect(labels({ ...period, lastOccurrenceOn: '2025-01-10' })).toEqual(['2025-Q2', '2025-Q3'])
  })

  it('has the next one due one cycle later, where the cycle began before the period or ends after it', () => {
    const annual = { frequency: 'ANNUAL', periodStart: '2025-04-01', periodEnd: '2025-12-30' } as const
    expect(firstOf({ ...annual, lastOccurrenceOn: '2024-05-10' })).toMatchObject({ label: '2025', dueOn: '2025-05-10' })
    expect(count({ ...annual, lastOccurrenceOn: '2025-02-10' })).toBe(0)
    expect(firstOf({ ...annual, periodEnd: '2026-03-31', lastOccurrenceOn: '2025-02-10' })).toMatchObject({
      label: '2026',
      dueOn: '2026-02-10',
    })
    expect(firstOf({ frequency: 'ANNUAL', lastOccurrenceOn: '2024-03-01' })).toMatchObject({ dueOn: '2025-12-31' })
  })

  it('leaves what was overdue when the period began to be done by the end of its cycle', () => {
    const period = { frequency: 'MONTHLY', periodStart: '2025-02-15' } as const
    expect(firstOf({ ...period, lastOccurrenceOn: '2025-01-05' })).toMatchObject({
      label: '2025-02',
      dueOn: '2025-02-28',
    })
  })

  it('is none when it lies within the period: it cannot take occurrences away', () => {
    expect(labels({ lastOccurrenceOn: '2025-12-01' })).toEqual(labels())
  })

  it('leaves nothing due where one cycle later lies after the period, and something where it lies within it', () => {
    const oneLater = (day: string, frequency: PeriodicFrequency) => {
      const months = { MONTHLY: 1, QUARTERLY: 3, SEMI_ANNUAL: 6, ANNUAL: 12, WEEKLY: 0, DAILY: 0 }[frequency]
      const [year, month, date] = day.split('-').map(Number) as [number, number, number]
      const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
      if (months === 0) return dayAfter(day, frequency === 'WEEKLY' ? 7 : 1)
      return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10)
    }
    fc.assert(
      fc.property(frequencies, periods, fc.integer({ min: 1, max: 500 }), (frequency, period, before) => {
        const lastOccurrenceOn = dayAfter(period.periodStart, -before)
        const later = oneLater(lastOccurrenceOn, frequency)
        const found = count({ frequency, ...period, lastOccurrenceOn })
        if (later > period.periodEnd) expect(found).toBe(0)
        else if (later >= period.periodStart) expect(found).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })
})

describe('The ISO week of a day', () => {
  it('is that of the calendar, over the turn of years', () => {
    const known = {
      '2024-12-30': '2025-W01',
      '2021-01-03': '2020-W53',
      '2026-12-31': '2026-W53',
      '2025-02-13': '2025-W07',
    }
    for (const [day, week] of Object.entries(known)) expect(isoWeekOf(numberOfDay(day))).toBe(week)
  })
})
