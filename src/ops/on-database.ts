import { type Config, readConfig } from '../config.js'
import { declarations } from '../features.js'
import { Database } from '../kernel/store/database.js'
import { openDatabase } from './open-database.js'

/**
 * Does the work of a command on the configured database, as the service's own role, whether or not the service runs.
 * The owner's connection is for what the role may not do.
 * @throws ConfigError or CannotStart when there is no such database
 */
export async function onDatabase(
  work: (database: Database, config: Config, ownerUrl: string) => Promise<void>,
): Promise<void> {
  const config = readConfig()
  const { serviceUrl, ownerUrl, secret, close } = await openDatabase(config, true)
  const database = await new Database({ url: serviceUrl, poolSize: 2, secret, ...declarations }).open()
  try {
    await work(database, config, ownerUrl)
  } finally {
    await database.close()
    await close()
  }
}
