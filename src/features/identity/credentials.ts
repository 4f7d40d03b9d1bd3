import type { PasswordHasher } from '../../kernel/execute/services.js'
import type { Database } from '../../kernel/store/database.js'
import { type WriteTx, write } from '../../kernel/store/work.js'
import { Refusal } from '../../rules/refusal.js'
import { type Account, accountByEmail, lockAccount } from './store.js'

/** An account whose password was given; `passwordHash` is what it was held against. */
export type Proof = Account

/** One answer for an unknown address, a wrong password and a membership that cannot be used. */
export const credentialsRefused = () =>
  new Refusal('CREDENTIALS_REFUSED', 'This e-mail address and password do not belong to an account that may sign in.')

/**
 * Holds a password against an account. Done before the act, without a connection: hashing takes long, and a crowd of
 * guessers must not occupy the connections that others work with.
 * @param email in its normal form; takes as long for one without an account
 */
export async function provePassword(
  database: Database,
  passwords: PasswordHasher,
  email: string,
  password: string,
): Promise<Proof | null> {
  const account = await write(database, null, 'provePassword', (tx) => accountByEmail(tx, email))
  const proven = await passwords.verify(account?.passwordHash ?? null, password)
  return proven ? account : null
}

/** The proof, still true inside the act: the password was not changed since. @throws Refusal CREDENTIALS_REFUSED */
export async function checkProof(tx: WriteTx, proof: Proof | null, lock?: 'share' | 'update'): Promise<Proof> {
  const account = proof && (await lockAccount(tx, proof.id, lock))
  if (!account || account.passwordHash !== proof.passwordHash) throw credentialsRefused()
  return account
}
