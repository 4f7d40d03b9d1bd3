import { Field, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { DesignConclusion, OperationConclusion } from '../enums.js'

export const limits = { rationale: 4_000, reason: 2_000 } as const

@InputType({ description: 'Concludes on a control from its reviewed procedures; a later conclusion replaces it.' })
export class ConcludeControlInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the control that the act is about.' })
  controlId: string

  @Field(() => DesignConclusion, { description: 'Whether the design is suitable.' })
  design: words.DesignConclusion

  @Field(() => OperationConclusion, { nullable: true, description: 'How it operated; left out in a Type 1.' })
  operation?: words.OperationConclusion | null

  @Text({
    max: limits.rationale,
    description: 'Why; needed wherever the tests do not speak for themselves.',
    nullable: true,
  })
  rationale?: string | null

  @Papers('What the rationale rests on; needed where exceptions or figures speak against the conclusion.')
  restsOnIds: string[]
}

@InputType({
  description:
    'Marks a control as one that acts on no list of items (tone, structure, policies); a later mark replaces it and awaits approval again.',
})
export class MarkControlWithoutPopulationInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the control that the act is about: CONTINUOUS, and not AUTOMATED.' })
  controlId: string

  @Text({ max: limits.reason, description: 'Why there is no list of what it acted on that could be tested.' })
  reason: string
}

@InputType({ description: 'Approves, as another person, that a control has no population.' })
export class ApproveControlWithoutPopulationInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the mark that the act is about.' })
  markId: string
}
