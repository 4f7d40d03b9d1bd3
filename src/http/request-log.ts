import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LogEntry } from '../kernel/execute/log-entry.js'

declare module 'fastify' {
  interface FastifyRequest {
    entry: LogEntry
  }
}

const requestIds = /^[\w.-]{1,64}$/
/** W3C Trace Context, version 00: the trace, and the span of the caller in it. */
const traceparents = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/

/** The id of a request: the one that the caller gives it (`x-request-id`), where it is short and plain; else a new one. */
export function requestIdOf({ headers }: Pick<FastifyRequest['raw'], 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && requestIds.test(given) ? given : randomUUID()
}

/** Writes a line to the log for each request that was answered. Its address is given by the route alone. */
export function logRequests(app: FastifyInstance): void {
  app.decorateRequest('entry', null as unknown as LogEntry)
  app.addHook('onRequest', async (request) => {
    request.entry = new LogEntry()
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, claims, entry } = request
    const operation = entry.operation?.name
    // A token may hold whose session has ended: the database says so while the request is answered.
    const isMember = claims && !entry.codes.has('UNAUTHENTICATED')
    request.log.info(
      {
        method,
        path: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        ...(operation ? { operation } : {}),
        ...(isMember ? { memberId: claims.memberId } : {}),
        ...(entry.codes.size > 0 ? { codes: [...entry.codes] } : {}),
        ...traceOf(request),
      },
      'answered',
    )
  })
}

/** The trace that a request is a part of, where its header is as it should be. */
function traceOf({ headers }: FastifyRequest): { traceId?: string; spanId?: string } {
  const [, traceId, spanId] = traceparents.exec(`${headers.traceparent ?? ''}`) ?? []
  return traceId && spanId ? { traceId, spanId } : {}
}
