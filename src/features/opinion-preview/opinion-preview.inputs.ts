import { ArrayMaxSize, IsOptional, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { Key, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { CRITERIA_MAX } from '../criterion/catalogue.js'
import { CriterionOutcome, SubjectMatter } from '../enums.js'

/** So many decisions of each kind are changed at once. */
export const CHANGES_MAX = 20

export const limits = { ground: 2_000, code: 10, criteria: CRITERIA_MAX, changes: CHANGES_MAX } as const

@InputType({ description: 'An exception, were it decided so.' })
export class PreviewedExceptionInput {
  @Field(() => ID, { description: 'The exception; one that is not decided yet can be previewed, too.' })
  exceptionId: string

  @Field(() => Boolean, { description: 'Whether it would influence the judgment of intended users.' })
  material: boolean

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether it is not confined to specific elements. Only what is material can be.',
  })
  pervasive: boolean
}

@InputType({
  description:
    'Exceptions weighed together, were it decided so; each of them is decided by itself, or changed beside it.',
})
export class PreviewedAggregateInput {
  @Field(() => [String], {
    defaultValue: [],
    description: 'Criteria at which the same exceptions meet, by code; none where a subject matter is named.',
  })
  @ArrayMaxSize(limits.criteria)
  criteriaCodes: string[]

  @Field(() => SubjectMatter, {
    nullable: true,
    description: 'The subject matter on which they bear; none where criteria are named.',
  })
  @IsOptional()
  subjectMatter?: words.SubjectMatter | null

  @Field(() => Boolean, { description: 'Whether together they would influence the judgment of intended users.' })
  material: boolean

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether together they are pervasive, which is decided over a subject matter.',
  })
  pervasive: boolean
}

@InputType({ description: 'A criterion, were it concluded so.' })
export class PreviewedCriterionInput {
  @Key({ max: limits.code, description: 'The criterion’s code, e.g. CC6.1.' })
  criterionCode: string

  @Field(() => CriterionOutcome, { description: 'The outcome on the design of the controls that serve it.' })
  design: words.CriterionOutcome

  @Field(() => CriterionOutcome, {
    nullable: true,
    description: 'The outcome on the operation of the controls that serve it; none in a Type 1.',
  })
  @IsOptional()
  operation?: words.CriterionOutcome | null

  @Text({
    max: limits.ground,
    nullable: true,
    description: 'On which ground operation would be ACHIEVED where design is not; needed there.',
  })
  otherGround?: string | null
}

@InputType({ description: 'Which decisions are to be other ones; one of them at least.' })
export class OpinionPreviewInput {
  @Field(() => ID, { description: 'The id of the engagement whose opinion is previewed.' })
  engagementId: string

  @Field(() => [PreviewedExceptionInput], { defaultValue: [], description: 'Exceptions decided otherwise, each once.' })
  @ArrayMaxSize(limits.changes)
  @ValidateNested({ each: true })
  exceptions: PreviewedExceptionInput[]

  @Field(() => [PreviewedAggregateInput], {
    defaultValue: [],
    description: 'Exceptions weighed together otherwise, each criterion and subject matter once.',
  })
  @ArrayMaxSize(limits.changes)
  @ValidateNested({ each: true })
  aggregates: PreviewedAggregateInput[]

  @Field(() => [PreviewedCriterionInput], { defaultValue: [], description: 'Criteria concluded otherwise, each once.' })
  @ArrayMaxSize(limits.changes)
  @ValidateNested({ each: true })
  criteria: PreviewedCriterionInput[]
}
