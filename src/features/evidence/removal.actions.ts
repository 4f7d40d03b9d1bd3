import type { Gate } from '../../kernel/store/gates.js'
import { enqueue } from '../../kernel/store/queue.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkNothingRestsOn, type EvidenceUses } from '../../rules/evidence.js'
import { evidenceLifecycle } from '../../rules/lifecycles.js'
import type { RemoveEvidenceInput } from './evidence.inputs.js'
import { Evidence } from './evidence.js'
import { usesOfEvidence } from './removal.queries.js'
import { bytesRemovedAt, removeStoredFile } from './stored-file-removal.js'

/**
 * Removes a piece of evidence on which nothing rests: it can be read no more, and the record of it stays. Its bytes are removed a
 * week later, unless another piece of evidence has the same; only the job that does it sees all of them.
 * Refused: NOT_READY while something rests on it or a legal hold is in force; what was removed already.
 */
export async function removeEvidence(tx: WriteTx, input: RemoveEvidenceInput) {
  // Locked before it is asked what rests on it: who links it locks it, too, and comes before or after.
  const evidence = await tx.load(Evidence, input.evidenceId, input.expectedVersion, 'update')
  await tx.permit(evidence)
  const { storedFileId } = evidence
  enqueue(tx, removeStoredFile, { storedFileId }, bytesRemovedAt(tx.now))
  const removed = { removedReason: input.reason, removedBy: tx.actor.memberId, removedAt: tx.now }
  return {
    evidence: await tx.update(evidence, { state: evidenceLifecycle.move(evidence.state, 'REMOVED'), ...removed }),
  }
}

/** Nothing rests on it, and no legal hold is in force. */
export const removeEvidenceGate: Gate<Evidence> = async ({ id }, { tx, loaders }) => {
  const loader = loaders.of<EvidenceUses>('uses of evidence', (ids, read) => usesOfEvidence(firmScope(read), ids))
  checkNothingRestsOn(await loader.load(id), tx.actor.clientRole !== null)
}
