import {
  type GraphQLInterfaceType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
} from 'graphql'
import { Arg, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql'
import { Refusal, refusalOf } from '../../rules/refusal.js'
import type { EngagementState } from '../../rules/vocabulary.js'
import type { Actor } from '../access/actor.js'
import { clientOf, engagementOf } from '../access/belonging.js'
import { letsIn, sideOf } from '../access/field-sides.js'
import {
  allows,
  asksOfClient,
  type ClientFacts,
  fieldAt,
  type PolicyRow,
  type PolicyTable,
} from '../access/permission.js'
import type { Context } from '../execute/context.js'
import { findAny } from '../store/any-row.js'
import type { Gate } from '../store/gates.js'
import { outOfState } from '../store/permit.js'
import { type Row, typeNameOf } from '../store/row.js'
import { atMost } from './bounded-list.js'
import { Action, actionBlockersMax, Node } from './node.js'

/** The acts that are done to rows of one type, with the policy row of each. */
type Acts = readonly { name: string; entry: PolicyRow }[]
type ActsByType = ReadonlyMap<string, Acts>
const actsOfTables = new WeakMap<PolicyTable, ActsByType>()

/** The acts of each type that has any, by its name. */
function actsByType(policy: PolicyTable): ActsByType {
  const known = actsOfTables.get(policy)
  if (known) return known
  const found = new Map<string, Acts>()
  for (const [coordinate, entry] of Object.entries(policy)) {
    if (entry.on === undefined) continue
    found.set(entry.on, [...(found.get(entry.on) ?? []), { name: fieldAt(coordinate), entry }])
  }
  actsOfTables.set(policy, found)
  return found
}

/**
 * Puts on each `actions` of the schema what it costs: two points for each act of its type and what its gate costs; on that of
 * `Node`, which any type may answer, the most that it costs on any.
 */
export function setActionCosts(schema: GraphQLSchema, policy: PolicyTable): void {
  const acts = actsByType(policy)
  const costOf = (of: Acts, childComplexity: number) =>
    of.reduce((sum, { entry }) => sum + 2 + (entry.gate ?? 0) + childComplexity, 1)
  for (const type of Object.values(schema.getTypeMap())) {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields().actions : undefined
    if (!field) continue
    const possible = isInterfaceType(type) ? [...acts.values()] : [acts.get(type.name) ?? []]
    const complexity = ({ childComplexity }: { childComplexity: number }) =>
      Math.max(...possible.map((of) => costOf(of, childComplexity)))
    field.extensions = { ...field.extensions, complexity }
  }
}

/** More than the table has acts on any one type. */
const ACTIONS_MAX = 30

@Resolver(() => Node)
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'The object with this id; null when there is none for you.' })
  async node(
    @Arg('id', () => ID, { description: 'The id of the object that is read.' }) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Row | null> {
    const nodes = new Set(
      info.schema
        .getImplementations(info.schema.getType('Node') as GraphQLInterfaceType)
        .objects.map((type) => type.name),
    )
    return findAny(
      await context.tx(),
      context.database.rows.filter((row) => nodes.has(row.typeName)),
      id,
    )
  }

  @FieldResolver(() => [Action], {
    ...atMost(
      ACTIONS_MAX,
      'What you may do to this object now and, if not, why: the acts of your own side, firm or client. From the same table, rules and gates that enforce it; what depends on what you give is not foreseen, nor that there are as many of something as there may be (LIMIT_REACHED), nor what you may not know.',
    ),
  })
  async actions(@Root() row: Row, @Ctx() context: Context): Promise<Action[]> {
    const actor = await context.actor()
    if (!actor) return []
    const acts = (actsByType(context.database.policy).get(typeNameOf(row)) ?? []).filter(({ entry }) =>
      letsIn(entry, sideOf(actor)),
    )
    // Each costs two (`setActionCosts`); one of them is the object that is answered.
    context.answer.addPoints(acts.length)
    const engagementId = engagementOf(row)
    const clientId = acts.some(({ entry }) => asksOfClient(entry)) ? clientOf(row) : null
    const known = {
      actor,
      engagementId,
      state: engagementId ? await engagementState(context, engagementId) : null,
      client: clientId ? await context.clientFacts(clientId) : null,
    }
    return Promise.all(
      acts.map(async ({ name, entry }) => {
        const refused =
          refusedByTable(entry, row, known) ?? (entry.gate ? await refusedByGate(name, entry.gate, row, context) : null)
        return refused
          ? { name, allowed: false, ...noBlockers, ...refused }
          : { name, allowed: true, reason: null, ...noBlockers }
      }),
    )
  }
}

const noBlockers = { blockers: [], blockerCount: 0 }

/** What is known of a row and of who looks at it. */
interface Known {
  actor: Actor
  engagementId: string | null
  state: EngagementState | null
  client: ClientFacts | null
}

type Refused = Pick<Action, 'reason'> & Partial<Pick<Action, 'blockers' | 'blockerCount'>>

/** Why the table refuses an act to a row; null where it does not. Without an error where that can be: most acts are out of their state. */
function refusedByTable(entry: PolicyRow, row: Row, { actor, engagementId, state, client }: Known): Refused | null {
  if (!allows(entry, actor, engagementId, client)) {
    return { reason: { code: 'FORBIDDEN', message: 'Your role does not allow this.' } }
  }
  const untimely = state && outOfState(entry, state)
  if (untimely) return { reason: { code: 'ENGAGEMENT_STATE', message: untimely } }
  const refusal = refusalOf(() => {
    for (const rule of entry.when ?? []) rule(row, actor, client)
  })
  return refusal && shown(refusal)
}

/** Why the gate of an act refuses it; null where it does not. */
async function refusedByGate(name: string, cost: number, row: Row, context: Context): Promise<Refused | null> {
  context.answer.addPoints(cost)
  const gate = context.database.gates[name] as Gate<Row>
  try {
    await gate(row, { tx: await context.tx(), loaders: context.loaders, isAct: false })
    return null
  } catch (error) {
    if (error instanceof Refusal) return shown(error)
    throw error
  }
}

const shown = ({ code, message, detail: { blockers = [] } }: Refusal): Refused => ({
  reason: { code, message },
  blockers: blockers.slice(0, actionBlockersMax),
  blockerCount: blockers.length,
})

function engagementState(context: Context, engagementId: string): Promise<EngagementState | null> {
  const loader = context.loaders.of<EngagementState | null>('engagement state', async (ids, tx) => {
    const rows = await tx.query<{ id: string; state: EngagementState }>(
      'select id, state from engagement where firm_id = $1 and id = any($2)',
      [tx.firmId, ids],
    )
    const states = new Map(rows.map((row) => [row.id, row.state]))
    return ids.map((id) => states.get(id) ?? null)
  })
  return loader.load(engagementId)
}
