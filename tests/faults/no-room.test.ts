import { randomUUID } from 'node:crypto'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Person } from '../../seeds/api.js'
import { findEmbedded } from '../../src/local-postgres/embedded.js'
import { type AuditFirm, auditFirm, signedIn, verifyTrails } from '../support/audit-firm.js'
import { fromTheSource, largeImport, longList } from '../support/large-import.js'
import { outcomeOf } from '../support/outcome.js'
import { dataFolder, freePort, type ServiceProcess, start } from '../support/service-process.js'
import { discrepancies } from '../support/stream-of-acts.js'

// Room is made scarce by a limit on the size of files, which any user may set for the processes that they start, on Linux
// and macOS alike. What a limit cannot show, a disk that is full and has room again while the service runs, is in
// disk-full.long.test.ts: that takes a disk of its own.

const MiB = 1024 * 1024
/** More than a file of PostgreSQL's log takes, which is made whole. */
const logFileBytes = 16 * MiB
const dataDir = await dataFolder()
const port = await freePort()
const address = `http://127.0.0.1:${port}`
const settings = {
  PORT: String(port),
  FIELDWORK_DATA_DIR: dataDir,
  FIELDWORK_SEED: 'none',
}

let firm: AuditFirm
let people: Record<'admin' | 'partner' | 'staff' | 'manager', Person>
let service: ServiceProcess | null = null
let owner: pg.Pool

beforeAll(async () => {
  firm = await auditFirm(settings)
}, 120_000)
afterEach(stopped)

async function running(limit: { fileBytesMax?: number }): Promise<ServiceProcess> {
  service = start(settings, limit)
  await service.ready
  const connectionString = (await findEmbedded(dataDir)) as string
  owner = new pg.Pool({ connectionString, max: 1, options: '-c search_path=fieldwork' })
  owner.on('error', () => undefined)
  people = await signedIn(address, 'admin', 'partner', 'staff', 'manager')
  return service
}

async function stopped(): Promise<void> {
  if (!service) return
  await owner.end()
  service.child.kill('SIGTERM')
  await service.ended
  service = null
}

const ready = async () => (await fetch(`${address}/readyz`)).status
const clients = async (): Promise<number> => (await people.manager.ask('{ clients { totalCount } }')).clients.totalCount

/** How far the log of PostgreSQL has come in its present file. */
const logPosition = async (): Promise<number> =>
  (await owner.query(`select (pg_current_wal_insert_lsn() - '0/0') % ${logFileBytes} as at`)).rows[0].at

test('where not even the log finds room acts are refused so that they are sent again, and nothing is there by half', {
  timeout: 120_000,
}, async () => {
  await running({})
  const before = await clients()
  // From here on the log is at the beginning of a file, which is there already.
  await owner.query('select pg_switch_wal()')
  await stopped()

  const fileBytesMax = logFileBytes / 4
  const { child } = await running({ fileBytesMax })
  const left = fileBytesMax - Number(await logPosition())
  await owner.query("select pg_logical_emit_message(false, 'room', repeat('x', $1))", [left - 64 * 1024])
  const done: string[] = []
  const lost: { idempotencyKey: string; name: string }[] = []
  while (lost.length < 3) {
    const input = { idempotencyKey: randomUUID(), name: `Client ${done.length + lost.length}` }
    const outcome = await outcomeOf(people.manager.does('createClient', input))
    expect(['DONE', 'UNAVAILABLE']).toContain(outcome)
    if (outcome === 'DONE') done.push(input.name)
    else lost.push(input)
  }
  expect(child.exitCode).toBeNull()
  await stopped()
  const log = await readFile(join(await realpath(join(dataDir, 'postgres')), 'postgres.log'), 'utf8')
  expect(log).toMatch(/PANIC: {2}could not write to log file .*: File too large/)

  await running({})
  expect(await clients()).toBe(before + done.length)
  for (const input of lost) await people.manager.does('createClient', input)
  expect(await clients()).toBe(before + done.length + lost.length)
  expect(await discrepancies(owner)).toEqual([])
  await verifyTrails(people, firm)
})

test('what finds no room is refused, is not there by half, and reading goes on; once there is room it can be done', {
  timeout: 120_000,
}, async () => {
  const { child } = await running({ fileBytesMax: logFileBytes + MiB })
  // 13 MiB of a file are more than 17 in the database.
  const imports = [await largeImport(people.staff, firm, 60_000), await largeImport(people.staff, firm, 60_000)]
  const before = await clients()
  // A job of each finds no room, again and again.
  for (const send of imports) expect((await send()).population).toEqual({ itemCount: null })
  await vi.waitFor(async () => expect((await failedJobs()).length).toBe(2), { timeout: 60_000, interval: 200 })
  expect([await ready(), await clients(), child.exitCode]).toEqual([200, before, null])
  // What takes little room still finds it.
  await people.manager.does('createClient', { name: 'Meanwhile' })
  expect(await discrepancies(owner)).toEqual([])
  await verifyTrails(people, firm)
  await stopped()

  await running({})
  await owner.query('update fieldwork_jobs._private_jobs set run_at = now() where locked_at is null')
  await vi.waitFor(async () => expect(await imported()).toEqual([60_000, 60_000]), { timeout: 60_000, interval: 200 })
  expect(await discrepancies(owner)).toEqual([])
  await verifyTrails(people, firm)
})

/** Why the jobs failed that did. */
const failedJobs = async (): Promise<string[]> =>
  (await owner.query('select last_error from fieldwork_jobs._private_jobs where last_error is not null')).rows

/** How many items the populations have that are imported by a job. */
const imported = async (): Promise<number[]> =>
  (
    await owner.query(
      `select p.item_count from population p join population_import m on m.id = p.latest_import_id where m.attempt_id is not null`,
    )
  ).rows.map((one) => one.item_count)

test('a sent file that finds no room is refused so that it is sent again, nothing of it stays, and the log says why', {
  timeout: 120_000,
}, async () => {
  const { child } = await running({ fileBytesMax: logFileBytes + MiB })
  const list = longList(90_000)
  const bring = () => people.staff.brings(firm.engagementId, list, fromTheSource)
  const evidence = async () => (await owner.query('select count(*)::int as n from evidence')).rows[0].n as number
  const before = await evidence()
  let logged = ''
  child.stdout?.on('data', (chunk) => {
    logged += chunk
  })
  expect(await outcomeOf(bring())).toBe('UNAVAILABLE')
  expect(await readdir(join(dataDir, 'files/incoming'))).toEqual([])
  expect(JSON.parse(logged)).toMatchObject({ level: 50, msg: 'fault', err: { code: 'EFBIG' } })
  await people.manager.does('createClient', { name: 'Afterwards' })
  expect(await evidence()).toBe(before)
  await stopped()

  await running({})
  await bring()
  expect(await evidence()).toBe(before + 1)
  expect(await discrepancies(owner)).toEqual([])
})
