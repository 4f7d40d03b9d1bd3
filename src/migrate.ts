import { ConfigError, readConfig } from './config.js'
import { CannotStart } from './data/cannot-start.js'
import { openDatabase } from './server/open-database.js'

// `npm run migrate`: brings the database up to date without serving, e.g. before a new version takes over.
try {
  const database = await openDatabase(readConfig())
  for (const name of database.applied) console.log(`applied ${name}`)
  console.log(database.applied.length === 0 ? 'The database is up to date.' : 'The database is up to date now.')
  await database.close()
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof CannotStart)) throw error
  console.error(error.message)
  process.exitCode = 1
}
