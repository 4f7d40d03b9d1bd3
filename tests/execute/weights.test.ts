import { setTimeout as pause } from 'node:timers/promises'
import { getIntrospectionQuery, getOperationAST, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { features } from '../../src/features.js'
import { checkLimits, limits } from '../../src/kernel/execute/limits.js'
import { policy } from '../../src/policy.js'
import { plainSchema } from '../../src/schema.js'
import { fullWorld } from '../support/full-world.js'
import { listening } from '../support/listening.js'
import { type Person, world } from '../support/world.js'

// What fields are charged follows from what they were measured to cost (docs/limits.md). The clock is not asked here, but for what
// must hold whatever the machine: that no operation keeps the service from answering others.
const w = await world()
const { crew, one, held } = await fullWorld(w)
const schema = await plainSchema(features)
const { address, post } = await listening(w)

const engagementId = held.Engagement?.[0] as string
const { rows } = await w.owner.query('select engagement_id as id from report where client_id = $1', [one.id])
const issuedId = rows[0].id as string

/** What an operation costs. @throws GraphQLError when it is refused */
function costOf(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query)
  let cost = 0
  const operation = getOperationAST(document)
  if (!operation) throw new Error('There is no operation.')
  checkLimits(schema, document, operation, variables, (points) => {
    cost = points
  })
  return cost
}

const times = (count: number, field: (alias: string) => string) =>
  Array.from({ length: count }, (_, n) => field(`a${n}`)).join(' ')
const introspection = getIntrospectionQuery()
const [usual = '', ...fragments] = introspection.split(/(?=fragment )/)
const introspected = (count: number) => {
  const inner = usual.slice(usual.indexOf('{') + 1, usual.lastIndexOf('}'))
  return `{ ${times(count, (alias) => inner.replace('__schema', `${alias}: __schema`))} } ${fragments.join(' ')}`
}

const actions = (count: number) =>
  `{ engagement(id: "${engagementId}") { ${times(count, (a) => `${a}: procedures(first: 100) { nodes { id actions { name allowed reason { message } } } }`)} } }`
const reports = (count: number) =>
  `{ engagement(id: "${issuedId}") { ${times(count, (a) => `${a}: report { html model }`)} } }`

const exhausting: [string, Person | null, (count: number) => string, number, RegExp][] = [
  ['the report, rendered, by a viewer of the client', one.viewer, reports, 30, /Report\.html is given once/],
  ['the acts on a hundred procedures', crew.manager, actions, 30, /could cost/],
  ['introspection in development', null, introspected, 20, /could cost/],
]

describe.each(exhausting)('%s', (_, person, query, count, message) => {
  it('is answered once', async () => {
    const { status, body } = await post(person, query(1))
    expect([status, body?.errors]).toEqual([200, undefined])
  })

  it('is refused many times over by alias, and all others are answered meanwhile', async () => {
    const before = await w.digest()
    let shortest = Number.POSITIVE_INFINITY
    // What other processes of the machine take is not the service's: the best of a few tries is.
    for (let tries = 0; tries < 3; tries += 1) {
      const longest = longestWaitDuring(post(person, query(count)))
      const { status, body } = await post(person, query(count))
      expect(status).toBe(400)
      expect(body?.errors).toMatchObject([
        { message: expect.stringMatching(message), extensions: { code: 'BAD_USER_INPUT' } },
      ])
      expect(body?.data).toBeUndefined()
      shortest = Math.min(shortest, await longest)
    }
    expect(shortest).toBeLessThan(200)
    expect(await w.digest()).toBe(before)
  })
})

/** Asks /healthz every few milliseconds until something is answered; answers how long the slowest took. */
async function longestWaitDuring(work: Promise<unknown>): Promise<number> {
  let isDone = false
  void work.finally(() => {
    isDone = true
  })
  let longest = 0
  while (!isDone) {
    const begun = performance.now()
    expect((await fetch(`${address}/healthz`)).status).toBe(200)
    longest = Math.max(longest, performance.now() - begun)
    await pause(10)
  }
  return longest
}

describe('the most that is allowed', () => {
  it.each<[string, Person | null, (count: number) => string]>([
    ['acts on procedures', crew.manager, actions],
    ['introspection', null, introspected],
  ])('of %s is answered while others are answered, too', async (_, person, query) => {
    let most = 1
    while (most < 30 && isAllowed(query(most + 1))) most += 1
    let shortest = Number.POSITIVE_INFINITY
    for (let tries = 0; tries < 3; tries += 1) {
      const answer = post(person, query(most))
      shortest = Math.min(shortest, await longestWaitDuring(answer))
      expect((await answer).status).toBe(200)
    }
    expect(shortest).toBeLessThan(200)
  })
})

function isAllowed(query: string): boolean {
  try {
    costOf(query)
    return true
  } catch {
    return false
  }
}

describe('a cost', () => {
  const on = (field: string) =>
    costOf(`{ engagement(id: "x") { ${field} } }`) - costOf('{ engagement(id: "x") { id } }')
  const query = (field: string) => costOf(`{ ${field} }`)

  it('of an object is one point, its plain fields included', () => {
    expect(costOf('{ engagement(id: "x") { id systemName } }')).toBe(1)
    expect(costOf('{ engagement(id: "x") { id systemName client { id name } } }')).toBe(2)
  })

  it('of a list follows from how many objects it may hold', () => {
    expect(costOf('{ engagement(id: "x") { controls(first: 7) { nodes { ref } } } }')).toBe(1 + 1 + 7)
    expect(costOf('{ engagement(id: "x") { controls { nodes { ref } } } }')).toBe(1 + 1 + 25)
    expect(costOf('{ criteria { code } }')).toBe(1 + 61)
  })

  it('of one type by name is that of the largest', () => {
    const byName = (count: number) =>
      `{ ${times(count, (a) => `${a}: __type(name: "Mutation") { fields { name description args { name type { name } } } }`)} }`
    expect(costOf(byName(1))).toBeGreaterThan(200)
    expect(costOf(byName(1))).toBeLessThan(costOf(introspected(1)))
  })

  it('of acts follows from how many the type has', () => {
    const acts = (type: string) => Object.values(policy).filter((entry) => entry.on === type).length
    const asked = (fields: string) => costOf(`{ engagement(id: "x") { actions { ${fields} } } }`)
    const gates = Object.values(policy).reduce((sum, { on, gate = 0 }) => sum + (on === 'Engagement' ? gate : 0), 0)
    expect(gates).toBeGreaterThan(1_000)
    expect(asked('name')).toBe(1 + 1 + acts('Engagement') * 2 + gates)
    expect(asked('name reason { code }')).toBe(asked('name') + acts('Engagement'))
    const listed = costOf('{ engagement(id: "x") { procedures(first: 100) { nodes { actions { name } } } } }')
    expect(listed).toBeGreaterThan(100 * acts('Procedure') * 2)
  })

  it('rises with what was measured', () => {
    const rising = [
      on('id'),
      on('coverage { uncoveredCriteria { code } }'),
      on('opinionProposal { digest }'),
      on('draftReport { __typename }'),
      on('readiness(to: ISSUED) { ready }'),
      on('draftReport { html }'),
      query('sampleSize(confidence: 0.95, tolerableRate: 0.05, expectedRate: 0) { size }'),
      query('verifyFirmTrail { intact }'),
      query('verifySample(sampleId: "x") { matches }'),
    ]
    expect(rising).toEqual([...rising].sort((a, b) => a - b))
    expect(new Set(rising).size).toBe(rising.length)
    expect(rising.at(-1)).toBeLessThan(limits.cost)
  })

  it('is no reason to refuse what a screen asks for each gate', () => {
    const gates = ['FIELDWORK', 'COMPLETION', 'ISSUED'].map(
      (to) => `${to}: readiness(to: ${to}) { ready blockers { message } }`,
    )
    expect(costOf(`{ engagement(id: "x") { ${gates.join(' ')} } }`)).toBeLessThan(limits.cost)
  })

  it('of a mutation counts its transaction, and of one that hashes a password the hashing', () => {
    const signOut = costOf('mutation { signOut(input: { idempotencyKey: "12345678" }) { errors { code } } }')
    const signIn = costOf(
      'mutation { signIn(input: { idempotencyKey: "12345678", email: "a", password: "b" }) { errors { code } } }',
    )
    expect(signOut).toBeGreaterThan(400)
    expect(signIn).toBeGreaterThan(signOut + 4_000)
  })

  it('of the introspection that tools send leaves room for a schema that grows', () => {
    expect(costOf(introspection) * 1.2).toBeLessThan(limits.cost)
  })
})
