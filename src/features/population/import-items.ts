import { v7 as newId } from 'uuid'
import type { Claims } from '../../kernel/access/actor.js'
import { Fault } from '../../kernel/access/faults.js'
import type { Files } from '../../kernel/execute/services.js'
import type { FileStorage } from '../../kernel/files/storage.js'
import type { Database } from '../../kernel/store/database.js'
import { readFirm } from '../../kernel/store/maintenance.js'
import type { Task } from '../../kernel/store/queue.js'
import { firmScope, scopeOf } from '../../kernel/store/scope.js'
import { type WriteTx, write } from '../../kernel/store/work.js'
import { importLifecycle } from '../../rules/lifecycles.js'
import { Refusal } from '../../rules/refusal.js'
import { Control } from '../control/control.js'
import { Evidence } from '../evidence/evidence.js'
import { type FileToRead, fileOf, readingEvidence } from '../evidence/stored-files.js'
import { Member } from '../firm/member.js'
import { openSheet } from '../import/open-sheet.js'
import { Population } from './population.js'
import { PopulationImport } from './population-import.js'
import { beginAttempt, noteProgress } from './population-import.queries.js'
import { writeItems } from './population-item.queries.js'
import { type ItemBatch, readItems } from './read-items.js'
import { type ImportChoices, type ListTaken, takeItems, takeOver } from './take-items.js'

/** Reads the file of an import that was begun, and makes its items the population's. */
export const importItems = { name: 'importItems', ids: ['importId'] } as const satisfies Task

/** One attempt at an import, with all that is needed to read its file outside of a transaction. */
interface Attempt {
  importId: string
  attemptId: string
  made: PopulationImport
  population: Population
  evidence: Evidence
  choices: ImportChoices
  file: FileToRead
  /** For whom it goes on. */
  claims: Claims
}

/** The import was cancelled, or another attempt at it began. */
class AttemptEnded extends Error {}

/**
 * Reads the file of an import, writes its items batch by batch in transactions of their own, and makes them the population's in a last
 * one, in the name of the member who began the import and as far as they may still do so. What breaks off in between leaves items that
 * belong to no population, and is done anew from the first row. Done twice it changes nothing more.
 * @param stopping aborted when the service stops: the attempt is broken off, and begun again by another service
 */
export async function importListItems(
  database: Database,
  { storage }: Pick<Files, 'storage'>,
  { firmId, importId }: { firmId: string; importId: string },
  stopping: AbortSignal,
): Promise<void> {
  const attempt = await begin(database, firmId, importId)
  if (!attempt) return
  try {
    await takeIn(database, storage, attempt, stopping)
  } catch (error) {
    // Another attempt, or who cancelled it, ended this one.
    if (!(error instanceof AttemptEnded)) throw error
  }
}

/** Reads the file and makes its items the population's, or notes why not. @throws AttemptEnded; what may pass when it is tried again */
async function takeIn(
  database: Database,
  storage: FileStorage,
  attempt: Attempt,
  stopping: AbortSignal,
): Promise<void> {
  const { evidence, choices, file } = attempt
  try {
    const taken = await readingEvidence(evidence, () => {
      const open = () => openSheet(storage, file, evidence.mediaType, choices, stopping)
      return takeItems(readItems(open, choices), (itemsId, batch) => {
        stopping.throwIfAborted()
        return stage(database, attempt, itemsId, batch)
      })
    })
    await end(database, attempt, taken)
  } catch (error) {
    const refusal = refusalFrom(error)
    if (!refusal) throw error
    await refuse(database, attempt, refusal)
  }
}

/** @returns null where the import is not under way any more */
async function begin(database: Database, firmId: string, importId: string): Promise<Attempt | null> {
  const attemptId = newId()
  const isUnderWay = await write(database, null, importItems.name, async (tx) => {
    await tx.enter(firmId)
    return beginAttempt(firmScope(tx), importId, attemptId)
  })
  if (!isUnderWay) return null
  return readFirm(database, firmId, async (tx) => {
    const made = (await tx.one(PopulationImport, { id: importId }, { whole: true })) as PopulationImport
    const population = (await tx.one(Population, { id: made.populationId })) as Population
    const evidence = (await tx.one(Evidence, { id: made.evidenceId })) as Evidence
    const { id: memberId, userId } = (await tx.one(Member, { id: made.createdBy as string })) as Member
    const choices = JSON.parse(made.choices as string) as ImportChoices
    // Their sign-in may have ended since: the import goes on in their name under an id of its own.
    const claims = { firmId, memberId, userId: userId as string, clientId: null, sessionId: importId }
    return { importId, attemptId, made, population, evidence, choices, file: await fileOf(tx, evidence), claims }
  })
}

/** Writes the items of a batch, and how far that is. @throws AttemptEnded */
async function stage(
  database: Database,
  attempt: Attempt,
  itemsId: string,
  { items, progress }: ItemBatch,
): Promise<void> {
  const { population } = attempt
  await write(database, null, importItems.name, async (tx) => {
    await tx.enter(population.firmId)
    if (!(await noteProgress(firmScope(tx), attempt, progress))) throw new AttemptEnded()
    await writeItems(scopeOf(tx, population), population, itemsId, items)
  })
}

/** Makes the items the population's: an act of the member who began the import. */
async function end(database: Database, attempt: Attempt, taken: ListTaken): Promise<void> {
  await write(database, attempt.claims, 'Mutation.cancelPopulationImport', async (tx) => {
    const { population, made } = await presentOf(tx, attempt)
    // Who may end it by cancelling it may end it by taking its items in.
    await tx.permit(population)
    const control = await tx.load(Control, population.controlId, undefined, 'update')
    await takeOver(tx, { population, control, made }, attempt.choices, taken)
    await tx.appendTrail('importPopulation', population)
  })
}

/** Notes why nothing was taken in. The first problems were kept as they were found. */
async function refuse(database: Database, attempt: Attempt, { message }: Refusal): Promise<void> {
  await write(database, null, importItems.name, async (tx) => {
    await tx.enter(attempt.claims.firmId)
    const { population, made } = await presentOf(tx, attempt)
    // No person acts, and the policy has no word on it.
    tx.markPermitted(made.engagementId)
    const state = importLifecycle.move(made.state, 'REFUSED')
    await tx.update(made, { state, reason: message, endedAt: tx.now })
    await tx.update(population, { isImporting: false })
    await tx.appendTrail(importItems.name, made)
  })
}

/** The population and its import as they are now, the first locked. @throws AttemptEnded */
async function presentOf(
  tx: WriteTx,
  { population, importId, attemptId }: Attempt,
): Promise<{ population: Population; made: PopulationImport }> {
  const present = await tx.load(Population, population.id, undefined, 'update')
  const made = await tx.load(PopulationImport, importId)
  if (made.state !== 'UNDER_WAY' || made.attemptId !== attemptId) throw new AttemptEnded()
  return { population: present, made }
}

/** Why an import ends that would end no other way if it were tried again; null for what may pass. */
function refusalFrom(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error.code === 'BUSY' ? null : error
  if (!(error instanceof Fault)) return null
  if (error.code === 'DIGEST_MISMATCH') {
    return new Refusal('INVALID_INPUT', 'The file is not in the storage as it was brought.', ['evidenceId'])
  }
  if (error.code !== 'UNAUTHENTICATED') return null
  return new Refusal('FORBIDDEN', 'The member who began the import is no member of the firm any more.')
}
