import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Key, Text } from '../../kernel/schema/text.js'

const limits = { reason: 4_000, code: 10 } as const

@InputType({ description: 'Decides why days on which no control in operation served a criterion are no deficiency.' })
export class DecideCoverageGapInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Key({ max: limits.code, description: 'The criterion’s code, e.g. CC6.1.' })
  criterionCode: string

  @DayInput({ description: 'The first day of the gap, as `coverageGaps` has it.' })
  gapFrom: string

  @DayInput({ description: 'The last day of the gap, as `coverageGaps` has it.' })
  gapTo: string

  @Text({ max: limits.reason, description: 'Why the service commitments were achieved on these days all the same.' })
  reason: string

  @Papers('The papers that the reason rests on; one at least.')
  restsOnIds: string[]
}
