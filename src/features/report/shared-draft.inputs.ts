import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'

export const limits = { reason: 4_000 } as const

@InputType({ description: 'Shares the draft of the report, as it is now, with the client’s administrators.' })
export class ShareDraftInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string
}

@InputType({ description: 'Withdraws a draft from the client’s administrators.' })
export class WithdrawDraftInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the draft that is withdrawn.' })
  sharedDraftId: string

  @Text({ max: limits.reason, description: 'Why it is withdrawn.' })
  reason: string
}
