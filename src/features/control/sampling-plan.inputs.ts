import { IsNumber, ValidateIf } from 'class-validator'
import { Field, Float, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Text } from '../../kernel/schema/text.js'

export const limits = { reason: 2_000 } as const

const given = ValidateIf((_, value) => value !== null && value !== undefined)

@InputType({
  description:
    'Names the rates for all samples of a control, before its first population is imported. What is left out, or null, is that of the firm’s methodology.',
})
export class PlanSamplingInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the control that the act is about.' })
  controlId: string

  @Field(() => Float, {
    nullable: true,
    description: 'A decimal such as 0.95: 1 minus the risk of relying on a control that does not deserve it.',
  })
  @given
  @IsNumber()
  confidence?: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'A decimal such as 0.05: the highest deviation rate at which the control can still be relied on.',
  })
  @given
  @IsNumber()
  tolerableRate?: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The deviation rate foreseen, below the tolerable one, often 0. A statistical sample needs it.',
  })
  @given
  @IsNumber()
  expectedRate?: number | null

  @Text({
    max: limits.reason,
    description: 'Why the rates go beyond the bounds of the methodology; the engagement partner alone plans so.',
    nullable: true,
  })
  reason?: string | null

  @Papers('What the reason rests on; needed where the rates go beyond the bounds of the methodology.')
  restsOnIds: string[]
}
