import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** How much plaintext one encrypted chunk holds. */
export const chunkBytes = 64 * 1024
/** What each chunk has behind it: the tag by which an altered one is recognised. */
const tagBytes = 16
const nonceBytes = 12
const cipher = 'aes-256-gcm'

export const dataKeyBytes = 32

/** The encrypted file does not open: a byte of it is another, or a part is missing, added or in another place. */
export class FileAltered extends Error {
  override readonly name = 'FileAltered'
  constructor(readonly key: string) {
    super(`The file under the key ${key} is not what was put there.`)
  }
}

/** The wrapped key does not open: it was altered, belongs to another file, or was wrapped with another key. */
export class KeyUnusable extends Error {
  override readonly name = 'KeyUnusable'
  constructor(context: string) {
    super(`The key of the file does not open with the key that is set for it (${context}).`)
  }
}

/** An empty file is one empty chunk. */
export const chunksOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / chunkBytes))

/** @param bytes of plaintext */
export const encryptedSize = (bytes: number): number => bytes + chunksOf(bytes) * tagBytes

/** Which bytes of the encrypted file these chunks are; one more where they end with it, to see that nothing follows. */
export function encryptedRange(bytes: number, chunks: { first: number; last: number }): { start: number; end: number } {
  const whole = chunkBytes + tagBytes
  const end = chunks.last === chunksOf(bytes) - 1 ? encryptedSize(bytes) : (chunks.last + 1) * whole - 1
  return { start: chunks.first * whole, end }
}

/** How long this chunk of a file is, encrypted. */
export const encryptedChunkSize = (bytes: number, index: number): number =>
  Math.min(chunkBytes, bytes - index * chunkBytes) + tagBytes

/**
 * Each file has a data key of its own, so a nonce can be told from the chunk's place and never repeats under a key. Place and
 * end are in it: a file that is cut, extended or put together in another order does not open (the STREAM construction).
 */
function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(nonceBytes)
  nonce.writeUInt8(isLast ? 1 : 0, 0)
  nonce.writeUInt32BE(index, nonceBytes - 4)
  return nonce
}

/** @returns the parts of the encrypted chunk */
export function encryptChunk(plain: Uint8Array, dataKey: Buffer, index: number, isLast: boolean): Buffer[] {
  const encrypting = createCipheriv(cipher, dataKey, nonceOf(index, isLast), { authTagLength: tagBytes })
  return [encrypting.update(plain), encrypting.final(), encrypting.getAuthTag()]
}

/** @returns null where the chunk was altered, or is not the one of this place */
export function decryptChunk(encrypted: Buffer, dataKey: Buffer, index: number, isLast: boolean): Buffer | null {
  return opened(encrypted, dataKey, nonceOf(index, isLast), null)
}

/**
 * Encrypts the key of a file, to be kept beside the file's record.
 * @param context what the wrapped key belongs to, such as the file's identifier: it opens for that alone
 */
export function wrapKey(dataKey: Buffer, keyEncryptionKey: Buffer, context: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const wrapping = createCipheriv(cipher, keyEncryptionKey, nonce, { authTagLength: tagBytes })
  wrapping.setAAD(Buffer.from(context))
  return Buffer.concat([nonce, wrapping.update(dataKey), wrapping.final(), wrapping.getAuthTag()])
}

/** @throws KeyUnusable */
export function unwrapKey(wrapped: Buffer, keyEncryptionKey: Buffer, context: string): Buffer {
  const isWhole = wrapped.length === nonceBytes + dataKeyBytes + tagBytes
  const nonce = wrapped.subarray(0, nonceBytes)
  const dataKey = isWhole ? opened(wrapped.subarray(nonceBytes), keyEncryptionKey, nonce, Buffer.from(context)) : null
  if (!dataKey) throw new KeyUnusable(context)
  return dataKey
}

function opened(encrypted: Buffer, key: Buffer, nonce: Buffer, context: Buffer | null): Buffer | null {
  if (encrypted.length < tagBytes) return null
  const decrypting = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes })
  if (context) decrypting.setAAD(context)
  decrypting.setAuthTag(encrypted.subarray(encrypted.length - tagBytes))
  const plain = decrypting.update(encrypted.subarray(0, encrypted.length - tagBytes))
  try {
    decrypting.final()
    return plain
  } catch {
    return null
  }
}
