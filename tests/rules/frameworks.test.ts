import { describe, expect, it, test } from 'vitest'
import { checkClaims, contradictionsOf } from '../../src/rules/assertions.js'
import {
  basisOnFramework,
  checkConcluded,
  checkCoveredByOpinion,
  frameworkOpinion,
  frameworkOpinionBlockers,
  proposedOn,
} from '../../src/rules/framework-opinion.js'
import {
  type ControlMapped,
  checkNotBoth,
  checkOfSet,
  checkPrintsMapping,
  checkSetCriteria,
  type FurtherCriterionFacts,
  frameworkBlockers,
  namedCodes,
  outcomeOf,
} from '../../src/rules/frameworks.js'
import { refusalOf } from '../../src/rules/refusal.js'

const engagement = { kind: 'SOC2_TYPE_2', periodStart: '2025-01-01', periodEnd: '2025-12-31', asOf: null } as const
const typeOne = { kind: 'SOC2_TYPE_1', periodStart: null, periodEnd: null, asOf: '2025-12-31' } as const

const control = (ref: string, changes: Partial<ControlMapped> = {}): ControlMapped => ({
  id: ref,
  ref,
  design: 'SUITABLE',
  operation: 'EFFECTIVE',
  operatedFrom: null,
  operatedTo: null,
  isRetired: false,
  material: [],
  ...changes,
})
const criterion = (controls: ControlMapped[], changes: Partial<FurtherCriterionFacts> = {}): FurtherCriterionFacts => ({
  code: 'LK-1',
  title: 'Invented',
  controls,
  uncovered: null,
  ...changes,
})
const outcome = (controls: ControlMapped[], changes: Partial<FurtherCriterionFacts> = {}) =>
  outcomeOf(criterion(controls, changes), engagement)

describe('an additional criterion', () => {
  const other = control('B-1')
  test.each<[string, ControlMapped[], [string, string], string[]]>([
    ['is met where all its controls are suitable and effective', [control('A-1'), other], ['MET', 'MET'], []],
    [
      'is met where one had no occasion to operate',
      [control('A-1', { operation: 'NOT_OPERATED' })],
      ['MET', 'MET'],
      [],
    ],
    ['is not met without a control', [], ['NOT_MET', 'NOT_MET'], ['No control serves it.']],
    [
      'is not met where one is unsuitable, whatever others are',
      [control('A-1', { design: 'UNSUITABLE', operation: 'NOT_EFFECTIVE' }), other],
      ['NOT_MET', 'NOT_MET'],
      ['Not suitably designed: A-1.'],
    ],
    [
      'is met in design, not in operation, where one did not operate effectively',
      [control('A-1', { operation: 'NOT_EFFECTIVE' }), other],
      ['MET', 'NOT_MET'],
      ['Did not operate effectively: A-1.'],
    ],
    [
      'is not concluded on in operation where one could not be tested',
      [control('A-1', { operation: 'UNABLE_TO_TEST' }), other],
      ['MET', 'UNABLE_TO_CONCLUDE'],
      ['Could not be tested: A-1.'],
    ],
    [
      'stays open while one is not concluded, whatever others are',
      [control('A-1', { design: null, operation: null }), control('B-1', { operation: 'NOT_EFFECTIVE' })],
      ['NOT_CONCLUDED', 'NOT_CONCLUDED'],
      [
        'The design of A-1 is not concluded on.',
        'The operation of A-1 is not concluded on.',
        'Did not operate effectively: B-1.',
      ],
    ],
    [
      'is not met on days on which no control operated',
      [control('A-1', { operatedFrom: '2025-10-01' })],
      ['NOT_MET', 'NOT_MET'],
      ['No control in operation served it from 2025-01-01 to 2025-09-30.'],
    ],
    [
      'is met where one control follows another',
      [control('A-1', { operatedTo: '2025-06-30' }), control('A-2', { operatedFrom: '2025-07-01' })],
      ['MET', 'MET'],
      [],
    ],
    [
      'is served by no control that was retired, whose findings stay',
      [control('A-1', { isRetired: true, operation: 'NOT_EFFECTIVE' })],
      ['NOT_MET', 'NOT_MET'],
      ['No control in operation served it.', 'Did not operate effectively: A-1.'],
    ],
    [
      'is not met in operation over a material deviation on an effective control',
      [control('A-1', { material: [{ ref: 'EX-2', nature: 'MISSTATEMENT', isOfDesign: false }] })],
      ['MET', 'NOT_MET'],
      ['EX-2 is reported on A-1.'],
    ],
    [
      'is not met in design over a material deficiency',
      [control('A-1', { material: [{ ref: 'EX-2', nature: 'MISSTATEMENT', isOfDesign: true }] })],
      ['NOT_MET', 'NOT_MET'],
      ['EX-2 is reported on A-1.'],
    ],
    [
      'is not concluded on over a material scope limitation',
      [control('A-1', { material: [{ ref: 'EX-2', nature: 'SCOPE_LIMITATION', isOfDesign: false }] })],
      ['MET', 'UNABLE_TO_CONCLUDE'],
      ['EX-2 is reported on A-1.'],
    ],
  ])('%s', (_, controls, [design, operation], because) => {
    const found = outcome(controls)
    expect([found.design, found.operation]).toEqual([design, operation])
    expect([...found.onDesign, ...found.onOperation]).toEqual(because)
  })

  it('does not apply where that was recorded, unless a control that counts is mapped to it', () => {
    const uncovered = { ground: 'NOT_APPLICABLE', reason: 'There is none.' } as const
    expect(outcome([], { uncovered })).toMatchObject({ design: 'NOT_APPLICABLE', operation: 'NOT_APPLICABLE' })
    const failed = control('A-1', { isRetired: true, operation: 'NOT_EFFECTIVE' })
    expect(outcome([failed], { uncovered })).toMatchObject({ design: 'NOT_MET', operation: 'NOT_MET' })
    expect(outcome([], { uncovered: { ...uncovered, ground: 'NO_CONTROL' } })).toMatchObject({ design: 'NOT_MET' })
  })

  it('has no outcome in operation in a Type 1', () => {
    const uncovered = { ground: 'NOT_APPLICABLE', reason: 'There is none.' } as const
    const one = control('A-1', { operation: null })
    expect(outcomeOf(criterion([one]), typeOne)).toMatchObject({ design: 'MET', operation: null, onOperation: [] })
    expect(outcomeOf(criterion([], { uncovered }), typeOne)).toMatchObject({
      design: 'NOT_APPLICABLE',
      operation: null,
    })
  })
})

describe('the opinion based on additional criteria', () => {
  const met = outcome([control('A-1')])
  const notMet = outcome([])
  const failing = outcome([control('A-1', { operation: 'NOT_EFFECTIVE' })])
  const untested = outcome([control('A-1', { operation: 'UNABLE_TO_TEST' })])
  const none = outcome([], { uncovered: { ground: 'NOT_APPLICABLE', reason: 'There is none.' } })
  const open = outcome([control('A-1', { operation: null })])
  const reasoned = {
    rationale: 'Confined to one thing.',
    paperCount: 1,
    isDesignPervasive: false,
    isOperationPervasive: false,
  }
  const decide = (outcomes: (typeof met)[], changes: object = {}, isLetterRefused = false) =>
    frameworkOpinion({ outcomes, isLetterRefused }, { ...reasoned, ...changes })

  test.each([
    ['all met', [met, none], {}, ['UNQUALIFIED', 'UNQUALIFIED']],
    ['one not met', [met, notMet], {}, ['QUALIFIED', 'QUALIFIED']],
    ['one failing in operation', [met, failing], {}, ['UNQUALIFIED', 'QUALIFIED']],
    ['one failing, pervasive', [met, failing], { isOperationPervasive: true }, ['UNQUALIFIED', 'ADVERSE']],
    ['one untested', [met, untested], {}, ['UNQUALIFIED', 'QUALIFIED']],
    ['one untested, pervasive', [met, untested], { isOperationPervasive: true }, ['UNQUALIFIED', 'DISCLAIMER']],
    [
      'one failing and one untested, pervasive',
      [failing, untested],
      { isOperationPervasive: true },
      ['UNQUALIFIED', 'ADVERSE'],
    ],
    ['design pervasive', [notMet], { isDesignPervasive: true }, ['ADVERSE', 'ADVERSE']],
  ] as const)('over %s', (_, outcomes, changes, [design, operation]) => {
    expect(decide([...outcomes], changes)).toEqual({ design, operation })
  })

  it('is a disclaimer where management refused its representations, and none is more', () => {
    expect(decide([met], {}, true)).toEqual({ design: 'DISCLAIMER', operation: 'DISCLAIMER' })
    const typeOneOutcome = outcomeOf(criterion([control('A-1')]), typeOne)
    expect(decide([typeOneOutcome], {}, true)).toEqual({ design: 'DISCLAIMER', operation: null })
  })

  test.each([
    ['what is pervasive where all is met', [met], { isDesignPervasive: true }, ['isDesignPervasive']],
    ['the same of operation', [met], { isOperationPervasive: true }, ['isOperationPervasive']],
    ['a modification without a rationale', [notMet], { rationale: ' ' }, ['rationale']],
    ['one without papers', [notMet], { paperCount: 0 }, ['restsOnIds']],
  ] as const)('is refused with %s', (_, outcomes, changes, at) => {
    expect(refusalOf(() => decide([...outcomes], changes))).toMatchObject({ code: 'INVALID_INPUT', at })
  })

  it('waits for the conclusions on controls, and is none where no criterion applies', () => {
    const refused = refusalOf(() => checkConcluded([met, open, none]))
    expect(refused).toMatchObject({ code: 'NOT_READY' })
    expect(refused?.detail.blockers).toEqual([
      { code: 'CONTROL_NOT_CONCLUDED', message: 'LK-1: The operation of A-1 is not concluded on.', node: null },
    ])
    expect(refusalOf(() => checkConcluded([none]))).toMatchObject({ code: 'NOT_READY' })
    expect(proposedOn({ outcomes: [open], isLetterRefused: false })).toBeNull()
    expect(proposedOn({ outcomes: [met, failing], isLetterRefused: false })).toEqual({
      design: 'UNQUALIFIED',
      operation: 'QUALIFIED',
    })
    expect(proposedOn({ outcomes: [met], isLetterRefused: true })).toMatchObject({ design: 'DISCLAIMER' })
  })

  it('is based on each criterion that is not met, in the words of what was found', () => {
    const facts = [criterion([control('A-1', { operation: 'UNABLE_TO_TEST' })])]
    expect(basisOnFramework(facts, [untested], 'design')).toEqual([])
    expect(basisOnFramework(facts, [untested], 'operation')).toEqual([
      'The criterion LK-1 (Invented) is one on which we were not able to obtain sufficient appropriate evidence. Could not be tested: A-1.',
    ])
    const bare = [criterion([], { uncovered: { ground: 'NO_CONTROL', reason: 'Planned for next year' } })]
    expect(basisOnFramework(bare, [notMet], 'design')).toEqual([
      'The criterion LK-1 (Invented) was not met. No control serves it. Planned for next year.',
    ])
  })

  it('is asked for before the report, and again when it is stale', () => {
    const framework = { id: 'f1', name: 'Rules, 2024', isDecided: false, isStale: false }
    const codes = (changes: object) =>
      frameworkOpinionBlockers([{ ...framework, ...changes }]).map(({ code, node }) => [code, node])
    expect(codes({})).toEqual([['FURTHER_OPINION_UNDECIDED', 'f1']])
    expect(codes({ isDecided: true })).toEqual([])
    expect(codes({ isDecided: true, isStale: true })).toEqual([['FURTHER_OPINION_STALE', 'f1']])
  })

  it('is decided on what it covers alone', () => {
    expect(() => checkCoveredByOpinion({ use: 'ADDITIONAL_SUBJECT_MATTER' })).not.toThrow()
    expect(refusalOf(() => checkCoveredByOpinion({ use: 'MAPPING_ONLY' }))).toMatchObject({ code: 'INVALID_INPUT' })
  })
})

describe('what is said of a set', () => {
  it('has each code once', () => {
    expect(() => checkSetCriteria([{ code: 'A' }, { code: 'a' }, { code: 'B' }])).not.toThrow()
    const refused = refusalOf(() => checkSetCriteria([{ code: 'A' }, { code: 'B' }, { code: 'A' }, { code: 'A' }]))
    expect([refused, ...(refused?.also ?? [])].map((one) => [one?.at.join('.'), one?.message])).toEqual([
      ['criteria.2.code', 'Criterion 1 of the list has this code.'],
      ['criteria.3.code', 'Criterion 1 of the list has this code.'],
    ])
  })

  it('is of the set, once, and has not both a control and a reason', () => {
    expect(() => checkOfSet(['A', 'B'], new Set(['A', 'B', 'C']))).not.toThrow()
    const refused = refusalOf(() => checkOfSet(['A', 'X', 'A'], new Set(['A'])))
    expect([refused, ...(refused?.also ?? [])].map((one) => one?.at.join('.'))).toEqual([
      'criteriaCodes.1',
      'criteriaCodes.2',
    ])
    expect(() => checkNotBoth(['A'], new Set(['B']), 'No.')).not.toThrow()
    expect(refusalOf(() => checkNotBoth(['A', 'B'], new Set(['B']), 'No.'))).toMatchObject({ at: ['criteriaCodes', 1] })
  })

  it('is printed as other information only where the opinion does not cover it', () => {
    expect(() => checkPrintsMapping({ use: 'MAPPING_ONLY', printsMapping: true })).not.toThrow()
    expect(() => checkPrintsMapping({ use: 'ADDITIONAL_SUBJECT_MATTER', printsMapping: false })).not.toThrow()
    const both = { use: 'ADDITIONAL_SUBJECT_MATTER', printsMapping: true } as const
    expect(refusalOf(() => checkPrintsMapping(both))).toMatchObject({ at: ['printsMapping'] })
  })

  it('is missing before completion where a criterion has neither control nor reason, ten of them named', () => {
    const framework = { id: 'f1', name: 'Rules, 2024', open: [], applicableCount: 3 }
    expect(frameworkBlockers([framework])).toEqual([])
    expect(frameworkBlockers([{ ...framework, open: ['A', 'B'] }])).toEqual([
      {
        code: 'FURTHER_CRITERION_UNCOVERED',
        message: 'Map a control to A, B of Rules, 2024, or record why there is none.',
        node: 'f1',
      },
    ])
    expect(frameworkBlockers([{ ...framework, applicableCount: 0 }])).toMatchObject([{ node: 'f1' }])
    expect(namedCodes(Array.from({ length: 12 }, (_, at) => `C${at}`))).toBe(
      'C0, C1, C2, C3, C4, C5, C6, C7, C8, C9 and 2 more',
    )
  })
})

describe('an assertion on additional criteria', () => {
  const framework = { frameworkId: 'f1', name: 'Rules, 2024' }
  const claim = (subjectMatter: string, frameworkId: string | null = null) =>
    ({ subjectMatter, frameworkId, claim: 'HOLDS', matters: null }) as Parameters<typeof checkClaims>[0][number]
  const standard = ['DESCRIPTION', 'SUITABILITY_OF_DESIGN', 'OPERATING_EFFECTIVENESS'].map((one) => claim(one))
  const further = ['SUITABILITY_OF_DESIGN', 'OPERATING_EFFECTIVENESS'].map((one) => claim(one, 'f1'))

  it('claims design and operation of each framework, once, and its description of none', () => {
    expect(() => checkClaims([...standard, ...further], 'SOC2_TYPE_2', [framework])).not.toThrow()
    expect(refusalOf(() => checkClaims(standard, 'SOC2_TYPE_2', [framework]))).toMatchObject({
      at: ['claims'],
      message:
        'The assertion claims nothing of SUITABILITY_OF_DESIGN based on Rules, 2024, OPERATING_EFFECTIVENESS based on Rules, 2024.',
    })
    const described = [...standard, ...further, claim('DESCRIPTION', 'f1')]
    expect(refusalOf(() => checkClaims(described, 'SOC2_TYPE_2', [framework]))).toMatchObject({ at: ['claims', 5] })
    const twice = [...standard, ...further, ...further.slice(1)]
    expect(refusalOf(() => checkClaims(twice, 'SOC2_TYPE_2', [framework]))).toMatchObject({ at: ['claims', 5] })
    expect(refusalOf(() => checkClaims([...standard, ...further], 'SOC2_TYPE_2'))).toMatchObject({ at: ['claims', 3] })
  })

  it('is compared with the opinion based on the same criteria, and with no other', () => {
    const conclusions = [
      { subjectMatter: 'SUITABILITY_OF_DESIGN', opinion: 'UNQUALIFIED' },
      { subjectMatter: 'SUITABILITY_OF_DESIGN', frameworkId: 'f1', opinion: 'ADVERSE' },
    ] as const
    expect(contradictionsOf([...standard, ...further], conclusions)).toEqual([
      { subjectMatter: 'SUITABILITY_OF_DESIGN', frameworkId: 'f1', claim: 'HOLDS', opinion: 'ADVERSE' },
    ])
  })
})
