import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { CannotStart } from '../kernel/cannot-start.js'

/** Where the server of a cluster is to be found, and how one gets in as its owner. */
export interface ServerPlace {
  port: number
  cluster: string
  password: string
}

export const owner = 'fieldwork'
/** Any number nothing else locks in the database `postgres` of this server. */
const claimKey = 7_345_018
/** Long, for a server that replays its log after a crash. */
export const startupMaxMs = 120_000
export const lookAgainMs = 20
const regainMaxMs = 2_000

/** @returns null when the server ended before it was ours */
export async function claimWhenReady({
  ended,
  ...place
}: ServerPlace & { ended: AbortSignal }): Promise<pg.Client | null> {
  const deadline = Date.now() + startupMaxMs
  while (!ended.aborted && Date.now() < deadline) {
    const claim = await claimServer(place)
    if (claim !== null) return claim
    await pause(lookAgainMs)
  }
  return null
}

/**
 * @returns a connection that holds the claim, or null when the server of this cluster does not answer there (yet)
 * @throws CannotStart when another service holds the claim
 */
export async function claimServer({ port, cluster, password }: ServerPlace): Promise<pg.Client | null> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: owner, password, database: 'postgres' })
  // The server's end is this connection's end; the code that stops the server knows.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ place: string; free: boolean }>(
      "select current_setting('data_directory') as place, pg_try_advisory_lock($1) as free",
      [claimKey],
    )
    if (rows[0]?.place === cluster && rows[0].free) return client
    await client.end()
    if (rows[0]?.place !== cluster) return null
  } catch {
    await client.end().catch(() => undefined)
    return null
  }
  throw new CannotStart(
    `Another Fieldwork service uses the data folder of ${cluster}; stop it, or set FIELDWORK_DATA_DIR to another folder.`,
  )
}

/** A claim held for as long as the service lives, and had again when it is lost with the server. */
export class Hold {
  #claim: pg.Client
  #ended = false
  #regaining: Promise<void> = Promise.resolve()

  constructor(claim: pg.Client) {
    this.#claim = claim
  }

  /** @param bringBack is asked again and again until it has the server back, with a claim on it */
  regain(bringBack: () => Promise<pg.Client | null>): void {
    const again = async () => {
      for (let attempt = 1; !this.#ended; attempt += 1) {
        const claim = await bringBack().catch(() => null)
        if (claim) {
          this.#claim = claim
          return watch()
        }
        await pause(Math.min(attempt * 100, regainMaxMs))
      }
    }
    const watch = () => {
      this.#claim.once('end', () => {
        if (!this.#ended) this.#regaining = again()
      })
    }
    watch()
  }

  /** Releases it, once `stop` has stopped the server: until then no other service may have it. */
  async end(stop: () => Promise<void>): Promise<void> {
    this.#ended = true
    await this.#regaining
    await stop()
    await this.#claim.end().catch(() => undefined)
  }
}
