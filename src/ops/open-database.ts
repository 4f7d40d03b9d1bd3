import { migrate } from '../kernel/store/migrate.js'
import type { PlanMode } from '../kernel/store/session-settings.js'
import { openDataFolder } from '../local-postgres/data-folder.js'
import { findEmbedded, startEmbedded } from '../local-postgres/embedded.js'
import { keptSecret } from './kept-secret.js'

export interface DatabaseSettings {
  /** `null`: the embedded PostgreSQL of the data folder. */
  databaseUrl: string | null
  databaseServiceUrl: string | null
  planMode: PlanMode
  dataDir: string
  /** `null`: the one kept in the data folder. */
  secret: string | null
}

export interface OpenDatabase {
  /** The connection to serve with: an unprivileged role. */
  serviceUrl: string
  /** The owner's connection: for seeding and for the self-check, never for requests. */
  ownerUrl: string
  secret: string
  /** The migrations applied now. */
  applied: string[]
  /** Ends the embedded server; leaves a given one alone. */
  close(): Promise<void>
}

/**
 * The database the settings speak of, running, migrated, with the role to serve with.
 * @param beside whether a service that runs already may share its embedded database: for a command, which asks little
 * @throws CannotStart
 */
export async function openDatabase(settings: DatabaseSettings, beside = false): Promise<OpenDatabase> {
  const { databaseUrl, databaseServiceUrl: serviceUrl, planMode, dataDir } = settings
  const secret = settings.secret ?? (await keptSecret(await openDataFolder(dataDir)))
  const shared = databaseUrl === null && beside ? await findEmbedded(dataDir) : null
  const embedded = databaseUrl === null && shared === null ? await startEmbedded({ dataDir, kept: true }) : null
  const ownerUrl = databaseUrl ?? shared ?? embedded?.url ?? ''
  const newDatabase =
    databaseUrl === null
      ? `Remove the folder ${dataDir}, or name another one in FIELDWORK_DATA_DIR; then start again.`
      : undefined
  const close = async () => embedded?.stop()
  try {
    return { ...(await migrate({ ownerUrl, serviceUrl, secret, planMode, newDatabase })), ownerUrl, secret, close }
  } catch (error) {
    await close()
    throw error
  }
}
