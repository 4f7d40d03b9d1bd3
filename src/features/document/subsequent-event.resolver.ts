import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { recordSubsequentEvent } from './subsequent-event.actions.js'
import { RecordSubsequentEventInput } from './subsequent-event.inputs.js'
import { SubsequentEvent } from './subsequent-event.js'

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
  @FieldResolver(
    () => [SubsequentEvent],
    atMost(
      SubsequentEvent.bounds.engagementId,
      'What happened after the last day examined, in the order of recording.',
    ),
  )
  subsequentEvents(@Root() engagement: Engagement, @Ctx() context: Context): Promise<SubsequentEvent[]> {
    return context.loaders.children(SubsequentEvent, 'engagementId', engagement.id, { number: 'asc' })
  }
}
