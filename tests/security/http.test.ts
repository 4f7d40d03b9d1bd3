import { connect } from 'node:net'
import type { InjectOptions } from 'fastify'
import { describe, expect, it } from 'vitest'
import { signInWorld } from '../support/sign-in.js'

// As in production: no explorer, no introspection.
const w = await signInWorld({ explorer: false })
const { admin } = await w.firm('Larch & Partners (invented)', 'ada@larch.example.test')
const { app } = w.world
const bearer = { authorization: `Bearer ${admin.accessToken}` }
const json = { 'content-type': 'application/json' }
const operation = JSON.stringify({ query: '{ viewer { firm { name } } }' })
const signedIn: InjectOptions = {
  method: 'POST',
  url: '/graphql',
  headers: { ...bearer, ...json },
  payload: operation,
}
const firmName = { data: { viewer: { firm: { name: 'Larch & Partners (invented)' } } } }

const requests: Record<string, InjectOptions> = {
  'an answer with data': signedIn,
  'an answer without a token': { ...signedIn, headers: json },
  'a syntax error': { ...signedIn, payload: '{"query":"{"}' },
  'a body that is no JSON': { ...signedIn, payload: '{"query' },
  'a body that is too large': { ...signedIn, payload: 'x'.repeat(5_000_000) },
  'a form without a token': {
    ...signedIn,
    headers: { 'content-type': 'multipart/form-data; boundary=x', 'apollo-require-preflight': 'x' },
  },
  'no such page': { url: '/admin?secret=in-the-address' },
  'no such method': { ...signedIn, method: 'DELETE' },
  'no address at all': { url: '/%zz?secret=in-the-address' },
  'the public keys': { url: '/.well-known/jwks.json' },
  'the public keys of checkpoints': { url: '/.well-known/checkpoint-keys.json' },
  'a look at its health': { url: '/healthz' },
}

describe.each(Object.entries(requests))('every answer: %s', (_what, request) => {
  it('is kept by no cache that does not ask again, is what it says it is, and is shown within no other page', async () => {
    const { headers } = await app.inject(request)
    expect(headers).toMatchObject({
      // Public keys may be kept, and are asked for anew each time.
      'cache-control': String(request.url).startsWith('/.well-known/') ? 'no-cache' : 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'content-type': expect.stringMatching(/^application\/json/),
    })
    expect(Object.keys(headers).filter((name) => /^(server|x-powered-by|set-cookie)$/.test(name))).toEqual([])
  })

  it('lets no page of another origin read it', async () => {
    const asked = { ...request, headers: { ...request.headers, origin: 'https://elsewhere.example.test' } }
    const { headers } = await app.inject(asked)
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  })
})

it('a preflight of another origin is not answered with leave', async () => {
  const { statusCode, headers } = await app.inject({
    method: 'OPTIONS',
    url: '/graphql',
    headers: {
      origin: 'https://elsewhere.example.test',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  })
  expect(statusCode).toBe(404)
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
})

describe('a request that a page of another origin can send without asking first', () => {
  const typename = `/graphql?query=${encodeURIComponent('{ __typename }')}`
  const posted = (type?: string): InjectOptions => ({ ...signedIn, headers: type ? { 'content-type': type } : {} })
  it.each<[string, InjectOptions]>([
    ['a query by GET', { url: typename }],
    // A browser adds it by itself where it was once given.
    ['a query by GET with basic authentication', { url: typename, headers: { authorization: 'Basic YTpi' } }],
    ['text/plain', posted('text/plain')],
    ['text/plain that says JSON', posted('text/plain; application/json')],
    ['a form', posted('application/x-www-form-urlencoded')],
    ['a form with files that breaks off', posted('multipart/form-data; boundary=x')],
    ['no type', posted()],
  ])('is refused: %s', async (_what, request) => {
    const { statusCode, body } = await app.inject(request)
    expect([400, 401, 415]).toContain(statusCode)
    expect(body).not.toContain('"data"')
  })

  it('(the same with JSON is answered)', async () => {
    expect((await app.inject(signedIn)).json()).toEqual(firmName)
  })
})

describe('a bearer token, which no page of another origin can send without asking first,', () => {
  const query = `/graphql?query=${encodeURIComponent('{ viewer { firm { name } } }')}`

  it('is enough for a query by GET', async () => {
    const { statusCode, json } = await app.inject({ url: query, headers: bearer })
    expect([statusCode, json()]).toEqual([200, firmName])
  })

  it('is enough also where it does not hold: what is wrong is the token', async () => {
    const { json } = await app.inject({ url: query, headers: { authorization: 'Bearer not.a.token' } })
    expect(json().errors[0].extensions.code).toBe('UNAUTHENTICATED')
  })

  it('makes no act of a GET', async () => {
    const act = 'mutation { signOut(input: { idempotencyKey: "12345678" }) { errors { code } } }'
    const url = `/graphql?query=${encodeURIComponent(act)}`
    expect((await app.inject({ url, headers: bearer })).statusCode).toBe(405)
    expect((await app.inject(signedIn)).json()).toEqual(firmName)
  })
})

it('the service answers at these addresses and at no others', () => {
  // A tree of beginnings that addresses have in common: without them one of two addresses that end in `*` is left out.
  const above: string[] = []
  const addresses = app
    .printRoutes()
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', name = '', methods] = /^((?:│ {3}| {4})*)[├└]── (\S+)( \([A-Z, ]+\))?$/.exec(line) ?? []
      above.splice(indent.length / 4, above.length, name)
      return methods ? [above.join('') + methods] : []
    })
  expect(addresses.sort()).toEqual([
    '/.well-known/checkpoint-keys.json (GET, HEAD)',
    '/.well-known/jwks.json (GET, HEAD)',
    '/files/* (GET, HEAD)',
    '/graphql (GET, POST, HEAD)',
    '/healthz (GET, HEAD)',
    '/readyz (GET, HEAD)',
    '/uploads/* (PUT, POST)',
  ])
})

describe('what is not offered', () => {
  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const)('%s', async (method) => {
    expect((await app.inject({ ...signedIn, method })).statusCode).toBe(404)
  })

  it.each(['/', '/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/package.json', '/.env', '/metrics', '/graphql/x'])(
    'the page %s, in production',
    async (url) => {
      const { statusCode, json } = await app.inject({ url })
      expect([statusCode, json()]).toEqual([404, expect.objectContaining({ error: 'Not Found' })])
    },
  )

  it('several operations in one body', async () => {
    const { statusCode, json } = await app.inject({ ...signedIn, payload: `[${operation},${operation}]` })
    expect([statusCode, json()]).toEqual([
      400,
      { errors: [expect.objectContaining({ extensions: { code: 'BAD_REQUEST' } })] },
    ])
  })

  it('remembering documents for any caller (automatic persisted queries)', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } }
    const { json } = await app.inject({ ...signedIn, payload: JSON.stringify({ extensions }) })
    expect(json().errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_SUPPORTED')
  })
})

describe('in production the schema', () => {
  const ask = async (query: string, variables: object = {}) =>
    (await app.inject({ ...signedIn, payload: JSON.stringify({ query, variables }) })).json()

  it.each([
    '{ __schema { types { name } } }',
    '{ __type(name: "Query") { name } }',
    '{ viewer { firm { name } } ...F } fragment F on Query { __schema { types { name } } }',
  ])('is not told: %s', async (query) => {
    const { data, errors } = await ask(query)
    expect(data).toBeUndefined()
    expect(errors[0].message).toContain('introspection is not allowed')
  })

  it('is not given away by what a misspelt name might have meant', async () => {
    const misspelt: [string, object?][] = [
      ['{ viewr { firm { nam } } }'],
      ['{ viewer { frm { name } } }'],
      ['{ node(idd: "x") { id } }'],
      ['{ viewer { ... on Viewr { firm { name } } } }'],
      ['mutation ($i: CreateClientInputt!) { createClient(input: $i) { errors { code } } }'],
      ['mutation { inviteMember(input: { firmRole: PARTNR }) { errors { code } } }'],
      [
        'mutation ($i: CreateClientInput!) { createClient(input: $i) { errors { code } } }',
        { i: { idempotencyKey: '12345678', nam: 'x', name: 'x' } },
      ],
    ]
    for (const [query, variables] of misspelt) {
      const { errors } = await ask(query, variables)
      expect(errors[0].message, query).toMatch(/^(Cannot|Unknown|Value|Variable|Field)\b/)
      for (const { message } of errors) expect(message).not.toMatch(/did you mean/i)
    }
  })
})

it('a fault of ours shows nothing of itself: no message, no stack, no place', async () => {
  const { client } = (await w.send('createClient', { name: 'Heron Pay' }, admin.accessToken, 'client { id }')).payload
  expect(client.id).toBeTruthy()
  await w.world.owner.query('alter table client rename to client_away')
  try {
    w.lines.length = 0
    const response = await app.inject({ ...signedIn, payload: '{"query":"{ clients { nodes { name } } }"}' })
    const requestId = response.headers['x-request-id']
    expect(response.json()).toEqual({
      data: null,
      errors: [
        {
          message: 'Something went wrong on our side. Give us the request id.',
          path: ['clients'],
          locations: [{ line: 1, column: 3 }],
          extensions: { code: 'INTERNAL', requestId },
        },
      ],
    })
    const [fault] = w.lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'fault')
    expect(fault).toMatchObject({
      level: 50,
      requestId,
      path: ['clients'],
      err: { code: '42P01' },
    })
    expect(fault.err.stack.join()).toContain('/kernel/store/')
  } finally {
    await w.world.owner.query('alter table client_away rename to client')
  }
})

describe('two authorizations in one request', () => {
  /** As bytes on the wire: no library lets a header stand twice. */
  async function raw(headers: string[]): Promise<string> {
    const { port } = app.server.address() as { port: number }
    const socket = connect(port, '127.0.0.1')
    const lines = ['POST /graphql HTTP/1.1', 'host: x', 'connection: close', ...headers]
    socket.write(
      `${lines.join('\r\n')}\r\ncontent-type: application/json\r\ncontent-length: ${operation.length}\r\n\r\n${operation}`,
    )
    let answer = ''
    for await (const chunk of socket) answer += chunk
    return answer
  }
  const good = `authorization: ${bearer.authorization}`
  const false_ = 'authorization: Bearer not.a.token'

  it('are not added up, nor is the better one chosen', async () => {
    await app.listen({ port: 0, host: '127.0.0.1' })
    expect(await raw([good])).toContain('Larch')
    expect(await raw([false_, good])).toContain('UNAUTHENTICATED')
    expect(await raw([`${false_}, ${bearer.authorization}`])).toContain('UNAUTHENTICATED')
    expect(await raw([`${good}, Bearer not.a.token`])).toContain('UNAUTHENTICATED')
    expect(await raw([`${good}\r\n folded`])).not.toContain('Larch')
  })
})

it('a prototype in the JSON of a request is refused, not taken', async () => {
  for (const body of [
    '{"query":"{ __typename }","__proto__":{"x":1}}',
    '{"query":"{ __typename }","variables":{"__proto__":{"x":1}}}',
  ]) {
    expect((await app.inject({ ...signedIn, payload: body })).statusCode).toBe(400)
  }
  expect(({} as { x?: unknown }).x).toBeUndefined()
})
