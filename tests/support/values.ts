import fc, { type Arbitrary } from 'fast-check'
import {
  type GraphQLInputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { typeAt } from './attack.js'
import { exampleOf } from './generate.js'

// What goes into an operation. What a value stands for (whose id, whose cursor) is drawn here; the id itself is put in
// when it is known who asks (see wording.ts).

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
  | { is: 'list'; items: Value[] }
  | { is: 'object'; fields: Record<string, Value> }

const secrets = ['email', 'password', 'currentPassword', 'refreshToken', 'ticket', 'token'] as const
export type Secret = (typeof secrets)[number]

/**
 * A value of an input type: mostly one that the act could be done with.
 * @param sought the type of what an id finds, where the place alone does not say
 */
export function inputOf(
  schema: GraphQLSchema,
  type: GraphQLInputType,
  field: string,
  path: string,
  sought: string | null,
): Arbitrary<Value> {
  const inner = (one: GraphQLInputType, at: string) => inputOf(schema, one, field, at, sought)
  if (isNonNullType(type)) return inner(type.ofType, path)
  if (isListType(type)) {
    const item = inner(type.ofType, path)
    return fc.array(item, { maxLength: 2 }).map((items) => ({ is: 'list', items }))
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields())
    const optional = fields.filter((one) => !isNonNullType(one.type) || one.defaultValue !== undefined)
    const values = Object.fromEntries(fields.map((one) => [one.name, inner(one.type, `${path}.${one.name}`)]))
    const requiredKeys = fields.filter((one) => !optional.includes(one)).map(({ name }) => name)
    return fc.record(values, { requiredKeys }).map((made) => ({ is: 'object', fields: made as Record<string, Value> }))
  }
  if (isEnumType(type)) {
    return fc.constantFrom(...type.getValues().map(({ name }) => name)).map((value) => ({ is: 'enum', value }))
  }
  if (type.name !== 'ID') return plainOf(type, field, path)
  const of = sought ?? typeAt(schema, { field, path })
  return fc.record({ is: fc.constant('id' as const), of: fc.constant(of), whose, nth })
}

function plainOf(type: GraphQLScalarType, field: string, path: string): Arbitrary<Value> {
  const last = path.split('.').at(-1) as string
  if (last === 'expectedVersion') return fc.constantFrom(0, 0, 0, 0, 1, -1).map((off) => ({ is: 'version', off }))
  if (last === 'idempotencyKey') {
    const used = fc.constantFrom<'new' | 'used by another'>('new', 'new', 'new', 'used by another')
    return fc.record({ is: fc.constant('key' as const), whose: used, nth })
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

/** What a text may be that was not thought of. */
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
  ByteCount: [0, 1, 5_368_709_120, 5_368_709_121, Number.MAX_SAFE_INTEGER, -1, 0.5, '1'],
  LocalDate: ['2025-01-01', '2025-12-31', '1900-01-01', '9999-12-31', '2025-02-30'],
  DateTime: ['2025-12-31T23:59:59Z', '1970-01-01T00:00:00Z', 'yesterday'],
}

/** Mostly the value that is expected there, sometimes another one. */
const likely = (right: unknown, strange: readonly unknown[]): Arbitrary<Value> =>
  fc
    .oneof({ weight: 9, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: fc.constantFrom(right, ...strange) })
    .map((value) => ({ is: 'plain', value }))
