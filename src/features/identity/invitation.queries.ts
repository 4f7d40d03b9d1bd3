import type { FirmScope } from '../../kernel/store/scope.js'
import type { InvitationLetter, InvitationNotice } from './letters.js'

/** What the letter of an invitation says beside its token; null when it cannot be accepted any more. */
export async function openInvitation(
  { tx, firmId }: FirmScope,
  invitationId: string,
): Promise<(Omit<InvitationLetter, 'token'> & { tokenHash: Buffer }) | null> {
  const [found] = await tx.query<Omit<InvitationLetter, 'token'> & { tokenHash: Buffer }>(
    `select m.email as to, m.name, f.name as "firmName", c.name as "clientName", i.expires_at as "expiresAt",
       i.token_hash as "tokenHash"
     from invitation i join member m on m.firm_id = $1 and m.id = i.member_id join firm f on f.firm_id = $1
       left join client c on c.firm_id = $1 and c.id = m.client_id
     where i.firm_id = $1 and i.id = $2 and i.accepted_at is null and i.expires_at > now() and m.state = 'INVITED'`,
    [firmId, invitationId],
  )
  return found ?? null
}

/** The notice of an invitation for an administrator of the client; null when they are its administrator no more. */
export async function invitationNotice(
  { tx, firmId }: FirmScope,
  invitationId: string,
  administratorId: string,
): Promise<InvitationNotice | null> {
  const [found] = await tx.query<InvitationNotice>(
    `select a.email as to, a.name, f.name as "firmName", c.name as "clientName", m.email as "invitedEmail",
       m.name as "invitedName", i.client_role as "clientRole", i.invited_by_name as "invitedByName"
     from invitation i join member m on m.firm_id = $1 and m.id = i.member_id join firm f on f.firm_id = $1
       join client c on c.firm_id = $1 and c.id = i.client_id
       join member a on a.firm_id = $1 and a.id = $3 and a.client_id = i.client_id
     where i.firm_id = $1 and i.id = $2
       and a.client_role = 'CLIENT_ADMIN' and a.state = 'ACTIVE' and a.suspended_at is null`,
    [firmId, invitationId, administratorId],
  )
  return found ?? null
}
