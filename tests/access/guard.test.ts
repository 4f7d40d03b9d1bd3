import { extendSchema, type GraphQLSchema, parse } from 'graphql'
import { expect, test } from 'vitest'
import { gaps, guard } from '../../src/access/guard.js'
import { policy } from '../../src/access/policy.js'
import { features } from '../../src/features.js'
import { structural } from '../../src/graph/payload.js'
import { guardedSchema, plainSchema } from '../../src/server/schema.js'

const schema = await plainSchema(features)
const planted = (text: string): GraphQLSchema => extendSchema(schema, parse(text))

test('the table speaks of every root field and every type that is served', async () => {
  expect(gaps(schema, policy, structural)).toEqual([])
  await expect(guardedSchema(features)).resolves.toBeDefined()
})

test.each([
  ['a query', 'extend type Query { planted: String }', ['no policy row for Query.planted']],
  ['a mutation', 'extend type Mutation { planted: String }', ['no policy row for Mutation.planted']],
  [
    'a subscription',
    'type Subscription { planted: String } extend schema { subscription: Subscription }',
    ['no policy row for Subscription.planted'],
  ],
  ['a type', 'extend type Client { planted: Planted } type Planted { text: String }', ['no policy row for Planted']],
  [
    'a type behind an interface',
    'type Planted implements Node { id: ID! version: Int! createdAt: DateTimeISO! actions: [Action!]! }',
    ['no policy row for Planted'],
  ],
  [
    'a type behind a union',
    'extend type Client { planted: Either } union Either = Planted | Client type Planted { text: String }',
    ['no policy row for Planted'],
  ],
])('%s without a row of the table stops the start', (_what, text, findings) => {
  const holed = planted(text)
  expect(gaps(holed, policy, structural)).toEqual(findings)
  expect(() => guard(holed, policy, structural)).toThrow(findings[0])
})

test.each(['Query.planted', 'Mutation.planted', 'Planted', 'Client.planted', 'PlantedInput', 'Node', 'Query'])(
  'a row of the table for %s, which speaks of nothing, stops the start',
  (coordinate) => {
    const table = { ...policy, [coordinate]: { anyone: true as const } }
    expect(() => guard(schema, table, structural)).toThrow(`the policy row ${coordinate} matches nothing in the schema`)
  },
)

test.each(Object.keys(policy))(
  'without its row %s there is no start, or one that is open to whoever sees the parent',
  (coordinate) => {
    const { [coordinate]: row, ...table } = policy
    expect(row).toBeDefined()
    const field = coordinate.includes('.') && !/^(Query|Mutation|Subscription)\./.test(coordinate)
    // A row for one field only narrows: the type it stands in, and the type it leads into, have rows of their own.
    expect(gaps(schema, table, structural)).toEqual(field ? [] : [`no policy row for ${coordinate}`])
  },
)
