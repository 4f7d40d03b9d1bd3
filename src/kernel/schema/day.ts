import { registerDecorator, ValidateIf } from 'class-validator'
import { Field } from 'type-graphql'
import { isCalendarDate } from '../../rules/calendar.js'
import { Day } from './scalars.js'

/** A day of an input, one the calendar has: the scalar alone lets the year 0 pass, which the database does not know. */
export function DayInput({
  description,
  nullable = false,
}: {
  description: string
  nullable?: boolean
}): PropertyDecorator {
  return (target, property) => {
    Field(() => Day, { description, nullable })(target, property as string)
    if (nullable) ValidateIf((_, value) => value !== null && value !== undefined)(target, property as string)
    registerDecorator({
      name: 'day',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value) => typeof value === 'string' && isCalendarDate(value),
        defaultMessage: () => `${String(property)} must be a day of the calendar, written as 2025-12-31.`,
      },
    })
  }
}
