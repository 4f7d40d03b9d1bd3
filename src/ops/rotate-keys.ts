import 'reflect-metadata'
import { checkpointKeys } from '../features/identity/checkpoint-keys.js'
import { presentKeyId, rotateKey, type Unnoted } from '../features/identity/service-keys.js'
import { tokenKeys } from '../features/identity/signing-keys.js'
import { CommandError, command, shown } from './command-line.js'
import { onDatabase } from './on-database.js'

function report(unnoted: readonly Unnoted[]): void {
  for (const { firmId } of unnoted) {
    console.error(
      `The trail of firm ${firmId} could not be written: a service notes the change within an hour, or at its start.`,
    )
  }
}

// Services that run learn of it within a minute. What the key before it signed holds: an access token until it ends, a
// checkpoint for ever. Every firm's trail says that the key was changed.
await command(
  {
    name: 'npm run keys:rotate',
    about: 'Makes a new key, which signs from now on; what the one before it signed holds.',
    options: { of: { type: 'string', value: 'KIND', about: 'tokens or checkpoints', default: 'tokens' } },
  },
  async ({ of }) => {
    if (of !== 'tokens' && of !== 'checkpoints') {
      throw new CommandError(`--of is ${shown(of)}; it must be tokens or checkpoints.`)
    }
    await onDatabase(async (database) => {
      if (of === 'tokens') {
        const kind = { ...tokenKeys, keptSeconds: 0 }
        const unnoted = await rotateKey(database, kind, await presentKeyId(database, kind))
        console.log(`Access tokens are signed with the key ${await presentKeyId(database, kind)} now.`)
        report(unnoted)
      } else {
        const unnoted = await rotateKey(database, checkpointKeys, await presentKeyId(database, checkpointKeys))
        console.log(`Checkpoints are signed with the key ${await presentKeyId(database, checkpointKeys)} now.`)
        report(unnoted)
      }
    })
  },
)
