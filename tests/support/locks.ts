import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { World } from './world.js'

/** Keeps the service from a table until told otherwise, or the test is over: what asks for it waits in the database. */
export async function keepFrom(w: World, table: string): Promise<() => Promise<void>> {
  const owner = await w.owner.connect()
  await owner.query(`begin; lock table ${table} in access exclusive mode`)
  let held = true
  const release = async () => {
    if (!held) return
    held = false
    await owner.query('rollback')
    owner.release()
  }
  onTestFinished(release)
  return release
}

/** How long a test waits for sessions to wait: well within its own time limit, so that it says what it waited for. */
const waitMs = 30_000

/**
 * Resolves when so many sessions of the service wait for a lock.
 * @param statement a part of what they wait with
 * @throws Error where another number of them waits for half a minute
 */
export async function waitingForLocks(w: World, count: number, statement = ''): Promise<void> {
  const found = async () =>
    (
      await w.owner.query(
        `select 1 from pg_stat_activity
         where datname = current_database() and application_name = 'fieldwork' and wait_event_type = 'Lock'
           and strpos(query, $1) > 0`,
        [statement],
      )
    ).rowCount
  const until = performance.now() + waitMs
  for (let seen = await found(); seen !== count; seen = await found()) {
    if (performance.now() > until) throw new Error(`${seen} sessions wait for a lock with "${statement}", not ${count}`)
    await pause(10)
  }
}
