import { ArrayMaxSize, IsOptional } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Day } from '../../kernel/schema/scalars.js'
import { Key, Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { limits as engagementLimits } from '../engagement/engagement.inputs.js'
import { Category } from '../enums.js'

const limits = { reason: 4_000, code: 10 } as const
const reasonNeeded = 'Why; needed once fieldwork began: the change is kept, with what had been found until then.'
const papersNeeded = 'The papers that the reason rests on; one at least once anything was tested or raised.'

@InputType({
  description: 'Changes scope or period: what is absent stays as it is; null is refused where the kind needs it.',
})
export class UpdateEngagementInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Line({
    max: engagementLimits.systemName,
    description: 'The system examined, as the report is to call it.',
    nullable: true,
  })
  systemName?: string | null

  @Field(() => [Category], { nullable: true, description: 'All categories in scope, one at least.' })
  @IsOptional()
  @ArrayMaxSize(engagementLimits.categories)
  categories?: words.Category[] | null

  @Field(() => Day, { nullable: true, description: 'The first day of the period; not for a Type 1.' })
  periodStart?: string | null

  @Field(() => Day, { nullable: true, description: 'The last day of the period; not for a Type 1.' })
  periodEnd?: string | null

  @Field(() => Day, { nullable: true, description: 'The day as of which a Type 1 is made.' })
  asOf?: string | null

  @Text({ max: limits.reason, description: reasonNeeded, nullable: true })
  reason?: string | null

  @Papers(papersNeeded)
  restsOnIds: string[]
}

@InputType({ description: 'Marks a criterion in scope as not applicable to the system.' })
export class ExcludeCriterionInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Key({ max: limits.code, description: 'The criterion’s code, e.g. P3.1.' })
  criterionCode: string

  @Text({ max: limits.reason, description: 'Why it does not apply; disclosed in the report.' })
  reason: string

  @Papers(papersNeeded)
  restsOnIds: string[]
}

@InputType({ description: 'Takes back that a criterion is not applicable.' })
export class IncludeCriterionInput extends ChangeInput {
  @Field(() => ID, { description: 'The exclusion that is taken back.' })
  exclusionId: string

  @Text({ max: limits.reason, description: reasonNeeded, nullable: true })
  reason?: string | null

  @Papers(papersNeeded)
  restsOnIds: string[]
}
