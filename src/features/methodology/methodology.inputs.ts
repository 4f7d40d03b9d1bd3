import { ArrayMaxSize, IsInt, IsNumber, Max, Min, ValidateIf, ValidateNested } from 'class-validator'
import { Field, Float, InputType, Int } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'
import { INQUIRY_DAYS_MAX } from '../../rules/documents.js'
import { ROW_SIZE_MAX, SAMPLING_ROWS } from '../../rules/sampling-table.js'
import type * as words from '../../rules/vocabulary.js'
import { responseElements } from '../../rules/vocabulary.js'
import { ControlFrequency, ResponseElement, RiskLevel } from '../enums.js'

export const limits = { reason: 2_000, coolingOffYears: 10 } as const

const given = ValidateIf((_, value) => value !== null && value !== undefined)

@InputType({ description: 'What the table is to ask for at one frequency and risk.' })
export class SamplingTableRowInput {
  @Field(() => ControlFrequency, { description: 'How often the control operates.' })
  frequency: words.ControlFrequency

  @Field(() => RiskLevel, { description: 'The risk that the control does not operate.' })
  risk: words.RiskLevel

  @Field(() => Int, { nullable: true, description: 'How many items are tested, 1 to 1,000; or a share, not both.' })
  @given
  @IsInt()
  @Max(ROW_SIZE_MAX)
  size?: number | null

  @Field(() => Float, { nullable: true, description: 'The share of the population that is tested, e.g. 0.15.' })
  @given
  @IsNumber()
  share?: number | null

  @Field(() => Int, { nullable: true, description: 'With a share: the least it may come to.' })
  @given
  @IsInt()
  leastSize?: number | null

  @Field(() => Int, { nullable: true, description: 'With a share: the most it may come to, 1,000 at most.' })
  @given
  @IsInt()
  mostSize?: number | null

  @Field(() => Int, { nullable: true, description: 'How many deviations so many items accept; 0 when left out.' })
  @given
  @IsInt()
  @Min(0)
  acceptedDeviationCount?: number | null
}

@InputType({
  description: 'Makes the next version of the firm’s methodology: what is left out stays as it is in the present one.',
})
export class ReviseMethodologyInput extends ChangeInput {
  @Field(() => [SamplingTableRowInput], {
    nullable: true,
    description: `A new table: one row for each frequency at each risk, ${SAMPLING_ROWS} in all.`,
  })
  @given
  @ArrayMaxSize(SAMPLING_ROWS)
  @ValidateNested({ each: true })
  rows?: SamplingTableRowInput[] | null

  @Field(() => Float, {
    nullable: true,
    description: 'A decimal such as 0.9: the confidence of controls that name none.',
  })
  @given
  @IsNumber()
  confidence?: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'A decimal such as 0.1: the tolerable rate of controls that name none.',
  })
  @given
  @IsNumber()
  tolerableRate?: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The least confidence that a control may name, 0.8 or more; less is the engagement partner’s.',
  })
  @given
  @IsNumber()
  leastConfidence?: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The greatest tolerable rate that a control may name, 0.2 or less; more is the engagement partner’s.',
  })
  @given
  @IsNumber()
  greatestTolerableRate?: number | null

  @Field(() => [ResponseElement], {
    nullable: true,
    description:
      'What a response of management must hold where it agrees with the exception, all of it; an empty list for nothing.',
  })
  @given
  @ArrayMaxSize(Object.keys(responseElements).length)
  responseElements?: words.ResponseElement[] | null

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether an examination needs a quality reviewer; where not, a second reader takes their place in the list. A FIRM_ADMIN alone revises it.',
  })
  @given
  requiresQualityReviewer?: boolean | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether a report tells design and operation category by category where the opinion on them differs.',
  })
  @given
  splitsOpinionByCategory?: boolean | null

  @Field(() => Int, {
    nullable: true,
    description:
      'How many years after leading an engagement of a client a person may be neither quality reviewer nor second reader of one of that client: 0 to 10. A FIRM_ADMIN alone revises it.',
  })
  @given
  @IsInt()
  @Min(0)
  @Max(limits.coolingOffYears)
  coolingOffYears?: number | null

  @Field(() => Int, {
    nullable: true,
    description:
      'For how many days an inquiry about subsequent events holds, 1 to 30; it holds at once for every engagement. A FIRM_ADMIN alone revises it.',
  })
  @given
  @IsInt()
  @Min(1)
  @Max(INQUIRY_DAYS_MAX)
  inquiryDays?: number | null

  @Text({ max: limits.reason, description: 'Why the firm changes its methodology.' })
  reason: string
}
