import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../../graph/context.js'
import { connectionOf, type Page, PageArgs } from '../../graph/page.js'
import { weights } from '../../graph/weights.js'
import { Engagement } from '../engagement/engagement.js'
import { Firm } from '../firm/firm.js'
import { Member } from '../firm/member.js'
import { changesOf, readTrail } from './trail.reading.js'
import { TrailVerification, verifyTrail } from './trail.verification.js'
import { TrailChange, TrailEntry } from './trail-entry.js'

const TrailEntryConnection = connectionOf(TrailEntry, 'TrailEntry')
const TrailChangeConnection = connectionOf(TrailChange, 'TrailChange')

@ArgsType()
class TrailArgs extends PageArgs {
  @Field(() => Boolean, { defaultValue: false, description: 'Begins with the newest entry instead of the first.' })
  newestFirst: boolean
}

/** How long a trail is, is known only when it was read. */
async function verified(context: Context, chainId: string): Promise<TrailVerification> {
  const verification = await verifyTrail(await context.tx(), chainId)
  context.request.cost.charge(verification.entries * weights.verified)
  return verification
}

@Resolver(() => Firm)
export class FirmTrailResolver {
  @FieldResolver(() => TrailEntryConnection, {
    description: 'The acts that concern no engagement: people, clients, sign-ins. By position.',
  })
  async trail(@Root() firm: Firm, @Args(() => TrailArgs) args: TrailArgs, @Ctx() context: Context) {
    return readTrail(await context.tx(), firm.id, args)
  }

  @Query(() => TrailVerification, {
    description: 'Recomputes the firm’s own trail and names the first bad entry.',
    complexity: 5_000,
  })
  async verifyFirmTrail(@Ctx() context: Context): Promise<TrailVerification> {
    return verified(context, (await context.tx()).firmId)
  }
}

@Resolver(() => TrailEntry)
export class TrailEntryResolver {
  @FieldResolver(() => Member, { nullable: true, description: 'Who did it; null when nobody was signed in.' })
  actor(@Root() entry: TrailEntry, @Ctx() context: Context): Promise<Member | null> {
    return context.batches.byId(Member, entry.actorId)
  }

  @FieldResolver(() => TrailChangeConnection, {
    description: 'The objects that the act made, changed or removed, in that order.',
  })
  changes(@Root() entry: TrailEntry, @Args(() => PageArgs) args: PageArgs): Promise<Page<TrailChange>> {
    return changesOf(entry, args)
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

  @Query(() => TrailVerification, {
    nullable: true,
    description: 'Recomputes an engagement’s trail and names the first bad entry; null when there is none for you.',
    complexity: 5_000,
  })
  async verifyTrail(
    @Arg('engagementId', () => ID, { description: 'The engagement.' }) engagementId: string,
    @Ctx() context: Context,
  ): Promise<TrailVerification | null> {
    return (await context.tx()).actor.team.has(engagementId) ? verified(context, engagementId) : null
  }
}
