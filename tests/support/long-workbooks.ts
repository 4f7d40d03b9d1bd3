import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { crc32, createDeflateRaw } from 'node:zlib'
import { openXlsx } from '../../src/features/import/open-xlsx.js'
import type { RangedFile } from '../../src/features/import/xlsx/archive.js'
import { cellsOfLine, type LongList } from './list-through-service.js'
import { partsOf } from './workbooks.js'

// Workbooks of many rows, written piece by piece: no more of them is held than a piece.

const portion = 2_000

/** The tickets of `longCsv` as a workbook: days by their numbers, keys and titles each a text of its own, all texts shared. */
export const longXlsx = (rows: number): LongList => ({
  fileName: 'tickets.xlsx',
  rows,
  content: () => workbookOf(rows),
})

async function* workbookOf(rows: number): AsyncGenerator<Buffer> {
  const writer = new ArchiveWriter()
  const styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
  const { 'xl/worksheets/sheet1.xml': sheet = '', 'xl/sharedStrings.xml': strings = '', ...parts } = partsOf({ styles })
  for (const [name, content] of Object.entries(parts)) yield* writer.add(name, [content])
  yield* writer.add('xl/sharedStrings.xml', stringsOf(rows, strings))
  yield* writer.add('xl/worksheets/sheet1.xml', sheetOf(rows, sheet))
  yield writer.end()
}

const columns = ['id', 'when', 'author', 'reviewer', 'service', 'title']
/** Authors, reviewers and services come again; so many there are of each. */
const shared = [97, 89, 31] as const
const sharedBefore = columns.length + 97 + 89 + 31

function* stringsOf(rows: number, frame: string): Generator<string> {
  const [begin, end] = frame.split('</sst>')
  const item = (text: string) => `<si><t>${text}</t></si>`
  yield `${begin}${columns.map(item).join('')}`
  for (const [at, count] of shared.entries()) {
    yield Array.from({ length: count }, (_, n) => item(cellsOfLine(n)[at + 2] as string)).join('')
  }
  for (let from = 0; from < rows; from += portion) {
    yield Array.from({ length: Math.min(portion, rows - from) }, (_, at) => {
      const [id = '', , , , , title = ''] = cellsOfLine(from + at)
      return item(id) + item(title)
    }).join('')
  }
  yield `</sst>${end}`
}

function* sheetOf(rows: number, frame: string): Generator<string> {
  const [begin, end] = frame.split('</sheetData>')
  yield `${begin}<row r="1">${columns.map((_, at) => `<c r="${letter(at)}1" t="s"><v>${at}</v></c>`).join('')}</row>`
  for (let from = 0; from < rows; from += portion) {
    yield Array.from({ length: Math.min(portion, rows - from) }, (_, at) => rowOf(from + at)).join('')
  }
  yield `</sheetData>${end}`
}

const letter = (at: number) => String.fromCharCode(65 + at)
/** The first of January 2025, as Excel counts days. */
const firstDay = 45_658

function rowOf(n: number): string {
  const [authors, reviewers] = shared
  const { length: named } = columns
  const own = sharedBefore + 2 * n
  const places = [
    own,
    named + (n % authors),
    named + authors + (n % reviewers),
    named + authors + reviewers + (n % 31),
    own + 1,
  ]
  const text = (at: number, index: number) => `<c r="${letter(at)}${n + 2}" t="s"><v>${index}</v></c>`
  const [id, ...others] = places as [number, ...number[]]
  const day = `<c r="B${n + 2}" s="1"><v>${firstDay + (n % 365)}</v></c>`
  return `<row r="${n + 2}" spans="1:6">${text(0, id)}${day}${others.map((index, at) => text(at + 2, index)).join('')}</row>`
}

/** Writes an archive whose parts say their length only behind them, as what writes a stream does. */
class ArchiveWriter {
  readonly #directory: Buffer[] = []
  #count = 0
  #offset = 0

  async *add(name: string, content: Iterable<string>): AsyncGenerator<Buffer> {
    const at = this.#offset
    const title = Buffer.from(name)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(0x808, 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt16LE(title.length, 22)
    yield this.#out(Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, title]))
    const seen = { sum: 0, length: 0, packed: 0 }
    const plain = function* () {
      for (const text of content) {
        const bytes = Buffer.from(text)
        seen.sum = crc32(bytes, seen.sum)
        seen.length += bytes.length
        yield bytes
      }
    }
    for await (const piece of Readable.from(plain()).pipe(createDeflateRaw({ level: 1 }))) {
      seen.packed += piece.length
      yield this.#out(piece)
    }
    fields.writeUInt32LE(seen.sum, 10)
    fields.writeUInt32LE(seen.packed, 14)
    fields.writeUInt32LE(seen.length, 18)
    yield this.#out(Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), fields.subarray(10, 22)]))
    const place = Buffer.alloc(14)
    place.writeUInt32LE(at, 10)
    this.#directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), fields, place, title)
    this.#count++
  }

  end(): Buffer {
    const listed = Buffer.concat(this.#directory)
    const end = Buffer.alloc(18)
    end.writeUInt16LE(this.#count, 4)
    end.writeUInt16LE(this.#count, 6)
    end.writeUInt32LE(listed.length, 8)
    end.writeUInt32LE(this.#offset, 12)
    return Buffer.concat([listed, Buffer.from('PK\x05\x06', 'latin1'), end])
  }

  #out(bytes: Buffer): Buffer {
    this.#offset += bytes.length
    return bytes
  }
}

/** What reading a workbook cost. Other work of the machine counts as little as can be. */
export interface ReadingCost {
  rows: number
  first: string[]
  last: string[]
  /** Of the processor. */
  seconds: number
  /** By how much what is held, in the heap and beside it, was more at most than before. */
  heldMegabytes: number
  /** How long the longest turn of the event loop took: so long others waited at most. */
  turnMs: number
}

/** Writes such a workbook to the disk and reads all of its rows. @param heldBytes how much of the shared texts is held */
export async function longWorkbook(rows: number, heldBytes?: number): Promise<ReadingCost> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldwork-'))
  try {
    const path = join(folder, 'tickets.xlsx')
    const file = await open(path, 'wx')
    for await (const piece of workbookOf(rows)) await file.write(piece)
    await file.close()
    const { size: byteCount } = await stat(path)
    const cost = await readThrough(
      { byteCount, read: async (range) => createReadStream(path, range) },
      folder,
      heldBytes,
    )
    process.stdout.write(`${rows} rows of ${byteCount} bytes: ${JSON.stringify(cost)}\n`)
    return cost
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function readThrough(file: RangedFile, folder: string, heldBytes?: number): Promise<ReadingCost> {
  const before = held()
  const cost: ReadingCost = { rows: 0, first: [], last: [], seconds: 0, heldMegabytes: 0, turnMs: 0 }
  const turns = new Turns()
  const begun = process.cpuUsage()
  const sheet = await openXlsx(file, null, { folder, ...(heldBytes !== undefined && { heldBytes }) })
  for await (const { cells } of sheet.rows) {
    cost.rows++
    if (cost.rows === 2) cost.first = cells.map(({ text }) => text)
    cost.last = cells.map(({ text }) => text)
    if (cost.rows % 10_000 !== 0) continue
    cost.heldMegabytes = Math.max(cost.heldMegabytes, Math.round((held() - before) / 1_048_576))
    turns.begin()
  }
  const { user, system } = process.cpuUsage(begun)
  return { ...cost, seconds: Math.round((user + system) / 100_000) / 10, turnMs: turns.end() }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** The bytes that are held by what is still in use. */
function held(): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Looks at each turn of the event loop how long it took: the shorter of its time and its processor time. */
class Turns {
  #longest = 0
  #isOver = false
  #used = process.cpuUsage()
  #since = performance.now()

  constructor() {
    setImmediate(this.#look)
  }

  /** What the present turn took until now is not counted. */
  begin(): void {
    this.#used = process.cpuUsage()
    this.#since = performance.now()
  }

  end(): number {
    this.#isOver = true
    return Math.round(this.#longest)
  }

  readonly #look = (): void => {
    const { user, system } = process.cpuUsage(this.#used)
    this.#longest = Math.max(this.#longest, Math.min((user + system) / 1_000, performance.now() - this.#since))
    this.begin()
    if (!this.#isOver) setImmediate(this.#look)
  }
}
