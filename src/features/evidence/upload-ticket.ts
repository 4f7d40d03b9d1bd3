import { z } from 'zod'
import type { Claims } from '../../kernel/access/actor.js'
import type { SecretBox } from '../../kernel/store/secret-box.js'
import { evidenceOrigins, words } from '../../rules/vocabulary.js'

/** Within so many minutes an upload is begun; it may take longer. */
export const uploadMinutes = 15

/**
 * What a ticket says: who may bring which file, once, and what it is. Sealed: only this service makes and reads one. It holds the
 * id that the evidence will have, so that a file sent twice is taken once.
 */
const body = z.object({
  purpose: z.literal('upload'),
  claims: z.object({
    userId: z.uuid(),
    memberId: z.uuid(),
    firmId: z.uuid(),
    clientId: z.uuid().nullable(),
    sessionId: z.uuid(),
  }),
  evidenceId: z.uuid(),
  engagementId: z.uuid(),
  fileName: z.string(),
  byteCountMax: z.int(),
  origin: z.enum(words(evidenceOrigins)),
  source: z.string(),
  coversFrom: z.string().nullable(),
  coversTo: z.string().nullable(),
  supersedesId: z.uuid().nullable(),
  expiresAt: z.int(),
})

export type TicketContent = Omit<z.infer<typeof body>, 'purpose' | 'claims'> & { claims: Claims }

/** More than a ticket with the longest texts has. */
const ticketCharsMax = 6_000

export const sealTicket = (secretBox: SecretBox, ticket: TicketContent): string =>
  secretBox.seal(JSON.stringify({ purpose: 'upload', ...ticket })).toString('base64url')

/** @returns what a ticket says, whether or not it has expired; null for what is none of ours */
export function openTicket(secretBox: SecretBox, text: string): TicketContent | null {
  if (text.length > ticketCharsMax || !/^[\w-]+$/.test(text)) return null
  try {
    const { purpose: _, ...ticket } = body.parse(JSON.parse(secretBox.open(Buffer.from(text, 'base64url'))))
    return ticket
  } catch {
    return null
  }
}
