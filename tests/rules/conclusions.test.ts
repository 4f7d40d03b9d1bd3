import { describe, expect, it } from 'vitest'
import {
  type ControlConclusion,
  type ControlForConclusion,
  checkConclusion,
  type ProcedureForConclusion,
} from '../../src/rules/conclusions.js'
import { operationConclusions, words } from '../../src/rules/vocabulary.js'
import { refusalOf } from '../support/refusals.js'

const operation = (rest: Partial<ProcedureForConclusion> = {}): ProcedureForConclusion => ({
  aspects: ['OPERATION'],
  methods: ['INSPECTION'],
  state: 'REVIEWED',
  outcome: 'NO_EXCEPTIONS',
  items: { tested: 25, all: false },
  ...rest,
})
const withoutItems = (rest: Partial<ProcedureForConclusion> = {}) => operation({ items: null, ...rest })
const designTest = withoutItems({ aspects: ['DESIGN'] })

/** A manual per-event control of a Type 2, tested over a sample without anything against it. */
const control: Omit<ControlForConclusion, 'procedures'> = {
  engagementKind: 'SOC2_TYPE_2',
  frequency: 'PER_EVENT',
  nature: 'MANUAL',
  exceptions: 0,
  testedCount: 25,
  supportsReliance: true,
  withoutPopulation: false,
  reliesOn: [],
  fellDue: null,
}

const conclude = (
  conclusion: Partial<ControlConclusion>,
  procedures: ProcedureForConclusion[],
  changes: Partial<ControlForConclusion> = {},
) =>
  checkConclusion(
    { design: 'SUITABLE', operation: 'EFFECTIVE', rationale: null, restsOn: [], ...conclusion },
    { ...control, procedures, ...changes },
  )

const spoken = { rationale: 'AC-02, tested, covers the same risk.', restsOn: ['a paper'] }

describe('A control is concluded EFFECTIVE', () => {
  it('when its design is suitable and a reviewed test of items by more than inquiry noted no exception', () => {
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
    for (const state of ['PLANNED', 'IN_PROGRESS', 'PREPARED'] as const) {
      expect(refusalOf(() => conclude({}, [designTest, operation({ state })])).at).toEqual(['operation'])
    }
    expect(refusalOf(() => conclude({}, [designTest])).at).toEqual(['operation'])
    expect(refusalOf(() => conclude({}, [designTest, operation({ outcome: 'UNABLE_TO_TEST' })])).at).toEqual([
      'operation',
    ])
  })

  it('despite exceptions, of a test or on the control, only with a rationale and the papers it rests on', () => {
    for (const [tests, changes] of [
      [[designTest, operation({ outcome: 'EXCEPTIONS' })], {}],
      [[designTest, operation()], { exceptions: 1 }],
    ] as const) {
      expect(refusalOf(() => conclude({}, [...tests], changes)).at).toEqual(['rationale'])
      expect(refusalOf(() => conclude({ rationale: 'x' }, [...tests], changes)).at).toEqual(['restsOnIds'])
      expect(() => conclude(spoken, [...tests], changes)).not.toThrow()
    }
  })

  it('over a sample that does not support reliance only with a rationale and the papers it rests on', () => {
    const against = { supportsReliance: false }
    expect(refusalOf(() => conclude({}, [designTest, operation()], against)).at).toEqual(['rationale'])
    const alone = refusalOf(() => conclude({ rationale: 'x' }, [designTest, operation()], against))
    expect(alone).toMatchObject({ code: 'INVALID_INPUT', at: ['restsOnIds'] })
    expect(() => conclude(spoken, [designTest, operation()], against)).not.toThrow()
    expect(() => conclude({}, [designTest, operation()], { supportsReliance: true })).not.toThrow()
  })
})

describe('What can show that a control operated', () => {
  const shows = (tests: ProcedureForConclusion[], changes: Partial<ControlForConclusion> = {}) => {
    try {
      conclude({}, [designTest, ...tests], changes)
      return true
    } catch {
      return refusalOf(() => conclude({}, [designTest, ...tests], changes)).at
    }
  }
  const operationPath = ['operation']

  it('is items of a population, tested by more than inquiry: one inspection without items is none', () => {
    for (const frequency of ['PER_EVENT', 'WEEKLY', 'CONTINUOUS', 'ANNUAL'] as const) {
      expect(shows([withoutItems()], { frequency })).toEqual(operationPath)
      expect(shows([operation({ items: { tested: 0, all: false } })], { frequency })).toEqual(operationPath)
      expect(shows([operation({ items: { tested: 1, all: true } })], { frequency })).toBe(true)
    }
    // The inspection had no items, and the items were only asked about.
    const asked = operation({ methods: ['INQUIRY'] })
    expect(shows([asked, withoutItems()])).toEqual(operationPath)
    expect(shows([operation({ methods: ['INQUIRY', 'REPERFORMANCE'] })])).toBe(true)
  })

  it('is not what a test of design or implementation looked at', () => {
    expect(shows([operation({ aspects: ['DESIGN', 'IMPLEMENTATION'] })])).toEqual(operationPath)
    expect(shows([operation({ aspects: ['DESIGN', 'OPERATION'] })])).toBe(true)
  })

  it('is of an automated control one test, with every general control it relies on concluded effective', () => {
    const automated = (...operations: ControlForConclusion['reliesOn'][number]['operation'][]) => ({
      nature: 'AUTOMATED' as const,
      reliesOn: operations.map((one, at) => ({ ref: `GC-${at}`, operation: one })),
    })
    expect(shows([withoutItems()], automated('EFFECTIVE', 'EFFECTIVE'))).toBe(true)
    expect(shows([withoutItems()], automated())).toEqual(operationPath)
    for (const other of ['NOT_EFFECTIVE', 'NOT_OPERATED', 'UNABLE_TO_TEST', null] as const) {
      const refused = refusalOf(() => conclude({}, [designTest, withoutItems()], automated('EFFECTIVE', other)))
      expect(refused.message).toContain('GC-1')
      expect(refused.message).not.toContain('GC-0')
    }
    expect(shows([withoutItems({ methods: ['INQUIRY'] })], automated('EFFECTIVE'))).toEqual(operationPath)
    // One item is the test of one, whatever it is called.
    expect(shows([operation({ items: { tested: 1, all: false } })], automated())).toEqual(operationPath)
    expect(shows([operation({ items: { tested: 2, all: false } })], automated())).toBe(true)
    // What a person does is not shown by what general controls do.
    const byPerson = { ...automated('EFFECTIVE'), nature: 'IT_DEPENDENT_MANUAL' as const }
    expect(shows([withoutItems()], byPerson)).toEqual(operationPath)
  })

  it('is of a control without a population inspection together with another method', () => {
    const tone = { frequency: 'CONTINUOUS', withoutPopulation: true } as const
    expect(shows([withoutItems({ methods: ['INQUIRY', 'INSPECTION'] })], tone)).toBe(true)
    expect(shows([withoutItems(), withoutItems({ methods: ['OBSERVATION'] })], tone)).toBe(true)
    expect(shows([withoutItems()], tone)).toEqual(operationPath)
    expect(shows([withoutItems({ methods: ['INQUIRY', 'OBSERVATION'] })], tone)).toEqual(operationPath)
    const both = [withoutItems({ methods: ['INQUIRY', 'INSPECTION'] })]
    expect(shows(both, { ...tone, withoutPopulation: false })).toEqual(operationPath)
    for (const frequency of ['PER_EVENT', 'MULTIPLE_DAILY', 'DAILY', 'ANNUAL'] as const) {
      expect(shows(both, { ...tone, frequency })).toEqual(operationPath)
    }
    expect(shows(both, { ...tone, nature: 'AUTOMATED' })).toEqual(operationPath)
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

  it('NOT_OPERATED only of a control on events, or of a periodic one that never fell due', () => {
    const none = [designTest, withoutItems({ outcome: 'NOT_OPERATED' })]
    const refused = (changes: Partial<ControlForConclusion>) =>
      refusalOf(() => conclude({ operation: 'NOT_OPERATED' }, none, changes))
    for (const frequency of ['DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'SEMI_ANNUAL', 'ANNUAL'] as const) {
      expect(refused({ frequency }).message).toContain('not known whether')
      expect(refused({ frequency, fellDue: true }).message).toContain('is a deviation')
      expect(() => conclude({ operation: 'NOT_OPERATED' }, none, { frequency, fellDue: false })).not.toThrow()
    }
    for (const frequency of ['CONTINUOUS', 'MULTIPLE_DAILY'] as const) {
      expect(refused({ frequency, fellDue: false }).at).toEqual(['operation'])
    }
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
  const TYPE_1 = { engagementKind: 'SOC2_TYPE_1' } as const

  it('has no conclusion on operation, whichever it would be', () => {
    for (const word of words(operationConclusions)) {
      const refusal = refusalOf(() => conclude({ operation: word }, [designTest, operation()], TYPE_1))
      expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['operation'] })
    }
    expect(() => conclude({ operation: null }, [designTest], TYPE_1)).not.toThrow()
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

  it('is not carried by a test of implementation, nor by one that could not be made', () => {
    const inPlace = withoutItems({ aspects: ['IMPLEMENTATION'] })
    expect(refusalOf(() => conclude({}, [inPlace, operation()])).at).toEqual(['rationale'])
    const unable = withoutItems({ aspects: ['DESIGN'], outcome: 'UNABLE_TO_TEST' })
    expect(refusalOf(() => conclude({}, [unable, operation()])).at).toEqual(['rationale'])
  })

  it('is not called suitable over exceptions in its test but with a rationale and the papers it rests on', () => {
    const tests = [withoutItems({ aspects: ['DESIGN'], outcome: 'EXCEPTIONS' }), operation()]
    expect(refusalOf(() => conclude({}, tests)).at).toEqual(['rationale'])
    expect(refusalOf(() => conclude({ rationale: 'x' }, tests)).at).toEqual(['restsOnIds'])
    expect(() => conclude(spoken, tests)).not.toThrow()
    // Exceptions of a test that is about operation too say nothing certain of the design.
    const of = operation({ aspects: ['DESIGN', 'OPERATION'], outcome: 'EXCEPTIONS' })
    expect(() => conclude({ operation: 'NOT_EFFECTIVE' }, [of])).not.toThrow()
  })
})
