import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Basis, draftBases, type MatterForBasis } from '../../src/rules/basis.js'
import { type CriterionForOpinion, type OpinionFacts, proposeOpinion } from '../../src/rules/opinion.js'
import { checkBases, decidedOpinion, type OpinionDecision } from '../../src/rules/opinion-decision.js'
import { categoriesHit, type ExceptionForOpinion, gravest, opinionFor } from '../../src/rules/opinion-places.js'
import {
  categories,
  exceptionKinds,
  exceptionStates,
  type OpinionType,
  type SubjectMatter,
  words,
} from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const material = { material: true, pervasive: false }
const pervasive = { material: true, pervasive: true }
const notMaterial = { material: false, pervasive: false }

const exception = (rest: Partial<ExceptionForOpinion> = {}): ExceptionForOpinion => ({
  id: 'e1',
  ref: 'EX-1',
  kind: 'OPERATING_DEVIATION',
  state: 'CONCLUDED',
  criteriaCodes: ['CC6.2'],
  judgment: material,
  ...rest,
})
const facts = (rest: Partial<OpinionFacts> = {}): OpinionFacts => ({
  kind: 'SOC2_TYPE_2',
  categories: ['SECURITY'],
  exceptions: [],
  ...rest,
})
const propose = (...exceptions: ExceptionForOpinion[]) => proposeOpinion(facts({ exceptions }))
const typesBySubject = (...exceptions: ExceptionForOpinion[]) =>
  Object.fromEntries(propose(...exceptions).conclusions.map(({ subjectMatter, type }) => [subjectMatter, type]))

describe('The matrix', () => {
  it.each([
    ['MISSTATEMENT', notMaterial, 'UNQUALIFIED'],
    ['MISSTATEMENT', material, 'QUALIFIED'],
    ['MISSTATEMENT', pervasive, 'ADVERSE'],
    ['SCOPE_LIMITATION', notMaterial, 'UNQUALIFIED'],
    ['SCOPE_LIMITATION', material, 'QUALIFIED'],
    ['SCOPE_LIMITATION', pervasive, 'DISCLAIMER'],
  ] as const)('a %s with %o leads to %s', (nature, judgment, type) => {
    expect(opinionFor({ nature, ...judgment })).toBe(type)
  })
})

describe('Representations that management refused', () => {
  const refused = facts({ exceptions: [exception({ judgment: pervasive })], isLetterRefused: true })

  it('lead to a disclaimer on everything, whatever was found beside; the basis says so first', () => {
    const { conclusions, overall } = proposeOpinion(refused)
    expect([overall, ...conclusions.map(({ type }) => type)]).toEqual(Array(4).fill('DISCLAIMER'))
    expect(conclusions.map(({ reasons }) => reasons.map(({ kind }) => kind))).toEqual([
      ['LETTER_REFUSED'],
      ['LETTER_REFUSED'],
      ['LETTER_REFUSED', 'EXCEPTION'],
    ])
    const bases = draftBases({ conclusions, matters: new Map() })
    expect(bases.map(({ subjectMatter }) => subjectMatter)).toEqual([
      'DESCRIPTION',
      'SUITABILITY_OF_DESIGN',
      'OPERATING_EFFECTIVENESS',
    ])
    for (const { text } of bases) expect(text).toMatch(/^Management did not give us the written representations/)
  })

  it('let nothing else be decided', () => {
    const decide = (type: OpinionType) =>
      decidedOpinion(proposeOpinion(refused), {
        conclusions: [{ subjectMatter: 'DESCRIPTION', category: 'SECURITY', type }],
        rationale: 'All was seen.',
        paperCount: 1,
      })
    expect(decide('DISCLAIMER')).toMatchObject({ overall: 'DISCLAIMER', differs: false })
    for (const type of ['UNQUALIFIED', 'QUALIFIED', 'ADVERSE'] as const) {
      expect(
        refusalOf(() => decide(type)),
        type,
      ).toMatchObject({ code: 'INVALID_INPUT', at: ['conclusions', 0] })
    }
  })
})

describe('The proposal', () => {
  it('is unqualified without exceptions, and with exceptions that are not material', () => {
    expect(propose()).toMatchObject({ overall: 'UNQUALIFIED', complete: true })
    const minor = propose(exception({ judgment: notMaterial }))
    expect(minor).toMatchObject({ overall: 'UNQUALIFIED', complete: true })
    expect(
      minor.conclusions.find(({ subjectMatter }) => subjectMatter === 'OPERATING_EFFECTIVENESS')?.reasons,
    ).toHaveLength(1)
  })

  it('modifies the subject matter concerned and no other', () => {
    const unmodified = {
      DESCRIPTION: 'UNQUALIFIED',
      SUITABILITY_OF_DESIGN: 'UNQUALIFIED',
      OPERATING_EFFECTIVENESS: 'UNQUALIFIED',
    }
    expect(typesBySubject(exception())).toEqual({ ...unmodified, OPERATING_EFFECTIVENESS: 'QUALIFIED' })
    expect(typesBySubject(exception({ kind: 'DESIGN_DEFICIENCY' }))).toEqual({
      ...unmodified,
      SUITABILITY_OF_DESIGN: 'QUALIFIED',
      // Carried from design.
      OPERATING_EFFECTIVENESS: 'QUALIFIED',
    })
    expect(typesBySubject(exception({ kind: 'DESCRIPTION_MISSTATEMENT', criteriaCodes: ['DC4'] }))).toEqual({
      ...unmodified,
      DESCRIPTION: 'QUALIFIED',
    })
    expect(typesBySubject(exception({ kind: 'SCOPE_LIMITATION' }))).toEqual({
      ...unmodified,
      OPERATING_EFFECTIVENESS: 'QUALIFIED',
    })
    expect(typesBySubject(exception({ kind: 'SCOPE_LIMITATION', criteriaCodes: ['DC7'] }))).toEqual({
      ...unmodified,
      DESCRIPTION: 'QUALIFIED',
    })
  })

  it('of a Type 1 has no conclusion on operation; a scope limitation bears on the design', () => {
    const typeOne = proposeOpinion(
      facts({ kind: 'SOC2_TYPE_1', exceptions: [exception({ kind: 'SCOPE_LIMITATION', judgment: pervasive })] }),
    )
    expect(typeOne.conclusions.map(({ subjectMatter, type }) => [subjectMatter, type])).toEqual([
      ['DESCRIPTION', 'UNQUALIFIED'],
      ['SUITABILITY_OF_DESIGN', 'DISCLAIMER'],
    ])
  })

  it('gives the chain of reasons', () => {
    const [, , operation] = propose(exception({ judgment: pervasive })).conclusions
    expect(operation?.reasons).toEqual([
      {
        kind: 'EXCEPTION',
        exceptionIds: ['e1'],
        refs: ['EX-1'],
        criteriaCodes: ['CC6.2'],
        nature: 'MISSTATEMENT',
        ...pervasive,
        leadsTo: 'ADVERSE',
        because: 'EX-1 is a misstatement decided to be material and pervasive: ADVERSE.',
      },
    ])
  })

  it('lets a failed common criterion hit every category in scope, and another only its own', () => {
    const scope = facts({ categories: ['SECURITY', 'AVAILABILITY', 'PRIVACY'] })
    const hit = (criteriaCodes: string[]) =>
      proposeOpinion({ ...scope, exceptions: [exception({ criteriaCodes })] })
        .conclusions.filter(({ type }) => type === 'QUALIFIED')
        .map(({ category }) => category)
    expect(hit(['CC6.2'])).toEqual(['SECURITY', 'AVAILABILITY', 'PRIVACY'])
    expect(hit(['A1.2'])).toEqual(['AVAILABILITY'])
    expect(hit(['A1.2', 'P3.1'])).toEqual(['AVAILABILITY', 'PRIVACY'])
    expect(hit(['A1.2', 'CC7.5'])).toEqual(['SECURITY', 'AVAILABILITY', 'PRIVACY'])
  })

  it('tells the criteria of the categories apart', () => {
    const all = words(categories)
    expect(categoriesHit(['PI1.4'], all)).toEqual(['PROCESSING_INTEGRITY'])
    expect(categoriesHit(['P6.1'], all)).toEqual(['PRIVACY'])
    expect(categoriesHit(['C1.1'], all)).toEqual(['CONFIDENTIALITY'])
    expect(categoriesHit(['DC3'], all)).toEqual(all)
    expect(categoriesHit(['FIRM-7'], all)).toEqual(all)
    expect(categoriesHit(['A1.1'], ['SECURITY'])).toEqual(['SECURITY'])
  })

  it('lists undecided exceptions where they bear, ignores withdrawn ones, and is not complete', () => {
    const undecided = propose(exception({ state: 'COMMUNICATED', judgment: null }))
    expect(undecided.complete).toBe(false)
    expect(undecided.conclusions.map((each) => each.undecided)).toEqual([[], [], ['EX-1']])
    expect(propose(exception({ state: 'WITHDRAWN', judgment: null }))).toMatchObject({
      complete: true,
      overall: 'UNQUALIFIED',
    })
  })

  it('keeps all reasons where misstatement and scope limitation meet, the graver deciding', () => {
    const limitation = exception({ id: 'e2', ref: 'EX-2', kind: 'SCOPE_LIMITATION' })
    const operation = (...exceptions: ExceptionForOpinion[]) => propose(...exceptions).conclusions[2]
    const both = operation(exception(), limitation)
    expect(both).toMatchObject({ type: 'QUALIFIED', reasons: [{ refs: ['EX-1'] }, { refs: ['EX-2'] }] })
    expect(operation(exception(), { ...limitation, judgment: pervasive })?.type).toBe('DISCLAIMER')
    expect(operation(exception({ judgment: pervasive }), limitation)?.type).toBe('ADVERSE')
    const gravestOfAll = operation(exception({ judgment: pervasive }), { ...limitation, judgment: pervasive })
    expect(gravestOfAll).toMatchObject({
      type: 'ADVERSE',
      reasons: [{ leadsTo: 'ADVERSE' }, { leadsTo: 'DISCLAIMER' }],
    })
  })

  it('follows an aggregate decision: not material alone, material together', () => {
    const minor = [exception({ judgment: notMaterial }), exception({ id: 'e2', ref: 'EX-2', judgment: notMaterial })]
    const of = { subjectMatter: null, criteriaCodes: ['CC6.2'], exceptionIds: ['e1', 'e2'] }
    const aggregates = [{ ...of, judgment: material }]
    const together = proposeOpinion(facts({ exceptions: minor, aggregates }))
    expect(together.overall).toBe('QUALIFIED')
    expect(together.conclusions[2]?.reasons.at(-1)?.because).toBe(
      'EX-1 and EX-2, weighed together on CC6.2, are a misstatement decided to be material but not pervasive: QUALIFIED.',
    )
  })

  it('is complete only when exceptions that meet are weighed together, on the criterion and over the subject matter', () => {
    const two = [exception({ judgment: notMaterial }), exception({ id: 'e2', ref: 'EX-2', judgment: notMaterial })]
    const exceptionIds = ['e1', 'e2']
    const onCriterion = { subjectMatter: null, criteriaCodes: ['CC6.2'], exceptionIds, judgment: notMaterial }
    const overall = {
      subjectMatter: 'OPERATING_EFFECTIVENESS',
      criteriaCodes: [],
      exceptionIds,
      judgment: notMaterial,
    } as const
    const open = (...aggregates: NonNullable<OpinionFacts['aggregates']>) => {
      const { complete, conclusions } = proposeOpinion(facts({ exceptions: two, aggregates }))
      return [complete, ...conclusions.map(({ unweighed }) => unweighed.length)]
    }
    expect(open()).toEqual([false, 0, 0, 2])
    expect(open(onCriterion)).toEqual([false, 0, 0, 1])
    expect(open(overall)).toEqual([false, 0, 0, 1])
    expect(open(onCriterion, overall)).toEqual([true, 0, 0, 0])
    // A third exception, and neither decision is about what is there.
    two.push(exception({ id: 'e3', ref: 'EX-3', judgment: notMaterial }))
    expect(open(onCriterion, overall)).toEqual([false, 0, 0, 2])
  })

  it('is pervasive where all of a subject matter together are', () => {
    const two = [exception(), exception({ id: 'e2', ref: 'EX-2', criteriaCodes: ['CC7.1'] })]
    const overall = { subjectMatter: 'OPERATING_EFFECTIVENESS', criteriaCodes: [], exceptionIds: ['e1', 'e2'] } as const
    const proposal = proposeOpinion(facts({ exceptions: two, aggregates: [{ ...overall, judgment: pervasive }] }))
    expect(proposal).toMatchObject({ overall: 'ADVERSE', complete: true })
    expect(proposal.conclusions[2]?.reasons.map(({ kind, leadsTo }) => [kind, leadsTo])).toEqual([
      ['EXCEPTION', 'QUALIFIED'],
      ['EXCEPTION', 'QUALIFIED'],
      ['AGGREGATE', 'ADVERSE'],
    ])
  })

  const design = exception({ kind: 'DESIGN_DEFICIENCY', criteriaCodes: ['CC6.2', 'A1.2'] })
  const criterion = (rest: Partial<CriterionForOpinion> = {}): CriterionForOpinion => ({
    code: 'CC6.2',
    design: 'NOT_ACHIEVED',
    operation: 'NOT_ACHIEVED',
    hasOtherGround: false,
    ...rest,
  })

  it('carries what modifies the design to operation, with the chain of reasons, as grave as it is', () => {
    for (const [judgment, type] of [
      [material, 'QUALIFIED'],
      [pervasive, 'ADVERSE'],
    ] as const) {
      const [, onDesign, onOperation] = propose({ ...design, judgment }).conclusions
      expect([onDesign?.type, onOperation?.type]).toEqual([type, type])
      expect(onOperation?.reasons).toMatchObject([
        {
          kind: 'CARRIED_FROM_DESIGN',
          refs: ['EX-1'],
          because: expect.stringMatching(/^Carried from design: EX-1 is /),
        },
      ])
    }
    expect(propose({ ...design, judgment: notMaterial }).overall).toBe('UNQUALIFIED')
    const typeOne = proposeOpinion(facts({ kind: 'SOC2_TYPE_1', exceptions: [design] }))
    expect(typeOne.conclusions.map(({ type }) => type)).toEqual(['UNQUALIFIED', 'QUALIFIED'])
  })

  it('does not carry where another ground is acknowledged for the criterion, and still does for others', () => {
    const grounded = criterion({ operation: 'ACHIEVED', hasOtherGround: true })
    const operation = (...criteria: CriterionForOpinion[]) => {
      const scope = { categories: ['SECURITY', 'AVAILABILITY'], exceptions: [design], criteria } as const
      return proposeOpinion(facts(scope))
        .conclusions.slice(-2)
        .map(({ type }) => type)
    }
    expect(operation()).toEqual(['QUALIFIED', 'QUALIFIED'])
    expect(operation({ ...grounded, hasOtherGround: false })).toEqual(['QUALIFIED', 'QUALIFIED'])
    expect(operation(grounded)).toEqual(['UNQUALIFIED', 'QUALIFIED'])
    expect(operation(grounded, { ...grounded, code: 'A1.2' })).toEqual(['UNQUALIFIED', 'UNQUALIFIED'])
  })

  it('is modified by a criterion that was not achieved, though no exception leads there; what is told is not told twice', () => {
    const alone = proposeOpinion(facts({ criteria: [criterion()] }))
    expect(alone.conclusions.map(({ type }) => type)).toEqual(['UNQUALIFIED', 'QUALIFIED', 'QUALIFIED'])
    expect(alone.conclusions.map(({ reasons }) => reasons.map(({ kind }) => kind))).toEqual([
      [],
      ['CRITERION_CONCLUSION'],
      ['CARRIED_FROM_DESIGN'],
    ])
    const inOperation = criterion({ design: 'ACHIEVED', operation: 'UNABLE_TO_CONCLUDE' })
    expect(proposeOpinion(facts({ criteria: [inOperation] })).conclusions[2]?.reasons).toMatchObject([
      { kind: 'CRITERION_CONCLUSION', nature: 'SCOPE_LIMITATION', exceptionIds: [] },
    ])
    const told = proposeOpinion(
      facts({ exceptions: [exception()], criteria: [{ ...criterion(), design: 'ACHIEVED' }] }),
    )
    expect(told.conclusions[2]?.reasons.map(({ kind }) => kind)).toEqual(['EXCEPTION'])
  })

  it('is not made for a readiness engagement', () => {
    expect(refusalOf(() => proposeOpinion(facts({ kind: 'READINESS' }))).code).toBe('INVALID_INPUT')
  })

  const anyException = fc.record({
    kind: fc.constantFrom(...words(exceptionKinds)),
    state: fc.constantFrom(...words(exceptionStates)),
    criteriaCodes: fc.uniqueArray(fc.constantFrom('CC6.2', 'CC8.1', 'A1.2', 'C1.1', 'PI1.3', 'P3.1', 'DC4'), {
      minLength: 1,
    }),
    judgment: fc.constantFrom(notMaterial, material, pervasive, null),
  })
  const anyScope = fc.subarray(words(categories).slice(1)).map((others) => ['SECURITY' as const, ...others])

  it('is never better than the worst of its decisions, and never worse than any decision allows', () => {
    fc.assert(
      fc.property(fc.array(anyException, { maxLength: 8 }), anyScope, (list, scope) => {
        const exceptions = list.map((rest, i) => exception({ ...rest, id: `e${i}`, ref: `EX-${i}` }))
        const counted = exceptions.flatMap(({ kind, state, judgment }) => {
          if (state === 'WITHDRAWN' || state === 'CORRECTED' || judgment === null) return []
          return [
            opinionFor({ nature: kind === 'SCOPE_LIMITATION' ? 'SCOPE_LIMITATION' : 'MISSTATEMENT', ...judgment }),
          ]
        })
        const proposal = proposeOpinion(facts({ exceptions, categories: scope }))
        expect(proposal.overall).toBe(gravest(counted))
        for (const { type, reasons } of proposal.conclusions) {
          expect(type).toBe(gravest(reasons.map(({ leadsTo }) => leadsTo)))
        }
      }),
    )
  })

  it('never becomes milder when an exception is added', () => {
    fc.assert(
      fc.property(fc.array(anyException, { minLength: 1, maxLength: 6 }), anyScope, (list, scope) => {
        const exceptions = list.map((rest, i) => exception({ ...rest, id: `e${i}`, ref: `EX-${i}` }))
        const before = proposeOpinion(facts({ exceptions: exceptions.slice(1), categories: scope }))
        const after = proposeOpinion(facts({ exceptions, categories: scope }))
        for (const [i, { type }] of after.conclusions.entries()) {
          expect(gravest([type, before.conclusions[i]?.type ?? 'UNQUALIFIED'])).toBe(type)
        }
      }),
    )
  })
})

describe('The decision', () => {
  const asProposed: OpinionDecision = { conclusions: [], rationale: null, paperCount: 0 }
  const operationAs = (type: OpinionType) =>
    [{ subjectMatter: 'OPERATING_EFFECTIVENESS', category: 'SECURITY', type }] as const

  it('as proposed needs no rationale and no person’s agreement', () => {
    expect(decidedOpinion(propose(exception()), asProposed)).toMatchObject({ overall: 'QUALIFIED', differs: false })
  })

  it('otherwise than proposed needs a rationale, and papers', () => {
    const proposal = propose(exception())
    const decision = { ...asProposed, conclusions: operationAs('ADVERSE') }
    expect(refusalOf(() => decidedOpinion(proposal, decision)).at).toEqual(['rationale'])
    const argued = { ...decision, rationale: 'It concerns what users rely on most.' }
    expect(refusalOf(() => decidedOpinion(proposal, argued)).at).toEqual(['restsOnIds'])
    const decided = decidedOpinion(proposal, { ...argued, paperCount: 1 })
    expect(decided).toMatchObject({ overall: 'ADVERSE', differs: true })
    expect(decided.conclusions[2]).toMatchObject({ type: 'ADVERSE', proposed: 'QUALIFIED' })
  })

  it('cannot be unqualified over an undecided exception, whatever the rationale', () => {
    const proposal = propose(exception({ state: 'COMMUNICATED', judgment: null }))
    const insisting = {
      conclusions: operationAs('UNQUALIFIED'),
      rationale: 'Certainly minor.',
      paperCount: 1,
    }
    for (const decision of [asProposed, insisting]) {
      expect(refusalOf(() => decidedOpinion(proposal, decision))).toMatchObject({
        code: 'NOT_READY',
        detail: { blockers: [{ code: 'EXCEPTION_UNDECIDED', message: expect.stringContaining('EX-1') }] },
      })
    }
  })

  it('cannot be unqualified over exceptions that are not weighed together, nor on operation over a modified design', () => {
    const insisting = { conclusions: operationAs('UNQUALIFIED'), rationale: 'Certainly minor.', paperCount: 1 }
    const two = propose(
      exception({ judgment: notMaterial }),
      exception({ id: 'e2', ref: 'EX-2', judgment: notMaterial }),
    )
    for (const decision of [asProposed, insisting]) {
      expect(refusalOf(() => decidedOpinion(two, decision))).toMatchObject({
        code: 'NOT_READY',
        detail: { blockers: [{ code: 'AGGREGATE_UNDECIDED' }, { code: 'AGGREGATE_UNDECIDED' }] },
      })
    }
    const design = propose(exception({ kind: 'DESIGN_DEFICIENCY' }))
    expect(refusalOf(() => decidedOpinion(design, insisting))).toMatchObject({
      code: 'NOT_READY',
      detail: { blockers: [{ code: 'OTHER_GROUND_MISSING', message: expect.stringContaining('CC6.2') }] },
    })
    expect(decidedOpinion(design, asProposed)).toMatchObject({ overall: 'QUALIFIED', differs: false })
  })

  it('cannot be about what the engagement does not conclude on, nor be given twice', () => {
    const typeOne = proposeOpinion(facts({ kind: 'SOC2_TYPE_1' }))
    const onOperation = { ...asProposed, conclusions: operationAs('QUALIFIED') }
    expect(refusalOf(() => decidedOpinion(typeOne, onOperation))).toMatchObject({
      code: 'INVALID_INPUT',
      at: ['conclusions', 0],
    })
    const twice = { ...asProposed, conclusions: [...operationAs('QUALIFIED'), ...operationAs('ADVERSE')] }
    expect(refusalOf(() => decidedOpinion(propose(exception()), twice)).at).toEqual(['conclusions', 1])
  })
})

describe('The basis of a modified subject matter', () => {
  const matter = (changes: Partial<MatterForBasis>): MatterForBasis => ({
    ref: 'EX-1',
    kind: 'OPERATING_DEVIATION',
    subjectMatter: 'OPERATING_EFFECTIVENESS',
    controlRef: 'AC-01',
    criteriaCodes: ['CC6.2'],
    expectedOperation: 'Access is removed within one day',
    condition: 'Access was removed between 2 and 14 days later.',
    testedCount: 25,
    deviationCount: 5,
    missing: null,
    ...changes,
  })
  const limited = { kind: 'SCOPE_LIMITATION', expectedOperation: '', testedCount: null, deviationCount: null } as const
  const matters = new Map([
    ['e1', matter({})],
    ['e2', matter({ ref: 'EX-2', ...limited, condition: 'No complete list of changes could be given.' })],
    ['e3', matter({ ref: 'EX-3', condition: 'One log was kept late.' })],
    [
      'e4',
      matter({
        ref: 'EX-4',
        kind: 'DESIGN_DEFICIENCY',
        subjectMatter: 'SUITABILITY_OF_DESIGN',
        testedCount: null,
        deviationCount: null,
        condition: 'Nobody is told who left.',
      }),
    ],
    [
      'e5',
      matter({
        ref: 'EX-5',
        kind: 'DESCRIPTION_MISSTATEMENT',
        subjectMatter: 'DESCRIPTION',
        controlRef: null,
        criteriaCodes: ['DC7'],
        expectedOperation: 'The types of controls expected of the hosting company',
        condition: 'The description names none.',
        testedCount: null,
        deviationCount: null,
      }),
    ],
  ])
  const bases = (...exceptions: ExceptionForOpinion[]) =>
    draftBases({ conclusions: propose(...exceptions).conclusions, matters })

  it('is not there for an unqualified opinion', () => {
    expect(bases(exception({ judgment: notMaterial }))).toEqual([])
  })

  it('tells what the description says, what was found, and its effect on criterion and commitments', () => {
    expect(bases(exception())).toEqual([
      {
        subjectMatter: 'OPERATING_EFFECTIVENESS',
        text: 'The description states of control AC-01: Access is removed within one day. Of 25 items tested, 5 deviated. Access was removed between 2 and 14 days later. As a result, controls did not operate effectively to provide reasonable assurance that the service commitments and system requirements were achieved based on criterion CC6.2. (EX-1 in Section IV.)',
      },
    ])
  })

  it('names the commitments that are related to the criteria concerned, and no others', () => {
    const commitments = [
      { ref: 'SC-01', kind: 'SERVICE_COMMITMENT', criteriaCodes: ['CC6.2', 'CC8.1'] },
      { ref: 'SC-02', kind: 'SERVICE_COMMITMENT', criteriaCodes: ['CC8.1'] },
      { ref: 'SR-01', kind: 'SYSTEM_REQUIREMENT', criteriaCodes: [] },
      { ref: 'SR-02', kind: 'SYSTEM_REQUIREMENT', criteriaCodes: [] },
    ] as const
    const [basis] = draftBases({ conclusions: propose(exception()).conclusions, matters, commitments })
    expect(basis?.text).toContain(
      'that the service commitment SC-01 and the system requirements SR-01 and SR-02, presented in Section III, were achieved based on criterion CC6.2.',
    )
  })

  it('names with each exception its own criteria, though it was weighed together with others', () => {
    const change = exception({ id: 'e3', ref: 'EX-3', criteriaCodes: ['CC8.1'] })
    const { conclusions } = propose(exception(), change)
    const judgment = { material: true, pervasive: false } as const
    const weighed = proposeOpinion({
      ...facts({}),
      exceptions: [exception(), change],
      aggregates: [
        { criteriaCodes: [], subjectMatter: 'OPERATING_EFFECTIVENESS', exceptionIds: ['e1', 'e3'], judgment },
      ],
    })
    expect(conclusions).not.toEqual(weighed.conclusions)
    const own = new Map([...matters, ['e3', matter({ ref: 'EX-3', criteriaCodes: ['CC8.1'] })]])
    const [basis] = draftBases({ conclusions: weighed.conclusions, matters: own })
    expect(basis?.text.split('\n\n').map((text) => text.match(/based on .*/)?.[0])).toEqual([
      'based on criterion CC6.2. (EX-1 in Section IV.)',
      'based on criterion CC8.1. (EX-3 in Section IV.)',
    ])
  })

  it('tells exceptions that are material only together in one paragraph, and one that is by itself apart and once', () => {
    const own = new Map([...matters, ['e3', matter({ ref: 'EX-3', condition: 'One log was kept late.' })]])
    const basis = (...judgments: ExceptionForOpinion['judgment'][]) => {
      const [first = null, second = null, third = null] = judgments
      const exceptions = [
        exception({ judgment: first }),
        exception({ id: 'e3', ref: 'EX-3', judgment: second }),
        exception({ id: 'e6', ref: 'EX-6', judgment: third }),
      ]
      const ids = ['e1', 'e3', 'e6']
      const { conclusions } = proposeOpinion({
        ...facts({ exceptions }),
        aggregates: [{ criteriaCodes: ['CC6.2'], subjectMatter: null, exceptionIds: ids, judgment: material }],
      })
      const told = new Map([...own, ['e6', matter({ ref: 'EX-6', condition: 'One key was lost.' })]])
      return draftBases({ conclusions, matters: told })[0]?.text ?? ''
    }
    const together = basis(notMaterial, notMaterial, notMaterial)
    expect(together.split('\n\n')).toHaveLength(1)
    expect(together).toMatch(
      /5 deviated\. Access was .* \(EX-1 in .*One log was .* \(EX-3 in .*One key was .* \(EX-6 in Section IV\.\) Taken together, as a result of these matters, controls did not operate effectively to provide reasonable assurance that .* were achieved based on criterion CC6\.2\.$/,
    )
    expect(together).not.toContain('As a result,')
    const [alone, rest, ...more] = basis(material, notMaterial, notMaterial).split('\n\n')
    expect(more).toEqual([])
    expect(alone).toMatch(/As a result, controls did not operate .* \(EX-1 in Section IV\.\)$/)
    expect(rest).toMatch(/EX-3.*EX-6.*Taken together/)
    expect(rest).not.toContain('EX-1')
  })

  it('of a scope limitation says what could not be determined', () => {
    const [basis] = bases(exception({ id: 'e2', kind: 'SCOPE_LIMITATION', judgment: pervasive }))
    expect(basis?.text).toMatch(
      /^No complete list of changes could be given\. We were not able to obtain sufficient appropriate evidence on this, and so could not determine whether controls operated effectively .* based on criterion CC6\.2\. \(EX-2/,
    )
  })

  it('of a misstatement says what the description lacks, and of no control', () => {
    const [basis] = bases(
      exception({
        id: 'e5',
        ref: 'EX-5',
        kind: 'DESCRIPTION_MISSTATEMENT',
        criteriaCodes: ['DC7'],
        judgment: material,
      }),
    )
    expect(basis).toEqual({
      subjectMatter: 'DESCRIPTION',
      text: 'The description criteria ask for this: The types of controls expected of the hosting company. The description names none. In this respect the description does not present the system in accordance with the description criteria (DC7). (EX-5 in Section IV.)',
    })
  })

  it('of a design deficiency stands with the design, and with operation for what is carried there', () => {
    const found = bases(exception({ id: 'e4', ref: 'EX-4', kind: 'DESIGN_DEFICIENCY', judgment: material }))
    expect(found.map(({ subjectMatter }) => subjectMatter)).toEqual([
      'SUITABILITY_OF_DESIGN',
      'OPERATING_EFFECTIVENESS',
    ])
    expect(found[0]?.text).toContain('Nobody is told who left. As a result, controls were not suitably designed')
    expect(found[1]?.text).toContain(
      'A control that is not suitably designed cannot, by operating, provide reasonable assurance that the service commitments and system requirements were achieved based on criterion CC6.2.',
    )
    expect(found[1]?.text).not.toContain('did not operate')
  })

  it('names every matter that modifies, the lighter beside the graver, and none that does not', () => {
    const limitation = exception({ id: 'e2', ref: 'EX-2', kind: 'SCOPE_LIMITATION' })
    const minor = exception({ id: 'e3', ref: 'EX-3', judgment: notMaterial })
    const [basis] = bases(exception({ judgment: pervasive }), limitation, minor)
    expect(basis?.text.split('\n\n')).toHaveLength(2)
    expect(basis?.text).toMatch(/EX-1[\s\S]*EX-2|EX-2[\s\S]*EX-1/)
    expect(basis?.text).not.toContain('EX-3')
  })
})

describe('The bases an opinion is kept with', () => {
  const modified = (...subjects: SubjectMatter[]) =>
    (['DESCRIPTION', 'OPERATING_EFFECTIVENESS'] as const).map((subjectMatter) => ({
      subjectMatter,
      category: 'SECURITY' as const,
      type: subjects.includes(subjectMatter) ? ('QUALIFIED' as const) : ('UNQUALIFIED' as const),
    }))
  const operation = (text: string) => ({ subjectMatter: 'OPERATING_EFFECTIVENESS' as const, text })
  const description = (text: string) => ({ subjectMatter: 'DESCRIPTION' as const, text })

  it('are what was written, else what was drafted, each by itself; none for what is not modified', () => {
    const drafted = [operation('As drafted.'), description('Drafted too.')]
    const both = modified('DESCRIPTION', 'OPERATING_EFFECTIVENESS')
    expect(checkBases(both, [operation(' As written. ')], drafted)).toEqual([
      description('Drafted too.'),
      operation('As written.'),
    ])
    expect(checkBases(modified(), [], drafted)).toEqual([])
  })

  it('are neither missing from a modification, nor given for none, nor given twice', () => {
    const cases: [SubjectMatter[], Basis[], Basis[], (string | number)[]][] = [
      [[], [operation('A basis.')], [], ['bases', 0]],
      [['OPERATING_EFFECTIVENESS'], [operation('A basis.'), description('A basis.')], [], ['bases', 1]],
      [['OPERATING_EFFECTIVENESS'], [operation('One.'), operation('Another.')], [], ['bases', 1]],
      [['OPERATING_EFFECTIVENESS'], [], [description('Elsewhere.')], ['bases']],
      [['OPERATING_EFFECTIVENESS'], [operation(' ')], [], ['bases']],
    ]
    for (const [subjects, written, drafted, at] of cases) {
      expect(refusalOf(() => checkBases(modified(...subjects), written, drafted))).toMatchObject({
        code: 'INVALID_INPUT',
        at,
      })
    }
  })
})
