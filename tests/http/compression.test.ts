import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/kernel/execute/limits.js'
import { password, signInWorld } from '../support/sign-in.js'
import { world } from '../support/world.js'

const w = await world()
const { manager } = await w.firm('Ashdown')
for (let n = 0; n < 60; n += 1) await manager.does('createClient', { name: `Kestrel Cloud ${n}` }, 'client { id }')

const bearer = { authorization: `Bearer ${w.tokenFor(manager.claims)}` }
const ask = (query: string, headers: Record<string, string>) =>
  w.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', ...headers },
    payload: { query },
  })
const unpacked: Record<string, (bytes: Buffer) => Buffer> = { br: brotliDecompressSync, gzip: gunzipSync }
const clients = (first: number, aliases = 1) => {
  const fields = Array.from({ length: aliases }, (_, at) => `called${at}: name`).join(' ')
  return `{ clients(first: ${first}) { nodes { id ${fields} } } }`
}
const wide = (fields: number) => Array.from({ length: fields }, (_, at) => `typename${at}: __typename`).join(' ')

describe.each([
  ['at once', clients(60), 2_048, 32_768],
  ['piece by piece', clients(60, 40), 60_000, 200_000],
])('an answer that is compressed %s', (_how, query, min, max) => {
  it.each(['br', 'gzip'])('is the same in %s, from Apollo and from a plan', async (encoding) => {
    const text = `${query} # ${encoding}`
    const plain = await ask(query, bearer)
    expect(plain.headers).not.toHaveProperty('content-encoding')
    expect(plain.body.length).toBeGreaterThan(min)
    expect(plain.body.length).toBeLessThan(max)
    for (let times = 0; times < 5; times += 1) {
      const { statusCode, headers, rawPayload } = await ask(text, { ...bearer, 'accept-encoding': encoding })
      expect([statusCode, headers]).toMatchObject([200, { 'content-encoding': encoding, vary: 'accept-encoding' }])
      expect(rawPayload.length).toBeLessThan(plain.body.length / 2)
      expect(unpacked[encoding]?.(rawPayload).toString()).toBe(plain.body)
    }
  })
})

describe('is not compressed', () => {
  it.each(['', 'identity', 'gzip;q=0', 'deflate', 'x'])('an answer to who accepts %s', async (encoding) => {
    const { headers, json } = await ask(clients(60), { ...bearer, 'accept-encoding': encoding })
    expect(headers).not.toHaveProperty('content-encoding')
    expect(json().data.clients.nodes).toHaveLength(60)
  })

  const all = { 'accept-encoding': 'gzip, br' }
  it('a small answer', async () => {
    expect((await ask(clients(5), { ...bearer, ...all })).headers).not.toHaveProperty('content-encoding')
  })

  it('the answer to a mutation, which may hold tokens, however long', async () => {
    const act = `createClient(input: { idempotencyKey: "12345678", name: "Heron Pay" }) { ${wide(200)} }`
    const { body, headers } = await ask(`mutation { ${act} }`, { ...bearer, ...all })
    expect(body.length).toBeGreaterThan(5_000)
    expect(headers).not.toHaveProperty('content-encoding')
    const gate = await signInWorld()
    await gate.firm('Larch (invented)', 'ada@larch.example.test')
    const signIn = `mutation { signIn(input: { email: "ada@larch.example.test", password: "${password}" }) {
      session { accessToken refreshToken } ${wide(200)} } }`
    const signedIn = await gate.world.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: all,
      payload: { query: signIn },
    })
    expect(signedIn.json().data.signIn.session.accessToken).toEqual(expect.stringMatching(/^[\w-]+\.[\w-]+\./))
    expect(signedIn.headers).not.toHaveProperty('content-encoding')
  })

  it('an answer to a caller who is not signed in', async () => {
    const { body, headers } = await ask('{ __schema { types { name description } } }', all)
    expect(body.length).toBeGreaterThan(20_000)
    expect(headers).not.toHaveProperty('content-encoding')
  })
})

it('a body that is sent compressed is not decompressed: little would become much', async () => {
  const bomb = gzipSync(JSON.stringify({ query: `# ${' '.repeat(limits.bodyBytes * 4)}\n{ __typename }` }))
  expect(bomb.length).toBeLessThan(limits.strangersBodyBytes)
  const { statusCode, json } = await w.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { ...bearer, 'content-type': 'application/json', 'content-encoding': 'gzip' },
    payload: bomb,
  })
  expect([statusCode, json().errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
})
