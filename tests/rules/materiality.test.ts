import { describe, expect, it } from 'vitest'
import { checkJudgment, type MaterialityJudgment } from '../../src/rules/materiality.js'
import { refusalOf } from '../support/refusals.js'

const judgment: MaterialityJudgment = {
  material: true,
  pervasive: false,
  factors: [{ factor: 'NATURE_AND_CAUSE', note: 'Privileged accounts of leavers stayed active.' }],
  rationale: 'Access by leavers would influence users’ judgment.',
  paperCount: 0,
}

describe('A decision on materiality', () => {
  it('weighs factors and says why', () => {
    expect(() => checkJudgment(judgment)).not.toThrow()
    expect(() => checkJudgment({ ...judgment, pervasive: true })).not.toThrow()
  })

  it('that finds a matter not material against the figures names a paper', () => {
    const minor = { ...judgment, material: false }
    expect(refusalOf(() => checkJudgment(minor, [], true))).toMatchObject({ code: 'INVALID_INPUT', at: ['restsOnIds'] })
    expect(() => checkJudgment({ ...minor, paperCount: 1 }, [], true)).not.toThrow()
    expect(() => checkJudgment(judgment, [], true)).not.toThrow()
    expect(() => checkJudgment(minor)).not.toThrow()
  })

  it.each<[string, Partial<MaterialityJudgment>, (string | number)[]]>([
    ['a matter that is pervasive without being material', { material: false, pervasive: true }, ['pervasive']],
    ['no rationale', { rationale: ' ' }, ['rationale']],
    ['no factor', { factors: [] }, ['factors']],
    ['a factor without a note', { factors: [{ factor: 'INTENT', note: '' }] }, ['factors', 0, 'note']],
    [
      'a factor weighed twice',
      { factors: [judgment.factors[0], judgment.factors[0]] as MaterialityJudgment['factors'] },
      ['factors', 1, 'factor'],
    ],
  ])('is refused for %s', (_, rest, at) => {
    expect(refusalOf(() => checkJudgment({ ...judgment, ...rest }))).toMatchObject({ code: 'INVALID_INPUT', at })
  })

  it('counts controls that compensate, and says at each other one why it does not', () => {
    const notMaterial: MaterialityJudgment = {
      ...judgment,
      material: false,
      factors: [{ factor: 'COMPENSATING_CONTROLS', note: 'Weekly review of access logs.' }],
    }
    const counts = { ref: 'AC-07', faults: [] }
    expect(() => checkJudgment(notMaterial, [counts])).not.toThrow()
    const refusal = refusalOf(() => checkJudgment(notMaterial, [counts, { ref: 'AC-08', faults: ['one', 'another'] }]))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['compensatingControlIds', 1] })
    expect(refusal.message).toBe('AC-08 does not compensate: one; another.')
    expect(refusalOf(() => checkJudgment(notMaterial)).message).toContain('Name the compensating controls')
    expect(() => checkJudgment({ ...notMaterial, material: true })).not.toThrow()
  })
})
