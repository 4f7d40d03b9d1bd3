import { JobFailure, type Task } from '../../kernel/store/queue.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import type { ClientRole } from '../../rules/vocabulary.js'
import { openInvitation } from './invitation.queries.js'
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

/** The notice to an administrator of a client that the firm invites a person of the client. */
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
  notifyOfInvitation(notice: InvitationNotice): Promise<void>
}

/** Sends an invitation to the invited member: `memberId` is for the log, which names whom a letter did not reach. */
export const sendInvitation = {
  name: 'sendInvitation',
  ids: ['invitationId', 'memberId'],
} as const satisfies Task

/** Tells an administrator of a client that the firm invited a member of the client; `memberId` as above. */
export const notifyOfInvitation = {
  name: 'notifyOfInvitation',
  ids: ['invitationId', 'memberId', 'administratorId'],
} as const satisfies Task

/**
 * The letter of an invitation of the firm entered; null when it cannot be accepted any more.
 * @throws JobFailure when it was made under another secret: its token cannot be computed
 */
export async function invitationLetter(tx: Tx, invitationId: string): Promise<InvitationLetter | null> {
  const found = await openInvitation(firmScope(tx), invitationId)
  if (!found) return null
  const { tokenHash, ...letter } = found
  const { token, hash } = invitationToken(tx.firmId, invitationId, tx.database.secretBox)
  if (hash.equals(tokenHash)) return { ...letter, token }
  throw new JobFailure('The invitation was made under another FIELDWORK_SECRET: send it again by resendInvitation.')
}
