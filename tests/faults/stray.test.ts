import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase } from '../support/database.js'
import { fullWorld } from '../support/full-world.js'
import { filesFolder, freePort, start } from '../support/service-process.js'
import { tamper } from '../support/tampering.js'
import { world } from '../support/world.js'

const strays: unknown[] = []
const note = (error: unknown) => strays.push(error)
beforeEach(() => void process.on('unhandledRejection', note))
afterEach(() => {
  process.off('unhandledRejection', note)
  strays.length = 0
})

describe('a list of which several things fail', async () => {
  const w = await world()
  const { one, crew, held } = await fullWorld(w)

  // Who submitted the first version is not found; the second is not the one submitted.
  it.each([
    '{ exceptions(first: 50) { nodes { response { versions { content { rootCause } submittedBy { name } } } } } }',
    '{ exceptions(first: 50) { edges { node { response { versions { content { rootCause } submittedBy { name } } } } } } }',
  ])('is not answered, and leaves no promise that no handler waits for: %s', async (question) => {
    const [first, second] = held.ResponseVersion as string[]
    await tamper(
      w.owner,
      ['update response_version set submitted_by = gen_random_uuid() where id = $1', [first]],
      [`update response_version set content = '{"rootCause": "None."}' where id = $1`, [second]],
    )
    for (const person of [one.admin, crew.manager]) {
      for (const time of ['first', 'known']) {
        const { data, errors } = await person.ask(question)
        // Whichever is found first takes the response away.
        expect(errors, time).toHaveLength(1)
        expect(['INTERNAL', 'DIGEST_MISMATCH'], time).toContain(errors?.[0]?.extensions.code)
        const { nodes, edges = nodes } = data.exceptions
        const at = errors?.[0]?.path?.[2] as number
        expect((edges[at].node ?? edges[at]).response, time).toBeNull()
      }
    }
    await pause(20)
    expect(strays).toEqual([])
  })
})

describe('a promise that fails with no handler waiting', async () => {
  const place = await testDatabase()
  const port = await freePort()

  it('is logged, and the service goes on', async () => {
    const settings = {
      DATABASE_URL: place.ownerUrl,
      FIELDWORK_FILES_DIR: filesFolder(),
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
    expect([code, printed]).toEqual([0, expect.stringContaining('a promise was rejected without a handler')])
  })
})
