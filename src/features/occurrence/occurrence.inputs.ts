import { IsBoolean, IsIn } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Key, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { occurrenceExplanationKinds, words as valuesOf } from '../../rules/vocabulary.js'
import { OccurrenceExplanationKind } from '../enums.js'

export const limits = { reason: 4_000, label: 10 } as const

@InputType({ description: 'Proposes why a missing occurrence of a periodic control is no deviation.' })
export class ExplainOccurrenceInput extends ActInput {
  @Field(() => ID, { description: 'The id of the control that the act is about.' })
  controlId: string

  @Key({ max: limits.label, description: 'The cycle whose occurrence is missing, e.g. `2025-Q3`.' })
  label: string

  @Field(() => OccurrenceExplanationKind, { description: 'What is said: that it was done, or was not due.' })
  @IsIn(valuesOf(occurrenceExplanationKinds))
  kind: words.OccurrenceExplanationKind

  @Text({ max: limits.reason, description: 'Why the missing occurrence is no deviation.' })
  reason: string

  @Papers('What the reason rests on, one at least: evidence where it was done elsewhere.')
  restsOnIds: string[]
}

@InputType({ description: 'Decides whether a missing occurrence is no deviation.' })
export class DecideOccurrenceExplanationInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the explanation that the act is about.' })
  explanationId: string

  @Field(() => Boolean, { description: 'Whether you agree that it is no deviation.' })
  @IsBoolean()
  approve: boolean

  @Text({ max: limits.reason, description: 'Why; needed when you do not agree.', nullable: true })
  note?: string | null
}
