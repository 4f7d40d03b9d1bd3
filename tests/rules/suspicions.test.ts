import { describe, expect, it } from 'vitest'
import {
  COMMUNICATIONS_MAX,
  checkCommunicated,
  checkEffect,
  checkNoticed,
  suspicionBlockers,
} from '../../src/rules/suspicions.js'
import { refusalOf } from '../support/refusals.js'

const now = new Date('2026-01-10T12:00:00Z')
const told = { name: 'Olive', role: 'Chair', communicatedOn: '2026-01-05' }

describe('A suspicion', () => {
  it('was noticed by now, and communicated after that', () => {
    expect(() => checkNoticed('2026-01-11', now)).not.toThrow()
    expect(refusalOf(() => checkNoticed('2026-01-12', now))).toMatchObject({ at: ['noticedOn'] })
    const at = { noticedOn: '2026-01-05', before: [], now }
    expect(() => checkCommunicated([told], at)).not.toThrow()
    for (const communicatedOn of ['2026-01-04', '2026-01-12']) {
      expect(refusalOf(() => checkCommunicated([told, { ...told, communicatedOn }], at))).toMatchObject({
        code: 'INVALID_INPUT',
        at: ['communicatedTo', 1, 'communicatedOn'],
      })
    }
    const before = Array.from({ length: COMMUNICATIONS_MAX }, () => told)
    expect(() => checkCommunicated([], { ...at, before })).not.toThrow()
    expect(refusalOf(() => checkCommunicated([told], { ...at, before })).code).toBe('LIMIT_REACHED')
  })

  it('is reported as an exception that stands, or names none', () => {
    const exception = { engagementId: 'e1', state: 'CONFIRMED' } as const
    expect(() => checkEffect('EXCEPTION', 'e1', exception)).not.toThrow()
    expect(() => checkEffect('NONE', 'e1', null)).not.toThrow()
    for (const [effect, named, code] of [
      ['EXCEPTION', null, 'INVALID_INPUT'],
      ['NONE', exception, 'INVALID_INPUT'],
      ['WITHDRAWAL_CONSIDERED', exception, 'INVALID_INPUT'],
      ['EXCEPTION', { ...exception, state: 'WITHDRAWN' }, 'INVALID_INPUT'],
      ['EXCEPTION', { ...exception, engagementId: 'e2' }, 'NOT_FOUND'],
    ] as const) {
      expect(refusalOf(() => checkEffect(effect, 'e1', named))).toMatchObject({ code, at: ['exceptionId'] })
    }
  })

  it('stands before the issue until it is evaluated, and again once its exception does not stand, in words that say nothing of it', () => {
    const blocked = (effect: 'NONE' | 'EXCEPTION' | null, exceptionId: string | null, state = 'CONFIRMED' as const) =>
      suspicionBlockers([{ id: 's1', effect, exceptionId }], [{ id: 'x1', state }]).length
    expect(suspicionBlockers([{ id: 's1', effect: null, exceptionId: null }], [])).toEqual([
      { code: 'PARTNER_MATTER_OPEN', message: 'Evaluate what was recorded for you alone.', node: 's1' },
    ])
    expect(blocked('NONE', null)).toBe(0)
    expect(blocked('EXCEPTION', 'x1')).toBe(0)
    expect(blocked('EXCEPTION', 'x2')).toBe(1)
    const withdrawn = suspicionBlockers(
      [{ id: 's1', effect: 'EXCEPTION', exceptionId: 'x1' }],
      [{ id: 'x1', state: 'WITHDRAWN' }],
    )
    expect(withdrawn).toHaveLength(1)
  })
})
