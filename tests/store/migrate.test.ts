import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { CannotStart } from '../../src/kernel/cannot-start.js'
import { type MigrateOptions, migrate } from '../../src/kernel/store/migrate.js'
import { emptyDatabase } from '../support/database.js'

const secret = 'a secret for the tests of migration, long enough'

const firms = 'create table firm (id int primary key);\ngrant select, insert on firm to fieldwork_service;'
const clients = 'create table client (id int primary key, firm_id int not null references firm);'

/** A folder of migrations, by name. */
async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldwork-migrations-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql)
  return folder
}

async function query<R extends pg.QueryResultRow>(url: string, sql: string, values: unknown[] = []): Promise<R[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<R>(sql, values)).rows
  } finally {
    await client.end()
  }
}

const tablesOf = async (url: string) =>
  (
    await query<{ name: string }>(
      url,
      "select tablename as name from pg_tables where schemaname = 'fieldwork' order by 1",
    )
  ).map(({ name }) => name)

async function refusalOf(options: MigrateOptions): Promise<string> {
  const error = await migrate(options).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(CannotStart)
  const { message } = error as CannotStart
  expect(message).not.toContain('\n')
  return message
}

test('migrations run in the order of their numbers, once, into the schema fieldwork', async () => {
  const { ownerUrl } = await emptyDatabase()
  const folder = await folderOf({ '0002_clients.sql': clients, '0001_firms.sql': firms, 'README.md': 'no migration' })
  const first = await migrate({ ownerUrl, secret, folder })
  expect(first.applied).toEqual(['0001_firms.sql', '0002_clients.sql'])
  expect(await tablesOf(ownerUrl)).toEqual(['client', 'firm', 'migration'])

  expect((await migrate({ ownerUrl, secret, folder })).applied).toEqual([])

  await writeFile(join(folder, '0003_more.sql'), 'alter table firm add column name text')
  expect((await migrate({ ownerUrl, secret, folder })).applied).toEqual(['0003_more.sql'])
  expect(await query(ownerUrl, 'select name from fieldwork.migration order by name')).toEqual([
    { name: '0001_firms.sql' },
    { name: '0002_clients.sql' },
    { name: '0003_more.sql' },
  ])
})

test('a migration that fails leaves nothing of itself, and what came before stays', async () => {
  const { ownerUrl } = await emptyDatabase()
  const folder = await folderOf({
    '0001_firms.sql': firms,
    '0002_broken.sql': 'create table half (id int);\nselect 1;\nselect no_such_column;',
  })
  expect(await refusalOf({ ownerUrl, secret, folder })).toBe(
    'migrations/0002_broken.sql failed: column "no_such_column" does not exist (line 3). Nothing of it was kept.',
  )
  expect(await tablesOf(ownerUrl)).toEqual(['firm', 'migration'])
  await writeFile(join(folder, '0002_broken.sql'), clients)
  expect((await migrate({ ownerUrl, secret, folder })).applied).toEqual(['0002_broken.sql'])
})

test('a database made by other migrations of the same name is refused, with what makes a new one', async () => {
  const { ownerUrl } = await emptyDatabase()
  const folder = await folderOf({ '0001_firms.sql': firms })
  await migrate({ ownerUrl, secret, folder })
  await writeFile(join(folder, '0001_firms.sql'), `${firms} -- one word more`)
  const refused =
    'This database was made by another version of Fieldwork: migrations/0001_firms.sql is not the one that was applied, and no database is carried over before the first release.'
  expect(await refusalOf({ ownerUrl, secret, folder })).toBe(
    `${refused} Create an empty database, name it in DATABASE_URL, and run \`npm run migrate\`.`,
  )
  const newDatabase = 'Remove the folder data.'
  expect(await refusalOf({ ownerUrl, secret, folder, newDatabase })).toBe(`${refused} ${newDatabase}`)
  expect(await tablesOf(ownerUrl)).toEqual(['firm', 'migration'])
})

test('line ends turned round by a checkout are no change', async () => {
  const { ownerUrl } = await emptyDatabase()
  const folder = await folderOf({ '0001_firms.sql': firms })
  await migrate({ ownerUrl, secret, folder })
  await writeFile(join(folder, '0001_firms.sql'), firms.replaceAll('\n', '\r\n'))
  expect((await migrate({ ownerUrl, secret, folder })).applied).toEqual([])
})

test('a database that is newer than the code is refused', async () => {
  const { ownerUrl } = await emptyDatabase()
  await migrate({ ownerUrl, secret, folder: await folderOf({ '0001_firms.sql': firms, '0002_clients.sql': clients }) })
  const older = await folderOf({ '0001_firms.sql': firms })
  expect(await refusalOf({ ownerUrl, secret, folder: older })).toBe(
    'The database has the migration 0002_clients.sql, which this version of Fieldwork does not know: the database is newer than the code.',
  )
})

test('a migration that comes before an applied one is refused', async () => {
  const { ownerUrl } = await emptyDatabase()
  const folder = await folderOf({ '0002_firms.sql': firms })
  await migrate({ ownerUrl, secret, folder })
  await writeFile(join(folder, '0001_late.sql'), 'select 1')
  expect(await refusalOf({ ownerUrl, secret, folder })).toBe(
    'migrations/0001_late.sql comes before 0002_firms.sql, which is applied already; give it the next number.',
  )
})

test.each([
  [{ '1_firms.sql': firms }, 'migrations/1_firms.sql: the name must be like 0001_firms.sql.'],
  [
    { '0001_clients.sql': clients, '0001_firms.sql': firms },
    'migrations/0001_firms.sql: there is another one with the number 0001.',
  ],
])('a folder whose order is in doubt is refused: %o', async (files, line) => {
  const { ownerUrl } = await emptyDatabase()
  expect(await refusalOf({ ownerUrl, secret, folder: await folderOf(files) })).toBe(line)
})

test('of services that start at the same moment, one migrates and the others find it done', async () => {
  const { ownerUrl } = await emptyDatabase()
  const folder = await folderOf({ '0001_firms.sql': `${firms} select pg_sleep(0.2);`, '0002_clients.sql': clients })
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => migrate({ ownerUrl, secret, folder })))
  expect(outcomes.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, 2])
})

test('databases of one server are migrated at the same moment', async () => {
  const folder = await folderOf({ '0001_firms.sql': firms })
  const databases = await Promise.all(Array.from({ length: 4 }, () => emptyDatabase()))
  const outcomes = await Promise.all(databases.map(({ ownerUrl }) => migrate({ ownerUrl, secret, folder })))
  expect(outcomes.map(({ applied }) => applied)).toEqual(Array.from({ length: 4 }, () => ['0001_firms.sql']))
})

test('the role made for the service reads what was granted to its group, by the plain name', async () => {
  const { ownerUrl, name } = await emptyDatabase()
  const folder = await folderOf({ '0001_firms.sql': firms })
  const { serviceUrl } = await migrate({ ownerUrl, secret, folder })
  expect(await query(serviceUrl, 'insert into firm values (7) returning id, current_user::text as role')).toEqual([
    { id: 7, role: `${name}_app` },
  ])
  await expect(query(serviceUrl, 'delete from firm')).rejects.toMatchObject({ code: '42501' })
})

test('the password of the service follows from the secret', async () => {
  const { ownerUrl } = await emptyDatabase()
  const folder = await folderOf({ '0001_firms.sql': firms })
  const before = await migrate({ ownerUrl, secret, folder })
  expect((await migrate({ ownerUrl, secret, folder })).serviceUrl).toBe(before.serviceUrl)
  const after = await migrate({ ownerUrl, secret: `${secret}, and changed`, folder })
  expect(await query(after.serviceUrl, 'select 1 as one')).toEqual([{ one: 1 }])
  await expect(query(before.serviceUrl, 'select 1')).rejects.toMatchObject({ code: '28P01' })
})

test('the role has the timeouts of the service and the plan mode that is set, whatever a connection asks for', async () => {
  const { ownerUrl } = await emptyDatabase()
  const folder = await folderOf({ '0001_firms.sql': firms })
  const settings = `select current_setting('statement_timeout') as statement, current_setting('plan_cache_mode') as plan,
    current_setting('idle_in_transaction_session_timeout') as idle`
  const { serviceUrl } = await migrate({ ownerUrl, secret, folder })
  expect(await query(serviceUrl, settings)).toEqual([{ statement: '30s', plan: 'force_generic_plan', idle: '35s' }])
  await migrate({ ownerUrl, secret, folder, planMode: 'auto' })
  expect(await query(serviceUrl, settings)).toEqual([{ statement: '30s', plan: 'auto', idle: '35s' }])
})

test('a service role that was given more is refused', async () => {
  const { ownerUrl, name } = await emptyDatabase()
  const folder = await folderOf({ '0001_firms.sql': firms })
  await migrate({ ownerUrl, secret, folder })
  await query(ownerUrl, `alter role ${name}_app createdb bypassrls`)
  expect(await refusalOf({ ownerUrl, secret, folder })).toBe(
    `The role ${name}_app may do more than serve (createdb, bypassrls); take that from it, or drop it so that it is made anew.`,
  )
})

test('a role made by an administrator is used once it is fit, and the refusal says how it becomes so', async () => {
  const { ownerUrl, name } = await emptyDatabase()
  const role = `given_${randomBytes(4).toString('hex')}`
  await query(ownerUrl, `create role ${role} login createdb password 'given'`)
  const url = new URL(ownerUrl)
  url.username = role
  url.password = 'given'
  const options = { ownerUrl, secret, serviceUrl: url.href, folder: await folderOf({ '0001_firms.sql': firms }) }

  const refusal = await refusalOf(options)
  expect(refusal).toContain(`DATABASE_SERVICE_URL: the role "${role}" is not fit to serve. Run: `)
  await query(ownerUrl, refusal.slice(refusal.indexOf('Run: ') + 'Run: '.length))

  expect((await migrate(options)).serviceUrl).toBe(url.href)
  await query(ownerUrl, `alter role ${role} in database ${name} reset statement_timeout`)
  expect(await refusalOf(options)).toContain(`IN DATABASE "${name}" SET statement_timeout = 30000; `)
  const other = await emptyDatabase()
  url.pathname = new URL(other.ownerUrl).pathname
  expect(await refusalOf({ ...options, serviceUrl: url.href })).toBe(
    'DATABASE_SERVICE_URL leads to another database than DATABASE_URL; it must lead to the same.',
  )
  expect(await query(ownerUrl, 'select from pg_roles where rolname = $1', [`${name}_app`])).toEqual([])
})

test('an owner who may not make roles is told what to do', async () => {
  const { ownerUrl, name } = await emptyDatabase()
  const role = `owner_${randomBytes(4).toString('hex')}`
  await query(ownerUrl, `create role ${role} login password 'owner'`)
  await query(ownerUrl, `alter database ${name} owner to ${role}`)
  const url = new URL(ownerUrl)
  url.username = role
  url.password = 'owner'
  expect(await refusalOf({ ownerUrl: url.href, secret, folder: await folderOf({}) })).toBe(
    `The role of DATABASE_URL may not make roles; give it CREATEROLE, or have an administrator run: create role "${name}_app" login nosuperuser nocreatedb nocreaterole nobypassrls;`,
  )
})

test('a role that may not make the tables is told which one may', async () => {
  const { ownerUrl } = await emptyDatabase()
  const role = `stranger_${randomBytes(4).toString('hex')}`
  await query(ownerUrl, `create role ${role} login password 'stranger'`)
  const url = new URL(ownerUrl)
  url.username = role
  url.password = 'stranger'
  expect(await refusalOf({ ownerUrl: url.href, secret, folder: await folderOf({}) })).toMatch(
    /^The role of DATABASE_URL may not make the tables \(permission denied for database test_\w+\); name the one that owns the database\.$/,
  )
})

test('a database that is away is one clear line, without the password', async () => {
  const { ownerUrl } = await emptyDatabase()
  const folder = await folderOf({})
  const away = new URL(ownerUrl)
  away.port = '1'
  expect(await refusalOf({ ownerUrl: away.href, secret, folder })).toMatch(
    /^The database test_\w+ at 127\.0\.0\.1:1 cannot be reached: connect ECONNREFUSED .*Start it, or correct DATABASE_URL\.$/,
  )
  const unproved = new URL(ownerUrl)
  unproved.search = '?sslmode=verify-full&sslrootcert=/no/such/file'
  expect(await refusalOf({ ownerUrl: unproved.href, secret, folder })).toContain('cannot be reached: ENOENT')
  const wrong = new URL(ownerUrl)
  wrong.password = 'not-the-password'
  const line = await refusalOf({ ownerUrl: wrong.href, secret, folder })
  expect(line).toContain('password authentication failed')
  expect(line).not.toContain('not-the-password')
})

test('the migrations of the product are found from where the code was built', async () => {
  const { ownerUrl } = await emptyDatabase()
  const { applied } = await migrate({ ownerUrl, secret })
  expect(applied[0]).toMatch(/^0001_/)
  const root = join(import.meta.dirname, '../../..')
  expect(await readFile(join(root, 'migrations', applied[0] ?? ''), 'utf8')).not.toBe('')
})
