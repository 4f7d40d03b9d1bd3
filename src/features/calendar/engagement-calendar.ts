import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { EngagementRow, type Violations } from '../../kernel/store/row.js'
import { calendarLimits } from '../../rules/days.js'
import type * as words from '../../rules/vocabulary.js'
import { Holiday } from '../client/client-calendar.js'
import { WeekDay } from '../enums.js'

@Entity('engagement_calendar')
@ObjectType({
  implements: Node,
  description:
    'When people work at the client, as an engagement uses it: the first as the client’s stood when the first list was imported, or fieldwork ended; each later one changed by the engagement partner. Written once.',
})
export class EngagementCalendar extends EngagementRow {
  static readonly typeName = 'EngagementCalendar'
  static override readonly bounds = { engagementId: 10 }
  static override readonly violations: Violations = {
    engagement_calendar_once: ['The calendar of the engagement was changed at the same moment.', 'engagementId'],
  }

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'Which one of the engagement it is, from 1: the first is the client’s.' })
  number: number

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The time zone in which days begin and end, by its IANA name.' })
  timeZone: string

  @Column({ type: 'text', array: true })
  @Field(() => [WeekDay], atMost(calendarLimits.weekendDays, 'The days of the weekend, in the order of the week.'))
  weekendDays: words.WeekDay[]

  @Column({ type: 'jsonb' })
  @Field(() => [Holiday], atMost(calendarLimits.holidays, 'The holidays that the client named, in order.'))
  holidays: Holiday[]

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Where it comes from, or why it was changed; null where nothing was said of the client’s.',
  })
  reason: string | null

  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]
}
