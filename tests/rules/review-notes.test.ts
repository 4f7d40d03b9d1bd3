import { describe, expect, it } from 'vitest'
import { countProgress } from '../../src/rules/progress.js'
import { refusalOf } from '../../src/rules/refusal.js'
import { checkClearedByAnother, checkMaySettle } from '../../src/rules/review-notes.js'
import { type ProcedureState, procedureStates, type TeamRole, teamRoles, words } from '../../src/rules/vocabulary.js'

describe('who settles a review note', () => {
  const roles = [...words(teamRoles), null]
  const settles = (authorRole: TeamRole | null, actorRole: TeamRole | null) =>
    refusalOf(() => checkMaySettle({ authorId: 'author', authorRole, actorId: 'actor', actorRole })) === null
  const settlers = (authorRole: TeamRole | null) => roles.filter((role) => settles(authorRole, role))

  it('is its author, or who stands above them', () => {
    expect(
      refusalOf(() => checkMaySettle({ authorId: 'a', authorRole: null, actorId: 'a', actorRole: null })),
    ).toBeNull()
    expect(settlers('STAFF').sort()).toEqual(['ENGAGEMENT_PARTNER', 'MANAGER', 'SENIOR'])
    expect(settlers('SENIOR').sort()).toEqual(['ENGAGEMENT_PARTNER', 'MANAGER'])
    expect(settlers('MANAGER')).toEqual(['ENGAGEMENT_PARTNER'])
    expect(settlers('ENGAGEMENT_PARTNER')).toEqual(['ENGAGEMENT_PARTNER'])
    expect(settlers(null).sort()).toEqual(['ENGAGEMENT_PARTNER', 'MANAGER'])
  })

  it('is not who addressed it', () => {
    expect(refusalOf(() => checkClearedByAnother({ addressedBy: 'a', actorId: 'a' }))?.code).toBe(
      'SEPARATION_OF_DUTIES',
    )
    expect(refusalOf(() => checkClearedByAnother({ addressedBy: 'a', actorId: 'b' }))).toBeNull()
  })
})

describe('progress', () => {
  it('counts each procedure in one state, and of them what is held up and what is stale', () => {
    const one = (state: ProcedureState, isHeldUp = false, isStale = false) => ({ state, isHeldUp, isStale })
    expect(countProgress([])).toEqual({
      ...{ plannedCount: 0, inProgressCount: 0, preparedCount: 0, reviewedCount: 0, blockedCount: 0, staleCount: 0 },
    })
    const all = words(procedureStates).flatMap((state, at) => Array.from({ length: at + 1 }, () => one(state)))
    expect(countProgress([...all, one('PREPARED', true, true), one('REVIEWED', false, true)])).toEqual({
      ...{ plannedCount: 1, inProgressCount: 2, preparedCount: 4, reviewedCount: 5, blockedCount: 1, staleCount: 2 },
    })
  })
})
