import 'reflect-metadata'
import { publishedKeys } from '../features/identity/checkpoint-keys.js'
import { keysIn } from '../features/trail/checkpoint-file.js'
import { verifyDatabase, verifyFile } from '../features/trail/database.verification.js'
import { readIdentity } from '../kernel/store/work.js'
import { checkFile, command } from './command-line.js'
import { onDatabase } from './on-database.js'

await command(
  {
    name: 'npm run verify',
    about: 'Verifies every trail of every firm, with its stored checkpoints and with what the engagements hold.',
    options: {
      checkpoints: { type: 'string', value: 'FILE', about: 'compares with a checkpoint file kept apart, too' },
      keys: {
        type: 'string',
        value: 'FILE',
        about: 'public keys kept apart, which count instead of those in the database',
      },
    },
  },
  async (given) => {
    for (const file of [given.checkpoints, given.keys]) if (file) await checkFile(file)
    await onDatabase(async (database) => {
      const keys = given.keys ? await keysIn(given.keys) : await readIdentity(database, publishedKeys)
      let findings = 0
      const report = (finding: string) => {
        findings += 1
        console.error(finding)
      }
      for await (const finding of verifyDatabase(database)) report(finding)
      if (given.checkpoints) for await (const finding of verifyFile(database, given.checkpoints, keys)) report(finding)
      if (findings > 0) process.exitCode = 1
      console.log(findings === 0 ? 'Everything agrees.' : `${findings} findings.`)
    })
  },
)
