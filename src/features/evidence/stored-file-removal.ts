import type { Files } from '../../kernel/execute/services.js'
import type { Database } from '../../kernel/store/database.js'
import { enqueue, type Task } from '../../kernel/store/queue.js'
import { firmScope } from '../../kernel/store/scope.js'
import { write } from '../../kernel/store/work.js'
import { eraseStoredFile, lockEngagementsOfFile, lockStoredFile, needOfStoredFile } from './stored-file.queries.js'
import { storageKey } from './stored-files.js'

/** Removes the bytes of a file that no evidence names any more. */
export const removeStoredFile = { name: 'removeStoredFile', ids: ['storedFileId'] } as const satisfies Task

/** A copy of the files that is made within so many days after one of the database has all that the latter names. */
const keptDays = 7

/** From when on the bytes of what is removed now may go. */
export const bytesRemovedAt = (now: Date): Date => new Date(now.getTime() + keptDays * 86_400_000)

/**
 * Removes a file, unless evidence names it that was not removed. First its key, in the database: what is left of it anywhere opens no more. Then
 * the bytes. Done twice, and broken off in between, it comes to the same. Where evidence that names it was removed later than that for which
 * this is done, the job of that later removal does it. While a legal hold is in force on an engagement for which the file was
 * brought, it is put off, again and again.
 */
export async function removeUnneeded(
  database: Database,
  { storage }: Pick<Files, 'storage'>,
  { firmId, storedFileId }: { firmId: string; storedFileId: string },
): Promise<void> {
  const key = await write(database, null, removeStoredFile.name, async (tx) => {
    await tx.enter(firmId)
    const scope = firmScope(tx)
    // Before the file: who brings the same content holds their engagement first, too.
    await lockEngagementsOfFile(scope, storedFileId)
    // A member who brings the same content meanwhile either has named it already, or finds it gone.
    const file = await lockStoredFile(scope, storedFileId)
    if (!file) return null
    if (file.removedAt === null) {
      const { isNamed, lastRemovedAt, isOnLegalHold } = await needOfStoredFile(scope, storedFileId)
      if (isOnLegalHold) enqueue(tx, removeStoredFile, { storedFileId }, bytesRemovedAt(tx.now))
      const isLater = lastRemovedAt !== null && bytesRemovedAt(lastRemovedAt) > tx.now
      if (isNamed || isOnLegalHold || isLater) return null
      await eraseStoredFile(scope, storedFileId)
    }
    return storageKey(firmId, file)
  })
  if (key) await storage.remove(key)
}
