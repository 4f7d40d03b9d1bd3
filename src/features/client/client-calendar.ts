import { Field, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Day } from '../../kernel/schema/scalars.js'
import { calendarLimits } from '../../rules/days.js'
import type * as words from '../../rules/vocabulary.js'
import { WeekDay } from '../enums.js'

@ObjectType({ description: 'A day on which nobody works at the client.' })
export class Holiday {
  @Field(() => Day, { description: 'The day of the year that it falls on.' })
  fallsOn: string

  @Field(() => String, { description: 'What the client calls it.' })
  name: string
}

@ObjectType({
  description:
    'When people work at a client: what days of work are for its periodic controls. Nothing of it is shipped but a weekend of Saturday and Sunday.',
})
export class ClientCalendar {
  @Field(() => String, { description: 'The time zone in which its days begin and end, by its IANA name.' })
  timeZone: string

  @Field(() => [WeekDay], atMost(calendarLimits.weekendDays, 'The days of its weekend, in the order of the week.'))
  weekendDays: words.WeekDay[]

  @Field(() => [Holiday], atMost(calendarLimits.holidays, 'The holidays it named, in order.'))
  holidays: Holiday[]
}

/** Of a client of which nothing was said. */
export const ordinaryCalendar: ClientCalendar = { timeZone: 'UTC', weekendDays: ['SATURDAY', 'SUNDAY'], holidays: [] }
