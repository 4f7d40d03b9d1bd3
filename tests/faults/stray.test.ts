import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase } from '../support/database.js'
import { fullWorld } from '../support/full-world.js'
import { freePort, start } from '../support/service-process.js'
import { world } from '../support/world.js'

const strays: unknown[] = []
const note = (error: unknown) => strays.push(error)
beforeEach(() => void process.on('unhandledRejection', note))
afterEach(() => {
  process.off('unhandledRejection', note)
  strays.length = 0
})

describe('a list of which one thing fails at once and another later', async () => {
  const { one } = await fullWorld(await world())

  // To the client the state of a concluded exception is known later than that of a communicated one.
  it.each([
    '{ exceptions(first: 50, orderBy: { field: RAISED, direction: DESC }) { nodes { state isTrueToResults } } }',
    '{ exceptions(first: 50, orderBy: { field: RAISED, direction: DESC }) { edges { node { state isTrueToResults } } } }',
  ])('is refused, and leaves no promise that nobody waits for: %s', async (question) => {
    for (const time of ['first', 'known']) {
      const { data, errors } = await one.admin.ask(question)
      expect([data, errors?.map(({ extensions }) => extensions.code)], time).toEqual([null, ['FORBIDDEN']])
    }
    await pause(20)
    expect(strays).toEqual([])
  })
})

describe('a promise that fails with nobody waiting', async () => {
  const place = await testDatabase()
  const port = await freePort()

  it('is logged, and the service goes on', async () => {
    const settings = {
      DATABASE_URL: place.ownerUrl,
      FIELDWORK_SECRET: 'the secret of the test run, known to all',
      FIELDWORK_SEED: 'none',
      PORT: String(port),
    }
    const module = join(import.meta.dirname, '../support/fails-a-promise.js')
    const service = start(settings, { node: ['--import', module] })
    await service.ready
    service.child.send('fail')
    await pause(200)
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
    service.child.kill('SIGTERM')
    const { code, printed } = await service.ended
    expect([code, printed]).toEqual([0, expect.stringContaining('a promise failed that nobody waited for')])
  })
})
