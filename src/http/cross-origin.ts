import cors from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** What a page of another origin may send: a token, JSON, and what clients state about themselves and their operation. */
const allowedHeaders = [
  'authorization',
  'content-type',
  'apollo-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
  'x-apollo-operation-name',
  'x-request-id',
  'range',
  'if-range',
  'traceparent',
  'tracestate',
]
/** What an answer says of a file. */
const ofFiles = ['content-disposition', 'content-range', 'accept-ranges', 'repr-digest']
/** What it may read of an answer beside its body: which request it was, the budgets, when to try again, the version of a document. */
const exposedHeaders = ['x-request-id', 'ratelimit', 'ratelimit-policy', 'retry-after', 'etag', ...ofFiles]
/** How long a browser need not ask again. Chromium keeps an answer for two hours at most. */
const preflightSeconds = 7_200

/**
 * Lets pages of these origins read what the service answers. No other origin is answered with a header of CORS, nor is any
 * where none is set. Cookies and the like (`credentials`) are never allowed: callers carry a token.
 * @param origins exactly as browsers send them
 */
export async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return
  await app.register(cors, {
    origin: (origin, done) => done(null, origin !== undefined && origins.includes(origin)),
    methods: ['GET', 'HEAD', 'POST', 'PUT'],
    allowedHeaders,
    exposedHeaders,
    maxAge: preflightSeconds,
  })
}

/**
 * Whether a page of another origin cannot have sent the request without the browser asking the service first: it carries a
 * bearer token, which a page has to set itself. (Basic authentication a browser may add by itself.)
 */
export const carriesBearer = ({ headers }: FastifyRequest): boolean => /^bearer /i.test(headers.authorization ?? '')
