import cumulative from '@stdlib/stats-base-dists-binomial-cdf'
import fc from 'fast-check'
import jstat from 'jstat'
import { describe, expect, it } from 'vitest'
import { showsRateBelow, showsRateBelowExactly } from '../../src/rules/binomial.js'
import {
  acceptedDeviations,
  chosenSize,
  recommendedSize,
  type SampleSizeInput,
  sampleSize,
} from '../../src/rules/sampling.js'
import { checkSamplingRows } from '../../src/rules/sampling-rows.js'
import {
  type OtherPopulation,
  type SamplingRow,
  shippedRows,
  sizeForPopulation,
  sizeOfRow,
} from '../../src/rules/sampling-table.js'
import {
  type ControlFrequency,
  controlFrequencies,
  type RiskLevel,
  riskLevels,
  words,
} from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const size = (confidence: number, tolerable: number, expected: number, populationSize?: number) =>
  sampleSize({ confidence, tolerableRate: tolerable, expectedRate: expected, populationSize })

describe('The size of a sample planned from rates', () => {
  it.each([
    // confidence, tolerable, expected -> size (expected deviations)
    [0.95, 0.05, 0, 59, 0],
    [0.95, 0.05, 0.01, 93, 1],
    [0.95, 0.02, 0.0125, 1030, 13],
    [0.95, 0.1, 0, 29, 0],
    [0.9, 0.05, 0, 45, 0],
    [0.9, 0.1, 0, 22, 0],
    [0.9, 0.1, 0.02, 38, 1],
    [0.9, 0.07, 0.0325, 113, 4],
    [0.9, 0.07, 0.035, 113, 4],
    [0.9, 0.05, 0.035, 400, 14],
    [0.9, 0.08, 0.07, 1300, 91],
  ])(
    'at confidence %s, tolerable %s and expected %s is %s items with %s deviations',
    (confidence, tolerable, expected, items, deviations) => {
      expect(size(confidence, tolerable, expected)).toEqual({
        size: items,
        expectedDeviationCount: deviations,
        clampedToPopulation: false,
      })
    },
  )

  it('is the smallest one: exact whole-number arithmetic finds no smaller size that would do', () => {
    const plans = [
      { confidence: 0.95, tolerable: 500, expected: 150 },
      { confidence: 0.9, tolerable: 700, expected: 325 },
      { confidence: 0.9, tolerable: 1000, expected: 450 },
      { confidence: 0.99, tolerable: 2000, expected: 999 },
    ]
    for (const { confidence, tolerable, expected } of plans) {
      const risk = Math.round((1 - confidence) * 10_000)
      const shows = (n: number) =>
        showsRateBelowExactly({
          deviationCount: Math.ceil((n * expected) / 10_000),
          sampleSize: n,
          rate: tolerable,
          risk,
        })
      let smallest = 1
      while (!shows(smallest)) smallest++
      expect(size(confidence, tolerable / 10_000, expected / 10_000).size).toBe(smallest)
    }
  })

  it('decides a tie exactly, where floating point would ask for one item too many', () => {
    expect(1 - 0.9).not.toBe(0.1)
    expect(size(0.9, 0.9, 0).size).toBe(1)
    expect(size(0.5, 0.5, 0).size).toBe(1)
    expect(size(0.75, 0.5, 0).size).toBe(2)
  })

  it('is clamped to a smaller population, all of which is then tested', () => {
    expect(size(0.95, 0.05, 0.01, 93).clampedToPopulation).toBe(false)
    expect(size(0.95, 0.05, 0.01, 92)).toEqual({ size: 92, expectedDeviationCount: 1, clampedToPopulation: true })
    expect(size(0.95, 0.0005, 0, 40)).toEqual({ size: 40, expectedDeviationCount: 0, clampedToPopulation: true })
  })

  it('grows, never shrinks, with the confidence and with a stricter tolerable rate when no deviation is expected', () => {
    const basisPoints = fc.integer({ min: 20, max: 9_998 })
    fc.assert(
      fc.property(basisPoints, basisPoints, basisPoints, (confidence, a, b) => {
        const [strict, loose] = [Math.min(a, b) / 1e4, Math.max(a, b) / 1e4]
        const bolder = Math.min(confidence + 1, 9_999) / 1e4
        expect(size(confidence / 1e4, loose, 0).size).toBeLessThanOrEqual(size(confidence / 1e4, strict, 0).size)
        expect(size(confidence / 1e4, loose, 0).size).toBeLessThanOrEqual(size(bolder, loose, 0).size)
      }),
    )
  })

  it('grows, never shrinks, with the deviations expected', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 600 }), (a, b) => {
        const [fewer, more] = [Math.min(a, b) / 1e4, Math.max(a, b) / 1e4]
        expect(size(0.9, 0.1, fewer).size).toBeLessThanOrEqual(size(0.9, 0.1, more).size)
      }),
    )
  })

  it('agrees with an independent library that the planned sample shows enough and carries its deviations', () => {
    const rates = fc.tuple(fc.integer({ min: 100, max: 5_000 }), fc.integer({ min: 0, max: 60 }))
    fc.assert(
      fc.property(rates, fc.constantFrom(0.8, 0.9, 0.95, 0.99), ([tolerable, share], confidence) => {
        const expected = Math.floor((tolerable * share) / 100)
        const plan = size(confidence, tolerable / 1e4, expected / 1e4)
        expect(plan.expectedDeviationCount).toBe(Math.floor((plan.size * expected + 9_999) / 10_000))
        const probability = jstat.binomial.cdf(plan.expectedDeviationCount, plan.size, tolerable / 1e4)
        expect(probability).toBeLessThanOrEqual(1 - confidence + 1e-9)
      }),
    )
  })

  it.each<[string, Partial<SampleSizeInput>, string, RegExp]>([
    ['a confidence of 1', { confidence: 1 }, 'confidence', /less than 1, such as 0.95\.$/],
    // As 1, it would have minutes computed: `tolerableRate: 0.9, expectedRate: 0.7`.
    ['a confidence as good as 1', { confidence: 1 - 1e-15 }, 'confidence', /less than 1/],
    ['a confidence as good as 0', { confidence: 1e-300 }, 'confidence', /greater than 0/],
    ['a confidence of 0', { confidence: 0 }, 'confidence', /greater than 0/],
    ['a confidence in per cent', { confidence: 95 }, 'confidence', /less than 1/],
    ['a confidence that is no number', { confidence: Number.NaN }, 'confidence', /less than 1/],
    ['a tolerable rate above 1', { tolerableRate: 1.5 }, 'tolerableRate', /from 0 to 1/],
    ['a negative expected rate', { expectedRate: -0.01 }, 'expectedRate', /from 0 to 1/],
    ['an infinite rate', { tolerableRate: Number.POSITIVE_INFINITY }, 'tolerableRate', /from 0 to 1/],
    ['a rate finer than a basis point', { expectedRate: 0.03251 }, 'expectedRate', /no finer\.$/],
    ['an expected rate equal to the tolerable one', { expectedRate: 0.05 }, 'expectedRate', /below the tolerable rate/],
    ['an expected rate above the tolerable one', { expectedRate: 0.2 }, 'expectedRate', /below the tolerable rate/],
    ['a population of none', { populationSize: 0 }, 'populationSize', /from 1 to 1,000,000/],
    ['half an item', { populationSize: 10.5 }, 'populationSize', /whole number/],
    ['a population beyond what can be imported', { populationSize: 1_000_001 }, 'populationSize', /1,000,000/],
    ['rates too close together', { expectedRate: 0.0499 }, 'tolerableRate', /more than 10,000 items/],
  ])('is refused for %s, with the place and what would be right', (_, fault, place, sentence) => {
    const right = { confidence: 0.95, tolerableRate: 0.05, expectedRate: 0 }
    const refusal = refusalOf(() => sampleSize({ ...right, ...fault }))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: [place] })
    expect(refusal.message).toMatch(sentence)
  })
})

describe('The question behind plan and evaluation', () => {
  it('is answered as exact whole-number arithmetic answers it', () => {
    const cell = fc.record({
      sampleSize: fc.integer({ min: 1, max: 400 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      rate: fc.integer({ min: 1, max: 10_000 }),
      risk: fc.integer({ min: 1, max: 9_999 }),
    })
    fc.assert(
      fc.property(cell, ({ sampleSize, share, rate, risk }) => {
        const sample = { deviationCount: Math.floor(share * sampleSize), sampleSize, rate, risk }
        expect(showsRateBelow(sample)).toBe(showsRateBelowExactly(sample))
      }),
      { numRuns: 500 },
    )
  })
})

describe('The library behind it', () => {
  /** P(X ≤ k | n, rate) to 18 decimal places, in whole numbers: term by term, from the definition. */
  function exactly(k: number, n: number, rate: number): number {
    const [p, q] = [BigInt(rate), BigInt(10_000 - rate)]
    let combinations = 1n
    let sum = 0n
    for (let i = 0; i <= k; i++) {
      sum += combinations * p ** BigInt(i) * q ** BigInt(n - i)
      combinations = (combinations * BigInt(n - i)) / BigInt(i + 1)
    }
    return Number((sum * 10n ** 18n) / 10_000n ** BigInt(n)) / 1e18
  }

  it('is right to 1e-12, ten times closer than where exact arithmetic takes over', () => {
    for (const n of [1, 2, 25, 60, 279, 1000, 2000]) {
      for (const rate of [1, 50, 325, 500, 1000, 5000, 9999]) {
        const mean = (n * rate) / 10_000
        const deviation = Math.sqrt(mean * (1 - rate / 10_000))
        for (const away of [-3, -1.64, -1, 0, 1]) {
          const k = Math.min(n, Math.max(0, Math.round(mean + away * deviation)))
          expect(Math.abs(cumulative(k, n, rate / 10_000) - exactly(k, n, rate))).toBeLessThan(1e-12)
        }
      }
    }
  })
})

const rowOf = (frequency: ControlFrequency, risk: RiskLevel) =>
  shippedRows.find((row) => row.frequency === frequency && row.risk === risk) as SamplingRow

describe('The table as it is shipped', () => {
  const size = (frequency: ControlFrequency, risk: RiskLevel, populationSize = 10_000) =>
    recommendedSize({ basis: 'FREQUENCY_TABLE', row: rowOf(frequency, risk), populationSize }).size

  it('asks for the least of the range at low risk, the most at high, between at moderate, and accepts none', () => {
    const sizes = words(controlFrequencies).map((frequency) => [
      frequency,
      ...words(riskLevels).map((risk) => size(frequency, risk, 200)),
    ])
    expect(sizes).toEqual([
      ['CONTINUOUS', 20, 30, 40],
      ['MULTIPLE_DAILY', 20, 30, 40],
      ['DAILY', 15, 20, 25],
      ['WEEKLY', 10, 13, 15],
      ['MONTHLY', 2, 4, 5],
      ['QUARTERLY', 2, 2, 2],
      ['SEMI_ANNUAL', 1, 2, 2],
      ['ANNUAL', 1, 1, 1],
      ['PER_EVENT', 20, 30, 40],
    ])
    expect(new Set(shippedRows.map((row) => row.acceptedDeviationCount))).toEqual(new Set([0]))
    expect(() => checkSamplingRows(shippedRows, 0.9)).not.toThrow()
  })

  it('rounds a share up, with its least and its most', () => {
    expect(['LOW', 'MODERATE', 'HIGH'].map((risk) => size('PER_EVENT', risk as RiskLevel, 201))).toEqual([21, 31, 41])
    expect(size('PER_EVENT', 'LOW', 7)).toBe(5)
    expect(size('PER_EVENT', 'HIGH', 100_000)).toBe(60)
  })

  it('never asks for more than the population', () => {
    const few = recommendedSize({ basis: 'FREQUENCY_TABLE', row: rowOf('PER_EVENT', 'HIGH'), populationSize: 3 })
    expect(few).toMatchObject({ size: 3, clampedToPopulation: true, acceptedDeviationCount: 0 })
  })

  it('tests an automated control once, and no other', () => {
    const once = { basis: 'AUTOMATED_ONE', nature: 'AUTOMATED', populationSize: 400 } as const
    expect(recommendedSize(once)).toMatchObject({ size: 1, acceptedDeviationCount: 0, clampedToPopulation: false })
    for (const nature of ['MANUAL', 'IT_DEPENDENT_MANUAL'] as const) {
      expect(refusalOf(() => recommendedSize({ ...once, nature }))).toMatchObject({
        code: 'INVALID_INPUT',
        at: ['basis'],
      })
    }
  })

  it('recommends nothing for a population without items: there the control did not operate', () => {
    const refusal = refusalOf(() =>
      recommendedSize({ basis: 'FREQUENCY_TABLE', row: rowOf('DAILY', 'LOW'), populationSize: 0 }),
    )
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['populationSize'] })
  })
})

describe('A control with several populations', () => {
  const daily = rowOf('DAILY', 'HIGH')
  const perEvent = rowOf('PER_EVENT', 'HIGH')

  it('is asked for the size of the table once: a further population for what the others leave', () => {
    const others = [{ itemCount: 90, sampledCount: 10 }]
    expect(sizeForPopulation(daily, 90, others)).toMatchObject({ size: 15, wholeSize: 25, clampedToPopulation: false })
    expect(sizeForPopulation(perEvent, 100, [{ itemCount: 100, sampledCount: 10 }]).size).toBe(30)
  })

  it('accepts what its row does where all of them have as many items as the row asks for, and otherwise none', () => {
    const row: SamplingRow = { ...daily, size: 25, acceptedDeviationCount: 1 }
    const accepted = (populationSize: number, others: OtherPopulation[] = []) =>
      recommendedSize({ basis: 'FREQUENCY_TABLE', row, populationSize, others }).acceptedDeviationCount
    expect([24, 25].map((count) => accepted(count))).toEqual([0, 1])
    expect(accepted(5, [{ itemCount: 20, sampledCount: 0 }])).toBe(1)
    expect(accepted(5, [{ itemCount: 19, sampledCount: 19 }])).toBe(0)
  })

  it('leaves their part to populations that are there and not sampled yet', () => {
    const quarters = [1, 2, 3].map(() => ({ itemCount: 90, sampledCount: 0 }))
    expect(sizeForPopulation(daily, 90, quarters).size).toBe(7)
    const sampled = { itemCount: 90, sampledCount: 7 }
    expect(sizeForPopulation(daily, 90, [sampled, ...quarters.slice(1)]).size).toBe(7)
    expect(sizeForPopulation(daily, 90, [sampled, sampled, sampled]).size).toBe(7)
  })

  it('is asked for no less than the part of each population, where an early one took more', () => {
    expect(sizeForPopulation(daily, 90, [{ itemCount: 90, sampledCount: 25 }]).size).toBe(13)
    expect(sizeForPopulation(perEvent, 300, [{ itemCount: 100, sampledCount: 60 }]).size).toBe(45)
  })

  it('has populations that together test no less than the table asks for, whatever their order and sizes', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(sizes, fc.constantFrom(...shippedRows), (populations, row) => {
        const drawn: { itemCount: number; sampledCount: number }[] = []
        for (const itemCount of populations) {
          const { size } = sizeForPopulation(row, itemCount, drawn)
          expect(size).toBeGreaterThanOrEqual(1)
          expect(size).toBeLessThanOrEqual(itemCount)
          drawn.push({ itemCount, sampledCount: size })
        }
        const items = populations.reduce((sum, count) => sum + count, 0)
        const last = drawn.at(-1) as { itemCount: number; sampledCount: number }
        const sampled = drawn.reduce((sum, { sampledCount }) => sum + sampledCount, 0)
        // What the last one cannot give, it is tested in full.
        expect(sampled >= Math.min(sizeOfRow(row, items), items) || last.sampledCount === last.itemCount).toBe(true)
      }),
    )
  })
})

describe('A firm’s own table', () => {
  const change = (at: number, changed: Partial<SamplingRow>) =>
    shippedRows.map((row, place) => (place === at ? { ...row, ...changed } : row))
  const daily = shippedRows.findIndex(({ frequency, risk }) => frequency === 'DAILY' && risk === 'MODERATE')
  const dailyAtHigh = shippedRows.findIndex(({ frequency, risk }) => frequency === 'DAILY' && risk === 'HIGH')
  const event = shippedRows.findIndex(({ frequency, risk }) => frequency === 'PER_EVENT' && risk === 'MODERATE')

  it('may accept deviations, and may ask for shares or sizes', () => {
    expect(() => checkSamplingRows(change(daily, { acceptedDeviationCount: 1 }), 0.9)).not.toThrow()
    expect(() => checkSamplingRows([...shippedRows].reverse(), 0.9)).not.toThrow()
  })

  it('accepts no more than leaves a limit of 20 % at the confidence of the methodology', () => {
    const accepts = (size: number, acceptedDeviationCount: number, confidence = 0.9) =>
      refusalOf(() => checkSamplingRows(change(dailyAtHigh, { size, acceptedDeviationCount }), confidence))
    const refused = { code: 'INVALID_INPUT', at: ['rows', dailyAtHigh, 'acceptedDeviationCount'] }
    // 14.7 % and 19.9 %.
    expect(() => accepts(25, 2)).toThrow('was not')
    // 24.8 %; 2 of 25 at 95 %: 23.2 %; all but one.
    expect(accepts(25, 3)).toMatchObject(refused)
    expect(accepts(25, 2, 0.95)).toMatchObject(refused)
    expect(accepts(25, 24)).toMatchObject(refused)
    expect(() => accepts(25, 0, 0.99)).toThrow('was not')
  })

  it.each<[string, readonly SamplingRow[], (string | number)[]]>([
    ['a row that is missing', shippedRows.slice(1), ['rows']],
    ['a row that stands twice', [...shippedRows, shippedRows[0] as SamplingRow], ['rows', 27]],
    ['a size of none', change(daily, { size: 0 }), ['rows', daily, 'size']],
    ['a size of 1,001', change(daily, { size: 1_001 }), ['rows', daily, 'size']],
    ['a size and a share', change(daily, { shareBp: 1_000 }), ['rows', daily, 'size']],
    ['neither a size nor a share', change(daily, { size: null }), ['rows', daily, 'size']],
    ['a share of nothing', change(event, { shareBp: 0 }), ['rows', event, 'share']],
    ['a share without a least', change(event, { leastSize: null }), ['rows', event, 'leastSize']],
    ['a least above the most', change(event, { leastSize: 61 }), ['rows', event, 'leastSize']],
    [
      'as many accepted as tested',
      change(daily, { acceptedDeviationCount: 20 }),
      ['rows', daily, 'acceptedDeviationCount'],
    ],
    [
      'fewer than none accepted',
      change(daily, { acceptedDeviationCount: -1 }),
      ['rows', daily, 'acceptedDeviationCount'],
    ],
    ['less at a higher risk', change(daily, { size: 14 }), ['rows', daily]],
  ])('is refused for %s', (_, rows, at) => {
    expect(refusalOf(() => checkSamplingRows(rows, 0.9))).toMatchObject({ code: 'INVALID_INPUT', at })
  })
})

describe('The size an auditor chooses', () => {
  const populationSize = 279
  const table = { basis: 'FREQUENCY_TABLE', row: { ...rowOf('DAILY', 'HIGH'), acceptedDeviationCount: 1 } } as const
  const recommendation = recommendedSize({ ...table, populationSize })

  it('is the recommended one when nothing else is said', () => {
    expect(chosenSize({ recommendation, populationSize })).toBe(25)
    expect(chosenSize({ recommendation, size: 25, populationSize })).toBe(25)
  })

  it('accepts what its row does, and none where fewer are tested than the row asks for', () => {
    expect([24, 25, 40].map((size) => acceptedDeviations(recommendation, size))).toEqual([0, 1, 1])
    const judgment = recommendedSize({ basis: 'JUDGMENT', populationSize })
    expect(acceptedDeviations(judgment, 9)).toBeNull()
  })

  it('needs a reason when it is another one, smaller or larger', () => {
    for (const size of [24, 40]) {
      const refusal = refusalOf(() => chosenSize({ recommendation, size, reason: '  ', populationSize }))
      expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['sizeReason'] })
      expect(refusal.message).toContain('other than the recommended 25')
      expect(chosenSize({ recommendation, size, reason: 'A new team runs the control.', populationSize })).toBe(size)
    }
  })

  it('always needs a reason when it is set by judgment', () => {
    const judgment = recommendedSize({ basis: 'JUDGMENT', populationSize })
    expect(refusalOf(() => chosenSize({ recommendation: judgment, populationSize })).at).toEqual(['size'])
    expect(refusalOf(() => chosenSize({ recommendation: judgment, size: 9, populationSize })).at).toEqual([
      'sizeReason',
    ])
    expect(chosenSize({ recommendation: judgment, size: 9, reason: 'Nine branches.', populationSize })).toBe(9)
  })

  it('cannot exceed the population, be nothing or a part of an item', () => {
    for (const size of [280, 0, -1, 2.5, Number.NaN]) {
      const refusal = refusalOf(() => chosenSize({ recommendation, size, reason: 'x', populationSize }))
      expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['size'] })
    }
  })
})
