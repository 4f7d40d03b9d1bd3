import { ArrayMaxSize, IsOptional, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Line, Text } from '../../kernel/schema/text.js'
import { COMMUNICATIONS_MAX } from '../../rules/suspicions.js'
import type * as words from '../../rules/vocabulary.js'
import { SuspicionEffect, SuspicionKind } from '../enums.js'

export const limits = { person: 200, what: 10_000, evaluation: 10_000 } as const

@InputType({ description: 'A person to whom a suspicion was communicated, and when.' })
export class SuspicionCommunicationInput {
  @Line({ max: limits.person, description: 'The name of the person who was told.' })
  name: string

  @Line({ max: limits.person, description: 'The role of that person, e.g. a member of the audit committee.' })
  role: string

  @DayInput({ description: 'The day on which the person was told; not before it was noticed, nor in the future.' })
  communicatedOn: string
}

@InputType({ description: 'Records suspected fraud or noncompliance, for the engagement partner alone.' })
export class RecordSuspectedNoncomplianceInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => SuspicionKind, { description: 'What kind of act you suspect.' })
  kind: words.SuspicionKind

  @Text({ max: limits.what, description: 'What you noticed, and how.' })
  what: string

  @DayInput({ description: 'The day on which you noticed it; not in the future.' })
  noticedOn: string

  @Field(() => [SuspicionCommunicationInput], {
    defaultValue: [],
    description: `Whom you told of it already; ${COMMUNICATIONS_MAX} people at most.`,
  })
  @ArrayMaxSize(COMMUNICATIONS_MAX)
  @ValidateNested({ each: true })
  communicatedTo: SuspicionCommunicationInput[]
}

@InputType({ description: 'Evaluates suspected fraud or noncompliance, the first time or again.' })
export class EvaluateSuspectedNoncomplianceInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the suspicion that the act is about.' })
  suspectedNoncomplianceId: string

  @Text({ max: limits.evaluation, description: 'What was done about it, and what you make of it.' })
  evaluation: string

  @Field(() => SuspicionEffect, { description: 'What it comes to for the examination.' })
  effect: words.SuspicionEffect

  @Field(() => ID, { nullable: true, description: 'The exception as which it is reported, where that is its effect.' })
  @IsOptional()
  exceptionId?: string | null

  @Field(() => [SuspicionCommunicationInput], {
    defaultValue: [],
    description: `To whom it was communicated beside those recorded before; ${COMMUNICATIONS_MAX} people at most in all.`,
  })
  @ArrayMaxSize(COMMUNICATIONS_MAX)
  @ValidateNested({ each: true })
  communicatedTo: SuspicionCommunicationInput[]
}
