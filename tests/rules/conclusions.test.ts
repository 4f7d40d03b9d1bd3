import { describe, expect, it } from 'vitest'
import {
  type ControlConclusion,
  checkConclusion,
  checkProcedureOutcome,
  type ProcedureFindings,
  type ProcedureForConclusion,
} from '../../src/rules/conclusions.js'
import { operationConclusions, words } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const operation = (rest: Partial<ProcedureForConclusion> = {}): ProcedureForConclusion => ({
  aspects: ['OPERATION'],
  methods: ['INSPECTION'],
  state: 'REVIEWED',
  outcome: 'NO_EXCEPTIONS',
  ...rest,
})
const designTest = operation({ aspects: ['DESIGN'] })

const conclude = (
  conclusion: Partial<ControlConclusion>,
  procedures: ProcedureForConclusion[],
  engagementKind: 'SOC2_TYPE_1' | 'SOC2_TYPE_2' = 'SOC2_TYPE_2',
) =>
  checkConclusion(
    { design: 'SUITABLE', operation: 'EFFECTIVE', rationale: null, ...conclusion },
    { engagementKind, procedures },
  )

describe('A control is concluded EFFECTIVE', () => {
  it('when its design is suitable and a finished test by more than inquiry noted no exception', () => {
    expect(() => conclude({}, [designTest, operation()])).not.toThrow()
    expect(() => conclude({}, [designTest, operation({ methods: ['INQUIRY'] }), operation()])).not.toThrow()
  })

  it('never on inquiry alone, however many inquiries there are, and whatever the rationale', () => {
    const inquiries = [designTest, operation({ methods: ['INQUIRY'] }), operation({ methods: ['INQUIRY'] })]
    const refusal = refusalOf(() => conclude({ rationale: 'They all agreed.' }, inquiries))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['operation'] })
    expect(refusal.message).toContain('Inquiry alone')
  })

  it('never on inquiry joined only by an inspection of the design, or by a test that found nothing to test', () => {
    const inquiry = operation({ methods: ['INQUIRY'] })
    expect(refusalOf(() => conclude({}, [designTest, inquiry])).at).toEqual(['operation'])
    const nothingToTest = operation({ outcome: 'NOT_OPERATED' })
    expect(refusalOf(() => conclude({}, [designTest, inquiry, nothingToTest])).at).toEqual(['operation'])
  })

  it('never with an unsuitable design', () => {
    const refusal = refusalOf(() =>
      conclude({ design: 'UNSUITABLE', rationale: 'No owner.' }, [designTest, operation()]),
    )
    expect(refusal.message).toContain('unsuitable design cannot be concluded EFFECTIVE')
  })

  it('never before a test of operation is finished', () => {
    for (const state of ['PLANNED', 'IN_PROGRESS'] as const) {
      expect(refusalOf(() => conclude({}, [designTest, operation({ state })])).at).toEqual(['operation'])
    }
    expect(refusalOf(() => conclude({}, [designTest])).at).toEqual(['operation'])
    expect(refusalOf(() => conclude({}, [designTest, operation({ outcome: 'UNABLE_TO_TEST' })])).at).toEqual([
      'operation',
    ])
  })

  it('despite exceptions only with a rationale', () => {
    const tests = [designTest, operation({ outcome: 'EXCEPTIONS' })]
    expect(refusalOf(() => conclude({}, tests)).at).toEqual(['rationale'])
    expect(() => conclude({ rationale: 'AC-02, tested, covers the same risk.' }, tests)).not.toThrow()
  })
})

describe('A control is concluded otherwise', () => {
  it('NOT_EFFECTIVE when exceptions were noted or the design is unsuitable, not on a feeling', () => {
    const notEffective = { operation: 'NOT_EFFECTIVE', rationale: 'It seems weak.' } as const
    expect(() => conclude(notEffective, [designTest, operation({ outcome: 'EXCEPTIONS' })])).not.toThrow()
    expect(() => conclude({ ...notEffective, design: 'UNSUITABLE' }, [designTest])).not.toThrow()
    expect(refusalOf(() => conclude(notEffective, [designTest, operation()])).at).toEqual(['operation'])
  })

  it('NOT_OPERATED only when a test found no occasion, and no other test found one', () => {
    const none = operation({ outcome: 'NOT_OPERATED' })
    expect(() => conclude({ operation: 'NOT_OPERATED' }, [designTest, none])).not.toThrow()
    expect(refusalOf(() => conclude({ operation: 'NOT_OPERATED' }, [designTest, operation()])).at).toEqual([
      'operation',
    ])
    const both = [designTest, none, operation()]
    expect(refusalOf(() => conclude({ operation: 'NOT_OPERATED' }, both)).message).toContain('had occasion to operate')
  })

  it('UNABLE_TO_TEST only when a test says so, with a rationale', () => {
    const unable = [designTest, operation({ outcome: 'UNABLE_TO_TEST' })]
    expect(refusalOf(() => conclude({ operation: 'UNABLE_TO_TEST' }, unable)).at).toEqual(['rationale'])
    expect(() =>
      conclude({ operation: 'UNABLE_TO_TEST', rationale: 'No list of changes exists.' }, unable),
    ).not.toThrow()
    expect(refusalOf(() => conclude({ operation: 'UNABLE_TO_TEST', rationale: 'x' }, [designTest])).at).toEqual([
      'operation',
    ])
  })
})

describe('A Type 1', () => {
  it('has no conclusion on operation, whichever it would be', () => {
    for (const word of words(operationConclusions)) {
      const refusal = refusalOf(() => conclude({ operation: word }, [designTest, operation()], 'SOC2_TYPE_1'))
      expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['operation'] })
    }
    expect(() => conclude({ operation: null }, [designTest], 'SOC2_TYPE_1')).not.toThrow()
  })

  it('unlike a Type 2, which needs one', () => {
    expect(refusalOf(() => conclude({ operation: null }, [designTest, operation()])).at).toEqual(['operation'])
  })
})

describe('A conclusion on design', () => {
  it('needs a test of the design or a rationale, and always a rationale when it is unsuitable', () => {
    expect(refusalOf(() => conclude({}, [operation()])).at).toEqual(['rationale'])
    expect(() => conclude({ rationale: 'Walked through with the prior period’s test.' }, [operation()])).not.toThrow()
    const unsuitable = { design: 'UNSUITABLE', operation: 'NOT_EFFECTIVE' } as const
    expect(refusalOf(() => conclude(unsuitable, [designTest])).at).toEqual(['rationale'])
  })
})

describe('The outcome of a procedure', () => {
  const found: ProcedureFindings = {
    deviations: 0,
    exceptions: 0,
    populationSize: 279,
    sampleMissing: false,
    outstandingCount: 0,
    absenceChecked: null,
  }

  it.each([
    ['NO_EXCEPTIONS', {}],
    ['NO_EXCEPTIONS', { populationSize: null }],
    ['EXCEPTIONS', { deviations: 2 }],
    ['EXCEPTIONS', { exceptions: 1 }],
    ['NOT_OPERATED', { populationSize: 0, absenceChecked: 'Query of the incident log; asked the CISO.' }],
    ['NOT_OPERATED', { populationSize: null, absenceChecked: 'Asked the CISO, read the board minutes.' }],
    ['UNABLE_TO_TEST', { populationSize: null }],
  ] as const)('may be %s with %o', (outcome, facts) => {
    expect(() => checkProcedureOutcome(outcome, { ...found, ...facts })).not.toThrow()
  })

  it.each([
    ['NO_EXCEPTIONS', { deviations: 1 }, 'the outcome is EXCEPTIONS'],
    ['NO_EXCEPTIONS', { exceptions: 1 }, 'the outcome is EXCEPTIONS'],
    ['NO_EXCEPTIONS', { outstandingCount: 3 }, '3 sampled items'],
    ['NO_EXCEPTIONS', { sampleMissing: true }, 'no sample was drawn'],
    ['EXCEPTIONS', { sampleMissing: true, exceptions: 1 }, 'no sample was drawn'],
    ['NO_EXCEPTIONS', { populationSize: 0 }, 'NOT_OPERATED'],
    ['EXCEPTIONS', {}, 'nothing to report'],
    ['NOT_OPERATED', { absenceChecked: 'Asked.' }, 'had occasion to operate'],
    ['NOT_OPERATED', { populationSize: 0 }, 'must be checked'],
  ] as const)('may not be %s with %o', (outcome, facts, sentence) => {
    const refusal = refusalOf(() => checkProcedureOutcome(outcome, { ...found, ...facts }))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['outcome'] })
    expect(refusal.message).toContain(sentence)
  })
})
