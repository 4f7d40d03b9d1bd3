import { randomUUID } from 'node:crypto'
import { ApolloServer } from '@apollo/server'
import { GraphQLError } from 'graphql'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { forbidden, notFound, unavailable } from '../../src/kernel/access/faults.js'
import { Context } from '../../src/kernel/execute/context.js'
import { unplanned } from '../../src/kernel/execute/plan/plan-run.js'
import { staffedEngagement } from '../support/engagements.js'
import { type Person, world } from '../support/world.js'

// A cached query is answered past Apollo (http/planned-queries.ts, kernel/execute/plan/). Callers must not notice: status, headers
// and every byte of the answer are those of Apollo, which answers the same query when it first comes.

const w = await world()
const a = await w.firm('Alder')
const other = await w.firm('Maple')
const engagement = await staffedEngagement(a, await a.client('Kestrel Cloud'))

interface Asked {
  person?: Person | null
  body?: object | string
  headers?: Record<string, string>
  method?: 'GET' | 'POST'
  url?: string
}

/** Asks over HTTP; answers what the caller is told, but for what differs each time, and whether Apollo was asked. */
async function ask({ person = a.manager, body, headers = {}, method = 'POST', url = '/graphql' }: Asked) {
  const apollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')
  const { 'content-type': type = 'application/json', ...more } = headers
  const token = person ? { authorization: `Bearer ${w.tokenFor(person.claims)}` } : {}
  const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }
  const given = { ...token, ...more, ...(method === 'POST' ? { 'content-type': type } : {}) }
  const { statusCode, headers: told, body: said } = await w.app.inject({ method, url, headers: given, ...payload })
  const byApollo = apollo.mock.calls.length > 0
  apollo.mockRestore()
  const { date: _, 'x-request-id': id, ...lasting } = told
  expect(id).toMatch(/^[\w-]{36}$/)
  return { byApollo, told: { status: statusCode, headers: lasting, body: said } }
}

let texts = 0
/** The same question in a text that nobody has sent yet. */
const anew = (text: string) => {
  texts += 1
  return `${text} # ${texts}`
}

/** Asks until the plan has learned what it needs. */
async function untilKnown(asked: Asked) {
  for (let times = 0; times < 30; times += 1) {
    const answer = await ask(asked)
    if (!answer.byApollo) return answer
  }
  throw new Error('It did not become known.')
}

const clients =
  'query Clients($n: Int = 2) { clients(first: $n) { totalCount nodes { id called: name } } viewer { member { name } } }'

describe('a known question', () => {
  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['nothing in particular', { accept: '' }],
    ['anything', { accept: '*/*' }],
    ['JSON', { accept: 'application/json' }],
    ['answers of GraphQL', { accept: 'application/graphql-response+json' }],
    ['answers of GraphQL before JSON', { accept: 'application/graphql-response+json, application/json;q=0.9' }],
    ['JSON before answers of GraphQL', { accept: 'application/graphql-response+json;q=0.5, application/json;q=0.9' }],
    ['what a browser does, and JSON', { accept: 'text/html, application/json;q=0.9, */*;q=0.1' }],
  ])('is answered as Apollo answers it to somebody who accepts %s', async (_, headers) => {
    const body = { query: anew(clients), variables: { n: 1 } }
    const first = await ask({ body, headers })
    expect(first).toMatchObject({ byApollo: true, told: { status: 200 } })
    expect(JSON.parse(first.told.body).data.clients.nodes).toEqual([
      { id: expect.any(String), called: 'Kestrel Cloud' },
    ])
    expect((await untilKnown({ body, headers })).told).toEqual(first.told)
    expect(await ask({ body, headers })).toEqual({ byApollo: false, told: first.told })
  })

  it('is known by its text and the name of its operation, whoever asks and whatever the variables', async () => {
    const query = anew(
      'query One { viewer { firm { name } } } query Two($id: ID!) { engagement(id: $id) { systemName } }',
    )
    await untilKnown({ body: { query, operationName: 'One' } })
    const one = await ask({
      person: other.admin,
      body: { query, operationName: 'One', variables: null, extensions: null },
    })
    expect([one.byApollo, one.told.body]).toEqual([false, '{"data":{"viewer":{"firm":{"name":"Maple"}}}}\n'])
    expect((await ask({ body: { query, operationName: ['One'] } })).told.status).toBe(400)
    const two = { query, operationName: 'Two', variables: { id: engagement } }
    expect((await ask({ body: two })).byApollo).toBe(true)
    const known = await untilKnown({ body: two })
    expect(known.told.body).toBe('{"data":{"engagement":{"systemName":"Kestrel Cloud Platform"}}}\n')
    // What another firm has is what nobody has.
    const hidden = await ask({ person: other.manager, body: two })
    expect(hidden).toEqual(await ask({ person: other.manager, body: { ...two, variables: { id: randomUUID() } } }))
    expect(hidden.told.body).not.toContain('Kestrel')
  })

  it('that goes wrong for somebody is answered by Apollo, which says what', async () => {
    const query = anew('{ verifyFirmTrail { intact } }')
    const before = await ask({ person: a.staff, body: { query } })
    expect(JSON.parse(before.told.body).errors[0].extensions).toEqual({ code: 'FORBIDDEN' })
    await untilKnown({ person: a.admin, body: { query } })
    expect(await ask({ person: a.staff, body: { query } })).toEqual(before)
  })

  it('is not known by its name and text in another division', async () => {
    const [text, named] = [`y\n{ viewer { member { name } } }`, 'query Two { viewer { member { name } } }']
    await untilKnown({ body: { query: `#x\0${text}` } })
    await untilKnown({ body: { query: named, operationName: 'Two' } })
    for (const body of [{ query: text, operationName: '#x' }, { query: `Two\0${named}` }]) {
      expect(await ask({ body })).toMatchObject({ byApollo: true, told: { status: 400 } })
    }
  })

  it('is one for callers who name themselves in `extensions`', async () => {
    const body = { query: anew(clients), extensions: { clientLibrary: { name: 'a front end', version: '1' } } }
    expect((await untilKnown({ body })).told).toEqual((await ask({ body: { query: anew(clients) } })).told)
  })

  const dear = `query Dear($n: Int!) {
    clients(first: $n) { nodes { engagements(first: $n) { nodes { controls(first: $n) { nodes { id } } } } } } }`
  const parameters = (query: string) => `/graphql?query=${encodeURIComponent(query)}`
  it.each<[string, string, (query: string) => Asked]>([
    ['of nobody', clients, (query) => ({ person: null, body: { query } })],
    ['of nobody, though anybody may ask it', '{ __typename }', (query) => ({ person: null, body: { query } })],
    [
      'by GET',
      clients,
      (query) => ({ method: 'GET', url: parameters(query), headers: { 'apollo-require-preflight': 'x' } }),
    ],
    ['in a text that is no JSON', clients, (query) => ({ body: { query }, headers: { 'content-type': 'text/plain' } })],
    ['by GET with a token alone', clients, (query) => ({ method: 'GET', url: parameters(query) })],
    ['to somebody who accepts pictures', clients, (query) => ({ body: { query }, headers: { accept: 'image/png' } })],
    ['among several', clients, (query) => ({ body: [{ query }] })],
    [
      'as a persisted one',
      clients,
      (query) => ({ body: { query, extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } } }),
    ],
    ['with `extensions` that are a text', clients, (query) => ({ body: { query, extensions: '{}' } })],
    ['with `extensions` that are a list', clients, (query) => ({ body: { query, extensions: [] } })],
    ['with variables that are a text', clients, (query) => ({ body: { query, variables: '{}' } })],
    ['with variables that are a list', clients, (query) => ({ body: { query, variables: [] } })],
    ['with a variable that does not fit', clients, (query) => ({ body: { query, variables: { n: 'two' } } })],
    ['with a variable that the list is too short for', clients, (query) => ({ body: { query, variables: { n: -1 } } })],
    [
      'with variables in an endless list',
      clients,
      (query) => ({ body: { query, variables: { n: Array(20_000).fill(1) } } }),
    ],
    ['with variables that make it too dear', dear, (query) => ({ body: { query, variables: { n: 100 } } })],
    ['without a variable it needs', dear, (query) => ({ body: { query } })],
    ['by a name that is no operation', clients, (query) => ({ body: { query, operationName: 'Another' } })],
    ['by an empty name', clients, (query) => ({ body: { query, operationName: '' } })],
    ['by a name that is a number', clients, (query) => ({ body: { query, operationName: 1 } })],
  ])('%s is left to Apollo, and answered as if it were not known', async (_, text, asked) => {
    const query = anew(text)
    const before = await ask(asked(query))
    expect((await untilKnown({ body: { query, variables: { n: 2 } } })).told.status).toBe(200)
    expect(await ask(asked(query))).toEqual({ byApollo: true, told: before.told })
  })
})

it('an operation is named in the log and charged alike, whichever way it was answered', async () => {
  const settle = vi.spyOn(Context.prototype, 'settle')
  const body = { query: anew(clients), variables: { n: 2 } }
  expect((await ask({ body })).byApollo).toBe(true)
  expect((await untilKnown({ body })).byApollo).toBe(false)
  const ended = (settle.mock.contexts as Context[]).map(({ answer, request }) => [
    answer.points,
    request.entry.operation,
  ])
  settle.mockRestore()
  expect(ended).toHaveLength(2)
  expect(ended[0]).toEqual([expect.any(Number), { type: 'query', name: 'Clients' }])
  expect(ended[1]).toEqual(ended[0])
})

describe('does not become known', () => {
  const times = [1, 2, 3]
  it.each([
    ['an act', 'mutation { signOut(input: { idempotencyKey: "12345678" }) { errors { code } } }'],
    ['what no plan can answer', '{ viewer { member { name @include(if: true) } } }'],
    ['what is no GraphQL', '{ viewer { '],
    ['what the schema has not', '{ viewer { shoeSize } }'],
    [
      'what is too dear',
      '{ clients(first: 100) { nodes { engagements(first: 100) { nodes { controls(first: 100) { nodes { id } } } } } } }',
    ],
    ['a text of enormous length', `{ viewer { member { name } } } # ${'x'.repeat(50_000)}`],
  ])('%s', async (_, query) => {
    for (const _time of times) expect(await ask({ body: { query } })).toMatchObject({ byApollo: true })
  })

  it('what only strangers ask', async () => {
    const query = anew('{ viewer { member { name } } }')
    for (const _time of times) expect(await ask({ person: null, body: { query } })).toMatchObject({ byApollo: true })
    expect((await ask({ body: { query } })).byApollo).toBe(true)
  })
})

it.each([
  ['a hundred', 100, ''],
  ['long questions, as many as come to so many characters', 30, `# ${'x'.repeat(9_900)}`],
])('of the questions, those that were asked last are known: %s', async (_, most, comment) => {
  const query = () => `${anew('{ __typename }')}${comment}`
  const ofMany = Array.from({ length: most + 1 }, () => ({ body: { query: query() } }))
  const [oldest, next] = ofMany as [Asked, Asked]
  for (const one of ofMany.slice(0, most)) await untilKnown(one)
  expect((await ask(oldest)).byApollo).toBe(false)
  await untilKnown(ofMany[most] as Asked)
  expect((await ask(oldest)).byApollo).toBe(false)
  expect((await ask(next)).byApollo).toBe(true)
})

describe('a plan that fails', () => {
  const warn = vi.spyOn(w.queue.log, 'warn').mockImplementation(() => undefined)
  afterEach(() => warn.mockClear())
  /** Has the plans of the next operations fail, so many of them. */
  const failing = (error: Error, times: number) => {
    const attempt = vi.spyOn(Context.prototype, 'attempt')
    for (let time = 0; time < times; time += 1) attempt.mockRejectedValueOnce(error)
    return attempt
  }

  it('for a reason that was not foreseen is logged once, and the executor answers', async () => {
    const body = { query: anew(clients) }
    const { told } = await untilKnown({ body })
    const error = new TypeError('It is not a function.')
    failing(error, 1)
    expect(await ask({ body })).toEqual({ byApollo: true, told })
    expect(warn.mock.calls).toEqual([
      [{ err: error, requestId: expect.any(String), operation: 'Clients' }, 'a plan failed: the executor answers'],
    ])
    expect(await ask({ body })).toEqual({ byApollo: false, told })
  })

  it.each([
    ['what is left to the executor', unplanned],
    ['a fault', forbidden()],
    ['a denial', notFound()],
    ['an error of GraphQL', new GraphQLError('It cannot be shown.')],
    ['an outage', Object.assign(new Error('The server is away.'), { code: 'ECONNREFUSED' })],
  ])('by %s is not logged', async (_, error) => {
    const body = { query: anew(clients) }
    await untilKnown({ body })
    failing(error, 1)
    expect(await ask({ body })).toMatchObject({ byApollo: true, told: { status: 200 } })
    expect(warn).not.toHaveBeenCalled()
  })

  it('five times in a row is given up: the executor alone reads from then on', async () => {
    const body = { query: anew(clients) }
    const { told } = await untilKnown({ body })
    for (const times of [4, 5]) {
      const attempt = failing(unplanned, times)
      for (let time = 0; time < times; time += 1) expect(await ask({ body })).toEqual({ byApollo: true, told })
      attempt.mockClear()
      expect(await ask({ body })).toEqual({ byApollo: times === 5, told })
      expect(attempt).toHaveBeenCalledTimes(times === 5 ? 0 : 1)
    }
  })

  it.each([
    ['the database is away', () => failing(unavailable(), 6), {}],
    ['the caller may not ask', () => failing(forbidden(), 6), {}],
    ['variables do not fit', () => undefined, { variables: { n: 'two' } }],
  ])('because %s is not given up', async (_, fail, more) => {
    const body = { query: anew(clients) }
    await untilKnown({ body })
    fail()
    for (let time = 0; time < 6; time += 1) expect((await ask({ body: { ...body, ...more } })).byApollo).toBe(true)
    expect((await ask({ body })).byApollo).toBe(false)
  })
})
