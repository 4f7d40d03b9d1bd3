import { describe, expect, it } from 'vitest'
import { placeLifecycle } from '../../src/rules/lifecycles.js'
import {
  checkFirstTeam,
  checkLeadNamed,
  checkPlace,
  checkRemoval,
  checkSecondReader,
  placeState,
} from '../../src/rules/staffing.js'
import { type FirmRole, firmRoles, type TeamRole, teamRoles, words } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const candidate = (firmRole: FirmRole | null) => ({ state: 'ACTIVE' as const, firmRole, ofClient: false })

describe('a place on a team', () => {
  it('is held by those with the standing for it', () => {
    const allowed: Record<TeamRole, FirmRole[]> = {
      ENGAGEMENT_PARTNER: ['PARTNER'],
      QUALITY_REVIEWER: ['PARTNER', 'MANAGER'],
      SECOND_READER: ['PARTNER', 'MANAGER'],
      MANAGER: ['PARTNER', 'MANAGER'],
      SENIOR: ['FIRM_ADMIN', 'PARTNER', 'MANAGER', 'SENIOR'],
      STAFF: ['FIRM_ADMIN', 'PARTNER', 'MANAGER', 'SENIOR', 'STAFF'],
    }
    for (const role of words(teamRoles)) {
      for (const firmRole of words(firmRoles)) {
        const act = () => checkPlace(candidate(firmRole), role)
        if (allowed[role].includes(firmRole)) act()
        else expect(refusalOf(act)).toMatchObject({ code: 'INVALID_INPUT', at: ['role'] })
      }
    }
  })

  it('is not for people of the client, nor for those who left the firm', () => {
    expect(refusalOf(() => checkPlace(candidate(null), 'STAFF')).at).toEqual(['memberId'])
    for (const state of ['INVITED', 'DISABLED'] as const) {
      expect(refusalOf(() => checkPlace({ ...candidate('STAFF'), state }, 'STAFF')).code).toBe('INVALID_INPUT')
    }
    const refusal = refusalOf(() => checkPlace({ ...candidate('STAFF'), ofClient: true }, 'STAFF'))
    expect(refusal.code).toBe('SEPARATION_OF_DUTIES')
  })

  it('is named, confirmed and left, once each', () => {
    const at = new Date(0)
    expect(placeState({ independenceConfirmedAt: null, removedAt: null })).toBe('NAMED')
    expect(placeState({ independenceConfirmedAt: at, removedAt: null })).toBe('CONFIRMED')
    expect(placeState({ independenceConfirmedAt: at, removedAt: at })).toBe('REMOVED')
    expect(placeState({ independenceConfirmedAt: null, removedAt: at })).toBe('REMOVED')
    expect(placeLifecycle.table).toEqual({ NAMED: ['CONFIRMED', 'REMOVED'], CONFIRMED: ['REMOVED'], REMOVED: [] })
  })

  it('of a confirmed overseer is ended by the admin alone', () => {
    const confirmed = { independenceConfirmedAt: new Date(0) }
    for (const role of ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER', 'SECOND_READER'] as const) {
      checkRemoval({ role, ...confirmed }, { firmRole: 'FIRM_ADMIN' })
      checkRemoval({ role, independenceConfirmedAt: null }, { firmRole: 'MANAGER' })
      const refusal = refusalOf(() => checkRemoval({ role, ...confirmed }, { firmRole: 'PARTNER' }))
      expect(refusal.code).toBe('SEPARATION_OF_DUTIES')
    }
    checkRemoval({ role: 'MANAGER', ...confirmed }, { firmRole: 'MANAGER' })
  })
})

describe('a second reader', () => {
  it('is a partner, or named by the firm’s administrator', () => {
    checkSecondReader({ firmRole: 'PARTNER' }, 'SECOND_READER', { firmRole: 'MANAGER' }, false)
    checkSecondReader({ firmRole: 'MANAGER' }, 'SECOND_READER', { firmRole: 'FIRM_ADMIN' }, false)
    checkSecondReader({ firmRole: 'MANAGER' }, 'MANAGER', { firmRole: 'PARTNER' }, true)
    for (const firmRole of ['PARTNER', 'MANAGER'] as const) {
      const refusal = refusalOf(() => checkSecondReader({ firmRole: 'MANAGER' }, 'SECOND_READER', { firmRole }, false))
      expect(refusal).toMatchObject({ code: 'SEPARATION_OF_DUTIES', at: ['role'] })
    }
  })

  it('is named by the firm’s administrator alone, a partner too, once the quality reviewer objects', () => {
    checkSecondReader({ firmRole: 'PARTNER' }, 'SECOND_READER', { firmRole: 'FIRM_ADMIN' }, true)
    for (const firmRole of ['PARTNER', 'MANAGER'] as const) {
      const refusal = refusalOf(() => checkSecondReader({ firmRole: 'PARTNER' }, 'SECOND_READER', { firmRole }, true))
      expect(refusal).toMatchObject({ code: 'SEPARATION_OF_DUTIES', at: ['role'] })
    }
  })
})

describe('a first team', () => {
  it('names no person twice, and one partner and one quality reviewer at most', () => {
    checkFirstTeam([])
    checkFirstTeam([
      { memberId: '1', role: 'MANAGER' },
      { memberId: '2', role: 'MANAGER' },
    ])
    const twice = [
      { memberId: '1', role: 'MANAGER' },
      { memberId: '1', role: 'STAFF' },
    ] as const
    expect(refusalOf(() => checkFirstTeam(twice)).at).toEqual(['team', 1, 'memberId'])
    for (const role of ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'] as const) {
      const two = ['1', '2'].map((memberId) => ({ memberId, role }))
      expect(refusalOf(() => checkFirstTeam(two)).at).toEqual(['team', 1, 'role'])
    }
  })

  it('is led, unless the admin goes on with it', () => {
    checkLeadNamed([{ role: 'MANAGER' }], 'MANAGER')
    checkLeadNamed([{ role: 'ENGAGEMENT_PARTNER' }], 'PARTNER')
    checkLeadNamed([], 'FIRM_ADMIN')
    expect(refusalOf(() => checkLeadNamed([{ role: 'QUALITY_REVIEWER' }], 'PARTNER')).at).toEqual(['team'])
  })
})
