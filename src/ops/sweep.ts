import 'reflect-metadata'
import { command } from './command-line.js'
import { onDatabase } from './on-database.js'
import { openFiles } from './open-files.js'
import { sweep } from './sweep-database.js'

// It may run beside the service, and as often as one likes: once a day.
await command(
  { name: 'npm run sweep', about: 'Removes what is needed no longer (docs/operate.md).', options: {} },
  () =>
    onDatabase(async (database, config, ownerUrl) => {
      const { storage } = await openFiles(config)
      try {
        for (const [name, count] of await sweep(database, storage, ownerUrl)) console.log(`${count} ${name} removed.`)
      } finally {
        await storage.close()
      }
    }),
)
