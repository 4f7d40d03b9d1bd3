import { GraphQLScalarType } from 'graphql'
import { GraphQLDateTimeISO, GraphQLLocalDate } from 'graphql-scalars'
import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs'
import { isCalendarDate } from '../rules/calendar.js'

/** A moment, ISO 8601 with time zone. */
export const Moment = GraphQLDateTimeISO
/** A calendar day, `2019-12-31`, in no time zone. */
export const Day = new GraphQLScalarType({
  ...GraphQLLocalDate.toConfig(),
  // The library makes a moment of each day that is answered, and writes it out again, to see whether the calendar has it.
  serialize: (day) => (typeof day === 'string' && isCalendarDate(day) ? day : GraphQLLocalDate.serialize(day)),
})
/** A file, sent beside the operation (GraphQL multipart request). */
export const Upload = GraphQLUpload
