import { printSchemaWithDirectives } from '@graphql-tools/utils'
import {
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  lexicographicSortSchema,
  specifiedDirectives,
} from 'graphql'
import { buildSchema, getMetadataStorage, type NonEmptyArray } from 'type-graphql'
import { declarations, type Feature } from './features.js'
import { type AccessTable, markSides, onlyFor } from './kernel/access/field-sides.js'
import { guard } from './kernel/access/guard.js'
import { resolversForExecutor } from './kernel/execute/executor-resolvers.js'
import { NodeResolver, setActionCosts } from './kernel/schema/actions.js'
import { bypassArgumentMapping, resolversMadeOnce } from './kernel/schema/bypass-argument-mapping.js'
import { heavyFields } from './kernel/schema/heavy-fields.js'
import { nameMutations } from './kernel/schema/mutation-name.js'
import { PaperResolver } from './kernel/schema/paper.js'
import { structural } from './kernel/schema/payload.js'
import { Moment } from './kernel/schema/scalars.js'
import { fieldClasses, policy } from './policy.js'

/** THE TABLE that the service is guarded by. */
export const accessTable: AccessTable = {
  policy,
  classes: fieldClasses,
  structural,
  gated: Object.keys(declarations.gates),
  ofEngagement: declarations.rows.filter((row) => row.engagementKey !== null).map((row) => row.typeName),
}

/** The schema of all features, unguarded: for printing and linting. */
export async function plainSchema(features: readonly Feature[]): Promise<GraphQLSchema> {
  // A field without a resolver of its own is a property: the executor reads it itself, without a call. One that goes by
  // another name than its property it would not find.
  for (const field of getMetadataStorage().fields) field.simple ??= field.name === field.schemaName
  nameMutations(getMetadataStorage().mutations.filter(({ schemaName }) => `Mutation.${schemaName}` in policy))
  const resolvers = [NodeResolver, PaperResolver, ...features.flatMap((feature) => feature.resolvers)]
  const container = resolversMadeOnce()
  const schema = await buildSchema({
    container,
    resolvers: resolvers as unknown as NonEmptyArray<() => unknown>,
    directives: [...specifiedDirectives, onlyFor],
    scalarsMap: [{ type: Date, scalar: Moment }],
    // Form is checked where an act is done (kernel/schema/input.ts): every fault at once, as data.
    validate: false,
  })
  bypassArgumentMapping(schema, container)
  heavyFields(
    schema,
    features.flatMap(({ rows }) => rows),
  )
  letPayloadsBeNull(schema)
  markSides(schema, accessTable)
  setActionCosts(schema, policy)
  describeRoots(schema)
  return schema
}

/** A fault of one act takes away its own payload, and not the answers of those that were committed beside it. */
function letPayloadsBeNull(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    field.type = getNullableType(field.type)
  }
}

function describeRoots(schema: GraphQLSchema): void {
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()]
  if (query) query.description = 'What can be read. All of one operation is read at one moment.'
  if (!mutation) return
  mutation.description =
    'What can be done. Each act takes one `input`, happens once per idempotency key (`signIn` and `refreshSession` have none), and answers what it changed or, in `errors`, why it was refused; null when it met a fault, which stands in the top-level errors. Acts of one operation are done one after the other, each for itself: the fault of one undoes no other.'
  for (const field of Object.values(mutation.getFields())) {
    for (const argument of field.args) argument.description ??= getNamedType(argument.type).description
  }
}

/** A schema as text. */
export const schemaText = (schema: GraphQLSchema): string =>
  `${printSchemaWithDirectives(lexicographicSortSchema(schema))}\n`

/** The schema as text, as it is committed and reviewed. */
export async function emittedSchema(features: readonly Feature[]): Promise<string> {
  return schemaText(await plainSchema(features))
}

/** The schema as it is served: behind the policy table. Throws when the table has a gap. */
export async function guardedSchema(features: readonly Feature[]): Promise<GraphQLSchema> {
  return resolversForExecutor(guard(await plainSchema(features), accessTable))
}
