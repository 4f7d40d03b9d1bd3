import type { ApolloServerPlugin, GraphQLResponse } from '@apollo/server'
import type { FastifyBaseLogger } from 'fastify'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { Fault } from '../kernel/access/faults.js'
import type { Context } from '../kernel/execute/context.js'
import { checkOperation, operationAnswered } from '../kernel/execute/operation.js'
import { costs } from '../kernel/execute/point-costs.js'
import { priceIn, retryAfterSeconds } from './admission.js'
import { causeOf, isAlarm, isForCaller } from './errors.js'

/**
 * Charges each operation before it runs, ends its read transaction after it, has it recorded where it is to be, and logs internal errors.
 * @param shown how an error is shown to the caller
 */
export const perRequest = (
  log: FastifyBaseLogger,
  shown: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError,
): ApolloServerPlugin<Context> => ({
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, operation, request, contextValue }) {
        // Where none is to run it is not clear which one was meant, and the executor says so.
        if (!operation) return
        try {
          checkOperation(contextValue.request, { schema, document, operation }, request.variables ?? {})
        } catch (error) {
          throw error instanceof Fault ? tooManyRequests(error) : error
        }
      },
      async didEncounterErrors({ errors, contextValue, operation, document }) {
        if (document && !operation) contextValue.request.cost.charge(costs.invalidDocument)
        if (contextValue.answer.end) keepOneOfEach(errors)
        for (const error of errors) noteFault(log, contextValue, error)
      },
      async willSendResponse({ contextValue, operation, response }) {
        const unrecorded = await faultOfRecords(contextValue)
        if (unrecorded) {
          noteFault(log, contextValue, unrecorded)
          answerAlone(response, shown(unrecorded.toJSON(), unrecorded))
        }
        await operationAnswered(contextValue, codesIn(response))
        // What acts have committed is answered all the same.
        if (contextValue.answer.end && operation?.operation !== 'mutation') withoutData(response)
        markOutage(response)
        sayWhenAgain(response)
        if (response.body.kind === 'single')
          Object.assign(response.body.singleResult, priceIn(contextValue.request.cost.state))
      },
    }
  },
})

/** Puts what is wrong with the service itself into the log, under the request's id, which the caller is shown. */
function noteFault(log: FastifyBaseLogger, { request }: Context, error: GraphQLError): void {
  const cause = causeOf(error)
  if (isForCaller(error) && !isAlarm(cause)) return
  Object.assign(error.extensions, { requestId: request.id })
  log.error({ err: cause, requestId: request.id, path: error.path }, 'fault')
}

/** Records what is to be recorded. @returns why that could not be done; null where it was */
async function faultOfRecords(context: Context): Promise<GraphQLError | null> {
  try {
    await context.writeRecords()
    return null
  } catch (error) {
    return new GraphQLError('It could not be recorded.', { originalError: error as Error })
  }
}

/** What was asked and is not recorded is not answered. */
function answerAlone({ body }: GraphQLResponse, error: GraphQLFormattedError): void {
  if (body.kind === 'single') Object.assign(body.singleResult, { data: null, errors: [error] })
}

/** Each field that met the end of the operation has brought the same error. In place: the errors are formatted next. */
function keepOneOfEach(errors: readonly GraphQLError[]): void {
  ;(errors as GraphQLError[]).splice(0, errors.length, ...new Set(errors))
}

/** A part of what was asked for could be taken for all of it. */
function withoutData({ body }: GraphQLResponse): void {
  if (body.kind === 'single') body.singleResult.data = null
}

/** What exceeds a budget. What is not one of Apollo's own errors it takes for an internal one. */
function tooManyRequests(fault: Fault): GraphQLError {
  const extensions = { code: fault.code, http: { status: 429 } }
  return new GraphQLError(fault.message, { originalError: fault, extensions })
}

/** An outage is shown to those as well who do not read the body, where nothing else was answered in it. */
function markOutage({ http, body }: GraphQLResponse): void {
  if (body.kind !== 'single') return
  const { data, errors = [] } = body.singleResult
  const away = errors.filter(({ extensions }) => extensions?.code === 'UNAVAILABLE')
  const failed = new Set(errors.map(({ path }) => path?.[0]))
  if (away.length === 0 || Object.entries(data ?? {}).some(([key, value]) => value !== null || !failed.has(key))) return
  http.status = 503
  http.headers.set('retry-after', retryAfterSeconds)
}

const codesIn = ({ body }: GraphQLResponse): string[] =>
  body.kind === 'single' ? (body.singleResult.errors ?? []).map(({ extensions }) => String(extensions?.code)) : []

/** When the same request can be answered, for those who do not read the body. */
function sayWhenAgain({ http, body }: GraphQLResponse): void {
  if (body.kind !== 'single') return
  const times = (body.singleResult.errors ?? []).map(({ extensions }) => Number(extensions?.retryAfterSeconds) || 0)
  const latest = Math.max(0, ...times)
  if (latest > 0) http.headers.set('retry-after', String(latest))
}
