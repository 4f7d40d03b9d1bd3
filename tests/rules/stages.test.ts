import { describe, expect, it } from 'vitest'
import { checkExtension, checkStages, kindOfExtension, nextStage, type StagedSample } from '../../src/rules/stages.js'
import { refusalOf } from '../support/refusals.js'

const table: StagedSample = {
  basis: 'FREQUENCY_TABLE',
  method: 'RANDOM',
  size: 25,
  recommendedSize: 25,
  acceptedDeviationCount: 1,
  confidence: 0.9,
  tolerableRate: 0.1,
  populationSize: 300,
}
const stage = (additionalCount: number, acceptedDeviationCount: number) => ({ additionalCount, acceptedDeviationCount })

describe('Stages fixed before drawing', () => {
  it('are a plan where each accepts no more than its items carry', () => {
    expect(() => checkStages([], { ...table, basis: 'JUDGMENT' })).not.toThrow()
    // 1 of 25 leaves 14.7 %; 2 of 50 leaves 10.3 %, 3 of 75 leaves 8.8 %.
    expect(() => checkStages([stage(25, 2), stage(25, 3)], table)).not.toThrow()
    expect(() => checkStages([stage(25, 1)], table)).not.toThrow()
    const statistical: StagedSample = { ...table, basis: 'STATISTICAL', acceptedDeviationCount: null }
    expect(() => checkStages([stage(13, 1)], statistical)).not.toThrow()
  })

  it.each([
    ['by judgment', [stage(25, 1)], { basis: 'JUDGMENT' }, ['stages']],
    ['of one item of an automated control', [stage(1, 0)], { basis: 'AUTOMATED_ONE' }, ['stages']],
    ['of picked items', [stage(25, 1)], { method: 'TARGETED' }, ['stages']],
    ['of an entire population', [stage(25, 1)], { method: 'ENTIRE_POPULATION' }, ['stages']],
    ['of no items', [stage(0, 1)], {}, ['stages', 0, 'additionalCount']],
    ['of more items than there are', [stage(276, 2)], {}, ['stages', 0, 'additionalCount']],
    ['where none is left', [stage(275, 2), stage(1, 2)], {}, ['stages', 1]],
    ['that accept less than before', [stage(25, 0)], {}, ['stages', 0, 'acceptedDeviationCount']],
    ['that accept more than they carry', [stage(25, 2), stage(5, 5)], {}, ['stages', 1, 'acceptedDeviationCount']],
    ['that accept all', [stage(1, 20)], {}, ['stages', 0, 'acceptedDeviationCount']],
    [
      'after a size below that of the table',
      [stage(5, 1)],
      { size: 5, acceptedDeviationCount: 0 },
      ['stages', 0, 'acceptedDeviationCount'],
    ],
    [
      'beyond the tolerable rate',
      [stage(12, 1)],
      { basis: 'STATISTICAL', acceptedDeviationCount: null },
      ['stages', 0, 'acceptedDeviationCount'],
    ],
  ] as const)('are refused %s', (_, stages, change, at) => {
    const refusal = refusalOf(() => checkStages(stages, { ...table, ...change } as StagedSample))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at })
  })
})

describe('An extension', () => {
  const stages = [stage(25, 2), stage(30, 3)]
  const kind = (additionalCount: number, ...before: ('PLANNED' | 'DILUTION' | 'ALL_REMAINING')[]) =>
    kindOfExtension(stages, before, { additionalCount, remaining: 200 })

  it('is planned where it is the next stage, and the plan was not left before', () => {
    expect([kind(25), kind(30, 'PLANNED'), kind(30), kind(25, 'PLANNED')]).toEqual([
      'PLANNED',
      'PLANNED',
      'DILUTION',
      'DILUTION',
    ])
    expect([kind(25, 'DILUTION'), kind(30, 'DILUTION'), kind(1, 'PLANNED', 'PLANNED')]).toEqual(
      Array(3).fill('DILUTION'),
    )
    expect([nextStage(stages, []), nextStage(stages, ['PLANNED'])]).toEqual(stages)
    expect([nextStage(stages, ['DILUTION']), nextStage(stages, ['PLANNED', 'PLANNED'])]).toEqual([null, null])
  })

  it('never dilutes where it tests all that remain', () => {
    expect([kind(200), kind(200, 'DILUTION'), kind(199)]).toEqual(['ALL_REMAINING', 'ALL_REMAINING', 'DILUTION'])
  })

  it('needs nothing where it was planned, a reason for all that remain, the partner, a reason and a paper where it dilutes', () => {
    const given = { reason: null, restsOnIds: [], role: 'STAFF' } as const
    expect(() => checkExtension('PLANNED', given)).not.toThrow()
    expect(refusalOf(() => checkExtension('ALL_REMAINING', given)).at).toEqual(['reason'])
    expect(() => checkExtension('ALL_REMAINING', { ...given, reason: 'All are tested.' })).not.toThrow()
    const whole = { reason: 'So.', restsOnIds: ['a paper'] }
    for (const role of ['STAFF', 'SENIOR', 'MANAGER', 'QUALITY_REVIEWER', null] as const) {
      expect(refusalOf(() => checkExtension('DILUTION', { ...whole, role })).code).toBe('SEPARATION_OF_DUTIES')
    }
    const role = 'ENGAGEMENT_PARTNER'
    expect(refusalOf(() => checkExtension('DILUTION', { ...whole, reason: ' ', role })).at).toEqual(['reason'])
    expect(refusalOf(() => checkExtension('DILUTION', { ...whole, restsOnIds: [], role })).at).toEqual(['restsOnIds'])
    expect(() => checkExtension('DILUTION', { ...whole, role })).not.toThrow()
  })
})
