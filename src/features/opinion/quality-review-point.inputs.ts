import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Text } from '../../kernel/schema/text.js'

export const limits = { objection: 4_000, reason: 4_000 } as const

@InputType({ description: 'Objects, as the quality reviewer: the report is not issued before it is settled.' })
export class RaiseQualityReviewPointInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Text({ max: limits.objection, description: 'What you object to, and why.' })
  objection: string

  @Field(() => Boolean, {
    description:
      'Whether you object to the opinion itself, its conclusions or their bases: only such a point, once a third person upholds it, asks for another opinion, and only such a one, raised on the opinion as it is decided and overruled, lets it stand without your agreement.',
  })
  concernsOpinion: boolean
}

@InputType({ description: 'Withdraws an objection of the quality reviewer.' })
export class WithdrawQualityReviewPointInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the objection that is withdrawn.' })
  qualityReviewPointId: string

  @Text({ max: limits.reason, description: 'What was done about it, or why it does not stand.' })
  reason: string
}

@InputType({ description: 'Settles a difference of opinion between the engagement partner and the quality reviewer.' })
export class ResolveDifferenceInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the objection that is settled.' })
  qualityReviewPointId: string

  @Field(() => Boolean, {
    description:
      'Whether you agree with the quality reviewer: the opinion is then decided anew, and otherwise than it is where the point concerns it. If not, it can stand.',
  })
  upheld: boolean

  @Text({ max: limits.reason, description: 'Why you settle it so.' })
  reason: string

  @Papers('What the settlement rests on, one paper at least.')
  restsOnIds: string[]
}
