import 'reflect-metadata'
import { rotateFileKeys } from '../features/evidence/key-rotation.js'
import { checkpointKeys } from '../features/identity/checkpoint-keys.js'
import { presentKeyId, rotateKey, type Unnoted } from '../features/identity/service-keys.js'
import { tokenKeys } from '../features/identity/signing-keys.js'
import type { Database } from '../kernel/store/database.js'
import { CommandError, command, shown } from './command-line.js'
import { onDatabase } from './on-database.js'

function report(unnoted: readonly Unnoted[]): void {
  for (const { firmId } of unnoted) {
    console.error(
      `The trail of firm ${firmId} could not be written: a service notes the change within an hour, or at its start.`,
    )
  }
}

async function rotateOfEvidence(database: Database): Promise<void> {
  const { firms, files, unopened } = await rotateFileKeys(database)
  console.log(`Firms with a new key for their evidence: ${firms}. Files whose keys are encrypted by it now: ${files}.`)
  for (const { firmId, id } of unopened) {
    console.error(`firm ${firmId}, file ${id}: its key does not open; npm run evidence:verify names its evidence.`)
  }
  if (unopened.length > 0) process.exitCode = 1
}

// Services that run learn of it within a minute. What the key before it signed holds: an access token until it ends, a
// checkpoint for ever. Every firm's trail says that the key was changed.
await command(
  {
    name: 'npm run keys:rotate',
    about:
      'Makes a new key: one that signs from now on, while what the one before it signed holds; or one for the evidence of each firm.',
    options: { of: { type: 'string', value: 'KIND', about: 'tokens, checkpoints or evidence', default: 'tokens' } },
  },
  async ({ of }) => {
    if (of !== 'tokens' && of !== 'checkpoints' && of !== 'evidence') {
      throw new CommandError(`--of is ${shown(of)}; it must be tokens, checkpoints or evidence.`)
    }
    await onDatabase(async (database) => {
      if (of === 'evidence') return rotateOfEvidence(database)
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
