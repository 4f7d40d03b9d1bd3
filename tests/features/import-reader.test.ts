import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { letterOf } from '../../src/features/import/list-columns.js'
import { openCsv, type TextChoice } from '../../src/features/import/open-csv.js'
import type { OpenSheet, SheetRow } from '../../src/features/import/sheet-row.js'
import { type PreviewOptions, previewItems } from '../../src/features/population/preview-items.js'
import { foundText } from '../../src/rules/text.js'

// The reader of lists by itself: what it finds out of a file, and what a file that was made to harm costs.

const said: TextChoice = { encoding: null, separator: null }
const whatever = (): PreviewOptions => ({
  keyColumn: null,
  dateColumn: null,
  headerRow: null,
  dateOrder: null,
  excelDays: null,
  period: null,
  endsAt: performance.now() + 20_000,
})

const streamOf = (content: string | Buffer) => Readable.from([Buffer.from(content)], { objectMode: true })
const opened = (content: string | Buffer, choice = said) => openCsv(streamOf(content), choice)
const previewed = (content: string | Buffer, options: Partial<PreviewOptions> = {}, choice = said) =>
  previewItems(() => opened(content, choice), { ...whatever(), ...options })

async function rowsOf({ rows }: OpenSheet): Promise<string[][]> {
  const all: string[][] = []
  for await (const { cells } of rows) all.push(cells.map(({ text }) => text))
  return all
}

const separators = { COMMA: ',', SEMICOLON: ';', TAB: '\t', PIPE: '|' } as const

describe('what separates the cells', () => {
  const cell = fc.stringMatching(/^[a-zA-Z0-9 .:_-]{1,12}$/)

  it('is found, and the cells are those that were written', async () => {
    const table = fc
      .tuple(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 2, max: 12 }))
      .chain(([width, height]) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: height, maxLength: height }),
      )
    const ends = fc.constantFrom('\n', '\r\n')
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom('COMMA', 'SEMICOLON', 'TAB', 'PIPE'), ends, async (rows, name, end) => {
        const sheet = await opened(rows.map((row) => row.join(separators[name])).join(end))
        expect(sheet.separator).toBe(name)
        expect(await rowsOf(sheet)).toEqual(rows)
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['names of people in a cell', 'pr,on,who\n1,2025-01-01,a;b\n2,2025-01-02,c;d\n3,2025-01-03,e;f\n', 'COMMA'],
    ['amounts with a decimal comma', 'id;amount;rate\n1;2,5;3,5\n2;2,6;4,5\n', 'SEMICOLON'],
    ['commas within quotation marks', 'id;what\n1;"a, b, c"\n2;"d, e, f"\n', 'SEMICOLON'],
    ['one column', 'id\n1\n2\n', 'COMMA'],
    ['titles above', 'Changes, all of them\n\nid\ton\twhat\n1\t2025-01-01\tx\n2\t2025-01-02\ty\n', 'TAB'],
    ['a choice', 'a,b;c\n1,2;3\n', 'PIPE'],
  ])('with %s', async (what, text, separator) => {
    const choice = what === 'a choice' ? { encoding: null, separator: 'PIPE' as const } : said
    expect((await opened(text, choice)).separator).toBe(separator)
  })

  it('is what a line sep= says, whatever stands before it, and the line is no row', async () => {
    for (const line of ['sep=;\n', 'SEP=;\r\n', '\ufeffsep=;\n', '"sep=;"\n', 'sep=;\n\ufeff']) {
      const sheet = await opened(`${line}id;a,b\n1;2,3\n`)
      expect(sheet.separator).toBe('SEMICOLON')
      expect(await rowsOf(sheet)).toEqual([
        ['id', 'a,b'],
        ['1', '2,3'],
      ])
    }
  })
})

describe('the encoding', () => {
  const text = 'id,on,name\n1,2025-01-03,Ada\n2,2025-01-04,Žofie\n'
  it('is found by the zero bytes, where UTF-16 has no mark, and cut anywhere it reads the same', async () => {
    const little = Buffer.from(text, 'utf16le')
    const big = Buffer.from(little).swap16()
    for (const [bytes, encoding] of [
      [little, 'UTF_16_LE'],
      [big, 'UTF_16_BE'],
      [Buffer.from(text), 'UTF_8'],
    ] as const) {
      const pieces = [...bytes].map((byte) => Buffer.from([byte]))
      const sheet = await openCsv(Readable.from(pieces, { objectMode: true }), said)
      expect(sheet.encoding).toBe(encoding)
      expect((await rowsOf(sheet))[2]).toEqual(['2', '2025-01-04', 'Žofie'])
    }
  })

  it('is never guessed to be Windows-1252, whose every character is read where it is said', async () => {
    const bytes = Buffer.from(
      `id,b\n1,${[...Array(128).keys()].map((at) => String.fromCharCode(at + 128)).join('')}\n`,
      'latin1',
    )
    expect((await opened(bytes)).encoding).toBe('UTF_8')
    const sheet = await opened(bytes, { encoding: 'WINDOWS_1252', separator: null })
    const [, [, cell = ''] = []] = await rowsOf(sheet)
    expect(cell.slice(0, 32)).toBe('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ')
    expect(cell.slice(32)).toBe(bytes.subarray(-97, -1).toString('latin1'))
  })
})

describe('the header', () => {
  const list = 'id,on,what\nA-1,2025-01-03,x\nA-2,2025-01-04,y\n'
  it.each([
    ['the first row', list, 1],
    ['below empty rows', `\n\n,,\n${list}`, 4],
    ['below titles', `Report of changes,,\nBy Ada,,\n${list}`, 3],
    ['below titles of one cell', `Report of changes\n\n${list}`, 3],
    ['with columns that have no name', ',id,on,what\n1,A-1,2025-01-03,x\n2,A-2,2025-01-04,y\n', 1],
    ['of one column', 'id\nA-1\nA-2\n', 1],
    ['where cells of the rows are empty', 'id,on,note,more\nA-1,2025-01-03,,\nA-2,2025-01-04,,\n', 1],
  ])('is found: %s', async (_, text, row) => {
    expect((await previewed(text)).headerRow).toBe(row)
  })

  it('is the row that has the columns chosen, whatever stands above it', async () => {
    const text = 'Report,of,changes\nid,on,what\nA-1,2025-01-03,x\n'
    expect((await previewed(text)).headerRow).toBe(1)
    expect(await previewed(text, { keyColumn: 'id' })).toMatchObject({ headerRow: 2, rowCount: 1, problemCount: 0 })
  })

  it('is never a row of data by the number or letter of a column: no item is lost above it', async () => {
    const text = 'n,id,on\n1,A-1,2025-01-03\n2,B,2025-01-04\n'
    for (const keyColumn of ['2', 'B']) {
      expect(await previewed(text, { keyColumn })).toMatchObject({ headerRow: 1, rowCount: 2, keyColumn: 'id' })
    }
  })
})

it('names columns by letters as a spreadsheet does', () => {
  expect([0, 25, 26, 51, 52, 99, 701, 702].map(letterOf)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'CV', 'ZZ', 'AAA'])
})

it('has rows of other forms of files, whose empty cells at the end are none, and whose errors are named', async () => {
  const text = (value: string, type: SheetRow['cells'][number]['type'] = 'TEXT') => ({ text: value, type })
  const rows = async function* (): AsyncGenerator<SheetRow> {
    yield { row: 1, cells: [text('id'), text('on'), text('note')] }
    yield { row: 2, cells: [text('1', 'NUMBER'), text('2025-01-03', 'DATE')] }
    yield { row: 3, cells: [text('#N/A', 'ERROR'), text('2025-01-03T10:00:00', 'DATE')] }
    yield { row: 4, cells: [text('3', 'NUMBER'), text('#REF!', 'ERROR')] }
  }
  const sheet = async (): Promise<OpenSheet> => ({
    encoding: null,
    separator: null,
    worksheet: null,
    isEven: false,
    rows: rows(),
  })
  const preview = await previewItems(sheet, { ...whatever(), keyColumn: 'id', dateColumn: 'on' })
  expect(preview.problems).toMatchObject([
    { row: 3, column: 'id', code: 'CELL_ERROR', found: '#N/A' },
    { row: 4, column: 'on', code: 'CELL_ERROR', found: '#REF!' },
  ])
  expect(preview.rowCount).toBe(3)
})

describe('what stood in a cell', () => {
  it('is shown in 80 characters in which nothing hides and nothing is half', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (cell) => {
        const shown = foundText(cell)
        expect(shown.length).toBeLessThanOrEqual(80)
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u00a0\u2800]/u)
      }),
    )
    expect(foundText('plain, "as" it is')).toBe('plain, "as" it is')
    expect(foundText('a\tb\r\nc\u202e\u200b')).toBe('a\\u{9}b\\u{D}\\u{A}c\\u{202E}\\u{200B}')
    expect(foundText('x'.repeat(100))).toBe('x'.repeat(80))
  })
})

describe('a file that was made to harm', () => {
  /** Bytes made as they are asked for. */
  const made = (head: string, piece: Buffer, pieces: number) => {
    const given = { bytes: 0 }
    const bytes = function* () {
      yield Buffer.from(head)
      for (let at = 0; at < pieces; at++) {
        given.bytes += piece.length
        yield piece
      }
    }
    return { given, source: () => Readable.from(bytes(), { objectMode: true }) }
  }
  const size = 65_536
  it.each([
    ['a million semicolons', '', Buffer.alloc(size, ';'), 16, /file is empty/],
    ['one open quotation mark of 100 MB', 'id,on\n1,"', Buffer.alloc(size, 'x\n'), 1_600, /too long to be one/],
    ['100,000 columns', '', Buffer.from('name,'.repeat(12_500)), 8, /columns|too long/],
    ['a billion commas', '', Buffer.alloc(size, ','), 16_000, /too long to be one/],
    ['a billion commas in a row of its own', 'id,on\n1', Buffer.alloc(size, ','), 16_000, /too long to be one/],
    ['a billion line ends', 'id,on\n', Buffer.alloc(size, '\n'), 16_000, /too many empty rows/],
    ['a billion quotation marks', 'id,on\n', Buffer.alloc(size, '"'), 16_000, /too long to be one/],
    ['cells that separate in every way', '', Buffer.alloc(size, ';,\t|'), 16_000, /too long to be one/],
    ['a billion zero bytes', '', Buffer.alloc(size), 16_000, /too long to be one|empty/],
  ])('of %s ends in little time and memory, with a word', async (_, head, piece, pieces, word) => {
    const { given, source } = made(head, piece, pieces)
    const before = process.memoryUsage().rss
    const began = performance.now()
    const preview = await previewItems(() => openCsv(source(), said), whatever())
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000)
    expect(given.bytes).toBeLessThan(6_000_000)
    expect(preview.problemCount).toBeGreaterThan(0)
    expect(preview.problems.map(({ message }) => message).join()).toMatch(word)
  })

  it('is read no longer than it may be, and what was understood until then is told', async () => {
    const rows = Buffer.from(Array.from({ length: 3_000 }, (_, at) => `${at},2025-01-01\n`).join(''))
    const { given, source } = made('id,on\n', rows, 100_000)
    const endsAt = performance.now() + 300
    const preview = await previewItems(() => openCsv(source(), said), { ...whatever(), endsAt })
    expect(preview).toMatchObject({ isWhole: false, headerRow: 1, keyColumn: 'id', dateColumn: 'on' })
    expect(preview.rowCount).toBeGreaterThan(0)
    expect(given.bytes).toBeLessThan(1_000_000_000)
  })
})
