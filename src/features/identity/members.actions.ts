import type { InvitationLetter, InvitationNotice } from '../../kernel/execute/services.js'
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
import { invite } from './invitations.js'
import { checkOnOneSide, releaseSuspended } from './sides.js'
import { countActiveAdmins, endSessionsOf, voidInvitations } from './store.js'

/** A member, and what to send once the act is committed: to them, and to the administrators of their client. */
export interface Invited {
  member: Member
  letter: InvitationLetter
  notices: InvitationNotice[]
}

/** Invites a person into the firm. Refused: an address that is a member already, or with a client of the firm. */
export async function inviteMember(tx: WriteTx, input: InviteMemberInput): Promise<Invited> {
  await oneAtATime(tx)
  await tx.permit(await tx.load(Firm, tx.firmId))
  const { name, firmRole } = input
  const email = checkEmail(input.email)
  await checkOnOneSide(tx, { email, userId: null, clientId: null }, 'email')
  return invited(tx, await tx.insert(Member, { email, name, firmRole, state: 'INVITED' }))
}

/**
 * Invites a person of a client. Refused: an address that is a member there already, or a member of the firm, or of who
 * examines the client; by the firm's side, an address outside the client's e-mail domains or in the firm's own.
 */
export async function inviteClientUser(tx: WriteTx, input: InviteClientUserInput): Promise<Invited> {
  await oneAtATime(tx)
  const client = await tx.load(Client, input.clientId)
  await tx.permit(client)
  const { name, clientRole } = input
  const email = checkEmail(input.email)
  const { emailDomains: firmDomains } = await tx.load(Firm, tx.firmId)
  checkAddressOfClient({ email }, tx.actor, { clientDomains: client.emailDomains, firmDomains }, 'email')
  await checkOnOneSide(tx, { email, userId: null, clientId: client.id }, 'email')
  return invited(tx, await tx.insert(Member, { email, name, clientRole, clientId: client.id, state: 'INVITED' }))
}

/** Invites a person again who has not accepted yet. Earlier invitations are void. Refused as inviting is. */
export async function resendInvitation(tx: WriteTx, input: MemberChangeInput): Promise<Invited> {
  await oneAtATime(tx)
  const member = await permitted(tx, input)
  await checkOnOneSide(tx, member, 'memberId')
  return invitedAgain(tx, member)
}

/** Takes a person's access away: tokens stop at once, invitations are void. Refused: oneself, the last administrator. */
export async function disableMember(tx: WriteTx, input: MemberChangeInput): Promise<{ member: Member }> {
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
export async function reinstateMember(tx: WriteTx, input: MemberChangeInput): Promise<{ member: Member }> {
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
export async function changeMemberRole(
  tx: WriteTx,
  input: ChangeMemberRoleInput,
): Promise<{ member: Member } | Invited> {
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

/** Writes the invitation of a member, and what is sent for it. */
async function invited(tx: WriteTx, member: Member): Promise<Invited> {
  const letter = await invite(tx, member, tx.actor)
  return { member, letter, notices: await noticesOf(tx, member, letter) }
}

async function invitedAgain(tx: WriteTx, member: Member): Promise<Invited> {
  const done = await invited(tx, member)
  tx.note(member, { after: { invitedUntil: done.letter.expiresAt } })
  return done
}

/** The client's active administrators are told whom the firm's side invites. */
async function noticesOf(tx: WriteTx, member: Member, letter: InvitationLetter): Promise<InvitationNotice[]> {
  const { clientId, clientRole, email, name } = member
  const { firmName, clientName } = letter
  if (tx.actor.clientRole !== null || clientId === null || clientRole === null || clientName === null) return []
  const administrators = await tx.find(Member, {
    clientId,
    clientRole: 'CLIENT_ADMIN',
    state: 'ACTIVE',
    suspendedAt: null,
  })
  const common = { firmName, clientName, invitedEmail: email, invitedName: name, clientRole }
  return administrators.map((one) => ({ ...common, to: one.email, name: one.name, invitedByName: tx.actor.name }))
}

function checkEmail(text: string): string {
  const email = normalEmail(text)
  if (email) return email
  throw new Refusal('INVALID_INPUT', 'email must be an e-mail address, like jo@example.com.', ['email'])
}
