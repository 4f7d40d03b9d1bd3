import {
  defaultFieldResolver,
  type GraphQLFieldConfig,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'
import type { Actor } from './actor.js'
import { forbidden, unauthenticated } from './faults.js'
import { allows, type PolicyRow, type Who } from './permission.js'

/** What the guard needs of a request. */
export interface Guarded {
  /** Who asks, as the database knows them now; null when nobody is signed in. */
  actor(): Promise<Actor | null>
  /** The same once it is known, from the first guarded field of the operation on; undefined until then. */
  readonly knownActor: Actor | null | undefined
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
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const [name, field] of Object.entries(type.getFields())) {
      if (type === schema.getMutationType()) guardMutation(`${type.name}.${name}`, field)
      else {
        const checks = [policy[`${type.name}.${name}`], ...entries(schema, field, policy)].filter(
          (who) => who !== undefined,
        )
        const narrowing = checks.filter((who) => !who.anyone)
        if (narrowing.length > 0) guardField(field, narrowing, isRoot(schema, type))
      }
    }
  }
  return schema
}

const isRoot = (schema: GraphQLSchema, type: GraphQLObjectType) =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type)

/** The rows of the type a field leads into. Members of an abstract type are checked where they are resolved: here, all must be guarded alike. */
function entries(schema: GraphQLSchema, field: { type: unknown }, policy: Readonly<Record<string, PolicyRow>>): Who[] {
  const type = getNamedType(field.type as never)
  if (isObjectType(type)) return policy[type.name] ? [policy[type.name] as Who] : []
  if (isInterfaceType(type) || isUnionType(type)) guardMembers(schema, type, policy)
  return []
}

const guarded = new WeakSet<object>()

/** A field of an abstract type may answer with any member: who may not enter the member gets nothing. */
function guardMembers(
  schema: GraphQLSchema,
  type: Parameters<GraphQLSchema['getPossibleTypes']>[0],
  policy: Readonly<Record<string, PolicyRow>>,
): void {
  for (const member of schema.getPossibleTypes(type)) {
    if (guarded.has(member)) continue
    guarded.add(member)
    const who = policy[member.name]
    if (!who || who.anyone) continue
    for (const field of Object.values(member.getFields())) guardField(field, [who], false, member.name)
  }
}

type Field = Pick<GraphQLFieldConfig<unknown, Guarded>, 'resolve' | 'type'>

/** The resolver alone gets the pen, and only for its own coordinate. What it may do is asked in the transaction, of the row. */
function guardMutation(coordinate: string, field: Field): void {
  const resolve = field.resolve ?? defaultFieldResolver
  field.resolve = (source, args, context, info) => resolve(source, args, context.holding(coordinate) as Guarded, info)
}

function guardField(field: Field, checks: readonly Who[], root: boolean, self?: string): void {
  const resolve = field.resolve ?? defaultFieldResolver
  field.resolve = (source, args, context, info) => {
    const checked = (actor: Actor | null) => {
      const engagementId = root ? null : engagementOf(source, self ?? info.parentType.name)
      for (const who of checks) {
        if (!allows(who, actor, engagementId)) throw actor ? forbidden() : unauthenticated()
      }
      return resolve(source, args, context, info)
    }
    // Of the thousands of fields of a board only the first has to wait to know who asks.
    const actor = context.knownActor
    return actor === undefined ? context.actor().then(checked) : checked(actor)
  }
}

function engagementOf(source: unknown, type: string): string | null {
  const row = source as { id?: string; engagementId?: string }
  return type === 'Engagement' ? (row.id ?? null) : (row.engagementId ?? null)
}
