import { v7 as newId } from 'uuid'
import type { TokenIssuer } from '../../kernel/execute/services.js'
import type { Tx, WriteTx } from '../../kernel/store/work.js'
import { Refusal } from '../../rules/refusal.js'
import { Client } from '../client/client.js'
import { Firm } from '../firm/firm.js'
import { checkProof, credentialsRefused, type Proof } from './credentials.js'
import type { ChooseMembershipInput, SignInInput, SwitchMembershipInput } from './identity.inputs.js'
import type { MembershipChoice, SignedIn } from './identity.types.js'
import { issue, noteMembership, openSession } from './sessions.js'
import { activeMemberships, endFamily, lockAccount, type Membership } from './store.js'
import { makeTicket, readTicket } from './ticket.js'

/** What signing in comes to: a session, or the memberships to choose from and a ticket to go on with. */
export interface SignInAnswer {
  session?: SignedIn
  memberships?: MembershipChoice[]
  ticket?: string
}

/**
 * Signs a person in. Refused, always alike: an unknown address, a wrong password, no membership that can be used.
 * @param proof the account, its password proven; null when it was not
 */
export async function signIn(
  tx: WriteTx,
  input: SignInInput,
  proof: Proof | null,
  tokens: TokenIssuer,
): Promise<SignInAnswer> {
  const { id: userId } = await checkProof(tx, proof)
  const memberships = await activeMemberships(tx, userId)
  const chosen = memberships.find(({ memberId }) => !input.memberId || memberId === input.memberId)
  if (!chosen) throw credentialsRefused()
  if (input.memberId || memberships.length === 1)
    return { session: await openSession(tx, tokens, { ...chosen, userId }) }
  return { memberships: await describe(tx, memberships), ticket: makeTicket(tx.database, proof as Proof, tx.now) }
}

/** Goes on where `signIn` found several memberships. Refused: a ticket that does not hold, a membership not the person's. */
export async function chooseMembership(
  tx: WriteTx,
  input: ChooseMembershipInput,
  tokens: TokenIssuer,
): Promise<{ session: SignedIn }> {
  const ticket = readTicket(tx.database, input.ticket, tx.now)
  const account = ticket && (await lockAccount(tx, ticket.userId))
  if (!account || !ticket.isFor(account)) {
    throw new Refusal('CREDENTIALS_REFUSED', 'The ticket does not hold any more. Sign in again.', ['ticket'])
  }
  const chosen = (await activeMemberships(tx, account.id)).find(({ memberId }) => memberId === input.memberId)
  if (!chosen) throw notAmongYours()
  return { session: await openSession(tx, tokens, { ...chosen, userId: account.id }) }
}

/** Signs in once more, in another membership of the person who asks. The present session goes on. */
export async function switchMembership(
  tx: WriteTx,
  input: SwitchMembershipInput,
  tokens: TokenIssuer,
): Promise<{ session: SignedIn }> {
  const { userId } = tx.actor
  await tx.openIdentityRealm()
  const chosen = (await activeMemberships(tx, userId)).find(({ memberId }) => memberId === input.memberId)
  if (!chosen) throw notAmongYours()
  const { firmId, memberId, clientId } = chosen
  const claims = { userId, memberId, firmId, clientId, sessionId: newId() }
  tx.nameAuthor(firmId, chosen)
  noteMembership(tx, chosen, { after: { session: claims.sessionId } })
  return { session: await tx.within(firmId, () => issue(tx, tokens, claims)) }
}

/** Ends the session: its tokens stop at once, the access token included. */
export async function signOut(tx: WriteTx): Promise<{ signedOut: boolean }> {
  await endFamily(tx, tx.actor.sessionId)
  noteMembership(tx, tx.actor, { before: { session: tx.actor.sessionId } })
  return { signedOut: true }
}

const notAmongYours = () => new Refusal('NOT_FOUND', 'You have no such membership that can be used.', ['memberId'])

/** Names of firms and clients are their own tenants' rows: read firm by firm, of which a person has a few. */
async function describe(tx: Tx, memberships: readonly Membership[]): Promise<MembershipChoice[]> {
  const choices: MembershipChoice[] = []
  for (const { firmId, memberId, clientId, firmRole, clientRole } of memberships) {
    await tx.enter(firmId)
    const firm = await tx.load(Firm, firmId)
    const client = clientId ? await tx.load(Client, clientId) : null
    choices.push({ memberId, firmName: firm.name, clientName: client?.name ?? null, firmRole, clientRole })
  }
  return choices
}
