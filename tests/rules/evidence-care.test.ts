import { describe, expect, it } from 'vitest'
import { checkNothingRestsOn } from '../../src/rules/evidence.js'
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
        const { code, detail } = refusalOf(() => checkNothingRestsOn({ isInUse, isOnLegalHold }, isForClient))
        expect(code).toBe('NOT_READY')
        return detail.blockers?.map((blocker) => blocker.code)
      }
      expect([codes(false), codes(true)]).toEqual([firm, client])
    },
  )

  it('is possible otherwise', () => {
    expect(() => checkNothingRestsOn({ isInUse: false, isOnLegalHold: false }, false)).not.toThrow()
  })
})
