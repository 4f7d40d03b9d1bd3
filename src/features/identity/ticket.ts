import { z } from 'zod'
import type { Database } from '../../kernel/store/database.js'
import type { Account } from './store.js'

/** How long a person may take to choose among memberships. */
const ticketMinutes = 5

/** A ticket says that the password of an account was given a moment ago. Sealed: only this service makes and reads one. */
const body = z.object({
  purpose: z.literal('choose membership'),
  userId: z.uuid(),
  password: z.string(),
  endsAt: z.int(),
})

/** Which password it was: a ticket does not outlive it. */
const passwordMark = (database: Database, account: Account): string =>
  database.secretBox.digest(`ticket ${account.id} ${account.passwordHash}`).toString('base64url')

export function makeTicket(database: Database, account: Account, now: Date): string {
  const said: z.infer<typeof body> = {
    purpose: 'choose membership',
    userId: account.id,
    password: passwordMark(database, account),
    endsAt: now.getTime() + ticketMinutes * 60_000,
  }
  return database.secretBox.seal(JSON.stringify(said)).toString('base64url')
}

export interface Ticket {
  userId: string
  /** Whether the account still has the password that was given. */
  isFor(account: Account): boolean
}

/** @returns null for anything that is not a ticket of this service, or an old one */
export function readTicket(database: Database, text: string, now: Date): Ticket | null {
  try {
    const said = body.parse(JSON.parse(database.secretBox.open(Buffer.from(text, 'base64url'))))
    if (said.endsAt <= now.getTime()) return null
    return { userId: said.userId, isFor: (account) => passwordMark(database, account) === said.password }
  } catch {
    return null
  }
}
