import { describe, expect, it } from 'vitest'
import {
  checkReturned,
  checkSubmission,
  emptyResponse,
  isAnswered,
  type ResponseContent,
  reviewResponse,
} from '../../src/rules/responses.js'
import { type ResponseElement, responseElements, words } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const today = '2025-11-03'

/** Invented: the answer to an exception about leavers' accounts. */
const response: ResponseContent = {
  position: 'AGREE',
  acknowledgement: 'Management agrees: two accounts of leavers stayed active for 5 and 7 days.',
  rootCauseCategory: 'HUMAN_ERROR',
  rootCause: 'HR sent the notice of leaving after the last working day.',
  remediation: [
    {
      action: 'Both accounts were disabled; the logs show no use.',
      owner: 'IT manager',
      dueOn: '2025-10-02',
      done: true,
    },
    {
      action: 'A daily job disables accounts of people HR lists as leavers.',
      owner: 'IT manager',
      dueOn: '2025-12-01',
      done: false,
    },
  ],
  responsible: 'IT manager, head of HR',
  targetOn: '2025-12-15',
  preventionOfRecurrence: 'The job compares all active accounts with the HR list every day and reports differences.',
}
const all = words(responseElements)
const missing = (rest: Partial<ResponseContent>, needed: readonly ResponseElement[] = all) =>
  reviewResponse({ ...response, ...rest }, today, needed).missing.map(({ code }) => code)
const warnings = (rest: Partial<ResponseContent>) =>
  reviewResponse({ ...response, ...rest }, today).warnings.map(({ code, path }) => [code, path.join('.')])

describe('A management response', () => {
  it('that has every element, measurable steps and sober wording is submitted without a warning', () => {
    expect(checkSubmission(response, today)).toEqual([])
  })

  const absent: [Partial<ResponseContent>, ResponseElement, string, string][] = [
    [{ acknowledgement: null }, 'ACKNOWLEDGEMENT', 'ACKNOWLEDGEMENT_MISSING', 'acknowledgement'],
    [{ rootCauseCategory: null }, 'ROOT_CAUSE_CATEGORY', 'ROOT_CAUSE_CATEGORY_MISSING', 'rootCauseCategory'],
    [{ rootCause: '' }, 'ROOT_CAUSE', 'ROOT_CAUSE_MISSING', 'rootCause'],
    [{ remediation: [] }, 'REMEDIATION', 'REMEDIATION_MISSING', 'remediation'],
    [{ responsible: null }, 'RESPONSIBLE', 'RESPONSIBLE_MISSING', 'responsible'],
    [{ targetOn: null }, 'TARGET_DATE', 'TARGET_DATE_MISSING', 'targetOn'],
    [{ preventionOfRecurrence: null }, 'PREVENTION_OF_RECURRENCE', 'PREVENTION_MISSING', 'preventionOfRecurrence'],
  ]

  it.each(absent)('without an element (%o) is submitted with a warning', (rest, _, code, path) => {
    expect(checkSubmission({ ...response, ...rest }, today)).toEqual([
      { code, message: expect.any(String), path: [path] },
    ])
  })

  it.each(absent)(
    'of who agrees, without an element that the firm needs (%o), is refused for that',
    (rest, element, code) => {
      for (const position of ['AGREE', null] as const) {
        const given = { ...response, ...rest, position }
        const refusal = refusalOf(() => checkSubmission(given, today, [element]))
        expect(refusal).toMatchObject({ code: 'NOT_READY', detail: { blockers: [{ code }] } })
        expect(reviewResponse(given, today, [element]).warnings.map((one) => one.code)).not.toContain(code)
      }
      expect(
        missing(
          rest,
          all.filter((one) => one !== element),
        ),
      ).toEqual([])
    },
  )

  it.each(['PARTLY_AGREE', 'DISAGREE', 'RISK_ACCEPTED'] as const)('that says %s needs no element', (position) => {
    const alone = { ...emptyResponse, position }
    expect(missing({ ...alone })).toEqual([])
    expect(checkSubmission(alone, today, all).map(({ code }) => code)).toEqual(absent.map(([, , code]) => code))
  })

  it('that does not say whether management agrees is warned of', () => {
    expect(warnings({ position: null })).toEqual([['POSITION_MISSING', 'position']])
  })

  it('that says nothing at all is none', () => {
    expect(refusalOf(() => checkSubmission(emptyResponse, today))).toMatchObject({
      code: 'NOT_READY',
      detail: { blockers: [{ code: 'RESPONSE_EMPTY' }] },
    })
    expect(refusalOf(() => checkSubmission({ ...emptyResponse, rootCause: 'tbd' }, today)).code).toBe('NOT_READY')
  })

  it('of who disagrees may say so', () => {
    const acknowledgement = 'Management disagrees: the review was held.'
    expect(warnings({ acknowledgement })).toEqual([['DEFENSIVE_WORDING', 'acknowledgement']])
    expect(warnings({ acknowledgement, position: 'DISAGREE' })).toEqual([])
    expect(warnings({ acknowledgement: `${acknowledgement} It is unfair.`, position: 'DISAGREE' })).toHaveLength(1)
  })

  it.each(['n/a', 'N/A', 'tbd', 'TBD.', '-', '...', '  ', 'To be determined', 'pending', 'xxx'])(
    'does not pass with the placeholder "%s" where an element should be',
    (placeholder) => {
      expect(missing({ rootCause: placeholder })).toEqual(['ROOT_CAUSE_MISSING'])
    },
  )

  it('may begin with a word that is also a placeholder', () => {
    expect(
      missing({
        rootCause: 'None of the notices reached IT in time.',
        acknowledgement: 'Pending tickets were missed.',
      }),
    ).toEqual([])
  })

  it('of which every element is missing that the firm needs names them all at once', () => {
    expect(missing({ ...emptyResponse, position: 'AGREE' })).toHaveLength(7)
  })
})

describe('A returned response', () => {
  it('is incomplete only where it lacks what the firm needs of who agrees', () => {
    const lacking = { ...response, responsible: null, declinedReason: null }
    expect(() => checkReturned('INCOMPLETE', lacking, ['RESPONSIBLE'])).not.toThrow()
    for (const [given, needed] of [
      [lacking, []],
      [lacking, ['TARGET_DATE']],
      [{ ...response, declinedReason: null }, ['RESPONSIBLE']],
      [{ ...lacking, position: 'DISAGREE' }, ['RESPONSIBLE']],
      [{ ...emptyResponse, declinedReason: 'No comment.' }, ['RESPONSIBLE']],
    ] as const) {
      expect(refusalOf(() => checkReturned('INCOMPLETE', given, needed))).toMatchObject({
        code: 'INVALID_INPUT',
        at: ['kind'],
      })
      for (const kind of ['INCONSISTENT', 'MISSTATEMENT_OF_FACT'] as const) {
        expect(() => checkReturned(kind, given, needed)).not.toThrow()
      }
    }
  })
})

describe('A warning, which does not stand in the way, is given', () => {
  const step = (rest: Partial<ResponseContent['remediation'][number]>) => ({
    remediation: [{ action: 'Retrain the team.', owner: 'COO', dueOn: '2025-12-01', done: false, ...rest }],
  })

  it('for steps without owner or date', () => {
    expect(warnings(step({ owner: null }))).toEqual([['STEP_WITHOUT_OWNER', 'remediation.0.owner']])
    expect(warnings(step({ owner: 'tbd' }))).toEqual([['STEP_WITHOUT_OWNER', 'remediation.0.owner']])
    expect(warnings(step({ dueOn: null }))).toEqual([['STEP_WITHOUT_DATE', 'remediation.0.dueOn']])
    expect(() => checkSubmission({ ...response, ...step({ owner: null, dueOn: null }) }, today)).not.toThrow()
  })

  it('for dates outside reason: past and not done, more than a year ahead, target before the last step', () => {
    expect(warnings(step({ dueOn: '2025-11-02' }))).toEqual([['DATE_IN_THE_PAST', 'remediation.0.dueOn']])
    expect(warnings(step({ dueOn: '2025-11-02', done: true }))).toEqual([])
    expect(warnings(step({ dueOn: today }))).toEqual([])
    expect(warnings({ targetOn: '2027-01-01' })).toEqual([['DATE_TOO_FAR', 'targetOn']])
    expect(warnings({ targetOn: '2026-11-03' })).toEqual([])
    expect(warnings({ targetOn: '2025-11-20' })).toEqual([['TARGET_BEFORE_STEP', 'targetOn']])
    expect(warnings({ targetOn: '2025-10-01' })).toEqual([
      ['DATE_IN_THE_PAST', 'targetOn'],
      ['TARGET_BEFORE_STEP', 'targetOn'],
    ])
  })

  it.each([
    'The auditor misunderstood our process.',
    'We strongly disagree with this finding.',
    'This should not be considered an exception.',
    'The notice is not our responsibility.',
    'The sample was unfair.',
  ])('for defensive wording: %s', (acknowledgement) => {
    expect(warnings({ acknowledgement })).toEqual([['DEFENSIVE_WORDING', 'acknowledgement']])
  })

  it.each([
    'Only two accounts were concerned.',
    'This was an isolated incident.',
    'The delay was minor and had no impact.',
    'It was merely late paperwork.',
    'That is a technicality.',
  ])('for minimizing wording: %s', (rootCause) => {
    expect(warnings({ rootCause })).toEqual([['MINIMIZING_WORDING', 'rootCause']])
  })

  it('quoting the words it is about', () => {
    const [warning] = reviewResponse({ ...response, rootCause: 'A minor delay, just a day.' }, today).warnings
    expect(warning?.message).toContain('Consider "minor", "just a".')
  })

  it('but not for the sober words that resemble them', () => {
    const sober =
      'Only administrators can approve. Justified by ticket. Management agrees with the auditors. Minority access.'
    expect(warnings({ acknowledgement: sober, rootCause: 'The unavailability of the approver.' })).toEqual([])
  })
})

describe('The auditor goes on', () => {
  const account = { state: null, declined: false, dueOn: '2025-11-01', overdueNoted: false } as const

  it('when the response is accepted, declined with a reason, or overdue and noted as such', () => {
    expect(isAnswered({ ...account, state: 'ACCEPTED' }, today)).toBe(true)
    expect(isAnswered({ ...account, declined: true }, today)).toBe(true)
    expect(isAnswered({ ...account, overdueNoted: true }, today)).toBe(true)
  })

  it('not before', () => {
    for (const state of [null, 'DRAFT', 'IN_APPROVAL', 'SUBMITTED', 'RETURNED'] as const) {
      expect(isAnswered({ ...account, state }, today)).toBe(false)
    }
    expect(isAnswered({ ...account, overdueNoted: true, dueOn: today }, today)).toBe(false)
    expect(isAnswered({ ...account, overdueNoted: true, dueOn: null }, today)).toBe(false)
  })
})
