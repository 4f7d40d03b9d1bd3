import { createHash } from 'node:crypto'
import { buildSchema, type GraphQLSchema, isObjectType } from 'graphql'
import { resolversForExecutor } from '../../src/kernel/execute/executor-resolvers.js'

/** All that an operation can ask of a schema: nested lists, interfaces, inputs with defaults, nullable and not. */
const text = /* GraphQL */ `
  enum Order { ASC DESC }
  input Filter { text: String = "t", numbers: [Int!], nested: Filter, order: Order = DESC }
  interface Named { id: ID!, name: String, peer: Item }
  type Item implements Named {
    id: ID!, name: String, peer: Item, count: Int!, ratio: Float, isKey: Boolean, order: Order
    parent: Item, sure: Item!, other: Other, tags: [String!]!, grid: [[Int]], strict: [[Int!]!]
    children(first: Int = 2, order: Order): [Item!], loose(first: Int): [Item], boxes: [[Item!]]!
    echo(filter: Filter, filters: [Filter!], words: [String!] = ["w"], flag: Boolean, number: Int!): String
    any: Named
  }
  type Other implements Named { id: ID!, name: String, peer: Item, items(filter: Filter): [Item!]! }
  type Query {
    item(id: ID): Item, sure(id: ID = "1"): Item!, items(first: Int = 3, filter: Filter): [Item!]!
    other: Other, matrix: [[Int]], any: Named
  }
`

/** What resolvers do beside returning values: one in so many fields each. Absent: never. */
export interface Troubles {
  seed: number
  nulls?: number
  promises?: number
  errors?: number
}

interface Source {
  key: string
}

const digestOf = (words: readonly unknown[]): number =>
  createHash('sha256').update(JSON.stringify(words)).digest().readUInt32BE(0)

/** One number after the other, the same for the same place of the answer. */
class Dice {
  #rolls = 0

  constructor(private readonly words: readonly unknown[]) {}

  below(limit: number): number {
    this.#rolls += 1
    return digestOf([...this.words, this.#rolls]) % limit
  }

  oneIn(chances: number | undefined): boolean {
    return chances !== undefined && this.below(chances) === 0
  }
}

/** Made where it may never be read. What either way makes of it, and leaves unhandled, fails the test. */
function rejection(): Promise<never> {
  const rejected = Promise.reject(new Error('rejected'))
  rejected.catch(() => undefined)
  return rejected
}

/** In place of a value: each makes the executor's answer an error or is for the executor alone. */
const failures: readonly (() => unknown)[] = [
  () => {
    throw new Error('thrown')
  },
  rejection,
  () => new Error('returned'),
  () => Promise.resolve(new Error('returned later')),
  () => ({ no: 'leaf' }),
  () => 'no list, no number',
]

interface Shape {
  type: string
  isList: boolean
  mayBeNull: boolean
  item: Shape | null
}

function shapeOf(type: string): Shape {
  const mayBeNull = !type.endsWith('!')
  const bare = mayBeNull ? type : type.slice(0, -1)
  const isList = bare.startsWith('[')
  return { type: bare, isList, mayBeNull, item: isList ? shapeOf(bare.slice(1, -1)) : null }
}

function madeValue(shape: Shape, dice: Dice, troubles: Troubles, key: string): unknown {
  if (dice.oneIn(troubles.errors)) return (failures[dice.below(failures.length)] as () => unknown)()
  if (shape.mayBeNull && dice.oneIn(troubles.nulls)) return dice.below(2) === 0 ? null : undefined
  // Where there may be none: an error.
  if (!shape.mayBeNull && dice.oneIn(troubles.errors && troubles.errors * 3)) return null
  if (shape.item) {
    const { item } = shape
    const items = Array.from({ length: dice.below(4) }, (_, at) => itemOf(item, dice, troubles, `${key}.${at}`))
    return dice.oneIn(troubles.errors) ? new Set(items) : items
  }
  switch (shape.type) {
    case 'Int':
      return dice.below(100) - 50
    case 'Float':
      return dice.below(1_000) / 8
    case 'Boolean':
      return dice.below(2) === 0
    case 'Order':
      return dice.below(2) === 0 ? 'ASC' : 'DESC'
    case 'ID':
      return dice.below(2) === 0 ? dice.below(1_000) : key
    case 'String':
      return `"${key}" \u2028 ${dice.below(10)}`
    case 'Named':
      return objectOf(dice.below(2) === 0 ? 'Item' : 'Other', troubles, key)
    default:
      return objectOf(shape.type, troubles, key)
  }
}

/** Fields that are properties of their object, read without a resolver. */
const properties: Readonly<Record<string, string>> = {
  count: 'Int!',
  ratio: 'Float',
  isKey: 'Boolean',
  order: 'Order',
  tags: '[String!]!',
  grid: '[[Int]]',
  strict: '[[Int!]!]',
}

function objectOf(__typename: string, troubles: Troubles, key: string): object {
  const object: Record<string, unknown> = { __typename, key, id: key }
  if (__typename !== 'Item') return object
  for (const [name, type] of Object.entries(properties)) {
    const dice = new Dice([troubles.seed, key, name])
    const value = attempt(() => madeValue(shapeOf(type), dice, troubles, `${key}/${name}`))
    // The executor calls a function and waits for a promise; a plan leaves both to it.
    object[name] = dice.oneIn(troubles.errors) ? () => value : value
  }
  return object
}

/** What is thrown is returned: a property throws nothing. */
function attempt(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

function itemOf(item: Shape, dice: Dice, troubles: Troubles, key: string): unknown {
  const value = madeValue(item, dice, troubles, key)
  return troubles.promises !== undefined && dice.oneIn(troubles.promises * 6) ? Promise.resolve(value) : value
}

/** The schema, whose resolvers answer by where they are asked and with what: the same each time. */
export function smallSchema(troubles: Troubles): GraphQLSchema {
  const schema = buildSchema(text)
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      if (field.name === 'id' || field.name in properties) continue
      const shape = shapeOf(String(field.type))
      field.resolve = (source: Source | undefined, args: object) => {
        const key = `${source?.key ?? ''}/${field.name}`
        const dice = new Dice([troubles.seed, key, args])
        if (field.name === 'echo') return `${key} ${JSON.stringify(args)}`
        const later = dice.oneIn(troubles.promises)
        const value = madeValue(shape, dice, troubles, key)
        return later ? afterTurns(value, dice.below(3)) : value
      }
    }
  }
  return resolversForExecutor(schema)
}

async function afterTurns(value: unknown, turns: number): Promise<unknown> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
  if (turns === 2) await new Promise((resolve) => setImmediate(resolve))
  return value
}
