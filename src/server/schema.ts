import type { GraphQLSchema } from 'graphql'
import { buildSchema, type NonEmptyArray } from 'type-graphql'
import { guard } from '../access/guard.js'
import { policy } from '../access/policy.js'
import type { Feature } from '../features.js'
import { NodeResolver } from '../graph/actions.js'
import { structural } from '../graph/payload.js'
import { Moment } from '../graph/scalars.js'

/** The schema of all features, unguarded: for printing and linting. */
export function plainSchema(features: readonly Feature[]): Promise<GraphQLSchema> {
  const resolvers = [NodeResolver, ...features.flatMap((feature) => feature.resolvers)]
  return buildSchema({
    resolvers: resolvers as unknown as NonEmptyArray<() => unknown>,
    scalarsMap: [{ type: Date, scalar: Moment }],
    // Form is checked where an act is done (graph/input.ts): every fault at once, as data.
    validate: false,
  })
}

/** The schema as it is served: behind the policy table. Throws when the table has a gap. */
export async function guardedSchema(features: readonly Feature[]): Promise<GraphQLSchema> {
  return guard(await plainSchema(features), policy, structural)
}
