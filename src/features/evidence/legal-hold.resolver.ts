import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import { legalHoldState } from '../../rules/evidence.js'
import type * as words from '../../rules/vocabulary.js'
import { Engagement } from '../engagement/engagement.js'
import { LegalHoldState } from '../enums.js'
import { Member } from '../firm/member.js'
import { Evidence } from './evidence.js'
import { placeLegalHold, releaseLegalHold } from './legal-hold.actions.js'
import { PlaceLegalHoldInput, ReleaseLegalHoldInput } from './legal-hold.inputs.js'
import { LegalHold } from './legal-hold.js'

const PlaceLegalHoldPayload = payloadOf('PlaceLegalHoldPayload', {
  legalHold: [() => LegalHold, 'The legal hold, which is in force from now on.'],
})
const ReleaseLegalHoldPayload = payloadOf('ReleaseLegalHoldPayload', {
  legalHold: [() => LegalHold, 'The legal hold, as it ended.'],
})

const holdsOf = (loaders: Loaders, engagementId: string): Promise<LegalHold[]> =>
  loaders.children(LegalHold, 'engagementId', engagementId, { id: 'asc' })

@Resolver(() => LegalHold)
export class LegalHoldResolver {
  @FieldResolver(() => LegalHoldState, { description: 'Whether it is in force.' })
  state(@Root() hold: LegalHold): words.LegalHoldState {
    return legalHoldState(hold)
  }

  @FieldResolver(() => Engagement, { description: 'The engagement whose evidence, files and imported items are kept.' })
  engagement(@Root() hold: LegalHold, @Ctx() context: Context): Promise<Engagement | null> {
    return context.loaders.byId(Engagement, hold.engagementId)
  }

  @FieldResolver(() => Member, { description: 'The member of the firm who placed it.' })
  placedBy(@Root() hold: LegalHold, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, hold.createdBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who released it; null while it is in force.' })
  releasedBy(@Root() hold: LegalHold, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, hold.releasedBy)
  }

  @Mutation(() => PlaceLegalHoldPayload, {
    description:
      'Places a legal hold on an engagement, whatever its state: from now on no evidence of it is removed, no file of that, and no item of an import that another one superseded.',
  })
  placeLegalHold(@Arg('input', () => PlaceLegalHoldInput) input: PlaceLegalHoldInput, @Ctx() context: Context) {
    return context.runMutation(input, placeLegalHold)
  }

  @Mutation(() => ReleaseLegalHoldPayload, {
    description: 'Releases a legal hold, with a reason. Others on the same engagement stay in force.',
  })
  releaseLegalHold(@Arg('input', () => ReleaseLegalHoldInput) input: ReleaseLegalHoldInput, @Ctx() context: Context) {
    return context.runMutation(input, releaseLegalHold)
  }
}

@Resolver(() => Engagement)
export class EngagementLegalHoldsResolver {
  @FieldResolver(
    () => [LegalHold],
    atMost(
      LegalHold.bounds.engagementId,
      'The legal holds placed on the engagement, oldest first, with those released.',
    ),
  )
  legalHolds(@Root() engagement: Engagement, @Ctx() context: Context): Promise<LegalHold[]> {
    return holdsOf(context.loaders, engagement.id)
  }
}

@Resolver(() => Evidence)
export class EvidenceLegalHoldResolver {
  @FieldResolver(() => Boolean, { description: 'Whether a legal hold on its engagement is in force.' })
  async isOnLegalHold(@Root() evidence: Evidence, @Ctx() context: Context): Promise<boolean> {
    return (await holdsOf(context.loaders, evidence.engagementId)).some((hold) => legalHoldState(hold) === 'IN_FORCE')
  }
}
