import { concludesOnOperation, testsOperation } from './procedures.js'
import { Refusal } from './refusal.js'
import type {
  DesignConclusion,
  EngagementKind,
  OperationConclusion,
  ProcedureAspect,
  ProcedureMethod,
  ProcedureOutcome,
  ProcedureState,
} from './vocabulary.js'

/** What may be concluded about a procedure and a control from what was recorded. */

const invalid = (message: string, ...path: string[]) => new Refusal('INVALID_INPUT', message, path)

/** What a procedure found, as counted. */
export interface ProcedureFindings {
  /** Deviations that stand: those explained with approval are not among them. */
  deviations: number
  /** Live exceptions raised from the procedure; a design test may find a deficiency without any sample. */
  exceptions: number
  /** Null when the procedure has no population (an inquiry, a walkthrough). */
  populationSize: number | null
  /** Whether there are attributes to check items for, and no sample of items was drawn. */
  sampleMissing: boolean
  /** Sampled items that lack a result. */
  outstandingCount: number
  /** How it was checked that nothing occurred: an empty population, or the query and the person asked. */
  absenceChecked: string | null
}

/**
 * Whether a procedure's outcome agrees with what was recorded; otherwise INVALID_INPUT at `outcome`.
 * Nothing occurred (`NOT_OPERATED`) is a finding of its own, not `no exceptions noted`, and it is not the same as a
 * control that should have run and did not: that is a deviation.
 */
export function checkProcedureOutcome(outcome: ProcedureOutcome, found: ProcedureFindings): void {
  const { deviations, exceptions, populationSize, outstandingCount } = found
  const faults = deviations + exceptions
  if (outcome === 'NO_EXCEPTIONS' || outcome === 'EXCEPTIONS') {
    if (found.sampleMissing && populationSize !== 0) {
      throw invalid('The procedure checks items for its attributes, and no sample was drawn.', 'outcome')
    }
    if (outstandingCount > 0) throw invalid(`${outstandingCount} sampled items have no result yet.`, 'outcome')
    if (populationSize === 0) throw invalid('The population has no items: the outcome is NOT_OPERATED.', 'outcome')
  }
  if (outcome === 'NO_EXCEPTIONS' && faults > 0) {
    throw invalid(
      `${deviations} deviations and ${exceptions} exceptions are recorded: the outcome is EXCEPTIONS.`,
      'outcome',
    )
  }
  if (outcome === 'EXCEPTIONS' && faults === 0) {
    throw invalid('No deviation and no exception is recorded: there is nothing to report as an exception.', 'outcome')
  }
  if (outcome === 'NOT_OPERATED') {
    if (populationSize !== null && populationSize > 0) {
      throw invalid(`The population has ${populationSize} items: the control had occasion to operate.`, 'outcome')
    }
    if (!found.absenceChecked?.trim()) {
      throw invalid(
        'That nothing occurred must be checked: say how (the query that was run, the person asked).',
        'outcome',
      )
    }
  }
}

/** A procedure, as far as the conclusion on its control depends on it. */
export interface ProcedureForConclusion {
  aspects: readonly ProcedureAspect[]
  methods: readonly ProcedureMethod[]
  state: ProcedureState
  outcome: ProcedureOutcome | null
}

export interface ControlConclusion {
  design: DesignConclusion
  /** Null in a Type 1, where operation is not examined. */
  operation: OperationConclusion | null
  /** Why; needed wherever the tests do not speak for themselves. */
  rationale: string | null
}

/**
 * Whether a control may be concluded so, given its tests. Refuses with INVALID_INPUT at `design`, `operation` or
 * `rationale`:
 * - a Type 1 has no conclusion on operation, a Type 2 has one;
 * - `EFFECTIVE` needs a suitable design, and a finished test of operation by more than inquiry;
 * - `NOT_EFFECTIVE` needs exceptions noted, or an unsuitable design;
 * - `NOT_OPERATED` and `UNABLE_TO_TEST` need a test with that outcome, the former also none that found an occasion;
 * - a rationale is needed for an unsuitable design, a design concluded without a test of it, a control that is
 *   effective despite exceptions, and one that could not be tested.
 */
export function checkConclusion(
  conclusion: ControlConclusion,
  control: { engagementKind: EngagementKind; procedures: readonly ProcedureForConclusion[] },
): void {
  const { operation } = conclusion
  const performed = control.procedures.filter(({ state }) => state === 'PREPARED' || state === 'REVIEWED')
  const ofOperation = performed.filter(testsOperation)
  checkDesign(conclusion, performed)
  if (!concludesOnOperation(control.engagementKind)) {
    if (operation !== null) {
      throw invalid('A Type 1 examines design as of a date; it has no conclusion on operation.', 'operation')
    }
    return
  }
  if (operation === null) throw invalid('A conclusion on operation is needed.', 'operation')
  if (operation === 'EFFECTIVE') checkEffective(conclusion, ofOperation)
  else if (operation === 'NOT_EFFECTIVE') checkNotEffective(conclusion, ofOperation)
  else checkNotTested(conclusion, operation, ofOperation)
}

function checkDesign(conclusion: ControlConclusion, performed: readonly ProcedureForConclusion[]): void {
  if (conclusion.design === 'UNSUITABLE') needRationale(conclusion, 'A design that is unsuitable')
  const tested = performed.some(({ aspects }) => aspects.includes('DESIGN'))
  if (!tested) needRationale(conclusion, 'A conclusion on design without a finished test of the design')
}

function checkEffective(conclusion: ControlConclusion, tests: readonly ProcedureForConclusion[]): void {
  if (conclusion.design === 'UNSUITABLE') {
    throw invalid('A control of unsuitable design cannot be concluded EFFECTIVE.', 'operation')
  }
  const tested = tests.filter(({ outcome }) => outcome === 'NO_EXCEPTIONS' || outcome === 'EXCEPTIONS')
  if (tested.length === 0) throw invalid('EFFECTIVE needs a finished test of operation.', 'operation')
  if (tested.every(({ methods }) => methods.every((method) => method === 'INQUIRY'))) {
    throw invalid(
      'Inquiry alone does not support EFFECTIVE. Add a test by observation, inspection or reperformance.',
      'operation',
    )
  }
  if (tested.some(({ outcome }) => outcome === 'EXCEPTIONS')) {
    needRationale(conclusion, 'A control that is EFFECTIVE despite exceptions')
  }
}

function checkNotEffective(conclusion: ControlConclusion, tests: readonly ProcedureForConclusion[]): void {
  const shown = conclusion.design === 'UNSUITABLE' || tests.some(({ outcome }) => outcome === 'EXCEPTIONS')
  if (!shown) {
    throw invalid(
      'NOT_EFFECTIVE needs a test of operation that noted exceptions, or an unsuitable design.',
      'operation',
    )
  }
}

function checkNotTested(
  conclusion: ControlConclusion,
  operation: 'NOT_OPERATED' | 'UNABLE_TO_TEST',
  tests: readonly ProcedureForConclusion[],
): void {
  if (!tests.some(({ outcome }) => outcome === operation)) {
    throw invalid(`${operation} needs a finished test of operation with that outcome.`, 'operation')
  }
  if (operation === 'UNABLE_TO_TEST') needRationale(conclusion, 'A control that could not be tested')
  else if (tests.some(({ outcome }) => outcome !== 'NOT_OPERATED' && outcome !== null)) {
    throw invalid('Another test of this control found that it had occasion to operate.', 'operation')
  }
}

function needRationale(conclusion: ControlConclusion, what: string): void {
  if (!conclusion.rationale?.trim()) throw invalid(`${what} needs a rationale.`, 'rationale')
}
