import { randomBytes, randomUUID } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dataKeyBytes, decryptChunk, encryptChunk } from '../../../kernel/files/encryption.js'
import { fileMode, makeFolder } from '../../../kernel/files/incoming.js'
import { workbookLimits as limits } from './limits.js'

/** Texts that were put together: their number, where each ends, and their bytes in UTF-8. */
interface Block {
  /** The place of its first text among all. */
  first: number
  /** Where it lies in the file, encrypted; null while it was never written there. */
  place: { at: number; length: number } | null
}

/**
 * Texts by their number. So many bytes of them are held; others lie in a file of their own, encrypted under a key that is nowhere but
 * here, until `close` removes it: whoever finds the file of a service that was ended meanwhile reads nothing in it.
 */
export class TextStore {
  readonly #blocks: Block[] = []
  /** Those held, by their number; the one that was used last stands last. */
  readonly #held = new Map<number, Buffer>()
  readonly #key = randomBytes(dataKeyBytes)
  #heldBytes = 0
  #file: FileHandle | null = null
  #path: string | null = null
  #fileBytes = 0
  /** Those not yet put into a block. */
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #waitingFirst = 0
  count = 0

  /** @param folder where the file is made, once one is needed */
  constructor(
    private readonly folder: string,
    private readonly heldMax: number = limits.heldBytes,
  ) {}

  /** Takes the next text. `settle` is to be called now and then. */
  add(text: string): void {
    const bytes = Buffer.from(text)
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length + 4
    this.count++
    if (this.#waitingBytes >= limits.blockBytes) this.#seal()
  }

  /** The text of this number, of which there must be one: at once where it is held. */
  at(index: number): string | Promise<string> {
    const waiting = this.#waiting[index - this.#waitingFirst]
    if (waiting) return waiting.toString()
    const number = this.#numberOf(index)
    const within = index - (this.#blocks[number] as Block).first
    const held = this.#held.get(number)
    if (!held) return this.#load(number).then((block) => textIn(block, within))
    this.#held.delete(number)
    this.#held.set(number, held)
    return textIn(held, within)
  }

  /** Writes what is more than may be held. */
  async settle(): Promise<void> {
    for (const [number, bytes] of this.#held) {
      if (this.#heldBytes <= this.heldMax) return
      const block = this.#blocks[number] as Block
      block.place ??= await this.#write(bytes, number)
      this.#held.delete(number)
      this.#heldBytes -= bytes.length
    }
  }

  /** Removes the file, whatever happened before. */
  async close(): Promise<void> {
    this.#held.clear()
    const [file, path] = [this.#file, this.#path]
    this.#file = null
    this.#path = null
    await file?.close()
    if (path) await rm(path, { force: true })
  }

  #seal(): void {
    const ends = Buffer.alloc(4 * (this.#waiting.length + 1))
    ends.writeUInt32LE(this.#waiting.length, 0)
    let end = ends.length
    this.#waiting.forEach(({ length }, at) => {
      end += length
      ends.writeUInt32LE(end, 4 * (at + 1))
    })
    const bytes = Buffer.concat([ends, ...this.#waiting])
    this.#blocks.push({ first: this.#waitingFirst, place: null })
    this.#hold(this.#blocks.length - 1, bytes)
    this.#waiting = []
    this.#waitingBytes = 0
    this.#waitingFirst = this.count
  }

  #hold(number: number, bytes: Buffer): void {
    this.#held.set(number, bytes)
    this.#heldBytes += bytes.length
  }

  /** The number of the block in which a text stands. */
  #numberOf(index: number): number {
    let [low, high] = [0, this.#blocks.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#blocks[middle] as Block).first <= index) low = middle
      else high = middle - 1
    }
    return low
  }

  async #write(bytes: Buffer, number: number): Promise<{ at: number; length: number }> {
    this.#file ??= await this.#open()
    const encrypted = Buffer.concat(encryptChunk(bytes, this.#key, number, false))
    const at = this.#fileBytes
    for (let written = 0; written < encrypted.length; ) {
      written += (await this.#file.write(encrypted, written, encrypted.length - written, at + written)).bytesWritten
    }
    this.#fileBytes += encrypted.length
    return { at, length: encrypted.length }
  }

  async #open(): Promise<FileHandle> {
    await makeFolder(this.folder)
    this.#path = join(this.folder, randomUUID())
    return open(this.#path, 'wx+', fileMode)
  }

  async #load(number: number): Promise<Buffer> {
    const { at, length } = (this.#blocks[number] as Block).place as { at: number; length: number }
    const encrypted = Buffer.alloc(length)
    const read = await this.#file?.read(encrypted, 0, length, at)
    const bytes = read?.bytesRead === length ? decryptChunk(encrypted, this.#key, number, false) : null
    if (!bytes) throw new Error('What was written beside a workbook that is read is not what is found there.')
    this.#hold(number, bytes)
    await this.settle()
    return bytes
  }
}

function textIn(block: Buffer, within: number): string {
  const begin = within === 0 ? 4 * (block.readUInt32LE(0) + 1) : block.readUInt32LE(4 * within)
  return block.toString('utf8', begin, block.readUInt32LE(4 * (within + 1)))
}
