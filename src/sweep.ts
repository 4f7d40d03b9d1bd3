import 'reflect-metadata'
import { runCommand } from './server/command.js'
import { sweep } from './server/sweep.js'

// `npm run sweep`: removes what is needed no longer. It may run beside the service, and as often as one likes: once a day.
await runCommand(async (database, _config, ownerUrl) => {
  for (const [name, count] of await sweep(database, ownerUrl)) console.log(`${count} ${name} removed.`)
})
