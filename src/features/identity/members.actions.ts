import type { WriteTx } from '../../data/work.js'
import type { InvitationLetter } from '../../graph/services.js'
import { leavesAnAdmin } from '../../rules/memberships.js'
import { normalEmail } from '../../rules/people.js'
import { Refusal } from '../../rules/refusal.js'
import { Client } from '../client/client.js'
import { Firm } from '../firm/firm.js'
import { Member } from '../firm/member.js'
import type {
  ChangeMemberRoleInput,
  InviteClientUserInput,
  InviteMemberInput,
  MemberChangeInput,
} from './identity.inputs.js'
import { invite } from './invitations.js'
import { countActiveAdmins, endSessionsOf, voidInvitations } from './store.js'

/** A member, and what to send them once the act is committed. */
export interface Invited {
  member: Member
  letter: InvitationLetter
}

/** Invites a person into the firm. Refused: an address that is a member already. */
export async function inviteMember(tx: WriteTx, input: InviteMemberInput): Promise<Invited> {
  await tx.permit(await tx.load(Firm, tx.firmId))
  const { name, firmRole } = input
  const member = await tx.insert(Member, { email: mustBeEmail(input.email), name, firmRole, state: 'INVITED' })
  return { member, letter: await invite(tx, member, tx.actor.memberId) }
}

/** Invites a person of a client. Refused: an address that is a member there already. */
export async function inviteClientUser(tx: WriteTx, input: InviteClientUserInput): Promise<Invited> {
  const client = await tx.load(Client, input.clientId)
  await tx.permit(client)
  const { name, clientRole } = input
  const email = mustBeEmail(input.email)
  const member = await tx.insert(Member, { email, name, clientRole, clientId: client.id, state: 'INVITED' })
  return { member, letter: await invite(tx, member, tx.actor.memberId) }
}

/** Invites a person again who has not accepted yet. Earlier invitations are void. */
export async function resendInvitation(tx: WriteTx, input: MemberChangeInput): Promise<Invited> {
  const member = await permitted(tx, input)
  const letter = await invite(tx, member, tx.actor.memberId)
  tx.note(member, { after: { invitedUntil: letter.expiresAt } })
  return { member, letter }
}

/** Takes a person's access away: tokens stop at once, invitations are void. Refused: oneself, the last administrator. */
export async function disableMember(tx: WriteTx, input: MemberChangeInput): Promise<{ member: Member }> {
  const member = await permitted(tx, input)
  leavesAnAdmin(member, await countActiveAdmins(tx, member.id))
  await endSessionsOf(tx, member.id)
  await voidInvitations(tx, member.id)
  return { member: await tx.update(member, { state: 'DISABLED' }) }
}

/** Gives a disabled person their access back; who never accepted waits to be invited again. Ended sessions stay ended. */
export async function reinstateMember(tx: WriteTx, input: MemberChangeInput): Promise<{ member: Member }> {
  const member = await permitted(tx, input)
  // One that was opened while the membership was being disabled must not come back to life.
  await endSessionsOf(tx, member.id)
  return { member: await tx.update(member, { state: member.userId ? 'ACTIVE' : 'INVITED' }) }
}

/** Changes a person's role, which holds from their next request. Refused: oneself, the last administrator, a role of the other kind. */
export async function changeMemberRole(tx: WriteTx, input: ChangeMemberRoleInput): Promise<{ member: Member }> {
  const member = await permitted(tx, input)
  const firmRole = input.firmRole ?? null
  const clientRole = input.clientRole ?? null
  const fits = member.firmRole ? firmRole && !clientRole : clientRole && !firmRole
  if (!fits) {
    const right = member.firmRole ? 'firmRole' : 'clientRole'
    throw new Refusal('INVALID_INPUT', `Give a ${right}, and only that: it is what this membership has.`, [right])
  }
  if (firmRole !== 'FIRM_ADMIN') leavesAnAdmin(member, await countActiveAdmins(tx, member.id))
  return { member: await tx.update(member, { firmRole, clientRole }) }
}

async function permitted(tx: WriteTx, input: MemberChangeInput): Promise<Member> {
  const member = await tx.load(Member, input.memberId, input.expectedVersion)
  await tx.permit(member)
  return member
}

function mustBeEmail(text: string): string {
  const email = normalEmail(text)
  if (email) return email
  throw new Refusal('INVALID_INPUT', 'email must be an e-mail address, like jo@example.com.', ['email'])
}
