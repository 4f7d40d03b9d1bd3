import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Person } from '../../seeds/api.js'
import { FolderStorage } from '../../src/kernel/files/folder-storage.js'
import { type AuditFirm, auditFirm, signedIn, verifyTrails } from '../support/audit-firm.js'
import { bringsOverHttp, evidenceOf, getsOverHttp, uploadUrl } from '../support/brought-over-http.js'
import { comingIn, type Received, sends } from '../support/sending.js'
import { dataFolder, freePort, type ServiceProcess, start } from '../support/service-process.js'
import { smallDisk } from '../support/small-disk.js'

const MiB = 1024 * 1024
// The files have a disk of their own; the database does not.
const disk = await smallDisk()
const folder = join(disk.folder, 'files')
const storage = new FolderStorage(folder)
const settings = {
  PORT: String(await freePort()),
  FIELDWORK_DATA_DIR: await dataFolder(),
  FIELDWORK_FILES_DIR: folder,
  FIELDWORK_SEED: 'none',
}
const address = `http://127.0.0.1:${settings.PORT}`

let firm: AuditFirm
let service: ServiceProcess
let people: Record<'admin' | 'partner' | 'staff' | 'manager', Person>
const kept = randomBytes(5 * MiB)
let keptId: string

beforeAll(async () => {
  firm = await auditFirm(settings)
  service = start(settings)
  await service.ready
  people = await signedIn(address, 'admin', 'partner', 'staff', 'manager')
  keptId = (await bringsOverHttp(people.staff, firm.engagementId, { name: 'kept.bin', content: kept })).id
}, 120_000)
afterAll(async () => {
  service.child.kill('SIGTERM')
  await service.ended
})

async function left() {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return [await evidenceOf(people.partner, firm.engagementId), keys.sort(), await comingIn(storage)]
}

function expectUnavailable({ status, headers, body }: Received): void {
  expect([status, headers['retry-after'], JSON.parse(body.toString()).errors[0].extensions.code]).toEqual([
    503,
    '5',
    'UNAVAILABLE',
  ])
}

/** What was brought before is given out, and the service does other work. */
async function goesOn(): Promise<void> {
  expect((await getsOverHttp(people.manager, keptId)).body.equals(kept)).toBe(true)
  await people.manager.does('createClient', { name: `Meanwhile ${Date.now()}` })
  expect((await fetch(`${address}/readyz`)).status).toBe(200)
}

test('a file for which the disk has no room is told to be sent again, nothing of it stays, and reading goes on', {
  timeout: 120_000,
}, async () => {
  const content = randomBytes(8 * MiB)
  const url = await uploadUrl(people.staff, firm.engagementId, 'large.bin')
  const before = await left()
  await disk.fill(4 * MiB)
  for (let time = 0; time < 3; time += 1) {
    expectUnavailable(await sends('PUT', url, content))
    expect(await left()).toEqual(before)
    // Room is left as it was: what came was taken away.
    expect(await disk.room()).toBeGreaterThan(3 * MiB)
    await goesOn()
  }
  const small = await bringsOverHttp(people.staff, firm.engagementId, { name: 'small.bin', content: randomBytes(MiB) })
  expect((await getsOverHttp(people.manager, small.id)).status).toBe(200)
  await disk.empty()
  const again = await sends('PUT', url, content)
  expect(again.status).toBe(201)
  const { id } = JSON.parse(again.body.toString()).evidence
  expect((await getsOverHttp(people.manager, id)).body.equals(content)).toBe(true)
  await verifyTrails(people, firm)
})

test('a disk that takes nothing any more is told as such, and what lies on it is read', {
  timeout: 120_000,
}, async () => {
  const content = randomBytes(MiB)
  const url = await uploadUrl(people.staff, firm.engagementId, 'large.bin')
  const before = await left()
  const remount = (how: 'ro' | 'rw') => {
    const command = ['mount', '-o', `remount,${how}`, disk.folder]
    const run = promisify(execFile)
    return process.getuid?.() === 0 ? run('env', command) : run('sudo', ['-n', ...command])
  }
  await remount('ro')
  onTestFinished(async () => void (await remount('rw')))
  expectUnavailable(await sends('PUT', url, content))
  await goesOn()
  await remount('rw')
  expect(await left()).toEqual(before)
  expect((await sends('PUT', url, content)).status).toBe(201)
})
