import fc, { type Arbitrary } from 'fast-check'
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { typeAt } from './attack.js'
import { exampleOf } from './generate.js'

// Operations as a person could send them, drawn over the schema: which fields, how deep, with which values. What a value
// stands for (whose id, whose cursor) is drawn here; the id itself is put in when it is known who asks (see wording.ts).

/** Whose a thing is, for the one who asks. */
export type Whose = 'own' | 'of another firm' | 'hidden in the firm' | 'never used' | 'malformed'

export type Value =
  | { is: 'plain'; value: unknown }
  | { is: 'enum'; value: string }
  | { is: 'id'; of: string; whose: Whose; nth: number }
  /** The version of the row whose id stands beside it, or one that is `off` by so many. */
  | { is: 'version'; off: number }
  | { is: 'key'; whose: 'new' | 'used by another'; nth: number }
  | { is: 'cursor'; from: 'id' | 'text' | 'number' | 'nothing'; whose: Whose; nth: number }
  /** A text that stands in a row. */
  | { is: 'heard'; whose: Whose; nth: number }
  | { is: 'secret'; what: Secret; nth: number }
  | { is: 'file' }
  | { is: 'list'; items: Value[] }
  | { is: 'object'; fields: Record<string, Value> }

const secrets = ['email', 'password', 'currentPassword', 'refreshToken', 'ticket', 'token'] as const
export type Secret = (typeof secrets)[number]

export interface Given {
  name: string
  type: string
  value: Value
  style: 'variable' | 'literal'
}

export interface Call {
  field: string
  given: Given[]
  /** Null for a field that answers a value. */
  selection: Selection | null
}

export interface Selection {
  /** The type it is on. */
  on: string
  leaves: string[]
  calls: Call[]
  /** Fragments on members of an abstract type. */
  members: Selection[]
  fragment: 'none' | 'inline' | 'named'
}

export interface Operation {
  kind: 'query' | 'mutation'
  calls: Call[]
  name: string | null
}

/** Draws operations over a schema. */
export class Operations {
  readonly #selections = new Map<string, Arbitrary<Selection>>()
  readonly #calls = new Map<string, Arbitrary<Call>>()

  constructor(private readonly schema: GraphQLSchema) {}

  /** Any operation of the schema. */
  any(): Arbitrary<Operation> {
    const of = (kind: Operation['kind'], root: GraphQLObjectType, most: number): Arbitrary<Operation> => {
      const calls = Object.values(root.getFields()).map((field) =>
        fc.oneof(...[1, 2, 4].map((depth) => this.#call(root, field, depth))),
      )
      return fc.record({
        kind: fc.constant(kind),
        calls: fc.oneof(
          { weight: 3, arbitrary: fc.array(fc.oneof(...calls), { minLength: 1, maxLength: 1 }) },
          { weight: 1, arbitrary: fc.array(fc.oneof(...calls), { minLength: 2, maxLength: most }) },
        ),
        name: fc.constantFrom(null, 'Asked'),
      })
    }
    const [query, mutation] = [this.schema.getQueryType(), this.schema.getMutationType()]
    if (!query || !mutation) throw new Error('the schema has no roots')
    return fc.oneof(
      { weight: 2, arbitrary: of('query', query, 4) },
      { weight: 3, arbitrary: of('mutation', mutation, 3) },
    )
  }

  #call(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, depth: number): Arbitrary<Call> {
    const known = `${type.name}.${field.name} ${depth}`
    const made =
      this.#calls.get(known) ??
      later(() => {
        const answers = getNamedType(field.type)
        // What `node` finds is of one type: an id of it, and what that type has.
        const of =
          answers.name === 'Node' ? this.schema.getPossibleTypes(answers as never).map(({ name }) => name) : [null]
        return fc.oneof(
          ...of.map((member) =>
            fc.record({
              field: fc.constant(field.name),
              given: given(field.args, (argument) => this.#given(field.name, argument, member)),
              selection: isLeafType(answers) ? fc.constant(null) : this.#selection(answers.name, depth, member),
            }),
          ),
        )
      })
    this.#calls.set(known, made)
    return made
  }

  #given(field: string, argument: GraphQLArgument, member: string | null): Arbitrary<Given> {
    return fc.record({
      name: fc.constant(argument.name),
      type: fc.constant(String(argument.type)),
      value: this.#value(argument.type, field, argument.name, member),
      style: fc.constantFrom('variable', 'literal'),
    })
  }

  #selection(typeName: string, depth: number, sought: string | null = null): Arbitrary<Selection> {
    const known = `${typeName} ${depth} ${sought}`
    const made =
      this.#selections.get(known) ??
      later(() => {
        const type = this.schema.getType(typeName)
        const fields = isObjectType(type) ? Object.values(type.getFields()) : []
        const plain = fields.filter((one) => isLeafType(getNamedType(one.type)) && one.args.length === 0)
        const further = fields.filter((one) => !plain.includes(one))
        const leaves = plain.map(({ name }) => name)
        const members = isAbstractType(type) ? this.schema.getPossibleTypes(type).map(({ name }) => name) : []
        const chosen = sought ? [sought, sought, sought, ...members] : members
        return fc.record({
          on: fc.constant(typeName),
          leaves: fc.oneof(fc.subarray(leaves), fc.constant(leaves)),
          calls:
            depth > 0 && further.length > 0
              ? fc.array(fc.oneof(...further.map((one) => this.#call(type as GraphQLObjectType, one, depth - 1))), {
                  maxLength: 3,
                  minLength: leaves.length > 0 ? 0 : 1,
                })
              : fc.constant([]),
          members:
            chosen.length > 0
              ? fc.array(fc.oneof(...chosen.map((one) => this.#selection(one, depth))), { minLength: 1, maxLength: 3 })
              : fc.constant([]),
          fragment: fc.constantFrom('none', 'none', 'inline', 'named'),
        })
      })
    this.#selections.set(known, made)
    return made
  }

  #value(type: GraphQLInputType, field: string, path: string, member: string | null): Arbitrary<Value> {
    if (isNonNullType(type)) return this.#value(type.ofType, field, path, member)
    const last = path.split('.').at(-1) as string
    if (isListType(type)) {
      const item = this.#value(type.ofType, field, path, member)
      return fc.array(item, { maxLength: 2 }).map((items) => ({ is: 'list', items }))
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields())
      const optional = fields.filter((one) => !isNonNullType(one.type) || one.defaultValue !== undefined)
      const values = Object.fromEntries(
        fields.map((one) => [one.name, this.#value(one.type, field, `${path}.${one.name}`, member)]),
      )
      const requiredKeys = fields.filter((one) => !optional.includes(one)).map(({ name }) => name)
      return fc
        .record(values, { requiredKeys })
        .map((made) => ({ is: 'object', fields: made as Record<string, Value> }))
    }
    if (isEnumType(type)) {
      return fc.constantFrom(...type.getValues().map(({ name }) => name)).map((value) => ({ is: 'enum', value }))
    }
    if (type.name === 'Upload') return fc.constant({ is: 'file' })
    if (type.name === 'ID') {
      const of = member ?? typeAt(this.schema, { field, path })
      return fc.record({ is: fc.constant('id' as const), of: fc.constant(of), whose, nth })
    }
    if (last === 'expectedVersion') return fc.constantFrom(0, 0, 0, 0, 1, -1).map((off) => ({ is: 'version', off }))
    if (last === 'idempotencyKey') {
      const used = fc.constantFrom('new', 'new', 'new', 'used by another')
      return fc.record({ is: fc.constant('key' as const), whose: used as Arbitrary<'new'>, nth })
    }
    if (last === 'after') return cursor
    if (last === 'first') return likely(null, [1, 2, 3, 5, 25, 100, 0, -1, 101])
    const secret = secrets.find((one) => one === last)
    const right = exampleOf(type, path, { field, id: () => null })
    if (secret && path.startsWith('input.')) {
      const held = fc.record({ is: fc.constant('secret' as const), what: fc.constant(secret), nth })
      return fc.oneof({ weight: 3, arbitrary: held }, { weight: 1, arbitrary: likely(right, texts) })
    }
    if (type.name === 'String') {
      const heard = fc.record({ is: fc.constant('heard' as const), whose, nth })
      return fc.oneof({ weight: 5, arbitrary: likely(right, texts) }, { weight: 1, arbitrary: heard })
    }
    return likely(right, others[type.name] ?? [])
  }
}

const nth = fc.nat(40)
const whose: Arbitrary<Whose> = fc.oneof(
  { weight: 10, arbitrary: fc.constant('own' as const) },
  { weight: 4, arbitrary: fc.constant('hidden in the firm' as const) },
  { weight: 4, arbitrary: fc.constant('of another firm' as const) },
  { weight: 1, arbitrary: fc.constant('never used' as const) },
  { weight: 1, arbitrary: fc.constant('malformed' as const) },
)
const cursor: Arbitrary<Value> = fc.record({
  is: fc.constant('cursor' as const),
  from: fc.constantFrom('id', 'id', 'text', 'number', 'nothing'),
  whose,
  nth,
})

/** What a text may be that nobody thought of. */
const texts = [
  '',
  ' ',
  'Ünï©ode ☂ \u{1F98A}',
  "'; select 1; --",
  '%',
  '$1',
  '{"$row":"Client"}',
  '__proto__',
  'a\u0000b',
  'null',
  'x'.repeat(30_000),
]
const others: Readonly<Record<string, readonly unknown[]>> = {
  Int: [0, 1, 2, -1, 3, 100, 2_147_483_647],
  Float: [0, 0.05, 0.5, 0.95, 1, -1, 1e300],
  Boolean: [true, false],
  LocalDate: ['2025-01-01', '2025-12-31', '1900-01-01', '9999-12-31', '2025-02-30'],
  DateTimeISO: ['2025-12-31T23:59:59Z', '1970-01-01T00:00:00Z', 'yesterday'],
}

/** Mostly the value that is expected there, sometimes another one. */
const likely = (right: unknown, strange: readonly unknown[]): Arbitrary<Value> =>
  fc
    .oneof({ weight: 9, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: fc.constantFrom(right, ...strange) })
    .map((value) => ({ is: 'plain', value }))

/** The arguments that must be given, and some of those that may be. */
function given(
  args: readonly GraphQLArgument[],
  one: (argument: GraphQLArgument) => Arbitrary<Given>,
): Arbitrary<Given[]> {
  const each = args.map((argument) => {
    const must = isNonNullType(argument.type) && argument.defaultValue === undefined
    return must ? one(argument) : fc.option(one(argument), { freq: 2 })
  })
  return fc.tuple(...each).map((made) => made.filter((value) => value !== null))
}

/** Put together when the first value is drawn: types lead back to themselves. */
function later<T>(make: () => Arbitrary<T>): Arbitrary<T> {
  let made: Arbitrary<T> | null = null
  const of = () => {
    made ??= make()
    return made
  }
  return fc.constant(null).chain(of)
}
