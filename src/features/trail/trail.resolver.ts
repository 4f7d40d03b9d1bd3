import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../../graph/context.js'
import { connectionOf, PageArgs } from '../../graph/page.js'
import { Engagement } from '../engagement/engagement.js'
import { Firm } from '../firm/firm.js'
import { Member } from '../firm/member.js'
import { Checkpoint } from './checkpoint.js'
import { verifyEngagementTrail } from './content.verification.js'
import { readCheckpoints, readTrail } from './trail.reading.js'
import { TrailVerification, verifyTrail } from './trail.verification.js'
import { TrailEntry } from './trail-entry.js'

/** More than half of what a request may cost (server/limits.ts): reading millions of items twice is not one question. */
const verificationCost = 30_000

const TrailEntryConnection = connectionOf(TrailEntry, 'TrailEntry')
const CheckpointConnection = connectionOf(Checkpoint, 'Checkpoint')

@ArgsType()
class TrailArgs extends PageArgs {
  @Field(() => Boolean, { defaultValue: false, description: 'Begins with the newest entry instead of the first.' })
  newestFirst: boolean
}

@Resolver(() => Firm)
export class FirmTrailResolver {
  @FieldResolver(() => TrailEntryConnection, {
    description:
      'The acts that concern no engagement: people and their memberships, sign-ins, passwords, clients, keys of the service. By position.',
  })
  async trail(@Root() firm: Firm, @Args(() => TrailArgs) args: TrailArgs, @Ctx() context: Context) {
    return readTrail(await context.tx(), firm.id, args)
  }

  @FieldResolver(() => CheckpointConnection, {
    description: 'The signed checkpoints of the firm’s own trail, by position.',
  })
  async checkpoints(@Root() firm: Firm, @Args(() => TrailArgs) args: TrailArgs, @Ctx() context: Context) {
    return readCheckpoints(await context.tx(), firm.id, args)
  }

  @Query(() => TrailVerification, {
    description: 'Recomputes the firm’s own trail, compares it with its checkpoints and names the first bad entry.',
    complexity: 5_000,
  })
  async verifyFirmTrail(@Ctx() context: Context): Promise<TrailVerification> {
    const tx = await context.tx()
    return verifyTrail(tx, tx.firmId)
  }
}

@Resolver(() => TrailEntry)
export class TrailEntryResolver {
  @FieldResolver(() => Member, { nullable: true, description: 'Who did it; null when nobody was signed in.' })
  actor(@Root() entry: TrailEntry, @Ctx() context: Context): Promise<Member | null> {
    return context.batches.byId(Member, entry.actorId)
  }
}

@Resolver(() => Engagement)
export class EngagementTrailResolver {
  @FieldResolver(() => TrailEntryConnection, {
    description: 'Every act on the engagement, by position.',
    // Read for one engagement at a time.
    complexity: 200,
  })
  async trail(@Root() engagement: Engagement, @Args(() => TrailArgs) args: TrailArgs, @Ctx() context: Context) {
    return readTrail(await context.tx(), engagement.id, args)
  }

  @FieldResolver(() => CheckpointConnection, {
    description: 'The signed checkpoints of the engagement’s trail, by position.',
  })
  async checkpoints(@Root() engagement: Engagement, @Args(() => TrailArgs) args: TrailArgs, @Ctx() context: Context) {
    return readCheckpoints(await context.tx(), engagement.id, args)
  }

  @Query(() => TrailVerification, {
    nullable: true,
    description:
      'Recomputes an engagement’s trail, compares it with its checkpoints, and compares reports, responses, populations and samples with their digests; null when there is none for you.',
    complexity: verificationCost,
  })
  async verifyTrail(
    @Arg('engagementId', () => ID, { description: 'The engagement.' }) engagementId: string,
    @Arg('items', () => Boolean, {
      defaultValue: true,
      description:
        'Whether every item of every population and sample is read again, which takes seconds for each million. Without it those are not compared.',
    })
    items: boolean,
    @Ctx() context: Context,
  ): Promise<TrailVerification | null> {
    const tx = await context.tx()
    return tx.actor.team.has(engagementId) ? verifyEngagementTrail(tx, engagementId, { items }) : null
  }
}
