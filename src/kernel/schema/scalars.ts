import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql'
import { GraphQLDateTimeISO, GraphQLLocalDate } from 'graphql-scalars'
import { isCalendarDate } from '../../rules/calendar.js'

/**
 * A scalar of the library, which says of a value that it cannot take what would be right. The library repeats the value: a
 * caller's mistake may be anything, a password included.
 */
function withoutEcho(scalar: GraphQLScalarType, name: string, example: string) {
  const config = scalar.toConfig()
  const orSay = <T>(take: () => T, node?: ValueNode): T => {
    try {
      return take()
    } catch {
      const what = `Expected value of type "${name}", written as ${example}.`
      throw new GraphQLError(what, node ? { nodes: node } : {})
    }
  }
  return {
    ...config,
    name,
    parseValue: (value: unknown) => orSay(() => config.parseValue(value)),
    parseLiteral: (node: ValueNode, variables?: Maybe<Record<string, unknown>>) =>
      orSay(() => config.parseLiteral(node, variables), node),
  }
}

type Maybe<T> = T | null | undefined

const rfc3339 = 'https://www.rfc-editor.org/rfc/rfc3339'
/** A moment, RFC 3339 with time zone; answered in UTC. */
export const Moment = new GraphQLScalarType({
  ...withoutEcho(GraphQLDateTimeISO, 'DateTime', '2025-12-31T12:00:00Z'),
  description: 'A moment, written as RFC 3339 has it; answered in UTC, such as 2025-12-31T12:00:00.000Z.',
  specifiedByURL: rfc3339,
})
/** A calendar day, `2019-12-31`, in no time zone. */
export const Day = new GraphQLScalarType({
  ...withoutEcho(GraphQLLocalDate, 'LocalDate', '2025-12-31'),
  description: 'A day of the calendar in no time zone, written as 2025-12-31 (a full-date of RFC 3339).',
  specifiedByURL: rfc3339,
  // The library makes a moment of each day that is answered, and writes it out again, to see whether the calendar has it.
  serialize: (day) => (typeof day === 'string' && isCalendarDate(day) ? day : GraphQLLocalDate.serialize(day)),
})
/** More than 9,007,199,254,740,991 no number of JSON holds exactly. */
const isByteCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
/** A number of bytes, for which the Int of GraphQL (two gigabytes) is too small. */
export const ByteCount = new GraphQLScalarType({
  name: 'ByteCount',
  description: 'A number of bytes, from 0 to 9007199254740991: a whole number as in JSON.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259#section-6',
  serialize: (value) => value,
  parseValue: (value) => {
    if (isByteCount(value)) return value
    throw new GraphQLError('Expected value of type "ByteCount", a whole number of bytes such as 1048576.')
  },
  parseLiteral: (node) => {
    const value = node.kind === Kind.INT ? Number(node.value) : null
    if (isByteCount(value)) return value
    throw new GraphQLError('Expected value of type "ByteCount", a whole number of bytes such as 1048576.', {
      nodes: node,
    })
  },
})
/** The bytes of a file, which no field takes. */
export const Base64 = new GraphQLScalarType({
  name: 'Base64',
  description: 'The bytes of a file, in base64 with `+`, `/` and `=`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc4648#section-4',
  serialize: (text) => text,
})
