import pg from 'pg'
import { DataSource, DefaultNamingStrategy } from 'typeorm'
import type { PolicyTable } from '../access/permission.js'
import { Connection, StatementNames } from '../driver/connection.js'
import type { Gates } from './gates.js'
import { RoleCache } from './role-cache.js'
import type { Row, RowClass, Violations } from './row.js'
import { SecretBox } from './secret-box.js'
import { settingsBesideRole, type Timeouts, timeouts } from './session-settings.js'
import { Table } from './table.js'

// Dates stay the text they are (no time zone shifts them); counts are numbers.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** firmId <-> firm_id; tables are named in each `@Entity`. */
class SnakeCase extends DefaultNamingStrategy {
  override columnName(property: string, custom: string): string {
    return custom || property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  }
}

export interface DatabaseOptions {
  /** Connection of the service's own unprivileged role. */
  url: string
  poolSize: number
  /** The service's secret, from which the keys for sealing and digests are derived. */
  secret: string
  rows: readonly RowClass[]
  /** Who may do which act to which row, when; no act is allowed when absent. */
  policy?: PolicyTable
  /** What acts need beside the policy; none when absent. */
  gates?: Gates
  /** Tables of reference data, the same for all firms; none when absent. */
  sharedTables?: readonly string[]
  /** Where a wait is to be shorter than usual. */
  timeouts?: Partial<Timeouts>
  /** Finds a transaction inside another one as soon as it is opened. It costs something for every promise of the process. */
  watchesNesting?: boolean
}

/** The pool of connections. Rows are reached through `read` and `write` (work.ts), nowhere else. */
export class Database {
  readonly keeper: SecretBox
  readonly roleCache = new RoleCache()
  readonly rows: readonly RowClass[]
  readonly policy: PolicyTable
  readonly gates: Gates
  readonly sharedTables: readonly string[]
  /** What a constraint of the database means to people, by its name. */
  readonly violations: Violations
  readonly timeouts: Timeouts
  readonly watchesNesting: boolean
  /** What each transaction sets otherwise than the role. */
  readonly #settings: readonly string[]
  readonly #source: DataSource
  readonly #inUse = new Set<pg.PoolClient>()
  readonly #tables = new Map<RowClass, Table>()
  readonly #names = new StatementNames()

  constructor(options: DatabaseOptions) {
    this.keeper = new SecretBox(options.secret)
    this.rows = options.rows
    this.policy = options.policy ?? {}
    this.gates = options.gates ?? {}
    this.sharedTables = options.sharedTables ?? []
    this.violations = Object.assign({}, ...options.rows.map(({ violations }) => violations))
    this.timeouts = { ...timeouts, ...options.timeouts }
    this.#settings = settingsBesideRole(this.timeouts)
    this.watchesNesting = options.watchesNesting ?? false
    this.#source = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: 'fieldwork',
      entities: [...options.rows],
      namingStrategy: new SnakeCase(),
      poolSize: options.poolSize,
      applicationName: 'fieldwork',
      installExtensions: false,
      // Pipelining: statements of one tick share a round trip. What cannot be had is a fault, not a wait for ever.
      extra: {
        pipeline: true,
        keepAlive: true,
        connectionTimeoutMillis: this.timeouts.connection,
      },
      // A connection that dies while idle is replaced by the pool; the next transaction gets another one.
      poolErrorHandler: () => {},
    })
  }

  async open(): Promise<this> {
    await this.#source.initialize()
    this.#pool.on('acquire', (client) => this.#inUse.add(client))
    this.#pool.on('release', (_error, client) => this.#inUse.delete(client))
    for (const row of this.rows) this.#tables.set(row, new Table(row, this.#source.getMetadata(row)))
    return this
  }

  /**
   * Lets go of all connections, of each when what is done on it has ended.
   * @param timeoutMs how long that may take; then it is broken off, and undone
   */
  async close(timeoutMs?: number): Promise<void> {
    if (!this.#source.isInitialized) return
    const breakOff = () => {
      for (const { connection } of this.#inUse) connection.stream.destroy(new Error('Connection terminated'))
    }
    const impatience = timeoutMs === undefined ? undefined : setTimeout(breakOff, timeoutMs)
    await this.#source.destroy().finally(() => clearTimeout(impatience))
  }

  get #pool(): pg.Pool {
    return (this.#source.driver as unknown as { master: pg.Pool }).master
  }

  /** A connection of one's own, to be given back. */
  async connect(): Promise<Connection> {
    const client = await this.#pool.connect()
    // The pool listens to idle connections only. An error of one in use reaches the caller of its statement.
    if (client.listenerCount('error') === 0) client.on('error', () => undefined)
    return new Connection(client, this.#names, this.timeouts.silence, this.#settings)
  }

  /** The row class of a `typeName`. */
  rowClass(typeName: string): RowClass | undefined {
    return this.rows.find((row) => row.typeName === typeName)
  }

  /** The table of a row class. */
  table<R extends Row>(row: RowClass<R>): Table<R> {
    return this.#tables.get(row) as unknown as Table<R>
  }

  /** Answers when the database does. */
  async ping(): Promise<void> {
    const connection = await this.connect()
    await connection.run('select 1').finally(() => connection.release())
  }
}
