import { once } from 'node:events'
import { type ClientRequest, request } from 'node:http'
import { expect, it } from 'vitest'
import { limits } from '../../src/kernel/execute/limits.js'
import { listening } from '../support/listening.js'
import { world } from '../support/world.js'

const w = await world()
const { manager } = await w.firm('Ashdown')
const { address } = await listening(w)
const authorization = `Bearer ${w.tokenFor(manager.claims)}`

/** Begins to send a body of the greatest length, and keeps the rest of it back. */
async function begun(): Promise<ClientRequest> {
  const headers = { authorization, 'content-type': 'application/json', 'content-length': String(limits.bodyBytes) }
  const sending = request(`${address}/graphql`, { method: 'POST', headers })
  sending.on('error', () => undefined)
  sending.write('{')
  await once(sending, 'socket')
  return sending
}

const ask = () =>
  fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ viewer { member { name } } }' }),
  })

it('holds so many bytes of bodies at once; what is beyond is told to come again, and nothing is held after they are gone', async () => {
  const held = await Promise.all(Array.from({ length: limits.bodiesBytes / limits.bodyBytes }, begun))
  await expect.poll(async () => (await ask()).status).toBe(503)
  const refused = await ask()
  expect([refused.headers.get('retry-after'), await refused.json()]).toMatchObject([
    '5',
    { errors: [{ extensions: { code: 'UNAVAILABLE' } }] },
  ])
  expect((await fetch(`${address}/healthz`)).status).toBe(200)
  for (const sending of held) sending.destroy()
  await expect.poll(async () => (await ask()).status).toBe(200)
})
