import 'reflect-metadata'
import { createFirm } from '../features/identity/firm-creation.js'
import { invitationLink } from '../jobs/invitation-link.js'
import { command } from './command-line.js'
import { onDatabase } from './on-database.js'

await command(
  {
    name: 'npm run firm:create',
    about: 'Makes a firm and invites its first administrator. The invitation is shown here, once.',
    options: {
      name: { type: 'string', value: 'NAME', about: 'the firm, e.g. "Larch & Partners"', required: true },
      city: { type: 'string', value: 'CITY', about: 'where it issues its reports', required: true },
      'admin-name': {
        type: 'string',
        value: 'NAME',
        about: 'its first administrator, e.g. "Ada Moss"',
        required: true,
      },
      'admin-email': { type: 'string', value: 'ADDRESS', about: 'e.g. ada@larch.example', required: true },
      'email-domain': {
        type: 'string',
        value: 'DOMAIN',
        about: 'a further e-mail domain of the firm, beside that of the administrator',
        multiple: true,
      },
    },
  },
  ({ name, city, 'admin-name': adminName, 'admin-email': adminEmail, 'email-domain': emailDomains }) =>
    onDatabase(async (database, config) => {
      const given = { name, city, adminName, adminEmail, emailDomains }
      const { firmId, invitation } = await createFirm(database, given)
      console.log(`The firm ${invitation.firmName} was made (${firmId}).`)
      console.log(
        `${invitation.to} is invited as its FIRM_ADMIN until ${invitation.expiresAt.toISOString()}. Shown once:`,
      )
      console.log(`  link   ${invitationLink(config.publicUrl, invitation.token)}`)
      console.log(`  token  ${invitation.token}`)
    }),
)
