import { type DestinationStream, type Logger, pino } from 'pino'
import { errorCode } from '../kernel/cannot-start.js'

/**
 * The service's log. Of an error it holds what finds the fault: never the values a statement was sent with, nor a
 * message that repeats what was sent: of the database, of GraphQL, of a parser, or of Node about an argument.
 */
export function serviceLog(level: string, stream?: DestinationStream): Logger {
  const options = { level, serializers: { err: shown } }
  return stream ? pino(options, stream) : pino(options)
}

function shown(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = errorCode(error)
  const { severity, constraint, table } = error as { severity?: string; constraint?: string; table?: string }
  return {
    type: error.name,
    ...(severity !== undefined || repeats(error) ? {} : { message: error.message }),
    ...(code ? { code } : {}),
    ...(constraint ? { constraint } : {}),
    ...(table ? { table } : {}),
    stack: framesOf(error),
  }
}

const repeats = (error: Error): boolean =>
  ['GraphQLError', 'SyntaxError', 'RangeError', 'URIError'].includes(error.name) ||
  `${(error as { code?: unknown }).code}`.startsWith('ERR_')

/** Where it happened, without the message that a stack begins with. */
const framesOf = (error: Error): string[] =>
  (error.stack ?? '').split('\n').flatMap((line) => (/^\s+at /.test(line) ? [line.trim()] : []))
