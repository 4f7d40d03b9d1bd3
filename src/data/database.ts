import pg from 'pg'
import { DataSource, DefaultNamingStrategy, type QueryRunner } from 'typeorm'
import type { RowClass } from './row.js'
import { Keeper } from './seal.js'

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
}

/** The pool of connections. Rows are reached through `read` and `write` (work.ts), nowhere else. */
export class Database {
  readonly keeper: Keeper
  readonly rows: readonly RowClass[]
  readonly #source: DataSource

  constructor(options: DatabaseOptions) {
    this.keeper = new Keeper(options.secret)
    this.rows = options.rows
    this.#source = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: 'fieldwork',
      entities: [...options.rows],
      namingStrategy: new SnakeCase(),
      poolSize: options.poolSize,
      applicationName: 'fieldwork',
      installExtensions: false,
      // Pipelining: statements of one tick share a round trip. A connection that cannot be had is a fault, not a wait for ever.
      extra: {
        pipeline: true,
        connectionTimeoutMillis: 5_000,
        statement_timeout: 60_000,
      },
      // A connection that dies while idle is replaced by the pool; the next transaction gets another one.
      poolErrorHandler: () => {},
    })
  }

  async open(): Promise<this> {
    await this.#source.initialize()
    return this
  }

  async close(): Promise<void> {
    if (this.#source.isInitialized) await this.#source.destroy()
  }

  /** A connection of one's own; `release` it. */
  connection(): QueryRunner {
    return this.#source.createQueryRunner()
  }

  /** The row class a type name of the schema stands for. */
  rowClass(name: string): RowClass | undefined {
    return this.rows.find((row) => row.name === name)
  }

  tableOf(row: RowClass): string {
    return this.#source.getMetadata(row).tableName
  }

  hasColumn(row: RowClass, property: string): boolean {
    return this.#source.getMetadata(row).findColumnWithPropertyName(property) !== undefined
  }

  /** Property -> column name, for every column of the row. */
  columnsOf(row: RowClass): { property: string; column: string; type: string }[] {
    return this.#source
      .getMetadata(row)
      .columns.map((c) => ({ property: c.propertyName, column: c.databaseName, type: String(c.type) }))
  }

  /** Answers when the database does. */
  async ping(): Promise<void> {
    await this.#source.query('select 1')
  }
}
