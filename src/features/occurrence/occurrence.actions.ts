import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { reasonFor } from '../../rules/lifecycles.js'
import {
  checkExplainableOccurrence,
  checkExplanationPapers,
  checkExplanationsLeft,
} from '../../rules/occurrence-acts.js'
import { Refusal } from '../../rules/refusal.js'
import { Control } from '../control/control.js'
import { Evidence } from '../evidence/evidence.js'
import type { DecideOccurrenceExplanationInput, ExplainOccurrenceInput } from './occurrence.inputs.js'
import { OccurrenceExplanation } from './occurrence-explanation.js'
import { occurrencesOf } from './occurrences.js'

/**
 * Proposes why a missing occurrence is no deviation: it was done elsewhere, with evidence, or was not due, with a paper. It stays
 * missing until another person, a manager or the partner, agrees.
 * Refused: an occurrence that is not missing, or of which an explanation waits; a reason that rests on nothing; LIMIT_REACHED.
 */
export async function explainOccurrence(tx: WriteTx, input: ExplainOccurrenceInput) {
  // Locked: of two proposals at once, one is told of the other.
  const control = await tx.load(Control, input.controlId, undefined, 'update')
  await tx.permit(control)
  const { engagementId } = control
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const { label, kind, reason } = input
  const { occurrences, awaiting, proposed } = await occurrencesOf(Loaders.over(tx), control)
  const state = occurrences.find((one) => one.label === label)?.state ?? null
  checkExplainableOccurrence(state, awaiting.has(label))
  checkExplanationsLeft(proposed.get(label) ?? 0)
  const evidence = restsOnIds.length > 0 ? await tx.find(Evidence, { id: restsOnIds, state: 'AVAILABLE' }) : []
  checkExplanationPapers(kind, { total: restsOnIds.length, evidence: evidence.length })
  const explanation = await tx.insert(OccurrenceExplanation, {
    engagementId,
    controlId: control.id,
    label,
    kind,
    reason,
    restsOnIds,
    state: 'PROPOSED',
    proposedBy: tx.actor.memberId,
    proposedAt: tx.now,
    decidedBy: null,
    decidedAt: null,
    decisionNote: null,
  })
  return { explanation, control }
}

/** Some occurrence is missing, no explanation of it waits, and another one can be proposed. */
export const explainOccurrenceGate: Gate<Control> = async (control, { loaders, isAct }) => {
  if (isAct) return
  const { occurrences, awaiting, proposed } = await occurrencesOf(loaders, control)
  const missing = occurrences.filter(({ state, label }) => state === 'MISSING' && !awaiting.has(label))
  const counts = missing.map(({ label }) => proposed.get(label) ?? 0)
  if (counts.length > 0) return checkExplanationsLeft(Math.min(...counts))
  throw new Refusal('INVALID_INPUT', 'No occurrence of the control is missing for which no explanation waits.', [
    'label',
  ])
}

/** Agrees that a missing occurrence is no deviation, or does not: then it is one. Refused without a note where it does not. */
export async function decideOccurrenceExplanation(tx: WriteTx, input: DecideOccurrenceExplanationInput) {
  const explanation = await tx.load(OccurrenceExplanation, input.explanationId, input.expectedVersion, 'update')
  await tx.permit(explanation)
  if (!input.approve) reasonFor('Not agreeing', input.note, ['note'])
  await tx.update(explanation, {
    state: input.approve ? 'APPROVED' : 'REJECTED',
    decidedBy: tx.actor.memberId,
    decidedAt: tx.now,
    decisionNote: input.note ?? null,
  })
  return { explanation, control: await tx.load(Control, explanation.controlId) }
}
