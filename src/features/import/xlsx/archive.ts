import { PassThrough, pipeline, Readable, Transform, type TransformCallback } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl'
import { Refusal } from '../../../rules/refusal.js'
import { workbookLimits as limits } from './limits.js'
import { workbookDamaged, workbookRefused } from './refused.js'

/** A file that is read in any place of it. */
export interface RangedFile {
  byteCount: number
  /** The bytes from the first to the last, both included. */
  read(range: { start: number; end: number }): Promise<Readable>
}

/** The directory of an archive is read in windows of this size. */
const windowBytes = 262_144
/** Parts are fetched in pieces of this size: none waits half read at the storage until a row asks for what follows. */
const fetchedBytes = 1_048_576

/** The bytes of a file from the first to the last, both included, all at once. */
export async function bytesOf(file: RangedFile, range: { start: number; end: number }): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of await file.read(range)) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function* fetched(file: RangedFile, start: number, length: number): AsyncGenerator<Buffer, void> {
  for (let at = start; at < start + length; at += fetchedBytes) {
    yield await bytesOf(file, { start: at, end: Math.min(at + fetchedBytes, start + length) - 1 })
  }
}

/** Reads the directory for yauzl, and keeps what the file itself could not give: that is no fault of the archive. */
class DirectoryReader extends RandomAccessReader {
  failure: unknown = null
  #window: { start: number; bytes: Buffer } | null = null

  constructor(private readonly file: RangedFile) {
    super()
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, count?: number) => void,
  ): void {
    this.#fill(buffer, offset, length, position).then(
      (count) => callback(null, count),
      (error) => {
        this.failure ??= error
        callback(error)
      },
    )
  }

  async #fill(buffer: Buffer, offset: number, length: number, position: number): Promise<number> {
    let filled = 0
    while (filled < length && position + filled < this.file.byteCount) {
      const at = position + filled
      const { start, bytes } = await this.#windowAt(at)
      filled += bytes.copy(buffer, offset + filled, at - start, at - start + length - filled)
    }
    return filled
  }

  async #windowAt(at: number): Promise<{ start: number; bytes: Buffer }> {
    const start = at - (at % windowBytes)
    if (this.#window?.start === start) return this.#window
    const end = Math.min(start + windowBytes, this.file.byteCount) - 1
    this.#window = { start, bytes: await bytesOf(this.file, { start, end }) }
    return this.#window
  }
}

/** The parts of a workbook, as its archive has them. Nothing is inflated but what is asked for, and that as a stream. */
export class Archive {
  #inflated = 0

  private constructor(
    private readonly file: RangedFile,
    private readonly reader: DirectoryReader,
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws Refusal INVALID_INPUT where it is no archive, is cut off, or is laid out to mislead who reads it */
  static async open(file: RangedFile): Promise<Archive> {
    const reader = new DirectoryReader(file)
    const options = { autoClose: false, strictFileNames: true, validateEntrySizes: true, decodeStrings: true }
    try {
      const zip = await fromRandomAccessReaderPromise(reader, file.byteCount, options)
      if (zip.entryCount > limits.entries) throw workbookRefused('The workbook has more parts than any has.')
      const all: Entry[] = []
      for await (const entry of zip.eachEntry()) all.push(entry)
      return new Archive(file, reader, zip, checkedEntries(all))
    } catch (error) {
      throw faultOf(error, reader)
    }
  }

  /** The name under which a part stands there, whatever letters are large; null where there is none. */
  nameOf(part: string): string | null {
    return this.entries.get(part.toLowerCase())?.fileName ?? null
  }

  get names(): string[] {
    return [...this.entries.values()].map(({ fileName }) => fileName)
  }

  /**
   * The bytes of a part, inflated as they are asked for.
   * @param bytesMax how many there may be
   * @throws Refusal where the part is missing, damaged or becomes too long; what the file itself says
   */
  async *read(part: string, bytesMax: number): AsyncGenerator<Buffer, void> {
    const entry = this.entries.get(part.toLowerCase())
    if (!entry) throw workbookDamaged('a part that others name is not there.')
    if (entry.isEncrypted()) throw workbookRefused('Parts of the workbook are encrypted; save it without a password.')
    if (!entry.canDecodeFileData()) throw workbookDamaged('it is compressed as no spreadsheet program does it.')
    const start = await this.#startOf(entry)
    const check = new InflatedCheck(entry, bytesMax, (count) => this.#count(count))
    const { compressedSize, compressionMethod } = entry
    const source = Readable.from(fetched(this.file, start, compressedSize), { objectMode: false })
    const inflate = compressionMethod === 0 ? new PassThrough() : createInflateRaw({ chunkSize: 65_536 })
    try {
      for await (const piece of pipeline(source, inflate, check, () => undefined)) yield piece
    } catch (error) {
      throw isOfInflation(error) ? workbookDamaged('a part of it cannot be inflated.') : error
    }
  }

  async #startOf(entry: Entry): Promise<number> {
    try {
      return (await this.zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart
    } catch (error) {
      throw faultOf(error, this.reader)
    }
  }

  /** @returns false where all that was inflated is too much */
  #count(bytes: number): boolean {
    this.#inflated += bytes
    return this.#inflated <= limits.totalBytes
  }
}

function faultOf(error: unknown, reader: DirectoryReader): unknown {
  if (error instanceof Refusal) return error
  return reader.failure ?? workbookDamaged('it is no archive, is cut off, or has names that lead out of it.')
}

const isOfInflation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^Z_/.test(String(error.code))

/** @throws Refusal where two parts have one name, or lie in the same bytes */
function checkedEntries(all: readonly Entry[]): ReadonlyMap<string, Entry> {
  const byName = new Map<string, Entry>()
  for (const entry of all) {
    const name = entry.fileName.toLowerCase()
    if (byName.has(name)) throw workbookRefused('The archive of the workbook has two parts of one name.')
    byName.set(name, entry)
  }
  const inOrder = all.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)
  inOrder.forEach(({ relativeOffsetOfLocalHeader: start, compressedSize }, at) => {
    const next = inOrder[at + 1]?.relativeOffsetOfLocalHeader ?? Number.POSITIVE_INFINITY
    if (start + localHeaderBytes + compressedSize > next) {
      throw workbookRefused(
        'Parts of the workbook lie in the same bytes of its archive, as in files that are made to harm.',
      )
    }
  })
  return byName
}

/** What stands before the bytes of a part at least. */
const localHeaderBytes = 30

/** Counts what comes out of a part, and compares it with what the archive says of it. */
class InflatedCheck extends Transform {
  #bytes = 0
  #sum = 0

  constructor(
    private readonly entry: Entry,
    private readonly bytesMax: number,
    private readonly count: (bytes: number) => boolean,
  ) {
    super({ readableHighWaterMark: 131_072, writableHighWaterMark: 131_072 })
  }

  override _transform(piece: Buffer, _encoding: string, done: TransformCallback): void {
    this.#bytes += piece.length
    this.#sum = crc32(piece, this.#sum)
    const { compressedSize, uncompressedSize } = this.entry
    const isBomb = this.#bytes > limits.ratioFrom && this.#bytes > compressedSize * limits.ratio
    if (isBomb || this.#bytes > this.bytesMax || !this.count(piece.length)) {
      done(workbookRefused('The workbook becomes too long when it is unpacked; split it, or export the list as CSV.'))
    } else if (this.#bytes > uncompressedSize) done(lengthWrong())
    else done(null, piece)
  }

  override _flush(done: TransformCallback): void {
    const { uncompressedSize, crc32: sum } = this.entry
    done(this.#bytes === uncompressedSize && this.#sum === sum ? null : lengthWrong())
  }
}

const lengthWrong = (): Refusal => workbookDamaged('a part of it is not what its archive says.')
