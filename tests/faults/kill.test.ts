import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { findEmbedded } from '../../src/local-postgres/embedded.js'
import { runningPostmaster } from '../../src/local-postgres/postmaster.js'
import { auditFirm, signedIn, verifyTrails } from '../support/audit-firm.js'
import { dataFolder, freePort, type ServiceProcess, start } from '../support/service-process.js'
import { answered, discrepancies, happened, StreamOfActs } from '../support/stream-of-acts.js'

// FIELDWORK_KILLS: how often the service is killed (3 when not set; 100 for a long run, about five minutes).
// FIELDWORK_SEED_OF_FAULTS: the seed that a failed run printed, to kill at the same moments again.
const kills = Number(process.env.FIELDWORK_KILLS ?? 3)
const seed = Number(process.env.FIELDWORK_SEED_OF_FAULTS ?? Date.now() % 1_000_000)
const streams = 4

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
function dice(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const dataDir = await dataFolder()
const port = await freePort()
const address = `http://127.0.0.1:${port}`
const settings = { PORT: String(port), FIELDWORK_DATA_DIR: dataDir, FIELDWORK_SEED: 'none' }
const firm = await auditFirm(settings)

async function serve(): Promise<ServiceProcess> {
  const service = start(settings)
  await service.ready
  return service
}

/** A superuser's eyes on the database of the service that runs. */
async function ownersView(): Promise<pg.Pool> {
  const url = (await findEmbedded(dataDir)) as string
  const owner = new pg.Pool({ connectionString: url, max: 2, options: '-c search_path=fieldwork' })
  owner.on('error', () => undefined)
  afterAll(() => owner.end())
  return owner
}

/** The service dies; every other time PostgreSQL dies with it, as when the machine does. */
async function die(service: ServiceProcess, withDatabase: boolean): Promise<void> {
  service.child.kill('SIGKILL')
  await service.ended
  if (!withDatabase) return
  const postmaster = await runningPostmaster(join(await realpath(join(dataDir, 'postgres')), 'cluster'))
  process.kill(postmaster?.pid as number, 'SIGKILL')
}

test(`killed in a stream of acts ${kills} times, the service has done each act once that was answered, and does each once that is sent again (seed ${seed})`, {
  timeout: 120_000 + kills * 20_000,
}, async () => {
  const roll = dice(seed)
  const stream = new StreamOfActs(firm)
  let unanswered = 0
  let service = await serve()
  let doers = await signedIn(address, 'manager', 'staff')
  for (let kill = 1; kill <= kills; kill += 1) {
    // Tokens hold for ten minutes, and through every kill.
    if (kill % 10 === 0) doers = await signedIn(address, 'manager', 'staff')
    const before = stream.acts.length
    let dead = false
    const sending = Array.from({ length: streams }, () => stream.send(doers, () => dead))
    await pause(200 + roll() * 600)
    dead = true
    await die(service, kill % 2 === 0)
    await Promise.all(sending)
    service = await serve()

    // What was answered is there once; of what was not, it is not known, and nothing is there twice or by half.
    const owner = await ownersView()
    const done = stream.acts.slice(before)
    const times = await happened(owner, done)
    for (const [at, act] of done.entries()) {
      if (!act.answer) unanswered += 1
      const once = { rows: 1, entries: 1 }
      expect(times[at], `${act.mutation} ${act.mark}`).toEqual(
        act.answer || times[at]?.rows ? once : { rows: 0, entries: 0 },
      )
    }
    expect(await discrepancies(owner)).toEqual([])

    await Promise.all(
      done.map(async (act) => {
        const first = act.answer
        const second = await answered(doers, act)
        if (first) expect(second).toEqual(first)
      }),
    )
    expect(await happened(owner, done)).toEqual(done.map(() => ({ rows: 1, entries: 1 })))
  }
  const owner = await ownersView()
  expect(stream.acts.length).toBeGreaterThan(kills * streams)
  expect(unanswered).toBeGreaterThan(0)
  expect(await happened(owner, stream.acts)).toEqual(stream.acts.map(() => ({ rows: 1, entries: 1 })))
  expect(await discrepancies(owner)).toEqual([])
  await verifyTrails(await signedIn(address, 'admin', 'partner'), firm)
})
