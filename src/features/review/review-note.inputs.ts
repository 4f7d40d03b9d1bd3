import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'

const limits = { text: 4_000, reason: 4_000 } as const

@InputType({ description: 'Writes a review note on a working paper.' })
export class AddReviewNoteInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => ID, {
    description:
      'The id of the working paper: a procedure, sample, result, walkthrough, population, exception, workpaper or engagement document, a control with its conclusion, a decision on materiality, a conclusion on a criterion or the opinion.',
  })
  nodeId: string

  @Text({ max: limits.text, description: 'What is to be answered, corrected or done.' })
  text: string

  @Field(() => ID, {
    nullable: true,
    description: 'The member who is to address it; left out, who prepared the procedure or is to perform it.',
  })
  assigneeId?: string | null
}

@InputType({ description: 'Addresses a review note.' })
export class AddressReviewNoteInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the review note that the act is about.' })
  reviewNoteId: string

  @Text({ max: limits.text, description: 'What was answered, corrected or done, and where it is seen.' })
  addressedNote: string
}

@InputType({ description: 'Opens a review note again that was addressed.' })
export class ReopenReviewNoteInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the review note that the act is about.' })
  reviewNoteId: string

  @Text({ max: limits.reason, description: 'What is missing still.' })
  reason: string
}

@InputType({ description: 'Clears a review note that was addressed.' })
export class ClearReviewNoteInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the review note that the act is about.' })
  reviewNoteId: string
}
