import { Fault } from '../../kernel/access/faults.js'
import { bounded, type Page, type PageArgs, pageOf, pageOfList, placeOf } from '../../kernel/schema/page.js'
import { storedCheckpoints } from '../../kernel/store/checkpoints.js'
import type { FirmScope } from '../../kernel/store/scope.js'
import type { Change } from '../../kernel/store/trail.js'
import type { Tx } from '../../kernel/store/work.js'
import type { SignedCheckpoint } from '../../rules/checkpoint.js'
import type { Checkpoint } from './checkpoint.js'
import { countCheckpoints, entriesOfChain, lengthOfChain, type Span } from './trail.queries.js'
import type { TrailChange, TrailEntry } from './trail-entry.js'

type ChainArgs = PageArgs & { newestFirst: boolean }

/** What lies behind the cursor, as a condition on the position, and in which order. */
function span({ after, newestFirst }: ChainArgs): Span {
  const [beyond, direction, start] = newestFirst
    ? (['<', 'desc', Number.MAX_SAFE_INTEGER] as const)
    : (['>', 'asc', 0] as const)
  return { beyond, direction, from: after ? positionOf(after) : start }
}

/**
 * One page of a chain. Entries of a chain are made strictly one after the other (its head is locked), so that paging by
 * position misses none.
 * @param scope of the engagement, or of the firm for what concerns no engagement
 * @param hidden the types of rows of which the reader is shown nothing
 */
export async function readTrail(
  scope: FirmScope,
  args: ChainArgs,
  hidden: readonly string[] = [],
): Promise<Page<TrailEntry>> {
  const limit = bounded(args.first)
  const found = await entriesOfChain(scope, span(args), limit + 1, hidden)
  return pageOf(
    found,
    limit,
    args.after,
    (entry) => entry.position,
    () => lengthOfChain(scope),
  )
}

/** One page of a chain's checkpoints. */
export async function readCheckpoints(scope: FirmScope, args: ChainArgs): Promise<Page<Checkpoint>> {
  const { tx, chainId } = scope
  const limit = bounded(args.first)
  const { beyond, direction, from } = span(args)
  const found = await storedCheckpoints(
    tx,
    `c.chain_id = $2 and c.position ${beyond} $3`,
    [chainId, from],
    `c.position ${direction} limit ${limit + 1}`,
  )
  const checkpoints = found.map((checkpoint) => ofChain(tx, checkpoint))
  return pageOf(
    checkpoints,
    limit,
    args.after,
    ({ position }) => position,
    () => countCheckpoints(scope),
  )
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

/** One page of what an entry changed. */
export const changesOf = (entry: TrailEntry, args: PageArgs): Promise<Page<TrailChange>> =>
  pageOfList(JSON.parse(entry.changes) as Change[], args, (changes) => changes.map(shownChange))

/** A change as the schema shows it, its values as JSON. */
export const shownChange = ({ type, id, before = {}, after = {} }: Change): TrailChange => ({
  nodeType: type,
  nodeId: id,
  fields: [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => ({
    name,
    before: asJson(before[name]),
    after: asJson(after[name]),
  })),
})

const asJson = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value))
