import type { Gate } from '../../kernel/store/gates.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkCycle, checkHasCycle, checkLastOccurrenceShown, cycleInWords } from '../../rules/occurrence-acts.js'
import { Control, unconcluded } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { Evidence } from '../evidence/evidence.js'
import { keepChanges } from './begun.js'
import { changeAuthorGate } from './change.actions.js'
import type { ChangeControlCycleInput } from './cycle.inputs.js'

/**
 * Says how the cycles of a periodic control follow each other. A conclusion on it is withdrawn: it was one on other occurrences. Once
 * its testing has begun the engagement partner alone does so, with a reason that names a paper, and the change is kept.
 * Refused: a control that follows no calendar; a last occurrence within the period, or of which no evidence is named; TESTING_BEGUN.
 */
export async function changeControlCycle(tx: WriteTx, input: ChangeControlCycleInput): Promise<{ control: Control }> {
  const control = await tx.load(Control, input.controlId, input.expectedVersion)
  // The engagement is locked: no test begins meanwhile.
  await tx.permit(control, 'update')
  const restsOnIds = await checkPapers(tx, control.engagementId, input.restsOnIds)
  const { periodStart } = await tx.load(Engagement, control.engagementId)
  const { anchorOn = null, graceDays, countsBusinessDays, lastOccurrenceOn = null } = input
  const cycle = { anchorOn, graceDays, countsBusinessDays, lastOccurrenceOn }
  checkCycle({ frequency: control.frequency, ...cycle, periodStart })
  const shownBy = lastOccurrenceOn === null ? [] : await tx.find(Evidence, { id: restsOnIds, state: 'AVAILABLE' })
  checkLastOccurrenceShown(lastOccurrenceOn, shownBy.length)
  const [saidBefore, saidAfter] = [cycleInWords(control), cycleInWords({ frequency: control.frequency, ...cycle })]
  const parts = saidBefore === saidAfter ? [] : [{ part: 'CYCLE' as const, saidBefore, saidAfter }]
  await keepChanges(tx, [{ control, parts }], { ...input, restsOnIds })
  const lastOccurrenceRestsOnIds = shownBy.map(({ id }) => id)
  return { control: await tx.update(control, { ...cycle, lastOccurrenceRestsOnIds, ...unconcluded }) }
}

/** It has a cycle; once its testing has begun, the engagement partner sets it. */
export const changeControlCycleGate: Gate<Control> = async (control, view) => {
  checkHasCycle(control)
  await changeAuthorGate(control, view)
}
