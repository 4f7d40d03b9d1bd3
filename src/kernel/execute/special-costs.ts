import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'
import type { ComplexityEstimator, ComplexityEstimatorArgs } from 'graphql-query-complexity/cjs'
import { costs } from './point-costs.js'

/** A field whose cost is a function states all of it, its fields included. */
const byFunction: ComplexityEstimator = (args) => {
  const own = args.field.extensions?.complexity
  return typeof own === 'function' ? own(args) : undefined
}

const ofMutations =
  (schema: GraphQLSchema): ComplexityEstimator =>
  ({ type, field, childComplexity }) => {
    if (type !== schema.getMutationType()) return undefined
    const own = field.extensions?.complexity
    return costs.mutation + (typeof own === 'number' ? own : 0) + childComplexity
  }

/** What costs otherwise than a list or a plain field: looked up before those. */
export function specialCosts(schema: GraphQLSchema): ComplexityEstimator[] {
  const sizes = introspectedSizes(schema)
  const largest = largestType(schema)
  const ofIntrospection: ComplexityEstimator = ({ type, field, childComplexity }: ComplexityEstimatorArgs) => {
    if (!type.name.startsWith('__') && !field.name.startsWith('__')) return undefined
    // Clients add it to every object.
    if (field.name === '__typename') return 0
    const cost =
      1 + (field.name === '__type' ? largest : (sizes.get(`${type.name}.${field.name}`) ?? 1)) * childComplexity
    // What it answers lies in memory: 84,000 points take 70 ms, less than a third of what as many take elsewhere.
    return type.name.startsWith('__') ? cost : Math.ceil(cost / 3)
  }
  return [ofIntrospection, byFunction, ofMutations(schema)]
}

/** How many times as many fields the largest type of a schema has as types have on average: `__type` may ask for it by name. */
function largestType(schema: GraphQLSchema): number {
  const counts = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInputObjectType(type))
    .map((type) => Object.keys(type.getFields()).length)
  return (Math.max(...counts) * counts.length) / counts.reduce((sum, count) => sum + count, 0)
}

/**
 * How many things stand in each list of the introspection of a schema, on average. With the number of its types they come to
 * what a whole introspection answers; deeper down it is bounded by graphql-js, which lets such lists nest twice.
 */
function introspectedSizes(schema: GraphQLSchema): ReadonlyMap<string, number> {
  const types = Object.values(schema.getTypeMap())
  const mean = <T>(all: readonly T[], size: (one: T) => number) =>
    Math.max(1, all.reduce((sum, one) => sum + size(one), 0) / Math.max(1, all.length))
  const fieldsOf = (type: GraphQLNamedType) =>
    isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []
  const ofTypes = (size: (type: GraphQLNamedType) => number) => mean(types, size)
  return new Map([
    // Of types that wrap others, most wrap a named one: each further level is there half as often.
    ['__Type.ofType', 0.5],
    ['__Schema.types', types.length],
    ['__Schema.directives', schema.getDirectives().length],
    ['__Directive.args', mean(schema.getDirectives(), ({ args }) => args.length)],
    ['__Type.fields', ofTypes((type) => fieldsOf(type).length)],
    ['__Field.args', mean(types.flatMap(fieldsOf), ({ args }) => args.length)],
    ['__Type.inputFields', ofTypes((type) => (isInputObjectType(type) ? Object.keys(type.getFields()).length : 0))],
    ['__Type.enumValues', ofTypes((type) => (isEnumType(type) ? type.getValues().length : 0))],
    ['__Type.interfaces', ofTypes((type) => (isObjectType(type) ? type.getInterfaces().length : 0))],
    [
      '__Type.possibleTypes',
      ofTypes((type) => (isInterfaceType(type) || isUnionType(type) ? schema.getPossibleTypes(type).length : 0)),
    ],
  ])
}
