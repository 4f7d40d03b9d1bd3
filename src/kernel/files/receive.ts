import { createHash, type Hash, randomBytes, randomUUID } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { chunkBytes, dataKeyBytes, encryptChunk } from './encryption.js'
import { fileMode, makeFolder } from './incoming.js'
import type { FileStorage } from './storage.js'
import { TextCheck } from './text-check.js'

/** A file that came in and lies encrypted in the folder for that, to be put. */
export interface IncomingFile {
  path: string
  dataKey: Buffer
  /** Of the plaintext, in hexadecimal. */
  sha256: string
  /** Of the plaintext. */
  bytes: number
  /** The first bytes of the plaintext, 64 KiB at most. */
  head: Buffer
  /** Whether all of it is UTF-8 without NUL, or UTF-16 that begins with its mark. */
  isText: boolean
}

export class FileTooLarge extends Error {
  override readonly name = 'FileTooLarge'
  constructor(readonly bytesMax: number) {
    super(`The file has more than ${bytesMax.toLocaleString('en-US')} bytes.`)
  }
}

/**
 * Writes what the source gives, encrypted, into a new file in the storage's folder for what comes in. It is taken as fast as
 * it can be written, and 64 KiB are held of it. The source is destroyed where this fails, and no file is left.
 * @throws FileTooLarge, and what the source, the system or the signal say
 */
export async function receiveFile(
  source: Readable,
  storage: FileStorage,
  { bytesMax, signal }: { bytesMax: number; signal?: AbortSignal },
): Promise<IncomingFile> {
  const path = join(storage.incoming, randomUUID())
  const abort = () => source.destroy(signal?.reason instanceof Error ? signal.reason : new Error('It was broken off.'))
  // An error before the first read is found by it; without a listener it would end the process.
  source.on('error', () => undefined)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    signal?.throwIfAborted()
    await makeFolder(storage.incoming)
    const file = await open(path, 'wx', fileMode)
    try {
      const received = await writeEncrypted(source, new EncryptedWriter(file), path, bytesMax)
      signal?.throwIfAborted()
      return received
    } finally {
      await file.close()
    }
  } catch (error) {
    source.destroy()
    await rm(path, { force: true })
    throw error
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

async function writeEncrypted(
  source: Readable,
  writer: EncryptedWriter,
  path: string,
  bytesMax: number,
): Promise<IncomingFile> {
  let bytes = 0
  for await (const piece of source as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > bytesMax) throw new FileTooLarge(bytesMax)
    await writer.add(piece)
  }
  return { path, bytes, ...(await writer.end()) }
}

/** Fills chunks of plaintext and writes each, once it is known whether more comes behind it. */
class EncryptedWriter {
  readonly #dataKey = randomBytes(dataKeyBytes)
  readonly #digest: Hash = createHash('sha256')
  readonly #text = new TextCheck()
  readonly #chunk = Buffer.alloc(chunkBytes)
  #filled = 0
  #written = 0
  #head: Buffer | null = null

  constructor(private readonly file: FileHandle) {}

  async add(piece: Buffer): Promise<void> {
    for (let taken = 0; taken < piece.length; ) {
      if (this.#filled === chunkBytes) await this.#write(false)
      const copied = piece.copy(this.#chunk, this.#filled, taken)
      this.#filled += copied
      taken += copied
    }
  }

  async end(): Promise<Pick<IncomingFile, 'dataKey' | 'sha256' | 'head' | 'isText'>> {
    await this.#write(true)
    return {
      dataKey: this.#dataKey,
      sha256: this.#digest.digest('hex'),
      head: this.#head as Buffer,
      isText: this.#text.isText(),
    }
  }

  async #write(isLast: boolean): Promise<void> {
    const plain = this.#chunk.subarray(0, this.#filled)
    this.#head ??= Buffer.from(plain)
    this.#digest.update(plain)
    this.#text.add(plain)
    await writeAll(this.file, Buffer.concat(encryptChunk(plain, this.#dataKey, this.#written, isLast)))
    this.#written++
    this.#filled = 0
  }
}

/** The system may write less than it was given, as just before a disk is full. */
async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written)).bytesWritten
  }
}
