import { Loaders } from '../../kernel/store/loaders.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkAvailable } from '../../rules/evidence.js'
import { checkNotSuperseded } from '../../rules/evidence-links.js'
import { Refusal } from '../../rules/refusal.js'
import { Evidence } from './evidence.js'
import { supersedingOf } from './superseding.js'

/**
 * Reads the evidence that an act of this engagement relies on, which stays as it is until the act is committed.
 * @throws Denial NOT_FOUND; Refusal at `evidenceId`: INVALID_INPUT for evidence of another engagement and for what a newer file supersedes, INVALID_TRANSITION for what is
 *   not AVAILABLE
 */
export async function loadAvailable(tx: WriteTx, evidenceId: string, engagementId: string): Promise<Evidence> {
  const evidence = await tx.load(Evidence, evidenceId, undefined, 'share')
  if (evidence.engagementId !== engagementId) {
    throw new Refusal('INVALID_INPUT', 'It is evidence for another engagement.', ['evidenceId'])
  }
  checkAvailable(evidence)
  checkNotSuperseded(await supersedingOf(Loaders.over(tx), evidenceId, ['AVAILABLE']))
  return evidence
}
