import { GraphQLError, GraphQLScalarType } from 'graphql'
import { GraphQLDateTimeISO, GraphQLLocalDate } from 'graphql-scalars'
import { isCalendarDate } from '../rules/calendar.js'
import { FileOnItsWay } from './sent-file.js'

/** A moment, ISO 8601 with time zone. */
export const Moment = GraphQLDateTimeISO
/** A calendar day, `2019-12-31`, in no time zone. */
export const Day = new GraphQLScalarType({
  ...GraphQLLocalDate.toConfig(),
  // The library makes a moment of each day that is answered, and writes it out again, to see whether the calendar has it.
  serialize: (day) => (typeof day === 'string' && isCalendarDate(day) ? day : GraphQLLocalDate.serialize(day)),
})
/** A file, sent beside the operation (GraphQL multipart request). */
export const Upload = new GraphQLScalarType({
  name: 'Upload',
  description: 'The `Upload` scalar type represents a file upload.',
  parseValue: (value) => {
    if (value instanceof FileOnItsWay) return value.come
    throw new GraphQLError('Upload value invalid.')
  },
  parseLiteral: (node) => {
    throw new GraphQLError('Upload literal unsupported.', { nodes: node })
  },
  serialize: () => {
    throw new GraphQLError('Upload serialization unsupported.')
  },
})
