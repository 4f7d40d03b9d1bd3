import { describe, expect, it } from 'vitest'
import {
  basisOnCriterion,
  type ControlServing,
  type CriterionToConclude,
  criteriaBlockers,
  proposeCriterion,
} from '../../src/rules/criteria.js'
import {
  type CriterionConcluded,
  checkCriterionConclusion,
  isWithoutDoubt,
} from '../../src/rules/criterion-decision.js'
import { type AggregateForOpinion, weighedMatters } from '../../src/rules/opinion.js'
import type { ExceptionForOpinion } from '../../src/rules/opinion-places.js'
import type { CriterionOutcome, TeamRole } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const material = { material: true, pervasive: false }
const notMaterial = { material: false, pervasive: false }

const control = (ref: string, rest: Partial<ControlServing> = {}): ControlServing => ({
  id: `id of ${ref}`,
  ref,
  design: 'SUITABLE',
  operation: 'EFFECTIVE',
  ...rest,
})
const exception = (ref: string, rest: Partial<ExceptionForOpinion> = {}): ExceptionForOpinion => ({
  id: `id of ${ref}`,
  ref,
  kind: 'OPERATING_DEVIATION',
  state: 'CONCLUDED',
  criteriaCodes: ['CC6.2'],
  judgment: material,
  ...rest,
})

/** CC6.2 of a Type 2, served by one good control, unless told otherwise. */
function facts(
  rest: Partial<CriterionToConclude> & { aggregates?: readonly AggregateForOpinion[] } = {},
): CriterionToConclude {
  const { kind = 'SOC2_TYPE_2', exceptions = [], aggregates = [], ...others } = rest
  const matters = weighedMatters({ kind, aggregates }, exceptions)
  return { code: 'CC6.2', kind, controls: [control('AC-01')], gaps: [], ...others, exceptions, matters }
}

const suitable = control('AC-02')
const unsuitable = control('AC-01', { design: 'UNSUITABLE', operation: 'NOT_EFFECTIVE' })
const failing = control('AC-01', { operation: 'NOT_EFFECTIVE' })
const untested = control('AC-01', { operation: 'UNABLE_TO_TEST' })
const idle = control('AC-01', { operation: 'NOT_OPERATED' })
const deficiency = exception('EX-1', { kind: 'DESIGN_DEFICIENCY' })
const limitation = exception('EX-1', { kind: 'SCOPE_LIMITATION' })
const days = { from: '2025-01-01', to: '2025-09-30' }

describe('what is proposed on a criterion', () => {
  type Case = [string, CriterionToConclude, CriterionOutcome, CriterionOutcome | null, RegExp]
  const cases: Case[] = [
    ['a control that is suitable and effective', facts(), 'ACHIEVED', 'ACHIEVED', /EFFECTIVE: AC-01/],
    ['one that had no occasion', facts({ controls: [idle] }), 'ACHIEVED', 'ACHIEVED', /no occasion to operate: AC-01/],
    [
      'a material deviation',
      facts({ exceptions: [exception('EX-1')] }),
      'ACHIEVED',
      'NOT_ACHIEVED',
      /EX-1 is a misstatement decided to be material/,
    ],
    [
      'one that is not material',
      facts({ exceptions: [exception('EX-1', { judgment: notMaterial })] }),
      'ACHIEVED',
      'ACHIEVED',
      /not material/,
    ],
    [
      'a material deficiency of design, carried to operation',
      facts({ exceptions: [deficiency], controls: [suitable] }),
      'NOT_ACHIEVED',
      'NOT_ACHIEVED',
      /Carried from design/,
    ],
    [
      'a material limitation',
      facts({ exceptions: [limitation] }),
      'ACHIEVED',
      'UNABLE_TO_CONCLUDE',
      /scope limitation/,
    ],
    [
      'a limitation and a failure beside it',
      facts({ exceptions: [limitation, exception('EX-2')] }),
      'ACHIEVED',
      'NOT_ACHIEVED',
      /EX-2/,
    ],
    [
      'every control failed',
      facts({ controls: [failing, control('AC-02', { operation: 'NOT_EFFECTIVE' })] }),
      'ACHIEVED',
      'NOT_ACHIEVED',
      /Every control that serves it failed: AC-01, AC-02/,
    ],
    ['one of two failed', facts({ controls: [failing, suitable] }), 'ACHIEVED', 'ACHIEVED', /EFFECTIVE: AC-02/],
    [
      'one failed and the other had no occasion',
      facts({ controls: [failing, { ...idle, ref: 'AC-02' }] }),
      'ACHIEVED',
      'NOT_ACHIEVED',
      /Every control that serves it failed: AC-01\./,
    ],
    [
      'every control is unsuitable',
      facts({ controls: [unsuitable] }),
      'NOT_ACHIEVED',
      'NOT_ACHIEVED',
      /Every control that serves it is UNSUITABLE: AC-01/,
    ],
    [
      'a control could not be tested',
      facts({ controls: [untested] }),
      'ACHIEVED',
      'UNABLE_TO_CONCLUDE',
      /UNABLE_TO_TEST, and no other/,
    ],
    ['another that was is effective', facts({ controls: [untested, suitable] }), 'ACHIEVED', 'ACHIEVED', /AC-02/],
    [
      'none serves it',
      facts({ controls: [], gaps: [{ ...days, isPartial: false, answeredBy: 'DEFICIENCY' }] }),
      'NOT_ACHIEVED',
      'NOT_ACHIEVED',
      /No control serves it/,
    ],
    [
      'days that nothing answers',
      facts({ gaps: [{ ...days, isPartial: true, answeredBy: null }] }),
      'NOT_ACHIEVED',
      'NOT_ACHIEVED',
      /from 2025-01-01 to 2025-09-30, and nothing answers/,
    ],
    [
      'days that the partner decided on',
      facts({ gaps: [{ ...days, isPartial: true, answeredBy: 'DECISION' }] }),
      'ACHIEVED',
      'ACHIEVED',
      /the partner decided to be no deficiency/,
    ],
    [
      'a Type 1 with a limitation',
      facts({ kind: 'SOC2_TYPE_1', exceptions: [limitation], controls: [control('AC-01', { operation: null })] }),
      'UNABLE_TO_CONCLUDE',
      null,
      /scope limitation/,
    ],
  ]
  it.each(cases)('%s', (_, given, design, operation, because) => {
    const proposed = proposeCriterion(given)
    expect([proposed.design, proposed.operation]).toEqual([design, operation])
    expect(proposed.reasons.map((reason) => reason.because).join('\n')).toMatch(because)
  })

  it('two exceptions that are material only together, on the criterion and over a subject matter', () => {
    const two = ['EX-1', 'EX-2'].map((ref) => exception(ref, { judgment: notMaterial }))
    const together = { exceptionIds: two.map(({ id }) => id), judgment: material }
    for (const scope of [
      { criteriaCodes: ['CC6.2'], subjectMatter: null },
      { criteriaCodes: [], subjectMatter: 'OPERATING_EFFECTIVENESS' as const },
    ]) {
      const given = facts({ exceptions: two, aggregates: [{ ...scope, ...together }] })
      expect(proposeCriterion(given)).toMatchObject({ design: 'ACHIEVED', operation: 'NOT_ACHIEVED' })
    }
    expect(proposeCriterion(facts({ exceptions: two })).operation).toBe('ACHIEVED')
  })

  it('names the objects that a reason rests on', () => {
    const { reasons } = proposeCriterion(facts({ controls: [failing], exceptions: [exception('EX-1')] }))
    expect(reasons.filter(({ leadsTo }) => leadsTo === 'NOT_ACHIEVED')).toMatchObject([
      { subjectMatter: 'OPERATING_EFFECTIVENESS', exceptionIds: ['id of EX-1'], controlIds: [] },
      { subjectMatter: 'OPERATING_EFFECTIVENESS', exceptionIds: [], controlIds: ['id of AC-01'] },
    ])
  })

  it('is without doubt where it is achieved, nothing is open and no exception names it', () => {
    expect(isWithoutDoubt(facts())).toBe(true)
    for (const doubtful of [
      facts({ exceptions: [exception('EX-1', { judgment: notMaterial })] }),
      facts({ controls: [failing] }),
      facts({ controls: [control('AC-01', { operation: null })] }),
    ]) {
      expect(isWithoutDoubt(doubtful)).toBe(false)
    }
  })
})

describe('what may be concluded on a criterion', () => {
  const conclude = (
    given: Partial<CriterionConcluded>,
    on: CriterionToConclude = facts(),
    role: TeamRole = 'ENGAGEMENT_PARTNER',
  ) =>
    checkCriterionConclusion(
      { design: 'ACHIEVED', operation: 'ACHIEVED', otherGround: null, paperCount: 0, ...given },
      on,
      role,
    )
  const argued = { paperCount: 1 }

  it('what is proposed, by a manager, without papers', () => {
    conclude({}, facts(), 'MANAGER')
    conclude({ operation: 'NOT_ACHIEVED' }, facts({ controls: [failing] }), 'MANAGER')
    conclude({ operation: null }, facts({ kind: 'SOC2_TYPE_1' }), 'MANAGER')
  })

  it('another outcome, by the engagement partner alone and with papers', () => {
    const modified = { operation: 'NOT_ACHIEVED' as const }
    expect(refusalOf(() => conclude({ ...modified, ...argued }, facts(), 'MANAGER'))).toMatchObject({
      code: 'SEPARATION_OF_DUTIES',
    })
    expect(refusalOf(() => conclude(modified))).toMatchObject({ code: 'INVALID_INPUT', at: ['restsOnIds'] })
    conclude({ ...modified, ...argued })
    conclude(argued, facts({ exceptions: [exception('EX-1')] }))
    conclude(argued, facts({ controls: [untested], exceptions: [limitation] }))
  })

  const refused: [string, Partial<CriterionConcluded>, CriterionToConclude, string][] = [
    ['achieved in operation where every control failed', argued, facts({ controls: [failing] }), 'operation'],
    ['achieved in design where every control is unsuitable', argued, facts({ controls: [unsuitable] }), 'design'],
    [
      'achieved in operation on other ground where every control is unsuitable',
      { ...argued, design: 'NOT_ACHIEVED', otherGround: 'Other controls worked.' },
      facts({ controls: [unsuitable] }),
      'operation',
    ],
    [
      'achieved where a control could not be tested, without limitation or another that was',
      argued,
      facts({ controls: [untested] }),
      'operation',
    ],
    ['operation in a Type 1', {}, facts({ kind: 'SOC2_TYPE_1' }), 'operation'],
    ['no operation in a Type 2', { operation: null }, facts(), 'operation'],
    [
      'operation less modified than design without another ground',
      { ...argued, design: 'NOT_ACHIEVED' },
      facts(),
      'otherGround',
    ],
    [
      'the same on a ground of no words',
      { ...argued, design: 'UNABLE_TO_CONCLUDE', otherGround: ' ' },
      facts(),
      'otherGround',
    ],
    ['another ground where none is needed', { otherGround: 'The design was suitable.' }, facts(), 'otherGround'],
  ]
  it.each(refused)('refuses %s', (_, given, on, path) => {
    expect(refusalOf(() => conclude(given, on))).toMatchObject({ code: 'INVALID_INPUT', at: [path] })
  })

  it('on another ground for operation, as grave as design or graver without one', () => {
    const on = facts({ exceptions: [deficiency] })
    const otherGround = 'The design was suitable in the whole period but for the day of the test of design.'
    conclude({ ...argued, design: 'NOT_ACHIEVED', otherGround }, on)
    conclude({ design: 'NOT_ACHIEVED', operation: 'NOT_ACHIEVED' }, on)
  })

  it('nothing while an exception is undecided or a control is not concluded', () => {
    const open = facts({
      controls: [control('AC-01', { operation: null }), suitable],
      exceptions: [exception('EX-1', { judgment: null })],
    })
    expect(refusalOf(() => conclude({}, open))).toMatchObject({
      code: 'NOT_READY',
      detail: {
        blockers: [
          { code: 'EXCEPTION_UNDECIDED', node: 'id of EX-1' },
          { code: 'CONTROL_NOT_CONCLUDED', node: 'id of AC-01' },
        ],
      },
    })
  })
})

it('each criterion without a conclusion, or with one that is stale, stands before the report', () => {
  const standing = [
    { code: 'CC1.1', conclusion: { id: 'c1', isStale: false } },
    { code: 'CC1.2', conclusion: { id: 'c2', isStale: true } },
    { code: 'CC1.3', conclusion: null },
  ]
  expect(criteriaBlockers(standing)).toMatchObject([
    { code: 'CRITERION_CONCLUSION_STALE', message: expect.stringContaining('CC1.2'), node: 'c2' },
    { code: 'CRITERION_NOT_CONCLUDED', message: expect.stringContaining('CC1.3'), node: null },
  ])
})

it('the basis on a criterion names the commitments that are related to it', () => {
  const about = { code: 'CC6.2', title: 'Registration', outcome: 'NOT_ACHIEVED', rationale: null } as const
  const said = (commitments: Parameters<typeof basisOnCriterion>[0]['commitments']) =>
    basisOnCriterion({ ...about, ...(commitments && { commitments }) })
  expect(said(undefined)).toContain('system requirements were achieved based on the criterion CC6.2 (Registration).')
  const commitments = [
    { ref: 'SC-01', kind: 'SERVICE_COMMITMENT', criteriaCodes: ['CC6.2'] },
    { ref: 'SC-02', kind: 'SERVICE_COMMITMENT', criteriaCodes: ['CC8.1'] },
  ] as const
  expect(said(commitments)).toContain('the service commitment SC-01, presented in Section III, was achieved')
})
