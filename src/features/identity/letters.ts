import { JobFailure, type Task } from '../../kernel/store/queue.js'
import type { Tx } from '../../kernel/store/work.js'
import type { ClientRole } from '../../rules/vocabulary.js'
import { invitationToken } from './opaque-token.js'

/** What is sent to a person who was invited. */
export interface InvitationLetter {
  to: string
  name: string
  firmName: string
  /** Null for a member of the firm. */
  clientName: string | null
  token: string
  expiresAt: Date
}

/** What an administrator of a client is told when the firm invites a person of the client. */
export interface InvitationNotice {
  to: string
  name: string
  firmName: string
  clientName: string
  /** Who was invited, as what, and by whom of the firm. */
  invitedEmail: string
  invitedName: string
  clientRole: ClientRole
  invitedByName: string
}

/** Sends letters to people. */
export interface Mailer {
  /** @throws Error when the letter could not be sent */
  invite(letter: InvitationLetter): Promise<void>
  /** @throws Error when the letter could not be sent */
  tellOfInvitation(notice: InvitationNotice): Promise<void>
}

/** Sends an invitation to the invited member. */
export const sendInvitation = {
  name: 'sendInvitation',
  ids: ['invitationId', 'memberId'],
} as const satisfies Task

/** Tells an administrator of a client that the firm invited a member of the client. */
export const tellOfInvitation = {
  name: 'tellOfInvitation',
  ids: ['invitationId', 'memberId', 'administratorId'],
} as const satisfies Task

/**
 * The letter of an invitation of the firm entered; null when it cannot be accepted any more.
 * @throws JobFailure when it was made under another secret: its token cannot be computed
 */
export async function invitationLetter(tx: Tx, invitationId: string): Promise<InvitationLetter | null> {
  const [found] = await tx.query<Omit<InvitationLetter, 'token'> & { tokenHash: Buffer }>(
    `select m.email as to, m.name, f.name as "firmName", c.name as "clientName", i.expires_at as "expiresAt",
       i.token_hash as "tokenHash"
     from invitation i join member m on m.firm_id = $1 and m.id = i.member_id join firm f on f.firm_id = $1
       left join client c on c.firm_id = $1 and c.id = m.client_id
     where i.firm_id = $1 and i.id = $2 and i.accepted_at is null and i.expires_at > now() and m.state = 'INVITED'`,
    [tx.firmId, invitationId],
  )
  if (!found) return null
  const { tokenHash, ...letter } = found
  const { token, hash } = invitationToken(tx.firmId, invitationId, tx.database.keeper)
  if (hash.equals(tokenHash)) return { ...letter, token }
  throw new JobFailure('The invitation was made under another FIELDWORK_SECRET: send it again by resendInvitation.')
}

/** What an administrator of the client is told of an invitation of the firm entered; null when they are its administrator no more. */
export async function invitationNotice(
  tx: Tx,
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
    [tx.firmId, invitationId, administratorId],
  )
  return found ?? null
}
