import { describe, expect, it } from 'vitest'
import { type PeriodFacts, periodBlockers, type SampledPopulation } from '../../src/rules/period.js'

const year = { periodStart: '2025-01-01', periodEnd: '2025-12-31' }
const population: SampledPopulation = { id: 'p1', title: 'Changes', controlId: 'c1', procedureRef: 'CM-01.T1', ...year }
const failure = { id: 'e1', ref: 'EX-1', failedFrom: '2025-03-01', failedTo: '2025-03-31' }
const facts: PeriodFacts = { time: { ...year, asOf: null }, sampled: [population], failures: [failure] }
const covering = (periodStart: string, periodEnd: string, rest: Partial<PeriodFacts> = {}) =>
  periodBlockers({ ...facts, time: { periodStart, periodEnd, asOf: null }, ...rest })

describe('What was tested', () => {
  it('stands while the engagement covers the period it was taken for', () => {
    expect(periodBlockers(facts)).toEqual([])
  })

  it.each([
    ['2024-12-31', '2025-12-31', 'test the control anew'],
    ['2025-01-01', '2026-01-01', 'test the control anew'],
    ['2025-01-02', '2025-12-31', 'reaches beyond it'],
    ['2025-01-01', '2025-12-30', 'reaches beyond it'],
    ['2025-02-01', '2026-01-31', 'reaches beyond it'],
  ])('does not stand alone when the period becomes %s to %s', (start, end, remedy) => {
    const [blocker, ...more] = covering(start, end)
    expect(more).toEqual([])
    expect(blocker).toMatchObject({ code: 'POPULATION_OF_ANOTHER_PERIOD', node: 'p1' })
    for (const part of ['CM-01.T1', '“Changes”', '2025-01-01 to 2025-12-31', `${start} to ${end}`, remedy]) {
      expect(blocker?.message).toContain(part)
    }
  })

  it('stands beside a test of the same control over the whole of an extended period', () => {
    const anew = { ...population, id: 'p2', periodEnd: '2026-03-31' }
    expect(covering('2025-01-01', '2026-03-31', { sampled: [population, anew] })).toEqual([])
    const ofAnother = { ...anew, controlId: 'c2' }
    expect(covering('2025-01-01', '2026-03-31', { sampled: [population, ofAnother] })).toMatchObject([{ node: 'p1' }])
  })

  it('never stands beyond the period, whatever else was tested', () => {
    const anew = { ...population, id: 'p2', periodEnd: '2025-09-30' }
    expect(covering('2025-01-01', '2025-09-30', { sampled: [population, anew] })).toMatchObject([{ node: 'p1' }])
  })
})

describe('A period of failure', () => {
  it.each([
    ['2025-03-02', '2025-12-31'],
    ['2025-01-01', '2025-03-30'],
    ['2025-05-01', '2025-12-31'],
  ])('lies outside %s to %s', (start, end) => {
    expect(covering(start, end, { sampled: [] })).toEqual([
      { code: 'FAILURE_OUTSIDE_PERIOD', message: expect.stringContaining('EX-1'), node: 'e1' },
    ])
  })

  it('is within when its days are the first and the last, and where it is not known', () => {
    expect(covering('2025-03-01', '2025-03-31', { sampled: [] })).toEqual([])
    const unknown = { ...failure, failedFrom: null, failedTo: null }
    expect(covering('2030-01-01', '2030-12-31', { sampled: [], failures: [unknown] })).toEqual([])
  })

  it('of a Type 1 ends by the date it is made as of, and may begin at any time before', () => {
    const asOf = (day: string) =>
      periodBlockers({ ...facts, sampled: [], time: { periodStart: null, periodEnd: null, asOf: day } })
    expect(asOf('2025-03-31')).toEqual([])
    expect(asOf('2025-03-30')).toMatchObject([{ code: 'FAILURE_OUTSIDE_PERIOD', node: 'e1' }])
  })
})
