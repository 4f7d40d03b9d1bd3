import 'reflect-metadata'
import { presentKeyId, rotateSigningKey } from './features/identity/signing-keys.js'
import { runCommand } from './server/command.js'

// `npm run keys:rotate`: a new key signs access tokens from now on (services that run learn of it within a minute).
// What the key before it signed holds until it ends.
await runCommand(async (database) => {
  await rotateSigningKey(database, await presentKeyId(database))
  console.log(`Access tokens are signed with the key ${await presentKeyId(database)} now.`)
})
