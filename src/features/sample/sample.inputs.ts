import { ArrayMaxSize, IsInt, Max, Min, ValidateIf, ValidateNested } from 'class-validator'
import { Field, ID, InputType, Int } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Key, Text } from '../../kernel/schema/text.js'
import { SAMPLE_MAX } from '../../rules/sampling.js'
import { STAGES_MAX } from '../../rules/stages.js'
import type * as words from '../../rules/vocabulary.js'
import { SampleBasis, SelectionMethod } from '../enums.js'
import { intakeLimits } from '../population/intake.js'

export const limits = { reason: 2_000 } as const

const given = ValidateIf((_, value) => value !== null && value !== undefined)

@InputType({ description: 'A stage by which the sample may be extended, fixed before anything is drawn.' })
export class SampleStageInput {
  @Field(() => Int, { description: 'How many items it adds.' })
  @IsInt()
  additionalCount: number

  @Field(() => Int, { description: 'How many deviations the sample accepts in all after it.' })
  @IsInt()
  acceptedDeviationCount: number
}

@InputType({ description: 'Draws the sample of a procedure from a frozen population of the same control.' })
export class DrawSampleInput extends ActInput {
  @Field(() => ID, { description: 'The procedure that will test the items.' })
  procedureId: string

  @Field(() => ID, { description: 'The frozen population to draw from.' })
  populationId: string

  @Field(() => SampleBasis, { description: 'How the size is determined.' })
  basis: words.SampleBasis

  @Field(() => SelectionMethod, { description: 'How items are selected.' })
  method: words.SelectionMethod

  @Field(() => Int, { nullable: true, description: 'The size, where it is not the one computed.' })
  @given
  @IsInt()
  size?: number | null

  @Text({ max: limits.reason, description: 'Why this size, where it is not the one computed.', nullable: true })
  sizeReason?: string | null

  @Papers(
    'Where deviations were found in what another procedure of the control drew: the papers that sizeReason rests on.',
  )
  restsOnIds: string[]

  @Key({
    max: intakeLimits.columnNameChars,
    description: 'STRATIFIED: the column that names the stratum of an item.',
    nullable: true,
  })
  stratumColumn?: string | null

  @Field(() => [String], {
    nullable: true,
    description: 'HAPHAZARD, BLOCK and TARGETED: the keys of the items picked, 10,000 at most.',
  })
  @given
  @ArrayMaxSize(SAMPLE_MAX)
  itemKeys?: string[] | null

  @Field(() => [SampleStageInput], {
    nullable: true,
    description: `The stages by which it may be extended, in their order, ${STAGES_MAX} at most. Any other extension dilutes.`,
  })
  @given
  @ArrayMaxSize(STAGES_MAX)
  @ValidateNested({ each: true })
  stages?: SampleStageInput[] | null
}

@InputType({ description: 'Adds items to a sample: the next in rank, or, where the auditor picked, those picked now.' })
export class ExtendSampleInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the sample that the act is about.' })
  sampleId: string

  @Field(() => Int, { nullable: true, description: 'How many more; not for samples whose items were picked.' })
  @given
  @IsInt()
  @Min(1)
  @Max(SAMPLE_MAX)
  additionalCount?: number | null

  @Field(() => [String], { nullable: true, description: 'The keys of the items picked, where items were picked.' })
  @given
  @ArrayMaxSize(SAMPLE_MAX)
  itemKeys?: string[] | null

  @Text({
    max: limits.reason,
    nullable: true,
    description: 'Why the sample is extended; a planned stage needs no reason. To see the rate fall is none.',
  })
  reason?: string | null

  @Papers('DILUTION: the papers that the reason rests on; one at least.')
  restsOnIds: string[]
}
