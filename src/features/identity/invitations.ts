import { v7 as newId } from 'uuid'
import type { Actor, Claims } from '../../kernel/access/actor.js'
import type { PasswordHasher, TokenIssuer } from '../../kernel/execute/services.js'
import type { Database } from '../../kernel/store/database.js'
import { readIdentity, type Tx, type WriteTx } from '../../kernel/store/work.js'
import { passwordFault, peopleLimits } from '../../rules/people.js'
import { Refusal } from '../../rules/refusal.js'
import { giveDomainsToClient } from '../client/domains.actions.js'
import { Member } from '../firm/member.js'
import { oneAtATime } from '../firm/one-at-a-time.js'
import { checkPassword } from './account.actions.js'
import { checkProof, credentialsRefused, type Proof, provePassword } from './credentials.js'
import type { AcceptInvitationInput } from './identity.inputs.js'
import type { SignedIn } from './identity.types.js'
import { invitationToken, readOpaqueToken } from './opaque-token.js'
import { openSession } from './sessions.js'
import { checkOnOneSide } from './sides.js'
import {
  accountByEmail,
  accountById,
  countMemberships,
  insertAccount,
  insertInvitation,
  type KnownInvitation,
  markInvitationAccepted,
  readInvitation,
  voidInvitations,
} from './store.js'

/** How long an invitation can be accepted. */
export const invitationDays = 7

const invitationRefused = () =>
  new Refusal(
    'INVITATION_REFUSED',
    'This invitation cannot be accepted: it was used, replaced or withdrawn, or it is too old. Ask for a new one.',
    ['token'],
  )

/** An invitation that was just made. */
export interface MadeInvitation {
  id: string
  token: string
  expiresAt: Date
}

/** Invites a person who is a member in state INVITED. Earlier invitations of the same member are void. */
export async function invite(tx: WriteTx, member: Member, invitedBy: Actor | null): Promise<MadeInvitation> {
  const { id, token, hash: tokenHash } = invitationToken(tx.firmId, newId(), tx.database.secretBox)
  const expiresAt = new Date(tx.now.getTime() + invitationDays * 86_400_000)
  await voidInvitations(tx, member.id)
  const { id: memberId, clientId, clientRole } = member
  await insertInvitation(tx, { id, memberId, clientId, clientRole, tokenHash, expiresAt }, invitedBy)
  return { id, token, expiresAt }
}

/** What was found out before an invitation is accepted: whose it is, and what the password does. */
export interface Acceptance {
  /** The normal e-mail address; null when there is no such invitation. */
  email: string | null
  /** For an address that has an account: the proof that the password is its own. */
  proof: Proof | null
  /** For an address without one: the hash of the new account's password. */
  newHash: string | null
}

/** The address an invitation went to; null when it cannot be accepted, and was not: a repetition may still be answered. */
export async function invitedEmail(database: Database, token: string): Promise<string | null> {
  return readIdentity(database, async (tx) => (await knownInvitation(tx, token))?.email ?? null)
}

/** Hashes before the act: see `provePassword`. */
export async function prepareAcceptance(
  database: Database,
  passwords: PasswordHasher,
  email: string | null,
  password: string,
): Promise<Acceptance> {
  if (email === null) return { email, proof: null, newHash: null }
  const known = await readIdentity(database, (tx) => accountByEmail(tx, email))
  if (known) return { email, proof: await provePassword(database, passwords, email, password), newHash: null }
  return { email, proof: null, newHash: passwordFault(password, email) ? null : await passwords.hash(password) }
}

/**
 * Accepts an invitation and signs the person in. Runs in the identity realm.
 * Refused: an invitation that is not open; who is signed in as another person; for an address with an account, a password
 * that is not its own; for a new account, a password that will not do; a person of the other side of the firm, or who is, or
 * was, on the team that examines the client.
 * @param claims of the token that was sent along, if any: acts of this kind need none
 */
export async function acceptInvitation(
  tx: WriteTx,
  input: AcceptInvitationInput,
  { email, proof, newHash }: Acceptance,
  tokens: TokenIssuer,
  claims: Claims | null,
): Promise<{ session: SignedIn }> {
  // Nothing is locked for a caller who does not hold an invitation; what it is may have changed when the lock is had.
  if (!(await knownInvitation(tx, input.token))) throw invitationRefused()
  await oneAtATime(tx)
  const invitation = await knownInvitation(tx, input.token, 'update')
  if (!invitation?.open || invitation.email !== email) throw invitationRefused()
  const member = await tx.load(Member, invitation.memberId, undefined, 'update')
  if (member.state !== 'INVITED') throw invitationRefused()
  if (claims && (await accountById(tx, claims.userId))?.email !== email) {
    throw new Refusal(
      'SEPARATION_OF_DUTIES',
      'You are signed in as another person: an invitation is accepted by who was invited.',
      ['token'],
    )
  }
  const userId = newHash ? await makeAccount(tx, email, newHash) : await provenAccount(tx, input.password, email, proof)
  await checkOnOneSide(tx, { email, userId, clientId: member.clientId }, 'token')
  if ((await countMemberships(tx, userId)) >= peopleLimits.memberships) {
    throw new Refusal('LIMIT_REACHED', `A person holds at most ${peopleLimits.memberships} memberships.`, ['token'])
  }
  await tx.update(member, { state: 'ACTIVE', userId })
  if (member.clientId && member.clientRole === 'CLIENT_ADMIN') await giveDomainsToClient(tx, member.clientId)
  await markInvitationAccepted(tx, invitation.id)
  const { firmId, id: memberId, clientId } = member
  return { session: await openSession(tx, tokens, { userId, memberId, firmId, clientId }) }
}

/** Enters the token's firm. @returns null when the invitation is not there, not this one, or has expired or been withdrawn */
async function knownInvitation(tx: Tx, text: string, lock?: 'update'): Promise<KnownInvitation | null> {
  const token = readOpaqueToken(text)
  if (!token) return null
  await tx.enter(token.firmId)
  const known = await readInvitation(tx, token, lock)
  return known?.open || known?.accepted ? known : null
}

async function makeAccount(tx: WriteTx, email: string, passwordHash: string): Promise<string> {
  const id = newId()
  if (await insertAccount(tx, { id, email, passwordHash })) return id
  throw credentialsRefused()
}

async function provenAccount(tx: WriteTx, password: string, email: string, proof: Proof | null): Promise<string> {
  if (proof) return (await checkProof(tx, proof)).id
  if (await accountByEmail(tx, email)) throw credentialsRefused()
  checkPassword(password, email, 'password')
  // It would do, and was not hashed: the account it was to prove itself to is gone, or was never there.
  throw credentialsRefused()
}
