import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { makeLink } from '../../src/features/evidence/download-link.js'
import { scan, scanEvidence } from '../../src/features/evidence/scan.js'
import { listJobs, retryFailedJobs } from '../../src/jobs/listing.js'
import { JobRunner } from '../../src/jobs/runner.js'
import { ClamdScanner } from '../../src/kernel/files/clamd.js'
import { type ClamdBehaviour, clamdServer, eicar } from '../support/clamd-server.js'
import { importEvidence } from '../support/fieldwork.js'
import { filesInFolder } from '../support/files.js'
import { doJobs } from '../support/jobs.js'
import { type Linkable, linkable } from '../support/linking.js'
import { type Person, world } from '../support/world.js'

const files = await filesInFolder()
const log = pino({ level: 'silent' })
const unused = () => {
  throw new Error('Nobody signs in here.')
}
const w = await world(async () => ({
  services: {
    tokens: { ready: unused, sign: unused },
    passwords: { inTurn: unused, hash: unused, verify: unused },
    log,
    files,
  },
}))
const queue = { ...w.queue, log }
const a = await w.firm('Ashdown')
const stays = new AbortController().signal
let work: Linkable
beforeAll(async () => {
  work = await linkable(w, a)
})

/** The service has a scanner until the test ends. */
async function scanned(behaviour: ClamdBehaviour = {}) {
  const server = await clamdServer(behaviour)
  const scanner = new ClamdScanner({ host: '127.0.0.1', port: server.port, timeoutMs: 5_000 })
  files.scanner = scanner
  onTestFinished(() => {
    scanner.close()
    files.scanner = null
  })
  return server
}

const clean = () => `id,when\nC-${randomUUID()},2025-03-01\n`
const infected = () => `id,when\n"${eicar}",${randomUUID()}\n`
const brought = (content: string, by: Person = a.staff) => work.brought(by, content)

const read = async (id: string, person = a.manager) =>
  (await person.gql('query ($id: ID!) { evidence(id: $id) { version state downloadUrl } }', { id })).evidence
const entriesOf = async (id: string) => {
  const query = 'query ($id: ID!) { engagement(id: $id) { trail(first: 100) { nodes { action actorName nodeId } } } }'
  const { engagement } = await a.partner.gql(query, { id: work.engagementId })
  return engagement.trail.nodes
    .filter(({ nodeId }: { nodeId: string }) => nodeId === id)
    .map(({ action, actorName }: Record<string, string>) => [action, actorName])
}
const jobs = async () =>
  (await listJobs(w.database)).map(({ task, state, attempts, lastError }) => ({ task, state, attempts, lastError }))
/** Lets the time pass after which a job that failed is tried again. */
const again = async () => {
  await w.owner.query('update fieldwork_jobs._private_jobs set run_at = now()')
  await doJobs(queue)
}

/** What a link to the file would give, were there one. */
const got = (person: Person, id: string) =>
  w.get(`/files/${makeLink(w.database.secretBox, person.claims, id, Date.now())}`)

/** The evidence cannot be read, linked, imported or kept with a document, and to try moves nothing. */
async function isWithheld(id: string, state: string): Promise<void> {
  const before = await w.digest()
  expect(await read(id)).toMatchObject({ state, downloadUrl: null })
  for (const person of [a.manager, work.client.respondent]) expect((await got(person, id)).statusCode).toBe(404)
  const refusal = [{ code: 'INVALID_TRANSITION', path: ['evidenceId'] }]
  const linked = await a.staff.tryTo('linkEvidence', { evidenceId: id, nodeId: work.nodes.Procedure })
  expect(linked.errors).toMatchObject(refusal)
  const populationId = work.nodes.Population
  const expectedVersion = await work.version(populationId)
  const list = { populationId, expectedVersion, evidenceId: id, keyColumn: 'id', dateColumn: 'when' }
  expect((await importEvidence(a.staff, list)).errors).toMatchObject(refusal)
  const document = { kind: 'REPRESENTATION_LETTER', datedOn: '2026-01-20', obtainedFrom: 'Carla Invented, CEO' }
  const input = { engagementId: work.engagementId, ...document, evidenceId: id }
  const kept = await a.manager.tryTo('recordEngagementDocument', input)
  expect(kept.errors).toMatchObject(refusal)
  expect(await w.digest()).toBe(before)
}

test('without a scanner in the settings a file can be read and relied on at once, and no job waits', async () => {
  const { id } = await brought(clean())
  expect((await read(id)).state).toBe('AVAILABLE')
  expect(await jobs()).toEqual([])
})

test('evidence waits for the scanner, and can be neither read nor relied on meanwhile; then it can', async () => {
  const server = await scanned()
  const content = clean()
  const { id } = await brought(content)
  await isWithheld(id, 'PENDING')
  expect(server.scanned).toEqual([])

  await doJobs(queue)
  expect(server.scanned.map(String)).toEqual([content])
  const { state, downloadUrl, version } = await read(id)
  expect([state, version]).toEqual(['AVAILABLE', 2])
  expect((await w.get(downloadUrl)).body).toBe(content)
  expect(await entriesOf(id)).toEqual([
    ['createUpload', a.staff.name],
    ['scanEvidence', 'Fieldwork'],
  ])
  const nodeId = work.nodes.Procedure
  await a.staff.does('linkEvidence', { evidenceId: id, nodeId })
  expect(await jobs()).toEqual([])
})

test('what the scanner finds something in is never given out, to whom it may concern, and the record of it stays', async () => {
  await scanned()
  const { id } = await brought(infected(), work.client.respondent)
  await isWithheld(id, 'PENDING')
  await doJobs(queue)
  await isWithheld(id, 'INFECTED')
  expect(await entriesOf(id)).toEqual([
    ['createUpload', work.client.respondent.name],
    ['scanEvidence', 'Fieldwork'],
  ])
  expect(await jobs()).toEqual([])
})

test('a scan that is done twice, one after the other or at one time, changes nothing more', async () => {
  const server = await scanned()
  const ids = { firmId: a.id, evidenceId: (await brought(infected())).id }
  await Promise.all([1, 2].map(() => scan(w.database, files, ids, stays)))
  expect(await entriesOf(ids.evidenceId)).toHaveLength(2)
  const scans = server.scanned.length
  const before = await w.digest()
  await doJobs(queue)
  await scan(w.database, files, ids, stays)
  expect(await w.digest()).toBe(before)
  // It did not even look: nothing that was decided is scanned once more.
  expect(server.scanned).toHaveLength(scans)
  expect(await jobs()).toEqual([])
})

test('while the scanner is away, or says that it failed, evidence stays PENDING, and is scanned once it is back', async () => {
  const away = await scanned()
  await away.close()
  const { id } = await brought(clean())
  const before = await w.digest()
  await doJobs(queue)
  const [task, state] = [scanEvidence.name, 'waiting']
  expect(await jobs()).toEqual([{ task, state, attempts: 1, lastError: 'ScannerFailed ECONNREFUSED' }])

  await scanned({ bytesMax: 10 })
  await again()
  expect(await jobs()).toEqual([{ task, state, attempts: 2, lastError: 'ScannerFailed SCANNER_FAILED' }])
  expect(await w.digest()).toBe(before)
  await isWithheld(id, 'PENDING')

  await scanned()
  await again()
  expect((await read(id)).state).toBe('AVAILABLE')
  expect(await jobs()).toEqual([])
})

test('where the scanner was taken out of the settings, evidence that waits for it is not given out unscanned', async () => {
  await scanned()
  const { id } = await brought(infected())
  files.scanner = null
  const before = await w.digest()
  await doJobs(queue)
  expect(await jobs()).toMatchObject([
    { attempts: 1, lastError: 'FIELDWORK_CLAMD is not set: no scanner looks at the file.' },
  ])
  expect(await w.digest()).toBe(before)

  // The last of the attempts.
  await w.owner.query('update fieldwork_jobs._private_jobs set attempts = max_attempts - 1')
  await again()
  expect(await jobs()).toMatchObject([{ state: 'failed', attempts: 20 }])
  await isWithheld(id, 'PENDING')
  await scanned()
  await again()
  expect((await read(id)).state).toBe('PENDING')
  expect(await retryFailedJobs(w.database, null)).toBe(1)
  await doJobs(queue)
  expect((await read(id)).state).toBe('INFECTED')
})

test('evidence that is removed while it is scanned stays removed', async () => {
  const server = await scanned({ pauseMs: 500 })
  const { id } = await brought(clean())
  const scanning = doJobs(queue)
  await vi.waitFor(async () => expect(await server.connections()).toBe(1), { timeout: 5_000, interval: 10 })
  const removal = { evidenceId: id, expectedVersion: 1, reason: 'Brought by mistake.' }
  await a.manager.does('removeEvidence', removal)
  const before = await w.digest()
  await scanning
  expect(server.scanned).toHaveLength(1)
  expect(await w.digest()).toBe(before)
  expect((await read(id)).state).toBe('REMOVED')
  expect((await entriesOf(id)).map(([action]: string[]) => action)).toEqual(['createUpload', 'removeEvidence'])
  expect((await jobs()).map(({ task }) => task)).toEqual(['removeStoredFile'])
  await w.owner.query('delete from fieldwork_jobs._private_jobs')
})

test('a scan is broken off at once when the service stops, and done by the next', { timeout: 30_000 }, async () => {
  const server = await scanned({ says: null })
  const { id } = await brought(clean())
  const before = await w.digest()
  const stopping = new JobRunner(queue)
  await stopping.start()
  await vi.waitFor(() => expect(server.scanned).toHaveLength(1), { timeout: 10_000, interval: 10 })
  const begun = performance.now()
  await stopping.stop(20_000)
  // Longer than it takes to notice, and shorter than the scanner may be silent.
  expect(performance.now() - begun).toBeLessThan(4_000)
  expect(await w.digest()).toBe(before)
  expect(await jobs()).toEqual([
    { task: scanEvidence.name, state: 'waiting', attempts: 1, lastError: 'ScannerFailed ABORT_ERR' },
  ])
  await vi.waitFor(async () => expect(await server.connections()).toBe(0))

  await scanned()
  await again()
  expect((await read(id)).state).toBe('AVAILABLE')
})

test('after all of it every row is what the trail says', async () => {
  const query =
    'query ($id: ID!) { verifyEngagement(engagementId: $id) { trail { intact } mismatches { nodeType nodeId reason fields } } }'
  const { verifyEngagement } = await a.partner.gql(query, { id: work.engagementId })
  expect(verifyEngagement).toEqual({ trail: { intact: true }, mismatches: [] })
})
