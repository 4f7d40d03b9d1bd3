import { describe, expect, it, test } from 'vitest'
import {
  assertionBlockers,
  type Claim,
  checkAssertionDate,
  checkClaims,
  checkSignatories,
  checkSignedOnPaper,
  checkUnsigned,
  contradictionsOf,
} from '../../src/rules/assertions.js'
import type { AssertedOutcome, OpinionType } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const claim = (outcome: AssertedOutcome, subjectMatter: Claim['subjectMatter'] = 'DESCRIPTION'): Claim => ({
  subjectMatter,
  claim: outcome,
  matters: outcome === 'HOLDS' ? null : 'the removal of access',
})
const whole = [claim('HOLDS'), claim('HOLDS', 'SUITABILITY_OF_DESIGN'), claim('HOLDS', 'OPERATING_EFFECTIVENESS')]

describe('the claims of an assertion', () => {
  it('are one of each subject matter, with the matters that it excepts', () => {
    expect(() => checkClaims(whole, 'SOC2_TYPE_2')).not.toThrow()
    expect(() => checkClaims([claim('EXCEPT'), claim('FAILS', 'SUITABILITY_OF_DESIGN')], 'SOC2_TYPE_1')).not.toThrow()
  })

  test.each<[string, Claim[], 'SOC2_TYPE_1' | 'SOC2_TYPE_2', (string | number)[]]>([
    ['nothing of operation', whole.slice(0, 2), 'SOC2_TYPE_2', ['claims']],
    ['something of operation in a Type 1', whole, 'SOC2_TYPE_1', ['claims', 2]],
    ['one twice', [...whole, claim('HOLDS')], 'SOC2_TYPE_2', ['claims', 3]],
    [
      'an exception without what',
      [{ ...claim('EXCEPT'), matters: null }, ...whole.slice(1)],
      'SOC2_TYPE_2',
      ['claims', 0, 'matters'],
    ],
    [
      'matters of what holds',
      [{ ...claim('HOLDS'), matters: 'x' }, ...whole.slice(1)],
      'SOC2_TYPE_2',
      ['claims', 0, 'matters'],
    ],
  ])('are refused that say %s', (_what, claims, kind, at) => {
    expect(refusalOf(() => checkClaims(claims, kind))).toMatchObject({ code: 'INVALID_INPUT', at })
  })
})

describe('the date of an assertion', () => {
  const now = new Date('2026-02-10T10:00:00Z')
  const period = { periodStart: '2025-01-01', periodEnd: '2025-12-31', asOf: null }

  it('is not before the last day that it speaks of, and has come', () => {
    for (const day of ['2025-12-31', '2026-02-10']) expect(() => checkAssertionDate(day, period, now)).not.toThrow()
    for (const day of ['2025-12-30', '2019-06-01', '2026-02-12', '2026-02-30']) {
      expect(
        refusalOf(() => checkAssertionDate(day, period, now)),
        day,
      ).toMatchObject({ at: ['datedOn'] })
    }
  })
})

describe('who signs', () => {
  const carla = { name: 'Carla Invented', title: 'CEO' }
  const dora = { name: 'Dora Invented', title: 'CFO' }

  it('is whom the engagement letter names, however the name is written; anybody where it names nobody', () => {
    expect(() => checkSignatories([carla, dora], [])).not.toThrow()
    expect(() => checkSignatories([carla], ['carla  INVENTED', 'Another'])).not.toThrow()
    expect(refusalOf(() => checkSignatories([carla, dora], ['Carla Invented']))).toMatchObject({
      code: 'INVALID_INPUT',
      at: ['signers', 1, 'name'],
    })
  })

  it('signs once', () => {
    expect(refusalOf(() => checkSignatories([carla, carla], [])).at).toEqual(['signers', 1, 'name'])
  })

  it('signs in the service for themselves; for another person stands the file', () => {
    expect(() => checkSignedOnPaper([carla], 'Carla Invented', false)).not.toThrow()
    expect(() => checkSignedOnPaper([carla, dora], 'Carla Invented', true)).not.toThrow()
    expect(refusalOf(() => checkSignedOnPaper([carla, dora], 'Carla Invented', false)).at).toEqual(['evidenceId'])
  })

  it('signs what is not signed yet', () => {
    expect(() => checkUnsigned({ signedAt: null })).not.toThrow()
    expect(refusalOf(() => checkUnsigned({ signedAt: new Date() })).code).toBe('ALREADY_EXISTS')
  })
})

describe('an assertion beside the opinion', () => {
  const agreeing: [AssertedOutcome, OpinionType][] = [
    ['HOLDS', 'UNQUALIFIED'],
    ['EXCEPT', 'QUALIFIED'],
    ['FAILS', 'ADVERSE'],
  ]
  test.each(
    (['HOLDS', 'EXCEPT', 'FAILS'] as const).flatMap((outcome) =>
      (['UNQUALIFIED', 'QUALIFIED', 'ADVERSE', 'DISCLAIMER'] as const).map((opinion) => [outcome, opinion] as const),
    ),
  )('%s beside %s', (outcome, opinion) => {
    const agrees =
      opinion === 'DISCLAIMER' || agreeing.some(([first, second]) => first === outcome && second === opinion)
    const found = contradictionsOf([claim(outcome)], [{ subjectMatter: 'DESCRIPTION', opinion }])
    expect(found).toEqual(agrees ? [] : [{ subjectMatter: 'DESCRIPTION', frameworkId: null, claim: outcome, opinion }])
  })

  it('is compared by subject matter, with the gravest conclusion on it', () => {
    const conclusions = (['UNQUALIFIED', 'QUALIFIED'] as const).map((opinion) => ({
      subjectMatter: 'SUITABILITY_OF_DESIGN' as const,
      opinion,
    }))
    expect(contradictionsOf(whole, conclusions)).toEqual([
      { subjectMatter: 'SUITABILITY_OF_DESIGN', frameworkId: null, claim: 'HOLDS', opinion: 'QUALIFIED' },
    ])
  })
})

describe('what stands before the report', () => {
  const contradictions = [
    { subjectMatter: 'DESCRIPTION', frameworkId: null, claim: 'HOLDS', opinion: 'QUALIFIED' },
  ] as const
  const facts = { refused: false, assertionId: 'a1', isOutdated: false, contradictions: [], resolved: false }
  const codes = (changes: Partial<Parameters<typeof assertionBlockers>[0]>) =>
    assertionBlockers({ ...facts, ...changes }).map(({ code, node }) => [code, node])

  it('is nothing where the assertion agrees, or the partner recorded how it was dealt with', () => {
    expect(codes({})).toEqual([])
    expect(codes({ contradictions, resolved: true })).toEqual([])
  })

  it('is that it is missing, that it contradicts, that it was refused', () => {
    expect(codes({ assertionId: null })).toEqual([['ASSERTION_MISSING', null]])
    expect(codes({ contradictions })).toEqual([['ASSERTION_CONTRADICTS', 'a1']])
    expect(codes({ refused: true, contradictions })).toEqual([['ASSERTION_REFUSED', null]])
    expect(codes({ isOutdated: true, contradictions })).toEqual([['ASSERTION_OUTDATED', 'a1']])
  })
})
