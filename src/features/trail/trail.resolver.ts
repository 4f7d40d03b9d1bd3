import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { costs } from '../../kernel/execute/point-costs.js'
import { connectionOf, type Page, PageArgs } from '../../kernel/schema/page.js'
import { hiddenTypes } from '../../kernel/store/readers.js'
import { EngagementScope, firmScope, scopeOf } from '../../kernel/store/scope.js'
import { Engagement } from '../engagement/engagement.js'
import { Firm } from '../firm/firm.js'
import { Member } from '../firm/member.js'
import { Checkpoint } from './checkpoint.js'
import { verifyEngagement } from './engagement.verification.js'
import { EngagementVerification } from './engagement-verification.js'
import { changesOf, readCheckpoints, readTrail } from './trail.reading.js'
import { TrailVerification, verifyTrail } from './trail.verification.js'
import { TrailChange, TrailEntry } from './trail-entry.js'

/** More than half of what a request may cost (kernel/execute/limits.ts): reading millions of items twice is not one question. */
const verificationCost = 30_000

const TrailEntryConnection = connectionOf(TrailEntry, 'TrailEntry')
const TrailChangeConnection = connectionOf(TrailChange, 'TrailChange')
const CheckpointConnection = connectionOf(Checkpoint, 'Checkpoint')

@ArgsType()
class TrailArgs extends PageArgs {
  @Field(() => Boolean, { defaultValue: false, description: 'Begins with the newest entry instead of the first.' })
  newestFirst: boolean
}

/** Charges a verification for the entries, rows and items it has read: how many those are, is known only then. */
function charge(context: Context, read: number): void {
  context.request.cost.charge(read * costs.verified)
}

@Resolver(() => Firm)
export class FirmTrailResolver {
  @FieldResolver(() => TrailEntryConnection, {
    description:
      'The acts that concern no engagement: people and their memberships, sign-ins, passwords, clients, keys of the service. By position.',
  })
  async trail(@Root() _firm: Firm, @Args(() => TrailArgs) args: TrailArgs, @Ctx() context: Context) {
    return readTrail(firmScope(await context.tx()), args)
  }

  @FieldResolver(() => CheckpointConnection, {
    description: 'The signed checkpoints of the firm’s own trail, by position.',
  })
  async checkpoints(@Root() _firm: Firm, @Args(() => TrailArgs) args: TrailArgs, @Ctx() context: Context) {
    return readCheckpoints(firmScope(await context.tx()), args)
  }

  @Query(() => TrailVerification, {
    description: 'Recomputes the firm’s own trail, compares it with its checkpoints and names the first bad entry.',
    complexity: 5_000,
  })
  async verifyFirmTrail(@Ctx() context: Context): Promise<TrailVerification> {
    const tx = await context.tx()
    const verification = await verifyTrail(firmScope(tx))
    charge(context, verification.entryCount)
    return verification
  }
}

@Resolver(() => TrailEntry)
export class TrailEntryResolver {
  @FieldResolver(() => Member, { nullable: true, description: 'Who did it; null when no caller was signed in.' })
  actor(@Root() entry: TrailEntry, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, entry.actorId)
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
    description:
      'Every act on the engagement, by position; but for the engagement partner without those on what is recorded for the partner alone, whose positions are left out.',
    // Read for one engagement at a time.
    complexity: 200,
  })
  async trail(@Root() engagement: Engagement, @Args(() => TrailArgs) args: TrailArgs, @Ctx() context: Context) {
    const tx = await context.tx()
    return readTrail(scopeOf(tx, engagement), args, hiddenTypes(tx, engagement.id))
  }

  @FieldResolver(() => CheckpointConnection, {
    description: 'The signed checkpoints of the engagement’s trail, by position.',
  })
  async checkpoints(@Root() engagement: Engagement, @Args(() => TrailArgs) args: TrailArgs, @Ctx() context: Context) {
    return readCheckpoints(scopeOf(await context.tx(), engagement), args)
  }

  @Query(() => TrailVerification, {
    nullable: true,
    description:
      'Recomputes an engagement’s trail, compares it with its checkpoints and names the first bad entry; null when there is none for you.',
    complexity: 5_000,
  })
  async verifyTrail(
    @Arg('engagementId', () => ID, { description: 'The id of the engagement whose trail is recomputed.' })
    engagementId: string,
    @Ctx() context: Context,
  ): Promise<TrailVerification | null> {
    const scope = EngagementScope.ofTeam(await context.tx(), engagementId)
    if (!scope) return null
    const verification = await verifyTrail(scope)
    charge(context, verification.entryCount)
    return verification
  }

  @Query(() => EngagementVerification, {
    nullable: true,
    description:
      'Replays an engagement’s trail against its rows and names each that was changed, added or removed outside the service; compares reports, responses, populations, samples and what is known of the files of evidence with their digests (the files themselves the operator compares: `npm run evidence:verify`); null when there is none for you.',
    complexity: verificationCost,
  })
  async verifyEngagement(
    @Arg('engagementId', () => ID, { description: 'The id of the engagement that is verified.' }) engagementId: string,
    @Arg('items', () => Boolean, {
      defaultValue: true,
      description:
        'Whether every item of every population and sample is read again, which takes seconds for each million. Without it those are not compared.',
    })
    items: boolean,
    @Ctx() context: Context,
  ): Promise<EngagementVerification | null> {
    const scope = EngagementScope.ofTeam(await context.tx(), engagementId)
    if (!scope) return null
    const { verification, read } = await verifyEngagement(scope, { items })
    charge(context, read)
    return verification
  }
}
