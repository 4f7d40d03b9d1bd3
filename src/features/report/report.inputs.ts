import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ChangeInput } from '../../kernel/schema/input.js'

@InputType({ description: 'Dates the report of an engagement.' })
export class DateReportInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @DayInput({
    description:
      'The date of the report: the day of the representation letter, and not before the last evidence, the last review and the assertion.',
  })
  datedOn: string
}

@InputType({ description: 'Issues the report of an engagement: releases it under the date that it was given.' })
export class IssueOpinionInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string
}
