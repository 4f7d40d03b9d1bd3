import type { WriteTx } from '../../kernel/store/work.js'
import { checkAvailable } from '../../rules/evidence.js'
import { Refusal } from '../../rules/refusal.js'
import { Evidence } from './evidence.js'

/**
 * Reads the evidence that an act of this engagement relies on, which stays as it is until the act is committed.
 * @throws Denial NOT_FOUND; Refusal at `evidenceId`: INVALID_INPUT for evidence of another engagement, INVALID_TRANSITION for what is
 *   not AVAILABLE
 */
export async function loadAvailable(tx: WriteTx, evidenceId: string, engagementId: string): Promise<Evidence> {
  const evidence = await tx.load(Evidence, evidenceId, undefined, 'share')
  if (evidence.engagementId !== engagementId) {
    throw new Refusal('INVALID_INPUT', 'It is evidence for another engagement.', ['evidenceId'])
  }
  checkAvailable(evidence)
  return evidence
}
