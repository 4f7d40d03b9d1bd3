import type { GraphQLFormattedError } from 'graphql'
import { GraphQLError } from 'graphql'
import { Fault } from '../access/faults.js'
import { outageOf } from '../data/outages.js'
import { Refusal } from '../rules/refusal.js'

/** What went wrong underneath, for telling a fault of the caller from one of ours. */
export function causeOf(error: unknown): unknown {
  let cause = error
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError
  return cause
}

/** Whether the caller may read the message: their fault, or the protocol's. All else is ours and is masked. */
export const isTold = (cause: unknown): boolean =>
  cause instanceof Fault || cause instanceof Refusal || cause instanceof GraphQLError

/** Whether what the caller is told of is something that the operator must look into. */
export const isAlarm = (cause: unknown): boolean => cause instanceof Fault && cause.code === 'DIGEST_MISMATCH'

/** All that a caller learns of a fault of ours. */
export const ourFault = 'Something went wrong on our side. Tell us the request id.'

/** A top-level error as the caller sees it: no stack, no message of ours, nothing of the database. */
export function shownError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const cause = causeOf(error)
  const place = {
    ...(formatted.path ? { path: formatted.path } : {}),
    ...(formatted.locations ? { locations: formatted.locations } : {}),
  }
  const requestId = (error as GraphQLError).extensions?.requestId
  const known = requestId ? { requestId } : {}
  const fault = cause instanceof Fault ? cause : outageOf(cause)
  if (fault) {
    return { message: fault.message, ...place, extensions: { code: fault.code, ...fault.facts, ...known } }
  }
  // A rule that refuses a question, where there is no payload to say so in.
  if (cause instanceof Refusal) {
    const { message, code: reason, at: argument } = cause
    return { message, ...place, extensions: { code: 'BAD_USER_INPUT', reason, argument } }
  }
  const code = formatted.extensions?.code
  if (cause instanceof GraphQLError && code !== 'INTERNAL_SERVER_ERROR') {
    return { message: formatted.message, ...place, extensions: { code: code ?? 'BAD_USER_INPUT' } }
  }
  return { message: ourFault, ...place, extensions: { code: 'INTERNAL', ...known } }
}

const suggestion = ' Did you mean '

/** The same, without the names that graphql-js proposes in place of a misspelt one: they give the schema away bit by bit. */
export function withoutSuggestions(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const shown = shownError(formatted, error)
  const at = causeOf(error) instanceof GraphQLError ? shown.message.lastIndexOf(suggestion) : -1
  return at < 0 ? shown : { ...shown, message: shown.message.slice(0, at) }
}
