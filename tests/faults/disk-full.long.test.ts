import { randomUUID } from 'node:crypto'
import { readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '../../seeds/api.js'
import { findEmbedded } from '../../src/local-postgres/embedded.js'
import { runningPostmaster } from '../../src/local-postgres/postmaster.js'
import { type AuditFirm, auditFirm, signedIn, verifyTrails } from '../support/audit-firm.js'
import { fromTheSource, largeImport, longList } from '../support/large-import.js'
import { outcomeOf } from '../support/outcome.js'
import { freePort, type ServiceProcess, start } from '../support/service-process.js'
import { smallDisk } from '../support/small-disk.js'
import { discrepancies } from '../support/stream-of-acts.js'

const disk = await smallDisk()
const port = await freePort()
const address = `http://127.0.0.1:${port}`
const dataDir = join(disk.folder, 'data')
const settings = {
  PORT: String(port),
  FIELDWORK_DATA_DIR: dataDir,
  FIELDWORK_SEED: 'none',
}
const MiB = 1024 * 1024

let firm: AuditFirm
let service: ServiceProcess
let owner: pg.Pool
let people: Record<'admin' | 'partner' | 'staff' | 'manager', Person>

beforeAll(async () => {
  firm = await auditFirm(settings)
  service = start(settings)
  await service.ready
  owner = new pg.Pool({
    connectionString: (await findEmbedded(dataDir)) as string,
    max: 1,
    options: '-c search_path=fieldwork',
  })
  owner.on('error', () => undefined)
  // Before the disk is full: signing in is an act.
  people = await signedIn(address, 'admin', 'partner', 'staff', 'manager')
}, 120_000)
afterAll(async () => {
  await owner.end()
  service.child.kill('SIGTERM')
  await service.ended
})

const ready = async () => (await fetch(`${address}/readyz`)).status
const clients = async (): Promise<number> => (await people.manager.ask('{ clients { totalCount } }')).clients.totalCount
/** An import of a list that takes some megabytes of room. */
const anImport = () => largeImport(people.staff, firm, 20_000)

test('what finds no room is refused, is not there by half, and reading goes on; once there is room it can be done', {
  timeout: 120_000,
}, async () => {
  const imports = [await anImport(), await anImport()]
  // A new segment of the log: that has room, what is written has none.
  await owner.query('select pg_switch_wal()')
  await people.manager.does('createClient', { name: 'The last one for now' })
  const before = await clients()
  await disk.fill(MiB)
  for (const send of imports) expect(await outcomeOf(send())).toBe('UNAVAILABLE')
  expect([await ready(), await clients()]).toEqual([200, before])
  expect(await discrepancies(owner)).toEqual([])
  await verifyTrails(people, firm)

  await disk.empty()
  for (const send of imports) expect((await send()).population.itemCount).toBe(20_000)
  expect(await discrepancies(owner)).toEqual([])
})

test('where not even the log finds room PostgreSQL ends; the service says so, and both go on once there is room', {
  timeout: 120_000,
}, async () => {
  const before = await clients()
  const cluster = join(await realpath(join(dataDir, 'postgres')), 'cluster')
  const names: string[] = []
  await disk.fill(0)
  let lost: Record<string, unknown> | undefined
  for (let n = 0; !lost && n < 20; n += 1) {
    await owner.query('select pg_switch_wal()').catch(() => undefined)
    const input = { idempotencyKey: randomUUID(), name: `Client ${n}` }
    if ((await outcomeOf(people.manager.does('createClient', input))) === 'DONE') names.push(input.name)
    else lost = input
  }
  expect(lost).toBeDefined()
  while (await runningPostmaster(cluster)) await pause(20)
  expect(await ready()).toBe(503)
  expect(await outcomeOf(clients())).toBe('UNAVAILABLE')

  await disk.empty()
  const deadline = Date.now() + 20_000
  while ((await ready()) !== 200 && Date.now() < deadline) await pause(50)
  expect(await clients()).toBe(before + names.length)
  await people.manager.does('createClient', lost as Record<string, unknown>)
  expect(await clients()).toBe(before + names.length + 1)
  expect(await discrepancies(owner)).toEqual([])
  await verifyTrails(people, firm)
  expect(service.child.exitCode).toBeNull()
})

test('a sent file that finds no room is refused so that it is sent again, nothing of it stays, and the log says why', async () => {
  const list = longList(20_000)
  const bring = () => people.staff.brings(firm.engagementId, list, fromTheSource)
  let logged = ''
  service.child.stdout?.on('data', (chunk) => {
    logged += chunk
  })
  await disk.fill(MiB)
  expect(await outcomeOf(bring())).toBe('UNAVAILABLE')
  expect(await readdir(join(dataDir, 'files/incoming'))).toEqual([])
  expect(await disk.room()).toBeGreaterThan(MiB / 2)
  expect(JSON.parse(logged)).toMatchObject({ level: 50, msg: 'fault', err: { code: 'ENOSPC' } })
  // What takes no file has room elsewhere.
  await people.manager.does('createClient', { name: 'Meanwhile' })

  await disk.empty()
  await bring()
  expect(await discrepancies(owner)).toEqual([])
})
