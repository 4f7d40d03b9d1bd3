import type { GraphQLInterfaceType, GraphQLResolveInfo } from 'graphql'
import { Arg, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql'
import { allows, clientOf } from '../access/permission.js'
import { policy } from '../access/policy.js'
import { mustBeDuring } from '../data/permit.js'
import type { Row, RowClass } from '../data/row.js'
import { isUuid } from '../data/work.js'
import { Refusal } from '../rules/refusal.js'
import type { EngagementState } from '../rules/vocabulary.js'
import type { Context } from './context.js'
import { Action, Node } from './node.js'

/** The acts that are done to a row of this type: from the table. */
const actsOn = (type: string) => Object.entries(policy).filter(([, entry]) => entry.on === type)

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
    description: 'What you may do to this object now and, if not, why. From the same table and rules that enforce it.',
  })
  async actions(@Root() row: Row, @Ctx() context: Context): Promise<Action[]> {
    const actor = await context.actor()
    const type = row.constructor.name
    const engagementId = type === 'Engagement' ? row.id : ((row as { engagementId?: string }).engagementId ?? null)
    const state = engagementId ? await engagementState(context, engagementId) : null
    const acts = actsOn(type)
    const clientId = acts.some(([, entry]) => entry.clientTeam) ? clientOf(row, type) : null
    const client = clientId ? await context.clientFacts(clientId) : null
    return acts.map(([coordinate, entry]) => {
      const name = coordinate.split('.')[1] as string
      if (!actor || !allows(entry, actor, engagementId, client)) {
        return { name, allowed: false, reason: 'Your role does not allow this.' }
      }
      try {
        if (state) mustBeDuring(entry, state)
        for (const condition of entry.when ?? []) condition(row, actor, client)
        return { name, allowed: true, reason: null }
      } catch (error) {
        if (error instanceof Refusal) return { name, allowed: false, reason: error.message }
        throw error
      }
    })
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
