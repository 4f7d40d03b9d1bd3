import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, inject, onTestFinished } from 'vitest'
import { narrowDatabase } from '../../src/kernel/store/service-role.js'

/** A database of one test file. */
export interface TestDatabase {
  name: string
  /** As the service works: an unprivileged role, under row-level security. */
  serviceUrl: string
  /** As a superuser, for what no service may do: looking behind the walls, damaging the trail. */
  ownerUrl: string
}

/**
 * A migrated database for this test file alone, dropped when the file is done. Call it at the top of the file:
 * `const database = await testDatabase()`.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const database = await makeDatabase(inject('server').template)
  afterAll(() => dropDatabase(database.name))
  return database
}

/** A migrated database for one test, which may damage it: call it inside the test. */
export async function migratedDatabase(): Promise<TestDatabase> {
  const database = await makeDatabase(inject('server').template)
  onTestFinished(() => dropDatabase(database.name))
  return database
}

/** A database nothing was done to yet, for this test file alone: call it at the top of the file. */
export async function emptyDatabaseOfFile(): Promise<TestDatabase> {
  const database = await makeDatabase('template0')
  afterAll(() => dropDatabase(database.name))
  return database
}

/** A database nothing was done to yet, for one test: call it inside the test. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const database = await makeDatabase('template0')
  onTestFinished(() => dropDatabase(database.name))
  return database
}

async function makeDatabase(template: string): Promise<TestDatabase> {
  const { ownerUrl, serviceUrl } = inject('server')
  const name = `test_${randomBytes(8).toString('hex')}`
  const service = new URL(serviceUrl)
  await asOwner(async (owner) => {
    await owner.query(`create database ${name} template ${pg.escapeIdentifier(template)}`)
    await narrowDatabase(owner, name, decodeURIComponent(service.username))
  })
  return { name, ownerUrl: at(ownerUrl, name), serviceUrl: at(serviceUrl, name) }
}

const dropDatabase = (name: string) => asOwner((owner) => owner.query(`drop database ${name} with (force)`))

/** Runs DDL on the server of this run, and on no other one that happens to listen there. */
async function asOwner(work: (owner: pg.Client) => Promise<unknown>): Promise<void> {
  const { ownerUrl, cluster } = inject('server')
  const owner = new pg.Client({ connectionString: at(ownerUrl, 'postgres') })
  await owner.connect()
  try {
    const { rows } = await owner.query<{ place: string }>("select current_setting('data_directory') as place")
    if (rows[0]?.place !== cluster) throw new Error(`This is not the server of the test run: ${rows[0]?.place}`)
    await work(owner)
  } finally {
    await owner.end()
  }
}

function at(url: string, database: string): string {
  const address = new URL(url)
  address.pathname = `/${database}`
  return address.href
}
