import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { deflateRawSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { openXlsx } from '../../src/features/import/open-xlsx.js'
import { FileAltered } from '../../src/kernel/files/encryption.js'
import { smallFiles } from '../support/small-files.js'
import { archiveOf, type HandMade, handMade, inlineRow, inMemory, type Part, partsOf } from '../support/workbooks.js'

// Workbooks that are none, that are damaged, and that were made to harm: each is refused in words of its own, in little time and memory.

const folder = join(tmpdir(), `fieldwork-xlsx-${crypto.randomUUID()}`)
afterAll(async () => {
  expect(await readdir(folder).catch(() => [])).toEqual([])
})

/** Reads all of a workbook; answers how many rows there were. */
async function read(content: Buffer, signal?: AbortSignal): Promise<number> {
  const open = await openXlsx(inMemory(content), null, { folder, ...(signal && { signal }) })
  let rows = 0
  for await (const _ of open.rows) rows++
  return rows
}

const refused = (content: Buffer, message: RegExp) =>
  expect(read(content)).rejects.toMatchObject({
    name: 'Refusal',
    code: 'INVALID_INPUT',
    at: ['evidenceId'],
    message: expect.stringMatching(message),
  })

const rows = inlineRow('id') + inlineRow('1')
const parts = (what: HandMade = { rows }): Part[] =>
  Object.entries(partsOf(what)).map(([name, content]) => ({ name, content }))
const changed = (name: string, change: (part: Part) => Part): Buffer =>
  archiveOf(parts().map((part) => (part.name === name ? change(part) : part)))
const sheet = 'xl/worksheets/sheet1.xml'

it('is read where nothing is wrong with it, its parts compressed or not, in the form of large archives too', async () => {
  expect(await read(archiveOf(parts(), { isLarge: true }))).toBe(2)
  expect(await read(archiveOf(parts()))).toBe(2)
  expect(await read(archiveOf(parts().map((part) => ({ ...part, isStored: true }))))).toBe(2)
})

/** A compound file whose directory holds a stream of this name. */
function compoundFile(name: string): Buffer {
  const bytes = Buffer.alloc(4_096)
  bytes.write('d0cf11e0a1b11ae1', 'hex')
  bytes.writeUInt16LE(9, 30)
  bytes.writeUInt32LE(1, 48)
  bytes.write(name, 1_024, 'utf16le')
  return bytes
}

describe('what is no workbook', () => {
  const types = (type: string) => ({
    rows,
    parts: { '[Content_Types].xml': `<Types><Override PartName="/xl/workbook.xml" ContentType="${type}"/></Types>` },
  })
  it.each<[string, Buffer, RegExp]>([
    ['one with a password', compoundFile('EncryptedPackage'), /protected with a password/],
    ['one of before 2007', compoundFile('Workbook'), /before 2007/],
    ['a compound file without a directory', smallFiles.cfb, /before 2007/],
    ['an archive of other things', smallFiles.zip, /nothing in it says where its worksheets are/],
    ['a text document', smallFiles.docx, /nothing in it says where/],
    ['a file that is no archive', Buffer.from('id,on\n1,2025-01-01\n'.repeat(100)), /no archive/],
    ['a file of nothing', Buffer.alloc(0), /no archive/],
    ['one in the binary form', handMade(types('application/vnd.ms-excel.sheet.binary.macroEnabled.main')), /\.xlsb/],
    ['one with macros', handMade(types('application/vnd.ms-excel.sheet.macroEnabled.main+xml')), /holds macros/],
    [
      'one with macros that says nothing of them',
      handMade({ rows, parts: { 'xl/vbaProject.bin': 'x' } }),
      /holds macros/,
    ],
  ])('%s is refused', async (_, content, message) => {
    await refused(content, message)
  })
})

describe('an archive that is damaged', () => {
  const whole = archiveOf(parts())
  it.each<[string, Buffer, RegExp]>([
    ['cut off at its end', whole.subarray(0, -30), /cut off/],
    ['cut off in the middle', whole.subarray(0, whole.length / 2), /cut off/],
    ['cut off at its begin', whole.subarray(100), /damaged|cut off/],
    [
      'a part that cannot be inflated',
      changed(sheet, (part) => ({ ...part, packed: Buffer.alloc(50, 0xff) })),
      /cannot be inflated/,
    ],
    [
      'a part that ends too soon',
      changed(sheet, (part) => ({ ...part, packed: deflateRawSync(Buffer.from(part.content)).subarray(0, -9) })),
      /cannot be inflated/,
    ],
    [
      'a part that is longer than it says',
      changed(sheet, (part) => ({ ...part, says: { length: 10 } })),
      /not what its archive says/,
    ],
    [
      'a part that is shorter than it says',
      changed(sheet, (part) => ({ ...part, says: { length: 100_000 } })),
      /not what its archive says/,
    ],
    ['a part of another sum', changed(sheet, (part) => ({ ...part, says: { sum: 1 } })), /not what its archive says/],
    [
      'a part compressed in another way',
      changed(sheet, (part) => ({ ...part, says: { method: 12 } })),
      /compressed as no/,
    ],
    ['a part that is encrypted', changed(sheet, (part) => ({ ...part, says: { flags: 0x801 } })), /encrypted/],
    [
      'two parts of one name',
      archiveOf([...parts(), { name: sheet, content: '<worksheet/>' }]),
      /two parts of one name/,
    ],
    [
      'two parts of one name but for large letters',
      archiveOf([...parts(), { name: sheet.toUpperCase(), content: '<worksheet/>' }]),
      /two parts of one name/,
    ],
    [
      'parts in the same bytes',
      archiveOf([...parts(), { name: 'xl/other.xml', content: '<x/>', says: { at: 0 } }]),
      /the same bytes/,
    ],
    ['a name that leads out', archiveOf([...parts(), { name: '../../etc/passwd', content: 'x' }]), /lead out of it/],
    ['a name from the root', archiveOf([...parts(), { name: '/etc/passwd', content: 'x' }]), /lead out of it/],
    ['a name with a backslash', archiveOf([...parts(), { name: 'xl\\..\\x', content: 'x' }]), /lead out of it/],
    [
      'more parts than any has',
      archiveOf(Array.from({ length: 10_001 }, (_, at) => ({ name: `${at}`, content: '', isStored: true }))),
      /more parts/,
    ],
  ])('%s is refused', async (_, content, message) => {
    await refused(content, message)
  })

  it('is no excuse for a file that is not what was brought: that comes through as it is', async () => {
    const altered = new FileAltered('key')
    const file = inMemory(whole)
    for (const failsAt of [1, 2, 3, 4, 5]) {
      let asked = 0
      const failing = {
        byteCount: whole.length,
        read: async (range: { start: number; end: number }) => {
          if (++asked < failsAt) return file.read(range)
          return new Readable({
            read() {
              this.destroy(altered)
            },
          })
        },
      }
      const reading = openXlsx(failing, null, { folder }).then(async ({ rows: all }) => {
        for await (const _ of all);
      })
      await expect(reading).rejects.toBe(altered)
    }
  })
})

describe('parts that contradict each other', () => {
  const relationships = (target: string, more = '') =>
    `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="${target}"${more}/></Relationships>`
  it.each<[string, HandMade['parts'], RegExp]>([
    ['no relationships at all', { '_rels/.rels': null }, /nothing in it says where/],
    [
      'relationships to what is not there',
      { 'xl/_rels/workbook.xml.rels': relationships('sheet9.xml') },
      /worksheet is missing/,
    ],
    [
      'relationships out of the archive',
      { 'xl/_rels/workbook.xml.rels': relationships('../../../x.xml') },
      /lies outside of it/,
    ],
    [
      'a worksheet elsewhere',
      { 'xl/_rels/workbook.xml.rels': relationships('http://x.example/s.xml', ' TargetMode="External"') },
      /worksheet is missing/,
    ],
    ['none for the worksheet', { 'xl/_rels/workbook.xml.rels': '<Relationships/>' }, /does not say where it is/],
    ['a workbook that is none', { 'xl/workbook.xml': '<worksheet/>' }, /something else/],
    ['a worksheet that is none', { [sheet]: '<workbook/>' }, /something else/],
    ['no worksheet', { 'xl/workbook.xml': '<workbook><sheets/></workbook>' }, /shows no worksheet/],
    [
      '256 worksheets',
      {
        'xl/workbook.xml': `<workbook xmlns:r="r"><sheets>${'<sheet name="a" r:id="rId1"/>'.repeat(256)}</sheets></workbook>`,
      },
      /more than 255/,
    ],
  ])('%s: refused', async (_, changes, message) => {
    await refused(handMade({ rows, parts: changes }), message)
  })

  it('sheets of charts are none, and a workbook of styles and strings that are missing is read', async () => {
    const two =
      '<workbook xmlns:r="r"><sheets><sheet name="Chart" r:id="c"/><sheet name="List" r:id="rId1"/></sheets></workbook>'
    const chart =
      '<Relationships><Relationship Id="c" Type="x/chartsheet" Target="chart.xml"/><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    const content = handMade({
      rows,
      parts: {
        'xl/workbook.xml': two,
        'xl/_rels/workbook.xml.rels': chart,
        'xl/styles.xml': null,
        'xl/sharedStrings.xml': null,
      },
    })
    const open = await openXlsx(inMemory(content), null, { folder })
    expect(open.worksheet?.all).toEqual([{ name: 'List', isHidden: false }])
    await open.rows[Symbol.asyncIterator]()
      .next()
      .then(() => undefined)
    expect(await read(content)).toBe(2)
  })

  it('links to other workbooks are let be', async () => {
    const links = { 'xl/externalLinks/externalLink1.xml': '<externalLink/>' }
    expect(await read(handMade({ rows, parts: links }))).toBe(2)
  })
})

describe('XML that was made to harm', () => {
  const worksheet = (xml: string) => handMade({ parts: { [sheet]: xml } })
  const laughs = '<!DOCTYPE worksheet [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
  const outside = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
  it.each<[string, Buffer, RegExp]>([
    [
      'entities of entities',
      worksheet(`${laughs}<worksheet><sheetData>${inlineRow('&b;')}</sheetData></worksheet>`),
      /defines types or entities/,
    ],
    [
      'entities that read a file',
      worksheet(`${outside}<worksheet><sheetData>${inlineRow('&x;')}</sheetData></worksheet>`),
      /defines types or entities/,
    ],
    [
      'a type that lies elsewhere',
      worksheet('<!DOCTYPE worksheet SYSTEM "http://x.example/x.dtd"><worksheet/>'),
      /defines types or entities/,
    ],
    [
      'an entity that nothing defines',
      worksheet(`<worksheet><sheetData>${inlineRow('&x;')}</sheetData></worksheet>`),
      /not XML/,
    ],
    ['elements a thousand deep', worksheet(`<worksheet>${'<a>'.repeat(1_000)}`), /too deep/],
    ['no end', worksheet(`<worksheet><sheetData>${inlineRow('1')}`), /not XML/],
    [
      'a tag of nine million characters',
      worksheet(`<worksheet a="${'x'.repeat(9_000_000)}"/>`),
      /without an end|too long when it is unpacked/,
    ],
    ['nothing', worksheet(''), /not XML/],
    ['no text', worksheet('\u0001\u0002'), /not XML/],
    [
      'entities in the workbook',
      handMade({ rows, parts: { 'xl/workbook.xml': `${laughs}<workbook/>` } }),
      /defines types/,
    ],
    [
      'entities in the strings',
      handMade({ rows: '<row><c t="s"><v>0</v></c></row>', parts: { 'xl/sharedStrings.xml': `${laughs}<sst/>` } }),
      /defines types/,
    ],
  ])('%s: refused', async (_, content, message) => {
    await refused(content, message)
  })
})

describe('what becomes too long when it is unpacked', () => {
  const roots: Record<string, string> = { 'xl/workbook.xml': 'workbook', [sheet]: 'worksheet' }
  const empty = '<a/>'.repeat(10_000_000)
  /** A part of 40 MB, a thousandth of that in its archive. */
  const long = (name: string): Part => ({ name, content: `<${roots[name] ?? 'x'}>${empty}` })
  it.each([
    ['xl/workbook.xml'],
    ['xl/styles.xml'],
    ['xl/sharedStrings.xml'],
    [sheet],
    ['[Content_Types].xml'],
    ['_rels/.rels'],
  ])('is given up before it is: %s', async (name) => {
    const content = name === 'xl/sharedStrings.xml' ? { rows: '<row><c t="s"><v>0</v></c></row>' } : { rows }
    const made = archiveOf([...parts(content).filter((part) => part.name !== name), long(name)])
    const before = process.memoryUsage().rss
    await refused(made, /too long when it is unpacked/)
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000)
  })

  it('is counted as it is inflated, whatever the archive says of it', async () => {
    const made = archiveOf([...parts().filter(({ name }) => name !== sheet), { ...long(sheet), says: { length: 100 } }])
    await refused(made, /not what its archive says/)
  })

  it('is broken off by the signal where it takes long', async () => {
    const elements = Array.from({ length: 400_000 }, () => `<a b="${crypto.randomUUID()}"/>`).join('')
    const content = handMade({ parts: { [sheet]: `<worksheet>${elements}</worksheet>` } })
    await expect(read(content, AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(await read(content)).toBe(0)
  })
})
