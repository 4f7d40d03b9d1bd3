import { Fault } from '../../access/faults.js'
import type { Change } from '../../data/trail.js'
import type { Tx } from '../../data/work.js'
import { bounded, type Page, type PageArgs, pageOf, pageOfList, placeOf } from '../../graph/page.js'
import type { TrailChange, TrailEntry } from './trail-entry.js'

/**
 * One page of a chain. Entries of a chain are made strictly one after the other (its head is locked), so that paging by
 * position misses none. The caller has seen to it that the actor may read this chain.
 * @param chainId the engagement, or the firm for what concerns no engagement
 */
export async function readTrail(
  tx: Tx,
  chainId: string,
  { first, after, newestFirst }: PageArgs & { newestFirst: boolean },
): Promise<Page<TrailEntry>> {
  const limit = bounded(first)
  const [beyond, direction, start] = newestFirst ? ['<', 'desc', Number.MAX_SAFE_INTEGER] : ['>', 'asc', 0]
  const found = await tx.query<TrailEntry>(
    `select position, at, actor_id as "actorId", actor_name as "actorName", action, node_type as "nodeType",
       node_id as "nodeId", changes, encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash
     from trail_entry where firm_id = $1 and chain_id = $2 and position ${beyond} $3 order by position ${direction} limit $4`,
    [tx.firmId, chainId, after ? positionOf(after) : start, limit + 1],
  )
  return pageOf(
    found,
    limit,
    after,
    (entry) => entry.position,
    () => length(tx, chainId),
  )
}

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
