import { Arg, Args, Ctx, Field, FieldResolver, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, page } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Firm } from './firm.js'
import { Member } from './member.js'
import { changeRetention } from './retention.actions.js'
import { ChangeRetentionInput } from './retention.inputs.js'

@ObjectType({ description: 'The caller: one membership and its firm.' })
export class Viewer {
  @Field(() => Member, { description: 'The membership the token is for.' })
  member: Member

  @Field(() => Firm, { description: 'The firm it belongs to.' })
  firm: Firm
}

const ChangeRetentionPayload = payloadOf('ChangeRetentionPayload', { firm: [() => Firm, 'The firm with its changes.'] })
export const MemberConnection = connectionOf(Member, 'Member')

@Resolver(() => Firm)
export class FirmResolver {
  @Query(() => Viewer, { description: 'Who you are: your membership and its firm.' })
  async viewer(@Ctx() context: Context): Promise<Viewer> {
    const tx = await context.tx()
    return { member: await tx.load(Member, tx.actor.memberId), firm: await tx.load(Firm, tx.firmId) }
  }

  @FieldResolver(() => MemberConnection, { description: 'The people of the firm and of its clients, oldest first.' })
  async members(
    @Root() _firm: Firm,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Member>> {
    return page(await context.tx(), Member, {}, args, { by: 'id', direction: 'asc' })
  }

  @Mutation(() => ChangeRetentionPayload, {
    description:
      'Changes for how many years the firm keeps evidence, that which is there already included. For administrators of the firm.',
  })
  changeRetention(@Arg('input', () => ChangeRetentionInput) input: ChangeRetentionInput, @Ctx() context: Context) {
    return context.runMutation(input, changeRetention)
  }
}
