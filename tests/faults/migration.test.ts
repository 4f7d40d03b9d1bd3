import { cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { auditFirm, signedIn, verifyTrails } from '../support/audit-firm.js'
import { testDatabase } from '../support/database.js'
import { filesFolder, freePort, run, start } from '../support/service-process.js'
import { discrepancies, happened, StreamOfActs } from '../support/stream-of-acts.js'

const root = resolve(import.meta.dirname, '../../..')
const place = await testDatabase()
const owner = new pg.Pool({ connectionString: place.ownerUrl, max: 2, options: '-c search_path=fieldwork' })
owner.on('error', () => undefined)
afterAll(() => owner.end())
const settings = {
  DATABASE_URL: place.ownerUrl,
  FIELDWORK_FILES_DIR: filesFolder(),
  FIELDWORK_SECRET: 'the secret of the test run, known to all',
}
const firm = await auditFirm(settings)
const port = await freePort()
const address = `http://127.0.0.1:${port}`
beforeAll(async () => {
  await start({ ...settings, PORT: String(port) }).ready
}, 120_000)

/** What the next version might bring: columns and an index on tables that all use, and a table. */
const additive = `
  alter table client add column industry text;
  alter table engagement add column planning_note text not null default '';
  create index client_by_age on client (firm_id, created_at);
  create table client_contact (
    firm_id uuid not null references firm (firm_id),
    id uuid not null,
    client_id uuid not null,
    name text not null,
    version integer not null default 1,
    created_by uuid,
    created_at timestamptz not null,
    primary key (firm_id, id),
    foreign key (firm_id, client_id) references client (firm_id, id)
  );
  select wall('client_contact', 'client'), changeable('client_contact');`

/** The product as it is built, in a folder of its own, with one migration more. */
async function nextVersion(name: string, sql: string): Promise<{ from: string; migration: string }> {
  const from = await mkdtemp(join(tmpdir(), 'fieldwork-next-'))
  onTestFinished(() => rm(from, { recursive: true }))
  for (const part of ['dist/src', 'dist/seeds', 'migrations', 'package.json']) {
    await cp(join(root, part), join(from, part), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(from, 'node_modules'))
  const last = Math.max(...(await readdir(join(from, 'migrations'))).map((file) => Number.parseInt(file, 10)))
  const migration = `${String(last + 1).padStart(4, '0')}_${name}.sql`
  await writeFile(join(from, 'migrations', migration), sql)
  return { from, migration }
}

const columnsOf = async (table: string) =>
  (
    await owner.query(
      "select column_name from information_schema.columns where table_schema = 'fieldwork' and table_name = $1",
      [table],
    )
  ).rows.map(({ column_name }) => column_name)

/** People at work, acting and reading, until they are told to stop. */
async function workday() {
  const { manager, staff, partner } = await signedIn(address, 'manager', 'staff', 'partner')
  const stream = new StreamOfActs(firm)
  let over = false
  let slowestMs = 0
  let reads = 0
  const reading = async () => {
    while (!over) {
      const before = performance.now()
      await partner.ask(
        '{ clients(first: 20) { nodes { name } } engagements(first: 5) { nodes { systemName controls(first: 100) { nodes { title populations { nodes { title } } } } } } }',
      )
      slowestMs = Math.max(slowestMs, performance.now() - before)
      reads += 1
      await pause(5)
    }
  }
  const done = Promise.all([
    stream.send({ manager, staff }, () => over),
    stream.send({ manager, staff }, () => over),
    reading(),
  ])
  done.catch(() => undefined)
  return {
    async end() {
      over = true
      await done
      return { acts: stream.acts, reads, slowestMs }
    },
  }
}

test('a migration that fails half way leaves nothing, and people who work meanwhile notice nothing', {
  timeout: 60_000,
}, async () => {
  const work = await workday()
  const next = await nextVersion('half', `${additive}\nupdate client set industry = 'none';\nselect 1 / 0;`)
  const { code, complained } = await run('ops/migrate', settings, next).ended
  expect([code, complained]).toEqual([
    1,
    `migrations/${next.migration} failed: division by zero. Nothing of it was kept.\n`,
  ])
  expect([await columnsOf('client_contact'), (await columnsOf('client')).includes('industry')]).toEqual([[], false])
  const { acts } = await work.end()
  expect(await happened(owner, acts)).toEqual(acts.map(() => ({ rows: 1, entries: 1 })))
})

test('while people work on one version, the next one migrates: no operation fails or waits long, not even behind its locks', {
  timeout: 180_000,
}, async () => {
  const next = await nextVersion('client_contacts', additive)
  const work = await workday()
  const reader = await owner.connect()
  await reader.query('begin; select count(*) from client')

  // Two at once; and somebody reads a table for seconds that they need for themselves.
  const migrations = [run('ops/migrate', settings, next), run('ops/migrate', settings, next)]
  await pause(4_000)
  expect(migrations.map(({ child }) => child.exitCode)).toEqual([null, null])
  expect(await columnsOf('client_contact')).toEqual([])
  await reader.query('rollback')
  reader.release()
  const outcomes = await Promise.all(migrations.map(({ ended }) => ended))
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0])
  expect(outcomes.map(({ printed }) => printed).sort()).toEqual([
    'The database is up to date.\n',
    `applied ${next.migration}\nThe database is up to date now.\n`,
  ])
  expect(await columnsOf('client')).toContain('industry')
  await pause(300)

  const { acts, reads, slowestMs } = await work.end()
  expect(slowestMs).toBeLessThan(3_000)
  expect(reads).toBeGreaterThan(5)
  expect(await happened(owner, acts)).toEqual(acts.map(() => ({ rows: 1, entries: 1 })))
  expect(await discrepancies(owner)).toEqual([])
  await verifyTrails(await signedIn(address, 'admin', 'partner'), firm)

  // The version that people work on serves on; started anew it would not know whether it fits, and says so.
  const older = await start({ ...settings, PORT: String(await freePort()) }).ended
  expect([older.code, older.complained.trim()]).toEqual([
    1,
    `The database has the migration ${next.migration}, which this version of Fieldwork does not know: the database is newer than the code.`,
  ])
  const newPort = await freePort()
  await start({ ...settings, PORT: String(newPort), FIELDWORK_PUBLIC_URL: address }, next).ready
  await verifyTrails(await signedIn(`http://127.0.0.1:${newPort}`, 'admin', 'partner'), firm)
})
