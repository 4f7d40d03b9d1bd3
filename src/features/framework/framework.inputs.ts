import { ArrayMaxSize, ArrayMinSize, IsBoolean, IsOptional } from 'class-validator'
import { ArgsType, Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { PageArgs } from '../../kernel/schema/page.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { withReason } from '../control/control.inputs.js'
import { FrameworkUse, FurtherOutcome, UncoveredGround } from '../enums.js'

export const limits = { reason: 4_000, rationale: 10_000, codes: 200 } as const

const reasonNeeded = 'Why; needed once fieldwork began: the change is kept, with what had been found until then.'
const papersNeeded = 'The papers that the reason rests on; one at least once anything was tested or raised.'
const printed =
  'Whether Section V prints the mapping as other information that the opinion does not cover; only of MAPPING_ONLY.'

@InputType({ description: 'Takes a criteria set of the firm into an engagement.' })
export class AddFrameworkInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => ID, { description: 'The criteria set of the firm; one that is not retired.' })
  criteriaSetId: string

  @Field(() => FrameworkUse, { description: 'Whether the opinion is to cover it, or controls are mapped to it only.' })
  use: words.FrameworkUse

  @Field(() => Boolean, { defaultValue: false, description: printed })
  @IsBoolean()
  printsMapping: boolean

  @Text({ max: limits.reason, nullable: true, description: reasonNeeded })
  reason?: string | null

  @Papers(papersNeeded)
  restsOnIds: string[]
}

@InputType({
  description:
    'Changes what an engagement uses a framework for: what is absent stays as it is; null is refused. An opinion decided on it is withdrawn where the use changes.',
})
export class UpdateFrameworkInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the framework that the act is about.' })
  frameworkId: string

  @Field(() => FrameworkUse, { nullable: true, description: 'Whether the opinion is to cover it.' })
  use?: words.FrameworkUse | null

  @Field(() => Boolean, { nullable: true, description: printed })
  @IsOptional()
  @IsBoolean()
  printsMapping?: boolean | null

  @Text({ max: limits.reason, nullable: true, description: reasonNeeded })
  reason?: string | null

  @Papers(papersNeeded)
  restsOnIds: string[]
}

@InputType({ description: 'Takes a framework out of an engagement. It stays on file and counts for nothing.' })
export class RetireFrameworkInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the framework that the act is about.' })
  frameworkId: string

  @Text({ max: limits.reason, description: 'Why the engagement uses it no more.' })
  reason: string

  @Papers(papersNeeded)
  restsOnIds: string[]
}

@InputType({ description: 'Says which criteria of a framework a control helps to meet: these and no others of it.' })
export class MapControlToFrameworkInput extends withReason(ChangeInput) {
  @Field(() => ID, { description: 'The id of the control that the act is about.' })
  controlId: string

  @Field(() => ID, { description: 'The framework of the same engagement.' })
  frameworkId: string

  @Field(() => [String], {
    description: `The codes of the criteria in the set, each once, at most ${limits.codes}; none of them recorded as uncovered.`,
  })
  @ArrayMaxSize(limits.codes)
  criteriaCodes: string[]
}

@InputType({ description: 'Records why no control serves criteria of a framework.' })
export class RecordUncoveredCriteriaInput extends ActInput {
  @Field(() => ID, { description: 'The framework that the criteria belong to.' })
  frameworkId: string

  @Field(() => [String], {
    description: `The codes of the criteria that the reason holds for, each once, at most ${limits.codes}; no control in use is mapped to any.`,
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(limits.codes)
  criteriaCodes: string[]

  @Field(() => UncoveredGround, { description: 'Whether they do not apply, or apply and are not met.' })
  ground: words.UncoveredGround

  @Text({ max: limits.reason, description: 'Why; the report discloses it where the opinion covers the framework.' })
  reason: string

  @Papers(papersNeeded)
  restsOnIds: string[]
}

@InputType({ description: 'Takes back why no control serves a criterion: a control is to be mapped to it.' })
export class RetractUncoveredCriterionInput extends ChangeInput {
  @Field(() => ID, { description: 'What was recorded of the criterion, and is taken back.' })
  uncoveredCriterionId: string

  @Text({ max: limits.reason, nullable: true, description: reasonNeeded })
  reason?: string | null

  @Papers(papersNeeded)
  restsOnIds: string[]
}

@InputType({ description: 'Decides on the opinion based on additional criteria.' })
export class DecideFrameworkOpinionInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the framework that the act is about.' })
  frameworkId: string

  @Field(() => String, {
    description: 'The `factsDigest` of the framework’s coverage that was read: on another state it is refused.',
  })
  factsDigest: string

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether what was not met in design is pervasive: adverse or a disclaimer, in place of qualified.',
  })
  @IsBoolean()
  isDesignPervasive: boolean

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether what was not met in operation is pervasive; not in a Type 1.',
  })
  @IsBoolean()
  isOperationPervasive: boolean

  @Text({
    max: limits.rationale,
    nullable: true,
    description: 'How far what was not met reaches; needed where the opinion is modified.',
  })
  rationale?: string | null

  @Papers('The papers that the rationale rests on; one at least where the opinion is modified.')
  restsOnIds: string[]
}

@InputType({ description: 'Conditions that criteria of a framework must meet, every one given.' })
export class FrameworkCriterionFilter {
  @Field(() => FurtherOutcome, { nullable: true, description: 'Those with this outcome in design or in operation.' })
  outcome?: words.FurtherOutcome | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Those that no control in use is mapped to, or those with one.',
  })
  @IsOptional()
  isWithoutControl?: boolean | null
}

@ArgsType()
export class FrameworkCriteriaArgs extends PageArgs {
  @Field(() => FrameworkCriterionFilter, {
    nullable: true,
    description: 'Only those that meet these conditions; all when not given.',
  })
  filter?: FrameworkCriterionFilter | null
}
