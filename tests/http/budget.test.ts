import { randomUUID } from 'node:crypto'
import { ApolloServer } from '@apollo/server'
import { describe, expect, it, vi } from 'vitest'
import { networkOf } from '../../src/features/identity/throttle.js'
import { Budgets, Charged } from '../../src/http/budget.js'
import { turnLimits } from '../../src/http/turns.js'
import type { Claims } from '../../src/kernel/access/actor.js'
import { policy } from '../../src/policy.js'
import { staffedEngagement } from '../support/engagements.js'
import { changes, fieldwork } from '../support/fieldwork.js'
import { password, signInWorld } from '../support/sign-in.js'
import { type Person, world } from '../support/world.js'

const claims = (memberId: string, firmId = 'firm', clientId: string | null = null): Claims => ({
  userId: `user of ${memberId}`,
  memberId,
  firmId,
  clientId,
  sessionId: 'session',
})

/** Budgets on a clock that the test moves. */
function budgets(limits: { caller: number | null; firm: number | null }) {
  let now = 0
  const made = new Budgets(limits, () => now)
  return {
    of: (who: Claims | null, address = '192.0.2.1', isRefreshing = false) =>
      made.of(who ?? { network: networkOf(address), isRefreshing }),
    pass: (seconds: number) => {
      now += seconds * 1_000
    },
  }
}

describe('a budget', () => {
  it('is full at first, is emptied by what is charged, and fills evenly within a minute', () => {
    const { of, pass } = budgets({ caller: 600, firm: null })
    const charged = of(claims('ada'))
    charged.chargeEstimate(450, true)
    expect(charged.state).toEqual({ charged: 450, caller: { limit: 600, remaining: 150, resetSeconds: 45 } })
    pass(10)
    expect(charged.state?.caller).toEqual({ limit: 600, remaining: 250, resetSeconds: 35 })
    pass(600)
    expect(charged.state?.caller).toEqual({ limit: 600, remaining: 600, resetSeconds: 0 })
  })

  it('refuses what it does not hold, says when it will, and is charged nothing for it', () => {
    const { of, pass } = budgets({ caller: 600, firm: 6_000 })
    of(claims('ada')).chargeEstimate(500, true)
    const next = of(claims('ada'))
    expect(() => next.chargeEstimate(130, true)).toThrow(
      expect.objectContaining({ code: 'RATE_LIMITED', facts: { retryAfterSeconds: 3 } }),
    )
    expect(next.headers()).toMatchObject({ 'retry-after': '3', ratelimit: '"caller";r=100;t=50, "firm";r=5500;t=5' })
    pass(2)
    expect(() => of(claims('ada')).chargeEstimate(130, true)).toThrow()
    pass(1)
    of(claims('ada')).chargeEstimate(130, true)
    expect(of(claims('ada')).state?.caller?.remaining).toBe(0)
  })

  it('is charged once for an operation whose cost is estimated twice, and for what turns out later', () => {
    const { of } = budgets({ caller: 600, firm: null })
    const charged = of(claims('ada'))
    charged.chargeEstimate(100, true)
    charged.chargeEstimate(100, true)
    expect(charged.state?.charged).toBe(100)
    // More than there is: it was done, and those who come next wait.
    charged.charge(900)
    expect(charged.state).toEqual({ charged: 1_000, caller: { limit: 600, remaining: -400, resetSeconds: 100 } })
    expect(charged.headers().ratelimit).toBe('"caller";r=0;t=100')
    charged.charge(1_000_000)
    expect(charged.state?.caller?.resetSeconds).toBe(120)
  })

  it('is of one member, whatever the address, and of one firm with its clients', () => {
    const { of } = budgets({ caller: 600, firm: 1_000 })
    of(claims('ada'), '192.0.2.1').chargeEstimate(600, true)
    expect(() => of(claims('ada'), '192.0.2.2').chargeEstimate(1, true)).toThrow('You have used up')
    of(claims('carla', 'firm', 'client')).chargeEstimate(400, true)
    expect(() => of(claims('ben')).chargeEstimate(1, true)).toThrow('Your firm has used up')
    of(claims('cem', 'another firm')).chargeEstimate(600, true)
  })

  it('without a token is of a network: neither of all such callers, nor of those who refresh a session there', () => {
    const { of } = budgets({ caller: 600, firm: 1_000 })
    of(null, '2001:db8:1:2::1').chargeEstimate(600, true)
    expect(() => of(null, '2001:db8:1:2:ffff::1').chargeEstimate(1, true)).toThrow('You have used up')
    for (let n = 1; n < 10; n += 1) of(null, `192.0.2.${n}`).chargeEstimate(600, true)
    of(null, '2001:db8:1:2::1', true).chargeEstimate(600, true)
    expect(() => of(null, '2001:db8:1:2::1', true).chargeEstimate(1, true)).toThrow('You have used up')
    of(claims('ada')).chargeEstimate(600, true)
  })

  it('of a firm is half for all people of its clients, who are not told how busy the firm is', () => {
    const { of } = budgets({ caller: 600_000, firm: 1_000_000 })
    const carla = (n: number) => of(claims(`carla ${n}`, 'firm', `client ${n}`))
    carla(1).chargeEstimate(300_000, true)
    carla(2).chargeEstimate(200_000, true)
    const neutral = {
      message: 'No more can be asked for at the moment. Try again in 5 seconds.',
      facts: { retryAfterSeconds: 5 },
    }
    expect(() => carla(2).chargeEstimate(100_000, true)).toThrow(expect.objectContaining(neutral))
    of(claims('ada')).chargeEstimate(500_000, true)
    expect(() => carla(3).chargeEstimate(1, true)).toThrow(expect.objectContaining(neutral))
    // What they used up themselves is told: their own wait, not the firm's.
    expect(() => carla(1).chargeEstimate(360_000, true)).toThrow(
      expect.objectContaining({ facts: { retryAfterSeconds: 6 } }),
    )
    // The least that may be set holds the greatest operation for them as well.
    budgets({ caller: 100_000, firm: 100_000 })
      .of(claims('carla', 'firm', 'client'))
      .chargeEstimate(50_025, true)
  })

  it('of a firm is told to its members alone', () => {
    const { of } = budgets({ caller: 600, firm: 1_000 })
    expect(Object.keys(of(claims('ada')).state ?? {})).toEqual(['charged', 'caller', 'firm'])
    expect(Object.keys(of(claims('carla', 'firm', 'client')).state ?? {})).toEqual(['charged', 'caller'])
    expect(Object.keys(of(null).state ?? {})).toEqual(['charged', 'caller'])
    expect(of(claims('carla', 'firm', 'client')).headers()).toEqual({
      'ratelimit-policy': '"caller";q=600;w=60;qu="points"',
      ratelimit: '"caller";r=600;t=0',
    })
  })

  it('that is not set is not told, and refuses nothing', () => {
    const charged = budgets({ caller: null, firm: null }).of(claims('ada'))
    charged.chargeEstimate(1e12, true)
    expect([charged.state, charged.headers()]).toEqual([null, {}])
  })

  it('is forgotten when ten thousand others came after it', () => {
    const { of } = budgets({ caller: 600, firm: null })
    of(claims('ada')).chargeEstimate(600, true)
    for (let n = 0; n < 9_999; n += 1) of(claims(`caller ${n}`))
    expect(of(claims('ada')).state?.caller?.remaining).toBe(0)
    for (let n = 0; n < 10_000; n += 1) of(claims(`caller ${n}`))
    expect(of(claims('ada')).state?.caller?.remaining).toBe(600)
  })
})

describe('over HTTP', async () => {
  const limit = 100_000
  const w = await world(undefined, { budgets: { caller: limit, firm: 3 * limit } })
  const a = await w.firm('Alder')
  const client = await a.client('Kestrel Cloud')
  const engagementId = await staffedEngagement(a, client)

  async function send(person: Person | null, body: object, headers: Record<string, string> = {}) {
    const token = person ? { authorization: `Bearer ${w.tokenFor(person.claims)}` } : {}
    const answer = await w.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { ...token, ...headers },
      payload: body,
    })
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
  }
  const shape = (body: object) =>
    JSON.stringify(body, (key, value) => (['remaining', 'resetSeconds'].includes(key) ? 'a number' : value))
  const expensive = `{ verifyEngagement(engagementId: "${engagementId}") { rowCount trail { entryCount } } }`

  it('the state of the budgets is in each answer and its headers, by plan as by Apollo', async () => {
    const person = await a.person('Ana', 'STAFF')
    const query = '{ viewer { member { name } } } # told'
    const first = await send(person, { query })
    expect(first.body).toMatchObject({
      data: { viewer: { member: { name: 'Ana' } } },
      extensions: { cost: { charged: 29, caller: { limit }, firm: { limit: 3 * limit } } },
    })
    expect(first.headers['ratelimit-policy']).toBe(
      `"caller";q=${limit};w=60;qu="points", "firm";q=${3 * limit};w=60;qu="points"`,
    )
    for (let times = 0; times < 5; times += 1) {
      const again = await send(person, { query })
      expect(shape(again.body)).toBe(shape(first.body))
      expect(Object.keys(again.headers).sort()).toEqual(Object.keys(first.headers).sort())
    }
  })

  it.each<[string, (person: Person) => Promise<{ headers: Record<string, unknown> }>]>([
    ['answered', (person) => send(person, { query: '{ viewer { member { name } } }' })],
    [
      'by GET',
      async (person) => {
        const headers = { authorization: `Bearer ${w.tokenFor(person.claims)}`, 'apollo-require-preflight': 'x' }
        return w.app.inject({ url: `/graphql?query=${encodeURIComponent('{ viewer { member { name } } }')}`, headers })
      },
    ],
    ['that is no GraphQL', (person) => send(person, { query: '{ viewer { ' })],
    ['that is too deeply nested', (person) => send(person, { query: '{a'.repeat(300) })],
  ])('a request is charged: %s', async (how, ask) => {
    const charge = vi.spyOn(Charged.prototype, 'charge')
    const { headers } = await ask(await a.person(`Cora, ${how.length}`, 'STAFF'))
    const points = charge.mock.calls.reduce((sum, [one]) => sum + one, 0)
    charge.mockRestore()
    expect(points).toBeGreaterThanOrEqual(25)
    expect(headers.ratelimit).toMatch(/^"caller";r=\d+;t=\d+, "firm";r=\d+;t=\d+$/)
  })

  it('what goes beyond is RATE_LIMITED with the time to wait, changes nothing, and others are answered', async () => {
    const person = await a.person('Dan', 'MANAGER')
    const answers = [await send(person, { query: expensive })]
    while (answers.at(-1)?.status === 200 && answers.length < 20) answers.push(await send(person, { query: expensive }))
    const refused = answers.at(-1)
    expect(answers.length).toBeGreaterThan(2)
    const { status, headers, body } = refused as NonNullable<typeof refused>
    const seconds = Number(headers['retry-after'])
    expect([status, seconds > 0, seconds <= 60]).toEqual([429, true, true])
    expect(body.data).toBeUndefined()
    expect(body.errors).toEqual([
      {
        message: `You have used up what may be asked for in a minute. Try again in ${seconds} seconds.`,
        extensions: { code: 'RATE_LIMITED', retryAfterSeconds: seconds },
      },
    ])
    expect(body.extensions.cost.caller.limit).toBe(limit)

    const create = 'mutation ($i: CreateClientInput!) { createClient(input: $i) { client { id } errors { code } } }'
    const act = (padding = '') =>
      send(person, {
        query: `${create} ${padding}`,
        variables: { i: { idempotencyKey: randomUUID(), name: 'New' } },
      })
    let last = await act()
    for (let times = 0; times < 300 && last.status === 200; times += 1) last = await act()
    expect(last.status).toBe(429)
    const after = await w.digest()
    // So long a document that what flows back meanwhile is not enough for it.
    expect((await act('# '.repeat(80_000))).status).toBe(429)
    expect(await w.digest()).toBe(after)
    expect((await a.senior.gql('{ viewer { member { name } } }')).viewer.member.name).toContain('Sam')
  })

  it('what is known only while answering is charged, too', async () => {
    const query = `{ verifyEngagement(engagementId: "${engagementId}") { rowCount trail { entryCount } } }`
    const requested = await a.manager.ask(query)
    const { rowCount, trail } = requested.data.verifyEngagement
    const { cost } = (requested as unknown as { extensions: { cost: { charged: number } } }).extensions
    const { rows } = await w.owner.query('select position from trail_head where firm_id = $1 and chain_id = $1', [a.id])
    const [{ position: ofFirm }] = rows
    // 30,000 before, and a point for each entry and row read; all of the firm's own trail is searched for those on people.
    expect([rowCount > 0, ofFirm > 0]).toEqual([true, true])
    const atLeast = 25 + Math.ceil(query.length / 20) + 30_000 + 2 * trail.entryCount + Number(ofFirm) + rowCount
    expect(cost.charged).toBeGreaterThanOrEqual(atLeast)
    expect(cost.charged).toBeLessThan(atLeast + 20)
  })

  it('what an operation could have come to and did not is given back', async () => {
    const query = '{ clients(first: 100) { nodes { engagements(first: 100) { nodes { id } } } } }'
    const { body } = await send(await a.person('Ben', 'STAFF'), { query })
    // Charged more than 10,000 before; in the end for the objects in the answer, and as if each list held one.
    const objects = JSON.stringify(body.data).match(/\{/g)?.length as number
    expect(body.extensions.cost.charged).toBeLessThanOrEqual(25 + Math.ceil(query.length / 20) + 5 + objects)
  })

  it('an act is charged with its transaction, also when it is refused', async () => {
    const query =
      'mutation { createClient(input: { idempotencyKey: "one of a kind", name: "" }) { client { id } errors { code } } }'
    const { cost } = ((await a.manager.ask(query)) as unknown as { extensions: any }).extensions
    expect(cost.charged).toBeGreaterThanOrEqual(25 + 500)
    expect(cost.charged).toBeLessThan(25 + 500 + 40)
  })

  it('introspection is charged as it was estimated: nothing counts what it answers', async () => {
    const query = '{ __schema { types { name fields { name } } } }'
    const { body } = await send(await a.person('Ivo', 'STAFF'), { query })
    const named = body.data.__schema.types.length
    expect(body.extensions.cost.charged).toBeGreaterThan(named)
  })

  it('strangers have a budget by their network', async () => {
    const answer = await send(null, { query: '{ __typename }' })
    expect(answer.body.extensions.cost).toEqual({
      charged: 26,
      caller: { limit, remaining: expect.any(Number), resetSeconds: expect.any(Number) },
    })
  })
})

describe('a field that costs more, within a list', async () => {
  const w = await world(undefined, { budgets: { caller: 10_000_000, firm: null } })
  const a = await w.firm('Alder')
  const client = await a.client('Kestrel Cloud')
  for (let n = 0; n < 3; n += 1) await staffedEngagement(a, client)
  const query =
    '{ clients(first: 1) { nodes { engagements(first: 20) { nodes { id opinionProposal { digest } actions { name } } } } } }'
  const ways: [string, string][] = [
    ['the executor', query.replace('{', '{ executed: __typename @include(if: true)')],
    ['a plan', query],
  ]

  it.each(ways)('is charged each time it is resolved, and not more: %s', async (_, asked) => {
    const apollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')
    for (let time = 0; time < 30; time += 1) await a.manager.ask(asked)
    apollo.mockClear()
    const { data, extensions } = (await a.manager.ask(asked)) as unknown as Priced
    const executed = apollo.mock.calls.length
    apollo.mockRestore()
    expect([data === undefined, executed]).toEqual([false, asked === query ? 0 : 1])
    const taken = 25 + Math.ceil(asked.length / 20)
    const { nodes } = data.clients.nodes[0].engagements
    const acts = nodes.reduce((sum, { actions }) => sum + actions.length, 0)
    expect([nodes.length, acts > 3]).toEqual([3, true])
    // Through these gates a manager’s acts lead in planning.
    const ofScope = ['excludeCriterion', 'includeCriterion']
    const gates = ['startFieldwork', 'stateNoSubserviceOrganizations', ...ofScope]
    const ofGates = gates.reduce((sum, name) => sum + (policy[`Mutation.${name}`]?.gate ?? 0), 0)
    // Root, connections, client, engagements, proposals; each act is two.
    const atLeast = taken + 3 * (800 + ofGates) + 2 * acts
    expect(extensions.cost.charged).toBeGreaterThanOrEqual(atLeast)
    expect(extensions.cost.charged).toBeLessThanOrEqual(atLeast + 10)
  })
})

it('verifying an engagement is charged for the items that it reads', async () => {
  const w = await world(undefined, { budgets: { caller: 10_000_000, firm: null } })
  const a = await w.firm('Alder')
  const work = await fieldwork(w, a)
  const { id: procedureId } = await work.procedure()
  const { id: populationId } = await work.frozen(changes(300), { dateColumn: 'merged' })
  const draw = { basis: 'JUDGMENT', size: 40, sizeReason: 'A rehearsal.', method: 'RANDOM' }
  await a.staff.does('drawSample', { procedureId, populationId, ...draw }, 'sample { id }')
  const requested = async (items: boolean) => {
    const query = `{ verifyEngagement(engagementId: "${work.engagementId}", items: ${items}) { intact mismatches { nodeType fields reason } } } # ${items ? ' ' : ''}`
    const { data, extensions } = (await a.manager.ask(query)) as unknown as Priced
    expect(data).toEqual({ verifyEngagement: { intact: true, mismatches: [] } })
    return extensions.cost.charged
  }
  expect((await requested(true)) - (await requested(false))).toBe(340)
})

interface Priced {
  data: { clients: { nodes: [{ engagements: { nodes: { actions: object[] }[] } }] } }
  extensions: { cost: { charged: number } }
}

describe('a network without tokens that uses up its budget', async () => {
  const w = await signInWorld({ budgets: { caller: 100_000, firm: 100_000 }, turns: turnLimits(10) })
  const email = 'ada@larch.example.test'
  const { admin } = await w.firm('Larch & Partners (invented)', email)
  const ask = async (address: string, query: string, variables: object = {}) =>
    w.world.app.inject({ method: 'POST', url: '/graphql', remoteAddress: address, payload: { query, variables } })
  const refresh =
    'mutation ($i: RefreshSessionInput!) { refreshSession(input: $i) { session { refreshToken } errors { code } } }'

  it('keeps no session there from refreshing, and no other network from anything', async () => {
    const flood = `{ __typename } ${'# '.repeat(30_000)}`
    let { refreshToken } = admin
    const before = await w.world.digest()
    const useUp = async (query: string) => {
      let last = await ask('203.0.113.5', query)
      for (let times = 0; times < 500 && last.statusCode !== 429; times += 1) last = await ask('203.0.113.5', query)
      expect(last.statusCode).toBe(429)
    }
    await useUp(flood)
    expect(await w.world.digest()).toBe(before)
    // The rest of it is less than refreshing takes.
    await useUp('{ __typename }')
    for (const query of [refresh, 'written out']) {
      const answer =
        query === refresh
          ? await ask('203.0.113.5', refresh, { i: { refreshToken } })
          : await ask(
              '203.0.113.5',
              `mutation { refreshSession(input: { refreshToken: "${refreshToken}" }) { session { refreshToken } } }`,
            )
      expect(answer.statusCode).toBe(200)
      refreshToken = answer.json().data.refreshSession.session.refreshToken
    }
    const variables = { i: { email, password } }
    const signIn = 'mutation ($i: SignInInput!) { signIn(input: $i) { session { memberId } } }'
    const signedIn = await ask('192.0.2.77', signIn, variables)
    expect(signedIn.json().data.signIn.session.memberId).toEqual(expect.any(String))
  })
})
