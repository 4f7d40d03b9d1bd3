import { describe, expect, it } from 'vitest'
import { checkProcedureOutcome, type ProcedureFindings } from '../../src/rules/outcomes.js'
import { refusalOf } from '../support/refusals.js'

describe('The outcome of a procedure', () => {
  const checkedEmpty = { populationSize: 0, absenceChecked: 'Query of the log; asked the CISO.' } as const
  const found: ProcedureFindings = {
    deviations: 0,
    exceptions: 0,
    populationSize: 279,
    sampleMissing: false,
    outstandingCount: 0,
    absenceChecked: null,
    aspects: ['OPERATION'],
    frequency: 'PER_EVENT',
    fellDue: null,
  }

  it.each([
    ['NO_EXCEPTIONS', {}],
    ['NO_EXCEPTIONS', { populationSize: null }],
    ['EXCEPTIONS', { deviations: 2 }],
    ['EXCEPTIONS', { exceptions: 1 }],
    ['NOT_OPERATED', { populationSize: 0, absenceChecked: 'Query of the incident log; asked the CISO.' }],
    ['NOT_OPERATED', { populationSize: 0, absenceChecked: 'Asked.', frequency: 'ANNUAL', fellDue: false }],
    // What fell due and is not on the list was raised as an exception.
    ['EXCEPTIONS', { populationSize: 0, exceptions: 1, frequency: 'ANNUAL', fellDue: true }],
    ['EXCEPTIONS', { populationSize: 0, exceptions: 1, frequency: 'MONTHLY' }],
    // A list without items says nothing against a test of design or implementation.
    ['NO_EXCEPTIONS', { populationSize: 0, aspects: ['DESIGN'] }],
    ['NO_EXCEPTIONS', { populationSize: 0, aspects: ['DESIGN', 'IMPLEMENTATION'], frequency: 'WEEKLY' }],
    ['EXCEPTIONS', { populationSize: 0, aspects: ['DESIGN'], exceptions: 1 }],
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
    ['NO_EXCEPTIONS', { populationSize: 0, aspects: ['DESIGN', 'OPERATION'] }, 'NOT_OPERATED'],
    ['EXCEPTIONS', { populationSize: 0, exceptions: 1 }, 'NOT_OPERATED'],
    ['NO_EXCEPTIONS', { populationSize: 0, frequency: 'WEEKLY' }, 'raise that it did not as an exception'],
    ['NO_EXCEPTIONS', { populationSize: 0, frequency: 'CONTINUOUS' }, 'raise that it did not as an exception'],
    ['NOT_OPERATED', { populationSize: 0 }, 'with how that was checked'],
    ['NOT_OPERATED', { populationSize: null, absenceChecked: 'Asked the CISO.' }, 'a frozen population without items'],
    ['NOT_OPERATED', { ...checkedEmpty, aspects: ['DESIGN'] }, 'needs no occasion'],
    ['NOT_OPERATED', { ...checkedEmpty, aspects: ['DESIGN', 'IMPLEMENTATION'] }, 'needs no occasion'],
    ['NOT_OPERATED', { ...checkedEmpty, frequency: 'ANNUAL' }, 'not known whether'],
    ['NOT_OPERATED', { ...checkedEmpty, frequency: 'MONTHLY', fellDue: true }, 'is a deviation'],
    ['NOT_OPERATED', { ...checkedEmpty, frequency: 'CONTINUOUS', fellDue: false }, 'always has occasion'],
    ['NOT_OPERATED', { ...checkedEmpty, frequency: 'MULTIPLE_DAILY' }, 'always has occasion'],
  ] as const)('may not be %s with %o', (outcome, facts, sentence) => {
    const refusal = refusalOf(() => checkProcedureOutcome(outcome, { ...found, ...facts }))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at: ['outcome'] })
    expect(refusal.message).toContain(sentence)
  })
})
