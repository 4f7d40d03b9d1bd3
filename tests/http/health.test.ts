import { rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { health } from '../../src/http/health.js'
import type { FileStorage } from '../../src/kernel/files/storage.js'
import { filesInFolder } from '../support/files.js'
import { ownPostgres } from '../support/own-postgres.js'
import { World } from '../support/world.js'

// `/readyz` says what is away, and never takes long to say so.

const postgres = await ownPostgres('the secret of the test run, known to all')
const files = await filesInFolder()
const folder = dirname(files.storage.incoming)
let looks = 0
let hangs = false
let failure: string | null = null
/** The folder, which counts how often it is looked at, and does not answer when it is told so. */
const storage = new Proxy(files.storage, {
  get: (target, name) =>
    name !== 'check'
      ? Reflect.get(target, name, target)
      : async () => {
          looks += 1
          if (hangs) await new Promise(() => undefined)
          if (failure) throw Object.assign(new Error('No.'), { code: failure })
          await target.check()
        },
}) as FileStorage
/** A fifth of what a service takes. */
const times = { answer: health.answer / 5, lookAgain: health.lookAgain / 5 }
/** A service on the same database and folder, which remembers no look. */
const service = async () => {
  const fail = () => {
    throw new Error('No member signs in here.')
  }
  const passwords = { inTurn: fail, hash: fail, verify: fail }
  const log = pino({ level: 'silent' })
  const services = { tokens: { ready: fail, sign: fail }, passwords, log, files: { ...files, storage } }
  return World.make(async () => ({ services, health: times }), { place: postgres.database })
}
const worlds = [await service(), await service(), await service(), await service(), await service(), await service()]
let w: World
beforeEach(() => {
  w = worlds.pop() as World
  looks = 0
  hangs = false
  failure = null
})

async function readiness() {
  const began = performance.now()
  const answer = await w.app.inject({ url: '/readyz' })
  return { said: [answer.statusCode, answer.json().status], ms: performance.now() - began }
}
const said = async () => (await readiness()).said

/** The folder is gone, and a file in its place. */
async function takeAway(): Promise<() => Promise<void>> {
  await rename(folder, `${folder}.away`)
  await writeFile(folder, 'no folder')
  return async () => {
    await rm(folder)
    await rename(`${folder}.away`, folder)
  }
}

it('says that the storage of files is away, and that it is there again, when it looks again', async () => {
  const bringBack = await takeAway()
  expect(await said()).toEqual([503, 'the storage of files is away'])
  await bringBack()
  await expect.poll(said, { timeout: 6_000, interval: 200 }).toEqual([200, 'ready'])
}, 20_000)

it.each([
  ['ENOSPC', 200, 'ready'],
  ['EIO', 503, 'the storage of files is away'],
])(
  'goes on where the storage has no room left, since files can be read, and at no other fault: %s',
  async (code, ...as) => {
    failure = code
    expect(await said()).toEqual(as)
  },
)

it('looks at the storage now and then, however many ask', async () => {
  for (let time = 0; time < 5; time += 1) await Promise.all([readiness(), readiness(), readiness()])
  expect(looks).toBe(1)
  await pause(times.lookAgain + 100)
  expect(await said()).toEqual([200, 'ready'])
  expect(looks).toBe(2)
}, 20_000)

it('answers in time though the storage does not, and looks no second time while it waits for it', async () => {
  hangs = true
  const all = await Promise.all([readiness(), readiness()])
  all.push(await readiness())
  for (const one of all) {
    expect(one.said).toEqual([503, 'the storage of files is away'])
    expect(one.ms).toBeLessThan(times.answer + 500)
  }
  expect(looks).toBe(1)
  const live = await w.app.inject({ url: '/healthz' })
  expect(live.json()).toEqual({ status: 'ok' })
}, 20_000)

it('says that the database is away, or both are, in time, also where it does not answer', async () => {
  expect(await said()).toEqual([200, 'ready'])
  const goOn = await postgres.freeze()
  onTestFinished(goOn)
  const frozen = await readiness()
  expect(frozen.said).toEqual([503, 'the database is away'])
  expect(frozen.ms).toBeLessThan(times.answer + 500)
  await pause(times.lookAgain)
  hangs = true
  expect(await said()).toEqual([503, 'the database and the storage of files are away'])
  goOn()
}, 30_000)
