import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ColumnOfDates } from '../../src/rules/date-columns.js'
import { dayOfNumber, numberOfDay, partsOf } from '../../src/rules/days.js'
import { dayOfExcel, writtenDate, writtenExcelDay } from '../../src/rules/written-dates.js'

// Dates of lists: the day is the one that was written, and what two people could read differently is read by nobody.

const unsaid = { dateOrder: null, excelDays: null } as const
const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const full = 'January February March April May June July August September October November December'.split(' ')

/** Any day from 1980 to 2049, which years of two digits reach too. */
const days = fc.integer({ min: numberOfDay('1980-01-01'), max: numberOfDay('2049-12-31') }).map(dayOfNumber)

/** Whatever stands behind a day, and moves it nowhere. */
const times = fc.constantFrom(
  '',
  ' ',
  ' 00:00',
  ' 23:59:59',
  ' 6:06',
  'T23:30:57-05:00',
  'T00:10:00+14:00',
  'T12:00Z',
  ' 12:00:00.123',
  ' 14:40:52 +0100',
  ' 18:54:51+00',
  ' 18:54:51.123456+02',
  ' 18:54:51 UTC',
  ' 18:54:51 GMT+2',
  ', 11:59 PM',
  ' 11:59:00 p.m.',
  ' 12:00:00 CET',
)

const parts = (day: string) => {
  const { year, month, day: ofMonth } = partsOf(numberOfDay(day))
  const two = (number: number) => `${number}`.padStart(2, '0')
  return {
    year: `${year}`,
    short: `${year}`.slice(2),
    month,
    mm: two(month + 1),
    dd: two(ofMonth),
    d: `${ofMonth}`,
    two,
  }
}

/** The forms of a day that nobody reads in two ways. */
const forms: Record<string, (day: string) => string> = {
  ISO: (day) => day,
  'year first, with slashes': (day) => day.replaceAll('-', '/'),
  'year first, with full stops': (day) => day.replaceAll('-', '.'),
  Jira: (day) => `${parts(day).dd}/${names[parts(day).month]}/${parts(day).short}`,
  Oracle: (day) => `${parts(day).dd}-${(names[parts(day).month] as string).toUpperCase()}-${parts(day).year}`,
  'in words': (day) => `${parts(day).d} ${full[parts(day).month]} ${parts(day).year}`,
  'in American words': (day) => `${full[parts(day).month]} ${parts(day).d}, ${parts(day).year}`,
  'of an e-mail': (day) => `Wed, ${parts(day).d} ${names[parts(day).month]} ${parts(day).year}`,
  'with an ordinal': (day) => `${parts(day).d}th ${names[parts(day).month]}. ${parts(day).year}`,
  'year and name': (day) => `${parts(day).year}-${names[parts(day).month]}-${parts(day).dd}`,
}

describe('a date with one reading', () => {
  it.each(Object.entries(forms))('%s is read back as the day it was written from, whatever the time', (_, form) => {
    fc.assert(
      fc.property(days, times, (day, time) => {
        expect(writtenDate(`${form(day)}${time}`)).toMatchObject({ kind: 'DAY', day })
      }),
    )
  })

  it.each([
    ['20250131', '2025-01-31'],
    ['20250131T235959Z', '2025-01-31'],
    ['Wed Dec 31 14:40:52 2025 +0100', '2025-12-31'],
    ['Wed Dec  3 14:40:52 UTC 2025', '2025-12-03'],
    ['Wed Jan 01 2025 12:00:00 GMT+0100 (Central European Standard Time)', '2025-01-01'],
    ['2025-01-03T10:15:30+01:00[Europe/Paris]', '2025-01-03'],
    ['1/3/2025, 6:06:31\u202fPM', null],
    ['03/Nov/20 12:17', '2020-11-03'],
    ['3 Sept 2025', '2025-09-03'],
    ['\u00a02025-01-03\t', '2025-01-03'],
  ])('%s', (text, day) => {
    if (day === null) expect(writtenDate(text)?.kind).toBe('NUMBERS')
    else expect(writtenDate(text)).toMatchObject({ kind: 'DAY', day })
  })

  it.each([
    ['2025-02-30', '2025-13-01', '2025-00-10', '2023-02-29', '30/Feb/25', '31 April 2025', '32/13/2025', '00/01/2025'],
    ['', 'soon', 'Q1 2025', '2025', '2025-01', '1735689600', '1735689600000', '12:30', '-', 'N/A', '1 2 2025', '3/4'],
    ['2025-01-03 25:00', '2025-01-03 12:60', '2025-01-03 and more', 'x2025-01-03', '2025-01-03 2025-01-04', '20251301'],
    ['3 Novembre 2025', '3. Dez. 2025', '2025-1-3-4', '31/12-2025', '99999', '1e4', '4566', '2025-01-03T'.repeat(50)],
  ])('is none of %j, %j, %j, %j and others', (...texts) => {
    for (const text of texts) expect(writtenDate(text), text).toBeNull()
  })

  it('is looked for in no time in a long cell, or in one that is made to be slow', () => {
    const began = performance.now()
    for (const piece of ['1', ' ', '1/', 'Jan ', '1:00 ', '+01', '2025-01-01T']) {
      for (const length of [20, 100, 30_000]) writtenDate(piece.repeat(length))
    }
    expect(performance.now() - began).toBeLessThan(200)
  })
})

describe('day and month as numbers', () => {
  const orders = ['DAY_FIRST', 'MONTH_FIRST'] as const
  const separators = fc.constantFrom('/', '.', '-')
  const asNumbers = (day: string, separator: string, order: (typeof orders)[number], isShort = false) => {
    const { dd, mm, year, short } = parts(day)
    return [...(order === 'DAY_FIRST' ? [dd, mm] : [mm, dd]), isShort ? short : year].join(separator)
  }
  const ambiguous = days.filter((day) => Number(parts(day).dd) <= 12 && parts(day).dd !== parts(day).mm)

  it('read back to the day by the order that was said', () => {
    fc.assert(
      fc.property(
        days,
        separators,
        fc.constantFrom(...orders),
        fc.boolean(),
        times,
        (day, by, order, isShort, time) => {
          const dates = new ColumnOfDates({ ...unsaid, dateOrder: order })
          expect(dates.read(`${asNumbers(day, by, order, isShort)}${time}`, 2)).toEqual({ day })
          expect(dates.isUndecided).toBe(false)
        },
      ),
    )
  })

  it('are read by nobody, where they could be two days and nothing tells which', () => {
    fc.assert(
      fc.property(fc.array(ambiguous, { minLength: 1 }), separators, fc.constantFrom(...orders), (list, by, order) => {
        const cells = list.map((day) => asNumbers(day, by, order))
        const dates = new ColumnOfDates(unsaid)
        expect(dates.read(cells[0] as string, 2)).toEqual({ fault: 'ORDER_UNSAID' })
        expect(dates.isUndecided).toBe(true)
        const whole = new ColumnOfDates(unsaid)
        for (const [at, cell] of cells.entries()) whole.note(cell, at + 2)
        whole.close()
        for (const cell of cells) expect(whole.read(cell, 2)).toEqual({ fault: 'ORDER_UNSAID' })
        expect([whole.isUndecided, whole.order]).toEqual([false, null])
      }),
    )
  })

  it('are certain by one date of the column, wherever it stands, and read back to their days', () => {
    const telling = days.filter((day) => Number(parts(day).dd) > 12)
    fc.assert(
      fc.property(
        fc.array(days),
        telling,
        fc.nat(),
        separators,
        fc.constantFrom(...orders),
        (others, one, place, by, order) => {
          const list = others.toSpliced(place % (others.length + 1), 0, one)
          const dates = new ColumnOfDates(unsaid)
          for (const [at, day] of list.entries()) dates.note(asNumbers(day, by, order), at + 2)
          dates.close()
          expect(dates.order).toBe(order)
          for (const day of list) expect(dates.read(asNumbers(day, by, order), 9)).toEqual({ day })
        },
      ),
    )
  })

  it('that are the same either way are one day', () => {
    expect(new ColumnOfDates(unsaid).read('03/03/2025', 2)).toEqual({ day: '2025-03-03' })
  })

  it('that contradict each other are read by nobody, but for those that are the same either way', () => {
    const dates = new ColumnOfDates(unsaid)
    expect(dates.read('31/12/2025', 2)).toEqual({ day: '2025-12-31' })
    expect(dates.read('12/30/2025', 3)).toEqual({ fault: 'ORDER_CONTRADICTED' })
    expect(dates.isUndecided).toBe(true)
    const whole = new ColumnOfDates(unsaid)
    for (const [at, text] of ['31/12/2025', '12/30/2025', '01/02/2025', '2025-03-04'].entries())
      whole.note(text, at + 2)
    whole.close()
    expect(whole.contradiction).toEqual({ DAY_FIRST: 2, MONTH_FIRST: 3 })
    for (const text of ['31/12/2025', '12/30/2025', '01/02/2025']) {
      expect(whole.read(text, 2)).toEqual({ fault: 'ORDER_CONTRADICTED' })
    }
    expect(whole.read('03/03/2025', 2)).toEqual({ day: '2025-03-03' })
    expect(whole.read('2025-03-04', 2)).toEqual({ day: '2025-03-04' })
  })

  it('say which date does not fit the order that was said', () => {
    const dates = new ColumnOfDates({ ...unsaid, dateOrder: 'MONTH_FIRST' })
    expect(dates.read('01/02/2025', 2)).toEqual({ day: '2025-01-02' })
    expect(dates.read('31/12/2025', 3)).toEqual({ fault: 'NOT_IN_ORDER' })
  })

  it('are told by each form of a mixed column for itself', () => {
    const dates = new ColumnOfDates(unsaid)
    for (const [at, text] of ['31.12.2025', '12/31/2025', '1.2.2025', '2/1/2025', '2025-02-01'].entries())
      dates.note(text, at)
    dates.close()
    const read = ['31.12.2025', '12/31/2025', '1.2.2025', '2/1/2025', '2025-02-01'].map((text) => dates.read(text, 1))
    expect(read).toEqual(['2025-12-31', '2025-12-31', '2025-02-01', '2025-02-01', '2025-02-01'].map((day) => ({ day })))
    expect(dates.order).toBeNull()
  })
})

describe('numbers by which Excel counts days', () => {
  it('are known for what they look like, and read only where that was said', () => {
    expect(writtenDate('45660')).toEqual({ kind: 'EXCEL_DAY', number: 45_660 })
    expect(new ColumnOfDates(unsaid).read('45660', 2)).toEqual({ fault: 'EXCEL_DAY' })
    expect(new ColumnOfDates({ ...unsaid, dateOrder: 'DAY_FIRST' }).read('45660', 2)).toEqual({ fault: 'EXCEL_DAY' })
    const said = new ColumnOfDates({ ...unsaid, excelDays: 'FROM_1900' })
    for (const text of ['45660', ' 45660 ', '45660.999', '45660,25', '2025-01-03']) {
      expect(said.read(text, 2)).toEqual({ day: '2025-01-03' })
    }
    for (const text of ['0', '60', '9999999', '-1', 'x']) expect(said.read(text, 2)).toEqual({ fault: 'NO_DATE' })
  })

  it.each([
    ['FROM_1900', 1, '1900-01-01'],
    ['FROM_1900', 59, '1900-02-28'],
    ['FROM_1900', 60, null],
    ['FROM_1900', 61, '1900-03-01'],
    ['FROM_1900', 45_660, '2025-01-03'],
    ['FROM_1900', 2_958_465, '9999-12-31'],
    ['FROM_1900', 2_958_466, null],
    ['FROM_1904', 0, '1904-01-01'],
    ['FROM_1904', 44_198, '2025-01-03'],
    ['FROM_1904', 2_957_003, '9999-12-31'],
    ['FROM_1904', 2_957_004, null],
  ] as const)('%s: %i', (from, number, day) => {
    expect(dayOfExcel(number, from)).toBe(day)
  })

  it('count on by days, in both', () => {
    fc.assert(
      fc.property(fc.integer({ min: 61, max: 100_000 }), (number) => {
        const day = dayOfExcel(number, 'FROM_1900') as string
        expect(writtenExcelDay(`${number}`)).toEqual({ kind: 'EXCEL_DAY', number })
        expect(numberOfDay(day)).toBe(numberOfDay('1900-03-01') + number - 61)
        // Workbooks of the two systems differ by 1,462 days.
        expect(dayOfExcel(number + 1_462, 'FROM_1900')).toBe(dayOfExcel(number, 'FROM_1904'))
      }),
    )
  })
})
