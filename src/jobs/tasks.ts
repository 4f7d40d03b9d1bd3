import { scan, scanEvidence } from '../features/evidence/scan.js'
import { removeStoredFile, removeUnneeded } from '../features/evidence/stored-file-removal.js'
import { invitationNotice } from '../features/identity/invitation.queries.js'
import { invitationLetter, type Mailer, notifyOfInvitation, sendInvitation } from '../features/identity/letters.js'
import { importItems, importListItems } from '../features/population/import-items.js'
import { takeCheckpoints } from '../features/trail/checkpoint-file.js'
import type { Files, Journal } from '../kernel/execute/services.js'
import type { CheckpointSigner } from '../kernel/store/checkpoints.js'
import type { Database } from '../kernel/store/database.js'
import { readFirm } from '../kernel/store/maintenance.js'
import type { JobIds, Task } from '../kernel/store/queue.js'
import { firmScope } from '../kernel/store/scope.js'
import { sweepAsService } from './sweep.js'

/** What jobs use. */
export interface JobServices {
  database: Database
  mailer: Mailer
  checkpoints: CheckpointSigner
  files: Files
  log: Journal
}

/** How the jobs of one task are done. */
export interface JobTask {
  /**
   * Does one job. It may be done twice: when the service ends after the work and before the queue knows of it.
   * @param stopping aborted when the service stops: long work breaks off, and is begun again
   */
  run(ids: JobIds, services: JobServices, stopping: AbortSignal): Promise<void>
  /** What the log says where it fails. */
  failure: string
  /** Takes minutes: letters and scans do not wait for it. */
  isLong?: true
}

const taskOf = <Id extends string>(
  { name }: Task<Id>,
  run: (ids: JobIds<Id>, services: JobServices) => Promise<void>,
  failure: string,
): Record<string, JobTask> => ({
  [name]: { run: (ids, services) => run(ids as JobIds<Id>, services), failure },
})

/** THE LIST of tasks, by the name that the queue knows. */
export const jobTasks: Readonly<Record<string, JobTask>> = {
  ...taskOf(
    sendInvitation,
    async ({ firmId, invitationId }, { database, mailer }) => {
      const letter = await readFirm(database, firmId, (tx) => invitationLetter(tx, invitationId))
      if (letter) await mailer.invite(letter)
    },
    'an invitation could not be sent',
  ),
  ...taskOf(
    notifyOfInvitation,
    async ({ firmId, invitationId, administratorId }, { database, mailer }) => {
      const notice = await readFirm(database, firmId, (tx) =>
        invitationNotice(firmScope(tx), invitationId, administratorId),
      )
      if (notice) await mailer.notifyOfInvitation(notice)
    },
    'an administrator of a client could not be notified of an invitation',
  ),
  [scanEvidence.name]: {
    run: (ids, { database, files }, stopping) => scan(database, files, ids as JobIds<'evidenceId'>, stopping),
    failure: 'a file could not be scanned for malware: it stays PENDING',
  },
  [importItems.name]: {
    run: (ids, { database, files }, stopping) => importListItems(database, files, ids as JobIds<'importId'>, stopping),
    failure: 'a list could not be imported: it will be tried again',
    isLong: true,
  },
  [removeStoredFile.name]: {
    run: (ids, { database, files }) => removeUnneeded(database, files, ids as JobIds<'storedFileId'>),
    failure: 'the bytes of a file that was removed could not be removed',
  },
  sweep: {
    run: async (_ids, { database, files, log }, stopping) => {
      const removed = await sweepAsService(database, files.storage, stopping)
      log.info({ removed: Object.fromEntries(removed) }, 'swept')
    },
    failure: 'the sweep broke off',
  },
  checkpoint: {
    run: async (_ids, { database, checkpoints, log }, stopping) => {
      const { signed } = await takeCheckpoints(database, checkpoints, new Map(), null, stopping)
      log.info({ signed }, 'the heads of trails that moved were signed')
    },
    failure: 'checkpoints could not be signed',
  },
}

const dayMs = 86_400_000

/** What is done every day (UTC), by one of the services; at the next start, where none ran at that minute. */
export const schedule = [
  { task: 'checkpoint', match: '10 1 * * *', options: { backfillPeriod: dayMs } },
  { task: 'sweep', match: '40 1 * * *', options: { backfillPeriod: dayMs } },
]
