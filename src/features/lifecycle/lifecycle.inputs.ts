import { Field, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'

export const limits = { reason: 2_000 } as const

@InputType()
abstract class EngagementStepInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string
}

@InputType()
abstract class ReasonedStepInput extends EngagementStepInput {
  @Text({ max: limits.reason, description: 'Why it is done; it stands in the trail.' })
  reason: string
}

@InputType({ description: 'Begins the fieldwork of an engagement.' })
export class StartFieldworkInput extends EngagementStepInput {}

@InputType({ description: 'Ends fieldwork and begins completion.' })
export class StartCompletionInput extends EngagementStepInput {}

@InputType({ description: 'Goes back from fieldwork to planning.' })
export class ReturnToPlanningInput extends ReasonedStepInput {}

@InputType({ description: 'Goes back from completion to fieldwork.' })
export class ReturnToFieldworkInput extends ReasonedStepInput {}

@InputType({ description: 'Withdraws from an engagement.' })
export class WithdrawEngagementInput extends ReasonedStepInput {}
