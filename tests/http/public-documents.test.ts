import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { signInWorld } from '../support/sign-in.js'

const w = await signInWorld({ publicSchema: true, explorer: true })
const { app } = w.world

describe.each(['/schema.graphql', '/', '/.well-known/jwks.json', '/.well-known/checkpoint-keys.json'])('%s', (url) => {
  const ask = (headers: Record<string, string> = {}) => app.inject({ url, headers })

  it('may be kept, and is not sent again to who has it', async () => {
    const first = await ask()
    const { etag } = first.headers as { etag: string }
    expect([first.statusCode, first.headers['cache-control'], etag]).toEqual([
      200,
      'no-cache',
      expect.stringMatching(/^W\/"[^"]+"$/),
    ])
    const again = await ask({ 'if-none-match': etag })
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag])
    const other = await ask({ 'if-none-match': 'W/"another"' })
    expect([other.statusCode, other.body]).toEqual([200, first.body])
  })

  it('has the same tag when it is compressed', async () => {
    const plain = await ask()
    const { headers, rawPayload } = await ask({ 'accept-encoding': 'br' })
    expect(headers.etag).toBe(plain.headers.etag)
    if (plain.body.length < 2_048) return expect(headers).not.toHaveProperty('content-encoding')
    expect(headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' })
    expect(brotliDecompressSync(rawPayload).toString()).toBe(plain.body)
    const again = await ask({ 'accept-encoding': 'br', 'if-none-match': plain.headers.etag as string })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })
})

it('keys that were changed have another tag', async () => {
  const ask = async () => (await app.inject({ url: '/.well-known/jwks.json' })).headers.etag
  const before = await ask()
  await w.tokens.rotate()
  expect(await ask()).not.toBe(before)
})

it('the schema is the one that is committed, as text that anyone may read', async () => {
  const { body, headers } = await app.inject({ url: '/schema.graphql' })
  expect(headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(body).toBe(readFileSync(resolve(import.meta.dirname, '../../../schema/schema.graphql'), 'utf8'))
})
