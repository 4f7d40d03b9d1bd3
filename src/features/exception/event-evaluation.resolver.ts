import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { SubsequentEvent } from '../document/subsequent-event.js'
import { DescriptionSection } from '../engagement/description-section.js'
import { evaluateSubsequentEvent } from './event-evaluation.actions.js'
import { EvaluateSubsequentEventInput } from './event-evaluation.inputs.js'
import { Exception } from './exception.js'

const EvaluateSubsequentEventPayload = payloadOf('EvaluateSubsequentEventPayload', {
  subsequentEvent: [() => SubsequentEvent, 'The event as it was evaluated.'],
})

/** What a subsequent event comes to. */
@Resolver(() => SubsequentEvent)
export class EventEvaluationResolver {
  @Mutation(() => EvaluateSubsequentEventPayload, {
    description:
      'Evaluates a subsequent event, once: no effect, disclosed in the description, or a conclusion that changes, for which an exception was raised.',
  })
  evaluateSubsequentEvent(
    @Arg('input', () => EvaluateSubsequentEventInput) input: EvaluateSubsequentEventInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, evaluateSubsequentEvent)
  }

  @FieldResolver(() => Exception, {
    nullable: true,
    description: 'The exception that was raised for it, where it changes a conclusion.',
  })
  exception(@Root() { exceptionId }: SubsequentEvent, @Ctx() context: Context): Promise<Exception | null> {
    return context.loaders.byId(Exception, exceptionId)
  }

  @FieldResolver(() => DescriptionSection, {
    nullable: true,
    description: 'The section that discloses it, where the description does.',
  })
  descriptionSection(
    @Root() { descriptionSectionId }: SubsequentEvent,
    @Ctx() context: Context,
  ): Promise<DescriptionSection | null> {
    return context.loaders.byId(DescriptionSection, descriptionSectionId)
  }
}
