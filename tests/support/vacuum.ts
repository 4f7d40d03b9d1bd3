import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'

/**
 * Vacuums and analyses the database until indexes alone answer: pages are marked as visible to all only once no transaction is
 * open that is older than what was written, such as one of the pool that is being closed.
 * @param owner whose tables they are
 */
export async function vacuum(owner: pg.Pool, tries = 50): Promise<void> {
  await owner.query('vacuum (analyze)')
  const { rows } = await owner.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'fieldwork'::regnamespace and relkind = 'r' and relallvisible < relpages`,
  )
  if (rows.length === 0) return
  if (tries === 0) throw new Error(`not visible to all: ${rows.map(({ name }) => name).join(', ')}`)
  await pause(100)
  await vacuum(owner, tries - 1)
}
