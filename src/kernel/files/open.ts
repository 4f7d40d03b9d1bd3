import { createHash } from 'node:crypto'
import { pipeline, type Readable, Transform, type TransformCallback } from 'node:stream'
import { chunkBytes, chunksOf, decryptChunk, encryptedChunkSize, encryptedRange, FileAltered } from './encryption.js'
import type { FileStorage } from './storage.js'

/**
 * Reads a file and decrypts it; of a range, only the chunks it lies in. Nothing is given of a chunk that was altered.
 * @param bytes how long the plaintext is, as kept with the file's record
 * @param range first and last byte of the plaintext, both included
 * @returns a stream that fails with FileAltered where the file is not what was put there
 * @throws FileMissing
 */
export async function openFile(
  storage: FileStorage,
  key: string,
  dataKey: Buffer,
  bytes: number,
  range?: { start: number; end: number },
): Promise<Readable> {
  const { start, end } = range ?? { start: 0, end: Math.max(bytes - 1, 0) }
  if (start < 0 || start > end || (range && end >= bytes)) throw new RangeError('The range lies outside of the file.')
  const chunks = { first: Math.floor(start / chunkBytes), last: Math.floor(end / chunkBytes) }
  const source = await storage.read(key, encryptedRange(bytes, chunks))
  const opened = new Decryption(key, dataKey, bytes, { start, end }, chunks)
  // An error of either ends both; the reader is told by the stream it has.
  pipeline(source, opened, () => undefined)
  return opened
}

/**
 * Reads all of a file back, and compares its length and digest with those kept in its record.
 * @throws FileMissing, FileAltered
 */
export async function checkStoredFile(
  storage: FileStorage,
  key: string,
  dataKey: Buffer,
  { bytes, sha256 }: { bytes: number; sha256: string },
): Promise<void> {
  const digest = createHash('sha256')
  for await (const piece of await openFile(storage, key, dataKey, bytes)) digest.update(piece)
  if (digest.digest('hex') !== sha256) throw new FileAltered(key)
}

/** Takes encrypted chunks from the first to the last of these and gives the plaintext in the range. */
class Decryption extends Transform {
  readonly #chunk = Buffer.alloc(encryptedChunkSize(chunkBytes, 0))
  #filled = 0
  #next: number

  constructor(
    private readonly key: string,
    private readonly dataKey: Buffer,
    private readonly bytes: number,
    private readonly range: { start: number; end: number },
    private readonly chunks: { first: number; last: number },
  ) {
    super({ readableHighWaterMark: chunkBytes, writableHighWaterMark: chunkBytes })
    this.#next = chunks.first
  }

  override _transform(piece: Buffer, _encoding: string, done: TransformCallback): void {
    done(this.#take(piece) ? null : new FileAltered(this.key))
  }

  override _flush(done: TransformCallback): void {
    const isWhole = this.#next === this.chunks.last && this.#filled === this.#expected()
    done(isWhole && this.#open() ? null : new FileAltered(this.key))
  }

  /** @returns false where a chunk was altered, or something follows the last one */
  #take(piece: Buffer): boolean {
    for (let taken = 0; taken < piece.length; ) {
      // A chunk is opened when something follows it; the last one in `_flush`, since nothing may follow it.
      const isFull = this.#filled === this.#expected()
      if (isFull && (this.#next === this.chunks.last || !this.#open())) return false
      const copied = piece.copy(this.#chunk, this.#filled, taken, taken + this.#expected() - this.#filled)
      this.#filled += copied
      taken += copied
    }
    return true
  }

  #expected(): number {
    return encryptedChunkSize(this.bytes, this.#next)
  }

  /** Gives what the range has of the chunk that is complete. @returns false where it was altered, and nothing was given */
  #open(): boolean {
    const index = this.#next
    const isLast = index === chunksOf(this.bytes) - 1
    const plain = decryptChunk(this.#chunk.subarray(0, this.#filled), this.dataKey, index, isLast)
    if (!plain) return false
    const from = index * chunkBytes
    const wanted = plain.subarray(Math.max(this.range.start - from, 0), this.range.end + 1 - from)
    if (wanted.length > 0) this.push(wanted)
    this.#next++
    this.#filled = 0
    return true
  }
}
