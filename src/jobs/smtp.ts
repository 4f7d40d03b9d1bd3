import { isIP } from 'node:net'
import { createTransport } from 'nodemailer'
import type { InvitationLetter, InvitationNotice, Mailer } from '../features/identity/letters.js'
import { JobFailure } from '../kernel/store/queue.js'
import { invitationLink } from './invitation-link.js'

interface SmtpSettings {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  url: string
  /** In whose name: an address, or a name with an address. */
  from: string
  publicUrl: string
  /** Whether a server on another machine is refused that does not encrypt: a link lets in any person who reads it. */
  requiresTls: boolean
}

/** The server has so long for a connection, a greeting, each answer; and for a letter as a whole. */
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 15_000, dnsTimeout: 10_000 }
const letterWithinMs = 30_000

interface Mail {
  to: { name: string; address: string }
  subject: string
  text: string
}

/** Sends letters as mail in plain text, each on a connection of its own. */
export function smtpMailer({ url, from, publicUrl, requiresTls }: SmtpSettings): Mailer {
  const requireTLS = requiresTls && !isThisMachine(new URL(url).hostname)
  const transport = createTransport(
    { url, requireTLS, ...timeouts, disableFileAccess: true, disableUrlAccess: true },
    { from },
  )
  const send = async (mail: Mail): Promise<void> => {
    try {
      await transport.sendMail({ ...mail, signal: AbortSignal.timeout(letterWithinMs) })
    } catch (error) {
      // The server's own words may repeat the address.
      const { code = 'no code', responseCode } = error as { code?: string; responseCode?: number }
      throw new JobFailure(
        `The mail server did not take the letter (${[code, responseCode].filter(Boolean).join(' ')}).`,
      )
    }
  }
  return {
    invite: (letter) => send(invitationMail(letter, invitationLink(publicUrl, letter.token))),
    notifyOfInvitation: (notice) => send(noticeMail(notice)),
  }
}

const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))

function invitationMail({ to, name, firmName, clientName, expiresAt }: InvitationLetter, link: string): Mail {
  const place = clientName === null ? firmName : `${clientName}, a client of ${firmName}`
  return {
    to: { name, address: to },
    subject: `Invitation to ${firmName}`,
    text: [
      `${name},`,
      `you are invited to work with ${firmName} in Fieldwork, as a member of ${place}. Follow this link to accept:`,
      link,
      `It can be used once, until ${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC. Do not pass it on: it lets in any person who holds it.`,
    ].join('\n\n'),
  }
}

function noticeMail(notice: InvitationNotice): Mail {
  const { to, name, firmName, clientName, invitedEmail, invitedName, clientRole, invitedByName } = notice
  return {
    to: { name, address: to },
    subject: `${firmName} invited a person of ${clientName}`,
    text: [
      `${name},`,
      `${invitedByName} of ${firmName} invited ${invitedName} (${invitedEmail}) to ${clientName} in Fieldwork, as ${clientRole}.`,
      'You receive this because you administer the people of the client. If this person should not have access, disable the membership.',
    ].join('\n\n'),
  }
}
