import { Fault } from '../../kernel/access/faults.js'
import { bounded, type Page, type PageArgs, pageOf, pageOfList, placeOf } from '../../kernel/schema/page.js'
import { storedCheckpoints } from '../../kernel/store/checkpoints.js'
import type { Change } from '../../kernel/store/trail.js'
import type { Tx } from '../../kernel/store/work.js'
import type { SignedCheckpoint } from '../../rules/checkpoint.js'
import type { Checkpoint } from './checkpoint.js'
import type { TrailChange, TrailEntry } from './trail-entry.js'

type ChainArgs = PageArgs & { newestFirst: boolean }

/** What lies behind the cursor, as a condition on the position, and in which order. */
function span({ after, newestFirst }: ChainArgs) {
  const [beyond, direction, start] = newestFirst ? ['<', 'desc', Number.MAX_SAFE_INTEGER] : ['>', 'asc', 0]
  return { beyond, direction, from: after ? positionOf(after) : start }
}

/**
 * One page of a chain. Entries of a chain are made strictly one after the other (its head is locked), so that paging by
 * position misses none. The caller has seen to it that the actor may read this chain.
 * @param chainId the engagement, or the firm for what concerns no engagement
 */
export async function readTrail(tx: Tx, chainId: string, args: ChainArgs): Promise<Page<TrailEntry>> {
  const limit = bounded(args.first)
  const { beyond, direction, from } = span(args)
  const found = await tx.query<TrailEntry>(
    `select position, at, actor_id as "actorId", actor_name as "actorName", action, node_type as "nodeType",
       node_id as "nodeId", changes, encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash
     from trail_entry where firm_id = $1 and chain_id = $2 and position ${beyond} $3 order by position ${direction} limit $4`,
    [tx.firmId, chainId, from, limit + 1],
  )
  return pageOf(
    found,
    limit,
    args.after,
    (entry) => entry.position,
    () => length(tx, chainId),
  )
}

/** One page of a chain's checkpoints. The caller has seen to it that the actor may read this chain. */
export async function readCheckpoints(tx: Tx, chainId: string, args: ChainArgs): Promise<Page<Checkpoint>> {
  const limit = bounded(args.first)
  const { beyond, direction, from } = span(args)
  const found = await storedCheckpoints(
    tx,
    `c.chain_id = $2 and c.position ${beyond} $3`,
    [chainId, from],
    `c.position ${direction} limit ${limit + 1}`,
  )
  const count = async () => {
    const [counted] = await tx.query<{ n: number }>(
      'select count(*) as n from checkpoint where firm_id = $1 and chain_id = $2',
      [tx.firmId, chainId],
    )
    return counted?.n ?? 0
  }
  const checkpoints = found.map((checkpoint) => ofChain(tx, checkpoint))
  return pageOf(checkpoints, limit, args.after, ({ position }) => position, count)
}

/** As the schema shows it: who may enter it is asked of the engagement, where the chain is of one. */
export const ofChain = (tx: Tx, checkpoint: SignedCheckpoint): Checkpoint => ({
  ...checkpoint,
  engagementId: checkpoint.chainId === tx.firmId ? null : checkpoint.chainId,
})

function positionOf(cursor: string): number {
  const place = placeOf(cursor)
  if (Number.isSafeInteger(place)) return place as number
  throw new Fault('BAD_USER_INPUT', '`after` is not a cursor of this list.')
}

/** The head counts the chain: no entry has to be read for it. */
async function length(tx: Tx, chainId: string): Promise<number> {
  const [head] = await tx.query<{ position: number }>(
    'select position from trail_head where firm_id = $1 and chain_id = $2',
    [tx.firmId, chainId],
  )
  return head?.position ?? 0
}

/** One page of what an entry changed. */
export const changesOf = (entry: TrailEntry, args: PageArgs): Promise<Page<TrailChange>> =>
  pageOfList(JSON.parse(entry.changes) as Change[], args, (changes) => changes.map(shownChange))

const shownChange = ({ type, id, before = {}, after = {} }: Change): TrailChange => ({
  nodeType: type,
  nodeId: id,
  fields: [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => ({
    name,
    before: asJson(before[name]),
    after: asJson(after[name]),
  })),
})

const asJson = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value))
