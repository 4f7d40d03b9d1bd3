import {
  defaultFieldResolver,
  type GraphQLAbstractType,
  type GraphQLFieldConfig,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql'
import type { Actor } from './actor.js'
import { forbidden, unauthenticated } from './faults.js'
import { allows, type ClientFacts, clientOf, type PolicyRow, type Who } from './permission.js'

/** What the guard needs of a request. */
export interface Guarded {
  /** Who asks, by the roles of this moment, presumed or read; null when nobody is signed in. */
  actor(): Promise<Actor | null>
  /** The same once it is known, from the first guarded field of the operation on; undefined until then. */
  readonly knownActor: Actor | null | undefined
  /** What is known, for who asks, of a client. */
  clientFacts(clientId: string): Promise<ClientFacts | null>
  /** The same request, holding the pen for one mutation: only through it can anything be written. */
  holding(coordinate: string): unknown
}

/** Every way in that the table does not speak of, and every row of the table that speaks of nothing. */
export function gaps(
  schema: GraphQLSchema,
  policy: Readonly<Record<string, PolicyRow>>,
  structural: ReadonlySet<string>,
): string[] {
  const coordinates = new Set<string>()
  const needed: string[] = []
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    const root = isRoot(schema, type)
    if (!root) coordinates.add(type.name)
    if (!root && !structural.has(type.name)) needed.push(type.name)
    for (const name of Object.keys(type.getFields())) {
      coordinates.add(`${type.name}.${name}`)
      if (root) needed.push(`${type.name}.${name}`)
    }
  }
  return [
    ...needed.filter((coordinate) => !policy[coordinate]).map((c) => `no policy row for ${c}`),
    ...Object.keys(policy)
      .filter((coordinate) => !coordinates.has(coordinate))
      .map((c) => `the policy row ${c} matches nothing in the schema`),
  ]
}

/**
 * Puts the table before the schema: root fields, fields with a row of their own, and every field that leads into a type
 * which not everybody may enter. Throws when the table has a gap: the service does not start rather than start open.
 * @param structural types that only wrap others (payloads, connections): entered by whoever may enter what they wrap
 */
export function guard(
  schema: GraphQLSchema,
  policy: Readonly<Record<string, PolicyRow>>,
  structural: ReadonlySet<string>,
): GraphQLSchema {
  const missing = gaps(schema, policy, structural)
  if (missing.length > 0) throw new Error(`The policy table has gaps:\n  ${missing.join('\n  ')}`)
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) guardMembers(type, policy)
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const [name, field] of Object.entries(type.getFields())) {
      if (type === schema.getMutationType()) guardMutation(`${type.name}.${name}`, field)
      else {
        const checks = [policy[`${type.name}.${name}`], policy[getNamedType(field.type).name]]
        const narrowing = checks.filter((who): who is PolicyRow => who !== undefined && !who.anyone)
        if (narrowing.length > 0) guardField(field, narrowing, isRoot(schema, type) ? null : type.name)
      }
    }
  }
  return schema
}

const isRoot = (schema: GraphQLSchema, type: GraphQLObjectType) =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type)

/** What answers to an abstract type may be any member of it: who may not enter the member it turns out to be gets nothing. */
function guardMembers(type: GraphQLAbstractType, policy: Readonly<Record<string, PolicyRow>>): void {
  const resolveType = type.resolveType as GraphQLTypeResolver<unknown, Guarded>
  type.resolveType = async (value, context: Guarded, info, abstract) => {
    const name = await resolveType(value, context, info, abstract)
    const who = name === undefined ? undefined : policy[name]
    if (who && !who.anyone) {
      const client = who.clientTeam ? await factsOf(value, name as string, context) : undefined
      mustBeAmong([who], await context.actor(), engagementOf(value, name as string), client)
    }
    return name
  }
}

type Field = Pick<GraphQLFieldConfig<unknown, Guarded>, 'resolve' | 'type'>

/** The resolver alone gets the pen, and only for its own coordinate. What it may do is asked in the transaction, of the row. */
function guardMutation(coordinate: string, field: Field): void {
  const resolve = field.resolve ?? defaultFieldResolver
  field.resolve = (source, args, context, info) => resolve(source, args, context.holding(coordinate) as Guarded, info)
}

/** @param type of the object the field is of; null at the root, where nothing of any engagement is at hand yet */
function guardField(field: Field, checks: readonly Who[], type: string | null): void {
  const resolve = field.resolve ?? defaultFieldResolver
  const check = (source: unknown, actor: Actor | null, client?: ClientFacts | null) =>
    mustBeAmong(checks, actor, type === null ? null : engagementOf(source, type), client)
  // Whether the actor is on the client's team is read from the database, for the few fields that ask for it.
  const asksOfClient = type !== null && checks.some((who) => who.clientTeam)
  field.resolve = (source, args, context, info) => {
    // Of the thousands of fields of a board only the first has to wait to know who asks.
    const actor = context.knownActor
    if (actor !== undefined && !asksOfClient) {
      check(source, actor)
      return resolve(source, args, context, info)
    }
    return context.actor().then(async (known) => {
      check(source, known, asksOfClient && known ? await factsOf(source, type, context) : undefined)
      return resolve(source, args, context, info)
    })
  }
}

/** @throws Fault where one of the checks does not let the actor in */
function mustBeAmong(
  checks: readonly Who[],
  actor: Actor | null,
  engagementId: string | null,
  client: ClientFacts | null | undefined,
): void {
  for (const who of checks) {
    if (!allows(who, actor, engagementId, client)) throw actor ? forbidden() : unauthenticated()
  }
}

function engagementOf(source: unknown, type: string): string | null {
  const row = source as { id?: string; engagementId?: string }
  return type === 'Engagement' ? (row.id ?? null) : (row.engagementId ?? null)
}

/** @returns undefined for an object that is of no client itself, such as a page: what is in it was asked about before */
async function factsOf(source: unknown, type: string, context: Guarded): Promise<ClientFacts | null | undefined> {
  const clientId = clientOf(source as object, type)
  return clientId === null ? undefined : context.clientFacts(clientId)
}
