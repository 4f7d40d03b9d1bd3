import { describe, expect, it } from 'vitest'
import { checkNothingRestsOn, checkRetentionYears, retainedUntil } from '../../src/rules/evidence.js'
import { refusalOf } from '../support/refusals.js'

describe('Removing evidence', () => {
  const cases: [string, boolean, boolean, string[], string[]][] = [
    ['something rests on it', true, false, ['EVIDENCE_IN_USE'], ['EVIDENCE_NEEDED']],
    ['a hold is in force', false, true, ['LEGAL_HOLD'], ['EVIDENCE_NEEDED']],
    ['both', true, true, ['EVIDENCE_IN_USE', 'LEGAL_HOLD'], ['EVIDENCE_NEEDED']],
  ]
  it.each(cases)(
    'is refused while %s; the client is told no more than that',
    (_, isInUse, isOnLegalHold, firm, client) => {
      const codes = (isForClient: boolean) => {
        const { code, detail } = refusalOf(() =>
          checkNothingRestsOn({ isInUse, isReadByFirm: false, isOnLegalHold }, isForClient),
        )
        expect(code).toBe('NOT_READY')
        return detail.blockers?.map((blocker) => blocker.code)
      }
      expect([codes(false), codes(true)]).toEqual([firm, client])
    },
  )

  it('is refused to the client once a member of the firm has read it', () => {
    const uses = { isInUse: false, isReadByFirm: true, isOnLegalHold: false }
    const { code, detail } = refusalOf(() => checkNothingRestsOn(uses, true))
    expect([code, detail.blockers?.map((blocker) => blocker.code)]).toEqual(['NOT_READY', ['EVIDENCE_NEEDED']])
  })

  it('is possible otherwise', () => {
    expect(() => checkNothingRestsOn({ isInUse: false, isReadByFirm: true, isOnLegalHold: false }, false)).not.toThrow()
    expect(() => checkNothingRestsOn({ isInUse: false, isReadByFirm: false, isOnLegalHold: false }, true)).not.toThrow()
  })
})

describe('Evidence is kept', () => {
  it.each([
    ['2026-03-31', 7, '2033-03-31'],
    ['2024-02-29', 7, '2031-03-01'],
    ['2024-02-29', 4, '2028-02-29'],
    ['2024-02-28', 1, '2025-02-28'],
    ['2026-12-31', 30, '2056-12-31'],
  ])('from %s for %i years until %s', (endedOn, years, until) => {
    expect(retainedUntil(endedOn, years)).toBe(until)
  })

  it('for ever while the engagement is under way', () => {
    expect(retainedUntil(null, 7)).toBeNull()
  })

  it('for one year at least and thirty at most', () => {
    for (const years of [1, 30]) expect(() => checkRetentionYears(years)).not.toThrow()
    for (const years of [0, 31]) {
      expect(refusalOf(() => checkRetentionYears(years))).toMatchObject({
        code: 'INVALID_INPUT',
        at: ['retentionYears'],
      })
    }
  })
})
