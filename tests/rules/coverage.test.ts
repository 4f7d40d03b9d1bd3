import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkInformation, checkOperated, checkReplaces, checkStillExamined } from '../../src/rules/controls.js'
import { daysInWords, gapsIn, lieWithin, type Operated, reportsGap } from '../../src/rules/coverage.js'
import { refusalOf } from '../../src/rules/refusal.js'

const year = { periodStart: '2025-01-01', periodEnd: '2025-12-31', asOf: null }
const asOfDate = { periodStart: null, periodEnd: null, asOf: '2024-02-29' }
const operated = (operatedFrom: string | null, operatedTo: string | null): Operated => ({ operatedFrom, operatedTo })

describe('Days on which no control serves a criterion', () => {
  it.each<[string, Operated[], [string, string][]]>([
    ['a control of the whole period leaves none', [operated(null, null)], []],
    ['no control leaves all of them', [], [['2025-01-01', '2025-12-31']]],
    [
      'a control that starts in October does not serve January',
      [operated('2025-10-01', null)],
      [['2025-01-01', '2025-09-30']],
    ],
    ['one that ended leaves the rest', [operated(null, '2025-02-28')], [['2025-03-01', '2025-12-31']]],
    ['one that took over the next day leaves none', [operated('2025-07-01', null), operated(null, '2025-06-30')], []],
    [
      'one that took over a day later leaves that day',
      [operated(null, '2025-06-30'), operated('2025-07-02', null)],
      [['2025-07-01', '2025-07-01']],
    ],
    [
      'a short one within a long one hides nothing of it',
      [operated('2025-02-01', '2025-10-31'), operated('2025-03-01', '2025-04-30')],
      [
        ['2025-01-01', '2025-01-31'],
        ['2025-11-01', '2025-12-31'],
      ],
    ],
    [
      'one wholly before or after serves none',
      [operated(null, '2024-12-31'), operated('2026-01-01', null)],
      [['2025-01-01', '2025-12-31']],
    ],
  ])('%s', (_case, controls, expected) => {
    expect(gapsIn(year, controls)).toEqual(expected.map(([from, to]) => ({ from, to })))
  })

  it('is the one day of a Type 1, or none', () => {
    expect(gapsIn(asOfDate, [operated('2024-02-29', null)])).toEqual([])
    expect(gapsIn(asOfDate, [operated('2024-03-01', null)])).toEqual([{ from: '2024-02-29', to: '2024-02-29' }])
  })

  it('ends with the last day that the calendar can write', () => {
    const end = { ...year, periodEnd: '9999-12-31' }
    expect(gapsIn(end, [operated(null, '9999-12-31')])).toEqual([])
    expect(gapsIn(end, [operated('9999-12-31', null)])).toEqual([{ from: '2025-01-01', to: '9999-12-30' }])
  })

  it('is what counting day by day comes to, over any controls and leap years', () => {
    const start = Date.UTC(2023, 10, 1)
    const day = (at: number) => new Date(start + at * 86_400_000).toISOString().slice(0, 10)
    const days = fc.integer({ min: 0, max: 500 })
    const control = fc
      .tuple(fc.option(days), fc.option(days))
      .filter(([from, to]) => from === null || to === null || from <= to)
    fc.assert(
      fc.property(days, fc.nat(400), fc.array(control, { maxLength: 6 }), (first, length, controls) => {
        const last = first + length
        const expected: boolean[] = []
        for (let at = first; at <= last; at++) {
          expected.push(!controls.some(([from, to]) => (from ?? at) <= at && at <= (to ?? at)))
        }
        const time = { periodStart: day(first), periodEnd: day(last), asOf: null }
        const gaps = gapsIn(
          time,
          controls.map(([from, to]) => operated(from === null ? null : day(from), to === null ? null : day(to))),
        )
        const found = expected.map((_, at) =>
          gaps.some(({ from, to }) => from <= day(first + at) && day(first + at) <= to),
        )
        expect(found).toEqual(expected)
        // As few stretches as there are: between two of them lies a day that is served.
        expect(gaps.length).toBe(expected.filter((open, at) => open && !expected[at - 1]).length)
      }),
      { numRuns: 500 },
    )
  })
})

describe('What answers a gap', () => {
  const gap = { from: '2025-01-01', to: '2025-09-30' }
  it.each([
    [{ criteriaCodes: ['CC6.1'], failedFrom: null, failedTo: null }, true],
    [{ criteriaCodes: ['CC6.1'], failedFrom: '2025-01-01', failedTo: '2025-09-30' }, true],
    [{ criteriaCodes: ['CC6.1'], failedFrom: '2025-01-02', failedTo: null }, false],
    [{ criteriaCodes: ['CC6.1'], failedFrom: null, failedTo: '2025-09-29' }, false],
    [{ criteriaCodes: ['CC6.2'], failedFrom: null, failedTo: null }, false],
  ])('a deficiency %o: %s', (deficiency, expected) => {
    expect(reportsGap(deficiency, 'CC6.1', gap)).toBe(expected)
  })

  it('a decision on days that hold it, not one on fewer', () => {
    expect(lieWithin(gap, { from: '2025-01-01', to: '2025-09-30' })).toBe(true)
    expect(lieWithin(gap, { from: '2025-01-01', to: '2025-09-29' })).toBe(false)
    expect(lieWithin(gap, { from: '2025-01-02', to: '2025-12-31' })).toBe(false)
  })

  it('is told by its days', () => {
    expect([daysInWords(gap), daysInWords({ from: '2025-07-01', to: '2025-07-01' })]).toEqual([
      'from 2025-01-01 to 2025-09-30',
      'on 2025-07-01',
    ])
  })
})

describe('When a control operated', () => {
  it.each<[Operated, string | undefined]>([
    [operated(null, null), undefined],
    [operated('2024-01-01', '2025-01-01'), undefined],
    [operated('2025-12-31', '2027-01-01'), undefined],
    [operated('2025-06-02', '2025-06-01'), 'operatedTo'],
    [operated('2026-01-01', null), 'operatedFrom'],
    [operated(null, '2024-12-31'), 'operatedTo'],
  ])('%o is examined in 2025, or refused at %s', (control, path) => {
    const refusal = refusalOf(() => checkOperated(control, year))
    expect(refusal && [refusal.code, ...refusal.at]).toEqual(path ? ['INVALID_INPUT', path] : null)
  })

  it('ended before the one began that replaces it', () => {
    const former = { ref: 'CM-01', ...operated(null, '2025-06-30') }
    const check = (from: string | null, replaced: Operated & { ref: string }) =>
      refusalOf(() => checkReplaces(operated(from, null), replaced))
    expect(check('2025-07-01', former)).toBeNull()
    for (const refusal of [
      check('2025-06-30', former),
      check(null, former),
      check('2025-07-01', { ...former, operatedTo: null }),
    ]) {
      expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['replacesId'] })
      expect(refusal?.message).toContain('CM-01')
    }
  })

  it('lies in another period still, or the controls are named', () => {
    const controls = [
      { ref: 'CM-01', ...operated(null, '2025-06-30') },
      { ref: 'CM-02', ...operated('2025-07-01', null) },
    ]
    expect(refusalOf(() => checkStillExamined(controls, year, 'periodEnd'))).toBeNull()
    const refusal = refusalOf(() => checkStillExamined(controls, { ...year, periodEnd: '2025-06-30' }, 'periodEnd'))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['periodEnd'] })
    expect(refusal?.message).toMatch(/: CM-02\./)
  })
})

it('How information was found reliable says of which information', () => {
  expect(
    refusalOf(() => checkInformation({ ipe: 'The list of leavers', ipeReliability: 'Traced to payroll.' })),
  ).toBeNull()
  expect(refusalOf(() => checkInformation({ ipe: null, ipeReliability: 'Traced to payroll.' }))).toMatchObject({
    code: 'INVALID_INPUT',
    at: ['ipeReliability'],
  })
})
