import { readConfig } from '../config.js'
import { command } from './command-line.js'
import { openDatabase } from './open-database.js'

// E.g. before a new version takes over.
await command(
  { name: 'npm run migrate', about: 'Brings the database up to date without serving.', options: {} },
  async () => {
    const database = await openDatabase(readConfig())
    for (const name of database.applied) console.log(`applied ${name}`)
    console.log(database.applied.length === 0 ? 'The database is up to date.' : 'The database is up to date now.')
    await database.close()
  },
)
