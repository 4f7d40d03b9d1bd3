import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  checkExclusionDecidable,
  checkExclusionRule,
  excludedBy,
  excludes,
  exclusionInWords,
  writtenAfterDrawing,
} from '../../src/rules/exclusions.js'
import { Refusal } from '../../src/rules/refusal.js'
import { exclusionOperators, words } from '../../src/rules/vocabulary.js'

const refusal = (work: () => unknown) => {
  try {
    work()
    return null
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.at.join('.')]
    throw error
  }
}

it('a rule compares the cell of one column, as written', () => {
  expect(excludes({ operator: 'EQUALS', values: ['bot'] }, 'bot')).toBe(true)
  expect(excludes({ operator: 'EQUALS', values: ['bot'] }, 'Bot')).toBe(false)
  expect(excludes({ operator: 'ONE_OF', values: ['bot', 'ci'] }, 'ci')).toBe(true)
  expect(excludes({ operator: 'ONE_OF', values: ['bot', 'ci'] }, 'c')).toBe(false)
  expect(excludes({ operator: 'STARTS_WITH', values: ['Now '] }, 'Now working')).toBe(true)
  expect(excludes({ operator: 'STARTS_WITH', values: ['Now '] }, 'Not Now ')).toBe(false)
  expect(excludes({ operator: 'CONTAINS', values: [', Version '] }, '2025.01.01, Version 2')).toBe(true)
  expect(excludes({ operator: 'CONTAINS', values: ['é'] }, 'cafe\u0301')).toBe(true)
})

it('rules take out the union of what each names, and nothing else', () => {
  const cell = fc.constantFrom('a', 'b', 'ab', 'ba', '')
  const rule = fc.record({
    column: fc.constantFrom('x', 'y'),
    operator: fc.constantFrom(...words(exclusionOperators)),
    values: fc.constantFrom(['a'], ['b'], ['ab']),
  })
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), fc.array(fc.tuple(cell, cell)), (rules, rows) => {
      const isExcluded = excludedBy(rules, ['x', 'y'])
      for (const row of rows) {
        const named = rules.some((one) => {
          const [text, value] = [row[one.column === 'x' ? 0 : 1] as string, one.values[0] as string]
          if (one.operator === 'STARTS_WITH') return text.slice(0, value.length) === value
          return one.operator === 'CONTAINS' ? text.split(value).length > 1 : text === value
        })
        expect(isExcluded(row)).toBe(named)
      }
    }),
  )
})

it.each([
  [{ column: 'z' }, 'column'],
  [{ values: [] }, 'values'],
  [{ values: ['a', 'b'] }, 'values'],
  [{ operator: 'ONE_OF', values: ['a', ''] }, 'values.1'],
  [{ values: ['x'.repeat(201)] }, 'values.0'],
] as const)('a rule with %o is none', (change, path) => {
  const rule = { column: 'x', operator: 'EQUALS', values: ['a'], ...change } as const
  expect(refusal(() => checkExclusionRule(rule, ['x', 'y']))).toEqual(['INVALID_INPUT', path])
})

it('a rule is said in words, and is the same in whatever order its values stand', () => {
  const rule = { column: 'who', operator: 'ONE_OF', values: ['bot', 'ci'] } as const
  expect(exclusionInWords(rule)).toBe('“who” is one of “bot”, “ci”')
  expect(writtenAfterDrawing([rule], [{ ...rule, values: ['ci', 'bot'] }])).toEqual([])
  expect(writtenAfterDrawing([rule], [{ ...rule, values: ['ci'] }])).toEqual([rule])
  expect(writtenAfterDrawing([rule], [{ ...rule, column: 'what' }])).toEqual([rule])
  expect(writtenAfterDrawing([], [rule])).toEqual([])
})

it('an exclusion is decided once, and not by the person who proposed it', () => {
  const proposed = { state: 'PROPOSED', createdBy: 'one' } as const
  expect(refusal(() => checkExclusionDecidable(proposed, { memberId: 'two' }))).toBeNull()
  expect(refusal(() => checkExclusionDecidable(proposed, { memberId: 'one' }))?.[0]).toBe('SEPARATION_OF_DUTIES')
  for (const state of ['APPROVED', 'DECLINED', 'WITHDRAWN'] as const) {
    expect(refusal(() => checkExclusionDecidable({ ...proposed, state }, { memberId: 'two' }))?.[0]).toBe(
      'INVALID_TRANSITION',
    )
  }
})
