import { IsBoolean, IsIn, IsInt, Max, Min } from 'class-validator'
import { Field, ID, InputType, Int } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Key, Text } from '../../kernel/schema/text.js'
import { GRACE_MAX } from '../../rules/cycles.js'
import type * as words from '../../rules/vocabulary.js'
import { occurrenceExplanationKinds, words as valuesOf } from '../../rules/vocabulary.js'
import { OccurrenceExplanationKind } from '../enums.js'

export const limits = { reason: 4_000, label: 10 } as const

@InputType({
  description:
    'Says how the cycles of a periodic control follow each other: all of it, in place of what was said before; what is left out is as usual.',
})
export class ChangeControlCycleInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the control that the act is about.' })
  controlId: string

  @DayInput({
    nullable: true,
    description:
      'A day that begins one of its cycles; left out: those of the calendar, weeks from the day after the weekend.',
  })
  anchorOn?: string | null

  @Field(() => Int, {
    defaultValue: 0,
    description: 'How many days after the end of a cycle its occurrence is still in time: 0 to 31.',
  })
  @IsInt()
  @Min(0)
  @Max(GRACE_MAX)
  graceDays: number

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether days of grace, and the days of a DAILY control, are days of work by the client’s calendar.',
  })
  @IsBoolean()
  countsBusinessDays: boolean

  @DayInput({
    nullable: true,
    description:
      'When it last operated before the period: a cycle that holds that day needs no other occurrence, and the first one after it may be due one cycle later.',
  })
  lastOccurrenceOn?: string | null

  @Text({ max: limits.reason, nullable: true, description: 'Why; needed once a population of the control is frozen.' })
  reason?: string | null

  @Papers('What the reason rests on; needed once a population of the control is frozen.')
  restsOnIds: string[]
}

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
