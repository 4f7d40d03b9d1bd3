import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { forbidden, isOutage } from '../../kernel/access/faults.js'
import { allows, type PolicyRow } from '../../kernel/access/permission.js'
import { errorCode } from '../../kernel/cannot-start.js'
import { outageOf } from '../../kernel/driver/outages.js'
import type { Services } from '../../kernel/execute/services.js'
import { mediaTypeOf } from '../../kernel/files/media-type.js'
import { type IncomingFile, receiveFile } from '../../kernel/files/receive.js'
import type { Database } from '../../kernel/store/database.js'
import { checkDuring } from '../../kernel/store/permit.js'
import { enqueue } from '../../kernel/store/queue.js'
import { firmScope } from '../../kernel/store/scope.js'
import { openRead, type WriteTx, write } from '../../kernel/store/work.js'
import { checkDiffers, checkHasContent, statesKept } from '../../rules/evidence.js'
import { evidenceLifecycle } from '../../rules/lifecycles.js'
import { Refusal } from '../../rules/refusal.js'
import { Engagement } from '../engagement/engagement.js'
import { Evidence } from './evidence.js'
import { scanEvidence } from './scan.js'
import { keepFile, type PutFile, putFile, readingEvidence, storageKey } from './stored-files.js'
import { checkSuperseded } from './upload.actions.js'
import type { TicketContent } from './upload-ticket.js'

/** By what the policy knows the act, of which the ticket was the first half. */
const coordinate = 'Mutation.createUpload'

/** What PostgreSQL says of a row that is there already. */
const uniqueViolation = '23505'
/** So often a row is tried to be made that other acts are in the way of: what was received is not sent again for that. */
const attempts = 4

type Receiving = Pick<Services, 'files' | 'log'> & { database: Database }

/**
 * Takes the file for which a ticket was given. It is received, put and read back before a row of it is made; whatever fails, nothing is left
 * of it. The same file sent again for the same ticket is answered as at first.
 * @param signal aborted when the sender breaks off
 * @throws Fault UNAUTHENTICATED, FORBIDDEN or Refusal where the ticket's member may no longer bring it; FileTooLarge; Refusal INVALID_INPUT
 *   for a content that contradicts the name of the file, and for another file than the ticket was used for; Fault DIGEST_MISMATCH where the
 *   storage does not give it back as it came
 */
export async function receiveEvidence(
  services: Receiving,
  ticket: TicketContent,
  source: Readable,
  signal: AbortSignal,
): Promise<Evidence> {
  const { files, database } = services
  await checkMayBring(database, ticket)
  const received = await receiveFile(source, files.storage, { bytesMax: ticket.byteCountMax, signal })
  const mediaType = await checkedMediaType(ticket, received).catch(async (error) => {
    await rm(received.path, { force: true })
    throw error
  })
  const { evidenceId: id, claims } = ticket
  const put = await readingEvidence({ id }, () => putFile(files.storage, claims.firmId, received))
  return keepEvidence(services, ticket, put, mediaType)
}

/** Makes the row of what was put. Where it names another file with the same content, or none is made, what was put is removed. */
async function keepEvidence(
  { files, database, log }: Receiving,
  ticket: TicketContent,
  put: PutFile,
  mediaType: string,
): Promise<Evidence> {
  const key = storageKey(ticket.claims.firmId, put)
  // A file too many can be found and removed; a file that is missing, never.
  const remove = () => files.storage.remove(key).catch((err) => log.error({ err, key }, 'a file could not be removed'))
  let isToCommit = false
  const make = () =>
    write(database, ticket.claims, coordinate, async (tx) => {
      isToCommit = false
      const made = await makeEvidence(tx, ticket, put, mediaType, files.scanner !== null)
      isToCommit = true
      return made
    })
  const makeAtLast = async (left: number): ReturnType<typeof make> => {
    try {
      return await make()
    } catch (error) {
      // Where the same file comes twice at one time, the one that is later finds the row of the other.
      const isInTheWay = errorCode(error) === uniqueViolation || (error instanceof Refusal && error.code === 'BUSY')
      if (left > 0 && isInTheWay) return makeAtLast(left - 1)
      throw error
    }
  }
  try {
    const { evidence, isKept } = await makeAtLast(attempts - 1)
    // Not waited for: how long it takes would say that someone else in the firm has the same file.
    if (!isKept) void remove()
    return evidence
  } catch (error) {
    // A commit whose answer is lost may have been done: then a row names the file.
    const isUnknown = isToCommit && (isOutage(error) || outageOf(error) !== null)
    if (!isUnknown) await remove()
    throw error
  }
}

/** Asked before a byte is read, and once more, for good, when the row is made. */
async function checkMayBring(database: Database, { claims, engagementId }: TicketContent): Promise<void> {
  const { tx, close } = await openRead(database, claims)
  try {
    const engagement = await tx.load(Engagement, engagementId)
    const entry = database.policy[coordinate] as PolicyRow
    if (!allows(entry, tx.actor, engagementId)) throw forbidden()
    checkDuring(entry, engagement.state)
  } finally {
    await close()
  }
}

async function checkedMediaType({ fileName }: TicketContent, { head, isText, bytes }: IncomingFile): Promise<string> {
  checkHasContent({ byteCount: bytes })
  const found = await mediaTypeOf({ fileName, head, isText })
  if ('mediaType' in found) return found.mediaType
  throw new Refusal('INVALID_INPUT', found.mismatch, ['fileName'])
}

async function makeEvidence(
  tx: WriteTx,
  ticket: TicketContent,
  put: PutFile,
  mediaType: string,
  isScanned: boolean,
): Promise<{ evidence: Evidence; isKept: boolean }> {
  const engagement = await tx.load(Engagement, ticket.engagementId)
  // Shared: a long import in the same engagement holds up no file, nor one file the other.
  await tx.permit(engagement, 'share')
  const before = await tx.one(Evidence, { id: ticket.evidenceId })
  if (before) return { evidence: checkSame(before, put), isKept: false }
  const { evidenceId: id, fileName, origin, source, coversFrom, coversTo, supersedesId } = ticket
  const isOfClient = ticket.claims.clientId !== null
  const { id: engagementId, clientId } = engagement
  if (supersedesId !== null) checkDiffers(put, await checkSuperseded(tx, supersedesId, { engagementId, isOfClient }))
  const storedFileId = await keepFile(firmScope(tx), put)
  const { sha256, byteCount } = put
  const evidence = await tx.insert(Evidence, {
    id,
    engagementId,
    clientId,
    storedFileId,
    isOfClient,
    fileName,
    byteCount,
    mediaType,
    sha256,
    origin,
    source,
    coversFrom,
    coversTo,
    supersedesId,
    state: isScanned ? 'PENDING' : 'AVAILABLE',
  })
  if (isScanned) enqueue(tx, scanEvidence, { evidenceId: id })
  tx.deferToCommit(tx.appendTrail('createUpload', evidence))
  return { evidence, isKept: storedFileId === put.id }
}

function checkSame(before: Evidence, { sha256 }: PutFile): Evidence {
  evidenceLifecycle.checkState(before.state, statesKept, { act: 'Sending it again', path: [] })
  if (before.sha256 === sha256) return before
  throw new Refusal('ALREADY_EXISTS', 'Another file was sent for this upload: create another one.')
}
