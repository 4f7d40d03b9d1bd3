import { Field, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Day } from '../../kernel/schema/scalars.js'

@InputType({ description: 'Issues the report of an engagement.' })
export class IssueOpinionInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => Day, {
    description:
      'The date of the report: the day of the representation letter, and not before the work was finished and the quality review cleared.',
  })
  datedOn: string
}
