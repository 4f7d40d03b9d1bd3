import { setImmediate as nextTurn } from 'node:timers/promises'
import { Field, Int, ObjectType } from 'type-graphql'
import { storedCheckpoints } from '../../kernel/store/checkpoints.js'
import type { FirmScope } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import { isSignedBy, type SignedCheckpoint } from '../../rules/checkpoint.js'
import type * as words from '../../rules/vocabulary.js'
import { TrailBreakReason } from '../enums.js'
import { publishedKeys } from '../identity/checkpoint-keys.js'
import { Checkpoint } from './checkpoint.js'
import { verifyChain } from './trail.queries.js'
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
  entryCount: number

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
      'The last checkpoint with a valid signature that the trail was compared with. What was appended since is vouched for by the hashes alone; a superuser of the database can also remove checkpoints, which only a copy kept elsewhere shows (`npm run verify -- --checkpoints FILE`).',
  })
  lastCheckpoint: Checkpoint | null
}

/**
 * Whether the chain is whole, unchanged, and as its checkpoints say.
 * @param scope of the engagement, or of the firm for what concerns no engagement
 */
export async function verifyTrail(scope: FirmScope): Promise<TrailVerification> {
  const { tx, chainId } = scope
  const { valid, forged } = await checkpointsOf(tx, chainId)
  const { entryCount, lastHash, position, reason } = await verifyChain(scope, forged)
  const firstBroken = position !== null && reason !== null ? { position, reason } : null
  const last = valid.at(-1)
  const lastCheckpoint = last ? ofChain(tx, last) : null
  return { intact: firstBroken === null, entryCount, lastHash, firstBroken, lastCheckpoint }
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
