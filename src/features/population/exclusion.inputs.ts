import { ArrayMaxSize, IsBoolean } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Key, Text } from '../../kernel/schema/text.js'
import { exclusionLimits } from '../../rules/exclusions.js'
import type * as words from '../../rules/vocabulary.js'
import { ExclusionOperator } from '../enums.js'
import { intakeLimits } from './intake.js'

const limits = { reason: 2_000, note: 2_000 } as const

@InputType({ description: 'Proposes that some items of a draft’s list are none of the population.' })
export class ProposeExclusionInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the population that the act is about.' })
  populationId: string

  @Key({ max: intakeLimits.columnNameChars, description: 'The column of the list whose cells are compared.' })
  column: string

  @Field(() => ExclusionOperator, { description: 'How they are compared.' })
  operator: words.ExclusionOperator

  @Field(() => [String], {
    description: `With what: one value, or up to ${exclusionLimits.values} for ONE_OF, of ${exclusionLimits.valueChars} characters at most.`,
  })
  @ArrayMaxSize(exclusionLimits.values)
  values: string[]

  @Text({ max: limits.reason, description: 'Why the control’s own wording does not speak of these items.' })
  reason: string
}

@InputType({ description: 'Decides on an exclusion that another person proposed.' })
export class DecideExclusionInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the exclusion that the act is about.' })
  populationExclusionId: string

  @Field(() => Boolean, { description: 'Whether the items are none of the population.' })
  @IsBoolean()
  approve: boolean

  @Text({
    max: limits.note,
    nullable: true,
    description: 'What is noted with the decision; why, where it is declined.',
  })
  note?: string | null
}

@InputType({ description: 'Takes an exclusion back while its population is a draft: its items stay.' })
export class WithdrawExclusionInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the exclusion that the act is about.' })
  populationExclusionId: string
}
