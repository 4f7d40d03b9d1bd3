import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { recordSubsequentEvent } from './subsequent-event.actions.js'
import { RecordSubsequentEventInput } from './subsequent-event.inputs.js'
import { SubsequentEvent } from './subsequent-event.js'

const SubsequentEventConnection = connectionOf(SubsequentEvent, 'SubsequentEvent')

const RecordSubsequentEventPayload = payloadOf('RecordSubsequentEventPayload', {
  subsequentEvent: [() => SubsequentEvent, 'The event as it was recorded.'],
})

@Resolver(() => SubsequentEvent)
export class SubsequentEventResolver {
  @FieldResolver(() => Member, { description: 'The auditor who recorded it.' })
  recordedBy(@Root() event: SubsequentEvent, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, event.createdBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The manager or partner who evaluated it.' })
  evaluatedBy(@Root() event: SubsequentEvent, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, event.evaluatedBy)
  }

  @Mutation(() => RecordSubsequentEventPayload, {
    description: 'Records what happened after the last day examined, or became known then.',
  })
  recordSubsequentEvent(
    @Arg('input', () => RecordSubsequentEventInput) input: RecordSubsequentEventInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordSubsequentEvent)
  }
}

@Resolver(() => Engagement)
export class EngagementEventsResolver {
  @FieldResolver(() => SubsequentEventConnection, {
    description: 'What happened after the last day examined, in the order of recording.',
  })
  subsequentEvents(
    @Root() { id }: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<SubsequentEvent>> {
    return pageWithin(context, SubsequentEvent, ['engagementId', id], {}, args, { by: 'id', direction: 'asc' })
  }
}
