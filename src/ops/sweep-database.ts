import pg from 'pg'
import { outdatedInvitations, outdatedSessions } from '../features/identity/outdated.js'
import { removeSupersededItems } from '../features/population/superseded.js'
import type { Database } from '../kernel/store/database.js'
import { noFirm, outdatedKeys } from '../kernel/store/idempotency.js'
import { asOwnerOf, firmIds } from '../kernel/store/maintenance.js'
import { type Outdated, removeOutdated } from '../kernel/store/sweep.js'

/** What the service's own role removes, by what it is called where it is told. */
const kinds: readonly [name: string, outdated: Outdated][] = [
  ['refresh tokens', outdatedSessions],
  ['invitations', outdatedInvitations],
  ['idempotency keys', outdatedKeys],
]

/**
 * Removes what is needed no longer, firm after firm, in short transactions: beside a service that runs, beside another sweep,
 * and as often as one likes. What a sweep that broke off has left is removed by the next.
 * @returns how many rows of each kind were removed
 */
export async function sweep(database: Database, ownerUrl: string): Promise<Map<string, number>> {
  const removed = new Map<string, number>()
  const add = (name: string, count: number) => removed.set(name, (removed.get(name) ?? 0) + count)
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    for (const firmId of await firmIds(database)) {
      for (const [name, outdated] of kinds) add(name, await removeOutdated(database, firmId, outdated))
      add('items of superseded imports', await removeSupersededItems(asOwnerOf(owner), firmId))
    }
    add('idempotency keys', await removeOutdated(database, noFirm, outdatedKeys))
    return removed
  } finally {
    await owner.end()
  }
}
