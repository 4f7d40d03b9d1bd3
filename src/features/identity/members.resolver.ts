import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Client } from '../client/client.js'
import { MemberConnection } from '../firm/firm.resolver.js'
import { Member } from '../firm/member.js'
import {
  ChangeMemberRoleInput,
  DisableMemberInput,
  InviteClientUserInput,
  InviteMemberInput,
  ReinstateMemberInput,
  ResendInvitationInput,
} from './identity.inputs.js'
import {
  changeMemberRole,
  disableMember,
  inviteClientUser,
  inviteMember,
  reinstateMember,
  resendInvitation,
} from './members.actions.js'

const invited = { member: [() => Member, 'The invited person’s membership.'] } as const
const InviteMemberPayload = payloadOf('InviteMemberPayload', invited)
const InviteClientUserPayload = payloadOf('InviteClientUserPayload', invited)
const ResendInvitationPayload = payloadOf('ResendInvitationPayload', invited)
const changed = { member: [() => Member, 'The membership with its changes.'] } as const
const DisableMemberPayload = payloadOf('DisableMemberPayload', changed)
const ReinstateMemberPayload = payloadOf('ReinstateMemberPayload', changed)
const ChangeMemberRolePayload = payloadOf('ChangeMemberRolePayload', changed)

@Resolver(() => Member)
export class MemberResolver {
  @FieldResolver(() => Client, { nullable: true, description: 'The client, for a person of a client.' })
  client(@Root() member: Member, @Ctx() context: Context): Promise<Client | null> {
    return context.loaders.byId(Client, member.clientId)
  }

  @Mutation(() => InviteMemberPayload, {
    description:
      'Invites a person into the firm, whatever the domain of their address. The invitation holds for seven days and is sent to the address given.',
  })
  inviteMember(@Arg('input', () => InviteMemberInput) input: InviteMemberInput, @Ctx() context: Context) {
    return context.runMutation(input, inviteMember)
  }

  @Mutation(() => InviteClientUserPayload, {
    description:
      'Invites a person of a client. The invitation holds for seven days and is sent to the address given; the client’s administrators are notified when the firm invites. An address outside the client’s e-mail domains, or in the firm’s own, is invited by a CLIENT_ADMIN only.',
  })
  inviteClientUser(@Arg('input', () => InviteClientUserInput) input: InviteClientUserInput, @Ctx() context: Context) {
    return context.runMutation(input, inviteClientUser)
  }

  @Mutation(() => ResendInvitationPayload, {
    description: 'Invites a person again who has not accepted yet. Earlier invitations are void.',
  })
  resendInvitation(@Arg('input', () => ResendInvitationInput) input: ResendInvitationInput, @Ctx() context: Context) {
    return context.runMutation(input, resendInvitation)
  }

  @Mutation(() => DisableMemberPayload, { description: 'Takes a person’s access away, at once. The record stays.' })
  disableMember(@Arg('input', () => DisableMemberInput) input: DisableMemberInput, @Ctx() context: Context) {
    return context.runMutation(input, disableMember)
  }

  @Mutation(() => ReinstateMemberPayload, {
    description: 'Gives a disabled person their access back. Who never accepted is to be invited again.',
  })
  reinstateMember(@Arg('input', () => ReinstateMemberInput) input: ReinstateMemberInput, @Ctx() context: Context) {
    return context.runMutation(input, reinstateMember)
  }

  @Mutation(() => ChangeMemberRolePayload, {
    description:
      'Changes a person’s role. It holds from their next request. A person of a client who has not accepted yet is sent a new invitation, which names the new role; earlier ones are void, and the client’s administrators are notified when the firm does it.',
  })
  changeMemberRole(@Arg('input', () => ChangeMemberRoleInput) input: ChangeMemberRoleInput, @Ctx() context: Context) {
    return context.runMutation(input, changeMemberRole)
  }
}

@Resolver(() => Client)
export class ClientPeopleResolver {
  @FieldResolver(() => MemberConnection, { description: 'The people of the client, oldest first.' })
  members(
    @Root() client: Client,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Member>> {
    return pageWithin(context, Member, ['clientId', client.id], {}, args, { by: 'id', direction: 'asc' })
  }
}
