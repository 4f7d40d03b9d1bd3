import { once } from 'node:events'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { crc32, deflateRawSync } from 'node:zlib'
import Excel from 'exceljs'
import { type Entry, fromBuffer, type Options, type ZipFile } from 'yauzl'
import type { RangedFile } from '../../src/features/import/xlsx/archive.js'

// Workbooks as programs write them, and as nobody should.

/** A part of an archive, and what the archive says of it where that is not so. */
export interface Part {
  name: string
  content: string | Buffer
  isStored?: boolean
  /** What is to lie in the archive in place of the compressed content. */
  packed?: Buffer
  says?: { length?: number; sum?: number; flags?: number; method?: number; at?: number }
}

/** An archive of these parts, in their order. @param isLarge whether it tells places as those do that are longer than 4 GB (ZIP64) */
export function archiveOf(parts: readonly Part[], { isLarge = false } = {}): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content, isStored = false, packed, says = {} } of parts) {
    const plain = Buffer.from(content)
    const body = packed ?? (isStored ? plain : deflateRawSync(plain))
    const title = Buffer.from(name)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(says.flags ?? 0x800, 2)
    fields.writeUInt16LE(says.method ?? (isStored ? 0 : 8), 4)
    fields.writeUInt32LE(says.sum ?? crc32(plain), 10)
    fields.writeUInt32LE(body.length, 14)
    fields.writeUInt32LE(says.length ?? plain.length, 18)
    fields.writeUInt16LE(title.length, 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(isLarge ? 0xffffffff : (says.at ?? offset), 10)
    const listedFields = Buffer.from(fields)
    const large = isLarge ? largePlace(offset) : Buffer.alloc(0)
    listedFields.writeUInt16LE(large.length, 24)
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), listedFields, place, title, large)
    bodies.push(Buffer.from('PK\x03\x04', 'latin1'), fields, title, body)
    offset += 30 + title.length + body.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(parts.length, 4)
  end.writeUInt16LE(parts.length, 6)
  end.writeUInt32LE(listed.length, 8)
  end.writeUInt32LE(isLarge ? 0xffffffff : offset, 12)
  const large = isLarge ? largeEnd(parts.length, listed.length, offset) : Buffer.alloc(0)
  return Buffer.concat([...bodies, listed, large, Buffer.from('PK\x05\x06', 'latin1'), end])
}

/** The parts of an archive, as `archiveOf` takes them. */
export async function unpacked(archive: Buffer): Promise<Part[]> {
  const file = await promisify<Buffer, Options, ZipFile>(fromBuffer)(archive, { lazyEntries: true })
  const parts: Part[] = []
  for await (const entry of entriesOf(file)) {
    const content = await promisify(
      file.openReadStream.bind(file) as (entry: Entry, done: (e: Error | null, s: Readable) => void) => void,
    )(entry)
    parts.push({ name: entry.fileName, content: Buffer.concat(await content.toArray()) })
  }
  return parts
}

async function* entriesOf(file: ZipFile): AsyncGenerator<Entry> {
  for (let left = file.entryCount; left > 0; left -= 1) {
    const next = once(file, 'entry')
    file.readEntry()
    yield (await next)[0] as Entry
  }
}

function largePlace(offset: number): Buffer {
  const extra = Buffer.alloc(12)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(8, 2)
  extra.writeBigUInt64LE(BigInt(offset), 4)
  return extra
}

function largeEnd(count: number, length: number, offset: number): Buffer {
  const end = Buffer.alloc(76)
  end.write('PK\x06\x06', 'latin1')
  end.writeBigUInt64LE(44n, 4)
  end.writeBigUInt64LE(BigInt(count), 24)
  end.writeBigUInt64LE(BigInt(count), 32)
  end.writeBigUInt64LE(BigInt(length), 40)
  end.writeBigUInt64LE(BigInt(offset), 48)
  end.write('PK\x06\x07', 56, 'latin1')
  end.writeBigUInt64LE(BigInt(offset + length), 64)
  end.writeUInt32LE(1, 72)
  return end
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** What a workbook written by hand holds: a worksheet of which the rows are given, unless the parts say otherwise. */
export interface HandMade {
  /** What stands within `sheetData`. */
  rows?: string
  /** What stands within `worksheet` before and after it. */
  before?: string
  after?: string
  /** The items of the table of strings. */
  strings?: string
  /** What stands within `styleSheet`. */
  styles?: string
  /** What stands within `workbook` before the sheets. */
  properties?: string
  /** Parts in place of those, or beside them; null for one that is left out. */
  parts?: Record<string, string | null>
  /** Further parts as they are. */
  further?: readonly Part[]
}

const relation = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`

/** The parts of a workbook by their names. */
export function partsOf({
  rows = '',
  before = '',
  after = '',
  strings = '',
  styles = '',
  properties = '',
  parts = {},
}: HandMade): Record<string, string> {
  const all: Record<string, string | null> = {
    '[Content_Types].xml': `${xml}<Types xmlns="${packages}/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${sheetType}.sheet.main+xml"/></Types>`,
    '_rels/.rels': `${xml}<Relationships xmlns="${packages}/relationships">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `${xml}<workbook xmlns="${main}" xmlns:r="${office}">${properties}<sheets><sheet name="List" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${xml}<Relationships xmlns="${packages}/relationships">${relation('rId1', 'worksheet', 'worksheets/sheet1.xml')}${relation('rId2', 'sharedStrings', 'sharedStrings.xml')}${relation('rId3', 'styles', 'styles.xml')}</Relationships>`,
    'xl/sharedStrings.xml': `${xml}<sst xmlns="${main}">${strings}</sst>`,
    'xl/styles.xml': `${xml}<styleSheet xmlns="${main}">${styles}</styleSheet>`,
    'xl/worksheets/sheet1.xml': `${xml}<worksheet xmlns="${main}">${before}<sheetData>${rows}</sheetData>${after}</worksheet>`,
    ...parts,
  }
  return Object.fromEntries(Object.entries(all).filter((one): one is [string, string] => one[1] !== null))
}

/** A workbook written by hand. */
export const handMade = (what: HandMade): Buffer =>
  archiveOf([...Object.entries(partsOf(what)).map(([name, content]) => ({ name, content })), ...(what.further ?? [])])

/** A row of texts that stand in their cells. */
export const inlineRow = (...cells: string[]): string =>
  `<row>${cells.map((cell) => `<c t="inlineStr"><is><t xml:space="preserve">${cell}</t></is></c>`).join('')}</row>`

/** A workbook as `exceljs` writes it. */
export async function written(fill: (workbook: Excel.Workbook) => void): Promise<Buffer> {
  const workbook = new Excel.Workbook()
  fill(workbook)
  return Buffer.from(await workbook.xlsx.writeBuffer())
}

/** A file that lies in memory, and how many bytes of it were read. */
export function inMemory(bytes: Buffer): RangedFile & { bytesRead: number } {
  const file = {
    byteCount: bytes.length,
    bytesRead: 0,
    read: async ({ start, end }: { start: number; end: number }) => {
      // In pieces, as a storage gives them.
      const pieces = function* () {
        for (let at = start; at <= end; at += 65_536) {
          const piece = bytes.subarray(at, Math.min(at + 65_536, end + 1))
          file.bytesRead += piece.length
          yield piece
        }
      }
      return Readable.from(pieces(), { objectMode: false })
    },
  }
  return file
}
