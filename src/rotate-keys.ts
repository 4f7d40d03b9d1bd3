import 'reflect-metadata'
import { parseArgs } from 'node:util'
import { checkpointKeys } from './features/identity/checkpoint-keys.js'
import { presentKeyId, rotateKey, type Unnoted } from './features/identity/service-keys.js'
import { tokenKeys } from './features/identity/signing-keys.js'
import { runCommand } from './server/command.js'

/** Which keys; null when something else was given. */
function readOf(): 'tokens' | 'checkpoints' | null {
  try {
    const { of = 'tokens' } = parseArgs({ options: { of: { type: 'string' } } }).values
    return of === 'tokens' || of === 'checkpoints' ? of : null
  } catch {
    return null
  }
}

function tell(unnoted: readonly Unnoted[]): void {
  for (const { firmId } of unnoted) {
    console.error(
      `The trail of firm ${firmId} could not be written: a service notes the change within an hour, or at its start.`,
    )
  }
}

// `npm run keys:rotate`: a new key signs from now on (services that run learn of it within a minute). What the key before it
// signed holds: an access token until it ends, a checkpoint for ever. Every firm's trail says that the key was changed.
const of = readOf()
if (of === null) {
  console.error('Usage: npm run keys:rotate [-- --of tokens | -- --of checkpoints]')
  process.exitCode = 1
} else {
  await runCommand(async (database) => {
    if (of === 'tokens') {
      const kind = { ...tokenKeys, keptSeconds: 0 }
      const unnoted = await rotateKey(database, kind, await presentKeyId(database, kind))
      console.log(`Access tokens are signed with the key ${await presentKeyId(database, kind)} now.`)
      tell(unnoted)
    } else {
      const unnoted = await rotateKey(database, checkpointKeys, await presentKeyId(database, checkpointKeys))
      console.log(`Checkpoints are signed with the key ${await presentKeyId(database, checkpointKeys)} now.`)
      tell(unnoted)
    }
  })
}
