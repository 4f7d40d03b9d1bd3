import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'

export const limits = { reason: 2_000 } as const

@InputType({ description: 'Places a legal hold on an engagement.' })
export class PlaceLegalHoldInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement whose evidence, files and imported items are to be kept.' })
  engagementId: string

  @Text({ max: limits.reason, description: 'Why it is placed, e.g. the matter in which the files may be asked for.' })
  reason: string
}

@InputType({ description: 'Releases a legal hold.' })
export class ReleaseLegalHoldInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the legal hold that is released.' })
  legalHoldId: string

  @Text({ max: limits.reason, description: 'Why it is needed no longer; it stays on record.' })
  reason: string
}
