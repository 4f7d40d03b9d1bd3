import { createHash, randomBytes } from 'node:crypto'
import { pipeline, type Readable, Transform, type TransformCallback } from 'node:stream'
import { v7 as newId } from 'uuid'
import { digestMismatch } from '../../kernel/access/faults.js'
import {
  chunkBytes,
  encryptedSize,
  FileAltered,
  KeyUnusable,
  unwrapKey,
  wrapKey,
} from '../../kernel/files/encryption.js'
import { checkStoredFile, openFile } from '../../kernel/files/open.js'
import type { IncomingFile } from '../../kernel/files/receive.js'
import { FileMissing, type FileStorage } from '../../kernel/files/storage.js'
import { type FirmScope, firmScope } from '../../kernel/store/scope.js'
import type { SecretBox } from '../../kernel/store/secret-box.js'
import type { Tx, WriteTx } from '../../kernel/store/work.js'
import type { Evidence } from './evidence.js'
import {
  addFirmKey,
  addStoredFile,
  type FirmKeyRow,
  presentFirmKey,
  type StoredFileRow,
  storedFile,
} from './stored-file.queries.js'

/** Where a file of a firm lies in the storage. */
export const storageKey = (firmId: string, { id, sha256 }: Pick<StoredFileRow, 'id' | 'sha256'>): string =>
  `${firmId}/${sha256}/${id}`

/** A new key of a firm, encrypted under the service's secret. */
export const makeFirmKey = (secretBox: SecretBox): FirmKeyRow => ({
  id: newId(),
  sealedKey: secretBox.seal(randomBytes(32).toString('base64')),
})

const openFirmKey = (secretBox: SecretBox, { sealedKey }: Pick<FirmKeyRow, 'sealedKey'>): Buffer =>
  Buffer.from(secretBox.open(sealedKey), 'base64')

/** Whether the key of a firm was encrypted under this secret. */
export function isOpenedBy(secretBox: SecretBox, firmKey: FirmKeyRow): boolean {
  try {
    return openFirmKey(secretBox, firmKey).length > 0
  } catch {
    return false
  }
}

/** The present key of the firm, which no rotation replaces until the transaction ends; made where it has none yet. */
export async function firmKeyOf(scope: FirmScope<WriteTx>): Promise<FirmKeyRow> {
  const present = await presentFirmKey(scope)
  if (present) return present
  // Not made where another one took the place of the present one in this moment.
  await addFirmKey(scope, makeFirmKey(scope.tx.database.secretBox))
  return (await presentFirmKey(scope)) as FirmKeyRow
}

/** To what an encrypted key of a file is bound: it opens for no other file. */
const boundTo = (firmId: string, { id, sha256 }: Pick<StoredFileRow, 'id' | 'sha256'>): string =>
  `file ${id} of ${firmId} ${sha256}`

/** The key of a file, encrypted by a key of its firm. */
export const wrapFileKey = (
  secretBox: SecretBox,
  firmId: string,
  file: Pick<StoredFileRow, 'id' | 'sha256'>,
  dataKey: Buffer,
  firmKey: FirmKeyRow,
): Buffer => wrapKey(dataKey, openFirmKey(secretBox, firmKey), boundTo(firmId, file))

/** @throws KeyUnusable where it was encrypted by another key, for another file, or altered since */
export const fileKey = (secretBox: SecretBox, firmId: string, file: StoredFileRow): Buffer =>
  unwrapKey(file.wrappedKey, openFirmKey(secretBox, file), boundTo(firmId, file))

/** What was received and lies in the storage, while no row names it. */
export interface PutFile {
  id: string
  sha256: string
  byteCount: number
  dataKey: Buffer
}

/** Puts what was received into the storage and reads it back: what cannot be read as it was brought is not kept. */
export async function putFile(storage: FileStorage, firmId: string, received: IncomingFile): Promise<PutFile> {
  const { sha256, bytes: byteCount, dataKey, path } = received
  const put = { id: newId(), sha256, byteCount, dataKey }
  const key = storageKey(firmId, put)
  await storage.put(key, path, encryptedSize(byteCount))
  try {
    await checkStoredFile(storage, key, dataKey, { bytes: byteCount, sha256 })
  } catch (error) {
    // Why it is not kept is told also where it cannot be removed: then `evidence:verify` finds it, as a file that no row names.
    await storage.remove(key).catch(() => undefined)
    throw error
  }
  return put
}

/**
 * Notes a file that was put, under the firm's present key.
 * @returns the id of the stored file that rows are to name: another one where the firm has the same content already
 */
export async function keepFile(scope: FirmScope<WriteTx>, put: PutFile): Promise<string> {
  const { firmId, tx } = scope
  const { secretBox } = tx.database
  const firmKey = await firmKeyOf(scope)
  const wrappedKey = wrapFileKey(secretBox, firmId, put, put.dataKey, firmKey)
  return addStoredFile(scope, { ...put, wrappedKey, firmKeyId: firmKey.id })
}

/** What is needed to read the file of a piece of evidence once the transaction is over. */
export interface FileToRead {
  key: string
  dataKey: Buffer
  byteCount: number
  sha256: string
}

/**
 * Finds the file of a piece of evidence that the caller read.
 * @throws FileMissing where the database no longer knows of it; FileAltered where it is not the file that was brought; KeyUnusable
 */
export async function fileOf(tx: Tx, { storedFileId, sha256, byteCount }: Evidence): Promise<FileToRead> {
  const file = await storedFile(firmScope(tx), storedFileId)
  if (!file) throw new FileMissing(storedFileId)
  // A part of a file is read without its digest: the evidence must name the file that has it.
  if (file.sha256 !== sha256 || Number(file.byteCount) !== byteCount) throw new FileAltered(storageKey(tx.firmId, file))
  const dataKey = fileKey(tx.database.secretBox, tx.firmId, file)
  return { key: storageKey(tx.firmId, file), dataKey, byteCount, sha256 }
}

/** The bytes of a file as it was brought, or a part of them: first and last, both included. */
export const readFile = (
  storage: FileStorage,
  { key, dataKey, byteCount }: FileToRead,
  range?: { start: number; end: number },
): Promise<Readable> => openFile(storage, key, dataKey, byteCount, range)

/**
 * The bytes of a whole file. Their digest is computed on the way, and the last piece held back until it is that of the evidence: what
 * is not what was brought never arrives complete.
 * @throws FileMissing, and the stream FileAltered
 */
export async function readWholeFile(storage: FileStorage, file: FileToRead): Promise<Readable> {
  return pipeline(await readFile(storage, file), new DigestCheck(file), () => undefined)
}

/** Passes on what comes but for the last piece, which follows once the digest is seen to be that of the file. */
class DigestCheck extends Transform {
  readonly #hash = createHash('sha256')
  #held: Buffer | null = null

  constructor(private readonly file: FileToRead) {
    super({ readableHighWaterMark: chunkBytes, writableHighWaterMark: chunkBytes })
  }

  override _transform(piece: Buffer, _encoding: string, done: TransformCallback): void {
    this.#hash.update(piece)
    const before = this.#held
    this.#held = piece
    done(null, before)
  }

  override _flush(done: TransformCallback): void {
    const isSame = this.#hash.digest('hex') === this.file.sha256
    done(isSame ? null : new FileAltered(this.file.key), this.#held)
  }
}

/**
 * Does what reads the file of a piece of evidence.
 * @throws Fault DIGEST_MISMATCH where the file is not in the storage as it was brought
 */
export async function readingEvidence<T>({ id }: Pick<Evidence, 'id'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const isAsBrought = !(error instanceof FileMissing || error instanceof FileAltered || error instanceof KeyUnusable)
    throw isAsBrought ? error : Object.assign(digestMismatch('Evidence', id), { cause: error })
  }
}
