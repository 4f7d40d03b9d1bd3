import { IsBoolean, IsInt, Max, Min } from 'class-validator'
import { Field, ID, InputType, Int } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Text } from '../../kernel/schema/text.js'
import { GRACE_MAX } from '../../rules/cycles.js'
import { limits } from '../control/control.inputs.js'

@InputType({
  description:
    'Says how the cycles of a periodic control follow each other: all of it, in place of what was said before; what is left out is as usual.',
})
export class ChangeControlCycleInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the control that the act is about.' })
  controlId: string

  @DayInput({
    nullable: true,
    description:
      'A day that begins one of its cycles; left out: those of the calendar, weeks from the day after the weekend.',
  })
  anchorOn?: string | null

  @Field(() => Int, {
    defaultValue: 0,
    description: 'How many days after the end of a cycle its occurrence is still in time: 0 to 31.',
  })
  @IsInt()
  @Min(0)
  @Max(GRACE_MAX)
  graceDays: number

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether days of grace, and the days of a DAILY control, are days of work by the client’s calendar.',
  })
  @IsBoolean()
  countsBusinessDays: boolean

  @DayInput({
    nullable: true,
    description:
      'When it last operated before the period: a cycle that holds that day needs no other occurrence, and the first one after it may be due one cycle later.',
  })
  lastOccurrenceOn?: string | null

  @Text({ max: limits.reason, nullable: true, description: 'Why; needed once the testing of the control has begun.' })
  reason?: string | null

  @Papers(
    'What it rests on: evidence of the last occurrence before the period, where that is named; a paper at least once the testing of the control has begun.',
  )
  restsOnIds: string[]
}
