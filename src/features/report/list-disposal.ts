import type { Database } from '../../kernel/store/database.js'
import { readFirm } from '../../kernel/store/maintenance.js'
import { enqueue } from '../../kernel/store/queue.js'
import { firmScope, scopeOf } from '../../kernel/store/scope.js'
import { write } from '../../kernel/store/work.js'
import { dayOf } from '../../rules/calendar.js'
import { retainedUntil } from '../../rules/evidence.js'
import { evidenceLifecycle } from '../../rules/lifecycles.js'
import { Engagement } from '../engagement/engagement.js'
import { Evidence } from '../evidence/evidence.js'
import { LegalHold } from '../evidence/legal-hold.js'
import { bytesRemovedAt, removeStoredFile } from '../evidence/stored-file-removal.js'
import { Population } from '../population/population.js'
import { endedWithLists, evidenceOfLists } from './list-disposal.queries.js'

/** By what name the trail has it. */
const action = 'disposeOfLists'

/** Why a list's file is gone, in the record of it. */
const reason = 'The firm kept it as long as its retention asks for.'

/**
 * Disposes of the lists of engagements that a firm has kept as long as its retention asks for: their files are removed a week later, as
 * removed evidence is, and their items by the sweep of the owner (`removeSupersededItems`). What was drawn stays with its sample, and so
 * do count, digest and seed. Not while a legal hold is in force. Done twice it changes nothing more.
 * @param today ISO
 * @returns how many populations were disposed of
 */
export async function disposeOfLists(database: Database, firmId: string, today: string): Promise<number> {
  const ended = await readFirm(database, firmId, (tx) => endedWithLists(firmScope(tx)))
  let disposed = 0
  for (const { engagementId, endedAt, retentionYears } of ended) {
    if (today <= (retainedUntil(dayOf(endedAt), retentionYears) as string)) continue
    disposed += await disposeOf(database, firmId, engagementId)
  }
  return disposed
}

function disposeOf(database: Database, firmId: string, engagementId: string): Promise<number> {
  return write(database, null, action, async (tx) => {
    await tx.enter(firmId)
    // Who places a hold locks the engagement first, too, and comes before or after.
    const engagement = await tx.load(Engagement, engagementId, undefined, 'update')
    if ((await tx.count(LegalHold, { engagementId, releasedAt: null })) > 0) return 0
    // No person acts, and the policy has no word on it.
    tx.markPermitted(engagementId)
    const populations = (await tx.find(Population, { engagementId })).filter(
      ({ importId, itemsDisposedAt }) => importId !== null && itemsDisposedAt === null,
    )
    for (const id of await evidenceOfLists(scopeOf(tx, engagement))) {
      const evidence = await tx.load(Evidence, id, undefined, 'update')
      enqueue(tx, removeStoredFile, { storedFileId: evidence.storedFileId }, bytesRemovedAt(tx.now))
      const state = evidenceLifecycle.move(evidence.state, 'REMOVED')
      await tx.update(evidence, { state, removedReason: reason, removedAt: tx.now })
    }
    for (const population of populations) await tx.update(population, { itemsDisposedAt: tx.now })
    await tx.appendTrail(action, engagement)
    return populations.length
  })
}
