import { mayLackPopulation } from './conclusions.js'
import { checkMarkApprover } from './independence.js'
import { testsOperation } from './procedures.js'
import { Refusal } from './refusal.js'
import type { ControlFrequency, ControlNature, ProcedureAspect, ProcedureState } from './vocabulary.js'

/** When a control may be marked as having no population (product page, section 3). */

/**
 * Only a control that is there all the time and that people uphold: tone, structure, policies. A periodic or per-event control
 * has the list of what it did; an automated one is tested by its configuration. Refuses with INVALID_INPUT at `controlId`.
 */
export function checkMayLackPopulation(control: { frequency: ControlFrequency; nature: ControlNature }): void {
  if (mayLackPopulation(control)) return
  const { frequency, nature } = control
  throw new Refusal(
    'INVALID_INPUT',
    nature === 'AUTOMATED'
      ? 'An automated control is tested by its configuration, with the general controls it relies on.'
      : `A control that operates ${frequency} leaves a list of what it did: its population.`,
    ['controlId'],
  )
}

/** No population of the control was described. Refuses with INVALID_INPUT at `controlId`. */
export function checkNotListed(hasPopulation: boolean): void {
  if (!hasPopulation) return
  throw new Refusal('INVALID_INPUT', 'A population of the control was described: it has one.', ['controlId'])
}

/** No test of its operation was started. Refuses with INVALID_INPUT at `controlId`. */
export function checkOperationUntested(
  procedures: readonly { aspects: readonly ProcedureAspect[]; state: ProcedureState }[],
): void {
  if (!procedures.some((procedure) => testsOperation(procedure) && procedure.state !== 'PLANNED')) return
  const message = 'The testing of its operation has begun: that it has no population is said before.'
  throw new Refusal('INVALID_INPUT', message, ['controlId'])
}

interface MarkFact {
  markedBy: string
  approvedAt: Date | null
}

/** Approved once, by another person than who marked. Refuses with INVALID_INPUT, SEPARATION_OF_DUTIES. */
export function checkMarkApprovable({ markedBy, approvedAt }: MarkFact, actor: { memberId: string }): void {
  if (approvedAt) throw new Refusal('INVALID_INPUT', 'It is approved already.', ['markId'])
  checkMarkApprover({ marker: markedBy, approver: actor.memberId })
}
