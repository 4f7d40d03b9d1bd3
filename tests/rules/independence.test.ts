import { describe, expect, it } from 'vitest'
import {
  checkCoolingOff,
  checkDecisionApprover,
  checkExceptionConfirmer,
  checkExplanationApprover,
  checkIndependenceConfirmation,
  checkOpinionPartner,
  checkQualityReviewer,
  checkReviewer,
  checkTeamRole,
} from '../../src/rules/independence.js'
import { refusalOf } from '../support/refusals.js'

const [ada, bo, cy] = ['ada', 'bo', 'cy'] as const

describe('A former engagement partner of the client', () => {
  it.each([
    ['2024-02-29', 2, '2026-02-27', false],
    ['2024-02-29', 2, '2026-02-28', true],
    ['2024-06-30', 2, '2026-06-29', false],
    ['2024-06-30', 2, '2026-06-30', true],
    ['2026-06-30', 0, '2026-06-30', true],
    ['2020-06-30', 10, '2026-06-30', false],
    [null, 2, '2026-06-30', true],
  ])('until %s is, over %i years, on %s free to be its quality reviewer: %s', (lastLedOn, years, today, isFree) => {
    const check = () => checkCoolingOff({ lastLedOn, years, today })
    if (isFree) expect(check).not.toThrow()
    else expect(refusalOf(check).code).toBe('SEPARATION_OF_DUTIES')
  })
})

describe('Separation of duties', () => {
  it.each<[string, () => void, () => void]>([
    [
      'A preparer does not review the same work',
      () => checkReviewer({ preparers: [ada, bo], reviewer: bo }),
      () => checkReviewer({ preparers: [ada, bo], reviewer: cy }),
    ],
    [
      'The quality reviewer performed no work on the engagement',
      () => checkQualityReviewer({ reviewer: ada, performedWork: [bo, ada] }),
      () => checkQualityReviewer({ reviewer: ada, performedWork: [bo, cy] }),
    ],
    [
      'The partner who signs the opinion is not the quality reviewer',
      () => checkOpinionPartner({ partner: ada, qualityReviewer: ada }),
      () => checkOpinionPartner({ partner: ada, qualityReviewer: bo }),
    ],
    [
      'An author of an exception does not confirm it',
      () => checkExceptionConfirmer({ authors: [ada, bo], confirmer: bo }),
      () => checkExceptionConfirmer({ authors: [ada, bo], confirmer: cy }),
    ],
    [
      'Who decides on materiality does not approve the decision',
      () => checkDecisionApprover({ decider: ada, approver: ada }),
      () => checkDecisionApprover({ decider: ada, approver: bo }),
    ],
    [
      'Who explains a deviation away does not approve the explanation',
      () => checkExplanationApprover({ proposer: ada, approver: ada }),
      () => checkExplanationApprover({ proposer: ada, approver: bo }),
    ],
    [
      'Independence is not confirmed for another person',
      () => checkIndependenceConfirmation({ member: ada, confirmer: bo }),
      () => checkIndependenceConfirmation({ member: ada, confirmer: ada }),
    ],
    [
      'The quality reviewer holds no other role on the team',
      () => checkTeamRole({ role: 'STAFF', rolesHeld: ['QUALITY_REVIEWER'] }),
      () => checkTeamRole({ role: 'QUALITY_REVIEWER', rolesHeld: [] }),
    ],
    [
      'A person who works on the engagement does not become its quality reviewer',
      () => checkTeamRole({ role: 'QUALITY_REVIEWER', rolesHeld: ['MANAGER'] }),
      () => checkTeamRole({ role: 'SENIOR', rolesHeld: ['MANAGER'] }),
    ],
  ])('%s', (_, forbidden, permitted) => {
    expect(refusalOf(forbidden).code).toBe('SEPARATION_OF_DUTIES')
    expect(permitted).not.toThrow()
  })
})
