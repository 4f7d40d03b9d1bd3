import { Field, ID, InputType } from 'type-graphql'
import { Papers } from '../../kernel/schema/papers.js'
import { calendarGiven } from '../client/calendar.inputs.js'

@InputType({
  description: 'Changes the calendar that an engagement uses: all of it, in place of what was said before.',
})
export class ChangeEngagementCalendarInput extends calendarGiven() {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Papers('The papers that the reason rests on; one at least.')
  restsOnIds: string[]
}
