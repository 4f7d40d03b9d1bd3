import { randomUUID } from 'node:crypto'
import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql'
import { describe, expect, it, test } from 'vitest'
import { features } from '../../src/features.js'
import { plainSchema } from '../../src/schema.js'
import { apartFrom, attackers, neverUsed, picked, picks, several, typeAt } from '../support/attack.js'
import { fullWorld } from '../support/full-world.js'
import { everythingOf, exampleOf, idPlaces } from '../support/generate.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const full = await fullWorld(w)
const { a, b, one, two, crew, otherCrew, held, otherHeld } = full
const schema = await plainSchema(features)
const people = await attackers(full)
const token = (person: Person | null) => (person ? w.tokenFor(person.claims) : undefined)
const nodeTypes = schema.getPossibleTypes(nodeInterface(schema)).map(({ name }) => name)

function nodeInterface(schema: GraphQLSchema) {
  const type = schema.getType('Node')
  if (!isInterfaceType(type)) throw new Error('there is no Node')
  return type
}

/** Asks for everything of an object of a type, and for the name of any other: short enough for the service to keep it parsed. */
const byId = (type: string) => {
  const everything = nodeTypes.includes(type) ? `... on ${type} ${everythingOf(schema, type, 1)}` : ''
  return `query ($id: ID!) { node(id: $id) { __typename id ${everything} } }`
}

describe('node', () => {
  test('finds an object of every type that has an id, for some member', async () => {
    const known: string[] = []
    for (const type of nodeTypes.filter((type) => type !== 'Firm')) {
      for (const person of [crew.manager, crew.partner, one.admin]) {
        const { data } = await w.send(
          'query ($id: ID!) { node(id: $id) { __typename id } }',
          { id: held[type]?.at(-1) },
          token(person),
        )
        if (data?.node?.__typename === type) known.push(type)
      }
    }
    expect([...new Set(known)].sort()).toEqual(nodeTypes.filter((type) => type !== 'Firm').sort())
  })

  test.each(people)('answers $who about a hidden object as about one that never was', async ({ person, hidden }) => {
    const differing: string[] = []
    await several(Object.entries(hidden), async ([type, ids]) => {
      const answer = async (id: string) => apartFrom(await w.send(byId(type), { id }, token(person)), id)
      const nothing = await answer(neverUsed())
      for (const id of ids) if ((await answer(id)) !== nothing) differing.push(`${type} ${id}`)
    })
    expect(differing).toEqual([])
  })

  test('shows no member of one firm the other firm', async () => {
    for (const person of [b.partner, b.admin, full.bClient.admin]) {
      const answer = async (id: string) => apartFrom(await w.send(byId('Firm'), { id }, token(person)), id)
      expect(await answer(a.id)).toBe(await answer(neverUsed()))
    }
  })
})

/** A field of an object, within which an id is given: the filter of a list. */
interface Inner {
  type: GraphQLObjectType
  field: string
  argument: string
  path: string
  /** The type of what it stands for. */
  names: string
}

/** Every place within the objects of the schema where an id goes in. */
function innerPlaces(): Inner[] {
  const found: Inner[] = []
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || [schema.getQueryType(), schema.getMutationType()].includes(type)) continue
    for (const field of Object.values(type.getFields())) {
      for (const argument of field.args) {
        exampleOf(argument.type, argument.name, {
          field: field.name,
          id: (path) => {
            const names = typeAt(schema, { field: field.name, path })
            found.push({ type, field: field.name, argument: argument.name, path, names })
            return ''
          },
        })
      }
    }
  }
  return found
}

describe('the filter of a list', () => {
  const inner = innerPlaces()
  const nameOf = ({ type, field, path }: Inner) => `${type.name}.${field} ${path}`
  const operation = ({ type, field, argument }: Inner) => {
    const definition = type.getFields()[field]
    const given = definition?.args.find(({ name }) => name === argument)
    const selection = definition ? everythingOf(schema, getNamedType(definition.type).name, 1) : ''
    return `query ($parent: ID!, $value: ${given?.type}) { node(id: $parent) { ... on ${type.name} { ${field}(${argument}: $value) ${selection} } } }`
  }
  const value = (place: Inner, id: string) => {
    const type = place.type.getFields()[place.field]?.args.find(({ name }) => name === place.argument)?.type
    expect(isInputObjectType(getNamedType(type))).toBe(true)
    return exampleOf(type as never, place.argument, {
      field: place.field,
      id: (path) => (path === place.path ? id : undefined),
    })
  }

  it('finds an entitled caller something by a real id that is not found by one never used', async () => {
    expect(inner).not.toEqual([])
    const shown = new Set<string>()
    for (const place of inner) {
      for (const person of [crew.manager, one.admin, a.admin]) {
        for (const { stage, at } of picks) {
          if (shown.has(nameOf(place))) continue
          const parent = place.type.name === 'Firm' ? a.id : picked(held, place.type.name, { stage, at: 0 })
          const types = place.names === 'Node' ? nodeTypes : [place.names]
          for (const type of types) {
            const real = picked(held, type, { stage, at })
            if (!real) continue
            const answer = async (id: string) =>
              apartFrom(await w.send(operation(place), { parent, value: value(place, id) }, token(person)), id)
            if ((await answer(real)) !== (await answer(neverUsed()))) shown.add(nameOf(place))
          }
        }
      }
    }
    expect([...shown].sort()).toEqual(inner.map(nameOf).sort())
  })

  it.each(people.filter(({ own }) => Object.keys(own).length > 0))(
    'finds $who nothing more by a hidden id than by one never used',
    async ({ person, hidden, own }) => {
      const differing: string[] = []
      for (const place of inner) {
        const parent = place.type.name === 'Firm' ? person?.claims.firmId : own[place.type.name]?.[0]
        const types = place.names === 'Node' ? nodeTypes : [place.names]
        for (const type of types) {
          const real = picked(hidden, type, { stage: 0, at: 0 })
          if (!real || !parent) continue
          const answer = async (id: string) =>
            apartFrom(await w.send(operation(place), { parent, value: value(place, id) }, token(person)), id)
          if ((await answer(real)) !== (await answer(neverUsed()))) differing.push(`${nameOf(place)} ${type}`)
        }
      }
      expect(differing).toEqual([])
    },
  )
})

describe('the filter of a list at the root', () => {
  it('finds nothing by what is no id, an empty text included', async () => {
    const places = idPlaces(schema).filter(({ path }) => path.startsWith('filter.'))
    expect(places.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['engagements', 'exceptions', 'procedures']),
    )
    for (const { field, path } of places) {
      const list = `query ($filter: ${
        schema
          .getQueryType()
          ?.getFields()
          [field]?.args.find(({ name }) => name === 'filter')?.type
      })
        { ${field}(filter: $filter) { totalCount } }`
      expect((await crew.manager.gql(list, { filter: {} }))[field].totalCount, field).toBeGreaterThan(0)
      for (const id of ['', 'no id']) {
        const filter = { [path.replace('filter.', '')]: id }
        expect(await crew.manager.gql(list, { filter }), `${field} ${path}`).toEqual({ [field]: { totalCount: 0 } })
      }
    }
  })
})

describe('a cursor', () => {
  /** The lists that start at the root, and those of an engagement. */
  const lists = (person: Person, engagementId: string | undefined) =>
    [
      ['clients', '{ clients(after: $after) { nodes { id } } }'],
      ['engagements', '{ engagements(after: $after) { nodes { id } } }'],
      ...['controls', 'exceptions'].map((list) => [
        list,
        `{ node(id: "${engagementId}") { ... on Engagement { ${list}(after: $after) { nodes { id } } } } }`,
      ]),
    ].map(async ([list, query]) => {
      const first = (query as string)
        .replace('after: $after', 'first: 1')
        .replace('{ nodes { id } }', '{ nodes { id } pageInfo { endCursor } }')
      const { data } = await w.send(first, {}, token(person))
      const found = data?.[list as string] ?? data?.node?.[list as string]
      return {
        list: list as string,
        query: `query ($after: String) ${query}`,
        cursor: found.pageInfo.endCursor as string,
      }
    })

  it('of another tenant’s list is a place in one’s own: it brings no caller a row of the other', async () => {
    const theirs = await Promise.all(lists(crew.manager, held.Engagement?.[0]))
    for (const [person, engagementId, own] of [
      [b.manager, full.bHeld.Engagement?.[0], full.bHeld],
      [otherCrew.manager, otherHeld.Engagement?.[0], otherHeld],
      [two.admin, undefined, otherHeld],
    ] as const) {
      const visible = new Set(Object.values(own).flat())
      for (const { list, query, cursor } of theirs) {
        expect(cursor, list).toEqual(expect.any(String))
        if (!engagementId && !['clients', 'engagements'].includes(list)) continue
        const own = query.replace(/node\(id: "[^"]+"\)/, `node(id: "${engagementId}")`)
        const { data, errors } = await w.send(own, { after: cursor }, token(person))
        expect(errors?.map(({ extensions }) => extensions.code) ?? [], list).not.toContain('INTERNAL')
        const nodes: { id: string }[] = (data?.[list] ?? data?.node?.[list])?.nodes ?? []
        const foreign = nodes.filter(({ id }) => !visible.has(id) && list !== 'clients')
        expect(foreign, `${person.name} ${list}`).toEqual([])
        if (list === 'clients' && person !== otherCrew.manager) {
          expect(nodes.filter(({ id }) => !visible.has(id))).toEqual([])
        }
      }
    }
  })
})

test('an idempotency key of another caller is one’s own new key: it does not bring the other’s answer', async () => {
  const idempotencyKey = randomUUID()
  const create = `mutation ($input: CreateClientInput!) { createClient(input: $input) { client { id name } errors { code } } }`
  const input = { idempotencyKey, name: 'Plover Data' }
  const answers = new Map<string, unknown>()
  for (const person of [a.manager, b.manager]) {
    const { data } = await w.send(create, { input }, token(person))
    expect(data.createClient.errors).toEqual([])
    answers.set(person.name, data.createClient.client.id)
  }
  expect(new Set(answers.values()).size).toBe(2)
  // Of the same firm: the act is done anew, under the caller's own name, and meets the rule on names.
  const again = await w.send(create, { input }, token(otherCrew.manager))
  expect(again.data.createClient).toEqual({ client: null, errors: [{ code: 'ALREADY_EXISTS' }] })
  const replay = await w.send(create, { input }, token(a.manager))
  expect(replay.data.createClient.client.id).toBe(answers.get(a.manager.name))
  // Who may not do the act is not told of it by its key either.
  for (const person of [crew.staff, one.admin, two.admin, full.disabled, null]) {
    const { data, errors } = await w.send(create, { input }, token(person))
    expect(data).toEqual({ createClient: null })
    expect(['FORBIDDEN', 'UNAUTHENTICATED']).toContain(errors?.[0]?.extensions.code)
  }
})
