import { ArrayMaxSize, IsInt, IsOptional, Min, ValidateIf, ValidateNested } from 'class-validator'
import { Field, ID, InputType, Int } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { Cause, ResponsePosition, ResponseReturnKind } from '../enums.js'
import { STEPS_MAX } from './response-content.js'

export const limits = { narrative: 4_000, action: 1_000, name: 200, steps: STEPS_MAX, reason: 2_000 } as const

@InputType({ description: 'One step by which management corrects what went wrong.' })
export class RemediationStepInput {
  @Text({ max: limits.action, description: 'What management does about the exception in this step.' })
  action: string

  @Line({ max: limits.name, nullable: true, description: 'Who sees to it.' })
  owner?: string | null

  @DayInput({ nullable: true, description: 'The day by which it is to be done.' })
  dueOn?: string | null

  @Field(() => Boolean, { defaultValue: false, description: 'Whether it is done.' })
  done: boolean
}

/** An answer to an exception: there may be a response already, or not yet. */
@InputType()
abstract class AnswerInput extends ActInput {
  @Field(() => ID, { description: 'The exception to respond to.' })
  exceptionId: string

  @Field(() => Int, {
    nullable: true,
    description: 'The `version` of the response you read; left out while there is none.',
  })
  @ValidateIf((_, value) => value !== null && value !== undefined)
  @IsInt()
  @Min(1)
  expectedVersion?: number | null
}

@InputType({
  description: 'Writes the draft of a response: what is absent stays as it is, null clears it.',
})
export class DraftResponseInput extends AnswerInput {
  @Field(() => ResponsePosition, { nullable: true, description: 'Whether management agrees with the exception.' })
  position?: words.ResponsePosition | null

  @Text({
    max: limits.narrative,
    nullable: true,
    description: 'That management knows of the matter, and what it thinks of it.',
  })
  acknowledgement?: string | null

  @Field(() => Cause, { nullable: true, description: 'The category of the root cause, as management sees it.' })
  rootCauseCategory?: words.Cause | null

  @Text({ max: limits.narrative, nullable: true, description: 'The root cause in words.' })
  rootCause?: string | null

  @Field(() => [RemediationStepInput], { nullable: true, description: 'The steps of remediation: all of them.' })
  @IsOptional()
  @ArrayMaxSize(limits.steps)
  @ValidateNested({ each: true })
  remediation?: RemediationStepInput[] | null

  @Text({
    max: limits.narrative,
    nullable: true,
    description: 'Who at the service organization is responsible for the remediation.',
  })
  responsible?: string | null

  @DayInput({ nullable: true, description: 'The day by which all is to be done.' })
  targetOn?: string | null

  @Text({ max: limits.narrative, nullable: true, description: 'What keeps it from happening again.' })
  preventionOfRecurrence?: string | null
}

@InputType({ description: 'Declines to respond, for management. This is an answer too, and stands in the report.' })
export class DeclineToRespondInput extends AnswerInput {
  @Text({ max: limits.reason, description: 'Why management does not respond.' })
  reason: string
}

@InputType({ description: 'Gives a draft to management for approval.' })
export class RequestResponseApprovalInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the response that the act is about.' })
  responseId: string
}

@InputType({ description: 'Submits a response for management: a draft, or one that waits for approval.' })
export class SubmitResponseInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the response that the act is about.' })
  responseId: string
}

@InputType({ description: 'Returns a response to the client.' })
export class ReturnResponseInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the response that the act is about.' })
  responseId: string

  @Field(() => ResponseReturnKind, { description: 'In what way it cannot be accepted. The client reads it.' })
  kind: words.ResponseReturnKind

  @Text({ max: limits.reason, description: 'Why it is returned. The client reads it.' })
  reason: string
}

@InputType({ description: 'Accepts a response: it was read, is complete and not inconsistent with the findings.' })
export class AcceptResponseInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the response that the act is about.' })
  responseId: string
}

@InputType({ description: 'Flags a response as inconsistent with the findings, or takes the flag back.' })
export class FlagInconsistencyInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the response that the act is about.' })
  responseId: string

  @Text({
    max: limits.reason,
    nullable: true,
    description: 'In what it is inconsistent; the client reads it. Needed: null takes the flag back.',
  })
  note?: string | null
}

@InputType({ description: 'Notes that the day by which the client was to respond has passed.' })
export class NoteOverdueResponseInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the exception that the act is about.' })
  exceptionId: string

  @Text({ max: limits.reason, description: 'What was done to get a response; for the team alone.' })
  note: string
}
