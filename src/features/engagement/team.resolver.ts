import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { firmScope } from '../../kernel/store/scope.js'
import type * as words from '../../rules/vocabulary.js'
import { EngagementKind } from '../enums.js'
import { Viewer } from '../firm/firm.resolver.js'
import { Member } from '../firm/member.js'
import { Engagement } from './engagement.js'
import { openPlacesOfActor } from './engagement.queries.js'
import { addTeamMember, confirmIndependence, removeTeamMember } from './team.actions.js'
import { AddTeamMemberInput, ConfirmIndependenceInput, RemoveTeamMemberInput } from './team.inputs.js'
import { TeamMember } from './team-member.js'

@ObjectType({
  description: 'A team you were named for. It says what you need to judge your independence, and no more.',
})
export class TeamInvitation {
  @Field(() => TeamMember, { description: 'Your place on the team, to be confirmed.' })
  teamMember: TeamMember

  @Field(() => String, { description: 'The name of the service organization.' })
  clientName: string

  @Field(() => String, { description: 'The system that is examined.' })
  systemName: string

  @Field(() => EngagementKind, { description: 'The kind of examination.' })
  kind: words.EngagementKind
}

const AddTeamMemberPayload = payloadOf('AddTeamMemberPayload', {
  teamMember: [() => TeamMember, 'The place on the team, yet to be confirmed.'],
})
const RemoveTeamMemberPayload = payloadOf('RemoveTeamMemberPayload', {
  teamMember: [() => TeamMember, 'The place, as it ended.'],
})
const ConfirmIndependencePayload = payloadOf('ConfirmIndependencePayload', {
  teamMember: [() => TeamMember, 'The place, which opens the engagement now.'],
})

@Resolver(() => TeamMember)
export class TeamResolver {
  @FieldResolver(() => Member, { description: 'The person who holds the place.' })
  member(@Root() place: TeamMember, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, place.memberId)
  }

  @FieldResolver(() => Engagement, {
    nullable: true,
    description: 'The engagement; null while it is not open to you.',
  })
  engagement(@Root() place: TeamMember, @Ctx() context: Context): Promise<Engagement | null> {
    return context.loaders.byId(Engagement, place.engagementId)
  }

  @Mutation(() => AddTeamMemberPayload, {
    description: 'Names a member of the firm for the team. It opens nothing before that person confirms independence.',
  })
  addTeamMember(@Arg('input', () => AddTeamMemberInput) input: AddTeamMemberInput, @Ctx() context: Context) {
    return context.runMutation(input, addTeamMember)
  }

  @Mutation(() => RemoveTeamMemberPayload, {
    description: 'Takes a person off the team. What they did stays on record under their name.',
  })
  removeTeamMember(@Arg('input', () => RemoveTeamMemberInput) input: RemoveTeamMemberInput, @Ctx() context: Context) {
    return context.runMutation(input, removeTeamMember)
  }

  @Mutation(() => ConfirmIndependencePayload, {
    description: 'States your own independence of the client; from then on the engagement is open to you.',
  })
  confirmIndependence(
    @Arg('input', () => ConfirmIndependenceInput) input: ConfirmIndependenceInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, confirmIndependence)
  }
}

@Resolver(() => Engagement)
export class EngagementTeamResolver {
  @FieldResolver(
    () => [TeamMember],
    atMost(TeamMember.bounds.engagementId, 'The team, in the order in which people were named.'),
  )
  async team(
    @Root() engagement: Engagement,
    @Arg('includeRemoved', () => Boolean, { defaultValue: false, description: 'Also those who left.' })
    includeRemoved: boolean,
    @Ctx() context: Context,
  ): Promise<TeamMember[]> {
    const places = await context.loaders.children(TeamMember, 'engagementId', engagement.id, { id: 'asc' })
    return includeRemoved ? places : places.filter((place) => place.removedAt === null)
  }
}

/** How many teams a person is shown to be named for; when they have answered these, they are shown the next. */
const INVITATIONS_MAX = 100

@Resolver(() => Viewer)
export class ViewerTeamsResolver {
  @FieldResolver(
    () => [TeamInvitation],
    atMost(
      INVITATIONS_MAX,
      'The teams you were named for, oldest first, while you have not confirmed your independence.',
    ),
  )
  async teamInvitations(@Root() _viewer: Viewer, @Ctx() context: Context): Promise<TeamInvitation[]> {
    const tx = await context.tx()
    const named = await openPlacesOfActor(firmScope(tx), INVITATIONS_MAX)
    const places = await tx.find(TeamMember, { id: named.map((one) => one.team_member_id) })
    return named.map((one) => ({
      teamMember: places.find((place) => place.id === one.team_member_id) as TeamMember,
      clientName: one.client_name,
      systemName: one.system_name,
      kind: one.kind,
    }))
  }
}
