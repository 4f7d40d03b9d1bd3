import type { WriteTx } from '../../kernel/store/work.js'
import { passwordFault } from '../../rules/people.js'
import { Refusal } from '../../rules/refusal.js'
import { checkProof, type Proof } from './credentials.js'
import type { ChangePasswordInput } from './identity.inputs.js'
import { noteMembership } from './sessions.js'
import { activeMemberships, endSessionsOf, replacePassword } from './store.js'

/** Refuses a password that will not do for an account. @throws Refusal INVALID_INPUT */
export function checkPassword(password: string, email: string, path: string): void {
  const fault = passwordFault(password, email)
  if (fault) throw new Refusal('INVALID_INPUT', `${path} ${fault}.`, [path])
}

/**
 * Changes the password of the one who asks; every other session of theirs ends, in all their firms.
 * @param proof the account, its present password proven; null when it was not
 * @param newHash of the new password; null when it will not do
 */
export async function changePassword(
  tx: WriteTx,
  input: ChangePasswordInput,
  proof: Proof | null,
  newHash: string | null,
): Promise<{ passwordChanged: boolean }> {
  const { userId, sessionId } = tx.actor
  await tx.openIdentityRealm()
  const account = await checkProof(tx, proof, 'update')
  if (account.id !== userId) throw new Error('The password proven is not that of the one who asks.')
  checkPassword(input.newPassword, account.email, 'newPassword')
  if (input.newPassword === input.currentPassword || newHash === null) {
    throw new Refusal('INVALID_INPUT', 'newPassword is the present one.', ['newPassword'])
  }
  await replacePassword(tx, account.id, newHash)
  for (const membership of await activeMemberships(tx, userId)) {
    const { firmId, memberId } = membership
    await tx.within(firmId, () => endSessionsOf(tx, memberId, sessionId))
    tx.nameAuthor(firmId, membership)
    noteMembership(tx, membership, { after: { passwordChangedAt: tx.now } })
  }
  return { passwordChanged: true }
}
