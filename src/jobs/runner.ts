import { EventEmitter } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import {
  Logger,
  parseCronItems,
  type Runner,
  type RunnerOptions,
  run,
  type TaskList,
  type WorkerPool,
} from 'graphile-worker'
import pg from 'pg'
import { errorCode } from '../kernel/cannot-start.js'
import { JobFailure, type JobIds } from '../kernel/store/queue.js'
import { queueSchema } from '../kernel/store/queue-schema.js'
import { type JobServices, jobTasks, schedule } from './tasks.js'

/** A queue and what its jobs use. */
export interface Queue extends JobServices {
  /** Connection of the service's own unprivileged role. */
  url: string
}

/** Jobs done at a time by one service: those of long tasks one after the other, and beside them the others, which do not wait for them. */
const lanes = [
  { isLong: false, concurrency: 2 },
  { isLong: true, concurrency: 1 },
] as const
type Lane = (typeof lanes)[number]
/** New jobs are announced by the database; others become due: an attempt again, one behind a pooler that passes no announcements. */
const pollMs = 5_000
/** The lease of a job is renewed while it is being done. One whose service was killed is begun again when it has run out. */
const leaseSeconds = 90
const renewEveryMs = 15_000
const startAgainMs = 5_000
/** What is left of stopping when jobs were broken off. */
const releaseMs = 2_000

/**
 * How each task is done, as graphile-worker takes it. What a job fails with is logged here, and kept without content.
 * @param isLong the long tasks alone, or the others; all where it is not said
 */
export function taskList(services: JobServices, isLong?: boolean): TaskList {
  const list: TaskList = {}
  for (const [name, task] of Object.entries(jobTasks)) {
    if (isLong !== undefined && isLong !== (task.isLong ?? false)) continue
    list[name] = async (payload, { job, abortSignal }) => {
      const { _cron, ...ids } = payload as JobIds & { _cron?: unknown }
      try {
        await task.run(ids, services, abortSignal)
      } catch (err) {
        const attempt = { jobId: job.id, attempt: job.attempts, attemptsMax: job.max_attempts }
        services.log.error({ err, ...ids, ...attempt }, task.failure)
        throw new Error(reasonOf(err))
      }
    }
  }
  return list
}

/** An error's message may repeat what it is about; its name and code do not. */
function reasonOf(error: unknown): string {
  if (error instanceof JobFailure) return error.message
  return [error instanceof Error ? error.name : 'Error', errorCode(error)].filter(Boolean).join(' ')
}

/** The pool of connections of one runner: in each lane one of them listens for new jobs. */
export function queuePool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: lanes.reduce((sum, { concurrency }) => sum + concurrency + 1, 0),
    application_name: 'fieldwork jobs',
    keepAlive: true,
  })
  // A connection that dies is replaced; who waits on it learns of it by its statement.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** Does the jobs of a queue, and those of the schedule, beside other services that do. One for each process. */
export class JobRunner {
  #pool: pg.Pool | null = null
  readonly #runners = new Map<Lane, Runner>()
  readonly #workers = new Map<Lane, WorkerPool>()
  #stopped: Promise<void> | null = null
  #timers: NodeJS.Timeout[] = []

  constructor(private readonly queue: Queue) {}

  /** Begins to take jobs. */
  async start(): Promise<void> {
    const pool = queuePool(this.queue.url)
    this.#pool = pool
    for (const lane of lanes) await this.#run(pool, lane)
    const renew = () => this.#renewLeases(pool).catch(() => undefined)
    void renew()
    this.#timers.push(setInterval(renew, renewEveryMs).unref())
  }

  /**
   * Takes no more jobs, and lets those under way end. May be called again: the first call counts.
   * @param withinMs how long that may take: then they are broken off, and given back to be done by another service
   */
  stop(withinMs = 20_000): Promise<void> {
    this.#stopped ??= this.#stop(withinMs)
    return this.#stopped
  }

  async #run(pool: pg.Pool, lane: Lane): Promise<void> {
    const events = new EventEmitter() as NonNullable<RunnerOptions['events']>
    events.on('pool:create', ({ workerPool }) => {
      this.#workers.set(lane, workerPool)
    })
    const runner = await run({
      pgPool: pool,
      schema: queueSchema,
      taskList: taskList(this.queue, lane.isLong),
      parsedCronItems: lane.isLong ? [] : parseCronItems(schedule),
      concurrency: lane.concurrency,
      pollInterval: pollMs,
      noHandleSignals: true,
      events,
      logger: this.#logger(),
      // Long work learns at once that the service stops; what was done is noted again and again while the database is away.
      preset: { worker: { gracefulShutdownAbortTimeout: 1, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    })
    this.#runners.set(lane, runner)
    if (this.#stopped) return void (await runner.stop())
    // It ends by itself where the database was away for long.
    const again = () => {
      if (!this.#stopped)
        this.#timers.push(setTimeout(() => void this.#run(pool, lane).catch(again), startAgainMs).unref())
    }
    runner.promise.then(again, again)
  }

  async #stop(withinMs: number): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    const breakOff = async () => {
      const all = [...this.#workers.values()].map(async (workers) => workers.forcefulShutdown('The service stopped.'))
      await Promise.allSettled(all)
    }
    const late = setTimeout(breakOff, withinMs)
    const ended = Promise.allSettled([...this.#runners.values()].map((runner) => runner.stop())).then(() =>
      this.#pool?.end(),
    )
    await Promise.race([ended, pause(withinMs + releaseMs, undefined, { ref: false })])
    clearTimeout(late)
  }

  /** Renews the leases of the jobs that this runner does, and frees those of others that have run out: they are begun again. */
  async #renewLeases(pool: pg.Pool): Promise<void> {
    await pool.query(`update ${queueSchema}._private_jobs set locked_at = now() where locked_by = any($1)`, [
      [...this.#workers.values()].map(({ id }) => id),
    ])
    await pool.query(
      `update ${queueSchema}._private_jobs set locked_at = null, locked_by = null, run_at = greatest(run_at, now())
       where locked_at < now() - make_interval(secs => $1)`,
      [leaseSeconds],
    )
  }

  /** Of what graphile-worker reports, only what keeps it from working: jobs log their own failures, and stopping breaks some off. */
  #logger(): Logger {
    return new Logger(() => (level, message, meta) => {
      if (level !== 'error' || meta?.failure || this.#stopped) return
      const err = meta?.error ?? meta?.fatalError ?? new Error(message)
      this.queue.log.error({ err }, 'the job queue could not be served: it will be tried again')
    })
  }
}
