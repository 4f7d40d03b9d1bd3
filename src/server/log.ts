import { type DestinationStream, type Logger, pino } from 'pino'
import { errorCode } from '../data/cannot-start.js'

/**
 * The service's log. Of an error it holds what finds the fault: never the values a statement was sent with, nor a
 * message of the database, which repeats them.
 */
export function serviceLog(level: string, stream?: DestinationStream): Logger {
  const options = { level, serializers: { err: shown } }
  return stream ? pino(options, stream) : pino(options)
}

function shown(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const { driverError } = error as { driverError?: { code?: string; constraint?: string; table?: string } }
  const code = errorCode(driverError ?? error)
  const ofDatabase = driverError !== undefined || 'severity' in error
  return {
    type: error.name,
    ...(ofDatabase ? {} : { message: error.message }),
    ...(code ? { code } : {}),
    ...(driverError?.constraint ? { constraint: driverError.constraint } : {}),
    ...(driverError?.table ? { table: driverError.table } : {}),
    stack: framesOf(error),
  }
}

/** Where it happened, without the message that a stack begins with. */
const framesOf = (error: Error): string[] =>
  (error.stack ?? '').split('\n').flatMap((line) => (/^\s+at /.test(line) ? [line.trim()] : []))
