import {
  DirectiveLocation,
  GraphQLDirective,
  GraphQLEnumType,
  type GraphQLNamedType,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import type { Actor } from './actor.js'
import type { PolicyRow, Principals } from './permission.js'

const ReadingSide = new GraphQLEnumType({
  name: 'ReadingSide',
  description: 'A side of an examination, as far as it decides who reads a field.',
  values: {
    FIRM: { description: 'The firm that examines.' },
    CLIENT: { description: 'The service organization that is examined.' },
  },
})

/** Stands at each field that only one side reads, for programs that make types or caches of the schema. */
export const onlyFor = new GraphQLDirective({
  name: 'onlyFor',
  description: 'Only one side reads the field; the other is answered null, or an empty list or connection.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: { side: { type: new GraphQLNonNull(ReadingSide), description: 'The side that reads it.' } },
})

/** Those who use the service stand on one of two sides. */
export type Side = 'firm' | 'client'

/**
 * Of one type that client users enter: the fields that they read, and those that only the firm reads. Each field is one or the
 * other; who of the firm reads it, or who of the client, may be narrower (the policy).
 */
export interface FieldClasses {
  client: readonly string[]
  firm: readonly string[]
}

/** THE TABLE: who may enter what, and of types that client users enter the class of each field. */
export interface AccessTable {
  policy: Readonly<Record<string, PolicyRow>>
  classes: Readonly<Record<string, FieldClasses>>
  /** Types that only wrap others (payloads, connections): entered by those who may enter what they wrap. */
  structural: ReadonlySet<string>
  /** The names of the acts that have a gate (store/gates.ts). */
  gated: readonly string[]
  /** The names of the types whose rows belong to an engagement. */
  ofEngagement: readonly string[]
}

export const sideOf = ({ clientRole }: Actor): Side => (clientRole ? 'client' : 'firm')

/** Whether anyone at all of a side may be among those a row lets in. */
export function letsIn(who: Principals, side: Side): boolean {
  if (who.anyone) return true
  return side === 'client' ? who.client !== undefined : Boolean(who.firm ?? who.team ?? who.clientTeam)
}

/**
 * The rows that are asked before a field is read: its own, the one its class stands for, and that of the type it leads into,
 * which for a connection is the type of what it lists.
 */
export function rowsBefore(table: AccessTable, type: GraphQLObjectType, fieldName: string): PolicyRow[] {
  const { policy, classes } = table
  const isOfFirm = classes[type.name]?.firm.includes(fieldName)
  const { client: _client, ...firmOnly } = policy[type.name] ?? {}
  const into = getNamedType(type.getFields()[fieldName]?.type)
  const rows = [
    policy[`${type.name}.${fieldName}`],
    isOfFirm ? firmOnly : undefined,
    into && policy[listedIn(table, into).name],
  ]
  return rows.filter((row): row is PolicyRow => row !== undefined && !row.anyone)
}

/** What a connection lists; any other type is itself. */
const listedIn = ({ structural }: AccessTable, type: GraphQLNamedType): GraphQLNamedType => {
  const nodes = isObjectType(type) && structural.has(type.name) ? type.getFields().nodes : undefined
  return nodes ? getNamedType(nodes.type) : type
}

/** The types whose fields need a class: those that client users may enter. */
const isClassified = ({ policy, structural }: AccessTable, { name }: GraphQLObjectType): boolean => {
  const row = policy[name]
  return row !== undefined && !structural.has(name) && letsIn(row, 'client')
}

const objectTypes = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !type.name.startsWith('__'))

/** Every field without a class, or with one that contradicts the rows of the table, and every class of nothing. */
export function classGaps(schema: GraphQLSchema, table: AccessTable): string[] {
  const found: string[] = []
  const types = new Map(objectTypes(schema).map((type) => [type.name, type]))
  for (const type of types.values()) {
    if (!isClassified(table, type)) continue
    const { client = [], firm = [] } = table.classes[type.name] ?? {}
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`
      const isOfClient = client.includes(field.name)
      if (isOfClient === firm.includes(field.name)) {
        found.push(`${coordinate} needs one class in the policy: firm, or client where clients read it too`)
        continue
      }
      if (isOfClient && !rowsBefore(table, type, field.name).every((row) => letsIn(row, 'client'))) {
        found.push(`${coordinate} is of the class client, and the table lets no client user read it`)
      }
    }
  }
  for (const [name, { client, firm }] of Object.entries(table.classes)) {
    const type = types.get(name)
    if (!type || !isClassified(table, type))
      found.push(`the classes of ${name} are of a type that no client user enters`)
    else {
      const unknown = [...client, ...firm].filter((field) => !type.getFields()[field])
      found.push(...unknown.map((field) => `the class of ${name}.${field} is of nothing in the schema`))
    }
  }
  return found
}

/**
 * Makes each field that only one side reads nullable, and says so in its description: it answers null, or an empty list, to
 * the other side, and takes no parent away. A field that fewer of one side read than enter its type is nullable, too.
 */
export function markSides(schema: GraphQLSchema, table: AccessTable): void {
  for (const type of objectTypes(schema)) {
    const own = table.policy[type.name]
    if (!own || table.structural.has(type.name)) continue
    for (const field of Object.values(type.getFields())) {
      const rows = rowsBefore(table, type, field.name)
      for (const [side, words] of Object.entries(closedTo) as [Side, Closed][]) {
        if (!letsIn(own, side) || rows.every((row) => letsIn(row, side))) continue
        field.type = getNullableType(field.type)
        field.description = `${field.description} ${isList(field.type) ? words.list : words.one}`
        field.extensions = { ...field.extensions, directives: { [onlyFor.name]: { side: words.reader } } }
      }
      const narrowing = rows.find((row) => isNarrower(row, own))
      if (!narrowing) continue
      field.type = getNullableType(field.type)
      const others = narrowing.firm ? ', but for administrators' : ''
      if (narrowing.team && own.firm) {
        field.description = `${field.description} FORBIDDEN to members of the firm off the team${others}.`
      }
    }
  }
}

/** Whether some of those who enter the type do not pass the row: to them the field is a fault, which takes no parent away. */
const isNarrower = (row: Principals, own: Principals): boolean =>
  (own.firm ?? []).some((role) => !row.firm?.includes(role)) ||
  (own.client ?? []).some((role) => row.client !== undefined && !row.client.includes(role))

interface Closed {
  reader: 'FIRM' | 'CLIENT'
  one: string
  list: string
}

const closedTo: Readonly<Record<Side, Closed>> = {
  client: {
    reader: 'FIRM',
    one: 'For the firm alone: null for client users.',
    list: 'For the firm alone: empty for client users.',
  },
  firm: {
    reader: 'CLIENT',
    one: 'For the client alone: null for the firm.',
    list: 'For the client alone: empty for the firm.',
  },
}

const isConnection = (type: GraphQLOutputType): boolean => {
  const into = getNullableType(type)
  return isObjectType(into) && into.name.endsWith('Connection')
}

const isList = (type: GraphQLOutputType): boolean => isListType(getNullableType(type)) || isConnection(type)

const nothingListed = Object.freeze({
  edges: [],
  nodes: [],
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  totalCount: 0,
})

/** What a field answers to the side that does not read it: an empty list or connection, or null; undefined where it must hold something. */
export function nothingOf(type: GraphQLOutputType): null | readonly [] | typeof nothingListed | undefined {
  if (isListType(getNullableType(type))) return []
  if (isConnection(type)) return nothingListed
  return isNonNullType(type) ? undefined : null
}
