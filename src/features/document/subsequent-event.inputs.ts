import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { EventEvaluation } from '../enums.js'

export const limits = { what: 10_000, reason: 10_000 } as const

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

@InputType({ description: 'Evaluates a subsequent event, the first time or again.' })
export class EvaluateSubsequentEventInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the subsequent event that is evaluated.' })
  subsequentEventId: string

  @Field(() => EventEvaluation, { description: 'What it comes to for the report.' })
  evaluation: words.EventEvaluation

  @Text({ max: limits.reason, description: 'Why it comes to that.' })
  reason: string
}
