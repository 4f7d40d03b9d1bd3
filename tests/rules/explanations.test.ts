import { describe, expect, it } from 'vitest'
import { isSettled } from '../../src/rules/deviations.js'
import {
  checkSupported,
  checkVerdictDecider,
  type ExplainableResult,
  type ExplainedSample,
  explainedAway,
  explanationsChangeVerdict,
  proposedBy,
  whyNotCorrected,
} from '../../src/rules/explanations.js'
import { refusalOf } from '../../src/rules/refusal.js'
import { type ResultOutcome, resultOutcomes, type TeamRole, teamRoles, words } from '../../src/rules/vocabulary.js'

const outcomes = Object.keys(resultOutcomes) as ResultOutcome[]

describe('A correction', () => {
  const said = (outcome: ResultOutcome, alternativeProcedure: string | null = null) => ({
    outcome,
    alternativeProcedure,
  })
  const instead = 'Read the mail.'
  const why = (
    before: ResultOutcome,
    after: ReturnType<typeof said>,
    correctedFrom: ResultOutcome | null = null,
  ): string | null => whyNotCorrected({ ...said(before), correctedFrom }, after)?.field ?? null

  it('of a deviation leads to a deviation alone, seen or for want of evidence', () => {
    for (const before of ['DEVIATION', 'UNABLE_TO_TEST'] as const) {
      expect(outcomes.filter((after) => why(before, said(after)) === null)).toEqual(['DEVIATION', 'UNABLE_TO_TEST'])
      expect(why(before, said('NO_DEVIATION'))).toBe('outcome')
      expect(why(before, said('AWAITING_EVIDENCE'))).toBe('outcome')
      expect(why(before, said('UNABLE_TO_TEST', instead))).toBe('alternativeProcedure')
    }
  })

  it('of what was explained leads to a deviation alone, too', () => {
    for (const before of ['NO_DEVIATION', 'NOT_APPLICABLE'] as const) {
      const open = outcomes.filter((after) => why(before, said(after), 'DEVIATION') === null)
      expect(open).toEqual(['DEVIATION', 'UNABLE_TO_TEST'])
    }
  })

  it('of anything else is free', () => {
    for (const before of ['NO_DEVIATION', 'NOT_APPLICABLE', 'AWAITING_EVIDENCE'] as const) {
      for (const after of outcomes) expect(why(before, said(after))).toBeNull()
    }
  })

  it('of what was done instead, as long as that is proposed, is one of its words alone', () => {
    const proposed = { ...said('UNABLE_TO_TEST', instead), correctedFrom: null }
    expect(whyNotCorrected(proposed, said('UNABLE_TO_TEST', 'Read the mail of the day.'))).toBeNull()
    expect(whyNotCorrected(proposed, said('UNABLE_TO_TEST'))).toBeNull()
    expect(whyNotCorrected(proposed, said('DEVIATION'))).toBeNull()
    for (const after of ['NO_DEVIATION', 'NOT_APPLICABLE', 'AWAITING_EVIDENCE'] as const) {
      expect(whyNotCorrected(proposed, said(after))?.field).toBe('outcome')
    }
  })

  it('proposes that nothing applies, or by what was done instead that the control operated, and nothing else', () => {
    const proposals = outcomes.map((outcome) => [outcome, proposedBy(said(outcome))])
    expect(Object.fromEntries(proposals)).toEqual({
      NO_DEVIATION: null,
      DEVIATION: null,
      NOT_APPLICABLE: 'NOT_APPLICABLE',
      AWAITING_EVIDENCE: null,
      UNABLE_TO_TEST: null,
    })
    expect(proposedBy(said('UNABLE_TO_TEST', instead))).toBe('CONTROL_OPERATED')
  })
})

describe('An explanation', () => {
  const supported = (kind: 'CONTROL_OPERATED' | 'NOT_APPLICABLE', evidenceCount: number, instead: string | null) =>
    refusalOf(() => checkSupported({ kind, evidenceCount, alternativeProcedure: instead }, 'r1'))

  it('rests on evidence or, where the control operated, on what was done instead', () => {
    expect(supported('CONTROL_OPERATED', 1, null)).toBeNull()
    expect(supported('CONTROL_OPERATED', 0, 'Read the mail.')).toBeNull()
    expect(supported('NOT_APPLICABLE', 1, null)).toBeNull()
    expect(supported('NOT_APPLICABLE', 1, 'Read the mail.')).toMatchObject({
      code: 'INVALID_INPUT',
      at: ['alternativeProcedure'],
    })
    for (const kind of ['CONTROL_OPERATED', 'NOT_APPLICABLE'] as const) {
      expect(supported(kind, 0, null)).toMatchObject({
        code: 'NOT_READY',
        detail: { blockers: [{ code: 'EXPLANATION_UNSUPPORTED', node: 'r1' }] },
      })
    }
  })

  it('once approved is what the result says, what it said before in sight', () => {
    expect(explainedAway({ outcome: 'DEVIATION' }, 'CONTROL_OPERATED')).toEqual({
      outcome: 'NO_DEVIATION',
      correctedFrom: 'DEVIATION',
    })
    expect(explainedAway({ outcome: 'UNABLE_TO_TEST' }, 'NOT_APPLICABLE')).toEqual({
      outcome: 'NOT_APPLICABLE',
      correctedFrom: 'UNABLE_TO_TEST',
    })
    expect(explainedAway({ outcome: 'NOT_APPLICABLE' }, 'NOT_APPLICABLE')).toEqual({ outcome: 'NOT_APPLICABLE' })
  })

  it('that nothing applies settles nothing before it is approved', () => {
    for (const explanation of [null, 'PROPOSED', 'REJECTED'] as const) {
      expect(isSettled({ outcome: 'NOT_APPLICABLE', explanation })).toBe(false)
      expect(isSettled({ outcome: 'AWAITING_EVIDENCE', explanation })).toBe(false)
      expect(isSettled({ outcome: 'DEVIATION', explanation })).toBe(true)
    }
    expect(isSettled({ outcome: 'NOT_APPLICABLE', explanation: 'APPROVED' })).toBe(true)
  })
})

describe('Explanations change the verdict of a control', () => {
  const sample = (changes: Partial<ExplainedSample>): ExplainedSample => ({
    basis: 'FREQUENCY_TABLE',
    method: 'RANDOM',
    confidence: 0.9,
    tolerableRate: 0.1,
    acceptedCount: 0,
    askedSize: 25,
    applicableCount: 25,
    lineSize: 300,
    allDrawn: false,
    results: [],
    ...changes,
  })
  /** A result by its id, which starts with its item; explained where it ends in `!`. */
  const results = (...ids: string[]): ExplainableResult[] =>
    ids.map((id) => ({ id, item: id.charAt(0), isExplained: id.endsWith('!') }))
  const change = (resultId: string, ...samples: Partial<ExplainedSample>[]) =>
    explanationsChangeVerdict(samples.map(sample), resultId)

  it('of the table where the last deviation beyond what the row accepts goes', () => {
    expect(change('a', { results: results('a') })).toBe(true)
    expect(change('a', { results: results('a', 'b') })).toBe(false)
    expect(change('a', { results: results('a', 'b!') })).toBe(true)
    expect(change('a', { acceptedCount: 1, results: results('a') })).toBe(false)
    expect(change('a', { acceptedCount: 1, results: results('a', 'b') })).toBe(true)
  })

  it('not where the item deviates in another attribute still', () => {
    expect(change('a1', { results: results('a1', 'a2') })).toBe(false)
    expect(change('a1', { results: results('a1', 'a2!') })).toBe(true)
  })

  it('over all its samples together', () => {
    expect(change('a', { results: results('a') }, { results: results('b') })).toBe(false)
    expect(change('a', { results: results('a') }, { results: results('b!') })).toBe(true)
    // None of the slices accepts more than the whole does.
    const slice = { acceptedCount: 1, applicableCount: 10 }
    expect(change('a', { ...slice, results: results('a') }, { ...slice, results: results('b!') })).toBe(true)
  })

  it('of a statistical sample where the limit comes within the tolerable rate', () => {
    const statistical = { basis: 'STATISTICAL', acceptedCount: null } as const
    expect(change('a', { ...statistical, results: results('a') })).toBe(true)
    expect(change('a', { ...statistical, applicableCount: 60, results: results('a') })).toBe(false)
    // What is outstanding counts as if it passed: the order of testing decides nothing.
    expect(change('a', { ...statistical, applicableCount: 5, results: results('a') })).toBe(false)
  })

  it('that has none where no deviation is left', () => {
    const picked = { basis: 'JUDGMENT', acceptedCount: null } as const
    expect(change('a', { ...picked, results: results('a') })).toBe(true)
    expect(change('a', { ...picked, results: results('a', 'b') })).toBe(false)
  })

  it('not by what was recorded as not applicable at first', () => {
    expect(change('z', { results: results('a!') })).toBe(false)
  })

  it('also where the population ends, and nothing stands in for the item', () => {
    expect(change('a!', { allDrawn: true, applicableCount: 0, results: results('a!') })).toBe(true)
  })

  it('for the partner to decide', () => {
    for (const role of words(teamRoles) as TeamRole[]) {
      expect(refusalOf(() => checkVerdictDecider({ role, changesVerdict: false }))).toBeNull()
      const refusal = refusalOf(() => checkVerdictDecider({ role, changesVerdict: true }))
      expect(refusal?.code ?? null).toBe(role === 'ENGAGEMENT_PARTNER' ? null : 'SEPARATION_OF_DUTIES')
    }
  })
})
