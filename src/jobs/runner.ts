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

/** Jobs done at a time by one service. */
const concurrency = 2
/** New jobs are announced by the database; others become due: an attempt again, one behind a pooler that passes no announcements. */
const pollMs = 5_000
const reclaimEveryMs = 30_000
const startAgainMs = 5_000
/** What is left of stopping when jobs were broken off. */
const releaseMs = 2_000

/** How each task is done, as graphile-worker takes it. What a job fails with is logged here, and kept without content. */
export function taskList(services: JobServices): TaskList {
  const list: TaskList = {}
  for (const [name, task] of Object.entries(jobTasks)) {
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

/** The pool of connections of one runner: one of them listens for new jobs. */
export function queuePool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: concurrency + 1,
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
  #runner: Runner | null = null
  #workers: WorkerPool | null = null
  #stopped: Promise<void> | null = null
  #timers: NodeJS.Timeout[] = []

  constructor(private readonly queue: Queue) {}

  /** Begins to take jobs. */
  async start(): Promise<void> {
    const pool = queuePool(this.queue.url)
    this.#pool = pool
    await this.#run(pool)
    const reclaim = () => reclaimJobs(pool).catch(() => undefined)
    void reclaim()
    this.#timers.push(setInterval(reclaim, reclaimEveryMs).unref())
  }

  /**
   * Takes no more jobs, and lets those under way end. May be called again: the first call counts.
   * @param withinMs how long that may take: then they are broken off, and given back to be done by another service
   */
  stop(withinMs = 20_000): Promise<void> {
    this.#stopped ??= this.#stop(withinMs)
    return this.#stopped
  }

  async #run(pool: pg.Pool): Promise<void> {
    const events = new EventEmitter() as NonNullable<RunnerOptions['events']>
    events.on('pool:create', ({ workerPool }) => {
      this.#workers = workerPool
    })
    const runner = await run({
      pgPool: pool,
      schema: queueSchema,
      taskList: taskList(this.queue),
      parsedCronItems: parseCronItems(schedule),
      concurrency,
      pollInterval: pollMs,
      noHandleSignals: true,
      events,
      logger: this.#logger(),
      // Long work learns at once that the service stops; what was done is noted again and again while the database is away.
      preset: { worker: { gracefulShutdownAbortTimeout: 1, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    })
    this.#runner = runner
    if (this.#stopped) return void (await runner.stop())
    // It ends by itself where the database was away for long.
    const again = () => {
      if (!this.#stopped) this.#timers.push(setTimeout(() => void this.#run(pool).catch(again), startAgainMs).unref())
    }
    runner.promise.then(again, again)
  }

  async #stop(withinMs: number): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    const breakOff = () =>
      Promise.resolve(this.#workers?.forcefulShutdown('The service stopped.')).catch(() => undefined)
    const late = setTimeout(breakOff, withinMs)
    const ended = Promise.resolve(this.#runner?.stop())
      .catch(() => undefined)
      .then(() => this.#pool?.end())
    await Promise.race([ended, pause(withinMs + releaseMs, undefined, { ref: false })])
    clearTimeout(late)
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

/** Jobs that were begun, and whose service was killed, are begun again. */
async function reclaimJobs(pool: pg.Pool): Promise<void> {
  const entries = Object.entries(jobTasks)
  await pool.query(
    `update ${queueSchema}._private_jobs j set locked_at = null, locked_by = null, run_at = greatest(j.run_at, now())
     from ${queueSchema}._private_tasks t, unnest($1::text[], $2::int[]) as k (name, seconds)
     where t.id = j.task_id and t.identifier = k.name and j.locked_at < now() - make_interval(secs => k.seconds)`,
    [entries.map(([name]) => name), entries.map(([, { reclaimAfterSeconds }]) => reclaimAfterSeconds)],
  )
}
