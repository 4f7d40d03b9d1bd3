import { STATUS_CODES } from 'node:http'
import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify'
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql'
import type { Claims } from '../kernel/access/actor.js'
import { Fault, isOutage } from '../kernel/access/faults.js'
import { outageOf } from '../kernel/driver/outages.js'
import { type AnswerLimits, AnswerSize, answerLimits } from '../kernel/execute/answer-size.js'
import { Context } from '../kernel/execute/context.js'
import { countedProperty } from '../kernel/execute/executor-resolvers.js'
import { documentFault, limits, shapeRule } from '../kernel/execute/limits.js'
import type { Services } from '../kernel/execute/services.js'
import type { Database } from '../kernel/store/database.js'
import { Admission, type AdmissionOptions, answerFault as answer, retryAfterSeconds } from './admission.js'
import { Bodies } from './bodies.js'
import { takeJson } from './body.js'
import { type ClientTimeouts, limitClientTimes, pace } from './client-timeouts.js'
import { offerCompression, sendAnswer } from './compression.js'
import { allowOrigins, carriesBearer } from './cross-origin.js'
import { documentStore } from './documents.js'
import { Drain } from './drain.js'
import { internalErrorMessage, shownError, withoutSuggestions } from './errors.js'
import { serveFiles } from './files.js'
import { type HealthTimes, serveHealth } from './health.js'
import { perRequest } from './per-request.js'
import { PlannedQueries } from './planned-queries.js'
import { type PublicDocuments, servePublicDocuments } from './public-documents.js'
import { logRequests, requestIdOf } from './request-log.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the token of the request says; null without one that holds. */
    claims: Claims | null
  }
}

export interface AppOptions extends AdmissionOptions, Omit<PublicDocuments, 'publicSchema'> {
  database: Database
  /** The guarded schema. */
  schema: GraphQLSchema
  /** What a token says; throws for one that does not hold. */
  verify: (token: string) => Promise<Claims>
  services: Services
  log: FastifyBaseLogger
  /** Proxies whose word on where a request comes from is taken; none when absent. */
  trustedProxies?: readonly string[]
  /** Origins whose pages may read what the service answers; none when absent. */
  allowedOrigins?: readonly string[]
  /** How much one operation answers at most, where that is not as usual. */
  answerLimits?: Partial<AnswerLimits>
  /** Where callers are to be quicker than usual. */
  pace?: Partial<ClientTimeouts>
  /** How soon `/readyz` answers, where that is not as usual. */
  health?: HealthTimes
  /** Whether everyone may read the text of the schema; not when absent. */
  publicSchema?: boolean
}

/** The HTTP face of the service. Listening and closing is the caller's. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const allowed = { ...pace, ...options.pace }
  const app = fastify({
    loggerInstance: options.log,
    bodyLimit: limits.bodyBytes,
    genReqId: requestIdOf,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    // What comes in on a connection that was open is answered, too.
    return503OnClosing: false,
    requestTimeout: allowed.file,
    http: { headersTimeout: allowed.headers, connectionsCheckingInterval: allowed.check },
    // Any caller can send the header; only these are believed.
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    // What cannot be taken as a request comes past every hook.
    frameworkErrors: ({ statusCode = 400 }, request, reply) =>
      noSuchPage((reply as FastifyReply).headers(headersOf(request)), statusCode),
  })
  app.decorate('drain', new Drain(app))
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headersOf(request))
  })
  logRequests(app)
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (error instanceof Fault && error.code === 'BAD_USER_INPUT') return answer(reply, 400, error)
    const outage = isOutage(error) ? error : outageOf(error)
    const status = outage ? 503 : (error.statusCode ?? 500)
    // A caller who breaks off in the midst of a request gets no answer any more, and it is no internal error.
    if (status < 500) return answer(reply, status, new Fault('BAD_USER_INPUT', refusedAs[status] ?? refusedAs[400]))
    if (error === request.raw.errored) return reply.send(error)
    request.log.error({ err: error, requestId: request.id }, 'fault')
    request.entry.codes.add(outage?.code ?? 'INTERNAL')
    if (outage) reply.header('retry-after', retryAfterSeconds)
    const message = outage?.message ?? internalErrorMessage
    return reply.code(status).send({ statusCode: status, error: STATUS_CODES[status], message, requestId: request.id })
  })
  await allowOrigins(app, options.allowedOrigins ?? [])
  await offerCompression(app)
  limitClientTimes(app, allowed)
  takeJson(app)
  app.setNotFoundHandler((_request, reply) => noSuchPage(reply, 404))
  const admission = new Admission(app, options)
  await serveGraphql(app, options, admission)
  await serveFiles(app, { ...options, admission }, allowed.fileIdle)
  serveHealth(app, options.database, options.services.files.storage, options.health)
  await servePublicDocuments(app, { ...options, publicSchema: options.publicSchema ? options.schema : null })
  return app
}

/** What is said of a request that cannot be taken in: the framework's own words may repeat what was sent. */
const refusedAs: Readonly<Record<number, string>> & { 400: string } = {
  400: 'The body cannot be read: send JSON, as long as the request says.',
  413: `The body has more than ${limits.bodyBytes} bytes.`,
  415: 'The content type is none that the service takes: send application/json.',
}

/** What every answer says of itself: it holds confidential data, is data, and is shown by no other page. */
const headersOf = (request: FastifyRequest) => ({
  'x-request-id': request.id,
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
})

/** An address may hold a secret: it is not repeated. */
const noSuchPage = (reply: FastifyReply, statusCode: number): FastifyReply =>
  reply.code(statusCode).send({ statusCode, error: STATUS_CODES[statusCode], message: 'There is no such page.' })

async function serveGraphql(app: FastifyInstance, options: AppOptions, admission: Admission): Promise<void> {
  const planned = new PlannedQueries()
  const bodies = new Bodies()
  app.decorateRequest('claims', null)
  const apollo = apolloOf(app, options, planned)
  await apollo.start()
  const answered = async (request: FastifyRequest, reply: FastifyReply, context: Context) => {
    if (await planned.answer(request, reply, context)) return reply
    const body = await fastifyApolloHandler(apollo, { context: async () => context }).call(app, request, reply)
    if (context.claims) planned.noteAnswered(request, reply)
    // What Apollo takes for no request it answers before any operation is known.
    if (reply.statusCode >= 400 && request.entry.codes.size === 0) request.entry.codes.add('BAD_REQUEST')
    // Nothing is answered in parts (@defer): it is all in one text.
    return sendAnswer(reply, body as string, request.entry)
  }
  const inTurn = async (request: FastifyRequest, reply: FastifyReply, context: Context) => {
    const fault = documentFault(documentOf(request))
    if (fault) return answer(reply, 400, new Fault('BAD_USER_INPUT', fault))
    return admission.inTurn(request, reply, () => answered(request, reply, context))
  }
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    onRequest: async (request, reply) => {
      const { length } = request.headers['content-type'] ?? ''
      if (length > limits.contentTypeChars) {
        return answer(reply, 415, new Fault('BAD_USER_INPUT', `The content type has ${length} characters.`))
      }
      // Apollo asks for this header, or a content type that no form can have.
      if (carriesBearer(request)) request.headers['apollo-require-preflight'] = 'true'
      request.claims = await claimsOf(request, options.verify)
      if (!bodies.takesIn(request, reply, request.claims)) return reply
    },
    handler: async (request, reply) => {
      const context = contextOf(request, reply, options, admission)
      if (!admission.takesIn(request, reply, documentOf(request))) return reply
      return inTurn(request, reply, context)
    },
  })
}

function apolloOf(app: FastifyInstance, options: AppOptions, planned: PlannedQueries): ApolloServer<Context> {
  const shownBy = options.explorer ? shownError : withoutSuggestions
  const shown = (formatted: GraphQLFormattedError, error: unknown) => shownBy(options.schema, formatted, error)
  return new ApolloServer<Context>({
    schema: options.schema,
    fieldResolver: countedProperty,
    introspection: options.explorer,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    // Any caller could fill the memory with them.
    persistedQueries: false,
    documentStore: documentStore(),
    stopOnTerminationSignals: false,
    validationRules: [shapeRule],
    parseOptions: { maxTokens: limits.tokens },
    formatError: shown,
    validationOptions: { maxErrors: limits.validationErrors },
    logger: options.log,
    plugins: [
      fastifyApolloDrainPlugin(app),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      perRequest(options.log, shown),
      planned.planning,
    ],
  })
}

/** The text of an operation; empty where a request has none in its place. */
function documentOf(request: FastifyRequest): string {
  const { query } = (request.method === 'GET' ? request.query : (request.body ?? {})) as { query?: unknown }
  return typeof query === 'string' ? query : ''
}

function contextOf(request: FastifyRequest, reply: FastifyReply, options: AppOptions, admission: Admission): Context {
  const { claims } = request
  const { database, services } = options
  const answer = new AnswerSize({ ...answerLimits, ...options.answerLimits }, database.timeouts.operation)
  const { id, ip: address, entry } = request
  const cost = admission.of(request, claims)
  const context = new Context({ id, address, cost, entry, database, claims, services, answer })
  // Also when the caller goes away: what only they would read is not read on.
  reply.raw.once('close', () => void context.end())
  return context
}

/** A token that does not hold is as none: what needs one says so itself, and signing in stays possible. */
async function claimsOf(request: FastifyRequest, verify: AppOptions['verify']): Promise<Claims | null> {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1]
  return token ? verify(token).catch(() => null) : null
}
