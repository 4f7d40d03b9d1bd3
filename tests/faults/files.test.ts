import { randomBytes, randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { Person } from '../../seeds/api.js'
import { FolderStorage } from '../../src/kernel/files/folder-storage.js'
import { findEmbedded } from '../../src/local-postgres/embedded.js'
import { type AuditFirm, auditFirm, signedIn, verifyTrails } from '../support/audit-firm.js'
import { bringsOverHttp, evidenceOf, getsOverHttp, uploadUrl } from '../support/brought-over-http.js'
import { beginSending, comingIn, type Received, sends, until } from '../support/sending.js'
import { dataFolder, freePort, type ServiceProcess, start } from '../support/service-process.js'

const MiB = 1024 * 1024
const dataDir = await dataFolder()
const settings = { PORT: String(await freePort()), FIELDWORK_DATA_DIR: dataDir, FIELDWORK_SEED: 'none' }
const address = `http://127.0.0.1:${settings.PORT}`
const storage = new FolderStorage(join(dataDir, 'files'))

let firm: AuditFirm
let service: ServiceProcess | null = null
let people: Record<'admin' | 'partner' | 'staff' | 'manager', Person>
let owner: pg.Pool

beforeAll(async () => {
  firm = await auditFirm(settings)
}, 120_000)
afterEach(async () => {
  if (service) await owner.end()
  service?.child.kill('SIGTERM')
  await service?.ended
  service = null
})

async function running(limit: { fileBytesMax?: number } = {}): Promise<void> {
  service = start(settings, limit)
  await service.ready
  const connectionString = (await findEmbedded(dataDir)) as string
  owner = new pg.Pool({ connectionString, max: 2, options: '-c search_path=fieldwork' })
  owner.on('error', () => undefined)
  people = await signedIn(address, 'admin', 'partner', 'staff', 'manager')
}

/** Ends the service as a loss of power does, and starts it again. */
async function killed(): Promise<void> {
  service?.child.kill('SIGKILL')
  await service?.ended
  await owner.end()
  await running()
}

const keys = async () => {
  const found: string[] = []
  for await (const { key } of storage.list()) found.push(key)
  return found.sort()
}
const rows = async () =>
  (
    await owner.query(
      "select (select count(*)::int from evidence) as evidence, (select count(*)::int from stored_file) as stored, (select count(*)::int from trail_entry where action = 'createUpload') as entries",
    )
  ).rows[0]
const evidenceIn = (got: Received) => JSON.parse(got.body.toString()).evidence
const ticket = () => uploadUrl(people.staff, firm.engagementId, 'evidence.bin')

test('killed in the midst of an upload, the service has no evidence of it and keeps all other; what was left is found by its age, and the file can be sent again', {
  timeout: 120_000,
}, async () => {
  await running()
  const before = randomBytes(3 * MiB)
  const { id } = await bringsOverHttp(people.staff, firm.engagementId, { name: 'before.bin', content: before })
  const [counted, stored] = [await rows(), await keys()]
  const content = randomBytes(2 * MiB)
  const url = await ticket()
  const { request, answer } = beginSending('PUT', url, { 'content-length': content.length })
  request.write(content.subarray(0, MiB))
  await until('it comes in', async () => (await comingIn(storage)).length === 1)
  await killed()
  await expect(answer).rejects.toThrow()

  expect([await rows(), await keys()]).toEqual([counted, stored])
  expect((await getsOverHttp(people.manager, id)).body.equals(before)).toBe(true)
  expect(await comingIn(storage)).toHaveLength(1)
  expect(await storage.removeAbandoned(3_600_000)).toBe(0)
  expect(await storage.removeAbandoned(-1_000)).toBe(1)
  expect(await comingIn(storage)).toEqual([])

  const again = await sends('PUT', url, content)
  expect(again.status).toBe(201)
  expect((await getsOverHttp(people.manager, evidenceIn(again).id)).body.equals(content)).toBe(true)
  await verifyTrails(people, firm)
})

test('killed after the file was put and before its row was committed, the service has no row of it, and takes it again', {
  timeout: 120_000,
}, async () => {
  await running()
  const [counted, stored, listed] = [await rows(), await keys(), await evidenceOf(people.partner, firm.engagementId)]
  const content = randomBytes(MiB)
  const url = await ticket()
  const locking = await owner.connect()
  // Reading goes on; the row waits.
  await locking.query('begin; lock table evidence in exclusive mode')
  const sending = sends('PUT', url, content)
  sending.catch(() => undefined)
  await until('it was put', async () => (await keys()).length === stored.length + 1)
  await until('its row waits', async () => {
    const { rows: waiting } = await locking.query(
      "select 1 from pg_locks where not granted and relation = 'evidence'::regclass",
    )
    return waiting.length === 1
  })
  service?.child.kill('SIGKILL')
  await service?.ended
  await expect(sending).rejects.toThrow()
  locking.release(true)
  await killed()

  expect([await rows(), await evidenceOf(people.partner, firm.engagementId)]).toEqual([counted, listed])
  // The bytes lie there and no row names them.
  expect(await keys()).toHaveLength(stored.length + 1)
  const again = await sends('PUT', url, content)
  expect(again.status).toBe(201)
  expect((await getsOverHttp(people.manager, evidenceIn(again).id)).body.equals(content)).toBe(true)
  expect(await keys()).toHaveLength(stored.length + 2)
  await verifyTrails(people, firm)
})

test('a file for which the system has no room is told to be sent again, nothing of it stays, and others come and go', {
  timeout: 120_000,
}, async () => {
  // A file of the database's log has as much.
  await running({ fileBytesMax: 17 * MiB })
  const [counted, stored] = [await rows(), await keys()]
  const content = randomBytes(20 * MiB)
  const url = await ticket()
  const got = await sends('PUT', url, content)
  expect([got.status, got.headers['retry-after']]).toEqual([503, '5'])
  expect(JSON.parse(got.body.toString()).errors[0].extensions).toEqual({
    code: 'UNAVAILABLE',
    requestId: got.headers['x-request-id'],
  })
  expect([await rows(), await keys(), await readdir(storage.incoming)]).toEqual([counted, stored, []])
  const small = randomBytes(MiB)
  const { id } = await bringsOverHttp(people.staff, firm.engagementId, { name: 'small.bin', content: small })
  expect((await getsOverHttp(people.manager, id)).body.equals(small)).toBe(true)

  service?.child.kill('SIGTERM')
  expect((await service?.ended)?.printed).toContain('"code":"EFBIG"')
  await owner.end()
  await running()
  expect((await sends('PUT', url, content)).status).toBe(201)
})

// When all is done but for the trail, which is appended as it is committed.
test.each(['trail_entry'])(
  'killed in the midst of linking evidence, while it waits for %s, the service has linked it once or not at all, and once when the act is sent again',
  { timeout: 120_000 },
  async (table) => {
    await running()
    const { engagementId, controlId } = firm
    const origin = { sourceSystem: 'Repository', query: 'All', parameters: 'None', extractedBy: 'The client' }
    const described = { controlId, title: 'Changes', ...origin, extractedAt: '2025-12-31T00:00:00Z' }
    const { population } = await people.staff.does('createPopulation', described, 'population { id }')
    const file = { name: 'seen.bin', content: randomBytes(1_000) }
    const { id: evidenceId } = await bringsOverHttp(people.staff, engagementId, file)
    const input = { idempotencyKey: randomUUID(), evidenceId, nodeId: population.id }
    const sent = () => people.staff.does('linkEvidence', input, 'evidenceLink { id createdAt }')
    const linked = async () =>
      (
        await owner.query(
          `select (select count(*)::int from evidence_link where node_id = $1) as links,
             (select count(*)::int from trail_entry where action = 'linkEvidence' and node_id = $1) as entries,
             (select version from population where id = $1) as version`,
          [population.id],
        )
      ).rows[0]
    const [never, once] = [
      { links: 0, entries: 0, version: 1 },
      { links: 1, entries: 1, version: 2 },
    ]
    const locking = await owner.connect()
    await locking.query(`begin; lock table ${table} in exclusive mode`)
    const lost = sent()
    lost.catch(() => undefined)
    await until('it waits', async () => {
      const sql = 'select 1 from pg_locks where not granted and relation = $1::regclass'
      return (await locking.query(sql, [table])).rows.length === 1
    })
    service?.child.kill('SIGKILL')
    await service?.ended
    await expect(lost).rejects.toThrow()
    locking.release(true)
    await killed()

    expect([never, once]).toContainEqual(await linked())
    const answer = await sent()
    expect(await linked()).toEqual(once)
    expect(await sent()).toEqual(answer)
    expect(await linked()).toEqual(once)
    await verifyTrails(people, firm)
  },
)
