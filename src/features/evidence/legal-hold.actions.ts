import type { WriteTx } from '../../kernel/store/work.js'
import { Engagement } from '../engagement/engagement.js'
import type { PlaceLegalHoldInput, ReleaseLegalHoldInput } from './legal-hold.inputs.js'
import { LegalHold } from './legal-hold.js'

/**
 * Places a legal hold, in whatever state the engagement is. It waits for removals that are under way, each of which holds the
 * engagement's row: what comes after it finds the hold.
 */
export async function placeLegalHold(tx: WriteTx, input: PlaceLegalHoldInput) {
  const engagement = await tx.load(Engagement, input.engagementId)
  await tx.permit(engagement)
  return { legalHold: await tx.insert(LegalHold, { engagementId: engagement.id, reason: input.reason }) }
}

/** Releases a legal hold. Others that are in force on the same engagement stay. Refused: one that was released already. */
export async function releaseLegalHold(tx: WriteTx, input: ReleaseLegalHoldInput) {
  const legalHold = await tx.load(LegalHold, input.legalHoldId, input.expectedVersion)
  await tx.permit(legalHold)
  const released = { releasedBy: tx.actor.memberId, releasedAt: tx.now, releasedReason: input.reason }
  return { legalHold: await tx.update(legalHold, released) }
}
