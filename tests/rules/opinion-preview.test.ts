import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ExceptionWeighed, weighedFacts } from '../../src/rules/aggregates.js'
import { agreeingClaims, contradictionsOf } from '../../src/rules/assertions.js'
import { asWeighed, type CriterionDecided, proposeCriterion } from '../../src/rules/criteria.js'
import { isLive } from '../../src/rules/exceptions.js'
import { type OpinionProposal, proposeOpinion, weighedMatters } from '../../src/rules/opinion.js'
import {
  type AggregateStanding,
  aggregatesStanding,
  type DecisionsTaken,
  opinionFactsOf,
} from '../../src/rules/opinion-facts.js'
import {
  conclusionsDiffering,
  criteriaDiffering,
  type DecisionChanges,
  decisionsWith,
  misstatementsInLetter,
} from '../../src/rules/opinion-preview.js'
import { exceptionKinds, exceptionStates, words } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const minor = { material: false, pervasive: false }
const material = { material: true, pervasive: false }
const pervasive = { material: true, pervasive: true }
const operation = 'OPERATING_EFFECTIVENESS' as const

const exception = (number: number, rest: Partial<ExceptionWeighed> = {}): ExceptionWeighed => ({
  id: `e${number}`,
  ref: `EX-${number}`,
  kind: 'OPERATING_DEVIATION',
  state: 'CONCLUDED',
  criteriaCodes: ['CC6.1'],
  judgment: minor,
  compensatedBy: [],
  testedCount: 25,
  deviationCount: 1,
  ...rest,
})
const together = (weighed: readonly ExceptionWeighed[], rest: Partial<AggregateStanding>): AggregateStanding => ({
  criteriaCodes: [],
  subjectMatter: null,
  exceptionIds: weighed.map(({ id }) => id),
  weighedFacts: weighedFacts(weighed),
  isApproved: true,
  judgment: minor,
  ...rest,
})

/** Decisions in which each criterion named is concluded as proposed, but for those in `open`. */
function decisions(
  exceptions: readonly ExceptionWeighed[],
  aggregates: readonly AggregateStanding[] = [],
  { codes = ['CC6.1', 'CC6.2'], open = [] as string[], ...rest } = {},
): DecisionsTaken {
  const kind = 'SOC2_TYPE_2' as const
  const live = exceptions.filter(isLive)
  const matters = weighedMatters({ kind, aggregates: aggregatesStanding(aggregates, exceptions, kind) }, live)
  const controls = [{ id: 'c1', ref: 'AC-01', design: 'SUITABLE', operation: 'EFFECTIVE' }] as const
  const criteria = codes.map((code): CriterionDecided => {
    const facts = asWeighed({ code, kind, controls, gaps: [] }, live, matters)
    const { design, operation } = proposeCriterion(facts)
    const outcomes = open.includes(code) ? null : { design, operation, otherGround: null, rationale: null }
    return { facts, title: `Title of ${code}`, outcomes }
  })
  return { kind, categories: ['SECURITY'], exceptions, aggregates, criteria, isLetterRefused: false, ...rest }
}
const changes = (given: Partial<DecisionChanges>): DecisionChanges => ({
  exceptions: [],
  aggregates: [],
  criteria: [],
  ...given,
})
const proposed = (taken: DecisionsTaken): OpinionProposal => proposeOpinion(opinionFactsOf(taken))
const after = (taken: DecisionsTaken, given: Partial<DecisionChanges>) => decisionsWith(taken, changes(given))
const refused = (taken: DecisionsTaken, given: Partial<DecisionChanges>) => {
  const { code, at } = refusalOf(() => after(taken, given))
  return [code, at]
}

describe('Decisions with one changed', () => {
  it('lead to what they would lead to, and are themselves as they were', () => {
    const taken = decisions([exception(1)])
    const kept = structuredClone(taken)
    const changed = after(taken, { exceptions: [{ exceptionId: 'e1', ...material }] })
    expect([proposed(taken).overall, proposed(changed).overall]).toEqual(['UNQUALIFIED', 'QUALIFIED'])
    expect(conclusionsDiffering(proposed(taken), proposed(changed))).toEqual([
      { subjectMatter: operation, category: 'SECURITY', opinionNow: 'UNQUALIFIED', opinion: 'QUALIFIED' },
    ])
    expect(taken).toEqual(kept)
  })

  it('count a criterion that rested on other facts as what would be proposed, and leave those that did not', () => {
    const taken = decisions([exception(1)], [], { open: ['CC6.2'] })
    const changed = after(taken, { exceptions: [{ exceptionId: 'e1', ...material }] })
    expect(changed.criteria.map(({ outcomes }) => outcomes?.operation)).toEqual(['NOT_ACHIEVED', undefined])
    expect(criteriaDiffering(taken.criteria, changed.criteria)).toEqual([
      {
        code: 'CC6.1',
        isConcluded: true,
        designNow: 'ACHIEVED',
        operationNow: 'ACHIEVED',
        design: 'ACHIEVED',
        operation: 'NOT_ACHIEVED',
      },
    ])
    expect(proposed(changed).complete).toBe(false)
  })

  it('show what would be proposed of a criterion on which nothing is concluded', () => {
    const taken = decisions([exception(1, { judgment: null })], [], { open: ['CC6.1', 'CC6.2'] })
    const changed = after(taken, { exceptions: [{ exceptionId: 'e1', ...material }] })
    expect(criteriaDiffering(taken.criteria, changed.criteria)).toMatchObject([
      { code: 'CC6.1', isConcluded: false, operationNow: 'ACHIEVED', operation: 'NOT_ACHIEVED' },
    ])
    expect(changed.criteria[0]?.outcomes).toBeNull()
  })

  it('keep a conclusion that somebody argued where its facts are the same', () => {
    const taken = decisions([exception(1)])
    const [first, second] = taken.criteria as [CriterionDecided, CriterionDecided]
    const argued = { design: 'ACHIEVED', operation: 'NOT_ACHIEVED', otherGround: null, rationale: 'Argued.' } as const
    const own = { ...taken, criteria: [first, { ...second, outcomes: argued }] }
    const changed = after(own, { exceptions: [{ exceptionId: 'e1', ...material }] })
    expect(changed.criteria[1]?.outcomes).toEqual(argued)
  })

  it('take a criterion to be concluded otherwise', () => {
    const taken = decisions([exception(1)])
    const outcome = { design: 'ACHIEVED', operation: 'NOT_ACHIEVED', otherGround: null } as const
    const changed = after(taken, { criteria: [{ criterionCode: 'CC6.2', ...outcome }] })
    expect(proposed(changed)).toMatchObject({ overall: 'QUALIFIED', complete: true })
    const grounded = { design: 'NOT_ACHIEVED', operation: 'ACHIEVED', otherGround: 'Another process.' } as const
    const other = after(taken, { criteria: [{ criterionCode: 'CC6.2', ...grounded }] })
    expect(conclusionsDiffering(proposed(taken), proposed(other)).map(({ subjectMatter }) => subjectMatter)).toEqual([
      'SUITABILITY_OF_DESIGN',
    ])
  })

  it('leave a letter that was refused a disclaimer', () => {
    const taken = { ...decisions([exception(1)]), isLetterRefused: true }
    const changed = after(taken, { exceptions: [{ exceptionId: 'e1', ...pervasive }] })
    expect(proposed(changed).conclusions.every(({ type }) => type === 'DISCLAIMER')).toBe(true)
    expect(conclusionsDiffering(proposed(taken), proposed(changed))).toEqual([])
  })
})

describe('Exceptions weighed together', () => {
  const two = [exception(1), exception(2)]
  const standing = [together(two, { criteriaCodes: ['CC6.1'] }), together(two, { subjectMatter: operation })]
  const taken = decisions(two, standing)

  it('count as unweighed where one of them is weighed otherwise, until they are among the changes', () => {
    expect(proposed(taken)).toMatchObject({ overall: 'UNQUALIFIED', complete: true })
    const exceptions = [{ exceptionId: 'e2', ...material }]
    const stale = proposed(after(taken, { exceptions }))
    expect(stale.complete).toBe(false)
    expect(stale.conclusions[2]?.unweighed).toHaveLength(2)
    const aggregates = [
      { criteriaCodes: ['CC6.1'], subjectMatter: null, ...material },
      { criteriaCodes: [], subjectMatter: operation, ...pervasive },
    ]
    expect(proposed(after(taken, { exceptions, aggregates }))).toMatchObject({ overall: 'ADVERSE', complete: true })
  })

  it('are changed at one criterion alone where several were decided in one', () => {
    const both = two.map((one) => ({ ...one, criteriaCodes: ['CC6.1', 'CC6.2'] }))
    const all = [together(both, { criteriaCodes: ['CC6.1', 'CC6.2'] }), together(both, { subjectMatter: operation })]
    const changed = after(decisions(both, all), {
      aggregates: [{ criteriaCodes: ['CC6.2'], subjectMatter: null, ...material }],
    })
    expect(changed.aggregates.map(({ criteriaCodes, judgment }) => [criteriaCodes, judgment])).toEqual([
      [['CC6.1'], minor],
      [[], minor],
      [['CC6.2'], material],
    ])
    expect(proposed(changed)).toMatchObject({ overall: 'QUALIFIED', complete: true })
    expect(changed.criteria.map(({ outcomes }) => outcomes?.operation)).toEqual(['ACHIEVED', 'NOT_ACHIEVED'])
  })

  it('are refused as a decision would be, at their place', () => {
    const aggregates = (...given: object[]) => ({ aggregates: given as unknown as DecisionChanges['aggregates'] })
    const onCriterion = { criteriaCodes: ['CC6.1'], subjectMatter: null }
    const overall = { criteriaCodes: [], subjectMatter: operation }
    expect(refused(taken, aggregates({ ...onCriterion, ...pervasive }))).toEqual([
      'INVALID_INPUT',
      ['aggregates', 0, 'pervasive'],
    ])
    expect(refused(taken, aggregates({ ...onCriterion, ...overall, criteriaCodes: ['CC6.1'], ...minor }))).toEqual([
      'INVALID_INPUT',
      ['aggregates', 0, 'criteriaCodes'],
    ])
    expect(refused(taken, aggregates({ criteriaCodes: ['CC6.2'], subjectMatter: null, ...minor }))).toEqual([
      'INVALID_INPUT',
      ['aggregates', 0, 'criteriaCodes', 0],
    ])
    expect(refused(taken, aggregates({ ...overall, ...minor }, { ...overall, ...material }))).toEqual([
      'INVALID_INPUT',
      ['aggregates', 1, 'subjectMatter'],
    ])
    const milder = { exceptions: [{ exceptionId: 'e1', ...material }], ...aggregates({ ...overall, ...minor }) }
    expect(refused(taken, milder)).toEqual(['INVALID_INPUT', ['aggregates', 0, 'material']])
    const open = decisions([exception(1), exception(2, { judgment: null })])
    expect(refused(open, aggregates({ ...overall, ...material }))).toEqual(['NOT_READY', ['aggregates', 0]])
    const decided = { exceptions: [{ exceptionId: 'e2', ...minor }], ...aggregates({ ...overall, ...material }) }
    expect(proposed(after(open, decided)).overall).toBe('QUALIFIED')
  })
})

describe('Changes that no decision could be', () => {
  const taken = decisions([exception(1), exception(2, { state: 'WITHDRAWN' })])
  const outcome = { design: 'ACHIEVED', operation: 'ACHIEVED', otherGround: null } as const

  it.each<[string, Partial<DecisionChanges>, string, (string | number)[]]>([
    ['none at all', {}, 'INVALID_INPUT', []],
    [
      'of no exception of it',
      { exceptions: [{ exceptionId: 'e9', ...minor }] },
      'NOT_FOUND',
      ['exceptions', 0, 'exceptionId'],
    ],
    [
      'pervasive, not material',
      { exceptions: [{ exceptionId: 'e1', material: false, pervasive: true }] },
      'INVALID_INPUT',
      ['exceptions', 0, 'pervasive'],
    ],
    [
      'an exception twice',
      { exceptions: [minor, material].map((one) => ({ exceptionId: 'e1', ...one })) },
      'INVALID_INPUT',
      ['exceptions', 1, 'exceptionId'],
    ],
    [
      'a criterion out of scope',
      { criteria: [{ criterionCode: 'A1.1', ...outcome }] },
      'INVALID_INPUT',
      ['criteria', 0, 'criterionCode'],
    ],
    [
      'a criterion twice',
      { criteria: [1, 2].map(() => ({ criterionCode: 'CC6.1', ...outcome })) },
      'INVALID_INPUT',
      ['criteria', 1, 'criterionCode'],
    ],
    [
      'no operation in a Type 2',
      { criteria: [{ criterionCode: 'CC6.1', ...outcome, operation: null }] },
      'INVALID_INPUT',
      ['criteria', 0, 'operation'],
    ],
    [
      'a ground for nothing',
      { criteria: [{ criterionCode: 'CC6.1', ...outcome, otherGround: 'x' }] },
      'INVALID_INPUT',
      ['criteria', 0, 'otherGround'],
    ],
  ])('%s', (_, given, code, at) => {
    expect(refused(taken, given)).toEqual([code, at])
  })

  it('a criterion whose exception is not decided, unless it is among the changes', () => {
    const open = decisions([exception(1, { judgment: null })], [], { open: ['CC6.1'] })
    const criteria = [{ criterionCode: 'CC6.1', ...outcome }]
    expect(refused(open, { criteria })).toEqual(['NOT_READY', ['criteria', 0]])
    const both = after(open, { criteria, exceptions: [{ exceptionId: 'e1', ...minor }] })
    expect(proposed(both)).toMatchObject({ overall: 'UNQUALIFIED', complete: true })
  })
})

describe('What management would be asked for', () => {
  it('a claim that agrees with each conclusion, so that nothing contradicts', () => {
    for (const judgment of [minor, material, pervasive]) {
      for (const kind of words(exceptionKinds)) {
        const taken = decisions([exception(1, { kind, judgment: null })])
        const { conclusions } = proposed(after(taken, { exceptions: [{ exceptionId: 'e1', ...judgment }] }))
        const said = conclusions.map(({ subjectMatter, type }) => ({ subjectMatter, opinion: type }))
        const claims = agreeingClaims(said)
        const made = claims.map(({ subjectMatter, claim }) => ({
          subjectMatter,
          claim: claim ?? 'HOLDS',
          matters: null,
        }))
        expect(contradictionsOf(made, said)).toEqual([])
        expect(claims.filter(({ claim }) => claim === null)).toHaveLength(
          said.filter(({ opinion }) => opinion === 'DISCLAIMER').length,
        )
      }
    }
  })

  it('a letter that summarizes the misstatements that are confirmed and not corrected, and a draft that is weighed', () => {
    const listed = words(exceptionStates).map((state) =>
      [null, minor].map(
        (judgment) =>
          misstatementsInLetter([exception(1, { kind: 'DESCRIPTION_MISSTATEMENT', state, judgment })]).length,
      ),
    )
    expect(Object.fromEntries(words(exceptionStates).map((state, at) => [state, listed[at]]))).toEqual({
      DRAFT: [0, 1],
      CONFIRMED: [1, 1],
      COMMUNICATED: [1, 1],
      CONCLUDED: [1, 1],
      CORRECTED: [0, 0],
      WITHDRAWN: [0, 0],
    })
    expect(misstatementsInLetter([exception(1)])).toEqual([])
  })
})

it('a preview is what is proposed once the same is decided', () => {
  const judgments = fc.constantFrom(minor, material, pervasive, null)
  const some = fc.array(
    fc.record({ kind: fc.constantFrom(...words(exceptionKinds)), before: judgments, now: judgments }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  fc.assert(
    fc.property(some, (drawn) => {
      const at = (when: 'before' | 'now') =>
        drawn.map(({ kind, [when]: judgment, before }, n) => exception(n + 1, { kind, judgment: judgment ?? before }))
      const exceptions = drawn.flatMap(({ now }, n) => (now ? { exceptionId: `e${n + 1}`, ...now } : []))
      if (exceptions.length === 0) return
      const previewed = after(decisions(at('before')), { exceptions })
      expect(proposed(previewed)).toEqual(proposed(decisions(at('now'))))
    }),
  )
})
