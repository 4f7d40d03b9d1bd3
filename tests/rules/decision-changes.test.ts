import { describe, expect, it } from 'vitest'
import { outcomesChanged, outcomesInWords, weightChanged, weightInWords } from '../../src/rules/decision-changes.js'

const weight = (material: boolean, pervasive = false, ...criteriaCodes: string[]) => ({
  material,
  pervasive,
  criteriaCodes,
})

describe('The outcome of a decision', () => {
  it.each([
    ['another weight', weight(true), weight(false), true],
    ['pervasive now', weight(true), weight(true, true), true],
    ['the same weight', weight(true, true), weight(true, true), false],
    ['a criterion taken out', weight(false, false, 'CC6.1', 'CC6.2'), weight(false, false, 'CC6.2'), true],
    ['another criterion', weight(false, false, 'CC6.1'), weight(false, false, 'CC6.2'), true],
    ['a criterion more', weight(false, false, 'CC6.1'), weight(false, false, 'CC6.2', 'CC6.1'), false],
  ])('on exceptions is changed by %s or not', (_, before, now, isChanged) => {
    expect(weightChanged({ ...before, rationale: 'x' } as typeof before, now)).toEqual(isChanged ? before : null)
  })

  it('on a criterion is changed by another design or operation', () => {
    const achieved = { design: 'ACHIEVED', operation: 'ACHIEVED' } as const
    expect(outcomesChanged(achieved, { ...achieved, operation: 'NOT_ACHIEVED' })).toEqual(achieved)
    expect(outcomesChanged(achieved, { ...achieved, design: 'UNABLE_TO_CONCLUDE' })).toEqual(achieved)
    expect(outcomesChanged(achieved, { ...achieved })).toBeNull()
  })

  it('is told in words', () => {
    expect(
      [weight(false), weight(true), weight(true, true), weight(false, false, 'CC6.1', 'CC6.2')].map(weightInWords),
    ).toEqual(['not material', 'material, not pervasive', 'material and pervasive', 'not material on CC6.1, CC6.2'])
    expect(outcomesInWords({ design: 'ACHIEVED', operation: null })).toBe('design ACHIEVED')
    expect(outcomesInWords({ design: 'ACHIEVED', operation: 'NOT_ACHIEVED' })).toBe(
      'design ACHIEVED, operation NOT_ACHIEVED',
    )
  })
})
