import { randomUUID } from 'node:crypto'
import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql'

/** Where an id argument stands, e.g. `confirmException.exceptionId`. */
export interface IdPlace {
  field: string
  path: string
}

/** Texts that must have a form of their own, by the end of the field's name. */
const forms: readonly [RegExp, string][] = [
  [/idempotencyKey$/, ''],
  [/email$/i, 'somebody@example.test'],
  [/sha256$/i, 'a'.repeat(64)],
  [/password$/i, 'a long enough password'],
  [/letter$/, 'Q'],
  [/attribute$/, 'A'],
  [/ref$/, 'ZZ-99'],
  [/digest$/i, 'a'.repeat(64)],
  [/criteria|criterion|codes$/i, 'CC8.1'],
  [/keyColumn$/, 'key'],
  [/.*/, 'Text of a test'],
]

/**
 * A value of an input type, filled to the brim: every field given, lists with one entry.
 * @param id chooses the value of an id by its path from the argument, e.g. `input.exceptionId`
 */
export function exampleOf(type: GraphQLInputType, path: string, id: (path: string) => unknown): unknown {
  if (isNonNullType(type)) return exampleOf(type.ofType, path, id)
  if (isListType(type)) return [exampleOf(type.ofType, path, id)]
  if (isInputObjectType(type)) {
    return Object.fromEntries(
      Object.values(type.getFields()).map((field) => [field.name, exampleOf(field.type, `${path}.${field.name}`, id)]),
    )
  }
  if (isEnumType(type)) return type.getValues()[0]?.name
  switch (type.name) {
    case 'ID':
      return id(path)
    case 'Int':
      return 1
    case 'Float':
      return 0.05
    case 'Boolean':
      return true
    case 'LocalDate':
      return '2025-06-30'
    case 'DateTimeISO':
      return '2025-06-30T12:00:00Z'
    case 'Upload':
      return null
    case 'String': {
      if (path.endsWith('.idempotencyKey')) return randomUUID()
      if (path === 'after') return null
      return forms.find(([form]) => form.test(path))?.[1]
    }
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
        exampleOf(argument.type, argument.name, (path) => {
          places.push({ field: field.name, path })
          return ''
        })
      }
    }
  }
  return places
}

/** A selection of everything without arguments, so many levels deep: what an answer could show. */
export function everythingOf(schema: GraphQLSchema, typeName: string, levels: number): string {
  const type = schema.getType(typeName)
  if (isUnionType(type) || isInterfaceType(type)) {
    const shared = isInterfaceType(type) ? Object.keys(type.getFields()).filter((name) => name !== 'actions') : []
    const members = schema.getPossibleTypes(type).map((member) => `... on ${member.name} { __typename }`)
    const plain = shared.filter((name) => isInterfaceType(type) && isLeaf(type.getFields()[name]?.type))
    return `{ __typename ${plain.join(' ')} ${members.join(' ')} }`
  }
  if (!isObjectType(type)) return ''
  const fields = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some((argument) => isNonNullType(argument.type))) return []
    const named = getNamedType(field.type)
    if (isScalarType(named) || isEnumType(named)) return [field.name]
    return levels > 0 ? [`${field.name} ${everythingOf(schema, named.name, levels - 1)}`] : []
  })
  return `{ __typename ${fields.join(' ')} }`
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
): { query: string; kind: 'query' | 'mutation' } {
  const mutation = schema.getMutationType()?.getFields()[name]
  const field = mutation ?? schema.getQueryType()?.getFields()[name]
  if (!field) throw new Error(`no root field ${name}`)
  const kind = mutation ? 'mutation' : 'query'
  const declared = field.args.map((argument) => `$${argument.name}: ${argument.type}`).join(', ')
  const passed = field.args.map((argument) => `${argument.name}: $${argument.name}`).join(', ')
  const type = getNamedType(field.type)
  const selection = isLeaf(field.type) ? '' : everythingOf(schema, type.name, levels)
  return {
    kind,
    query: `${kind}${declared ? ` (${declared})` : ''} { ${name}${passed ? `(${passed})` : ''} ${selection} }`,
  }
}

/** Values for every argument of a root field. */
export function argumentsFor(
  schema: GraphQLSchema,
  name: string,
  id: (path: string) => unknown,
): Record<string, unknown> {
  const field = schema.getMutationType()?.getFields()[name] ?? schema.getQueryType()?.getFields()[name]
  return Object.fromEntries(
    (field?.args ?? []).map((argument) => [argument.name, exampleOf(argument.type, argument.name, id)]),
  )
}
