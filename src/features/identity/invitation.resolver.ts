import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { invitationState } from '../../rules/memberships.js'
import type * as words from '../../rules/vocabulary.js'
import { Client } from '../client/client.js'
import { InvitationState } from '../enums.js'
import { Member } from '../firm/member.js'
import { Invitation } from './invitation.js'

const InvitationConnection = connectionOf(Invitation, 'Invitation')

@Resolver(() => Invitation)
export class InvitationResolver {
  @FieldResolver(() => Member, { description: 'The invited person’s membership.' })
  member(@Root() invitation: Invitation, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, invitation.memberId)
  }

  @FieldResolver(() => InvitationState, { description: 'Whether it can be accepted now and, if not, why.' })
  async state(@Root() invitation: Invitation, @Ctx() context: Context): Promise<words.InvitationState> {
    return invitationState(invitation, (await context.tx()).now)
  }
}

@Resolver(() => Client)
export class ClientInvitationsResolver {
  @FieldResolver(() => InvitationConnection, {
    nullable: true,
    description:
      'Every invitation of a person of the client, the latest first, those of the firm and those of the client; one that was accepted or is void is kept for 90 days, the trail of the firm for good. For those who may invite: the client’s administrators, the firm’s, and the team of an engagement of the client that is not over; FORBIDDEN to all others.',
  })
  invitations(
    @Root() client: Client,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Invitation>> {
    return pageWithin(context, Invitation, ['clientId', client.id], {}, args, { by: 'id', direction: 'desc' })
  }
}
