import { buildSchema, type GraphQLObjectType, getNamedType, isAbstractType } from 'graphql'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Control } from '../../src/features/control/control.js'
import { declarations, features } from '../../src/features.js'
import { heavyFields } from '../../src/kernel/schema/heavy-fields.js'
import type { Row, RowClass } from '../../src/kernel/store/row.js'
import { openRead, Tx, write } from '../../src/kernel/store/work.js'
import { plainSchema } from '../../src/schema.js'
import { typeAt } from '../support/attack.js'
import { fullWorld } from '../support/full-world.js'
import { argumentsFor, operationFor } from '../support/generate.js'
import { world } from '../support/world.js'

// Heavy columns are read where they are selected (schema/heavy-fields.ts). Whatever a resolver does with a row that was read
// without them, and whichever way an operation is answered, the answer is the same.

const w = await world()
const full = await fullWorld(w)
const schema = await plainSchema(features)
const { crew, one, held } = full
const classes = declarations.rows
const heavyClasses = classes.filter(({ heavy }) => heavy.length > 0)

const queries = Object.values(schema.getQueryType()?.getFields() ?? {})
  .filter(({ type }) => !isAbstractType(getNamedType(type)))
  .map(({ name }) => ({
    ...operationFor(schema, name, 3),
    variables: argumentsFor(schema, name, {
      id: (path) => held[typeAt(schema, { field: name, path })]?.[0] ?? held.Engagement?.[0],
    }),
  }))
const forExecutor = (query: string) => query.replace('{', '{ executed: __typename @include(if: false)')

const isMoment = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const copies: readonly [string, (row: Row) => Row][] = [
  // The class goes on: by it is known which actions a row has.
  ['spread into another object of its class', (row) => Object.setPrototypeOf({ ...row }, Object.getPrototypeOf(row))],
  ['assigned to a new row', (row) => Object.assign(new (row.constructor as RowClass)(), row)],
  [
    'written as JSON and read back',
    (row) =>
      Object.assign(
        new (row.constructor as RowClass)(),
        JSON.parse(JSON.stringify(row), (_key, value) =>
          typeof value === 'string' && isMoment.test(value) ? new Date(value) : value,
        ),
      ),
  ],
]

/** Without what differs from one request to the next. */
const lasting = (answer: object): unknown =>
  JSON.parse(JSON.stringify(answer), (key, value) =>
    ['requestId', 'locations', 'checkedAt', 'path', 'downloadUrl'].includes(key) ? undefined : value,
  )

async function answers(): Promise<unknown[]> {
  const all: unknown[] = []
  for (const person of [crew.manager, one.respondent]) {
    for (const { query, variables } of queries) {
      const said: unknown[] = []
      // By the executor, then by the plan, and once more.
      for (const text of [query, query, query, forExecutor(query)])
        said.push(lasting(await person.ask(text, variables)))
      for (const other of said) expect(other).toEqual(said[0])
      all.push(said[0])
    }
  }
  return all
}

const read = new Set<string>()

/** Has each row that is read replaced by a copy of it. */
function copying(copy: (row: Row) => Row) {
  for (const method of ['find', 'findEach'] as const) {
    const original = Tx.prototype[method] as (...args: unknown[]) => Promise<Row[]>
    vi.spyOn(Tx.prototype, method).mockImplementation(async function (this: Tx, ...args: unknown[]) {
      const rows = await original.apply(this, args)
      read.add((args[0] as RowClass).name)
      return rows.map(copy) as never
    })
  }
}
afterEach(() => vi.restoreAllMocks())

describe('the answers to all queries', () => {
  const before = answers()
  it.each(copies)('are the same when each row that was read is %s', { timeout: 120_000 }, async (_, copy) => {
    const expected = await before
    expect(JSON.stringify(expected)).toContain('"description":"')
    copying(copy)
    expect(await answers()).toEqual(expected)
  })

  it('were made of rows of every class that has heavy columns', () => {
    expect(heavyClasses.map(({ name }) => name).filter((name) => !read.has(name))).toEqual([])
  })
})

describe('a heavy column', () => {
  it.each(heavyClasses.map((row) => [row.name, row] as const))(
    'of %s is no property of a row read without it',
    async (name, row) => {
      const { tx, close } = await openRead(w.database, crew.manager.claims)
      const id = { id: held[name] ?? [] } as object
      const [[light], [whole]] = await Promise.all([tx.find(row, id), tx.find(row, id, { whole: true })])
      await close()
      const kept = (one: object | undefined) => row.heavy.filter((column) => column in (one as object))
      expect(kept(light)).toEqual([])
      expect(kept(whole)).toEqual(row.heavy)
      expect(Object.keys({ ...whole }).length).toBe(Object.keys({ ...light }).length + row.heavy.length)
    },
  )

  it('is refused at the start where its field has a resolver that does not declare that it reads the row whole', () => {
    const ofControls = buildSchema('type Control { description: String! }')
    const { description } = (ofControls.getType('Control') as GraphQLObjectType).getFields()
    const start = (field: object) => {
      Object.assign(description as object, field)
      heavyFields(ofControls, [Control])
    }
    const resolve = () => 'of its own'
    expect(() => start({ resolve })).toThrow('The resolver of Control.description does not declare')
    start({ extensions: { readsWhole: true } })
    expect(description?.resolve).toBe(resolve)
    start({ resolve: undefined, extensions: {} })
    expect(description?.resolve).toBeTypeOf('function')
  })

  it('is read by whatever a mutation reads rows with', async () => {
    const engagementId = held.Engagement?.[0] as string
    const lists = await write(w.database, crew.manager.claims, 'Mutation.updateClient', (tx) =>
      Promise.all([
        tx.find(Control, { engagementId }),
        tx.findEach(Control, {}, ['engagementId', [engagementId]], { order: { by: 'id', direction: 'asc' }, limit: 5 }),
      ]),
    )
    for (const [row] of lists) expect(row?.description).toBeTypeOf('string')
  })

  it('is a column of its class', () => {
    for (const row of heavyClasses) {
      for (const column of row.heavy) expect(w.database.table(row).columnOf(column)?.property).toBe(column)
    }
  })

  it('fails where it is selected of a copy that has lost its id, rather than be null', async () => {
    copying((row) => (row.constructor.name === 'Control' ? Object.assign({ ...row }, { id: undefined as never }) : row))
    const query = 'query ($id: ID!) { engagement(id: $id) { controls { nodes { description } } } }'
    const { errors } = await crew.manager.ask(query, { id: held.Engagement?.[0] })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL' })
  })
})
