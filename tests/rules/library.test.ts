import { describe, expect, it } from 'vitest'
import {
  checkOffered,
  checkRefsFree,
  checkRestorable,
  checkRevised,
  checkTakenSize,
  checkTests,
  plannedTests,
  refOfTest,
  TAKEN_BYTES_MAX,
} from '../../src/rules/library.js'
import { aspectsExamined, repeatedLetters } from '../../src/rules/procedures.js'
import { refusalOf } from '../../src/rules/refusal.js'
import type { ProcedureAspect } from '../../src/rules/vocabulary.js'

const retired = { retiredAt: new Date('2026-01-02T03:04:05Z') }
const offered = { retiredAt: null }
/** Each fault as its code and place. */
const faultsOf = (check: () => void): string[] => {
  const refusal = refusalOf(check)
  return refusal ? [refusal, ...refusal.also].map(({ code, at }) => `${code} ${at.join('.')}`) : []
}

describe('an entry of the library', () => {
  it('is revised and retired while it is offered, and restored while it is retired', () => {
    expect(refusalOf(() => checkOffered(offered))).toBeNull()
    expect(refusalOf(() => checkOffered(retired))).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(refusalOf(() => checkRestorable(retired))).toBeNull()
    expect(refusalOf(() => checkRestorable(offered))).toMatchObject({ code: 'INVALID_TRANSITION' })
  })

  it('has tests with suffixes and letters of their own', () => {
    const test = (suffix: string, ...letters: string[]) => ({
      suffix,
      attributes: letters.map((letter) => ({ letter })),
    })
    expect(faultsOf(() => checkTests([test('T1', 'A', 'B'), test('T2', 'A')]))).toEqual([])
    expect(faultsOf(() => checkTests([test('T1', 'A', 'A'), test('t1'), test('T2', 'B', 'C', 'B')]))).toEqual([
      'INVALID_INPUT procedures.0.attributes.1.letter',
      'INVALID_INPUT procedures.1.suffix',
      'INVALID_INPUT procedures.2.attributes.2.letter',
    ])
    expect(repeatedLetters([{ letter: 'A' }, { letter: 'A' }]).map(({ at }) => at)).toEqual([
      ['attributes', 1, 'letter'],
    ])
  })

  it('says something else in the next version', () => {
    const said = { title: 'A', tests: [{ suffix: 'T1' }] }
    expect(refusalOf(() => checkRevised(said, { tests: [{ suffix: 'T1' }], title: 'A' }))).toMatchObject({
      code: 'INVALID_INPUT',
    })
    expect(refusalOf(() => checkRevised(said, { ...said, tests: [] }))).toBeNull()
  })
})

describe('what is taken', () => {
  it('has references that the engagement has not, each once', () => {
    const taken = (ref: string, ...suffixes: string[]) => ({ ref, suffixes })
    const inUse = { controls: ['CM-01'], procedures: ['AC-1.T2'] }
    expect(refOfTest('AC-1', 'T2')).toBe('AC-1.T2')
    expect(faultsOf(() => checkRefsFree([taken('AC-1', 'T1'), taken('ac-2', 'T2')], inUse))).toEqual([])
    expect(
      faultsOf(() =>
        checkRefsFree(
          [
            taken('AC-1', 'T2'),
            taken('cm-01'),
            taken('ac-1'),
            taken('X'.repeat(37), 'T1'),
            taken('Y'.repeat(38), 'T1'),
          ],
          inUse,
        ),
      ),
    ).toEqual([
      'ALREADY_EXISTS controls.0.ref',
      'ALREADY_EXISTS controls.1.ref',
      'INVALID_INPUT controls.2.ref',
      'INVALID_INPUT controls.4.ref',
    ])
  })

  it('is no more than a request could send', () => {
    expect(refusalOf(() => checkTakenSize(TAKEN_BYTES_MAX))).toBeNull()
    expect(refusalOf(() => checkTakenSize(TAKEN_BYTES_MAX + 1))).toMatchObject({
      code: 'LIMIT_REACHED',
      at: ['controls'],
    })
  })

  it('is planned without tests of operation in a Type 1 alone', () => {
    const test = (suffix: string, ...aspects: ProcedureAspect[]) => ({ suffix, aspects })
    const tests = [test('T1', 'DESIGN', 'OPERATION'), test('T2', 'OPERATION'), test('T3', 'IMPLEMENTATION')]
    expect(plannedTests('SOC2_TYPE_1', tests)).toEqual({
      planned: [test('T1', 'DESIGN'), test('T3', 'IMPLEMENTATION')],
      withoutOperation: ['T1'],
      leftOut: ['T2'],
    })
    for (const kind of ['SOC2_TYPE_2', 'READINESS'] as const) {
      expect(plannedTests(kind, tests)).toEqual({ planned: tests, withoutOperation: [], leftOut: [] })
    }
    expect(aspectsExamined('SOC2_TYPE_1', ['OPERATION'])).toEqual([])
  })
})
