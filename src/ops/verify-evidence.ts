import 'reflect-metadata'
import { verifyEvidence } from '../features/evidence/verification.js'
import { command } from './command-line.js'
import { onDatabase } from './on-database.js'
import { openFiles } from './open-files.js'

// Beside the service, or after a restore (docs/operate.md).
await command(
  {
    name: 'npm run evidence:verify',
    about: 'Compares the evidence of every firm with the files in the storage, both ways.',
    options: {
      quick: { type: 'boolean', about: 'looks at existence and length of the files alone, not at their content' },
      'remove-orphaned': {
        type: 'boolean',
        about: 'removes files that no row of the database knows: never after a restore of an older database',
      },
    },
  },
  ({ quick, 'remove-orphaned': removesOrphaned }) =>
    onDatabase(async (database, config) => {
      const { storage } = await openFiles(config)
      let findings = 0
      try {
        for await (const { words, orphan } of verifyEvidence(database, storage, { isQuick: quick })) {
          const isRemoved = removesOrphaned && orphan !== null
          if (isRemoved) await storage.remove(orphan)
          else findings += 1
          console.error(isRemoved ? `${words} It was removed.` : words)
        }
      } finally {
        await storage.close()
      }
      if (findings > 0) process.exitCode = 1
      console.log(findings === 0 ? 'Everything agrees.' : `${findings} ${findings === 1 ? 'finding' : 'findings'}.`)
    }),
)
