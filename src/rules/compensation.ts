import { type Days, lieWithin, type Operated } from './coverage.js'
import { type Edge, reachedFrom } from './reach.js'
import { type Blocker, blocker } from './refusal.js'
import { examinedDays, type ReportingTime } from './scope.js'
import type { DesignConclusion, ExceptionKind, OperationConclusion } from './vocabulary.js'

/**
 * Compensating controls (product page, section 3): another control, for the same risk and time, precise enough, independent of the
 * failure and not compensated by it in turn, tested and effective, printed in Section IV. Never a complementary control of users or of
 * a subservice organization, and never an alert alone: only controls of the engagement are named, and only their tests count.
 */

/** What failed, as far as another control may stand in for it. */
export interface Failure {
  /** The control that the exception is on; null where there is none. */
  controlId: string | null
  /** The codes of the criteria that the exception concerns. */
  criteria: readonly string[]
  /** The risks that the control that failed answers, by id. */
  risks: readonly string[]
  /** The days on which it failed: `daysOfFailure`. */
  days: readonly Days[]
}

/** A control that is said to compensate. */
export interface CompensatingControl extends Operated {
  id: string
  ref: string
  design: DesignConclusion | null
  operation: OperationConclusion | null
  /** Whether tests of items, or one of an automated control with its general controls, show that it operated: `isShownByItems`. */
  isShown: boolean
  isRetired: boolean
  criteria: readonly string[]
  /** The risks that it answers, by id. */
  risks: readonly string[]
  /** The live exceptions on it. */
  exceptions: readonly { ref: string; isConcluded: boolean; material: boolean }[]
}

/** How the controls of an engagement hang together, by their ids. */
export interface Bonds {
  /** A control, and one that it replaces. */
  replacements: readonly Edge[]
  /** A control, and a general control it relies on. */
  reliances: readonly Edge[]
  /** A control that failed, and one that is said to compensate for it, by other decisions: proposed and approved ones. */
  compensations: readonly Edge[]
}

/** An exception, as far as the days of its failure are known. */
export interface FailureTime {
  kind: ExceptionKind
  failedFrom: string | null
  failedTo: string | null
  deviatedOn: readonly string[]
  occurrenceLabels: readonly string[]
}

/**
 * The days on which something failed: the period that the auditor established; else the days of the items, where they are all that is
 * reported; else all that is examined, of a deviation the time in which its control operated.
 */
export function daysOfFailure(failure: FailureTime, control: Operated | null, time: ReportingTime): Days[] {
  const { failedFrom, failedTo, deviatedOn, occurrenceLabels } = failure
  const examined = examinedDays(time)
  const isOfOperation = failure.kind === 'OPERATING_DEVIATION'
  const whole = {
    from: later(examined.from, isOfOperation ? control?.operatedFrom : null),
    to: earlier(examined.to, isOfOperation ? control?.operatedTo : null),
  }
  if (failedFrom !== null || failedTo !== null) {
    return [{ from: later(examined.from, failedFrom ?? whole.from), to: earlier(examined.to, failedTo ?? whole.to) }]
  }
  const areItemsAll = deviatedOn.length > 0 && occurrenceLabels.length === 0
  return areItemsAll ? deviatedOn.map((day) => ({ from: day, to: day })) : [whole]
}

const later = (day: string, other: string | null | undefined): string => (other && other > day ? other : day)
const earlier = (day: string, other: string | null | undefined): string => (other && other < day ? other : day)

/**
 * Why a control does not compensate for a failure, each in words that follow its reference; none where it does. For the same risk it is
 * where it serves a criterion of the exception and, where the risk assessment says of both controls which risks they answer, shares one.
 */
export function faultsOfCompensation(control: CompensatingControl, failure: Failure, bonds: Bonds): string[] {
  const { ref: _, design, operation, exceptions } = control
  const faults: string[] = []
  const need = (isMet: boolean, fault: string) => {
    if (!isMet) faults.push(fault)
  }
  need(!isSameControl(control.id, failure.controlId, bonds.replacements), 'it is the control that failed')
  need(
    control.criteria.some((code) => failure.criteria.includes(code)),
    'it serves none of the criteria concerned',
  )
  const areRecorded = control.risks.length > 0 && failure.risks.length > 0
  const sharesRisk = control.risks.some((id) => failure.risks.includes(id))
  need(!areRecorded || sharesRisk, 'it answers other risks than the control that failed')
  need(!control.isRetired, 'it was retired, and Section IV does not present it as a control that works')
  need(design === 'SUITABLE' && operation === 'EFFECTIVE', 'it is not concluded SUITABLE and EFFECTIVE')
  need(control.isShown, 'no test of its items shows that it operated')
  need(
    failure.days.every((days) => lieWithin(days, operatedDays(control))),
    'it was not in operation all the time',
  )
  const open = exceptions.filter(({ isConcluded, material }) => !isConcluded || material).map(({ ref }) => ref)
  need(open.length === 0, `${open.slice(0, 5).join(', ')} on it is material, or not concluded`)
  const leadsToFailure = (edges: readonly Edge[]): boolean =>
    failure.controlId !== null &&
    control.id !== failure.controlId &&
    reachedFrom(control.id, edges).has(failure.controlId)
  need(!leadsToFailure(bonds.compensations), 'the control that failed compensates for it in turn')
  need(!leadsToFailure(bonds.reliances), 'it relies on the control that failed')
  return faults
}

/** A control is no other one for being replaced: what replaced it is the same control over another time. */
const isSameControl = (id: string, failed: string | null, replacements: readonly Edge[]): boolean =>
  failed !== null && (reachedFrom(id, replacements).has(failed) || reachedFrom(failed, replacements).has(id))

const operatedDays = ({ operatedFrom, operatedTo }: Operated): Days => ({
  from: operatedFrom ?? '0000-01-01',
  to: operatedTo ?? '9999-12-31',
})

/** An approved decision on an exception that counts on controls which do not compensate any more, each with why it does not. */
export interface CompensationLost {
  decisionId: string
  exceptionRef: string
  controls: readonly { ref: string; faults: readonly string[] }[]
}

/** What an approved decision counts on holds until the report: COMPENSATION_LOST at the decision, which is reopened and decided anew. */
export function compensationBlocker({ decisionId, exceptionRef, controls }: CompensationLost): Blocker {
  const why = controls.map(({ ref, faults }) => `${ref} does not compensate any more: ${faults.join('; ')}`)
  const message = `The decision on ${exceptionRef} counts on other controls. ${why.join('. ')}. Reopen it and decide anew.`
  return blocker('COMPENSATION_LOST', message, decisionId)
}
