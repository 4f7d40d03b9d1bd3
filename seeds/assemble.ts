import { setTimeout as pause } from 'node:timers/promises'
import { createFirm } from '../src/features/identity/firm-creation.js'
import type { InvitationLetter, Mailer } from '../src/features/identity/letters.js'
import type { Database } from '../src/kernel/store/database.js'
import { Person, type Send } from './api.js'
import { demoPassword, firm, client as inventedClient, cast as invited, type Part } from './invented.js'
import type { Cast } from './walk.js'

const arrivesWithinMs = 30_000

/** Keeps letters instead of sending them, so that the invented people can open theirs. */
export class Letterbox implements Mailer {
  readonly #letters = new Map<string, InvitationLetter>()

  async invite(letter: InvitationLetter): Promise<void> {
    this.#letters.set(letter.to, letter)
  }

  /** The invented administrator of the client reads it there, should it be of use. */
  async tellOfInvitation(): Promise<void> {}

  /** The token that was sent to this address, once the letter is there. */
  async tokenFor(email: string): Promise<string> {
    const until = performance.now() + arrivesWithinMs
    while (performance.now() < until) {
      const letter = this.#letters.get(email)
      if (letter) return letter.token
      await pause(5)
    }
    throw new Error(`No invitation was sent to ${email}.`)
  }
}

/**
 * Makes the invented firm with its people and its client, at a service whose jobs bring letters to the letterbox. The firm itself is made by the operator's command; all else is
 * done at the API by the people themselves: inviting, accepting, signing in.
 */
export async function assemble(database: Database, send: Send, letters: Letterbox) {
  const parts = Object.fromEntries(
    Object.entries(invited).map(([part, { name, email, role }]) => [part, new Person(send, name, email, role)]),
  ) as Record<Part, Person>
  const { admin } = parts
  const { invitation } = await createFirm(database, {
    ...firm,
    adminName: admin.name,
    adminEmail: admin.email,
  })
  await admin.accept(invitation.token, demoPassword)
  const { name, emailDomain } = inventedClient
  const { client } = await admin.does('createClient', { name, emailDomains: [emailDomain] }, 'client { id }')
  for (const person of Object.values(parts)) {
    if (person === admin) continue
    const { name, email, role } = person
    if (role.startsWith('CLIENT') || role === 'RESPONDENT') {
      await admin.does('inviteClientUser', { clientId: client.id, name, email, clientRole: role })
    } else {
      await admin.does('inviteMember', { name, email, firmRole: role })
    }
    await person.accept(await letters.tokenFor(email), demoPassword)
  }
  return { cast: parts as Cast, clientId: client.id as string }
}
