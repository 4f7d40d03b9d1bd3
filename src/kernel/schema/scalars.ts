import { GraphQLError, GraphQLScalarType, type ValueNode } from 'graphql'
import { GraphQLDateTimeISO, GraphQLLocalDate } from 'graphql-scalars'
import { isCalendarDate } from '../../rules/calendar.js'
import { FileOnItsWay } from './sent-file.js'

/**
 * A scalar of the library, which says of a value that it cannot take what would be right. The library repeats the value: a
 * caller's mistake may be anything, a password included.
 */
function withoutEcho(scalar: GraphQLScalarType, example: string) {
  const config = scalar.toConfig()
  const orSay = <T>(take: () => T, node?: ValueNode): T => {
    try {
      return take()
    } catch {
      const what = `Expected value of type "${scalar.name}", written as ${example}.`
      throw new GraphQLError(what, node ? { nodes: node } : {})
    }
  }
  return {
    ...config,
    parseValue: (value: unknown) => orSay(() => config.parseValue(value)),
    parseLiteral: (node: ValueNode, variables?: Maybe<Record<string, unknown>>) =>
      orSay(() => config.parseLiteral(node, variables), node),
  }
}

type Maybe<T> = T | null | undefined

/** A moment, ISO 8601 with time zone. */
export const Moment = new GraphQLScalarType(withoutEcho(GraphQLDateTimeISO, '2025-12-31T12:00:00Z'))
/** A calendar day, `2019-12-31`, in no time zone. */
export const Day = new GraphQLScalarType({
  ...withoutEcho(GraphQLLocalDate, '2025-12-31'),
  // The library makes a moment of each day that is answered, and writes it out again, to see whether the calendar has it.
  serialize: (day) => (typeof day === 'string' && isCalendarDate(day) ? day : GraphQLLocalDate.serialize(day)),
})
/** A file, sent beside the operation (GraphQL multipart request). */
export const Upload = new GraphQLScalarType({
  name: 'Upload',
  description: 'The `Upload` scalar type represents a file upload.',
  parseValue: (value) => {
    if (value instanceof FileOnItsWay) return value.come
    throw new GraphQLError('Expected value of type "Upload".')
  },
  parseLiteral: (node) => {
    throw new GraphQLError('Expected value of type "Upload".', { nodes: node })
  },
  serialize: () => {
    throw new GraphQLError('Upload serialization unsupported.')
  },
})
