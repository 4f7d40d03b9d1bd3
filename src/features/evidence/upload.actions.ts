import { v7 as newId } from 'uuid'
import type { Files } from '../../kernel/execute/services.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkEvidence, checkFileName, statesKept } from '../../rules/evidence.js'
import { evidenceLifecycle } from '../../rules/lifecycles.js'
import { Refusal } from '../../rules/refusal.js'
import { Engagement } from '../engagement/engagement.js'
import type { CreateUploadInput, UploadTicket } from './evidence.inputs.js'
import { Evidence } from './evidence.js'
import { sealTicket, uploadMinutes } from './upload-ticket.js'

/**
 * Answers a ticket by which the caller brings one file: bound to their sign-in, to the engagement, to what is said of the file
 * and to its largest size. Nothing is stored before the file is there.
 * Refused: what `checkEvidence` refuses, a size beyond the service's limit, and evidence that cannot be superseded.
 */
export async function createUpload(
  tx: WriteTx,
  input: CreateUploadInput,
  files: Files,
): Promise<{ upload: UploadTicket }> {
  const engagement = await tx.load(Engagement, input.engagementId)
  await tx.permit(engagement, 'share')
  const { userId, memberId, firmId, clientId, sessionId } = tx.actor
  const { fileName, origin, source, coversFrom = null, coversTo = null, supersedesId = null } = input
  const isOfClient = clientId !== null
  checkFileName(fileName)
  checkEvidence({ origin, coversFrom, coversTo, isOfClient })
  const byteCountMax = input.byteCountMax ?? files.byteCountMax
  if (byteCountMax > files.byteCountMax) {
    const message = `A file has ${files.byteCountMax.toLocaleString('en-US')} bytes at most.`
    throw new Refusal('INVALID_INPUT', message, ['byteCountMax'])
  }
  if (supersedesId !== null) await checkSuperseded(tx, supersedesId, { engagementId: engagement.id, isOfClient })
  const evidenceId = newId()
  const expiresAt = new Date(tx.now.getTime() + uploadMinutes * 60_000)
  const ticket = sealTicket(tx.database.secretBox, {
    claims: { userId, memberId, firmId, clientId, sessionId },
    evidenceId,
    engagementId: engagement.id,
    fileName,
    byteCountMax,
    origin,
    source,
    coversFrom,
    coversTo,
    supersedesId,
    expiresAt: expiresAt.getTime(),
  })
  return { upload: { evidenceId, url: `${files.publicUrl}/uploads/${ticket}`, byteCountMax, expiresAt } }
}

/**
 * Answers the evidence that a new one can supersede. The client does not supersede what the auditor brought, which it does not see,
 * nor the auditor what is the client's.
 * @throws Denial NOT_FOUND; Refusal INVALID_INPUT or INVALID_TRANSITION at `supersedesId`
 */
export async function checkSuperseded(
  tx: WriteTx,
  supersedesId: string,
  by: Pick<Evidence, 'engagementId' | 'isOfClient'>,
): Promise<Evidence> {
  const before = await tx.load(Evidence, supersedesId, undefined, 'share')
  const path = ['supersedesId']
  if (before.engagementId !== by.engagementId) {
    throw new Refusal('INVALID_INPUT', 'It is evidence for another engagement.', path)
  }
  if (before.isOfClient !== by.isOfClient) {
    throw new Refusal('INVALID_INPUT', 'What one side brought, the other does not supersede.', path)
  }
  evidenceLifecycle.checkState(before.state, statesKept, { act: 'Superseding it', path })
  if (await tx.one(Evidence, { supersedesId, state: statesKept })) {
    throw new Refusal('ALREADY_EXISTS', 'Another file supersedes it already: supersede that one.', path)
  }
  return before
}
