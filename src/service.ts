import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Config } from './config.js'
import { workbookWriter } from './features/export/export-list.js'
import { Checkpoints } from './features/identity/checkpoint-keys.js'
import { KeyCare } from './features/identity/key-care.js'
import type { Mailer } from './features/identity/letters.js'
import { Passwords } from './features/identity/passwords.js'
import { checkSides } from './features/identity/sides.js'
import { Tokens } from './features/identity/tokens.js'
import { declarations, features } from './features.js'
import { buildApp } from './http/app.js'
import type { ExampleAccount } from './http/explorer.js'
import { turnLimits } from './http/turns.js'
import { mailerOf } from './jobs/mailer.js'
import { JobRunner, type Queue } from './jobs/runner.js'
import { CannotStart, errorCode } from './kernel/cannot-start.js'
import type { Services } from './kernel/execute/services.js'
import { Database } from './kernel/store/database.js'
import { selfCheck } from './kernel/store/self-check.js'
import { openDatabase } from './ops/open-database.js'
import { closeFiles, openFiles } from './ops/open-files.js'
import { guardedSchema } from './schema.js'

export interface Service {
  /** The HTTP face, not yet listening: requests can be put in from inside. */
  app: FastifyInstance
  database: Database
  services: Services
  /** Its jobs wait there until it listens. */
  queue: Queue
  /**
   * Listens for requests, and begins to do jobs. Answers the address, e.g. `http://127.0.0.1:4000`.
   * @throws CannotStart when the port is taken
   */
  listen(): Promise<string>
  /** Lets the requests under way end, then closes what the service opened. May be called twice. */
  stop(): Promise<void>
  /** As `stop`, once callers have gone elsewhere: until then all are answered (FIELDWORK_DRAIN_SECONDS, FIELDWORK_STOP_SECONDS). */
  drain(): Promise<void>
}

export interface ServiceOptions {
  /** Sends mail in place of what the settings say. */
  mailer?: Mailer
  /** Whom the explorer signs in as at first. */
  exampleAccount?: ExampleAccount
}

/**
 * Makes the service ready: database, self-check, keys, schema behind its guard. It listens when asked to.
 * @throws CannotStart with one line for the person who starts it
 */
export async function openService(config: Config, log: Logger, options: ServiceOptions = {}): Promise<Service> {
  const { serviceUrl, secret, close } = await openDatabase(config)
  const undo: (() => Promise<unknown>)[] = [close]
  const stop = once(async () => {
    for (const step of undo.reverse()) await step()
  })
  try {
    const watchesNesting = config.environment !== 'production'
    const poolSize = config.databasePoolSize
    const database = await new Database({ url: serviceUrl, poolSize, secret, ...declarations, watchesNesting }).open()
    undo.push(() => database.close())
    const findings = await selfCheck(database)
    if (findings.length > 0) throw new CannotStart(`The database is not safe to serve from: ${findings.join(' ')}`)
    await checkSides(database, log)
    const { publicUrl: issuer, accessTokenMinutes } = config
    const tokens = await Tokens.open(database, { issuer, accessTokenMinutes })
    const checkpoints = await Checkpoints.open(database)
    const files = await openFiles(config, log)
    undo.push(() => closeFiles(files))
    const services: Services = { tokens, passwords: new Passwords(), checkpoints, files, dice: randomBytes, log }
    const mailer = options.mailer ?? mailerOf(config, log)
    const queue: Queue = { url: serviceUrl, database, mailer, checkpoints, files, log }
    const jobs = new JobRunner(queue)
    const app = await buildApp({
      database,
      services,
      schema: await guardedSchema(features),
      verify: (token) => tokens.verify(token),
      jwks: async () => tokens.jwks(),
      checkpointKeys: () => checkpoints.jwks(),
      log,
      trustedProxies: config.trustedProxies,
      allowedOrigins: config.allowedOrigins,
      answerLimits: config.answerLimits,
      budgets: { caller: config.budgetPerCaller, firm: config.budgetPerFirm },
      turns: turnLimits(poolSize),
      explorer: config.environment !== 'production',
      exampleAccount: options.exampleAccount ?? null,
      publicSchema: config.publicSchema,
    })
    const keyCare = new KeyCare(database, tokens, log)
    const [drainMs, stopMs] = [config.drainSeconds * 1_000, config.stopSeconds * 1_000]
    undo.push(async () => {
      await Promise.all([app.drain.close(stopMs), keyCare.stop(), jobs.stop(stopMs)])
      // An act outlives its caller.
      await database.close(app.drain.remainingMs)
    })
    keyCare.start()
    const drain = () => {
      // Other services do the jobs that are added from now on.
      void jobs.stop(drainMs + stopMs)
      return app.drain.untilCallersLeft(drainMs, stopMs).then(stop)
    }
    const listens = async () => {
      await workbookWriter()
      const address = await listen(app, config)
      await jobs.start()
      return address
    }
    return { app, database, services, queue, stop, drain, listen: listens }
  } catch (error) {
    await stop()
    throw error
  }
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') {
      throw new CannotStart(`Port ${port} is in use; set PORT to another one, or stop what listens there.`)
    }
    if (errorCode(error) === 'EADDRNOTAVAIL' || errorCode(error) === 'ENOTFOUND') {
      throw new CannotStart(`HOST is ${host}, which is no address of this machine.`)
    }
    if (errorCode(error) === 'EACCES')
      throw new CannotStart(`Port ${port} needs more rights; set PORT to one above 1023.`)
    throw error
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work()
    return running
  }
}
