import { ArrayMaxSize, ArrayMinSize, IsOptional } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput, ChangeInput, type Mixed } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { Cause, ExceptionCategory, ExceptionKind } from '../enums.js'
import { OCCURRENCES_MAX } from './exception.js'

export const limits = {
  title: 200,
  narrative: 4_000,
  note: 4_000,
  wording: 20_000,
  reason: 2_000,
  criteria: 100,
  deviations: 1_000,
} as const

interface Matter {
  category: words.ExceptionCategory
  cause: words.Cause
  title: string
  condition: string
  criteriaCodes?: string[] | null
  expectedOperation?: string | null
  failedFrom?: string | null
  failedTo?: string | null
  failurePeriodBasis?: string | null
  potentialImpact: string
  causeNote?: string | null
  evidenceNote?: string | null
}

/** What raising and updating an exception have in common. */
function withMatter<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, Matter, Updates> {
  @InputType()
  abstract class MatterInput extends (base as abstract new () => ActInput) implements Matter {
    @Field(() => ExceptionCategory, { nullable: updates, description: 'What sort of failure it was.' })
    category: words.ExceptionCategory

    @Field(() => Cause, {
      nullable: updates,
      description: 'Why it happened, as far as you know; UNDER_INVESTIGATION until the exception is confirmed.',
    })
    cause: words.Cause

    @Line({ max: limits.title, nullable: updates, description: 'The matter in a few words.' })
    title: string

    @Text({
      max: limits.narrative,
      nullable: updates,
      description: 'What went wrong. The figures are counted: do not type them in.',
    })
    condition: string

    @Field(() => [String], {
      nullable: true,
      description:
        'The criteria it concerns, by code. When not given on raising it, those of the control. For the description also DC1 to DC9.',
    })
    @IsOptional()
    @ArrayMinSize(1)
    @ArrayMaxSize(limits.criteria)
    criteriaCodes?: string[] | null

    @Text({
      max: limits.narrative,
      nullable: true,
      description: 'What was to be, where no control is concerned; a control’s own description is copied.',
    })
    expectedOperation?: string | null

    @DayInput({
      nullable: true,
      description: 'The first day of the failure, within the period, where you established it.',
    })
    failedFrom?: string | null

    @DayInput({
      nullable: true,
      description: 'The last day of the failure, within the period, where you established it.',
    })
    failedTo?: string | null

    @Text({
      max: limits.note,
      nullable: true,
      description:
        'How you established when the control failed; needed with failedFrom and failedTo. The days of the items are told without it.',
    })
    failurePeriodBasis?: string | null

    @Text({ max: limits.narrative, nullable: updates, description: 'What could come of it.' })
    potentialImpact: string

    @Text({ max: limits.note, nullable: true, description: 'More on why it happened; goes into Section IV.' })
    causeNote?: string | null

    @Text({ max: limits.note, nullable: true, description: 'The evidence in the working papers; for the team alone.' })
    evidenceNote?: string | null
  }
  return MatterInput as unknown as Mixed<Base, Matter, Updates>
}

@InputType({ description: 'Raises an exception. It is a draft until another person confirms it.' })
export class RaiseExceptionInput extends withMatter(ActInput, false) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => ID, { nullable: true, description: 'The control concerned. When not given, that of the procedure.' })
  controlId?: string | null

  @Field(() => ID, { nullable: true, description: 'The procedure that found it.' })
  procedureId?: string | null

  @Field(() => ExceptionKind, { description: 'What kind of matter it is. A Type 1 has no operating deviations.' })
  kind: words.ExceptionKind

  @Field(() => [ID], {
    defaultValue: [],
    description:
      'The results it reports: deviations of that procedure. An operating deviation reports one at least, or a missing occurrence.',
  })
  @ArrayMaxSize(limits.deviations)
  resultIds: string[]

  @Field(() => [String], {
    defaultValue: [],
    description:
      'The cycles of the missing occurrences of the control that it reports, e.g. `2025-Q3`, at most 400: an operating deviation without a procedure, or beside what one found.',
  })
  @ArrayMaxSize(OCCURRENCES_MAX)
  occurrenceLabels: string[]
}

@InputType({
  description:
    'Changes what a draft says of the matter: what is absent stays as it is; null clears failedFrom, failedTo, failurePeriodBasis, causeNote and evidenceNote, and is refused for the others.',
})
export class UpdateExceptionInput extends withMatter(ChangeInput, true) {
  @Field(() => ID, { description: 'The id of the exception that the act is about.' })
  exceptionId: string

  @Field(() => [String], {
    nullable: true,
    description:
      'The cycles of the missing occurrences that it reports, all of them, in place of those it reported: one that was found missing since is added so. At most 400.',
  })
  @IsOptional()
  @ArrayMaxSize(OCCURRENCES_MAX)
  occurrenceLabels?: string[] | null
}

@InputType({
  description: 'Counts the figures of an exception anew, and takes in further deviations of its procedure.',
})
export class RecountExceptionInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the exception that the act is about.' })
  exceptionId: string

  @Field(() => [ID], { defaultValue: [], description: 'Results to report too.' })
  @ArrayMaxSize(limits.deviations)
  resultIds: string[]
}

@InputType({ description: 'Words an exception for Section IV.' })
export class EditSectionFourTextInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the exception that the act is about.' })
  exceptionId: string

  @Text({ max: limits.wording, description: 'The wording. Its numbers must be the numbers recorded.' })
  wording: string
}

@InputType({ description: 'Confirms an exception for Section IV.' })
export class ConfirmExceptionInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the exception that the act is about.' })
  exceptionId: string
}

@InputType({ description: 'Communicates an exception to the client.' })
export class CommunicateExceptionInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the exception that the act is about.' })
  exceptionId: string

  @DayInput({ description: 'The day by which the client is to answer; today at the earliest.' })
  responseDueOn: string
}

@InputType({ description: 'Records that management corrected a misstatement of its description before the report.' })
export class RecordCorrectionInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the exception that the act is about.' })
  exceptionId: string

  @Text({
    max: limits.note,
    description: 'What the description says now in place of the misstatement; for the team alone.',
  })
  note: string

  @Field(() => ID, {
    nullable: true,
    description:
      'The section of the description that says it right, under a criterion that the misstatement names, written since it was raised.',
  })
  descriptionSectionId?: string | null

  @Papers('What shows that it was corrected, where no section of the description does, or beside it.')
  restsOnIds: string[]
}

@InputType({ description: 'Withdraws an exception. The record stays.' })
export class WithdrawExceptionInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the exception that the act is about.' })
  exceptionId: string

  @Text({ max: limits.reason, description: 'Why. The client reads it, where the exception was communicated.' })
  reason: string

  @Papers('What the reason rests on; one at least once the exception was confirmed.')
  restsOnIds: string[]
}
