import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Text } from '../../kernel/schema/text.js'

const limits = { reason: 4_000 } as const

@InputType({
  description: 'Records why days of a control’s time are covered by no population and by no update procedure.',
})
export class AcceptPopulationGapInput extends ActInput {
  @Field(() => ID, { description: 'The id of the control that the act is about.' })
  controlId: string

  @DayInput({ description: 'The first day of the gap, as `populationGaps` has it.' })
  gapFrom: string

  @DayInput({ description: 'The last day of the gap, as `populationGaps` has it.' })
  gapTo: string

  @Text({ max: limits.reason, description: 'Why the conclusion on the control holds on these days all the same.' })
  reason: string

  @Papers('The papers that the reason rests on; one at least.')
  restsOnIds: string[]
}
