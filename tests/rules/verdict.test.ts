import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isStatistical } from '../../src/rules/selection.js'
import { controlSupportsReliance, type SampleFigures, supportsReliance } from '../../src/rules/verdict.js'
import { sampleBases, selectionMethods, words } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const table: SampleFigures = {
  basis: 'FREQUENCY_TABLE',
  method: 'RANDOM',
  confidence: 0.9,
  tolerableRate: 0.1,
  acceptedCount: 0,
  askedSize: 20,
  sizeReached: 20,
  testedCount: 20,
  deviationCount: 0,
  allTested: false,
}
const statistical: SampleFigures = {
  ...table,
  basis: 'STATISTICAL',
  acceptedCount: null,
  askedSize: null,
  testedCount: 25,
}

describe('The verdict of a sample is that of its basis', () => {
  it('by the table: no more deviations than its row accepts, whatever the limit', () => {
    expect(supportsReliance(table)).toBe(true)
    expect(supportsReliance({ ...table, deviationCount: 1 })).toBe(false)
    expect(supportsReliance({ ...table, deviationCount: 1, acceptedCount: 1 })).toBe(true)
    expect(supportsReliance({ ...table, deviationCount: 2, acceptedCount: 1 })).toBe(false)
  })

  it('by the table: none where fewer items were tested than the row asks for, and against where more deviate', () => {
    const few: SampleFigures = { ...table, testedCount: 1, sizeReached: 1, acceptedCount: 1 }
    expect(supportsReliance(few)).toBeNull()
    expect(supportsReliance({ ...few, deviationCount: 1 })).toBeNull()
    expect(supportsReliance({ ...few, testedCount: 19, sizeReached: 19, deviationCount: 2 })).toBe(false)
    expect(supportsReliance({ ...few, testedCount: 20, sizeReached: 20 })).toBe(true)
    expect(supportsReliance({ ...few, allTested: true })).toBe(true)
  })

  it('by statistics: the limit is within the tolerable rate, on it included', () => {
    expect(supportsReliance(statistical)).toBe(true)
    expect(supportsReliance({ ...statistical, tolerableRate: 0.088 })).toBe(true)
    expect(supportsReliance({ ...statistical, tolerableRate: 0.0879 })).toBe(false)
    expect(supportsReliance({ ...statistical, deviationCount: 1 })).toBe(false)
    expect(supportsReliance({ ...statistical, deviationCount: 25 })).toBe(false)
  })

  it('by judgment: none', () => {
    expect(supportsReliance({ ...table, basis: 'JUDGMENT', acceptedCount: null })).toBeNull()
    expect(supportsReliance({ ...table, basis: 'JUDGMENT', acceptedCount: null, deviationCount: 20 })).toBeNull()
  })

  it.each(['HAPHAZARD', 'BLOCK', 'TARGETED'] as const)('of items picked by %s: none', (method) => {
    expect(supportsReliance({ ...table, method })).toBeNull()
    expect(supportsReliance({ ...statistical, method })).toBeNull()
  })

  it('of one item of an automated control: it did not deviate', () => {
    const one: SampleFigures = { ...table, basis: 'AUTOMATED_ONE', testedCount: 1 }
    expect(supportsReliance(one)).toBe(true)
    expect(supportsReliance({ ...one, method: 'TARGETED' })).toBe(true)
    expect(supportsReliance({ ...one, deviationCount: 1 })).toBe(false)
  })

  it('where all items were tested: the rate, or what the row accepts; by judgment none is accepted', () => {
    const all = { testedCount: 40, allTested: true }
    expect(supportsReliance({ ...statistical, ...all, deviationCount: 4 })).toBe(true)
    expect(supportsReliance({ ...statistical, ...all, deviationCount: 5 })).toBe(false)
    expect(supportsReliance({ ...table, ...all, deviationCount: 1 })).toBe(false)
    const judged: SampleFigures = { ...table, ...all, basis: 'JUDGMENT', acceptedCount: null }
    expect(supportsReliance(judged)).toBe(true)
    expect(supportsReliance({ ...judged, deviationCount: 1 })).toBe(false)
  })

  it('where nothing was tested: none', () => {
    for (const basis of words(sampleBases)) expect(supportsReliance({ ...table, basis, testedCount: 0 })).toBeNull()
    expect(controlSupportsReliance([])).toBeNull()
  })

  it('is refused for a rate that means nothing', () => {
    const refusal = refusalOf(() => supportsReliance({ ...statistical, tolerableRate: 5 }))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['tolerableRate'] })
  })
})

describe('The verdict on a control', () => {
  const quarter: SampleFigures = { ...table, testedCount: 5, sizeReached: 5, deviationCount: 1, acceptedCount: 1 }

  it('lets four quarters that each accept one deviation accept one in all', () => {
    expect(supportsReliance({ ...quarter, askedSize: 5 })).toBe(true)
    const clean = { ...quarter, deviationCount: 0 }
    expect(controlSupportsReliance([quarter, clean, clean, clean])).toBe(true)
    expect(controlSupportsReliance([quarter, quarter, quarter, quarter])).toBe(false)
    expect(controlSupportsReliance([quarter, quarter, clean, clean])).toBe(false)
  })

  it('needs the size that the table asks for over all of it: a population tested entirely counts with all it has', () => {
    const clean = { ...quarter, deviationCount: 0 }
    expect(controlSupportsReliance([clean, clean, clean])).toBeNull()
    expect(controlSupportsReliance([clean, clean, clean, clean])).toBe(true)
    // Of 15 items nothing applied to 13.
    const whole: SampleFigures = { ...clean, basis: 'JUDGMENT', acceptedCount: null, testedCount: 2, allTested: true }
    expect(controlSupportsReliance([clean, { ...whole, sizeReached: 15 }])).toBe(true)
    expect(controlSupportsReliance([clean, { ...whole, sizeReached: 14 }])).toBeNull()
    const picked: SampleFigures = { ...clean, method: 'TARGETED', testedCount: 100, sizeReached: 100 }
    expect(controlSupportsReliance([clean, picked])).toBeNull()
    expect(controlSupportsReliance([clean, { ...picked, deviationCount: 2 }])).toBe(false)
    expect(controlSupportsReliance([statistical, clean])).toBeNull()
  })

  it('adds items and deviations of statistical samples, at the strictest of their rates', () => {
    const slice = { ...statistical, testedCount: 19, deviationCount: 1 }
    expect(supportsReliance(slice)).toBe(false)
    expect(controlSupportsReliance([slice, { ...slice, deviationCount: 0 }])).toBe(true)
    expect(controlSupportsReliance([slice, { ...slice, deviationCount: 0, confidence: 0.95 }])).toBe(false)
    expect(controlSupportsReliance([slice, { ...slice, deviationCount: 0, tolerableRate: 0.09 }])).toBe(false)
  })

  it('counts a deviation against every basis, but a picked item never towards a size', () => {
    const picked: SampleFigures = {
      ...table,
      basis: 'JUDGMENT',
      method: 'TARGETED',
      acceptedCount: null,
      testedCount: 500,
    }
    expect(controlSupportsReliance([statistical, picked])).toBe(true)
    expect(controlSupportsReliance([statistical, { ...picked, deviationCount: 1 }])).toBe(false)
    expect(controlSupportsReliance([table, { ...picked, deviationCount: 1 }])).toBe(false)
    expect(controlSupportsReliance([{ ...statistical, deviationCount: 1 }, picked])).toBe(false)
    expect(controlSupportsReliance([picked, { ...picked, deviationCount: 3 }])).toBeNull()
  })

  it('needs each basis met where they differ', () => {
    expect(controlSupportsReliance([statistical, table])).toBe(true)
    expect(controlSupportsReliance([{ ...statistical, testedCount: 10 }, table])).toBe(false)
  })

  const figures: fc.Arbitrary<SampleFigures> = fc
    .record({
      basis: fc.constantFrom(...words(sampleBases)),
      method: fc.constantFrom(...words(selectionMethods)),
      confidence: fc.constantFrom(0.9, 0.95),
      tolerableRate: fc.constantFrom(0.05, 0.1, 0.4),
      acceptedCount: fc.constantFrom(null, 0, 1, 2),
      askedSize: fc.constantFrom(null, 20, 40),
      testedCount: fc.nat(60),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      allTested: fc.boolean(),
    })
    .map(({ share, ...one }) => ({
      ...one,
      sizeReached: one.testedCount,
      deviationCount: Math.floor(share * one.testedCount),
    }))

  it('is never made better by one more deviation, nor by dividing what one sample found', () => {
    fc.assert(
      fc.property(fc.array(figures, { minLength: 1, maxLength: 4 }), (samples) => {
        const verdict = controlSupportsReliance(samples)
        const at = samples.findIndex(({ testedCount, deviationCount }) => deviationCount < testedCount)
        if (at < 0 || verdict === null) return
        const worse = samples.map((one, place) =>
          place === at ? { ...one, deviationCount: one.deviationCount + 1 } : one,
        )
        if (verdict === false) expect(controlSupportsReliance(worse)).toBe(false)
      }),
    )
    fc.assert(
      fc.property(figures, fc.nat(60), (whole, part) => {
        if (part > whole.testedCount || whole.allTested || !isStatistical(whole.method)) return
        const found = Math.min(part, whole.deviationCount)
        const slices = [
          { ...whole, testedCount: part, sizeReached: part, deviationCount: found },
          {
            ...whole,
            testedCount: whole.testedCount - part,
            sizeReached: whole.testedCount - part,
            deviationCount: whole.deviationCount - found,
          },
        ]
        expect(controlSupportsReliance(slices)).toBe(supportsReliance(whole))
      }),
    )
  })
})
