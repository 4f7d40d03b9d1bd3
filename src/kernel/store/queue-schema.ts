import { Logger, runMigrations } from 'graphile-worker'
import pg from 'pg'
import { CannotStart } from '../cannot-start.js'
import { serviceGroup } from './service-role.js'

/** The schema of graphile-worker, which makes its tables itself; not its default, which another program may have here. */
export const queueSchema = 'fieldwork_jobs'

/** All that the service's role may do there: add, take, finish and fail jobs, and note which scheduled ones were added. */
export const queueGrants: Readonly<Record<string, readonly string[]>> = {
  _private_jobs: ['select', 'insert', 'update', 'delete'],
  _private_job_queues: ['select', 'insert', 'update'],
  _private_tasks: ['select', 'insert'],
  _private_known_crontabs: ['select', 'insert', 'update'],
  migrations: ['select'],
}

/** The functions it may call: they run with its own rights. `add_jobs` is called by `add_job`. */
export const queueFunctions = ['add_job', 'add_jobs', 'reschedule_jobs']

const silent = new Logger(() => () => undefined)

/**
 * Makes the tables of the queue, or brings them up to date, and lets the service's role use them: graphile-worker turns on
 * row-level security and leaves it without a policy, so that no role but the owner would find or add a job.
 * @param owner a connection of the database's owner, who owns the queue too
 * @throws CannotStart when the queue was made by a newer graphile-worker
 */
export async function readyQueue(owner: pg.Client, ownerUrl: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 1 })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  try {
    await runMigrations({ pgPool: pool, schema: queueSchema, logger: silent })
  } catch (error) {
    throw new CannotStart(
      `The job queue could not be brought up to date: ${error instanceof Error ? error.message : error}`,
    )
  } finally {
    await pool.end()
  }
  await owner.query(`grant usage on schema ${queueSchema} to ${serviceGroup}`)
  await owner.query(`revoke execute on all functions in schema ${queueSchema} from public`)
  for (const name of queueFunctions)
    await owner.query(`grant execute on function ${queueSchema}.${name} to ${serviceGroup}`)
  for (const [table, rights] of Object.entries(queueGrants)) {
    await owner.query(`grant ${rights.join(', ')} on ${queueSchema}.${table} to ${serviceGroup}`)
  }
  await addMissingPolicies(owner)
}

/** Only where there is none: making one again would lock the table against services that run. */
async function addMissingPolicies(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = '${queueSchema}'::regnamespace and c.relrowsecurity
       and not exists (select from pg_policy p where p.polrelid = c.oid)`,
  )
  for (const { name } of rows) {
    if (!queueGrants[name]) continue
    await owner.query(
      `create policy service on ${queueSchema}.${name} to ${serviceGroup} using (true) with check (true)`,
    )
  }
}
