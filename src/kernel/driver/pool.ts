import pg from 'pg'
import { Connection, StatementNames } from './connection.js'
import { cutOff } from './pipelined-query.js'

export interface PoolOptions {
  url: string
  /** Connections at most. */
  size: number
  /** How long a connection is waited for, in milliseconds. */
  connectMs: number
  /** How long the server may say nothing while something was asked of it: then its connection is given up. */
  silenceMs: number
  /** What each transaction sets, e.g. `statement_timeout = 700`, where that is not what the role sets. */
  settings: readonly string[]
}

/** The connections to the database. */
export class ConnectionPool {
  readonly #pool: pg.Pool
  readonly #inUse = new Set<pg.PoolClient>()
  readonly #names = new StatementNames()

  constructor(private readonly options: PoolOptions) {
    // No parameter of a session stands here: a pooler in between refuses or drops it, so the role has them.
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.size,
      application_name: 'fieldwork',
      keepAlive: true,
      connectionTimeoutMillis: options.connectMs,
      // Statements of one tick share a round trip.
      pipeline: true,
    })
    // A connection that dies while idle is replaced; the next transaction gets another one.
    this.#pool.on('error', () => undefined)
    this.#pool.on('acquire', (client) => this.#inUse.add(client))
    this.#pool.on('release', (_error, client) => this.#inUse.delete(client))
  }

  /** A connection of one's own, to be given back. Rejects when none is free in time, or the server is away. */
  async connect(): Promise<Connection> {
    const client = await this.#pool.connect()
    // The pool listens to idle connections only. An error of one in use reaches who waits for its statement.
    if (client.listenerCount('error') === 0) client.on('error', () => undefined)
    return new Connection(client, this.#names, this.options.silenceMs, this.options.settings)
  }

  /**
   * Lets go of all connections, of each when what is done on it has ended. Does nothing the second time.
   * @param timeoutMs how long that may take; then it is broken off, and undone
   */
  async close(timeoutMs?: number): Promise<void> {
    if (this.#pool.ending) return
    const breakOff = () => {
      for (const client of this.#inUse) cutOff(client, new Error('Connection terminated'))
    }
    const impatience = timeoutMs === undefined ? undefined : setTimeout(breakOff, timeoutMs)
    await this.#pool.end().finally(() => clearTimeout(impatience))
  }
}
