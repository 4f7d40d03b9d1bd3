import { randomUUID } from 'node:crypto'
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql'

/** Where an id goes into a root field, e.g. `confirmException` at `input.exceptionId`. */
export interface IdPlace {
  field: string
  path: string
}

/** What a generated input is filled with where the schema alone does not say. */
export interface Filling {
  /** The root field it is for. */
  field: string
  /** The id at a path from the argument, e.g. `input.exceptionId`. */
  id: (path: string) => unknown
  /** The version the caller says to have read. */
  version?: number
}

/** Texts that must have a form of their own, by the end of their path. */
const texts: readonly [RegExp, string][] = [
  [/email$/i, 'somebody@example.test'],
  [/emailDomains$/, 'elsewhere.example'],
  [/(sha256|digest)$/i, 'a'.repeat(64)],
  [/password$/i, 'a long enough password'],
  [/(letter|attribute)$/, 'A'],
  [/(criteria|criterion|criterionCode|codes)$/i, 'CC8.1'],
  [/keyColumn$/, 'id'],
  [/(^|\.)ref$/, 'ZZ-01'],
  [/(^|\.)suffix$/, 'T1'],
  [/(dateColumn|stratumColumn)$/, 'merged'],
  [/(keys|itemKeys)$/, 'C-1'],
  [/(^|\.)(label|occurrenceLabels)$/, '2025-Q1'],
  [/.*/, 'Text of a test'],
]

/** Values that must fit each other or the rows laid for the tests, by the end of their path. */
const fitting: readonly [RegExp, unknown][] = [
  [/^createEngagement input\.(periodStart|periodEnd)$/, null],
  [/^updateEngagement input\.asOf$/, null],
  [/^(previewImport|importPopulation|importControls|importTestSheet) input\.reading$/, null],
  [/^importPopulation input\.maskedColumns$/, null],
  [/^strata column$/, 'reviewer'],
  [/^previewImport input\.(keyColumn|dateColumn)$/, null],
  // What is said for another kind of list is refused; and what a column is called, the list says itself.
  [/^previewImport input\.(columns|defaults|existing)$/, null],
  [/^importControls input\.columns$/, null],
  [/^readiness to$/, 'COMPLETION'],
  // Exceptions that are weighed together have to be decided each; and one change at fault is enough to be refused.
  [/^opinionPreview input\.(aggregates|criteria)$/, []],
  [/^(sampleSize|upperDeviationLimit) confidence$/, 0.9],
  [/^sampleSize tolerableRate$/, 0.1],
]

/**
 * A value of an input type, filled to the brim: every field given, lists with one entry, the first word of each enum. Of
 * a filter only the ids: a second condition could leave nothing to be found.
 */
export function exampleOf(type: GraphQLInputType, path: string, filling: Filling): unknown {
  const fit = fitting.find(([form]) => form.test(`${filling.field} ${path}`))
  if (fit) return fit[1]
  if (isNonNullType(type)) return exampleOf(type.ofType, path, filling)
  if (isListType(type)) return [exampleOf(type.ofType, path, filling)]
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => !type.name.endsWith('Filter') || getNamedType(field.type).name === 'ID',
    )
    return Object.fromEntries(
      fields.map((field) => [field.name, exampleOf(field.type, `${path}.${field.name}`, filling)]),
    )
  }
  if (isEnumType(type)) return type.getValues()[0]?.name
  switch (type.name) {
    case 'ID':
      return filling.id(path)
    case 'Int':
      return path.endsWith('.expectedVersion') ? (filling.version ?? 1) : 1
    case 'Float':
      return 0.05
    case 'Boolean':
      return true
    case 'ByteCount':
      return 1_000
    case 'LocalDate':
      return '2025-06-30'
    case 'DateTime':
      return '2025-06-30T12:00:00Z'
    case 'String':
      if (path.endsWith('.idempotencyKey')) return randomUUID()
      if (path === 'after') return null
      return texts.find(([form]) => form.test(path))?.[1]
    default:
      throw new Error(`no value is known for the scalar ${type.name} at ${path}`)
  }
}

/** Every place in an argument of a root field where an id goes in. */
export function idPlaces(schema: GraphQLSchema): IdPlace[] {
  const places: IdPlace[] = []
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      for (const argument of field.args) {
        exampleOf(argument.type, argument.name, {
          field: field.name,
          id: (path) => void places.push({ field: field.name, path }),
        })
      }
    }
  }
  return places
}

/** Which of the objects within one is asked for, where all of them cost more than an operation may: every so-manyth. */
export interface Part {
  nth: number
  of: number
}

/** What has been selected of rendered forms, of which an operation may have one each, and whether objects stand in a list. */
interface Place {
  rendered: Set<string>
  isListed: boolean
  /** Of the outermost object alone. */
  part?: Part
}

/**
 * A selection of everything that can be had without arguments, so many levels deep: what an answer could show.
 * @param isListed whether there may be several such objects: then no rendered form is given of them
 * @param part which of the objects within it are asked for
 */
export function everythingOf(
  schema: GraphQLSchema,
  typeName: string,
  levels: number,
  isListed = false,
  part: Part = { nth: 0, of: 1 },
): string {
  return selectionOf(schema, typeName, levels, { rendered: new Set(), isListed, part })
}

function selectionOf(schema: GraphQLSchema, typeName: string, levels: number, place: Place): string {
  const type = schema.getType(typeName)
  if (isUnionType(type) || isInterfaceType(type)) {
    // Fields of different members may share a name and not a type: each goes by a name of its own.
    const members = schema
      .getPossibleTypes(type)
      .map((member) => `... on ${member.name} { ${fieldsOf(schema, member, levels, place, `${member.name}_`)} }`)
    return `{ __typename ${members.join(' ')} }`
  }
  return isObjectType(type) ? `{ __typename ${fieldsOf(schema, type, levels, place)} }` : ''
}

function fieldsOf(schema: GraphQLSchema, type: GraphQLObjectType, levels: number, place: Place, prefix = ''): string {
  const { nth, of } = place.part ?? { nth: 0, of: 1 }
  const fields = Object.values(type.getFields()).flatMap((field, at) => {
    if (field.args.some((argument) => isNonNullType(argument.type))) return []
    if (field.extensions.rendered) {
      const coordinate = `${type.name}.${field.name}`
      if (place.isListed || place.rendered.has(coordinate)) return []
      place.rendered.add(coordinate)
    }
    const name = prefix ? `${prefix}${field.name}: ${field.name}` : field.name
    const named = getNamedType(field.type)
    if (isScalarType(named) || isEnumType(named)) return [name]
    if (at % of !== nth) return []
    const below = { rendered: place.rendered, isListed: place.isListed || isListType(getNullableType(field.type)) }
    return levels > 0 ? [`${name} ${selectionOf(schema, named.name, levels - 1, below)}`] : []
  })
  return fields.join(' ')
}

const isLeaf = (type: unknown): boolean => {
  const named = getNamedType(type as never)
  return isScalarType(named) || isEnumType(named)
}

/** The operation that asks one root field, its arguments as variables, one level of answer. */
export function operationFor(
  schema: GraphQLSchema,
  name: string,
  levels = 1,
  part?: Part,
): { query: string; kind: 'query' | 'mutation' } {
  const field = rootField(schema, name)
  const kind = schema.getMutationType()?.getFields()[name] ? 'mutation' : 'query'
  const declared = field.args.map((argument) => `$${argument.name}: ${argument.type}`).join(', ')
  const passed = field.args.map((argument) => `${argument.name}: $${argument.name}`).join(', ')
  const type = getNamedType(field.type)
  const selection = isLeaf(field.type)
    ? ''
    : everythingOf(schema, type.name, levels, isListType(getNullableType(field.type)), part)
  return {
    kind,
    query: `${kind}${declared ? ` (${declared})` : ''} { ${name}${passed ? `(${passed})` : ''} ${selection} }`,
  }
}

/** Values for every argument of a root field. */
export function argumentsFor(
  schema: GraphQLSchema,
  name: string,
  filling: Omit<Filling, 'field'>,
): Record<string, unknown> {
  const field = rootField(schema, name)
  return Object.fromEntries(
    field.args.map((argument) => [argument.name, exampleOf(argument.type, argument.name, { ...filling, field: name })]),
  )
}

function rootField(schema: GraphQLSchema, name: string): GraphQLField<unknown, unknown> {
  const field = schema.getMutationType()?.getFields()[name] ?? schema.getQueryType()?.getFields()[name]
  if (!field) throw new Error(`no root field ${name}`)
  return field
}
