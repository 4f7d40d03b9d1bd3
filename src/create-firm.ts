import 'reflect-metadata'
import { parseArgs } from 'node:util'
import { createFirm, type NewFirm } from './features/identity/firm-creation.js'
import { runCommand } from './server/command.js'
import { invitationLink } from './server/mailer.js'

const usage =
  'Usage: npm run firm:create -- --name "Larch & Partners" --city "Springfield" --admin-name "Ada Moss" --admin-email ada@larch.example [--email-domain larch.example ...]'

/** What was given on the command line; null when something is missing or unknown. */
function readOptions(): NewFirm | null {
  const text = { type: 'string' } as const
  try {
    const options = { name: text, city: text, 'admin-name': text, 'admin-email': text }
    const given = parseArgs({ options: { ...options, 'email-domain': { ...text, multiple: true } } }).values
    const { name, city, 'admin-name': adminName, 'admin-email': adminEmail, 'email-domain': emailDomains = [] } = given
    return name && city && adminName && adminEmail ? { name, city, adminName, adminEmail, emailDomains } : null
  } catch {
    return null
  }
}

// `npm run firm:create`: makes a firm and invites its first administrator. The invitation is shown here, once.
const given = readOptions()
if (given === null) {
  console.error(usage)
  process.exitCode = 1
} else {
  await runCommand(async (database, config) => {
    const { firmId, invitation } = await createFirm(database, given)
    console.log(`The firm ${invitation.firmName} was made (${firmId}).`)
    console.log(
      `${invitation.to} is invited as its FIRM_ADMIN until ${invitation.expiresAt.toISOString()}. Shown once:`,
    )
    console.log(`  link   ${invitationLink(config.publicUrl, invitation.token)}`)
    console.log(`  token  ${invitation.token}`)
  })
}
