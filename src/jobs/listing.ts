import type { Database } from '../kernel/store/database.js'
import { queueSchema } from '../kernel/store/queue-schema.js'

/** A job that waits, is being done, or failed for the last time. */
export interface ListedJob {
  id: number
  task: string
  state: 'waiting' | 'running' | 'failed'
  attempts: number
  attemptsMax: number
  /** When it is due. */
  runAt: Date
  /** Why the last attempt failed, without content. */
  lastError: string | null
}

export const listedMax = 1_000

const hasFailed = 'j.locked_at is null and j.attempts >= j.max_attempts'

/** The jobs of the queue, the oldest first, 1,000 at most. What was done is there no more. */
export function listJobs(database: Database, { failedOnly = false } = {}): Promise<ListedJob[]> {
  return query<ListedJob>(
    database,
    `select j.id, t.identifier as task, j.attempts, j.max_attempts as "attemptsMax", j.run_at as "runAt",
       j.last_error as "lastError",
       case when j.locked_at is not null then 'running' when ${hasFailed} then 'failed' else 'waiting' end as state
     from ${queueSchema}._private_jobs j join ${queueSchema}._private_tasks t on t.id = j.task_id
     where not $1 or (${hasFailed}) order by j.id limit ${listedMax}`,
    [failedOnly],
  )
}

/**
 * Has failed jobs done again, with as many attempts as at first.
 * @param id of one job; null for all that failed
 * @returns how many will be done again
 */
export async function retryFailedJobs(database: Database, id: number | null): Promise<number> {
  const again = await query(
    database,
    `select 1 from ${queueSchema}.reschedule_jobs(
       array(select j.id from ${queueSchema}._private_jobs j where (${hasFailed}) and ($1::bigint is null or j.id = $1)),
       run_at => now(), attempts => 0)`,
    [id],
  )
  return again.length
}

/** The queue belongs to no tenant: its statements need no transaction of one. */
async function query<T>(database: Database, sql: string, values: readonly unknown[]): Promise<T[]> {
  const connection = await database.connect()
  try {
    return await connection.query<T>(sql, values)
  } finally {
    connection.release()
  }
}
