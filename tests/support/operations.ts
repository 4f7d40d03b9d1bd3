import fc, { type Arbitrary } from 'fast-check'
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { inputOf, type Value } from './values.js'

// Operations as a person could send them, drawn over the schema: which fields, how deep, with which values.

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
      value: inputOf(this.schema, argument.type, field, argument.name, member),
      style: fc.constantFrom('variable', 'literal'),
    })
  }

  /** Everything that can be had without arguments, so many levels deep. */
  #everything(typeName: string, on: string, depth: number): Selection {
    const type = this.schema.getType(typeName)
    const fields = isObjectType(type) ? Object.values(type.getFields()) : []
    const free = fields.filter(({ args }) =>
      args.every((one) => !isNonNullType(one.type) || one.defaultValue !== undefined),
    )
    const leaves = free.filter((one) => isLeafType(getNamedType(one.type))).map(({ name }) => name)
    const further = depth > 0 ? free.filter((one) => !leaves.includes(one.name)) : []
    const calls = further.map(({ name, type }) => {
      const answers = getNamedType(type).name
      return { field: name, given: [], selection: this.#everything(answers, answers, depth - 1) }
    })
    const members = isAbstractType(type) ? this.schema.getPossibleTypes(type).map(({ name }) => name) : []
    const whole: Selection = {
      on: typeName,
      leaves,
      calls,
      members: members.map((one) => this.#everything(one, one, depth)),
      fragment: 'none',
    }
    return typeName === on ? whole : { on, leaves: [], calls: [], members: [whole], fragment: 'none' }
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
        const some: Arbitrary<Selection> = fc.record({
          on: fc.constant(typeName),
          leaves: fc.oneof(fc.subarray(leaves), fc.constant(leaves)),
          calls:
            depth > 0 && further.length > 0
              ? fc.array(fc.oneof(...further.map((one) => this.#call(type as GraphQLObjectType, one, depth - 1))), {
                  maxLength: 3,
                  minLength: leaves.length > 0 ? 0 : 1,
                })
              : fc.constant<Call[]>([]),
          members:
            chosen.length > 0
              ? fc.array(fc.oneof(...chosen.map((one) => this.#selection(one, depth))), { minLength: 1, maxLength: 3 })
              : fc.constant<Selection[]>([]),
          fragment: fc.constantFrom<Selection['fragment']>('none', 'none', 'inline', 'named'),
        })
        // A few fields by chance seldom show what only one of them would give away.
        const all = fc.constant(this.#everything(sought ?? typeName, typeName, Math.min(depth, 2)))
        return fc.oneof({ withCrossShrink: true }, { weight: 7, arbitrary: some }, { weight: 1, arbitrary: all })
      })
    this.#selections.set(known, made)
    return made
  }
}

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
