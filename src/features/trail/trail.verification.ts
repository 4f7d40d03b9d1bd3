import { setImmediate as nextTurn } from 'node:timers/promises'
import { Field, Int, ObjectType } from 'type-graphql'
import { storedCheckpoints } from '../../kernel/store/checkpoints.js'
import type { Tx } from '../../kernel/store/work.js'
import { isSignedBy, type SignedCheckpoint } from '../../rules/checkpoint.js'
import type * as words from '../../rules/vocabulary.js'
import { TrailBreakReason } from '../enums.js'
import { publishedKeys } from '../identity/checkpoint-keys.js'
import { Checkpoint } from './checkpoint.js'
import { ofChain } from './trail.reading.js'

@ObjectType({ description: 'Where a trail is broken.' })
export class TrailBreak {
  @Field(() => Int, { description: 'The position of the first bad entry.' })
  position: number

  @Field(() => TrailBreakReason, { description: 'What is wrong there.' })
  reason: words.TrailBreakReason
}

@ObjectType({
  description:
    'What recomputing a trail showed: every hash from its entry’s content, every link, every position, the head, every signed checkpoint that is kept, and the hash that the issued report carries. It says nothing of the rows themselves: see verifyEngagement.',
})
export class TrailVerification {
  @Field(() => Boolean, {
    description: 'Whether all of it agrees: no entry is broken.',
  })
  intact: boolean

  @Field(() => Int, { description: 'How many entries were read.' })
  entries: number

  @Field(() => String, {
    nullable: true,
    description: 'The hash of the last entry, 64 hexadecimal digits: write it down elsewhere, and compare later.',
  })
  lastHash: string | null

  @Field(() => TrailBreak, {
    nullable: true,
    description: 'The first bad entry; null when there is none. A trail without any entry is broken at 1.',
  })
  firstBroken: TrailBreak | null

  @Field(() => Checkpoint, {
    nullable: true,
    description:
      'The last checkpoint with a valid signature that the trail was compared with. What was appended since is vouched for by the hashes alone; whoever can write the whole database can also remove checkpoints, which only a copy kept elsewhere shows (`npm run verify -- --checkpoints FILE`).',
  })
  lastCheckpoint: Checkpoint | null
}

interface Found {
  entries: number
  lastHash: string | null
  position: number | null
  reason: words.TrailBreakReason | null
}

/**
 * Recomputes a chain in one statement. It computes each hash itself and does not call the function that made it: who
 * changed that function would be found out here.
 *
 * An entry's hash is SHA-256 over the 32 bytes of the hash before it, then each part of the entry as `length:part`, the
 * length in bytes of UTF-8: chain, position, microseconds since 1970, actor's id (empty when nobody), actor's name,
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
       from unnest(array[e.chain_id::text, e.position::text, (extract(epoch from e.at) * 1000000)::bigint::text,
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
  select (select count(*) from entry) as entries,
    (select encode(hash, 'hex') from entry order by position desc limit 1) as "lastHash", fault.position, fault.reason
  from (values (0)) as always left join fault on true order by fault.position, fault.rank limit 1`

/**
 * Whether the chain is whole, unchanged, and as its checkpoints say. The caller has seen to it that the actor may read it.
 * @param chainId the engagement, or the firm for what concerns no engagement
 */
export async function verifyTrail(tx: Tx, chainId: string): Promise<TrailVerification> {
  const { valid, forged } = await checkpointsOf(tx, chainId)
  const [found] = (await tx.query<Found>(verification, [tx.firmId, chainId, forged])) as [Found]
  const { entries, lastHash, position, reason } = found
  const firstBroken = position !== null && reason !== null ? { position, reason } : null
  const last = valid.at(-1)
  const lastCheckpoint = last ? ofChain(tx, last) : null
  return { intact: firstBroken === null, entries, lastHash, firstBroken, lastCheckpoint }
}

/** The checkpoints of a chain in order, apart by whether a published key signed them; of forged ones the positions. */
async function checkpointsOf(tx: Tx, chainId: string): Promise<{ valid: SignedCheckpoint[]; forged: number[] }> {
  const [keys, stored] = await Promise.all([publishedKeys(tx), storedCheckpoints(tx, 'c.chain_id = $2', [chainId])])
  const valid: SignedCheckpoint[] = []
  const forged: number[] = []
  for (const [at, checkpoint] of stored.entries()) {
    // A signature takes a tenth of a millisecond: others are answered in between.
    if (at % verifiedAtOnce === verifiedAtOnce - 1) await nextTurn()
    const key = keys.get(checkpoint.keyId)
    if (key && isSignedBy(checkpoint, key)) valid.push(checkpoint)
    else forged.push(checkpoint.position)
  }
  return { valid, forged }
}

const verifiedAtOnce = 50
