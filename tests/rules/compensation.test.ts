import { describe, expect, it } from 'vitest'
import {
  type Bonds,
  type CompensatingControl,
  daysOfFailure,
  type Failure,
  faultsOfCompensation,
} from '../../src/rules/compensation.js'

const year = { periodStart: '2025-01-01', periodEnd: '2025-12-31', asOf: null }
const effective: CompensatingControl = {
  id: 'b',
  ref: 'AC-07',
  design: 'SUITABLE',
  operation: 'EFFECTIVE',
  isShown: true,
  isRetired: false,
  operatedFrom: null,
  operatedTo: null,
  criteria: ['CC6.1', 'CC6.2'],
  risks: [],
  exceptions: [],
}
const failure: Failure = {
  controlId: 'a',
  criteria: ['CC6.2', 'CC6.3'],
  risks: ['r1'],
  days: [{ from: '2025-03-01', to: '2025-04-30' }],
}
const unbound: Bonds = { replacements: [], reliances: [], compensations: [] }
const faults = (control: object, bonds: object = {}, of: object = {}) =>
  faultsOfCompensation({ ...effective, ...control }, { ...failure, ...of }, { ...unbound, ...bonds })

describe('A control that is said to compensate', () => {
  it('counts where nothing stands against it', () => {
    expect(faults({})).toEqual([])
    expect(faults({ operatedFrom: '2025-03-01', operatedTo: '2025-04-30' })).toEqual([])
    const weighed = { ref: 'EX-4', isConcluded: true, material: false }
    expect(faults({ exceptions: [weighed] })).toEqual([])
    expect(faults({}, {}, { controlId: null })).toEqual([])
    expect(faults({ risks: ['r2', 'r1'] })).toEqual([])
    expect(faults({ risks: ['r2'] }, {}, { risks: [] })).toEqual([])
  })

  it.each<[string, object, object?]>([
    ['it is the control that failed', { id: 'a' }],
    ['it is the control that failed', {}, { replacements: [['a', 'b']] }],
    [
      'it is the control that failed',
      {},
      {
        replacements: [
          ['b', 'x'],
          ['x', 'a'],
        ],
      },
    ],
    ['it serves none of the criteria concerned', { criteria: ['CC6.1'] }],
    ['it answers other risks than the control that failed', { risks: ['r2'] }],
    ['it was retired, and Section IV does not present it as a control that works', { isRetired: true }],
    ['it is not concluded SUITABLE and EFFECTIVE', { design: 'UNSUITABLE' }],
    ['it is not concluded SUITABLE and EFFECTIVE', { operation: 'NOT_OPERATED' }],
    ['it is not concluded SUITABLE and EFFECTIVE', { operation: null }],
    ['no test of its items shows that it operated', { isShown: false }],
    ['it was not in operation all the time', { operatedFrom: '2025-03-02' }],
    ['it was not in operation all the time', { operatedTo: '2025-04-29' }],
    ['EX-4 on it is material, or not concluded', { exceptions: [{ ref: 'EX-4', isConcluded: true, material: true }] }],
    [
      'EX-4 on it is material, or not concluded',
      { exceptions: [{ ref: 'EX-4', isConcluded: false, material: false }] },
    ],
    ['the control that failed compensates for it in turn', {}, { compensations: [['b', 'a']] }],
    [
      'the control that failed compensates for it in turn',
      {},
      {
        compensations: [
          ['x', 'a'],
          ['y', 'x'],
          ['b', 'y'],
        ],
      },
    ],
    ['it relies on the control that failed', {}, { reliances: [['b', 'a']] }],
  ])('does not where %s', (fault, control, bonds) => {
    expect(faults(control, bonds)).toEqual([fault])
  })

  it('may itself compensate, and be relied on, the other way round', () => {
    expect(faults({}, { compensations: [['a', 'b']], reliances: [['a', 'b']] })).toEqual([])
  })
})

describe('The days of a failure', () => {
  const deviation = {
    kind: 'OPERATING_DEVIATION',
    failedFrom: null,
    failedTo: null,
    deviatedOn: [],
    occurrenceLabels: [],
  } as const
  const half = { operatedFrom: '2025-07-01', operatedTo: null }

  it('are the period that was established, within what is examined', () => {
    const established = { ...deviation, failedFrom: '2024-11-01', failedTo: '2025-02-03', deviatedOn: ['2025-06-01'] }
    expect(daysOfFailure(established, null, year)).toEqual([{ from: '2025-01-01', to: '2025-02-03' }])
    expect(daysOfFailure({ ...deviation, failedFrom: '2025-08-01' }, half, year)).toEqual([
      { from: '2025-08-01', to: '2025-12-31' },
    ])
  })

  it('are else those of the items, where they are all that is reported', () => {
    const items = { ...deviation, deviatedOn: ['2025-02-03', '2025-06-01'] }
    expect(daysOfFailure(items, half, year)).toEqual([
      { from: '2025-02-03', to: '2025-02-03' },
      { from: '2025-06-01', to: '2025-06-01' },
    ])
    expect(daysOfFailure({ ...items, occurrenceLabels: ['2025-Q2'] }, null, year)).toEqual([
      { from: '2025-01-01', to: '2025-12-31' },
    ])
  })

  it('are else all that is examined, of a deviation the time of its control', () => {
    expect(daysOfFailure(deviation, half, year)).toEqual([{ from: '2025-07-01', to: '2025-12-31' }])
    expect(daysOfFailure({ ...deviation, kind: 'DESIGN_DEFICIENCY' }, half, year)).toEqual([
      { from: '2025-01-01', to: '2025-12-31' },
    ])
    const asOf = { periodStart: null, periodEnd: null, asOf: '2025-06-30' }
    expect(daysOfFailure({ ...deviation, kind: 'DESIGN_DEFICIENCY' }, null, asOf)).toEqual([
      { from: '2025-06-30', to: '2025-06-30' },
    ])
  })
})
