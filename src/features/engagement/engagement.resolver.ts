import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { orderOf } from '../../kernel/schema/order.js'
import { connectionOf, type Page, PageArgs, page, pageWithin } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { isUuid, soughtId } from '../../kernel/store/work.js'
import { warningsOnTime } from '../../rules/scope.js'
import { Client } from '../client/client.js'
import { Member } from '../firm/member.js'
import { createEngagement } from './engagement.actions.js'
import { ClientEngagementsArgs, CreateEngagementInput, EngagementsArgs, limits } from './engagement.inputs.js'
import { Engagement } from './engagement.js'
import { ENGAGEMENT_WARNINGS_MAX, EngagementWarning } from './engagement-warning.js'
import { ScopeChange } from './scope-change.js'
import { TeamMember } from './team-member.js'

const EngagementConnection = connectionOf(Engagement, 'Engagement')
const ScopeChangeConnection = connectionOf(ScopeChange, 'ScopeChange')
const CreateEngagementPayload = payloadOf('CreateEngagementPayload', {
  engagement: [() => Engagement, 'The engagement as it was set up.'],
  team: [() => [TeamMember], atMost(limits.team, 'The people named, each of whom confirms their independence next.')],
})
const columns = { CREATED: 'id' } as const

@Resolver(() => Engagement)
export class EngagementResolver {
  @Query(() => Engagement, {
    nullable: true,
    description: 'The engagement with this id; null when there is none for you.',
  })
  async engagement(
    @Arg('id', () => ID, { description: 'The id of the engagement that is read.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Engagement | null> {
    return isUuid(id) ? (await context.tx()).one(Engagement, { id }) : null
  }

  @Query(() => EngagementConnection, {
    description:
      'The engagements whose team you are on; the firm’s admin sees that all of them exist, a client user sees the client’s.',
  })
  async engagements(
    @Args(() => EngagementsArgs) { filter, orderBy, ...args }: EngagementsArgs,
    @Ctx() context: Context,
  ): Promise<Page<Engagement>> {
    const { clientId, kind, state } = filter ?? {}
    const where = {
      state: state ?? undefined,
      kind: kind ?? undefined,
      clientId: soughtId(clientId),
    }
    return page(await context.tx(), Engagement, where, args, orderOf(orderBy, columns))
  }

  @FieldResolver(() => Client, { description: 'The client whose system is examined.' })
  client(@Root() engagement: Engagement, @Ctx() context: Context): Promise<Client | null> {
    return context.loaders.byId(Client, engagement.clientId)
  }

  @FieldResolver(
    () => [EngagementWarning],
    atMost(ENGAGEMENT_WARNINGS_MAX, 'What is unusual about it, such as a period of less than three months.'),
  )
  warnings(@Root() { kind, periodStart, periodEnd, asOf }: Engagement): EngagementWarning[] {
    return warningsOnTime(kind, { periodStart, periodEnd, asOf })
  }

  @FieldResolver(() => ScopeChangeConnection, {
    description: 'What changed about scope and period after fieldwork began, oldest first.',
  })
  scopeChanges(
    @Root() { id }: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<ScopeChange>> {
    return pageWithin(context, ScopeChange, ['engagementId', id], {}, args, { by: 'id', direction: 'asc' })
  }

  @Mutation(() => CreateEngagementPayload, { description: 'Sets up an engagement, with the first people of its team.' })
  createEngagement(@Arg('input', () => CreateEngagementInput) input: CreateEngagementInput, @Ctx() context: Context) {
    return context.runMutation(input, createEngagement)
  }
}

@Resolver(() => ScopeChange)
export class ScopeChangeResolver {
  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the reason rests on.'))
  restsOn(@Root() change: ScopeChange, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, change.restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'The engagement partner who changed it.' })
  changedBy(@Root() change: ScopeChange, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, change.createdBy)
  }
}

@Resolver(() => Client)
export class ClientEngagementsResolver {
  @FieldResolver(() => EngagementConnection, {
    description: 'The client’s engagements, as far as they are open to you.',
  })
  engagements(
    @Root() client: Client,
    @Args(() => ClientEngagementsArgs) { orderBy, ...args }: ClientEngagementsArgs,
    @Ctx() context: Context,
  ): Promise<Page<Engagement>> {
    return pageWithin(context, Engagement, ['clientId', client.id], {}, args, orderOf(orderBy, columns))
  }
}
