import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql'
import { Fault } from '../kernel/access/faults.js'
import { outageOf } from '../kernel/driver/outages.js'
import { RequestError, shownMessage } from '../kernel/execute/error-messages.js'
import { Denial, Refusal } from '../rules/refusal.js'

/** What went wrong underneath, for distinguishing a fault of the caller from an internal one. */
export function causeOf(error: unknown): unknown {
  let cause = error
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError
  return cause
}

/** Whether the caller sees what is wrong: it is their fault, or the protocol's. All else is internal and is masked. */
export const isForCaller = (error: GraphQLError): boolean => {
  const cause = causeOf(error)
  return cause instanceof Fault || isRefusal(cause) || (cause instanceof GraphQLError && !isOfAnswer(error, cause))
}

/** A denial belongs into the payload of an act: elsewhere it says that a row leads to one that is not there. */
const isRefusal = (cause: unknown): cause is Refusal => cause instanceof Refusal && !(cause instanceof Denial)

/** Whether graphql-js could not write an answer, which is no fault of the caller’s, unless an argument has no value. */
const isOfAnswer = ({ path }: GraphQLFormattedError, cause: GraphQLError): boolean =>
  path !== undefined && !(cause instanceof RequestError) && !cause.message.startsWith('Argument "')

/** What Apollo says of a request itself, in fixed words. */
const fixedWords: readonly unknown[] = ['BAD_REQUEST', 'PERSISTED_QUERY_NOT_SUPPORTED', 'PERSISTED_QUERY_NOT_FOUND']

/** Whether what the caller sees is something that the operator must look into. */
export const isAlarm = (cause: unknown): boolean => cause instanceof Fault && cause.code === 'DIGEST_MISMATCH'

/** All that a caller learns of a fault of ours. */
export const internalErrorMessage = 'Something went wrong on our side. Give us the request id.'

/** A top-level error as the caller sees it: no stack, no message of ours, nothing of the database, nothing of what was sent. */
export function shownError(
  schema: GraphQLSchema,
  formatted: GraphQLFormattedError,
  error: unknown,
): GraphQLFormattedError {
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
  // A rule that refuses a query, where there is no payload to say so in.
  if (isRefusal(cause)) {
    const { message, code: reason, at: argument } = cause
    return { message, ...place, extensions: { code: 'BAD_USER_INPUT', reason, argument } }
  }
  const code = formatted.extensions?.code
  if (cause instanceof GraphQLError && !isOfAnswer(formatted, cause)) {
    const isFixed = cause instanceof RequestError || fixedWords.includes(code)
    const message = isFixed ? cause.message : shownMessage(schema, cause.message)
    const isUnknown = code === undefined || code === 'INTERNAL_SERVER_ERROR'
    return { message, ...place, extensions: { code: isUnknown ? 'BAD_USER_INPUT' : code } }
  }
  return { message: internalErrorMessage, ...place, extensions: { code: 'INTERNAL', ...known } }
}

const suggestion = ' Did you mean '

/** The same, without the names that graphql-js proposes in place of a misspelt one: they give the schema away bit by bit. */
export function withoutSuggestions(
  schema: GraphQLSchema,
  formatted: GraphQLFormattedError,
  error: unknown,
): GraphQLFormattedError {
  const shown = shownError(schema, formatted, error)
  const at = causeOf(error) instanceof GraphQLError ? shown.message.lastIndexOf(suggestion) : -1
  return at < 0 ? shown : { ...shown, message: shown.message.slice(0, at) }
}
