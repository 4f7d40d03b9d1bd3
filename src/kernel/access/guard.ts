import {
  defaultFieldResolver,
  type GraphQLAbstractType,
  type GraphQLFieldConfig,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  isAbstractType,
  isObjectType,
} from 'graphql'
import type { Actor } from './actor.js'
import { clientOf, engagementOf } from './belonging.js'
import { forbidden, unauthenticated } from './faults.js'
import { type AccessTable, classGaps, letsIn, nothingOf, rowsBefore, sideOf } from './field-sides.js'
import { allows, type ClientFacts, type PolicyRow, type Principals } from './permission.js'

/** What the guard needs of a request. */
export interface Guarded {
  /** The caller, with the roles of this moment; null where no one is signed in. */
  actor(): Promise<Actor | null>
  /** The same once it is known, from the first guarded field of the operation on; undefined until then. */
  readonly knownActor: Actor | null | undefined
  /** What is known, for who asks, of a client. */
  clientFacts(clientId: string): Promise<ClientFacts | null>
  /**
   * The same request with the capability to write, for one mutation, or to have it recorded that one query was asked: only through it
   * can anything be written.
   */
  forWriting(coordinate: string): Writing
}

/** A request with that capability. */
export interface Writing extends Guarded {
  /** Whether through it a record was left to be written. */
  readonly hasRecorded: boolean
}

/** Every way in and every field that the table does not speak of, and all of the table that speaks of nothing. */
export function gaps(schema: GraphQLSchema, table: AccessTable): string[] {
  const { policy, structural } = table
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
    ...classGaps(schema, table),
    ...gateGaps(table),
    ...workGaps(table),
    ...recordGaps(schema, table),
  ]
}

/** Every act on what belongs to an engagement of which the table does not say whether it is work on it. */
function workGaps({ policy, ofEngagement }: AccessTable): string[] {
  return Object.entries(policy)
    .filter(([, { on, work }]) => on !== undefined && ofEngagement.includes(on) && work === undefined)
    .map(([coordinate]) => `the policy does not say whether ${coordinate} is work on the engagement`)
}

/** Every row that has recorded what is no query: nothing would be. */
function recordGaps(schema: GraphQLSchema, { policy }: AccessTable): string[] {
  const queries = `${schema.getQueryType()?.name}.`
  return Object.keys(policy)
    .filter((coordinate) => policy[coordinate]?.recorded && !coordinate.startsWith(queries))
    .map((coordinate) => `${coordinate} is no query: that it was asked is not recorded`)
}

/** Every act that the table gives a gate and that has none, and every gate that the table does not know. */
function gateGaps({ policy, gated }: AccessTable): string[] {
  const named = Object.keys(policy).filter((coordinate) => policy[coordinate]?.gate)
  const known = gated.map((name) => `Mutation.${name}`)
  return [
    ...named.filter((coordinate) => !known.includes(coordinate)).map((c) => `no gate for ${c}`),
    ...known.filter((coordinate) => !named.includes(coordinate)).map((c) => `the gate of ${c} is not in the table`),
  ]
}

/**
 * Puts the table before the schema: root fields, fields with a row or class of their own, and every field that leads into a
 * type which not every caller may enter. Throws when a root field or a type has no row, or a row matches nothing: the service
 * does not start rather than start open. A field without a row is open to all who may enter its type; of a type that client
 * users enter it needs a class.
 */
export function guard(schema: GraphQLSchema, table: AccessTable): GraphQLSchema {
  const missing = gaps(schema, table)
  if (missing.length > 0) throw new Error(`The policy table has gaps:\n  ${missing.join('\n  ')}`)
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) guardMembers(type, table.policy)
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const [name, field] of Object.entries(type.getFields())) {
      if (type === schema.getMutationType()) guardWriting(`${type.name}.${name}`, field)
      else {
        const rows = rowsBefore(table, type, name)
        if (rows.length > 0) guardField(field, rows, isRoot(schema, type))
        if (table.policy[`${type.name}.${name}`]?.recorded) guardRecorded(`${type.name}.${name}`, field)
      }
    }
  }
  return schema
}

const isRoot = (schema: GraphQLSchema, type: GraphQLObjectType): boolean =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type)

/** What answers to an abstract type may be any member of it: who may not enter the member it turns out to be gets nothing. */
function guardMembers(type: GraphQLAbstractType, policy: Readonly<Record<string, PolicyRow>>): void {
  const resolveType = type.resolveType as GraphQLTypeResolver<unknown, Guarded>
  type.resolveType = async (value, context: Guarded, info, abstract) => {
    const name = await resolveType(value, context, info, abstract)
    const who = name === undefined ? undefined : policy[name]
    if (who && !who.anyone) {
      const client = who.clientTeam ? await factsOf(value, context) : undefined
      checkAmong([who], await context.actor(), engagementOf(value as object), client)
    }
    return name
  }
}

type Field = Pick<GraphQLFieldConfig<unknown, Guarded>, 'resolve' | 'type' | 'extensions'>

/** Of a mutation: the resolver alone gets the write capability, and only for its own coordinate. What it may do is checked in the transaction, for the row. */
function guardWriting(coordinate: string, field: Field): void {
  const resolve = field.resolve ?? defaultFieldResolver
  field.resolve = (source, args, context, info) => resolve(source, args, context.forWriting(coordinate), info)
}

/**
 * Of a query that is recorded: the resolver gets the capability to have it recorded that it was asked, and what it answers without that
 * is not answered. No plan answers the field, which could be answered twice.
 */
function guardRecorded(coordinate: string, field: Field): void {
  const resolve = field.resolve ?? defaultFieldResolver
  field.resolve = async (source, args, context, info) => {
    const writing = context.forWriting(coordinate)
    const answer = await resolve(source, args, writing, info)
    if (answer != null && !writing.hasRecorded) throw new Error(`${coordinate} was answered and not recorded`)
    return answer
  }
  field.extensions = { ...field.extensions, recorded: true }
}

/**
 * To the side that does not read the field at all it answers null or an empty list; who of the other side may not read it is
 * told so.
 * @param atRoot nothing of any engagement is at hand yet
 */
function guardField(field: Field, checks: readonly Principals[], atRoot: boolean): void {
  const resolve = field.resolve ?? defaultFieldResolver
  const nothing = nothingOf(field.type)
  const closedTo = (['firm', 'client'] as const).filter((side) => !checks.every((who) => letsIn(who, side)))
  // Whether the actor is on the client's team is read from the database, for the few fields that ask for it.
  const asksOfClient = !atRoot && checks.some((who) => who.clientTeam)
  field.resolve = (source, args, context, info) => {
    const answer = (actor: Actor | null, client?: ClientFacts | null) => {
      if (actor && nothing !== undefined && closedTo.includes(sideOf(actor))) return nothing
      checkAmong(checks, actor, atRoot ? null : engagementOf(source as object), client)
      return resolve(source, args, context, info)
    }
    // Of the thousands of fields of a board only the first has to wait to know who asks.
    const actor = context.knownActor
    if (actor !== undefined && !asksOfClient) return answer(actor)
    return context
      .actor()
      .then(async (known) => answer(known, asksOfClient && known ? await factsOf(source, context) : undefined))
  }
}

/** @throws Fault where one of the checks does not let the actor in */
function checkAmong(
  checks: readonly Principals[],
  actor: Actor | null,
  engagementId: string | null,
  client: ClientFacts | null | undefined,
): void {
  for (const who of checks) {
    if (!allows(who, actor, engagementId, client)) throw actor ? forbidden() : unauthenticated()
  }
}

/** @returns undefined for an object that is of no client itself, such as a page: what is in it was asked about before */
async function factsOf(source: unknown, context: Guarded): Promise<ClientFacts | null | undefined> {
  const clientId = clientOf(source as object)
  return clientId === null ? undefined : context.clientFacts(clientId)
}
