import { createFirm } from '../src/features/identity/firm-creation.js'
import { invitationLetter, type Mailer } from '../src/features/identity/letters.js'
import type { Database } from '../src/kernel/store/database.js'
import { readFirm } from '../src/kernel/store/maintenance.js'
import { Person, type Send } from './api.js'
import { demoPassword, firm, client as inventedClient, cast as invited, type Part } from './invented/people.js'
import type { Cast } from './walk.js'

/** Brings no letters: those to the invented people are opened by `assemble` itself. */
export const withoutMail: Mailer = {
  invite: async () => {},
  notifyOfInvitation: async () => {},
}

/** The token in the letter to an invited member, whether or not a service has sent it yet. */
function sentToken(database: Database, firmId: string, memberId: string): Promise<string> {
  return readFirm(database, firmId, async (tx) => {
    const [made] = await tx.query<{ id: string }>(
      'select id from invitation where firm_id = $1 and member_id = $2 order by id desc limit 1',
      [firmId, memberId],
    )
    const letter = made && (await invitationLetter(tx, made.id))
    if (!letter) throw new Error(`No invitation was made for ${memberId}.`)
    return letter.token
  })
}

/**
 * Makes the invented firm with its people and its client. The firm itself is made by the operator's command; all else is
 * done at the API by the people themselves: inviting, accepting, signing in.
 */
export async function assemble(database: Database, send: Send) {
  const parts = Object.fromEntries(
    Object.entries(invited).map(([part, { name, email, role }]) => [part, new Person(send, name, email, role)]),
  ) as Record<Part, Person>
  const { admin } = parts
  const { firmId, invitation } = await createFirm(database, {
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
    const { member } =
      role.startsWith('CLIENT') || role === 'RESPONDENT'
        ? await admin.does('inviteClientUser', { clientId: client.id, name, email, clientRole: role }, 'member { id }')
        : await admin.does('inviteMember', { name, email, firmRole: role }, 'member { id }')
    await person.accept(await sentToken(database, firmId, member.id), demoPassword)
  }
  return { cast: parts as Cast, clientId: client.id as string }
}
