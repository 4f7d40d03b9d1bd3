import { describe, expect, it } from 'vitest'
import { blockerCodes } from '../../src/rules/blocker-codes.js'
import {
  blockersToCompletion,
  blockersToFieldwork,
  blockersToIssue,
  checkReady,
  type IssueFacts,
} from '../../src/rules/readiness.js'
import { refusalOf } from '../support/refusals.js'

/** An engagement with nothing missing. */
const undated = { code: 'REPORT_NOT_DATED' as const, message: 'Date it.', node: null }
const ready: IssueFacts = {
  kind: 'SOC2_TYPE_2',
  requiresQualityReviewer: true,
  differences: [],
  today: '2026-02-02',
  team: [
    { id: 'm1', name: 'Ada', role: 'ENGAGEMENT_PARTNER', independenceConfirmed: true, inStanding: true },
    { id: 'm2', name: 'Bo', role: 'MANAGER', independenceConfirmed: true, inStanding: true },
    { id: 'm3', name: 'Cy', role: 'QUALITY_REVIEWER', independenceConfirmed: true, inStanding: true },
  ],
  documents: ['ENGAGEMENT_LETTER', 'REPRESENTATION_LETTER', 'SUBSEQUENT_EVENTS_INQUIRY'],
  undated: [],
  unevaluated: [],
  suspicions: [],
  refused: [],
  assertion: { assertionId: 'a1', isOutdated: false, contradictions: [], resolved: false },
  criteria: [
    { code: 'CC6.2', controls: 1, deficient: false, notApplicableBecause: null },
    { code: 'P3.1', controls: 0, deficient: false, notApplicableBecause: 'Nothing is collected from data subjects.' },
  ],
  controls: [
    { id: 'c1', ref: 'AC-01', procedures: 1, design: 'SUITABLE', operation: 'EFFECTIVE', reliesOn: [], reported: [] },
  ],
  procedures: [{ id: 'p1', ref: 'AC-01.1', state: 'REVIEWED', signOffStale: false }],
  unaccountedDeviations: [],
  missingOccurrences: [],
  compensationsLost: [],
  coverageGaps: [],
  frameworks: [],
  populationGaps: [],
  updateMatters: [],
  reviewNotes: [],
  workpapers: [],
  subservice: { organizations: [], isDescribed: true, isStatedNone: true, isMisstated: false },
  workOfOthers: [],
  outdatedExceptions: [],
  outdatedCorrections: [],
  period: { time: { periodStart: '2025-01-01', periodEnd: '2025-12-31', asOf: null }, sampled: [], failures: [] },
  exceptions: [
    {
      id: 'e1',
      ref: 'EX-1',
      state: 'CONCLUDED',
      response: { state: 'ACCEPTED', declined: false, dueOn: '2026-01-15', overdueNoted: false },
    },
  ],
  described: ['DC1', 'DC2', 'DC3', 'DC4', 'DC5', 'DC6', 'DC7', 'DC8', 'DC9'],
  qualityReview: { needed: true, cleared: true, reviewerDidWork: false, reviewerIsPartner: false },
  unweighed: [],
  unconcluded: [],
  furtherOpinions: [],
  opinion: { isStale: false, awaitsAgreement: false },
  judgments: [],
}
const codes = (blockers: { code: string }[]) => blockers.map(({ code }) => code)
const [partner, manager, reviewer] = ready.team as [IssueFacts['team'][0], IssueFacts['team'][0], IssueFacts['team'][0]]
const [first] = ready.exceptions as [IssueFacts['exceptions'][0]]

describe('With nothing missing', () => {
  it('every gate is open', () => {
    expect(blockersToFieldwork(ready)).toEqual([])
    expect(blockersToCompletion(ready)).toEqual([])
    expect(blockersToIssue(ready)).toEqual([])
    expect(() => checkReady('ISSUED', [])).not.toThrow()
  })
})

describe('The gate to fieldwork', () => {
  it.each<[string, Partial<IssueFacts>, { code: string; node: string | null }]>([
    ['a partner', { team: [manager, reviewer] }, { code: 'PARTNER_MISSING', node: null }],
    ['a manager', { team: [partner, reviewer] }, { code: 'MANAGER_MISSING', node: null }],
    ['a quality reviewer', { team: [partner, manager] }, { code: 'QUALITY_REVIEWER_MISSING', node: null }],
    [
      'a confirmation of independence',
      { team: [partner, manager, { ...reviewer, independenceConfirmed: false }] },
      { code: 'INDEPENDENCE_UNCONFIRMED', node: 'm3' },
    ],
    [
      'the engagement letter',
      { documents: ready.documents.slice(1) },
      { code: 'ENGAGEMENT_DOCUMENT_MISSING', node: null },
    ],
    [
      'a control for a criterion',
      { criteria: [{ code: 'CC8.1', controls: 0, deficient: false, notApplicableBecause: null }] },
      { code: 'CRITERION_UNCOVERED', node: null },
    ],
    [
      'a reason why a criterion is not applicable',
      { criteria: [{ code: 'P3.1', controls: 0, deficient: false, notApplicableBecause: ' ' }] },
      { code: 'CRITERION_UNCOVERED', node: null },
    ],
  ])('is closed without %s, and so is the gate to ISSUED', (_, rest, blocker) => {
    expect(blockersToFieldwork({ ...ready, ...rest })).toEqual([expect.objectContaining(blocker)])
    expect(codes(blockersToIssue({ ...ready, ...rest }))).toContain(blocker.code)
  })

  it('lists everything that is missing at once', () => {
    const nothing = {
      ...ready,
      team: [],
      documents: [],
      criteria: [{ code: 'CC1.1', controls: 0, deficient: false, notApplicableBecause: null }],
    }
    expect(codes(blockersToFieldwork(nothing))).toEqual([
      'PARTNER_MISSING',
      'MANAGER_MISSING',
      'QUALITY_REVIEWER_MISSING',
      'ENGAGEMENT_DOCUMENT_MISSING',
      'CRITERION_UNCOVERED',
    ])
  })
})

describe('The gate to completion', () => {
  const procedure = { id: 'p1', ref: 'AC-01.1', state: 'REVIEWED', signOffStale: false } as const
  const lost = { code: 'DEVIATION_UNACCOUNTED', message: 'x', node: 'r1' } as const

  it.each<[string, Partial<IssueFacts>, { code: string; node: string | null }]>([
    [
      'a planned procedure',
      { procedures: [{ ...procedure, state: 'PLANNED' }] },
      { code: 'PROCEDURE_NOT_REVIEWED', node: 'p1' },
    ],
    [
      'a prepared procedure',
      { procedures: [{ ...procedure, state: 'PREPARED' }] },
      { code: 'PROCEDURE_NOT_REVIEWED', node: 'p1' },
    ],
    [
      'a stale sign-off',
      { procedures: [{ ...procedure, signOffStale: true }] },
      { code: 'SIGN_OFF_STALE', node: 'p1' },
    ],
    [
      'a control that nothing tests',
      {
        controls: [
          {
            id: 'c1',
            ref: 'AC-01',
            procedures: 0,
            design: 'SUITABLE',
            operation: 'EFFECTIVE',
            reliesOn: [],
            reported: [],
          },
        ],
      },
      { code: 'CONTROL_WITHOUT_PROCEDURE', node: 'c1' },
    ],
    [
      'a control that does not compensate any more',
      {
        compensationsLost: [
          { decisionId: 'd1', exceptionRef: 'EX-1', controls: [{ ref: 'CM-02', faults: ['it was retired'] }] },
        ],
      },
      {
        code: 'COMPENSATION_LOST',
        node: 'd1',
      },
    ],
    ['a deviation that is not accounted for', { unaccountedDeviations: [lost] }, lost],
    [
      'a missing occurrence of a periodic control',
      { missingOccurrences: [{ controlId: 'c1', controlRef: 'AR-01', label: '2025-Q3', awaits: false }] },
      { code: 'OCCURRENCE_MISSING', node: 'c1' },
    ],
    [
      'days that no population of a control covers',
      { populationGaps: [{ controlId: 'c1', controlRef: 'CM-01', from: '2025-07-01', to: '2025-12-31' }] },
      {
        code: 'POPULATION_GAP',
        node: 'c1',
      },
    ],
    [
      'work of others that is not approved',
      {
        workOfOthers: [
          { id: 'o1', name: 'Internal audit', approvedAt: null },
          { id: 'o2', name: 'Sable', approvedAt: new Date(0) },
        ],
      },
      { code: 'WORK_OF_OTHERS_UNAPPROVED', node: 'o1' },
    ],
    [
      'a failure outside the period',
      { period: { ...ready.period, failures: [{ id: 'e1', ref: 'EX-1', failedFrom: null, failedTo: '2026-01-01' }] } },
      { code: 'FAILURE_OUTSIDE_PERIOD', node: 'e1' },
    ],
  ])('is closed by %s, and so is the gate to ISSUED', (_, rest, blocker) => {
    expect(blockersToCompletion({ ...ready, ...rest })).toEqual([expect.objectContaining(blocker)])
    expect(codes(blockersToIssue({ ...ready, ...rest }))).toEqual([blocker.code])
  })
})

describe('The gate to ISSUED', () => {
  const [control] = ready.controls as [IssueFacts['controls'][0]]
  it('asks for no representations that management refused', () => {
    const documents = ready.documents.filter((kind) => kind !== 'REPRESENTATION_LETTER')
    expect(blockersToIssue({ ...ready, documents, refused: ['REPRESENTATION_LETTER'] })).toEqual([])
  })

  it.each<[string, Partial<IssueFacts>, string]>([
    ['a control without a conclusion on design', { controls: [{ ...control, design: null }] }, 'CONTROL_NOT_CONCLUDED'],
    [
      'a control without a conclusion on operation',
      { controls: [{ ...control, operation: null }] },
      'CONTROL_NOT_CONCLUDED',
    ],
    ['a draft exception', { exceptions: [{ ...first, state: 'DRAFT' }] }, 'EXCEPTION_NOT_CONCLUDED'],
    ['an exception not communicated', { exceptions: [{ ...first, state: 'CONFIRMED' }] }, 'EXCEPTION_NOT_CONCLUDED'],
    [
      'an exception whose materiality is open',
      { exceptions: [{ ...first, state: 'COMMUNICATED' }] },
      'EXCEPTION_NOT_CONCLUDED',
    ],
    [
      'a response that was only submitted',
      { exceptions: [{ ...first, response: { ...first.response, state: 'SUBMITTED' } }] },
      'RESPONSE_OUTSTANDING',
    ],
    [
      'an overdue response that is not noted as such',
      { exceptions: [{ ...first, response: { ...first.response, state: null } }] },
      'RESPONSE_OUTSTANDING',
    ],
    ['a missing assertion', { assertion: { ...ready.assertion, assertionId: null } }, 'ASSERTION_MISSING'],
    ['an assertion that is outdated', { assertion: { ...ready.assertion, isOutdated: true } }, 'ASSERTION_OUTDATED'],
    ['a report without a date', { undated: [undated] }, 'REPORT_NOT_DATED'],
    [
      'an event that is not evaluated',
      { unevaluated: [{ code: 'SUBSEQUENT_EVENT_UNEVALUATED', message: 'Evaluate it.', node: 'v1' }] },
      'SUBSEQUENT_EVENT_UNEVALUATED',
    ],
    ['a refused assertion', { refused: ['ASSERTION'] }, 'ASSERTION_REFUSED'],
    [
      'an assertion that says something else than the opinion',
      {
        assertion: {
          ...ready.assertion,
          contradictions: [{ subjectMatter: 'DESCRIPTION', frameworkId: null, claim: 'HOLDS', opinion: 'QUALIFIED' }],
        },
      },
      'ASSERTION_CONTRADICTS',
    ],
    [
      'missing representations',
      { documents: ready.documents.filter((kind) => kind !== 'REPRESENTATION_LETTER') },
      'ENGAGEMENT_DOCUMENT_MISSING',
    ],
    ['no inquiry about subsequent events', { documents: ready.documents.slice(0, 2) }, 'ENGAGEMENT_DOCUMENT_MISSING'],
    [
      'a quality review that is not cleared',
      { qualityReview: { ...ready.qualityReview, cleared: false } },
      'QUALITY_REVIEW_NOT_CLEARED',
    ],
    [
      'a quality reviewer who did work',
      { qualityReview: { ...ready.qualityReview, reviewerDidWork: true } },
      'QUALITY_REVIEWER_DID_WORK',
    ],
    [
      'a partner who reviews themself',
      { qualityReview: { ...ready.qualityReview, reviewerIsPartner: true } },
      'PARTNER_IS_QUALITY_REVIEWER',
    ],
    ['an opinion that is not decided', { opinion: null }, 'OPINION_UNDECIDED'],
    [
      'an opinion on a state that has changed since',
      { opinion: { isStale: true, awaitsAgreement: false } },
      'OPINION_STALE',
    ],
    [
      'an opinion of the partner’s own to which the quality reviewer has not agreed',
      { opinion: { isStale: false, awaitsAgreement: true } },
      'QUALITY_REVIEWER_AGREEMENT_MISSING',
    ],
    [
      'an exception whose figures have changed since',
      { outdatedExceptions: [{ code: 'FIGURES_CHANGED', message: 'The figures changed.', node: 'e1' }] },
      'FIGURES_CHANGED',
    ],
  ])('is closed by %s, and by that alone', (_, rest, code) => {
    expect(codes(blockersToIssue({ ...ready, ...rest }))).toEqual([code])
  })

  it('does not wait for withdrawn exceptions, nor for responses that were declined or are overdue and noted', () => {
    const none = { state: null, declined: false, dueOn: '2026-01-15', overdueNoted: false } as const
    const exceptions = [
      { ...first, state: 'WITHDRAWN' as const, response: none },
      { ...first, response: { ...none, declined: true } },
      { ...first, response: { ...none, overdueNoted: true } },
    ]
    expect(blockersToIssue({ ...ready, exceptions })).toEqual([])
  })

  it('of a Type 1 asks for no conclusion on operation', () => {
    const typeOne = { ...ready, kind: 'SOC2_TYPE_1' as const, controls: [{ ...control, operation: null }] }
    expect(blockersToIssue({ ...typeOne, described: ready.described.slice(0, 8) })).toEqual([])
  })

  it('never opens for a readiness engagement, of which it asks for the fieldwork alone', () => {
    const rehearsal = {
      ...ready,
      kind: 'READINESS' as const,
      documents: ['ENGAGEMENT_LETTER' as const],
      opinion: null,
      qualityReview: { ...ready.qualityReview, cleared: false },
    }
    expect(codes(blockersToIssue(rehearsal))).toEqual(['NO_REPORT'])
    expect(codes(blockersToIssue({ ...rehearsal, controls: [{ ...control, operation: null }] }))).toEqual([
      'CONTROL_NOT_CONCLUDED',
      'NO_REPORT',
    ])
  })

  it.each([
    ['an unsuitable design', { design: 'UNSUITABLE', operation: 'NOT_EFFECTIVE' }, 'DESIGN_DEFICIENCY'],
    ['a control that could not be tested', { operation: 'UNABLE_TO_TEST' }, 'SCOPE_LIMITATION'],
    ['a control that was not effective', { operation: 'NOT_EFFECTIVE' }, 'OPERATING_DEVIATION'],
  ] as const)('is closed while no exception reports %s', (_, conclusion, kind) => {
    const concluded = { ...control, ...conclusion }
    expect(blockersToIssue({ ...ready, controls: [concluded] })).toEqual([
      expect.objectContaining({ code: 'CONCLUSION_UNREPORTED', node: 'c1' }),
    ])
    expect(blockersToIssue({ ...ready, controls: [{ ...concluded, reported: [kind] }] })).toEqual([])
  })

  it('names the description criteria under which management wrote nothing', () => {
    const [blocker, ...more] = blockersToIssue({
      ...ready,
      described: ['DC1', 'DC3', 'DC4', 'DC5', 'DC6', 'DC7', 'DC8'],
    })
    expect(more).toEqual([])
    expect(blocker).toMatchObject({ code: 'DESCRIPTION_INCOMPLETE', message: expect.stringContaining('DC2, DC9') })
  })
})

describe('A closed gate', () => {
  it('is refused as NOT_READY, with everything that is missing', () => {
    const blockers = blockersToIssue({ ...ready, opinion: null, documents: ready.documents.slice(1) })
    const refusal = refusalOf(() => checkReady('ISSUED', blockers))
    expect(refusal).toMatchObject({ code: 'NOT_READY', detail: { blockers } })
    expect(refusal.message).toContain('2 things are missing')
  })

  it('uses only codes that are explained', () => {
    const nothing: IssueFacts = {
      ...ready,
      team: [],
      documents: [],
      procedures: [],
      controls: [{ id: 'c1', ref: 'AC-01', procedures: 0, design: null, operation: null, reliesOn: [], reported: [] }],
      exceptions: [{ ...first, state: 'COMMUNICATED', response: { ...first.response, state: null } }],
      qualityReview: { needed: true, cleared: false, reviewerDidWork: true, reviewerIsPartner: true },
      opinion: null,
      undated: [undated],
      assertion: { ...ready.assertion, assertionId: null },
      judgments: [{ statement: 'AC-01 is EFFECTIVE.', subjectId: 'c1', awaited: ['QUALITY_REVIEWER'] }],
    }
    const used = codes(blockersToIssue(nothing))
    expect(used).toHaveLength(17)
    for (const code of used) expect(Object.keys(blockerCodes)).toContain(code)
  })
})
