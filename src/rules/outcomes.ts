import { testsOperation } from './procedures.js'
import { Refusal } from './refusal.js'
import type { ControlFrequency, ProcedureAspect, ProcedureOutcome } from './vocabulary.js'

/** What a procedure may be said to have led to, from what was recorded in it. */

const invalid = (message: string, ...path: string[]) => new Refusal('INVALID_INPUT', message, path)

/** When a control operates, as far as it is known. */
export interface Occasions {
  frequency: ControlFrequency
  /** Whether an occurrence of a periodic control fell due in the period; null where that is not known. */
  fellDue: boolean | null
}

/** What a procedure found, as counted. */
export interface ProcedureFindings extends Occasions {
  aspects: readonly ProcedureAspect[]
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
 * control that should have run and did not: that is a deviation. It is a finding about operation alone: a population
 * with no items says nothing against a test of design or implementation.
 */
export function checkProcedureOutcome(outcome: ProcedureOutcome, found: ProcedureFindings): void {
  const { deviations, exceptions, populationSize, outstandingCount } = found
  const faults = deviations + exceptions
  if (outcome === 'NO_EXCEPTIONS' || outcome === 'EXCEPTIONS') {
    if (found.sampleMissing && populationSize !== 0) {
      throw invalid('The procedure checks items for its attributes, and no sample was drawn.', 'outcome')
    }
    if (outstandingCount > 0) throw invalid(`${outstandingCount} sampled items have no result yet.`, 'outcome')
    if (populationSize === 0 && testsOperation(found)) checkEmpty(found)
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
  if (outcome === 'NOT_OPERATED') checkNothingOccurred(found)
}

/**
 * A test of operation over an empty list: nothing occurred, and that is the outcome; unless something fell due. What fell due
 * and is not on the list was not done: exceptions were raised for it, and are the outcome.
 */
function checkEmpty(found: ProcedureFindings): void {
  const { frequency, fellDue, exceptions } = found
  if (hadNoOccasion({ frequency, fellDue })) {
    throw invalid('The population has no items: the outcome is NOT_OPERATED.', 'outcome')
  }
  if (exceptions === 0) {
    throw invalid(
      'The population has no items, of a control that had occasion to operate: raise that it did not as an exception.',
      'outcome',
    )
  }
}

function checkNothingOccurred(found: ProcedureFindings): void {
  const { populationSize } = found
  if (!testsOperation(found)) {
    throw invalid('A test of design or implementation needs no occasion: NOT_OPERATED says nothing of it.', 'outcome')
  }
  if (populationSize !== null && populationSize > 0) {
    throw invalid(`The population has ${populationSize} items: the control had occasion to operate.`, 'outcome')
  }
  if (populationSize === null || !found.absenceChecked?.trim()) {
    throw invalid(
      'That nothing occurred is shown by a frozen population without items, with how that was checked (the query that was run, the person asked).',
      'outcome',
    )
  }
  checkNoOccasion(found, 'outcome')
}

const periodic: readonly ControlFrequency[] = ['DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'SEMI_ANNUAL', 'ANNUAL']

/** Whether a control can have had no occasion in the period: no event, or nothing that fell due. */
const hadNoOccasion = ({ frequency, fellDue }: Occasions): boolean =>
  frequency === 'PER_EVENT' || (periodic.includes(frequency) && fellDue === false)

/**
 * A control that operates by itself, or at set times, had its occasions: what was not done then is a deviation. Only events can
 * fail to occur, and a period can end before something falls due. Refuses with INVALID_INPUT at `path`.
 */
export function checkNoOccasion(control: Occasions, path: 'operation' | 'outcome'): void {
  if (hadNoOccasion(control)) return
  const { frequency, fellDue } = control
  if (!periodic.includes(frequency)) {
    throw invalid(`A control that operates ${frequency} always has occasion to: what it did is tested.`, path)
  }
  throw invalid(
    fellDue === null
      ? `It is not known whether the ${frequency} control fell due in the period: only then could it have had no occasion.`
      : `The ${frequency} control fell due in the period: what was not done then is a deviation.`,
    path,
  )
}
