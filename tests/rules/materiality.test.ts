import { describe, expect, it } from 'vitest'
import { checkJudgement, type MaterialityJudgement } from '../../src/rules/materiality.js'
import { refusalOf } from '../support/refusals.js'

const judgement: MaterialityJudgement = {
  material: true,
  pervasive: false,
  factors: [{ factor: 'NATURE_AND_CAUSE', note: 'Privileged accounts of leavers stayed active.' }],
  rationale: 'Access by leavers would influence users’ judgement.',
}

describe('A decision on materiality', () => {
  it('weighs factors and says why', () => {
    expect(() => checkJudgement(judgement)).not.toThrow()
    expect(() => checkJudgement({ ...judgement, pervasive: true })).not.toThrow()
  })

  it.each<[string, Partial<MaterialityJudgement>, (string | number)[]]>([
    ['a matter that is pervasive without being material', { material: false, pervasive: true }, ['pervasive']],
    ['no rationale', { rationale: ' ' }, ['rationale']],
    ['no factor', { factors: [] }, ['factors']],
    ['a factor without a note', { factors: [{ factor: 'INTENT', note: '' }] }, ['factors', 0, 'note']],
    [
      'a factor weighed twice',
      { factors: [judgement.factors[0], judgement.factors[0]] as MaterialityJudgement['factors'] },
      ['factors', 1, 'factor'],
    ],
  ])('is refused for %s', (_, rest, at) => {
    expect(refusalOf(() => checkJudgement({ ...judgement, ...rest }))).toMatchObject({ code: 'INVALID_INPUT', at })
  })

  it('counts a compensating control only when it was tested and found effective', () => {
    const notMaterial: MaterialityJudgement = {
      ...judgement,
      material: false,
      factors: [{ factor: 'COMPENSATING_CONTROLS', note: 'Weekly review of access logs.' }],
    }
    const effective = { ref: 'AC-07', design: 'SUITABLE', operation: 'EFFECTIVE' } as const
    expect(() => checkJudgement(notMaterial, [effective])).not.toThrow()
    for (const unproven of [
      { ...effective, operation: null },
      { ...effective, operation: 'NOT_EFFECTIVE' as const },
      { ...effective, operation: 'NOT_OPERATED' as const },
      { ...effective, design: 'UNSUITABLE' as const },
    ]) {
      const refusal = refusalOf(() => checkJudgement(notMaterial, [effective, unproven]))
      expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['compensatingControlIds', 1] })
    }
    expect(refusalOf(() => checkJudgement(notMaterial)).message).toContain('Name the compensating controls')
    expect(() => checkJudgement({ ...notMaterial, material: true })).not.toThrow()
  })
})
