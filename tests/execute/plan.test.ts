import { ApolloServer } from '@apollo/server'
import { getNamedType, isAbstractType, parse } from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { features } from '../../src/features.js'
import { planOf } from '../../src/kernel/execute/plan/plan.js'
import { policy } from '../../src/policy.js'
import { guardedSchema, plainSchema } from '../../src/schema.js'
import { typeAt } from '../support/attack.js'
import { fullWorld } from '../support/full-world.js'
import { argumentsFor, idPlaces, operationFor } from '../support/generate.js'
import { type Person, world } from '../support/world.js'

// Queries are answered by plans (kernel/execute/plan/plan.ts), and by the executor of graphql-js where there is none. A directive
// makes that there is none: so each query can be sent both ways, and both must answer the same.
const w = await world()
const full = await fullWorld(w)
const schema = await plainSchema(features)
const { crew, a, one, two, otherCrew, b, held } = full
const places = idPlaces(schema)

const people: readonly [string, Person][] = [
  ['the manager of the team', crew.manager],
  ['staff of the team', crew.staff],
  ['the admin of the firm', a.admin],
  ['a manager of another team', otherCrew.manager],
  ['the respondent of the client', one.respondent],
  ['the viewer of another client', two.viewer],
  ['a partner of another firm', b.partner],
]

/** The root fields whose answers a plan can make: all but those that may be of several types, and those that are recorded. */
const planned = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(
  ({ name, type }) => !isAbstractType(getNamedType(type)) && !policy[`Query.${name}`]?.recorded,
)
/** Of which two levels are more than a thousand fields: those are none for a plan. */
const wide = ['engagement', 'exception', 'population']
const ids = (field: string, nth: number) => (path: string) => {
  const some = held[typeAt(schema, { field, path })] ?? []
  return some[nth % Math.max(1, some.length)] ?? full.held.Engagement?.[0]
}
const unplanned = (query: string) => query.replace('{', '{ executed: __typename @include(if: true)')

const learned = new Set<string>()
/** The questions that were answered past Apollo, which is to say: by their plans. */
const answeredByPlan = new Set<string>()
const apollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')

/** Asks until the plan has learned which columns it needs, and a few times more. */
async function byPlan(person: Person, query: string, variables: Record<string, unknown>) {
  const answers = new Set<string>()
  const times = learned.has(query) ? 4 : 30
  learned.add(query)
  for (let time = 0; time < times; time += 1) {
    apollo.mockClear()
    answers.add(JSON.stringify(apart(await person.ask(query, variables))))
    if (apollo.mock.calls.length === 0) answeredByPlan.add(query)
  }
  return [...answers]
}

describe.each(people)('a question of %s', (_who, person) => {
  it.each(planned.map(({ name }) => [name]))(
    'about %s is answered alike by its plan and by the executor',
    async (field) => {
      for (let nth = 0; nth < 2; nth += 1) {
        const { query } = operationFor(schema, field, wide.includes(field) ? 1 : 2)
        const variables = argumentsFor(schema, field, { id: ids(field, nth) })
        const executed = await person.ask(unplanned(query), variables)
        if (executed.data) delete executed.data.executed
        const answers = await byPlan(person, query, variables)
        expect(answers.map((answer) => JSON.parse(answer))).toEqual([apart(executed)])
      }
    },
  )
})

it('each of these questions was answered by its plan to a person', () => {
  expect([...learned].filter((query) => !answeredByPlan.has(query))).toEqual([])
})

/** Without what differs from one request to the next; an address is another one every five minutes. */
function apart(answer: object): unknown {
  return JSON.parse(JSON.stringify(answer), (key, value) =>
    ['requestId', 'locations', 'checkedAt', 'downloadUrl'].includes(key) ? undefined : value,
  )
}

/** A few hundred characters that are ten thousand fields when they are written out. */
const fanned = `query ($id: ID!) { sample(id: $id) { ...F0 } } ${[0, 1, 2, 3, 4, 5, 6]
  .map((n) => {
    const [type, field] = n % 2 === 0 ? ['Sample', 'procedure'] : ['Procedure', 'sample']
    const spread = n === 6 ? '{ id ref state }' : `{ ...F${n + 1} }`
    return `fragment F${n} on ${type} { ${['a', 'b', 'c', 'd', 'e'].map((alias) => `${alias}: ${field} ${spread}`).join(' ')} }`
  })
  .join(' ')}`

describe('a plan', () => {
  const plan = (query: string, name: string | null = null) => planOf(schema, parse(query), name)

  it('is made of queries of objects, lists and scalars', () => {
    expect(plan('{ viewer { member { name } } criteria { code } }')).not.toBeNull()
    expect(
      plan('query ($id: ID!) { engagement(id: $id) { ...F } } fragment F on Engagement { id client { ... { name } } }'),
    ).not.toBeNull()
    expect(places.length).toBeGreaterThan(0)
  })

  it.each([
    ['an act', 'mutation ($i: SignInInput!) { signIn(input: $i) { ticket } }'],
    ['what may be of several types', 'query ($id: ID!) { node(id: $id) { id } }'],
    ['a directive', 'query ($w: Boolean!) { viewer { member { name @include(if: $w) } } }'],
    ['introspection', '{ __schema { queryType { name } } }'],
    ['fragments that come to more fields than a memory should hold', fanned],
    ['a name that no plain object can hold', '{ __proto__: viewer { member { name } } }'],
    ['a type told under such a name', '{ __proto__: __typename }'],
  ])('is not made of %s', (_, query) => {
    expect(plan(query)).toBeNull()
  })

  it('is not made of what is recorded, which must not be answered twice', async () => {
    const query = '{ opinionPreview(input: { engagementId: "1" }) { overall } }'
    expect(planOf(await guardedSchema(features), parse(query), null)).toBeNull()
    expect(plan(query)).not.toBeNull()
  })
})
