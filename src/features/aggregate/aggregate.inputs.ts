import { ArrayMaxSize, IsOptional } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput, type Mixed } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { CRITERIA_MAX } from '../criterion/catalogue.js'
import { SubjectMatter } from '../enums.js'
import { withWeighing } from '../materiality/materiality.inputs.js'

export const limits = { cause: 2_000, commitment: 2_000, reason: 2_000, criteria: CRITERIA_MAX } as const

interface Together {
  sharedCause?: string | null
  affectedCommitment?: string | null
}

function withTogether<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  _updates: Updates,
): Mixed<Base, Together, Updates> {
  @InputType()
  abstract class TogetherInput extends (base as abstract new () => ActInput) implements Together {
    @Text({
      max: limits.cause,
      nullable: true,
      description: 'The cause that the exceptions share; needed where they are pervasive.',
    })
    sharedCause?: string | null

    @Text({
      max: limits.commitment,
      nullable: true,
      description: 'The service commitment or system requirement they affect; needed where they are pervasive.',
    })
    affectedCommitment?: string | null
  }
  return TogetherInput as unknown as Mixed<Base, Together, Updates>
}

@InputType({
  description:
    'Decides what exceptions come to together: all live ones that meet on the criteria named, or all of the subject matter named. Whether they are pervasive is decided over a subject matter.',
})
export class DecideAggregateInput extends withTogether(withWeighing(ActInput, false), false) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => [String], {
    defaultValue: [],
    description:
      'Criteria at which the same two or more exceptions meet, by code; one decision for all of them. None where a subject matter is named.',
  })
  @ArrayMaxSize(limits.criteria)
  criteriaCodes: string[]

  @Field(() => SubjectMatter, {
    nullable: true,
    description: 'The subject matter on which two or more exceptions bear; none where criteria are named.',
  })
  subjectMatter?: words.SubjectMatter | null
}

@InputType({
  description:
    'Decides anew on the exceptions as they are now, those that were raised since among them: what is absent stays as it is, null clears restsOnIds, sharedCause and affectedCommitment alone; another judgment, or other exceptions, state again what was weighed. An approval lapses. Who revises it is then its author.',
})
export class ReviseAggregateInput extends withTogether(withWeighing(ChangeInput, true), true) {
  @Field(() => ID, { description: 'The id of the decision that the act is about.' })
  aggregateDecisionId: string

  @Field(() => [String], {
    nullable: true,
    description: 'The criteria it is then about; fewer where other exceptions meet at some of them by now.',
  })
  @IsOptional()
  @ArrayMaxSize(limits.criteria)
  criteriaCodes?: string[] | null
}

@InputType({ description: 'Approves a decision on exceptions together.' })
export class ApproveAggregateInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the decision that the act is about.' })
  aggregateDecisionId: string
}

@InputType({ description: 'Returns a decision on exceptions together to be revised.' })
export class ReturnAggregateInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the decision that the act is about.' })
  aggregateDecisionId: string

  @Text({ max: limits.reason, description: 'Why.' })
  reason: string
}
