import { describe, expect, it } from 'vitest'
import { checkDocumentDate, latestToday } from '../../src/rules/documents.js'
import {
  checkCategories,
  checkMapping,
  checkScopeAuthor,
  checkTime,
  checkUnmapped,
  describeScopeChange,
  followsFrom,
  warningsOnTime,
} from '../../src/rules/scope.js'
import { refusalOf } from '../support/refusals.js'

const period = { periodStart: '2025-01-01', periodEnd: '2025-12-31', asOf: null }
const date = { periodStart: null, periodEnd: null, asOf: '2025-12-31' }

describe('the time of an engagement', () => {
  it('is a date for a Type 1 and a period for the others', () => {
    checkTime('SOC2_TYPE_1', date)
    checkTime('SOC2_TYPE_2', period)
    checkTime('READINESS', period)
    checkTime('SOC2_TYPE_2', { ...period, periodEnd: '2025-01-02' })
    checkTime('READINESS', { ...period, periodEnd: period.periodStart })
  })

  it.each([
    ['SOC2_TYPE_1', period, 'periodStart'],
    ['SOC2_TYPE_1', { ...date, periodEnd: '2025-12-31' }, 'periodEnd'],
    ['SOC2_TYPE_1', { ...date, asOf: null }, 'asOf'],
    ['SOC2_TYPE_1', { ...date, asOf: '2025-02-29' }, 'asOf'],
    ['SOC2_TYPE_2', date, 'asOf'],
    ['SOC2_TYPE_2', { ...period, periodStart: null }, 'periodStart'],
    ['SOC2_TYPE_2', { ...period, periodEnd: period.periodStart }, 'periodEnd'],
    ['READINESS', { ...period, periodEnd: null }, 'periodEnd'],
    ['READINESS', { ...period, periodEnd: '2024-12-31' }, 'periodEnd'],
  ] as const)('refuses for %s %o at %s', (kind, time, path) => {
    expect(refusalOf(() => checkTime(kind, time))).toMatchObject({ code: 'INVALID_INPUT', at: [path] })
  })
})

describe('a period', () => {
  it.each([
    ['2025-01-01', '2025-03-31', 0],
    ['2025-01-01', '2025-03-30', 1],
    ['2025-11-30', '2026-02-27', 0],
    ['2025-11-30', '2026-02-26', 1],
    ['2025-01-01', '2025-01-02', 1],
    ['2025-01-01', '2025-12-31', 0],
  ])('from %s to %s is warned of where it is shorter than three months', (periodStart, periodEnd, count) => {
    const warnings = warningsOnTime('SOC2_TYPE_2', { periodStart, periodEnd, asOf: null })
    expect(warnings.map(({ code }) => code)).toEqual(Array(count).fill('PERIOD_SHORT'))
    expect(warningsOnTime('READINESS', { periodStart, periodEnd, asOf: null })).toEqual([])
  })

  it('is none of a Type 1', () => {
    expect(warningsOnTime('SOC2_TYPE_1', date)).toEqual([])
  })
})

describe('the categories', () => {
  it('come in the order of the catalogue, one at least, security among them or not', () => {
    expect(checkCategories(['PRIVACY', 'SECURITY', 'AVAILABILITY'])).toEqual(['SECURITY', 'AVAILABILITY', 'PRIVACY'])
    expect(checkCategories(['PRIVACY', 'AVAILABILITY'])).toEqual(['AVAILABILITY', 'PRIVACY'])
    expect(refusalOf(() => checkCategories([])).at).toEqual(['categories'])
    expect(followsFrom({ category: 'SECURITY' }, ['PRIVACY'])).toBe(true)
    expect(followsFrom({ category: 'AVAILABILITY' }, ['PRIVACY'])).toBe(false)
    expect(refusalOf(() => checkCategories(['SECURITY', 'SECURITY'])).at).toEqual(['categories', 1])
  })
})

describe('a change of scope', () => {
  it('is open to the team’s leaders until fieldwork began, then to the partner', () => {
    const began = new Date('2026-01-05T00:00:00Z')
    checkScopeAuthor({ fieldworkStartedAt: null, role: 'MANAGER' })
    checkScopeAuthor({ fieldworkStartedAt: began, role: 'ENGAGEMENT_PARTNER' })
    for (const role of ['MANAGER', undefined] as const) {
      expect(refusalOf(() => checkScopeAuthor({ fieldworkStartedAt: began, role })).code).toBe('SCOPE_LOCKED')
    }
  })

  it('is told in sentences, and not when nothing changed', () => {
    const before = { systemName: 'Vault', categories: ['SECURITY', 'PRIVACY'] as const, ...period }
    expect(describeScopeChange(before, { ...before })).toBe('')
    expect(
      describeScopeChange(before, {
        ...before,
        systemName: 'Safe',
        categories: ['SECURITY', 'AVAILABILITY'],
        periodEnd: '2025-06-30',
      }),
    ).toBe(
      'The system “Vault” is called “Safe” now. Added to the scope: AVAILABILITY. Taken out of the scope: PRIVACY. ' +
        'It covers the period 2025-01-01 to 2025-06-30 now, not the period 2025-01-01 to 2025-12-31.',
    )
    const typeOne = { ...before, ...date }
    expect(describeScopeChange(typeOne, { ...typeOne, asOf: '2025-11-30' })).toBe(
      'It covers the state as of 2025-11-30 now, not the state as of 2025-12-31.',
    )
  })
})

describe('a mapping', () => {
  it('says where one is unknown, or not in scope', () => {
    const criteria = { known: ['CC1.1', 'CC1.2', 'A1.1'], applicable: ['CC1.1'] }
    checkMapping(['CC1.1'], criteria)
    checkMapping([], criteria)
    const { message, at } = refusalOf(() => checkMapping(['CC1.1', 'X', 'A1.1'], criteria))
    expect([message, at]).toEqual(['There is no such criterion.', ['criteriaCodes', 1]])
    const outside = refusalOf(() => checkMapping(['CC1.2', 'A1.1'], criteria))
    expect([outside.message, outside.at]).toEqual([
      'The criterion is not in scope, or not applicable.',
      ['criteriaCodes', 0],
    ])
  })

  it('holds a criterion in scope', () => {
    checkUnmapped([], 'criterion')
    const refusal = refusalOf(() => checkUnmapped(['AC-01', 'AC-02'], 'categories'))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['categories'] })
    expect(refusal.message).toContain('AC-01, AC-02')
  })
})

describe('the date of a document', () => {
  const now = new Date('2026-02-01T12:00:00Z')
  const engagement = { ...period, fieldworkStartedAt: new Date('2025-07-01T08:00:00Z') }

  it('is at the latest today, wherever it was written', () => {
    expect(latestToday(new Date('2026-02-01T09:59:59Z'))).toBe('2026-02-01')
    expect(latestToday(new Date('2026-02-01T10:00:00Z'))).toBe('2026-02-02')
    checkDocumentDate({ kind: 'REPRESENTATION_LETTER', datedOn: '2026-02-02' }, engagement, now)
    expect(
      refusalOf(() => checkDocumentDate({ kind: 'REPRESENTATION_LETTER', datedOn: '2026-02-03' }, engagement, now)).at,
    ).toEqual(['datedOn'])
  })

  it('lies before fieldwork for the letter, and not before the end of the period for representations', () => {
    const datedOn = (kind: Parameters<typeof checkDocumentDate>[0]['kind'], on: string, of = engagement) =>
      checkDocumentDate({ kind, datedOn: on }, of, now)
    datedOn('ENGAGEMENT_LETTER', '2025-07-01')
    datedOn('ENGAGEMENT_LETTER', '2026-01-01', { ...engagement, fieldworkStartedAt: null as never })
    refusalOf(() => datedOn('ENGAGEMENT_LETTER', '2025-07-02'))
    for (const [kind, first] of [
      ['REPRESENTATION_LETTER', '2025-12-31'],
      ['SUBSEQUENT_EVENTS_INQUIRY', '2026-01-01'],
    ] as const) {
      datedOn(kind, first)
      refusalOf(() => datedOn(kind, '2025-12-30'))
      refusalOf(() => datedOn(kind, '2025-12-30', { ...engagement, ...date } as never))
    }
    refusalOf(() => datedOn('SUBSEQUENT_EVENTS_INQUIRY', '2025-12-31'))
    refusalOf(() => datedOn('ENGAGEMENT_LETTER', '2025-02-29'))
  })
})
