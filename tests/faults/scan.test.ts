import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, expect, test, vi } from 'vitest'
import { scanWithinMs } from '../../src/features/evidence/scan.js'
import { auditFirm, signedIn, verifyTrails } from '../support/audit-firm.js'
import { bringsOverHttp, getsOverHttp } from '../support/brought-over-http.js'
import { type ClamdServer, clamdServer, eicar } from '../support/clamd-server.js'
import { testDatabase } from '../support/database.js'
import { filesFolder, freePort, type ServiceProcess, start } from '../support/service-process.js'

const place = await testDatabase()
const port = await freePort()
const address = `http://127.0.0.1:${port}`
const settings = {
  DATABASE_URL: place.ownerUrl,
  FIELDWORK_FILES_DIR: filesFolder(),
  FIELDWORK_SECRET: randomBytes(32).toString('hex'),
  PORT: String(port),
}
const owner = new pg.Pool({ connectionString: place.ownerUrl, max: 2, options: '-c search_path=fieldwork' })
afterAll(() => owner.end())

async function serve(scanner: ClamdServer, more: Record<string, string> = {}): Promise<ServiceProcess> {
  const service = start({ ...settings, FIELDWORK_CLAMD: `127.0.0.1:${scanner.port}`, ...more })
  await service.ready
  return service
}

const jobs = async () =>
  (
    await owner.query(
      'select locked_by is not null as "isBegun", attempts from fieldwork_jobs._private_jobs order by id',
    )
  ).rows
const states = async (...ids: string[]) =>
  (await owner.query('select state from evidence where id = any($1) order by id', [ids])).rows.map(({ state }) => state)
const entries = async (...ids: string[]) =>
  (await owner.query("select 1 from trail_entry where action = 'scanEvidence' and node_id = any($1)", [ids])).rowCount

test('killed in the midst of a scan, and told to stop in another, the service gives nothing out unscanned; the next one scans it, once', {
  timeout: 120_000,
}, async () => {
  const firm = await auditFirm(settings)
  const silent = await clamdServer({ says: null })
  const killed = await serve(silent)
  const { staff } = await signedIn(address, 'staff')
  const content = Buffer.from('id,when\nC-1,2025-03-01\n')
  const { id: clean } = await bringsOverHttp(staff, firm.engagementId, { name: 'clean.csv', content })
  const file = { name: 'infected.csv', content: Buffer.from(`id,when\n"${eicar}",2025-03-01\n`) }
  const { id: infected } = await bringsOverHttp(staff, firm.engagementId, file)
  const both = [clean, infected] as const
  await vi.waitFor(() => expect(silent.scanned).toHaveLength(2), { timeout: 20_000 })
  killed.child.kill('SIGKILL')
  await killed.ended
  const begun = { isBegun: true, attempts: 1 }
  expect([await jobs(), await states(...both), await entries(...both)]).toEqual([
    [begun, begun],
    ['PENDING', 'PENDING'],
    0,
  ])

  // Once no scan can go on any more, another service begins it again. That one is told to stop, and does not wait for the scanner.
  await owner.query(
    `update fieldwork_jobs._private_jobs set locked_at = locked_at - interval '${scanWithinMs + 120_000} milliseconds'`,
  )
  const stopped = await serve(silent)
  await vi.waitFor(() => expect(silent.scanned).toHaveLength(4), { timeout: 20_000 })
  const toldAt = performance.now()
  stopped.child.kill('SIGTERM')
  expect((await stopped.ended).code).toBe(0)
  expect(performance.now() - toldAt).toBeLessThan(10_000)
  const givenBack = { isBegun: false, attempts: 2 }
  expect([await jobs(), await states(...both), await entries(...both)]).toEqual([
    [givenBack, givenBack],
    ['PENDING', 'PENDING'],
    0,
  ])

  const scanner = await clamdServer()
  const next = await serve(scanner)
  await vi.waitFor(async () => expect(await jobs()).toEqual([]), { timeout: 30_000, interval: 100 })
  expect([await states(...both), await entries(...both), scanner.scanned.length]).toEqual([
    ['AVAILABLE', 'INFECTED'],
    2,
    2,
  ])
  const people = await signedIn(address, 'admin', 'partner', 'staff')
  expect((await getsOverHttp(people.staff, clean)).body.equals(content)).toBe(true)
  const { evidence } = await people.staff.ask('query ($id: ID!) { evidence(id: $id) { state downloadUrl } }', {
    id: infected,
  })
  expect(evidence).toEqual({ state: 'INFECTED', downloadUrl: null })
  await verifyTrails(people, firm)
  next.child.kill('SIGTERM')
  expect(await next.ended).toMatchObject({ code: 0, printed: expect.not.stringContaining('scanner') })
})

test('where the scanner is away the service starts, and says so', { timeout: 60_000 }, async () => {
  const away = await clamdServer()
  await away.close()
  const service = await serve(away, { LOG_LEVEL: 'warn' })
  service.child.kill('SIGTERM')
  const { code, printed } = await service.ended
  expect(code).toBe(0)
  expect(printed).toContain('the malware scanner does not answer: evidence stays PENDING')
  expect(printed).toContain('ECONNREFUSED')
})
