import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { ApolloServer, type ApolloServerPlugin, type GraphQLResponse } from '@apollo/server'
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
import type { GraphQLSchema } from 'graphql'
import type { Claims } from '../access/actor.js'
import { Fault, isOutage, unauthenticated } from '../access/faults.js'
import type { Database } from '../data/database.js'
import { outageOf } from '../data/outages.js'
import { Context } from '../graph/context.js'
import type { Services } from '../graph/services.js'
import { takeJson } from './body.js'
import { documentStore } from './documents.js'
import { Door } from './door.js'
import { causeOf, isTold, ourFault, shownError, withoutSuggestions } from './errors.js'
import { serveExplorer } from './explorer.js'
import { type Asked, operationIn } from './form.js'
import { KnownQuestions } from './known-questions.js'
import { documentFault, limits, mustBeAllowed, shapeRule } from './limits.js'
import { isFile, keepPace, type Pace, pace } from './pace.js'

export interface AppOptions {
  database: Database
  /** The guarded schema. */
  schema: GraphQLSchema
  /** What a token says; throws for one that does not hold. */
  verify: (token: string) => Promise<Claims>
  /** The public halves of the keys that sign tokens (RFC 7517). */
  jwks: () => Promise<object>
  services: Services
  log: FastifyBaseLogger
  /** Proxies whose word on where a request comes from is taken; none when absent. */
  trustedProxies?: readonly string[]
  /** Where callers are to be quicker than usual. */
  pace?: Partial<Pace>
  /** Whether the explorer and introspection are on. */
  explorer: boolean
}

/** The HTTP face of the service. Listening and closing is the caller's. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const allowed = { ...pace, ...options.pace }
  const app = fastify({
    loggerInstance: options.log,
    bodyLimit: limits.bodyBytes,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    // What comes in on a connection that was open is answered, too.
    return503OnClosing: false,
    requestTimeout: allowed.file,
    http: { headersTimeout: allowed.headers, connectionsCheckingInterval: allowed.check },
    // Anybody can send the header; only these are believed.
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    // What cannot be taken as a request comes past every hook.
    frameworkErrors: ({ statusCode = 400 }, request, reply) =>
      noSuchPage((reply as FastifyReply).headers(headersOf(request)), statusCode),
  })
  app.decorate('door', new Door(app))
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headersOf(request))
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request
    request.log.info(
      { method, path: url.split('?')[0], status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered',
    )
  })
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (error instanceof Fault && error.code === 'BAD_USER_INPUT') return answer(reply, 400, error)
    const outage = isOutage(error) ? error : outageOf(error)
    const status = outage ? 503 : (error.statusCode ?? 500)
    // Who breaks off in the midst of a request is told nothing any more, and it is no fault of ours.
    if (status < 500 || error === request.raw.errored) return reply.send(error)
    request.log.error({ err: error, requestId: request.id }, 'fault')
    if (outage) reply.header('retry-after', retryAfterSeconds)
    const message = outage?.message ?? ourFault
    return reply.code(status).send({ statusCode: status, error: STATUS_CODES[status], message, requestId: request.id })
  })
  keepPace(app, allowed)
  takeJson(app)
  app.setNotFoundHandler((_request, reply) => noSuchPage(reply, 404))
  await serveGraphql(app, options)
  serveHealth(app, options.database)
  app.get('/.well-known/jwks.json', () => options.jwks())
  if (options.explorer) serveExplorer(app)
  return app
}

/** What every answer says of itself: it holds confidential data, is data, and is shown by no other page. */
const headersOf = (request: FastifyRequest) => ({
  'x-request-id': request.id,
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
})

/** An address may hold what nobody else should read: it is not said back. */
const noSuchPage = (reply: FastifyReply, statusCode: number): FastifyReply =>
  reply.code(statusCode).send({ statusCode, error: STATUS_CODES[statusCode], message: 'There is no such page.' })

async function serveGraphql(app: FastifyInstance, options: AppOptions): Promise<void> {
  const questions = new KnownQuestions()
  const apollo = new ApolloServer<Context>({
    schema: options.schema,
    introspection: options.explorer,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    // Anybody could fill the memory for them.
    persistedQueries: false,
    documentStore: documentStore(),
    stopOnTerminationSignals: false,
    validationRules: [shapeRule],
    parseOptions: { maxTokens: limits.tokens },
    formatError: options.explorer ? shownError : withoutSuggestions,
    logger: options.log,
    plugins: [
      fastifyApolloDrainPlugin(app),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      perRequest(options.log),
      questions.learning,
    ],
  })
  await apollo.start()
  const answered = async (request: FastifyRequest, reply: FastifyReply) => {
    const { query } = (request.method === 'GET' ? request.query : (request.body ?? {})) as { query?: unknown }
    const fault = typeof query === 'string' ? documentFault(query) : null
    if (fault) return answer(reply, 400, new Fault('BAD_USER_INPUT', fault))
    let made: Promise<Context> | undefined
    const context = () => {
      made ??= contextOf(request, reply, options)
      return made
    }
    if (await questions.answer(request, reply, context)) return reply
    const body = await fastifyApolloHandler(apollo, { context }).call(app, request, reply)
    if ((await made)?.claims) questions.wasAnswered(request, reply)
    return body
  }
  const ofForm = async (request: FastifyRequest, reply: FastifyReply) => {
    // A file is kept on disk before anything is asked of it: that is for people who are signed in.
    if (!(await claimsOf(request, options.verify))) return answer(reply, 401, unauthenticated())
    let asked: Asked
    try {
      asked = await operationIn(request.raw, reply.raw)
    } catch (error) {
      // Only the parser of the form gives no status: it cannot make it out.
      const { status = 400, message } = error as { status?: number; message: string }
      if (status >= 500) throw error
      return answer(reply, status, new Fault('BAD_USER_INPUT', message))
    }
    request.body = asked.operation
    // Not when the answer is out: nobody may be there any more to take it.
    return answered(request, reply).finally(asked.letGo)
  }
  app.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null))
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    onRequest: async ({ headers }, reply) => {
      const { length } = headers['content-type'] ?? ''
      if (length <= limits.contentTypeChars) return
      return answer(reply, 415, new Fault('BAD_USER_INPUT', `The content type has ${length} characters.`))
    },
    handler: (request, reply) => (isFile(request) ? ofForm(request, reply) : answered(request, reply)),
  })
}

async function contextOf(request: FastifyRequest, reply: FastifyReply, options: AppOptions): Promise<Context> {
  const claims = await claimsOf(request, options.verify)
  const facts = { id: request.id, address: request.ip }
  const context = new Context(options.database, claims, facts, options.services)
  // Also when the caller goes away: what only they would read is not read on.
  reply.raw.once('close', () => void context.end())
  return context
}

/** When to try again after an outage. */
const retryAfterSeconds = '5'

/** A request that does not come as far as the operation, answered as GraphQL answers. */
const answer = (reply: FastifyReply, status: number, { message, code }: Fault): FastifyReply =>
  reply.code(status).send({ errors: [{ message, extensions: { code } }] })

/** A token that does not hold is as none: what needs one says so itself, and signing in stays possible. */
async function claimsOf(request: FastifyRequest, verify: AppOptions['verify']): Promise<Claims | null> {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1]
  return token ? verify(token).catch(() => null) : null
}

/** Weighs each operation before it runs, ends its read transaction after it, and writes our own faults to the log. */
const perRequest = (log: FastifyBaseLogger): ApolloServerPlugin<Context> => ({
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, operation, request }) {
        // Where none is to run it is not clear which one was meant, and the executor says so.
        if (operation) mustBeAllowed(schema, document, operation, request.variables ?? {})
      },
      async didEncounterErrors({ errors, contextValue }) {
        for (const error of errors) {
          const cause = causeOf(error)
          if (isTold(cause)) continue
          Object.assign(error.extensions, { requestId: contextValue.request.id })
          log.error({ err: cause, requestId: contextValue.request.id, path: error.path }, 'fault')
        }
      },
      async willSendResponse({ contextValue, response }) {
        await contextValue.end()
        markOutage(response)
        sayWhenAgain(response)
      },
    }
  },
})

/** An outage is told to those as well who do not read the body, where nothing else was answered in it. */
function markOutage({ http, body }: GraphQLResponse): void {
  if (body.kind !== 'single' || body.singleResult.data) return
  if (!body.singleResult.errors?.some(({ extensions }) => extensions?.code === 'UNAVAILABLE')) return
  http.status = 503
  http.headers.set('retry-after', retryAfterSeconds)
}

/** When the same request can be answered, for those who do not read the body. */
function sayWhenAgain({ http, body }: GraphQLResponse): void {
  if (body.kind !== 'single') return
  const times = (body.singleResult.errors ?? []).map(({ extensions }) => Number(extensions?.retryAfterSeconds) || 0)
  const latest = Math.max(0, ...times)
  if (latest > 0) http.headers.set('retry-after', String(latest))
}

function serveHealth(app: FastifyInstance, database: Database): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const ready =
      !app.door.isClosing &&
      (await database.ping().then(
        () => true,
        () => false,
      ))
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : app.door.isClosing ? 'draining' : 'the database is away' })
  })
}
