import { IsInt, IsOptional, Min } from 'class-validator'
import { Field, ID, InputType, Int } from 'type-graphql'
import { ActInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { DescriptionCriterion } from '../enums.js'

export const limits = { section: 50_000 } as const

@InputType({ description: 'Writes one section of the system’s description, for management.' })
export class WriteDescriptionSectionInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => DescriptionCriterion, { description: 'The description criterion the section answers.' })
  criterion: words.DescriptionCriterion

  @Text({ max: limits.section, description: 'Management’s words: the whole section.' })
  text: string

  @Field(() => Int, {
    nullable: true,
    description: 'The `version` of the section you read; 0 or nothing when it is written for the first time.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  expectedVersion?: number | null
}
