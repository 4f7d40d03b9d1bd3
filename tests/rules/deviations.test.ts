import { describe, expect, it } from 'vitest'
import { checkFailurePeriod, checkReported, type Deviation, driftOf, figuresOf } from '../../src/rules/deviations.js'
import { Refusal } from '../../src/rules/refusal.js'

/** The refusal that a check ends in; null when it lets pass. */
function refusalOrNot(check: () => void): Refusal | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

const deviation = (id: string, changes: Partial<Deviation> = {}): Deviation => ({
  id,
  procedureId: 'p',
  controlId: 'c',
  itemKey: id,
  occurredOn: null,
  letter: 'A',
  attribute: 'Reviewed before it was merged.',
  attributeTestedCount: 25,
  position: 1,
  testedCount: 25,
  sampleExtensions: [],
  explanation: null,
  explanationKind: null,
  exceptions: [],
  ...changes,
})

describe('the figures of an exception', () => {
  it('count items, not results, in the order of drawing', () => {
    const reported = [
      deviation('late', { position: 9 }),
      deviation('early', { position: 2 }),
      deviation('early again', { position: 2, itemKey: 'early', letter: 'B' }),
    ]
    expect(figuresOf(reported)).toMatchObject({ testedCount: 25, deviationCount: 2, deviatingItems: ['early', 'late'] })
  })

  it('tell each attribute with its own counts, and the days of the items once each', () => {
    const reported = [
      deviation('x', { letter: 'B', attribute: 'Tested.', attributeTestedCount: 24, occurredOn: '2025-03-04' }),
      deviation('y', { position: 2, occurredOn: '2025-02-01' }),
      deviation('x again', { itemKey: 'x', occurredOn: '2025-03-04' }),
      deviation('z', { position: 3, letter: 'B', explanation: 'APPROVED', occurredOn: '2025-05-05' }),
    ]
    const { deviatedOn, attributeCounts } = figuresOf(reported)
    expect(deviatedOn).toEqual(['2025-02-01', '2025-03-04'])
    expect(attributeCounts).toEqual([
      { letter: 'A', text: 'Reviewed before it was merged.', testedCount: 25, deviationCount: 2 },
      { letter: 'B', text: 'Tested.', testedCount: 24, deviationCount: 1 },
    ])
  })

  it('leave out what was explained with approval, and nothing else', () => {
    const reported = [
      deviation('approved', { explanation: 'APPROVED' }),
      deviation('proposed', { explanation: 'PROPOSED', position: 2 }),
      deviation('rejected', { explanation: 'REJECTED', position: 3 }),
    ]
    expect(figuresOf(reported).deviatingItems).toEqual(['proposed', 'rejected'])
  })

  it('are none where no deviation is reported, and nought where none is left', () => {
    const none = { deviatingItems: [], deviatedOn: [], attributeCounts: [], sampleExtensions: [] }
    expect(figuresOf([])).toEqual({ testedCount: null, deviationCount: null, ...none })
    expect(figuresOf([], 25)).toEqual({ testedCount: 25, deviationCount: 0, ...none })
  })

  it('drift when the items tested, their number or the items themselves are others', () => {
    const held = {
      testedCount: 25,
      deviationCount: 1,
      deviatingItems: ['x'],
      deviatedOn: [],
      attributeCounts: [],
      sampleExtensions: [],
    }
    expect(driftOf(held, { ...held })).toBeNull()
    expect(driftOf(held, { ...held, deviatingItems: ['y'] })).toBe(
      'It holds 1 of 25 items (x); the results now say 1 of 25 items (y).',
    )
    expect(driftOf(held, { ...held, testedCount: 50 })).toMatch(/1 of 50/)
    expect(driftOf(held, { ...held, deviatedOn: ['2025-01-01'] })).toBe(
      'It holds no days; the results now say 2025-01-01.',
    )
    const ofA = { letter: 'A', text: 'Reviewed.', testedCount: 25, deviationCount: 1 }
    expect(driftOf(held, { ...held, attributeCounts: [ofA] })).toMatch(/say 1 of 25 for attribute A/)
    const extension = {
      kind: 'DILUTION',
      sizeBefore: 25,
      sizeAfter: 75,
      testedCountBefore: 25,
      deviationCountBefore: 1,
    } as const
    expect(driftOf(held, { ...held, sampleExtensions: [extension] })).toBe(
      'It holds no extension; the results now say an extension from 25 to 75.',
    )
    expect(driftOf(held, { ...held, deviationCount: 0, deviatingItems: [] })).toMatch(/0 of 25 items \(none\)/)
  })
})

describe('what an exception can report', () => {
  const subject = { procedureId: 'p', controlId: 'c' }
  const check = (found: Deviation) =>
    refusalOrNot(() => checkReported('OPERATING_DEVIATION', [found.id], new Map([[found.id, found]]), subject))

  it('is a deviation of the control and procedure concerned, reported by no live exception', () => {
    const withdrawn = { id: 'e', number: 1, state: 'WITHDRAWN' } as const
    expect(check(deviation('d', { exceptions: [withdrawn] }))).toBeNull()
    const live = [withdrawn, { id: 'f', number: 2, state: 'CONCLUDED' } as const]
    expect(check(deviation('d', { exceptions: live }))?.message).toMatch(/reported by exception 2 already/)
    expect(check(deviation('d', { controlId: 'other' }))?.message).toMatch(/not one of the control/)
    expect(check(deviation('d', { procedureId: 'other' }))?.message).toMatch(/another procedure/)
  })

  it('is not explained, and does not wait to be; one whose explanation was rejected is', () => {
    expect(check(deviation('d', { explanation: 'APPROVED' }))?.message).toMatch(/it is none/)
    expect(check(deviation('d', { explanation: 'PROPOSED' }))?.message).toMatch(/waits to be decided on/)
    expect(check(deviation('d', { explanation: 'REJECTED' }))).toBeNull()
  })

  it('may be nothing, but for an operating deviation', () => {
    const nothing = { procedureId: null, controlId: null }
    expect(refusalOrNot(() => checkReported('DESIGN_DEFICIENCY', [], new Map(), nothing))).toBeNull()
    expect(refusalOrNot(() => checkReported('OPERATING_DEVIATION', [], new Map(), subject))?.at).toEqual(['resultIds'])
  })
})

describe('the period of failure', () => {
  const period = { periodStart: '2025-01-01', periodEnd: '2025-12-31', asOf: null }
  const fault = (
    failedFrom: string | null,
    failedTo: string | null,
    time: Parameters<typeof checkFailurePeriod>[1] = period,
    failurePeriodBasis: string | null = 'The log of the system.',
  ) => refusalOrNot(() => checkFailurePeriod({ failedFrom, failedTo, failurePeriodBasis }, time))?.at ?? null

  it('says how it was established: the days of the items do not make one', () => {
    for (const basis of [null, ' ']) {
      expect(fault('2025-02-01', '2025-03-01', period, basis)).toEqual(['failurePeriodBasis'])
      expect(fault('2025-02-01', null, period, basis)).toEqual(['failurePeriodBasis'])
      expect(fault(null, null, period, basis)).toBeNull()
    }
  })

  it('lies within the period, its first and last day included', () => {
    expect(fault('2025-01-01', '2025-12-31')).toBeNull()
    expect(fault(null, null)).toBeNull()
    expect(fault('2024-12-31', null)).toEqual(['failedFrom'])
    expect(fault(null, '2026-01-01')).toEqual(['failedTo'])
    expect(fault('2025-02-02', '2025-02-01')).toEqual(['failedTo'])
  })

  it('of a Type 1 ends by its date', () => {
    const time = { periodStart: null, periodEnd: null, asOf: '2025-06-30' }
    expect(fault('2019-01-01', '2025-06-30', time)).toBeNull()
    expect(fault(null, '2025-07-01', time)).toEqual(['failedTo'])
  })
})
