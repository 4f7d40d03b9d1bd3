import { enqueue } from '../../kernel/store/queue.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkAddressOfClient, checkAdminRemains } from '../../rules/memberships.js'
import { normalEmail } from '../../rules/people.js'
import { Refusal } from '../../rules/refusal.js'
import { Client } from '../client/client.js'
import { giveDomainsToClient } from '../client/domains.actions.js'
import { Firm } from '../firm/firm.js'
import { Member } from '../firm/member.js'
import { oneAtATime } from '../firm/one-at-a-time.js'
import type {
  ChangeMemberRoleInput,
  InviteClientUserInput,
  InviteMemberInput,
  MemberChangeInput,
} from './identity.inputs.js'
import { invite, type MadeInvitation } from './invitations.js'
import { notifyOfInvitation, sendInvitation } from './letters.js'
import { checkOnOneSide, releaseSuspended } from './sides.js'
import { countActiveAdmins, endSessionsOf, voidInvitations } from './store.js'

/** What each of these acts answers. */
interface Changed {
  member: Member
}

/** Invites a person into the firm. Refused: an address that is a member already, or with a client of the firm. */
export async function inviteMember(tx: WriteTx, input: InviteMemberInput): Promise<Changed> {
  await oneAtATime(tx)
  await tx.permit(await tx.load(Firm, tx.firmId))
  const { name, firmRole } = input
  const email = checkEmail(input.email)
  await checkOnOneSide(tx, { email, userId: null, clientId: null }, 'email')
  const member = await tx.insert(Member, { email, name, firmRole, state: 'INVITED' })
  await inviteAndTell(tx, member)
  return { member }
}

/**
 * Invites a person of a client. Refused: an address that is a member there already, or a member of the firm, or of who
 * examines the client; by the firm's side, an address outside the client's e-mail domains or in the firm's own.
 */
export async function inviteClientUser(tx: WriteTx, input: InviteClientUserInput): Promise<Changed> {
  await oneAtATime(tx)
  const client = await tx.load(Client, input.clientId)
  await tx.permit(client)
  const { name, clientRole } = input
  const email = checkEmail(input.email)
  const { emailDomains: firmDomains } = await tx.load(Firm, tx.firmId)
  checkAddressOfClient({ email }, tx.actor, { clientDomains: client.emailDomains, firmDomains }, 'email')
  await checkOnOneSide(tx, { email, userId: null, clientId: client.id }, 'email')
  const member = await tx.insert(Member, { email, name, clientRole, clientId: client.id, state: 'INVITED' })
  await inviteAndTell(tx, member)
  return { member }
}

/** Invites a person again who has not accepted yet. Earlier invitations are void. Refused as inviting is. */
export async function resendInvitation(tx: WriteTx, input: MemberChangeInput): Promise<Changed> {
  await oneAtATime(tx)
  const member = await permitted(tx, input)
  await checkOnOneSide(tx, member, 'memberId')
  return invitedAgain(tx, member)
}

/** Takes a person's access away: tokens stop at once, invitations are void. Refused: oneself, the last administrator. */
export async function disableMember(tx: WriteTx, input: MemberChangeInput): Promise<Changed> {
  await oneAtATime(tx)
  const member = await permitted(tx, input)
  checkAdminRemains(member, await countActiveAdmins(tx, member.id))
  await endSessionsOf(tx, member.id)
  await voidInvitations(tx, member.id)
  const disabled = await tx.update(member, { state: 'DISABLED', suspendedAt: null })
  await releaseSuspended(tx)
  return { member: disabled }
}

/**
 * Gives a disabled person their access back; who never accepted waits to be invited again. Ended sessions stay ended.
 * Refused: who is on the other side of the firm by now.
 */
export async function reinstateMember(tx: WriteTx, input: MemberChangeInput): Promise<Changed> {
  await oneAtATime(tx)
  const member = await permitted(tx, input)
  await checkOnOneSide(tx, member, 'memberId')
  // One that was opened while the membership was being disabled must not come back to life.
  await endSessionsOf(tx, member.id)
  return { member: await tx.update(member, { state: member.userId ? 'ACTIVE' : 'INVITED' }) }
}

/**
 * Changes a person's role, which holds from their next request. A person of a client who has not accepted yet is invited again,
 * as what they are to be now: no administrator of a client comes in by an invitation that says something else.
 * Refused: oneself, the last administrator, a role of the other kind; where it invites, as inviting is.
 */
export async function changeMemberRole(tx: WriteTx, input: ChangeMemberRoleInput): Promise<Changed> {
  await oneAtATime(tx)
  const member = await permitted(tx, input)
  const firmRole = input.firmRole ?? null
  const clientRole = input.clientRole ?? null
  const fits = member.firmRole ? firmRole && !clientRole : clientRole && !firmRole
  if (!fits) {
    const right = member.firmRole ? 'firmRole' : 'clientRole'
    throw new Refusal('INVALID_INPUT', `Give a ${right}, and only that: it is what this membership has.`, [right])
  }
  if (firmRole !== 'FIRM_ADMIN') checkAdminRemains(member, await countActiveAdmins(tx, member.id))
  // Who has not accepted yet is the client's administrator only from then on.
  if (clientRole === 'CLIENT_ADMIN' && member.userId) await giveDomainsToClient(tx, member.clientId as string)
  const invitesAgain = clientRole !== member.clientRole && member.state === 'INVITED'
  if (invitesAgain) await checkOnOneSide(tx, member, 'memberId')
  const changed = await tx.update(member, { firmRole, clientRole })
  return invitesAgain ? invitedAgain(tx, changed) : { member: changed }
}

async function permitted(tx: WriteTx, input: MemberChangeInput): Promise<Member> {
  const member = await tx.load(Member, input.memberId, input.expectedVersion)
  await tx.permit(member)
  return member
}

/** Writes the invitation of a member. It is sent once the act is committed, and the client's administrators are notified. */
async function inviteAndTell(tx: WriteTx, member: Member): Promise<MadeInvitation> {
  const made = await invite(tx, member, tx.actor)
  const ids = { invitationId: made.id, memberId: member.id }
  enqueue(tx, sendInvitation, ids)
  for (const { id } of await administratorsToTell(tx, member)) {
    enqueue(tx, notifyOfInvitation, { ...ids, administratorId: id })
  }
  return made
}

async function invitedAgain(tx: WriteTx, member: Member): Promise<Changed> {
  const { expiresAt } = await inviteAndTell(tx, member)
  tx.note(member, { after: { invitedUntil: expiresAt } })
  return { member }
}

/** The client's active administrators are notified of whom the firm's side invites. */
async function administratorsToTell(tx: WriteTx, { clientId }: Member): Promise<Member[]> {
  if (tx.actor.clientRole !== null || clientId === null) return []
  return tx.find(Member, { clientId, clientRole: 'CLIENT_ADMIN', state: 'ACTIVE', suspendedAt: null })
}

function checkEmail(text: string): string {
  const email = normalEmail(text)
  if (email) return email
  throw new Refusal('INVALID_INPUT', 'email must be an e-mail address, like jo@example.com.', ['email'])
}
