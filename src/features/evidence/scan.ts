import type { Files } from '../../kernel/execute/services.js'
import type { Database } from '../../kernel/store/database.js'
import { readFirm } from '../../kernel/store/maintenance.js'
import { JobFailure, type Task } from '../../kernel/store/queue.js'
import { write } from '../../kernel/store/work.js'
import { evidenceLifecycle } from '../../rules/lifecycles.js'
import { Evidence } from './evidence.js'
import { fileOf, readWholeFile } from './stored-files.js'

/** Has the malware scanner look at a file that was brought: until it has, the evidence is PENDING. */
export const scanEvidence = { name: 'scanEvidence', ids: ['evidenceId'] } as const satisfies Task

/** How long one scan may take as a whole: then it is broken off, and tried again. */
export const scanWithinMs = 20 * 60_000

/**
 * Scans one piece of evidence, and notes in the trail of its engagement what was found. Done twice it changes nothing more.
 * A scanner that is away, or was taken out of the settings, leaves it PENDING: the job is tried again.
 * @param stopping aborted when the service stops: the scan is broken off, and begun again by another service
 */
export async function scan(
  database: Database,
  { scanner, storage }: Files,
  { firmId, evidenceId }: { firmId: string; evidenceId: string },
  stopping: AbortSignal,
): Promise<void> {
  const file = await readFirm(database, firmId, async (tx) => {
    const evidence = await tx.one(Evidence, { id: evidenceId, state: 'PENDING' })
    return evidence && fileOf(tx, evidence)
  })
  if (!file) return
  if (!scanner) throw new JobFailure('FIELDWORK_CLAMD is not set: no scanner looks at the file.')
  const breakOff = AbortSignal.any([stopping, AbortSignal.timeout(scanWithinMs)])
  const { isInfected } = await scanner.scan(await readWholeFile(storage, file), breakOff)
  await write(database, null, scanEvidence.name, async (tx) => {
    await tx.enter(firmId)
    const evidence = await tx.one(Evidence, { id: evidenceId }, { lock: 'update' })
    if (evidence?.state !== 'PENDING') return
    // No person acts, and the policy has no word on it.
    tx.markPermitted(evidence.engagementId)
    await tx.update(evidence, { state: evidenceLifecycle.move(evidence.state, isInfected ? 'INFECTED' : 'AVAILABLE') })
    await tx.appendTrail(scanEvidence.name, evidence)
  })
}
