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
import { limits } from '../../src/kernel/execute/limits.js'
import { structural } from '../../src/kernel/schema/payload.js'
import { policy } from '../../src/policy.js'
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
        fc.oneof(
          { weight: 6, arbitrary: fc.oneof(...[1, 2, 3].map((depth) => this.#call(root, field, depth))) },
          { weight: 1, arbitrary: this.#call(root, field, path) },
        ),
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

  #call(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, depth: number | typeof path): Arbitrary<Call> {
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
              selection: isLeafType(answers)
                ? fc.constant(null)
                : depth === path
                  ? this.#path(answers.name, limits.depth - 2, member)
                  : this.#selection(answers.name, depth, member),
            }),
          ),
        )
      })
    this.#calls.set(known, made)
    return made
  }

  /** A path: at each level some values and one field that leads on, until documents may be no deeper. */
  #path(typeName: string, levels: number, sought: string | null = null): Arbitrary<Selection> {
    const known = `${typeName} path ${levels} ${sought}`
    const made =
      this.#selections.get(known) ??
      later(() => {
        const type = this.schema.getType(typeName)
        const members = isAbstractType(type) ? this.schema.getPossibleTypes(type).map(({ name }) => name) : []
        const fields = isObjectType(type) ? Object.values(type.getFields()) : []
        const free = fields.filter(({ args }) =>
          args.every((one) => !isNonNullType(one.type) || one.defaultValue !== undefined),
        )
        const leaves = free.filter((one) => isLeafType(getNamedType(one.type))).map(({ name }) => name)
        const further = levels > 0 ? free.filter((one) => !leaves.includes(one.name)) : []
        return fc.record({
          on: fc.constant(typeName),
          leaves: fc.subarray(leaves, { minLength: Math.min(1, leaves.length), maxLength: Math.min(3, leaves.length) }),
          calls: further.length > 0 ? fc.oneof(...further.map((one) => this.#step(one, levels - 1))) : fc.constant([]),
          members:
            members.length > 0
              ? fc.oneof(...members.map((one) => this.#path(sought ?? one, levels))).map((one) => [one])
              : fc.constant([]),
          fragment: fc.constant('none' as const),
        })
      })
    this.#selections.set(known, made)
    return made
  }

  #step({ name, args, type }: GraphQLField<unknown, unknown>, levels: number): Arbitrary<Call[]> {
    return this.#path(getNamedType(type).name, levels).map((selection) => [
      { field: name, given: args.some((one) => one.name === 'first') ? [aFew] : [], selection },
    ])
  }

  #given(field: string, argument: GraphQLArgument, member: string | null): Arbitrary<Given> {
    return fc.record({
      name: fc.constant(argument.name),
      type: fc.constant(String(argument.type)),
      value: inputOf(this.schema, argument.type, field, argument.name, member),
      style: fc.constantFrom('variable', 'literal'),
    })
  }

  /** Everything of a type that some people are let into, as far as it can be had without arguments, so many levels deep. */
  #everything(typeName: string, side: Side, depth: number): Selection {
    const type = this.schema.getType(typeName)
    const fields = isObjectType(type) ? Object.values(type.getFields()) : []
    const open = fields.filter(({ name, args, type }) => {
      const isFree = args.every((one) => !isNonNullType(one.type) || one.defaultValue !== undefined)
      return (
        isFree && [`${typeName}.${name}`, getNamedType(type).name].every((coordinate) => isOpenTo(side, coordinate))
      )
    })
    const leaves = open.filter((one) => isLeafType(getNamedType(one.type))).map(({ name }) => name)
    const further = leadsOn(typeName, depth) ? open.filter((one) => !leaves.includes(one.name)) : []
    const members = isAbstractType(type) ? this.schema.getPossibleTypes(type).map(({ name }) => name) : []
    return {
      on: typeName,
      leaves,
      calls: further.map(({ name, args, type }) => ({
        field: name,
        given: args.some((one) => one.name === 'first') ? [aFew] : [],
        selection: this.#everything(getNamedType(type).name, side, below(typeName, depth)),
      })),
      members: members.map((member) => this.#everything(member, side, depth)),
      fragment: 'none',
    }
  }

  #whole(typeName: string, sought: string | null, depth: number): Arbitrary<Selection> {
    return fc.constantFrom<Side>('firm', 'client').map((side) => {
      const whole = this.#everything(sought ?? typeName, side, depth)
      return sought ? { on: typeName, leaves: [], calls: [], members: [whole], fragment: 'none' } : whole
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
        const some: Arbitrary<Selection> = fc.record({
          on: fc.constant(typeName),
          leaves: fc.oneof(fc.subarray(leaves), fc.constant(leaves)),
          calls:
            leadsOn(typeName, depth) && further.length > 0
              ? fc.array(
                  fc.oneof(...further.map((one) => this.#call(type as GraphQLObjectType, one, below(typeName, depth)))),
                  { maxLength: 3, minLength: leaves.length > 0 ? 0 : 1 },
                )
              : fc.constant<Call[]>([]),
          members:
            chosen.length > 0
              ? fc.array(fc.oneof(...chosen.map((one) => this.#selection(one, depth))), { minLength: 1, maxLength: 3 })
              : fc.constant<Selection[]>([]),
          fragment: fc.constantFrom<Selection['fragment']>('none', 'none', 'inline', 'named'),
        })
        // A few fields by chance seldom show what only one of them would give away.
        const all = this.#whole(typeName, sought, depth)
        return fc.oneof({ withCrossShrink: true }, { weight: 5, arbitrary: some }, { weight: 1, arbitrary: all })
      })
    this.#selections.set(known, made)
    return made
  }
}

/** Instead of a number of levels: one field at each, as deep as documents may be. */
const path = 'path'

/** For whom a field is, by the table: it only says what is worth asking for together. One field too many, and nothing is answered. */
type Side = 'firm' | 'client'

function isOpenTo(side: Side, coordinate: string): boolean {
  const who = policy[coordinate]
  return !who || who.anyone === true || Boolean(side === 'client' ? who.client : who.firm || who.team)
}

/** Lists within lists are costly. */
const aFew: Given = { name: 'first', type: 'Int', value: { is: 'plain', value: 3 }, style: 'literal' }

/** Types that only wrap others (payloads, connections) are no level of their own. */
const leadsOn = (typeName: string, depth: number): boolean => depth > 0 || structural.has(typeName)
const below = (typeName: string, depth: number): number => (structural.has(typeName) ? depth : depth - 1)

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
