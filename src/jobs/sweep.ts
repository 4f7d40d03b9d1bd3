import { outdatedInvitations, outdatedSessions } from '../features/identity/outdated.js'
import { disposeOfLists } from '../features/report/list-disposal.js'
import type { FileStorage } from '../kernel/files/storage.js'
import type { Database } from '../kernel/store/database.js'
import { noFirm, outdatedKeys } from '../kernel/store/idempotency.js'
import { firmIds } from '../kernel/store/maintenance.js'
import { type Outdated, removeOutdated } from '../kernel/store/sweep.js'
import { dayOf } from '../rules/calendar.js'

/** What the service's own role removes, by the name under which the count is reported. */
const kinds: readonly [name: string, outdated: Outdated][] = [
  ['refresh tokens', outdatedSessions],
  ['invitations', outdatedInvitations],
  ['idempotency keys', outdatedKeys],
]

/** Receiving a file takes some hours at most: what lies there longer was broken off. */
const abandonedAfterMs = 86_400_000

/**
 * Removes what the service's role may remove and is needed no longer, firm after firm, in short transactions: beside a
 * service that runs, beside another sweep, and as often as one likes. What a sweep that broke off has left is removed by the next.
 * And what uploads that were broken off left in the storage of files, and on this machine on the way there.
 * @returns how many of each kind were removed
 * @throws the reason of `stopping` before the next firm once that is aborted
 */
export async function sweepAsService(
  database: Database,
  storage: FileStorage,
  stopping?: AbortSignal,
): Promise<Map<string, number>> {
  const removed = new Map<string, number>()
  const add = (name: string, count: number) => removed.set(name, (removed.get(name) ?? 0) + count)
  for (const firmId of await firmIds(database)) {
    stopping?.throwIfAborted()
    for (const [name, outdated] of kinds) add(name, await removeOutdated(database, firmId, outdated))
    add('lists past their retention', await disposeOfLists(database, firmId, dayOf(new Date())))
  }
  add('idempotency keys', await removeOutdated(database, noFirm, outdatedKeys))
  stopping?.throwIfAborted()
  add('abandoned uploads', await storage.removeAbandoned(abandonedAfterMs))
  return removed
}
