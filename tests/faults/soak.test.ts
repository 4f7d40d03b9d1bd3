import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import type { Person } from '../../seeds/api.js'
import { type AuditFirm, auditFirm, signedIn, verifyTrails } from '../support/audit-firm.js'
import { testDatabase } from '../support/database.js'
import { fromTheSource } from '../support/large-import.js'
import { filesFolder, freePort, start } from '../support/service-process.js'
import { discrepancies, StreamOfActs } from '../support/stream-of-acts.js'
import type { Held } from '../support/what-it-holds.js'

// FIELDWORK_SOAK_SECONDS: how long the service is at work (12 when not set; an hour in npm run test:long).
const seconds = Number(process.env.FIELDWORK_SOAK_SECONDS ?? 12)
const warmUpSeconds = Math.min(Math.max(4, seconds / 10), 60)
const samples = 12

const place = await testDatabase()
const owner = new pg.Pool({ connectionString: place.ownerUrl, max: 1, options: '-c search_path=fieldwork' })
owner.on('error', () => undefined)
afterAll(() => owner.end())
const port = await freePort()
const address = `http://127.0.0.1:${port}`
const poolSize = 5
const settings = {
  DATABASE_URL: place.ownerUrl,
  FIELDWORK_FILES_DIR: filesFolder(),
  DATABASE_POOL_SIZE: String(poolSize),
  FIELDWORK_SECRET: 'the secret of the test run, known to all',
  PORT: String(port),
}

interface Sample extends Held {
  connections: number
}

async function sample(service: ChildProcess): Promise<Sample> {
  service.send('what do you hold?')
  const [held] = (await once(service, 'message')) as [Held]
  const { rows } = await owner.query(
    "select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'fieldwork'",
  )
  return { ...held, connections: rows[0].n }
}

const board = `{ viewer { member { name } } clients(first: 20) { nodes { name } } engagements(first: 2) { nodes { trail(first: 20, newestFirst: true) { nodes { action } }
  controls(first: 100) { nodes { title criteria { code } populations { nodes { title itemCount } } procedures { ref } } } } } }`

type Work = () => Promise<unknown>

/** Asks for something and does not wait for the answer. */
const goesAway =
  (token: string): Work =>
  async () => {
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 3)
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const body = JSON.stringify({ query: board })
    await fetch(`${address}/graphql`, { method: 'POST', headers, body, signal: abort.signal })
      .then(
        (answer) => answer.text(),
        () => undefined,
      )
      .catch(() => undefined)
  }

/** Begins to send a file and breaks off. */
const breaksOff =
  (senior: Person, { engagementId }: AuditFirm): Work =>
  async () => {
    const said = { engagementId, fileName: 'list.csv', ...fromTheSource }
    const { upload } = await senior.does('createUpload', said, 'upload { url }')
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    const head = [`PUT ${new URL(upload.url).pathname} HTTP/1.1`, 'host: fieldwork', 'content-length: 100000']
    socket.write(`${head.join('\r\n')}\r\n\r\nid,merged\nC-1,2025`)
    await pause(5)
    socket.destroy()
  }

test(`at work for ${seconds} s, the service holds no more memory, descriptors and connections at the end than at the beginning`, {
  timeout: (warmUpSeconds + seconds + 180) * 1_000,
}, async () => {
  const firm = await auditFirm(settings)
  const { child, ready, ended } = start(settings, {
    node: ['--expose-gc', '--import', join(import.meta.dirname, '../support/what-it-holds.js')],
  })
  await ready
  let over = false
  const until = Date.now() + (warmUpSeconds + seconds) * 1_000
  let done = 0
  const repeat = async (renew: () => Promise<Work>, everyMs: number) => {
    while (!over) {
      const work = await renew()
      // Tokens hold for ten minutes.
      const renewAt = Date.now() + 300_000
      while (!over && Date.now() < renewAt) {
        await work()
        done += 1
        await pause(everyMs)
      }
    }
  }
  const acts = async (): Promise<Work> => {
    const doers = await signedIn(address, 'manager', 'staff')
    return () => {
      const stream = new StreamOfActs(firm)
      return stream.send(doers, () => over || stream.acts.length === 8)
    }
  }
  const reads = async (): Promise<Work> => {
    const { partner } = await signedIn(address, 'partner')
    return () => partner.ask(board)
  }
  const bySenior = (make: (senior: Person) => Work) => async () => {
    const { senior } = await signedIn(address, 'senior')
    return make(senior)
  }
  const work = Promise.all([
    repeat(acts, 5),
    repeat(reads, 5),
    repeat(reads, 5),
    repeat(
      bySenior((senior) => goesAway(senior.token as string)),
      20,
    ),
    repeat(
      bySenior((senior) => breaksOff(senior, firm)),
      20,
    ),
  ])
  work.catch(() => undefined)

  await pause(warmUpSeconds * 1_000)
  const taken: Sample[] = []
  while (taken.length < samples) {
    taken.push(await sample(child))
    await pause(Math.max((until - Date.now()) / (samples - taken.length + 1), 0))
  }
  over = true
  await work
  const third = samples / 3
  const least = (part: Sample[], what: keyof Sample) => Math.min(...part.map((one) => one[what]))
  const [first, last] = [taken.slice(0, third), taken.slice(-third)]
  const report = JSON.stringify({ done, taken })
  process.stdout.write(`soak: ${report}\n`)
  expect(done, report).toBeGreaterThan(seconds * 5)
  // What is under way when it is asked comes on top: the least of each third is what stays.
  expect(least(last, 'heapBytes'), report).toBeLessThan(least(first, 'heapBytes') * 1.02 + 1_000_000)
  expect(least(last, 'descriptors'), report).toBeLessThanOrEqual(least(first, 'descriptors') + 2)
  expect(Math.max(...taken.map(({ connections }) => connections)), report).toBeLessThanOrEqual(poolSize)
  expect(await discrepancies(owner)).toEqual([])
  await verifyTrails(await signedIn(address, 'admin', 'partner'), firm)
  child.kill('SIGTERM')
  // Node warns of what it had to close itself.
  expect((await ended).complained).toBe('')
})
