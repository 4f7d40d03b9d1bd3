import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { CannotStart, errorCode } from '../cannot-start.js'
import { readyQueue } from './queue-schema.js'
import {
  checkGivenRole,
  databaseOf,
  readyServiceGroup,
  readyServiceRole,
  serviceGroup,
  serviceRoleUrl,
} from './service-role.js'
import type { PlanMode } from './session-settings.js'
import { type SqlStatement, statementsOf } from './sql-statements.js'

export interface MigrateOptions {
  /** Connection of the database's owner, who may create roles. */
  ownerUrl: string
  /** A role made by the database's administrator, to be used instead of one made here. */
  serviceUrl?: string | null
  /** The service role's password follows from it. */
  secret: string
  /** How statements of the service's role are planned; once for all values when absent. */
  planMode?: PlanMode
  /** What makes a new database, as a sentence; it is told where this one cannot be carried over. */
  newDatabase?: string
  /** Folder of `NNNN_name.sql` files; the product's own when absent. */
  folder?: string
}

export interface Migrated {
  /** The connection to serve with: an unprivileged role. */
  serviceUrl: string
  /** The files applied now, in order. */
  applied: string[]
}

interface Migration {
  name: string
  sql: string
  sha256: string
}

const versionMin = 15
/** Any number nothing else locks in the service's database. */
const lockKey = 7_345_001
const lockWaitMs = 120_000
/**
 * A statement that waits for a table makes all later ones wait. So a migration waits this long for a lock,
 * gives way to those it held up, and comes again.
 */
const tableLockWaitMs = 500
const giveWayMs = 500
const lockNotAvailable = '55P03'
const notPermitted = '42501'

/**
 * Brings a database to the state the code expects: the service's role, then each migration not yet applied, in order,
 * each in a transaction of its own, then the job queue. Services that start at the same moment do this one after the other.
 * @throws CannotStart when the database is away or too old, has other migrations than the code, or one fails or never
 *   gets its locks
 */
export async function migrate(options: MigrateOptions): Promise<Migrated> {
  const { secret, planMode = 'force_generic_plan' } = options
  const migrations = await readMigrations(options.folder ?? packagedMigrations())
  const owner = await connectOwner(options.ownerUrl)
  try {
    await checkVersion(owner)
    await takeTurn(owner)
    await readyServiceGroup(owner)
    const applied = await applyMissing(owner, migrations, options.newDatabase ?? inPlaceOfGiven)
    await readyQueue(owner, options.ownerUrl)
    if (options.serviceUrl) {
      await checkGivenRole(options.serviceUrl, owner, planMode)
      return { serviceUrl: options.serviceUrl, applied }
    }
    await readyServiceRole(owner, { database: databaseOf(options.ownerUrl), secret, planMode })
    return { serviceUrl: serviceRoleUrl(options.ownerUrl, secret), applied }
  } finally {
    await owner.end().catch(() => undefined)
  }
}

/** The product's migrations: beside its package.json, seen from the sources as well as from what was built. */
function packagedMigrations(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder)
  return join(folder, 'migrations')
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const numbers = new Set<string>()
  for (const name of names) {
    const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]
    if (number === undefined) throw new CannotStart(`migrations/${name}: the name must be like 0001_firms.sql.`)
    if (numbers.has(number))
      throw new CannotStart(`migrations/${name}: there is another one with the number ${number}.`)
    numbers.add(number)
  }
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8')
      // A checkout that turns line ends round has not changed the migration.
      const sha256 = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
      return { name, sql, sha256 }
    }),
  )
}

async function connectOwner(ownerUrl: string): Promise<pg.Client> {
  let client: pg.Client | undefined
  try {
    // Reads the certificates that the address names.
    client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 })
    client.on('error', () => undefined)
    await client.connect()
    return client
  } catch (error) {
    await client?.end().catch(() => undefined)
    const { hostname, port } = new URL(ownerUrl)
    const place = `${databaseOf(ownerUrl)} at ${hostname}:${port || 5432}`
    const reason = error instanceof AggregateError ? error.errors.map(String).join(', ') : String(error)
    throw new CannotStart(
      `The database ${place} cannot be reached: ${reason.replace(/^\w*error: /i, '')}. Start it, or correct DATABASE_URL.`,
    )
  }
}

async function checkVersion(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ version: string; number: number }>(
    "select current_setting('server_version') as version, current_setting('server_version_num')::int as number",
  )
  const found = rows[0]
  if (found !== undefined && found.number >= versionMin * 10_000) return
  throw new CannotStart(`The database runs on PostgreSQL ${found?.version}; Fieldwork needs ${versionMin} or newer.`)
}

/** Held until the connection ends. */
async function takeTurn(owner: pg.Client): Promise<void> {
  try {
    await owner.query(`set lock_timeout = ${lockWaitMs}`)
    await owner.query('select pg_advisory_lock($1)', [lockKey])
    await owner.query('set lock_timeout = 0')
  } catch (error) {
    if (errorCode(error) !== lockNotAvailable) throw error
    throw new CannotStart(
      'Another service has been migrating the database for two minutes; start again when it is done.',
    )
  }
}

/** The schema, and in it the list of what was applied. */
async function readySchema(owner: pg.Client): Promise<void> {
  try {
    await owner.query('create schema if not exists fieldwork')
    await owner.query(`grant usage on schema fieldwork to ${serviceGroup}`)
    await owner.query(
      `create table if not exists fieldwork.migration (
         name text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
    )
  } catch (error) {
    if (errorCode(error) !== notPermitted) throw error
    throw new CannotStart(
      `The role of DATABASE_URL may not make the tables (${(error as Error).message}); name the one that owns the database.`,
    )
  }
}

async function applyMissing(owner: pg.Client, migrations: Migration[], newDatabase: string): Promise<string[]> {
  await readySchema(owner)
  const { rows } = await owner.query<{ name: string; sha256: string }>(
    'select name, sha256 from fieldwork.migration order by name collate "C"',
  )
  for (const [index, row] of rows.entries()) checkApplied(row, migrations[index], newDatabase)
  const missing = migrations.slice(rows.length)
  for (const migration of missing) await apply(owner, migration)
  return missing.map(({ name }) => name)
}

const inPlaceOfGiven = 'Create an empty database, name it in DATABASE_URL, and run `npm run migrate`.'

/**
 * What is applied must be how the code's own list begins. Until the first release migrations are rewritten and no database is
 * carried over.
 * @throws CannotStart, with what makes a new database where this one was made by other migrations
 */
function checkApplied(
  applied: { name: string; sha256: string },
  expected: Migration | undefined,
  newDatabase: string,
): void {
  if (expected === undefined || applied.name < expected.name) {
    throw new CannotStart(
      `The database has the migration ${applied.name}, which this version of Fieldwork does not know: the database is newer than the code.`,
    )
  }
  if (applied.name > expected.name) {
    throw new CannotStart(
      `migrations/${expected.name} comes before ${applied.name}, which is applied already; give it the next number.`,
    )
  }
  if (applied.sha256 !== expected.sha256) {
    throw new CannotStart(
      `This database was made by another version of Fieldwork: migrations/${applied.name} is not the one that was applied, and no database is carried over before the first release. ${newDatabase}`,
    )
  }
}

/** Again and again, as long as nothing but locks stands in its way. */
async function apply(owner: pg.Client, migration: Migration): Promise<void> {
  const deadline = Date.now() + lockWaitMs
  for (;;) {
    try {
      return await applyOnce(owner, migration)
    } catch (error) {
      await owner.query('rollback').catch(() => undefined)
      if (errorCode(error) !== lockNotAvailable) {
        const reason = described(error, migration.sql)
        throw new CannotStart(`migrations/${migration.name} failed: ${reason}. Nothing of it was kept.`)
      }
      if (Date.now() > deadline) {
        throw new CannotStart(
          `migrations/${migration.name} did not get its locks in two minutes: other transactions hold them. Nothing of it was kept; run it again when they are done.`,
        )
      }
      await pause(giveWayMs)
    }
  }
}

async function applyOnce(owner: pg.Client, { name, sql, sha256 }: Migration): Promise<void> {
  await owner.query('begin')
  await owner.query('set local search_path = fieldwork')
  await owner.query(`set local lock_timeout = ${tableLockWaitMs}`)
  for (const statement of statementsOf(sql)) await send(owner, statement)
  await owner.query('insert into fieldwork.migration (name, sha256) values ($1, $2)', [name, sha256])
  await owner.query('commit')
}

/** In a message of its own; an error in it says where in the whole migration it is. */
async function send(owner: pg.Client, { text, from }: SqlStatement): Promise<void> {
  try {
    await owner.query(text)
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.position) error.position = String(from + Number(error.position))
    throw error
  }
}

function described(error: unknown, sql: string): string {
  if (!(error instanceof pg.DatabaseError)) return String(error)
  const line = error.position ? ` (line ${sql.slice(0, Number(error.position)).split('\n').length})` : ''
  return `${error.message}${line}${error.where ? `, ${error.where.split('\n')[0]}` : ''}`
}
