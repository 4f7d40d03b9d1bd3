import { ArrayMaxSize, ArrayUnique, IsIn, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Line, Text } from '../../kernel/schema/text.js'
import { calendarLimits } from '../../rules/days.js'
import type * as words from '../../rules/vocabulary.js'
import { words as valuesOf, weekDays } from '../../rules/vocabulary.js'
import { WeekDay } from '../enums.js'

const limits = { timeZone: 60, reason: 2_000 } as const

@InputType({ description: 'A day on which nobody works at the client.' })
export class HolidayInput {
  @DayInput({ description: 'The day of the year that it falls on.' })
  fallsOn: string

  @Line({ max: calendarLimits.holidayName, description: 'What the client calls it.' })
  name: string
}

/** What is said of when people work at a client, and why. */
export interface CalendarGiven {
  timeZone: string
  weekendDays: words.WeekDay[]
  holidays: HolidayInput[]
  reason: string
}

/** What an input that sets a calendar has beside the object that it is about. */
export function calendarGiven(): abstract new () => ChangeInput & CalendarGiven {
  @InputType()
  abstract class CalendarInput extends ChangeInput implements CalendarGiven {
    @Line({ max: limits.timeZone, description: 'The time zone in which its days begin and end, by its IANA name.' })
    timeZone: string

    @Field(() => [WeekDay], {
      description: 'The days of its weekend, each once, at most 6: a week has a day of work.',
    })
    @ArrayMaxSize(calendarLimits.weekendDays)
    @ArrayUnique()
    @IsIn(valuesOf(weekDays), { each: true })
    weekendDays: words.WeekDay[]

    @Field(() => [HolidayInput], { description: 'The holidays it named, each day once, at most 100.' })
    @ArrayMaxSize(calendarLimits.holidays)
    @ValidateNested({ each: true })
    holidays: HolidayInput[]

    @Text({
      max: limits.reason,
      description: 'Where it comes from: which occurrences of controls are expected follows from it.',
    })
    reason: string
  }
  return CalendarInput
}

@InputType({ description: 'Says when people work at a client: all of it, in place of what was said before.' })
export class ChangeClientCalendarInput extends calendarGiven() {
  @Field(() => ID, { description: 'The id of the client that the act is about.' })
  clientId: string
}
