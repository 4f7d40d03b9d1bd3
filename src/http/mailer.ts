import type { Journal, Mailer } from '../kernel/execute/services.js'

export interface MailerSettings {
  environment: 'development' | 'production' | 'test'
  publicUrl: string
  /** Takes letters as JSON and sends them; null: nobody does. */
  mailUrl: string | null
  /** Sent along as a bearer token. */
  mailToken: string | null
}

const answerWithinMs = 5_000

/** Behind `#`, which a browser keeps to itself: the token reaches no server's log by being followed. */
export const invitationLink = (publicUrl: string, token: string): string => `${publicUrl}/#invitation=${token}`

/** Who brings letters to people, by the settings: a mail service of the firm's, or, except in production, the log. */
export function mailerOf(settings: MailerSettings, log: Journal): Mailer {
  if (settings.mailUrl !== null) return mailService(settings.mailUrl, settings)
  if (settings.environment !== 'production') return letterLog(settings.publicUrl, log)
  log.warn({}, 'FIELDWORK_MAIL_URL is not set: invitations are made, and delivered to nobody')
  return undelivered
}

/** Letters go to the log: a person reads the link there and brings it to whom it is for. */
function letterLog(publicUrl: string, log: Journal): Mailer {
  return {
    invite: async ({ to, expiresAt, token }) => {
      log.info({ to, expiresAt, link: invitationLink(publicUrl, token) }, 'an invitation, to be delivered by hand')
    },
    tellOfInvitation: async (notice) => {
      log.info(notice, 'an administrator of a client is to be told of an invitation')
    },
  }
}

/**
 * A link lets in whoever holds it, and a log is read by many: in production neither it nor an address stands there. Who
 * invites logs whose invitation could not be sent.
 */
const undelivered: Mailer = {
  invite: async () => {
    throw new Error('FIELDWORK_MAIL_URL is not set: set it, then send the invitation again.')
  },
  tellOfInvitation: async () => {
    throw new Error('FIELDWORK_MAIL_URL is not set: the administrators of the client are not told of the invitation.')
  },
}

/** One POST per letter, to a service that writes the words and sends the mail. Anything but 2xx is a failure. */
function mailService(url: string, { publicUrl, mailToken }: MailerSettings): Mailer {
  const post = async (letter: object): Promise<void> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(mailToken === null ? {} : { authorization: `Bearer ${mailToken}` }),
      },
      body: JSON.stringify(letter),
      redirect: 'error',
      signal: AbortSignal.timeout(answerWithinMs),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`The mail service answered ${response.status}.`)
  }
  return {
    invite: (letter) => post({ kind: 'invitation', ...letter, link: invitationLink(publicUrl, letter.token) }),
    tellOfInvitation: (notice) => post({ kind: 'invitation-notice', ...notice }),
  }
}
