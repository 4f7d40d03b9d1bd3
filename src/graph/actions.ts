import type { GraphQLInterfaceType, GraphQLResolveInfo } from 'graphql'
import { Arg, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql'
import type { Actor } from '../access/actor.js'
import {
  allows,
  asksOfClient,
  type ClientFacts,
  type Condition,
  clientOf,
  type PolicyRow,
} from '../access/permission.js'
import { policy } from '../access/policy.js'
import { outOfState } from '../data/permit.js'
import type { Row, RowClass } from '../data/row.js'
import { isUuid } from '../data/work.js'
import { Refusal } from '../rules/refusal.js'
import type { EngagementState } from '../rules/vocabulary.js'
import { atMost } from './bounded-list.js'
import type { Context } from './context.js'
import { Action, Node } from './node.js'

/** The acts that are done to rows of each type, with the policy row of each: from the table. */
const actsByType = new Map<string, { name: string; entry: PolicyRow }[]>()
for (const [coordinate, entry] of Object.entries(policy)) {
  if (entry.on === undefined) continue
  const acts = actsByType.get(entry.on) ?? []
  acts.push({ name: coordinate.split('.')[1] as string, entry })
  actsByType.set(entry.on, acts)
}

const mostActs = Math.max(...[...actsByType.values()].map((acts) => acts.length))

/** Weighs `actions` by how many acts its type has, two points for each; where any type may answer, by the most. */
function weighActions({ type, childComplexity }: { type: { name: string }; childComplexity: number }): number {
  const acts = type.name === 'Node' ? mostActs : (actsByType.get(type.name)?.length ?? 0)
  return 1 + acts * (2 + childComplexity)
}

/** More than the table has acts on any one type. */
const ACTIONS_MAX = 30

@Resolver(() => Node)
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'The object with this id; null when there is none for you.' })
  async node(
    @Arg('id', () => ID, { description: 'The object’s id.' }) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Row | null> {
    if (!isUuid(id)) return null
    const tx = await context.tx()
    const nodes = new Set(
      info.schema
        .getImplementations(info.schema.getType('Node') as GraphQLInterfaceType)
        .objects.map((type) => type.name),
    )
    const rows = context.database.rows.filter((row) => nodes.has(row.name))
    const places = rows.map(
      (row) => `select '${row.name}' as type from ${context.database.table(row).name} where firm_id = $1 and id = $2`,
    )
    const [found] = await tx.query<{ type: string }>(places.join(' union all '), [tx.firmId, id])
    // What is not there is looked for like what is there behind a wall: neither takes longer.
    return tx.one(rows.find((row) => row.name === found?.type) ?? (rows[0] as RowClass), { id })
  }

  @FieldResolver(() => [Action], {
    ...atMost(
      ACTIONS_MAX,
      'What you may do to this object now and, if not, why. From the same table and rules that enforce it.',
    ),
    complexity: weighActions,
  })
  async actions(@Root() row: Row, @Ctx() context: Context): Promise<Action[]> {
    const actor = await context.actor()
    const type = row.constructor.name
    const engagementId = type === 'Engagement' ? row.id : ((row as { engagementId?: string }).engagementId ?? null)
    const state = engagementId ? await engagementState(context, engagementId) : null
    const acts = actsByType.get(type) ?? []
    // Each weighs two (`weighActions`); one of them is the object that is answered.
    context.answer.addPoints(acts.length)
    const clientId = acts.some(({ entry }) => asksOfClient(entry)) ? clientOf(row, type) : null
    const client = clientId ? await context.clientFacts(clientId) : null
    return acts.map(({ name, entry }) => {
      if (!actor || !allows(entry, actor, engagementId, client)) {
        return { name, allowed: false, reason: 'Your role does not allow this.' }
      }
      // Told without an error: making one costs more than all else here, and most acts are out of their state.
      const untimely = state && outOfState(entry, state)
      if (untimely) return { name, allowed: false, reason: untimely }
      const refused = refusalBy(entry.when ?? [], row, actor, client)
      return { name, allowed: refused === null, reason: refused }
    })
  }
}

/**
 * Why the first rule that refuses does so; null when none does. A list of procedures asks thousands of rules and most of
 * them refuse: where a refusal was thrown is not recorded, because that took longer than all the rules together.
 */
function refusalBy(rules: readonly Condition[], row: Row, actor: Actor, client: ClientFacts | null): string | null {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    for (const rule of rules) rule(row, actor, client)
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function engagementState(context: Context, engagementId: string): Promise<EngagementState | null> {
  const loader = context.batches.of<EngagementState | null>('engagement state', async (ids, tx) => {
    const rows = await tx.query<{ id: string; state: EngagementState }>(
      'select id, state from engagement where firm_id = $1 and id = any($2)',
      [tx.firmId, ids],
    )
    const states = new Map(rows.map((row) => [row.id, row.state]))
    return ids.map((id) => states.get(id) ?? null)
  })
  return loader.load(engagementId)
}
