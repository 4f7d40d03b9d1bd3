import type { InvitationLetter, InvitationNotice, Mailer } from '../features/identity/letters.js'
import type { Journal } from '../kernel/execute/services.js'
import { JobFailure } from '../kernel/store/queue.js'
import { invitationLink } from './invitation-link.js'
import { smtpMailer } from './smtp.js'

export interface MailerSettings {
  environment: 'development' | 'production' | 'test'
  publicUrl: string
  /** Takes letters as JSON and sends them; null: there is none. */
  mailUrl: string | null
  /** Sent along as a bearer token. */
  mailToken: string | null
  /** A server that takes mail by SMTP, and in whose name it is sent; null: there is none. */
  smtp: { url: string; from: string } | null
}

const answerWithinMs = 5_000

/** What sends letters, by the settings: an HTTP service, a mail server, or, except in production, the log. */
export function mailerOf(settings: MailerSettings, log: Journal): Mailer {
  const { environment, publicUrl, mailUrl, smtp } = settings
  if (mailUrl !== null) return mailService(mailUrl, settings)
  if (smtp !== null) return smtpMailer({ ...smtp, publicUrl, requiresTls: environment === 'production' })
  if (environment !== 'production') return letterLog(publicUrl, log)
  log.warn({}, 'FIELDWORK_MAIL_URL is not set, nor is FIELDWORK_SMTP_URL: invitations are made, and not delivered')
  return undelivered
}

/** Letters go to the log: a person reads the link there and brings it to whom it is for. */
function letterLog(publicUrl: string, log: Journal): Mailer {
  return {
    invite: async ({ to, expiresAt, token }) => {
      log.info({ to, expiresAt, link: invitationLink(publicUrl, token) }, 'an invitation, to be delivered by hand')
    },
    notifyOfInvitation: async (notice) => {
      log.info(notice, 'an administrator of a client is to be notified of an invitation')
    },
  }
}

const fail = async (_letter: InvitationLetter | InvitationNotice): Promise<void> => {
  throw new JobFailure('FIELDWORK_MAIL_URL is not set, nor is FIELDWORK_SMTP_URL: set one of them.')
}

/** A link lets in any person who holds it, and a log is read by many: in production neither it nor an address stands there. */
const undelivered: Mailer = { invite: fail, notifyOfInvitation: fail }

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
    }).catch(() => {
      throw new JobFailure('The mail service could not be reached, or did not answer in time.')
    })
    await response.body?.cancel()
    if (!response.ok) throw new JobFailure(`The mail service answered ${response.status}.`)
  }
  return {
    invite: (letter) => post({ kind: 'invitation', ...letter, link: invitationLink(publicUrl, letter.token) }),
    notifyOfInvitation: (notice) => post({ kind: 'invitation-notice', ...notice }),
  }
}
