import fc from 'fast-check'
import jstat from 'jstat'
import { describe, expect, it } from 'vitest'
import { showsRateBelowExactly } from '../../src/rules/binomial.js'
import {
  correctedFrom,
  type EvaluationInput,
  evaluate,
  itemOutcome,
  type RecordedResult,
  wrongWithResult,
} from '../../src/rules/evaluation.js'
import { upperDeviationLimit } from '../../src/rules/upper-limit.js'
import { type ResultOutcome, resultOutcomes } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const limit = (confidence: number, sampleSize: number, deviationCount: number) =>
  upperDeviationLimit({ confidence, sampleSize, deviationCount })

describe('The upper deviation limit', () => {
  it.each([
    [0.95, 25, 1, 0.177],
    [0.95, 60, 0, 0.049],
    [0.95, 20, 0, 0.14],
    [0.95, 20, 2, 0.283],
    [0.95, 25, 5, 0.376],
    [0.9, 25, 1, 0.147],
    [0.9, 60, 2, 0.087],
    [0.9, 20, 2, 0.245],
    [0.9, 25, 5, 0.34],
    [0.9, 2, 0, 0.684],
    [0.95, 500, 10, 0.034],
  ])('at confidence %s for a sample of %s with %s deviations is %s', (confidence, items, deviationCount, upper) => {
    expect(limit(confidence, items, deviationCount)).toBe(upper)
  })

  it('is the smallest tenth of a per cent that exact whole-number arithmetic shows to be too high', () => {
    for (const sampleSize of [1, 2, 7, 20, 25, 60, 125]) {
      for (let deviationCount = 0; deviationCount < Math.min(sampleSize, 11); deviationCount++) {
        for (const risk of [500, 1000]) {
          const shows = (tenths: number) =>
            showsRateBelowExactly({ deviationCount, sampleSize, rate: tenths * 10, risk })
          let smallest = 1
          while (!shows(smallest)) smallest++
          expect(limit(1 - risk / 10_000, sampleSize, deviationCount)).toBe(smallest / 1000)
        }
      }
    }
  })

  it('stays on a limit that falls exactly on a tenth instead of slipping over it', () => {
    expect(limit(0.9, 1, 0)).toBe(0.9)
    expect(limit(0.95, 1, 0)).toBe(0.95)
    expect(limit(0.75, 2, 0)).toBe(0.5)
    expect(limit(0.81, 2, 1)).toBe(0.9)
  })

  it('is 100 % when every item deviates', () => {
    expect(limit(0.95, 5, 5)).toBe(1)
    expect(limit(0.9, 1, 1)).toBe(1)
  })

  it('agrees with the inverse beta distribution of an independent library, rounded up', () => {
    const sample = fc
      .integer({ min: 1, max: 3_000 })
      .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n - 1 })))
    fc.assert(
      fc.property(sample, fc.constantFrom(0.8, 0.9, 0.95, 0.99), ([n, k], confidence) => {
        const unrounded = jstat.beta.inv(confidence, k + 1, n - k)
        expect(limit(confidence, n, k)).toBeGreaterThanOrEqual(unrounded - 1e-9)
        expect(limit(confidence, n, k)).toBeLessThan(unrounded + 0.001 + 1e-9)
      }),
    )
  })

  it('rises with each deviation and with the confidence, and falls as the sample grows', () => {
    const sample = fc
      .integer({ min: 1, max: 2_000 })
      .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n - 1 })))
    fc.assert(
      fc.property(sample, fc.integer({ min: 1, max: 9_998 }), ([n, k], confidence) => {
        const here = limit(confidence / 1e4, n, k)
        expect(limit(confidence / 1e4, n, k + 1)).toBeGreaterThanOrEqual(here)
        expect(limit((confidence + 1) / 1e4, n, k)).toBeGreaterThanOrEqual(here)
        expect(limit(confidence / 1e4, n + 1, k)).toBeLessThanOrEqual(here)
      }),
    )
  })

  it('can be computed for a million items', () => {
    expect(limit(0.95, 1_000_000, 0)).toBe(0.001)
    expect(limit(0.95, 1_000_000, 50_000)).toBe(0.051)
  })

  it.each([
    ['more deviations than items', { deviationCount: 26 }, 'deviationCount'],
    ['a negative number of deviations', { deviationCount: -1 }, 'deviationCount'],
    ['part of a deviation', { deviationCount: 0.5 }, 'deviationCount'],
    ['a sample of nothing', { sampleSize: 0, deviationCount: 0 }, 'sampleSize'],
    ['a sample size that is no number', { sampleSize: Number.NaN }, 'sampleSize'],
    ['a confidence of 1', { confidence: 1 }, 'confidence'],
    ['a confidence finer than a basis point', { confidence: 0.95001 }, 'confidence'],
  ])('is refused for %s', (_, fault, place) => {
    const refusal = refusalOf(() =>
      upperDeviationLimit({ confidence: 0.95, sampleSize: 25, deviationCount: 1, ...fault }),
    )
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: [place] })
  })
})

describe('The outcome of an item', () => {
  const result = (rest: Partial<RecordedResult>): RecordedResult => ({
    item: '1',
    attribute: 'A',
    outcome: 'NO_DEVIATION',
    ...rest,
  })
  const of = (...results: Partial<RecordedResult>[]) => itemOutcome(results.map(result), results.length)

  it('is a deviation where one attribute deviates, seen before missing', () => {
    expect(of({}, { outcome: 'DEVIATION' })).toBe('DEVIATION')
    expect(of({ outcome: 'UNABLE_TO_TEST' }, { outcome: 'DEVIATION' })).toBe('DEVIATION')
    expect(of({ outcome: 'UNABLE_TO_TEST' }, {})).toBe('UNABLE_TO_TEST')
    expect(of({ outcome: 'UNABLE_TO_TEST', explanation: 'PROPOSED' }, {})).toBe('UNABLE_TO_TEST')
  })

  it('is not taken away by an explanation that nobody approved', () => {
    for (const explanation of [null, 'PROPOSED', 'REJECTED'] as const) {
      expect(of({ outcome: 'DEVIATION', explanation }, {})).toBe('DEVIATION')
    }
  })

  it('is open while a result lacks, waits for evidence, or says without approval that nothing applies', () => {
    expect(itemOutcome([result({})], 2)).toBeNull()
    expect(of({ outcome: 'AWAITING_EVIDENCE' }, {})).toBeNull()
    for (const explanation of [null, 'PROPOSED', 'REJECTED'] as const) {
      expect(of({ outcome: 'NOT_APPLICABLE', explanation }, {})).toBeNull()
      expect(of({ outcome: 'NOT_APPLICABLE', explanation }, { outcome: 'DEVIATION' })).toBeNull()
    }
  })

  it('is that nothing applies where no attribute does, with approval of each', () => {
    const approved = { outcome: 'NOT_APPLICABLE', explanation: 'APPROVED' } as const
    expect(of(approved, approved)).toBe('NOT_APPLICABLE')
    expect(of(approved, {})).toBe('NO_DEVIATION')
    expect(of(approved, { ...approved, explanation: 'PROPOSED' })).toBeNull()
  })
})

describe('A correction', () => {
  const outcomes = Object.keys(resultOutcomes) as ResultOutcome[]
  const corrected = (...said: ResultOutcome[]) => {
    let result = { outcome: said[0] as ResultOutcome, correctedFrom: null as ResultOutcome | null }
    for (const outcome of said.slice(1)) result = { outcome, correctedFrom: correctedFrom(result, outcome) }
    return result.correctedFrom
  }

  it('from a deviation to the other kind of it leaves the first in sight', () => {
    expect(corrected('DEVIATION', 'UNABLE_TO_TEST')).toBe('DEVIATION')
    expect(corrected('UNABLE_TO_TEST', 'DEVIATION')).toBeNull()
    expect(corrected('UNABLE_TO_TEST', 'DEVIATION', 'UNABLE_TO_TEST')).toBe('DEVIATION')
    expect(correctedFrom({ outcome: 'NO_DEVIATION', correctedFrom: 'DEVIATION' }, 'UNABLE_TO_TEST')).toBe('DEVIATION')
  })

  it('of anything else, or back to what it was, leaves nothing to be seen', () => {
    for (const outcome of outcomes) {
      expect(corrected('NO_DEVIATION', outcome)).toBeNull()
      expect(corrected('NOT_APPLICABLE', outcome)).toBeNull()
      expect(corrected('AWAITING_EVIDENCE', outcome)).toBeNull()
      expect(corrected(outcome, 'DEVIATION')).toBeNull()
      expect(corrected(outcome, outcome)).toBeNull()
    }
  })

  it('needs a note for whatever is no pass', () => {
    for (const outcome of outcomes) {
      expect(wrongWithResult({ outcome, note: ' ' })?.field).toBe(outcome === 'NO_DEVIATION' ? undefined : 'note')
      expect(wrongWithResult({ outcome, note: 'Seen.' })).toBeNull()
    }
  })
})

describe('The evaluation of a sample', () => {
  const sample: EvaluationInput = {
    basis: 'STATISTICAL',
    method: 'RANDOM',
    acceptedCount: null,
    recommendedSize: 22,
    applicableCount: 25,
    isExtended: false,
    populationSize: 279,
    outstandingCount: 0,
    testedCount: 25,
    deviationCount: 1,
    explainedCount: 2,
    confidence: 0.9,
    tolerableRate: 0.1,
  }

  it('states counts, observed rate, upper limit and verdict', () => {
    expect(evaluate(sample)).toEqual({
      testedCount: 25,
      deviationCount: 1,
      explainedCount: 2,
      acceptedCount: null,
      observedRate: 0.04,
      confidence: 0.9,
      tolerableRate: 0.1,
      upperDeviationLimit: 0.147,
      limitIsInformation: false,
      limitIsNominal: false,
      supportsReliance: false,
      notOfferedBecause: null,
    })
    expect(evaluate({ ...sample, deviationCount: 0 })).toMatchObject({
      upperDeviationLimit: 0.088,
      supportsReliance: true,
    })
  })

  it('supports reliance when the limit lies exactly on the tolerable rate', () => {
    expect(evaluate({ ...sample, deviationCount: 0, tolerableRate: 0.088 }).supportsReliance).toBe(true)
    expect(evaluate({ ...sample, deviationCount: 0, tolerableRate: 0.0879 }).supportsReliance).toBe(false)
  })

  it.each(['HAPHAZARD', 'BLOCK', 'TARGETED'] as const)(
    'offers no inference for a %s sample, and says why',
    (method) => {
      expect(evaluate({ ...sample, method })).toMatchObject({
        testedCount: 25,
        deviationCount: 1,
        observedRate: 0.04,
        upperDeviationLimit: null,
        supportsReliance: null,
        notOfferedBecause: expect.stringContaining('not statistical'),
      })
    },
  )

  it('offers none before every item has a result or before any is tested', () => {
    expect(evaluate({ ...sample, outstandingCount: 1 }).notOfferedBecause).toContain('1 item has no result yet')
    expect(evaluate({ ...sample, outstandingCount: 3 }).notOfferedBecause).toContain('3 items have no result yet')
    const untested = evaluate({ ...sample, testedCount: 0, deviationCount: 0, explainedCount: 0 })
    expect(untested).toMatchObject({ observedRate: null, supportsReliance: null })
    expect(
      evaluate({ ...sample, testedCount: 25, deviationCount: 25, explainedCount: 0, outstandingCount: 1 }),
    ).toMatchObject({
      upperDeviationLimit: null,
      supportsReliance: null,
    })
  })

  it('judges the one item of an automated control without a limit', () => {
    const once = { ...sample, basis: 'AUTOMATED_ONE', acceptedCount: 0, testedCount: 1, explainedCount: 0 } as const
    expect(evaluate({ ...once, deviationCount: 0 })).toMatchObject({
      upperDeviationLimit: null,
      supportsReliance: true,
    })
    expect(evaluate({ ...once, deviationCount: 1 })).toMatchObject({
      upperDeviationLimit: null,
      supportsReliance: false,
    })
  })

  it('judges a size from the table by what its row accepts; the limit is information', () => {
    const table = {
      ...sample,
      basis: 'FREQUENCY_TABLE',
      acceptedCount: 0,
      recommendedSize: 20,
      applicableCount: 20,
      testedCount: 20,
      explainedCount: 0,
    } as const
    expect(evaluate({ ...table, deviationCount: 0 })).toMatchObject({
      upperDeviationLimit: 0.109,
      limitIsInformation: true,
      supportsReliance: true,
      notOfferedBecause: null,
    })
    expect(evaluate({ ...table, deviationCount: 1 }).supportsReliance).toBe(false)
    expect(evaluate({ ...table, deviationCount: 1, acceptedCount: 1 }).supportsReliance).toBe(true)
  })

  it('gives no verdict where fewer items were tested than the table asks for, and says so', () => {
    const few = { ...sample, basis: 'FREQUENCY_TABLE', acceptedCount: 1, recommendedSize: 26 } as const
    expect(evaluate({ ...few, deviationCount: 0 })).toMatchObject({
      supportsReliance: null,
      notOfferedBecause: expect.stringContaining('asks for 26 items'),
    })
    expect(evaluate({ ...few, deviationCount: 2, explainedCount: 0 }).supportsReliance).toBe(false)
    expect(evaluate({ ...few, deviationCount: 0, recommendedSize: 25 }).supportsReliance).toBe(true)
    const all = { ...few, populationSize: 25, recommendedSize: 26, deviationCount: 0 }
    expect(evaluate(all).supportsReliance).toBe(true)
  })

  it('gives a size by judgment its limit as information, and no verdict', () => {
    expect(evaluate({ ...sample, basis: 'JUDGMENT' })).toMatchObject({
      upperDeviationLimit: 0.147,
      limitIsInformation: true,
      supportsReliance: null,
      notOfferedBecause: expect.stringContaining('no verdict'),
    })
  })

  it('labels the limit of an extended sample nominal', () => {
    expect(evaluate({ ...sample, isExtended: true })).toMatchObject({
      upperDeviationLimit: 0.147,
      limitIsNominal: true,
    })
  })

  it('leaves nothing to chance when the entire population was tested: a rate, and no limit', () => {
    const entire = {
      ...sample,
      method: 'ENTIRE_POPULATION',
      testedCount: 279,
      deviationCount: 28,
      explainedCount: 0,
    } as const
    expect(evaluate(entire)).toMatchObject({
      observedRate: 28 / 279,
      upperDeviationLimit: null,
      supportsReliance: false,
      notOfferedBecause: expect.stringContaining('Every item was tested'),
    })
    expect(evaluate({ ...entire, deviationCount: 27 }).supportsReliance).toBe(true)
    expect(evaluate({ ...entire, populationSize: 40, testedCount: 40, deviationCount: 4 }).supportsReliance).toBe(true)
    expect(
      evaluate({ ...entire, deviationCount: 1, basis: 'FREQUENCY_TABLE', acceptedCount: 0 }).supportsReliance,
    ).toBe(false)
    expect(evaluate({ ...entire, deviationCount: 1, basis: 'JUDGMENT' }).supportsReliance).toBe(false)
  })

  it.each([
    ['more deviations than items tested', { deviationCount: 26 }, 'deviationCount'],
    ['more explained items than are left', { deviationCount: 20, explainedCount: 6 }, 'explainedCount'],
    ['more items tested than there are', { testedCount: 280 }, 'testedCount'],
    ['a tolerable rate above 1', { tolerableRate: 10 }, 'tolerableRate'],
    ['a confidence of 1', { confidence: 1 }, 'confidence'],
  ])('is refused for %s', (_, fault, place) => {
    expect(refusalOf(() => evaluate({ ...sample, ...fault }))).toMatchObject({ code: 'INVALID_INPUT', at: [place] })
  })
})
