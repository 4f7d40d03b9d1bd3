import type { Gate } from '../../kernel/store/gates.js'
import { checkPapers } from '../../kernel/store/papers.js'
import { checkRestated } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkConclusion } from '../../rules/conclusions.js'
import { type Blocker, Refusal } from '../../rules/refusal.js'
import { Control } from '../control/control.js'
import { Procedure } from '../procedure/procedure.js'
import { conclusionFacts } from './conclusion.facts.js'
import type { ConcludeControlInput } from './conclusion.inputs.js'

/**
 * Concludes on a control. A conclusion rests on reviewed work: every procedure of the control must be. Refused as
 * `checkConclusion` says; a paper that the engagement does not have, at its place.
 */
export async function concludeControl(tx: WriteTx, input: ConcludeControlInput): Promise<{ control: Control }> {
  const control = await tx.load(Control, input.controlId, input.expectedVersion, 'update')
  await tx.permit(control)
  const restsOn = await checkPapers(tx, control.engagementId, input.restsOnIds)
  checkReviewed(await tx.find(Procedure, { controlId: control.id }, { lock: 'share' }))
  if (control.designConclusion) {
    const { operationConclusion: operation, conclusionRationale: rationale } = control
    checkRestated({ operation, rationale }, input, ['operation', 'rationale'])
  }
  const { design, operation = null, rationale = null } = input
  checkConclusion({ design, operation, rationale, restsOn }, await conclusionFacts(tx, control))
  await tx.update(control, {
    designConclusion: design,
    operationConclusion: operation,
    conclusionRationale: rationale,
    conclusionRestsOnIds: restsOn,
    concludedBy: tx.actor.memberId,
    concludedAt: tx.now,
  })
  return { control }
}

/** Every procedure of the control is reviewed, and there is one. */
export const concludeControlGate: Gate<Control> = async ({ id }, { loaders, isAct }) => {
  // The act asks by itself, once it has looked for the papers.
  if (!isAct) checkReviewed(await loaders.children(Procedure, 'controlId', id, { ref: 'asc' }))
}

function checkReviewed(procedures: readonly Procedure[]): void {
  const blockers: Blocker[] = procedures
    .filter(({ state }) => state !== 'REVIEWED')
    .map(({ id, ref, state }) => ({
      code: 'PROCEDURE_NOT_REVIEWED',
      message: `The procedure ${ref} is ${state}.`,
      node: id,
    }))
  if (procedures.length === 0) {
    blockers.push({ code: 'NO_PROCEDURE', message: 'The control has no procedure.', node: null })
  }
  if (blockers.length === 0) return
  throw new Refusal('NOT_READY', 'A conclusion rests on reviewed work.', [], { blockers })
}
