import cumulative from '@stdlib/stats-base-dists-binomial-cdf'
import fc from 'fast-check'
import jstat from 'jstat'
import { describe, expect, it } from 'vitest'
import { showsRateBelow, showsRateBelowExactly } from '../../src/rules/binomial.js'
import {
  chosenSize,
  recommendedSize,
  type SampleSizeInput,
  sampleSize,
  shippedFrequencyTable,
} from '../../src/rules/sampling.js'
import { controlFrequencies, words } from '../../src/rules/vocabulary.js'
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

describe('The frequency table', () => {
  const plan = { basis: 'FREQUENCY_TABLE', nature: 'MANUAL', populationSize: 10_000 } as const

  it('gives the lower end of the common range for the lower risk, the upper end for the higher', () => {
    const sizes = words(controlFrequencies).map((frequency) => [
      frequency,
      recommendedSize({ ...plan, frequency, risk: 'LOWER' }).size,
      recommendedSize({ ...plan, frequency, risk: 'HIGHER' }).size,
    ])
    expect(sizes).toEqual([
      ['CONTINUOUS', 25, 60],
      ['MULTIPLE_DAILY', 25, 60],
      ['DAILY', 20, 40],
      ['WEEKLY', 5, 15],
      ['MONTHLY', 2, 5],
      ['QUARTERLY', 2, 2],
      ['SEMI_ANNUAL', 1, 2],
      ['ANNUAL', 1, 1],
      ['PER_EVENT', 25, 60],
    ])
  })

  it('never asks for more than the population and names the version it used', () => {
    const few = recommendedSize({ ...plan, frequency: 'PER_EVENT', risk: 'HIGHER', populationSize: 12 })
    expect(few).toMatchObject({ size: 12, clampedToPopulation: true, tableVersion: shippedFrequencyTable.version })
  })

  it('tests an automated control once', () => {
    const once = recommendedSize({ ...plan, nature: 'AUTOMATED', frequency: 'CONTINUOUS', risk: 'HIGHER' })
    expect(once).toMatchObject({ size: 1, testOfOne: true, clampedToPopulation: false })
  })

  it("uses a firm's own table when it has one", () => {
    const sizes = { ...shippedFrequencyTable.sizes, DAILY: { LOWER: 25, HIGHER: 30 } }
    const own = { version: 'firm-7', sizes }
    const daily = recommendedSize({ ...plan, frequency: 'DAILY', risk: 'HIGHER', table: own })
    expect(daily).toMatchObject({ size: 30, tableVersion: 'firm-7' })
  })

  it('recommends nothing for a population without items: there the control did not operate', () => {
    const refusal = refusalOf(() => recommendedSize({ ...plan, frequency: 'DAILY', risk: 'LOWER', populationSize: 0 }))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['populationSize'] })
  })
})

describe('The size an auditor chooses', () => {
  const populationSize = 279
  const table = { basis: 'FREQUENCY_TABLE', frequency: 'PER_EVENT', nature: 'MANUAL', risk: 'LOWER' } as const
  const recommendation = recommendedSize({ ...table, populationSize })

  it('is the recommended one when nothing else is said', () => {
    expect(chosenSize({ recommendation, populationSize })).toBe(25)
    expect(chosenSize({ recommendation, size: 25, populationSize })).toBe(25)
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
