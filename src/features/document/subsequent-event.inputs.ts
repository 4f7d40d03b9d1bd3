import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'

export const limits = { what: 10_000 } as const

@InputType({ description: 'Records what happened after the last day examined, or became known then.' })
export class RecordSubsequentEventInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Text({ max: limits.what, description: 'What happened, and how you learned of it.' })
  what: string

  @DayInput({ description: 'The day on which it occurred.' })
  occurredOn: string

  @DayInput({ description: 'The day on which you knew of it: after the last day examined.' })
  knownOn: string
}
