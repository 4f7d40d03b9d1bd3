import type { InjectOptions } from 'fastify'
import { describe, expect, it } from 'vitest'
import { password, signInWorld } from '../support/sign-in.js'

const w = await signInWorld()
const { admin } = await w.firm('Larch & Partners (invented)', 'ada@larch.example.test')
const { app } = w.world
const viewer = (await app.inject(asking('{ viewer { member { id } } }'))).json()
const memberId: string = viewer.data.viewer.member.id

function asking(query: string, more: object = {}, headers: Record<string, string> = {}): InjectOptions {
  return {
    method: 'POST',
    url: '/graphql',
    headers: { authorization: `Bearer ${admin.accessToken}`, 'content-type': 'application/json', ...headers },
    payload: JSON.stringify({ query, ...more }),
  }
}

/** The line of one request, without what differs each time. */
async function lineOf(request: InjectOptions): Promise<Record<string, unknown>> {
  w.lines.length = 0
  await app.inject(request)
  const lines = w.lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'answered')
  expect(lines).toHaveLength(1)
  const { level: _, time: _time, pid: _pid, hostname: _host, msg: _msg, ms, reqId, ...said } = lines[0]
  expect([typeof ms, typeof reqId]).toEqual(['number', 'string'])
  return said
}

const posted = { method: 'POST', path: '/graphql', status: 200 }

describe('the line of a request', () => {
  it('has the operation and the member, whether Apollo answers or a plan', async () => {
    const request = asking('query Board { viewer { member { name } } }', { operationName: 'Board', variables: {} })
    for (let times = 0; times < 5; times += 1) {
      expect(await lineOf(request)).toEqual({ ...posted, operation: 'Board', memberId })
    }
  })

  it('has the code of a refusal, whatever the caller selects of it', async () => {
    const query = 'mutation Create($input: CreateClientInput!) { createClient(input: $input) { client { id } } }'
    const variables = { input: { idempotencyKey: '12345678', name: ' ' } }
    expect(await lineOf(asking(query, { variables }))).toEqual({
      ...posted,
      operation: 'Create',
      memberId,
      codes: ['INVALID_INPUT'],
    })
  })

  it('has the codes of all refusals, each once', async () => {
    const query = `mutation Several($a: CreateClientInput!, $c: ChangeClientDomainsInput!) {
      a: createClient(input: $a) { client { id } }
      b: createClient(input: $a) { client { id } }
      c: changeClientDomains(input: $c) { client { id } } }`
    const idempotencyKey = '12345678'
    const clientId = '01890000-0000-7000-8000-000000000000'
    const c = { idempotencyKey, clientId, expectedVersion: 1, emailDomains: [] }
    const variables = { a: { idempotencyKey, name: ' ' }, c }
    expect((await lineOf(asking(query, { variables }))).codes).toEqual(['INVALID_INPUT', 'NOT_FOUND'])
  })

  it.each<[string, InjectOptions, Record<string, unknown>]>([
    [
      'no token',
      asking('query Mine { viewer { member { id } } }', {}, { authorization: '' }),
      { ...posted, operation: 'Mine', codes: ['UNAUTHENTICATED'] },
    ],
    ['no GraphQL', asking('query Mine {'), { ...posted, status: 400, memberId, codes: ['GRAPHQL_PARSE_FAILED'] }],
    [
      'a field that is not there',
      asking('query Secret { secret }'),
      { ...posted, status: 400, memberId, codes: ['GRAPHQL_VALIDATION_FAILED'] },
    ],
    [
      'too much',
      asking(
        'query Much { clients(first: 100) { nodes { engagements(first: 100) { nodes { controls(first: 100) { nodes { id } } } } } } }',
      ),
      { ...posted, status: 400, operation: 'Much', memberId, codes: ['BAD_USER_INPUT'] },
    ],
    [
      'what could be a forgery',
      { url: '/graphql?query={__typename}' },
      { method: 'GET', path: '/graphql', status: 400, codes: ['BAD_REQUEST'] },
    ],
    [
      'a body that is too large',
      asking('x'.repeat(100_000), {}, { authorization: '' }),
      { ...posted, status: 401, codes: ['UNAUTHENTICATED'] },
    ],
    ['no such page', { url: '/nowhere?secret' }, { method: 'GET', status: 404 }],
  ])('says what was wrong: %s', async (_what, request, line) => {
    expect(await lineOf(request)).toEqual(line)
  })

  it('has the name of an operation cut short, and of what is none nothing', async () => {
    const name = `Long${'x'.repeat(500)}`
    expect((await lineOf(asking(`query ${name} { __typename }`))).operation).toBe(name.slice(0, 100))
    expect(await lineOf(asking('query A { __typename } query B { __typename }'))).not.toHaveProperty('operation')
    expect(await lineOf(asking('subscription Leak { leak }'))).not.toHaveProperty('operation')
  })

  it('has no variable', async () => {
    const query = 'mutation In($input: SignInInput!) { signIn(input: $input) { errors { code } } }'
    const variables = { input: { email: 'ada@larch.example.test', password } }
    const said = await lineOf(asking(query, { variables }, { authorization: '' }))
    expect(said).toEqual({ ...posted, operation: 'In' })
  })
})

describe('the id of a request', () => {
  const ask = async (id: string) => {
    w.lines.length = 0
    const { headers } = await app.inject(asking('{ __typename }', {}, { 'x-request-id': id }))
    return [headers['x-request-id'], JSON.parse(w.lines.find((line) => line.includes('answered')) ?? '{}').reqId]
  }

  it.each(['1', 'b2c3-77.x_9', '0af7651916cd43dd8448eb211c80319c', 'x'.repeat(64)])(
    'is the one that the caller gives it: %s',
    async (id) => {
      expect(await ask(id)).toEqual([id, id])
    },
  )

  it.each(['', 'x'.repeat(65), 'two words', '<script>', 'a,b', 'é', '"', '../..'.padEnd(8, '/')])(
    'is a new one where that is long or not plain: %s',
    async (id) => {
      const [told, logged] = await ask(id)
      expect([told, logged]).toEqual([expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/), told])
    },
  )

  it('is the one in the fault that the caller and the log are told of', async () => {
    await w.world.owner.query('alter table client rename to client_away')
    try {
      w.lines.length = 0
      const response = await app.inject(
        asking('query Broken { clients { nodes { name } } }', {}, { 'x-request-id': 'of-the-front-end' }),
      )
      expect(response.json().errors[0].extensions).toEqual({ code: 'INTERNAL', requestId: 'of-the-front-end' })
      const lines = w.lines.map((line) => JSON.parse(line))
      expect(lines.find(({ msg }) => msg === 'fault')).toMatchObject({ requestId: 'of-the-front-end' })
      expect(lines.find(({ msg }) => msg === 'answered')).toMatchObject({ operation: 'Broken', codes: ['INTERNAL'] })
    } finally {
      await w.world.owner.query('alter table client_away rename to client')
    }
  })
})

describe('a trace', () => {
  const [trace, span] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']

  it('is named in the line', async () => {
    const said = await lineOf(asking('{ __typename }', {}, { traceparent: `00-${trace}-${span}-01` }))
    expect(said).toEqual({ ...posted, memberId, traceId: trace, spanId: span })
  })

  it.each([
    '',
    'x',
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `ff-${trace}-${span}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${trace}-${span}`,
    `00-${trace}-${span}-01-more`,
    `00-${trace}-${span}-01, 00-${trace}-${span}-01`,
  ])('that is not as it should be is not: %s', async (traceparent) => {
    expect(await lineOf(asking('{ __typename }', {}, { traceparent }))).toEqual({ ...posted, memberId })
  })
})
