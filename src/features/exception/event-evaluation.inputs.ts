import { Field, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { EventEvaluation } from '../enums.js'

export const limits = { reason: 10_000 } as const

@InputType({ description: 'Evaluates a subsequent event, once: what is learned later is another event.' })
export class EvaluateSubsequentEventInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the subsequent event that is evaluated.' })
  subsequentEventId: string

  @Field(() => EventEvaluation, { description: 'What it comes to for the report.' })
  evaluation: words.EventEvaluation

  @Field(() => ID, {
    nullable: true,
    description: 'Of one that changes a conclusion: the exception that was raised for it, by its id.',
  })
  exceptionId?: string | null

  @Field(() => ID, {
    nullable: true,
    description: 'Of one that the description discloses: the section that does, by its id.',
  })
  descriptionSectionId?: string | null

  @Text({ max: limits.reason, description: 'Why it comes to that.' })
  reason: string
}
