import { type Config, ConfigError, readConfig } from '../config.js'
import { CannotStart } from '../data/cannot-start.js'
import { Database } from '../data/database.js'
import { ofFeatures } from '../features.js'
import { Refusal } from '../rules/refusal.js'
import { openDatabase } from './open-database.js'

/**
 * Runs a command on the configured database, as the service's own role, whether or not the service runs.
 * The owner's connection is for what the role may not do.
 * What a person can mend is said in one line, with an exit code that is not 0.
 * @returns when the command is done
 */
export async function runCommand(
  work: (database: Database, config: Config, ownerUrl: string) => Promise<void>,
): Promise<void> {
  try {
    const config = readConfig()
    const { serviceUrl, ownerUrl, secret, close } = await openDatabase(config, true)
    const database = await new Database({ url: serviceUrl, poolSize: 2, secret, ...ofFeatures }).open()
    try {
      await work(database, config, ownerUrl)
    } finally {
      await database.close()
      await close()
    }
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof CannotStart || error instanceof Refusal)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
