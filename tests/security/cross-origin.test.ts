import type { InjectOptions } from 'fastify'
import { describe, expect, it } from 'vitest'
import { world } from '../support/world.js'

const allowed = 'https://portal.example.test'
const w = await world(undefined, { allowedOrigins: [allowed, 'http://localhost:5173'] })
const { manager } = await w.firm('Ashdown')
const authorization = `Bearer ${w.tokenFor(manager.claims)}`
const json = { 'content-type': 'application/json' }
const payload = JSON.stringify({ query: '{ viewer { member { name } } }' })
const ofCors = (headers: object) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')))

const requests: Record<string, [number, InjectOptions]> = {
  'an answer with data': [200, { method: 'POST', url: '/graphql', headers: { authorization, ...json }, payload }],
  'an answer to a caller who is not signed in': [200, { method: 'POST', url: '/graphql', headers: json, payload }],
  'a body that is no JSON': [400, { method: 'POST', url: '/graphql', headers: json, payload: '{' }],
  'a body that is too large': [
    413,
    { method: 'POST', url: '/graphql', headers: { authorization, ...json }, payload: ' '.repeat(5_000_000) },
  ],
  'a body that is too large of a caller who is not signed in': [
    401,
    { method: 'POST', url: '/graphql', headers: json, payload: ' '.repeat(100_000) },
  ],
  'the public keys': [200, { url: '/.well-known/jwks.json' }],
  'no such page': [404, { url: '/nowhere' }],
}

describe.each(Object.entries(requests))('%s', (_what, [status, request]) => {
  const from = (origin?: string) =>
    w.app.inject({ ...request, headers: { ...request.headers, ...(origin ? { origin } : {}) } })

  it('is read by a page of an origin that is allowed, with the headers that it needs', async () => {
    const { statusCode, headers } = await from(allowed)
    expect([statusCode, ofCors(headers), headers.vary]).toEqual([
      status,
      {
        'access-control-allow-origin': allowed,
        'access-control-expose-headers':
          'x-request-id, ratelimit, ratelimit-policy, retry-after, etag, content-disposition, content-range, accept-ranges, repr-digest',
      },
      expect.stringMatching(/\borigin\b/i),
    ])
  })

  it.each([
    'https://elsewhere.example.test',
    'http://portal.example.test',
    'https://portal.example.test:8443',
    'https://portal.example.test.elsewhere.example',
    'https://sub.portal.example.test',
    'https://PORTAL.example.test',
    'null',
    '*',
    `${allowed}, https://elsewhere.example.test`,
  ])('is read by no page of the origin %s', async (origin) => {
    expect(ofCors((await from(origin)).headers)).toEqual({})
  })

  it('says nothing of origins where none asks', async () => {
    expect(ofCors((await from()).headers)).toEqual({})
  })
})

describe('a preflight', () => {
  const preflight = (origin: string, method = 'POST') =>
    w.app.inject({
      method: 'OPTIONS',
      url: '/graphql',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,x-of-the-page',
      },
    })

  it('of an allowed origin is answered with what may be sent, whatever it asks for, and never with credentials', async () => {
    const { statusCode, headers, body } = await preflight('http://localhost:5173', 'DELETE')
    expect([statusCode, body, ofCors(headers)]).toEqual([
      204,
      '',
      {
        'access-control-allow-origin': 'http://localhost:5173',
        'access-control-allow-methods': 'GET, HEAD, POST, PUT',
        'access-control-allow-headers':
          'authorization, content-type, apollo-require-preflight, apollographql-client-name, apollographql-client-version, x-apollo-operation-name, x-request-id, range, if-range, traceparent, tracestate',
        'access-control-expose-headers': expect.any(String),
        'access-control-max-age': '7200',
      },
    ])
  })

  it('of another origin is answered as if there were no such page', async () => {
    const { statusCode, headers } = await preflight('https://elsewhere.example.test')
    expect([statusCode, ofCors(headers)]).toEqual([404, {}])
  })
})

describe('a request that a page of an allowed origin sends without asking first', () => {
  it.each<[string, InjectOptions]>([
    ['a query by GET', { url: `/graphql?query=${encodeURIComponent('{ __typename }')}` }],
    ['a form', { method: 'POST', url: '/graphql', headers: { 'content-type': 'text/plain' }, payload }],
  ])('is refused: %s', async (_what, request) => {
    const headers = { ...request.headers, origin: allowed }
    const { statusCode, json } = await w.app.inject({ ...request, headers })
    expect([statusCode, json()]).toMatchObject([400, { errors: [{ extensions: { code: 'BAD_REQUEST' } }] }])
  })
})
