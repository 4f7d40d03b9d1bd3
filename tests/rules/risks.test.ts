import { describe, expect, it } from 'vitest'
import { answerWeakened, checkAnswering, checkAskedOn, checkControlRating } from '../../src/rules/risks.js'
import type { RiskLevel } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const levels = ['LOW', 'MODERATE', 'HIGH'] as const

describe('The rating of a control', () => {
  it.each(levels.flatMap((risk, at) => levels.map((rating, than) => [risk, rating, at < than] as const)))(
    '%s over a risk that is %s: refused is %s',
    (risk: RiskLevel, rating: RiskLevel, isRefused: boolean) => {
      const both = [
        () => checkControlRating(risk, [{ ref: 'R-01', rating }]),
        () => checkAnswering(rating, [{ ref: 'CM-01', risk }], false),
      ]
      for (const check of both) {
        if (!isRefused) expect(check).not.toThrow()
        else expect(refusalOf(check).code).toBe('INVALID_INPUT')
      }
    },
  )

  it('is refused at the control, or at the rating where no control was given', () => {
    const controls = [
      { ref: 'CM-01', risk: 'HIGH' },
      { ref: 'CM-02', risk: 'LOW' },
    ] as const
    expect(refusalOf(() => checkAnswering('HIGH', controls, true)).at).toEqual(['controlIds', 1])
    expect(refusalOf(() => checkAnswering('HIGH', controls, false)).at).toEqual(['rating'])
    const refusal = refusalOf(() => checkControlRating('LOW', [{ ref: 'R-07', rating: 'HIGH' }]))
    expect(refusal).toMatchObject({ at: ['risk'], message: 'It answers risks that are rated higher: R-07 (HIGH).' })
  })
})

describe('A risk is weakened', () => {
  const risk = {
    ref: 'R-01',
    statement: 'It fails.',
    threatens: 'It works.',
    isFraudRisk: true,
    rating: 'MODERATE',
  } as const
  const told = 'R-01, MODERATE, a risk of fraud: It fails. Threatens: It works.'

  it.each<[string, object, boolean, string]>([
    ['by a lower rating', { rating: 'LOW' }, true, 'R-01, LOW, a risk of fraud: It fails. Threatens: It works.'],
    ['when it is none of fraud', { isFraudRisk: false }, true, 'R-01, MODERATE: It fails. Threatens: It works.'],
    ['by other words', { statement: 'x' }, true, 'R-01, MODERATE, a risk of fraud: x Threatens: It works.'],
    ['by another threat', { threatens: 'x' }, true, 'R-01, MODERATE, a risk of fraud: It fails. Threatens: x'],
    ['for a control that is dropped', {}, false, 'R-01 is not answered by it.'],
  ])('%s', (_, change, stillAnswers, saidAfter) => {
    const kept = { part: 'RISK_ANSWERED', saidBefore: told, saidAfter }
    expect(answerWeakened(risk, { ...risk, ...change }, stillAnswers)).toEqual(kept)
  })

  it('by nothing that makes it more', () => {
    expect(answerWeakened(risk, { ...risk, rating: 'HIGH' }, true)).toBeNull()
    expect(answerWeakened({ ...risk, isFraudRisk: false }, risk, true)).toBeNull()
    expect(answerWeakened(risk, risk, true)).toBeNull()
  })
})

describe('An inquiry about fraud', () => {
  it('was made on a day that is past', () => {
    const now = new Date('2026-01-10T09:00:00Z')
    expect(() => checkAskedOn('2026-01-10', now)).not.toThrow()
    for (const day of ['2026-01-13', '2025-02-30']) {
      expect(refusalOf(() => checkAskedOn(day, now))).toMatchObject({ code: 'INVALID_INPUT', at: ['askedOn'] })
    }
  })
})
