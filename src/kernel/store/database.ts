import type { PolicyTable } from '../access/permission.js'
import type { Connection } from '../driver/connection.js'
import { ConnectionPool } from '../driver/pool.js'
import { entityMetadata } from './entity-metadata.js'
import type { Gates } from './gates.js'
import { RoleCache } from './role-cache.js'
import type { Row, RowClass, Violations } from './row.js'
import { SecretBox } from './secret-box.js'
import { settingsBesideRole, type Timeouts, timeouts } from './session-settings.js'
import { Table } from './table.js'

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

/** The database of the service. Rows are reached through `openRead` and `write` (work.ts), nowhere else. */
export class Database {
  readonly secretBox: SecretBox
  readonly roleCache = new RoleCache()
  readonly rows: readonly RowClass[]
  readonly policy: PolicyTable
  readonly gates: Gates
  readonly sharedTables: readonly string[]
  /** What a constraint of the database means to people, by its name. */
  readonly violations: Violations
  readonly timeouts: Timeouts
  readonly watchesNesting: boolean
  readonly #pool: ConnectionPool
  readonly #tables = new Map<RowClass, Table>()

  constructor(options: DatabaseOptions) {
    this.secretBox = new SecretBox(options.secret)
    this.rows = options.rows
    this.policy = options.policy ?? {}
    this.gates = options.gates ?? {}
    this.sharedTables = options.sharedTables ?? []
    this.violations = Object.assign({}, ...options.rows.map(({ violations }) => violations))
    this.timeouts = { ...timeouts, ...options.timeouts }
    this.watchesNesting = options.watchesNesting ?? false
    this.#pool = new ConnectionPool({
      url: options.url,
      size: options.poolSize,
      connectMs: this.timeouts.connection,
      silenceMs: this.timeouts.silence,
      settings: settingsBesideRole(this.timeouts),
    })
  }

  /** Reads what the row classes declare, and connects once. Rejects when the database cannot be reached. */
  async open(): Promise<this> {
    for (const [row, metadata] of await entityMetadata(this.rows)) this.#tables.set(row, new Table(row, metadata))
    const connection = await this.connect()
    connection.release()
    return this
  }

  /**
   * Closes all connections, each when what is done on it has ended.
   * @param timeoutMs how long that may take; then it is broken off, and undone
   */
  close(timeoutMs?: number): Promise<void> {
    return this.#pool.close(timeoutMs)
  }

  /** A connection of one's own, to be given back. */
  connect(): Promise<Connection> {
    return this.#pool.connect()
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
