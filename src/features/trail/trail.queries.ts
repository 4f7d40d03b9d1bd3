import type { EngagementScope, FirmScope } from '../../kernel/store/scope.js'
import type { SignedCheckpoint } from '../../rules/checkpoint.js'
import type * as words from '../../rules/vocabulary.js'
import type { TrailEntry } from './trail-entry.js'

/** What lies behind a position, and in which order. */
export interface Span {
  beyond: '<' | '>'
  direction: 'asc' | 'desc'
  from: number
}

/**
 * The entries of the chain that lie there: so many at most.
 * @param hidden the types of rows of which the reader is shown nothing: entries that speak of them are left out
 */
export const entriesOfChain = (
  { tx, firmId, chainId }: FirmScope,
  { beyond, direction, from }: Span,
  limit: number,
  hidden: readonly string[] = [],
): Promise<TrailEntry[]> =>
  tx.query<TrailEntry>(
    `select position, at, actor_id as "actorId", actor_name as "actorName", action, node_type as "nodeType",
       node_id as "nodeId", changes, encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash
     from trail_entry where firm_id = $1 and chain_id = $2 and position ${beyond} $3
       and not changes like any($5::text[]) order by position ${direction} limit $4`,
    // Within a text the quotation marks would be escaped.
    [firmId, chainId, from, limit, hidden.map((type) => `%"type":"${type}"%`)],
  )

/** The head counts the chain: no entry has to be read for it. */
export async function lengthOfChain({ tx, firmId, chainId }: FirmScope): Promise<number> {
  const [head] = await tx.query<{ position: number }>(
    'select position from trail_head where firm_id = $1 and chain_id = $2',
    [firmId, chainId],
  )
  return head?.position ?? 0
}

export async function countCheckpoints({ tx, firmId, chainId }: FirmScope): Promise<number> {
  const [counted] = await tx.query<{ n: number }>(
    'select count(*) as n from checkpoint where firm_id = $1 and chain_id = $2',
    [firmId, chainId],
  )
  return counted?.n ?? 0
}

/** An entry, as far as replaying it goes. */
export interface ReplayedEntry {
  position: number
  at: Date
  actorId: string | null
  /** JSON. */
  changes: string
}

/**
 * The entries of the chain behind a position, in their order: so many at most.
 * @param ids only entries that name one of these; all when null
 */
export const entriesBehind = (
  { tx, firmId, chainId }: FirmScope,
  position: number,
  ids: readonly string[] | null,
  limit: number,
): Promise<ReplayedEntry[]> =>
  tx.prepared<ReplayedEntry>(
    `select position, at, actor_id as "actorId", changes from trail_entry
     where firm_id = $1 and chain_id = $2 and position > $3 and ($4::text[] is null or changes like any($4))
     order by position limit $5`,
    [firmId, chainId, position, ids?.map((id) => `%"id":"${id}"%`) ?? null, limit],
  )

/** The client of an engagement, and the memberships on its team, now or before, or of who acted in it; null and none where it is gone. */
export async function peopleOf({
  tx,
  firmId,
  engagementId,
}: EngagementScope): Promise<{ clientId: string | null; memberIds: string[] }> {
  const [found] = await tx.prepared<{ clientId: string; memberIds: string[] }>(
    `select e.client_id as "clientId", array(
       select member_id from team_member where firm_id = $1 and engagement_id = $2
       union select actor_id from trail_entry where firm_id = $1 and chain_id = $2 and actor_id is not null) as "memberIds"
     from engagement e where e.firm_id = $1 and e.id = $2`,
    [firmId, engagementId],
  )
  return found ?? { clientId: null, memberIds: [] }
}

/** The ids of engagements of the firm that are there, and of those that left a chain or a checkpoint behind. */
export async function engagementChains({ tx, firmId }: FirmScope): Promise<string[]> {
  const found = await tx.query<{ id: string }>(
    `select id from engagement where firm_id = $1
     union (select chain_id from trail_head where firm_id = $1 and chain_id <> $1
       union select chain_id from checkpoint where firm_id = $1 and chain_id <> $1
       except select id from client where firm_id = $1) order by id`,
    [firmId],
  )
  return found.map(({ id }) => id)
}

/** The ids of clients of the firm that have something of their own, or left a chain or a checkpoint of it behind. */
export async function clientChains({ tx, firmId }: FirmScope): Promise<string[]> {
  const found = await tx.query<{ id: string }>(
    `select id from client where firm_id = $1 and (
       exists (select 1 from trail_head h where h.firm_id = $1 and h.chain_id = client.id)
       or exists (select 1 from checkpoint c where c.firm_id = $1 and c.chain_id = client.id))
     union select client_id from incident where firm_id = $1
     union select client_id from system_change where firm_id = $1 order by id`,
    [firmId],
  )
  return found.map(({ id }) => id)
}

/** What the database holds of the chain of a checkpoint: its length, the hash at the position, and whether the checkpoint is kept. */
export interface HeldOfChain {
  length: number | null
  hash: string | null
  kept: boolean
  /** Whether it is the chain of a client's registers. */
  isOfClient: boolean
}

/** What the database holds now of each of these checkpoints of the firm, in their order. */
export const heldOf = ({ tx, firmId }: FirmScope, checkpoints: readonly SignedCheckpoint[]): Promise<HeldOfChain[]> =>
  tx.query<HeldOfChain>(
    `select (select max(position) from trail_entry where firm_id = $1 and chain_id = l.chain_id) as length,
       (select encode(hash, 'hex') from trail_entry
        where firm_id = $1 and chain_id = l.chain_id and position = l.position) as hash,
       exists (select 1 from checkpoint
        where firm_id = $1 and chain_id = l.chain_id and position = l.position) as kept,
       exists (select 1 from client where firm_id = $1 and id = l.chain_id) as "isOfClient"
     from unnest($2::uuid[], $3::bigint[]) with ordinality as l (chain_id, position, n) order by l.n`,
    [firmId, checkpoints.map(({ chainId }) => chainId), checkpoints.map(({ position }) => position)],
  )

/** What recomputing a chain showed: the first bad entry, null where there is none. */
export interface ChainVerification {
  entryCount: number
  lastHash: string | null
  position: number | null
  reason: words.TrailBreakReason | null
}

/**
 * Recomputes a chain in one statement. It computes each hash itself and does not call the function that made it: who
 * changed that function would be found out here.
 *
 * An entry's hash is SHA-256 over the 32 bytes of the hash before it, then each part of the entry as `length:part`, the
 * length in bytes of UTF-8: chain, position, microseconds since 1970, actor's id (empty when no member acted), actor's name,
 * action, node's type, node's id, changes. Before the first entry stands SHA-256 over the chain's id.
 *
 * A superuser who rewrites an entry, every one after it and the head consistently is found out by the signed checkpoints: `$3`
 * are the positions of those that bear no valid signature, which are named and say nothing of the chain. What this cannot see:
 * a superuser who removes the checkpoints as well. A copy kept elsewhere shows that (`npm run verify`).
 */
const verification = `
  with entry as (
    select e.position, e.hash, e.previous_hash,
      lag(e.position, 1, 0::bigint) over w as position_before,
      lag(e.hash, 1, sha256(convert_to($2::uuid::text, 'UTF8'))) over w as hash_before,
      (select sha256(e.previous_hash || convert_to(string_agg(octet_length(part) || ':' || part, '' order by n), 'UTF8'))
       from unnest(array[e.chain_id::text, e.position::text, case when isfinite(e.at) then (extract(epoch from e.at) * 1000000)::bigint::text else e.at::text end,
         coalesce(e.actor_id::text, ''), e.actor_name, e.action, e.node_type, e.node_id::text, e.changes])
         with ordinality as p (part, n)) as recomputed
    from trail_entry e where e.firm_id = $1 and e.chain_id = $2 window w as (order by e.position)
  ),
  last as (select coalesce(max(position), 0) as position from entry),
  head as (select position, hash from trail_head where firm_id = $1 and chain_id = $2),
  signed as (select position, hash from checkpoint where firm_id = $1 and chain_id = $2 and position <> all($3::bigint[])),
  fault as (
    select position_before + 1 as position, 1 as rank, 'MISSING' as reason from entry where position > position_before + 1
    union all select position, 2, 'ALTERED' from entry where hash <> recomputed
    union all select position, 3, 'UNLINKED' from entry where previous_hash <> hash_before
    union all select last.position + 1, 4, 'MISSING' from last left join head on true
      where coalesce(head.position, 0) > last.position or last.position = 0
    union all select e.position, 5, 'NOT_AT_HEAD' from entry e left join head on true
      where e.position > coalesce(head.position, 0) or (e.position = head.position and e.hash <> head.hash)
    union all select r.trail_position, 6, 'NOT_AS_REPORTED' from report r left join entry e on e.position = r.trail_position
      where r.firm_id = $1 and r.engagement_id = $2 and encode(e.hash, 'hex') is distinct from r.trail_hash
    union all select forged, 7, 'CHECKPOINT_FORGED' from unnest($3::bigint[]) as forged
    union all select s.position, 8, 'NOT_AS_SIGNED' from signed s join entry e using (position) where e.hash <> s.hash
    union all select last.position + 1, 9, 'CUT_SHORT' from last, signed s where s.position > last.position
  )
  select (select count(*) from entry) as "entryCount",
    (select encode(hash, 'hex') from entry order by position desc limit 1) as "lastHash", fault.position, fault.reason
  from (values (0)) as always left join fault on true order by fault.position, fault.rank limit 1`

/**
 * Recomputes the chain.
 * @param forged the positions of checkpoints without a valid signature
 */
export async function verifyChain(
  { tx, firmId, chainId }: FirmScope,
  forged: readonly number[],
): Promise<ChainVerification> {
  const [found] = await tx.query<ChainVerification>(verification, [firmId, chainId, forged])
  return found as ChainVerification
}
