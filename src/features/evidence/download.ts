import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { notFound } from '../../kernel/access/faults.js'
import type { FileStorage } from '../../kernel/files/storage.js'
import type { Database } from '../../kernel/store/database.js'
import { firmScope } from '../../kernel/store/scope.js'
import { openRead, write } from '../../kernel/store/work.js'
import type { DownloadLink } from './download-link.js'
import { Evidence } from './evidence.js'
import { addOpening, wasOpenedSince } from './opening.queries.js'
import { type FileToRead, fileOf, readFile, readingEvidence, readWholeFile } from './stored-files.js'

/** A file that may be given out, and what is said of it. */
export interface Download {
  evidence: Evidence
  file: FileToRead
}

/**
 * Finds what a link leads to, for who may read it now: whose sign-in has ended, who left the team, or what is not AVAILABLE, is the same
 * as a link that never was.
 * @throws Fault UNAUTHENTICATED, DIGEST_MISMATCH; Denial NOT_FOUND
 */
export async function findDownload(database: Database, { claims, evidenceId }: DownloadLink): Promise<Download> {
  const { tx, close } = await openRead(database, claims)
  try {
    const evidence = await tx.load(Evidence, evidenceId)
    if (evidence.state !== 'AVAILABLE') throw notFound(evidenceId)
    return { evidence, file: await readingEvidence(evidence, () => fileOf(tx, evidence)) }
  } finally {
    await close()
  }
}

/** The parts of one file that a person gets within so long are one opening. */
const openingMs = 10 * 60_000

/** Notes who opened the file, or a part of it, before its first byte is given out. */
export const noteDownload = (
  database: Database,
  { claims }: DownloadLink,
  { evidence }: Download,
  range: ByteRange | null,
): Promise<void> =>
  write(database, claims, 'Query.evidence', async (tx) => {
    const { engagementId, clientId, id: nodeId, sha256: contentDigest } = evidence
    const scope = firmScope(tx)
    const opened = { engagementId, clientId, nodeType: 'Evidence', nodeId, contentDigest }
    if (range && (await wasOpenedSince(scope, opened, new Date(tx.now.getTime() - openingMs)))) return
    await addOpening(scope, opened)
  })

/** First and last byte, both included. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * The bytes of a file, or a range of them. Of a range each piece is authenticated by itself. The first piece is there when this
 * resolves. Who does not read the stream to its end destroys it.
 * @throws Fault DIGEST_MISMATCH, and the stream FileAltered
 */
export const downloadBytes = (
  storage: FileStorage,
  { evidence, file }: Download,
  range: ByteRange | null,
): Promise<Readable> =>
  readingEvidence(evidence, async () => {
    const bytes = await (range ? readFile(storage, file, range) : readWholeFile(storage, file))
    // What fails while it is noted who opens it, is found by who reads it; without a listener it would end the process.
    bytes.on('error', () => undefined)
    await once(bytes, 'readable')
    return bytes
  })
