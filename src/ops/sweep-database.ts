import pg from 'pg'
import { removeSupersededItems } from '../features/population/superseded.js'
import { sweepAsService } from '../jobs/sweep.js'
import type { FileStorage } from '../kernel/files/storage.js'
import type { Database } from '../kernel/store/database.js'
import { asOwnerOf, firmIds } from '../kernel/store/maintenance.js'

/**
 * The sweep that services do every day (jobs/sweep.ts), and what the service's role may not remove: items that are no population's.
 * @returns how many of each kind were removed
 */
export async function sweep(database: Database, storage: FileStorage, ownerUrl: string): Promise<Map<string, number>> {
  const removed = await sweepAsService(database, storage)
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    let items = 0
    for (const firmId of await firmIds(database)) items += await removeSupersededItems(asOwnerOf(owner), firmId)
    return removed.set('items that are no population’s', items)
  } finally {
    await owner.end()
  }
}
