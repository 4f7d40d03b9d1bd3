import { extendSchema, type GraphQLSchema, parse } from 'graphql'
import { expect, test } from 'vitest'
import { features } from '../../src/features.js'
import { gaps, guard } from '../../src/kernel/access/guard.js'
import { mutationsOf } from '../../src/kernel/access/permission.js'
import { fieldClasses, policy } from '../../src/policy.js'
import { accessTable, guardedSchema, plainSchema } from '../../src/schema.js'
import { noWork, testing } from './expected.js'

const schema = await plainSchema(features)
const planted = (text: string): GraphQLSchema => extendSchema(schema, parse(text))

test('the table speaks of every root field and every type that is served', async () => {
  expect(gaps(schema, accessTable)).toEqual([])
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
  [
    'a type',
    'extend type Client { planted: Planted } type Planted { text: String }',
    [
      'no policy row for Planted',
      'Client.planted needs one class in the policy: firm, or client where clients read it too',
    ],
  ],
  [
    'a type behind an interface',
    'type Planted implements Node { id: ID! version: Int! createdAt: DateTime! actions: [Action!]! }',
    ['no policy row for Planted'],
  ],
  [
    'a type behind a union',
    'extend type Client { planted: Either } union Either = Planted | Client type Planted { text: String }',
    [
      'no policy row for Planted',
      'Client.planted needs one class in the policy: firm, or client where clients read it too',
    ],
  ],
])('%s without a row of the table stops the start', (_what, text, findings) => {
  const holed = planted(text)
  expect(gaps(holed, accessTable)).toEqual(findings)
  expect(() => guard(holed, accessTable)).toThrow(findings[0])
})

test.each(['Query.planted', 'Mutation.planted', 'Planted', 'Client.planted', 'PlantedInput', 'Node', 'Query'])(
  'a row of the table for %s, which speaks of nothing, stops the start',
  (coordinate) => {
    const table = { ...policy, [coordinate]: { anyone: true as const } }
    expect(() => guard(schema, { ...accessTable, policy: table })).toThrow(
      `the policy row ${coordinate} matches nothing in the schema`,
    )
  },
)

test.each(Object.keys(policy))(
  'without its row %s there is no start, or one that is open to all who see the parent',
  (coordinate) => {
    const { [coordinate]: row, ...table } = policy
    expect(row).toBeDefined()
    const field = coordinate.includes('.') && !/^(Query|Mutation|Subscription)\./.test(coordinate)
    // A row for one field only narrows: the type it stands in, and the type it leads into, have rows of their own.
    const found = gaps(schema, { ...accessTable, policy: table })
    expect(found.filter((gap) => gap.startsWith('no policy row'))).toEqual(
      field ? [] : [`no policy row for ${coordinate}`],
    )
  },
)

test('what is no work on an engagement, and what is work that its reviewer has no part in, is as expected', () => {
  expect(mutationsOf(policy, 'none').sort()).toEqual([...noWork].sort())
  expect(mutationsOf(policy, 'tested').sort()).toEqual([...testing].sort())
})

test('an act on an engagement of which the table does not say whether it is work stops the start', () => {
  const ofEngagement = Object.keys(policy).filter((coordinate) =>
    accessTable.ofEngagement.includes(policy[coordinate]?.on ?? ''),
  )
  expect(ofEngagement.length).toBeGreaterThan(50)
  for (const coordinate of ofEngagement) {
    const { work, ...row } = policy[coordinate] as (typeof policy)[string]
    expect(work).toBeDefined()
    expect(gaps(schema, { ...accessTable, policy: { ...policy, [coordinate]: row } })).toEqual([
      `the policy does not say whether ${coordinate} is work on the engagement`,
    ])
  }
})

test.each(['Mutation.signIn', 'Client', 'OpinionPreview'])(
  '%s, said to be a query that is recorded, stops the start',
  (coordinate) => {
    const row = { ...(policy[coordinate] as (typeof policy)[string]), recorded: true } as const
    expect(gaps(schema, { ...accessTable, policy: { ...policy, [coordinate]: row } })).toEqual([
      `${coordinate} is no query: that it was asked is not recorded`,
    ])
  },
)

// A column "for the firm" that the table forgets would be shown to clients: the start is what holds it up.
test.each(Object.keys(fieldClasses))(
  'a field of %s without a class, with both, or with one of nothing stops the start',
  (type) => {
    const { client, firm } = fieldClasses[type] as (typeof fieldClasses)[string]
    const classed = (classes: { client: readonly string[]; firm: readonly string[] }) => () =>
      guard(schema, { ...accessTable, classes: { ...fieldClasses, [type]: classes } })
    for (const field of [...client, ...firm]) {
      const left = { client: client.filter((one) => one !== field), firm: firm.filter((one) => one !== field) }
      const both = { client: [...left.client, field], firm: [...left.firm, field] }
      for (const wrong of [left, both])
        expect(classed(wrong)).toThrow(
          `${type}.${field} needs one class in the policy: firm, or client where clients read it too`,
        )
    }
    expect(classed({ client: [...client, 'planted'], firm })).toThrow(
      `the class of ${type}.planted is of nothing in the schema`,
    )
    const holed = planted(`extend type ${type} { planted: String }`)
    expect(() => guard(holed, accessTable)).toThrow(
      `${type}.planted needs one class in the policy: firm, or client where clients read it too`,
    )
  },
)

test('every type that client users enter has classes, and no other has', () => {
  const entered = Object.keys(policy).filter(
    (name) => !name.includes('.') && (policy[name]?.client || policy[name]?.anyone),
  )
  expect(Object.keys(fieldClasses).sort()).toEqual(entered.sort())
  const of = { Control: { client: ['id'], firm: [] } }
  expect(() => guard(schema, { ...accessTable, classes: { ...fieldClasses, ...of } })).toThrow(
    'the classes of Control are of a type that no client user enters',
  )
})

test.each([
  ['Engagement', 'controls'],
  ['Engagement', 'withdrawnReason'],
  ['Exception', 'control'],
])('a class that says %s.%s is the client’s, against the rows of the table, stops the start', (type, field) => {
  const { client, firm } = fieldClasses[type] as (typeof fieldClasses)[string]
  const moved = { client: [...client, field], firm: firm.filter((one) => one !== field) }
  expect(() => guard(schema, { ...accessTable, classes: { ...fieldClasses, [type]: moved } })).toThrow(
    `${type}.${field} is of the class client, and the table lets no client user read it`,
  )
})
