import { describe, expect, it } from 'vitest'
import {
  checkAggregate,
  checkJudgement,
  type MaterialityJudgement,
  type WeighableException,
  weighedTogether,
} from '../../src/rules/materiality.js'
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
  ])('is refused for %s', (_, rest, path) => {
    expect(refusalOf(() => checkJudgement({ ...judgement, ...rest }))).toMatchObject({ code: 'INVALID_INPUT', path })
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
      expect(refusal).toMatchObject({ code: 'INVALID_INPUT', path: ['compensatingControlIds'] })
    }
    expect(refusalOf(() => checkJudgement(notMaterial)).message).toContain('Name the compensating controls')
    expect(() => checkJudgement({ ...notMaterial, material: true })).not.toThrow()
  })
})

describe('Exceptions on the same criterion', () => {
  const exception = (ref: string, criteria: string[], rest: Partial<WeighableException> = {}): WeighableException => ({
    id: ref,
    ref,
    state: 'CONCLUDED',
    criteria,
    material: false,
    ...rest,
  })
  const list = [
    exception('EX-1', ['CC6.2', 'CC6.3']),
    exception('EX-2', ['CC6.2']),
    exception('EX-3', ['CC8.1']),
    exception('EX-4', ['CC8.1'], { state: 'WITHDRAWN' }),
  ]

  it('are weighed together; withdrawn ones are left out', () => {
    const groups = weighedTogether(list).map(({ criterion, exceptions }) => [
      criterion,
      exceptions.map(({ ref }) => ref),
    ])
    expect(groups).toEqual([['CC6.2', ['EX-1', 'EX-2']]])
  })

  it('can be material together though none is alone', () => {
    const [shared] = weighedTogether(list)
    if (!shared) throw new Error('There is a shared criterion.')
    expect(() => checkAggregate({ ...judgement, material: true }, shared)).not.toThrow()
    expect(() => checkAggregate({ ...judgement, material: false }, shared)).not.toThrow()
  })

  it('cannot be less together than one of them is alone, nor be weighed before each is', () => {
    const material = {
      criterion: 'CC6.2',
      exceptions: [exception('EX-1', ['CC6.2'], { material: true }), exception('EX-2', ['CC6.2'])],
    }
    expect(refusalOf(() => checkAggregate({ ...judgement, material: false }, material)).path).toEqual(['material'])
    const undecided = { criterion: 'CC6.2', exceptions: [exception('EX-1', ['CC6.2'], { material: null })] }
    const refusal = refusalOf(() => checkAggregate(judgement, undecided))
    expect(refusal).toMatchObject({
      code: 'NOT_READY',
      detail: { blockers: [{ code: 'EXCEPTION_UNDECIDED', node: 'EX-1' }] },
    })
  })
})
