import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openXlsx } from '../../src/features/import/open-xlsx.js'
import { UnreadableRow } from '../../src/features/import/sheet-row.js'
import { numberShown } from '../../src/features/import/xlsx/number-format.js'
import { type HandMade, handMade, inlineRow, inMemory, written } from '../support/workbooks.js'

// What the reader of workbooks makes of each cell, whoever wrote it.

const folder = join(tmpdir(), `fieldwork-xlsx-${crypto.randomUUID()}`)
const left = () => readdir(folder).catch(() => [])
afterAll(async () => {
  expect(await left()).toEqual([])
})

const opened = (content: Buffer, sheet: string | null = null, heldBytes?: number) =>
  openXlsx(inMemory(content), sheet, { folder, ...(heldBytes !== undefined && { heldBytes }) })

/** The rows of a worksheet, and what is known of it afterwards. */
async function readRows(content: Buffer, sheet: string | null = null) {
  const open = await opened(content, sheet)
  const rows: [number, ...(string | null)[]][] = []
  const types: string[][] = []
  let broken: UnreadableRow | null = null
  try {
    for await (const { row, cells } of open.rows) {
      rows.push([row, ...cells.map(({ text }) => text)])
      types.push(cells.map(({ type }) => type))
    }
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error
    broken = error
  }
  return { rows, types, broken, worksheet: open.worksheet, notes: open.worksheet?.notes(1) ?? [] }
}
const byHand = (what: HandMade) => readRows(handMade(what))
const cellsOf = async (cells: string, what: HandMade = {}) => {
  const { rows, types, broken } = await byHand({ ...what, rows: `<row r="1">${cells}</row>` })
  expect(broken).toBeNull()
  return (rows[0] ?? [1]).slice(1).map((text, at) => [text, types[0]?.[at]])
}

describe('texts', () => {
  it('are read from the table of strings, from their cells and from formulas', async () => {
    const strings = '<si><t>first</t></si><si><t xml:space="preserve"> kept </t></si><si><t> lost </t></si>'
    const cells = `<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="inlineStr"><is><t>in the cell</t></is></c><c t="str"><f>A1&amp;"x"</f><v>firstx</v></c>`
    expect(await cellsOf(cells, { strings })).toEqual([
      ['first', 'TEXT'],
      [' kept ', 'TEXT'],
      ['lost', 'TEXT'],
      ['in the cell', 'TEXT'],
      ['firstx', 'TEXT'],
    ])
  })

  it('are put together from their runs, without how they are pronounced', async () => {
    const rich = '<r><rPr><b/></rPr><t xml:space="preserve">bold </t></r><r><t>plain</t></r>'
    const strings = `<si>${rich}</si><si><t>課きく</t><rPh sb="0" eb="1"><t>カ</t></rPh><phoneticPr fontId="1"/></si>`
    const cells = `<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is>${rich}</is></c>`
    expect(await cellsOf(cells, { strings })).toEqual([
      ['bold plain', 'TEXT'],
      ['課きく', 'TEXT'],
      ['bold plain', 'TEXT'],
    ])
  })

  it('have the characters that stand for themselves by a number, and entities of XML', async () => {
    const strings = `<si><t>a_x000D_&#10;b &lt;&amp;&gt; _x005F_x000D_ _xD83D__xDE00_ _xD83D_ <![CDATA[<c>]]> 😀</t></si>`
    expect(await cellsOf('<c t="s"><v>0</v></c>', { strings })).toEqual([
      ['a\r\nb <&> _x000D_ 😀 \ufffd <c> 😀', 'TEXT'],
    ])
  })

  it('that are numbers stay as they are', async () => {
    const content = await written((workbook) =>
      workbook.addWorksheet('List').addRow(['007', '1E3', '2025-01-03', '12.50']),
    )
    const { rows, types } = await readRows(content)
    expect(rows).toEqual([[1, '007', '1E3', '2025-01-03', '12.50']])
    expect(new Set(types[0])).toEqual(new Set(['TEXT']))
  })
})

describe('numbers', () => {
  it.each([
    ['1', '1'],
    ['-20', '-20'],
    ['123456789012345', '123456789012345'],
    ['1E+20', '100000000000000000000'],
    ['1.5E+3', '1500'],
    ['0.1', '0.1'],
    ['1.1000000000000001', '1.1'],
    ['0.30000000000000004', '0.3'],
    ['1E-7', '0.0000001'],
    ['-1.25E-8', '-0.0000000125'],
    ['1.234E+21', '1234000000000000000000'],
    ['0.5', '0.5'],
  ])('%s is shown as %s', async (value, shown) => {
    expect(await cellsOf(`<c><v>${value}</v></c>`)).toEqual([[shown, 'NUMBER']])
  })

  it('of more digits than a spreadsheet keeps are told', async () => {
    const { rows, notes } = await byHand({
      rows: `${inlineRow('id')}<row><c><v>12345678901234567</v></c></row><row><c><v>1.2345678901234568E+17</v></c></row>`,
    })
    expect(rows.slice(1)).toEqual([
      [2, '12345678901234567'],
      [3, '123456789012346000'],
    ])
    expect(notes).toMatchObject([{ code: 'DIGITS_LOST', message: expect.stringContaining('the first in row 2') }])
    expect(notes[0]?.message).toMatch(/^2 cells hold a number of more than 15 digits/)
  })

  it('booleans and errors are what the spreadsheet shows', async () => {
    expect(await cellsOf('<c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c>')).toEqual([
      ['TRUE', 'BOOLEAN'],
      ['FALSE', 'BOOLEAN'],
      ['#N/A', 'ERROR'],
    ])
  })
})

describe('dates', () => {
  const styles = (...formats: (number | string)[]) => {
    const own = formats.flatMap((one, at) =>
      typeof one === 'string' ? [`<numFmt numFmtId="${200 + at}" formatCode="${one.replaceAll('"', '&quot;')}"/>`] : [],
    )
    const xfs = formats.map((one, at) => `<xf numFmtId="${typeof one === 'string' ? 200 + at : one}"/>`)
    return `<numFmts>${own.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${xfs.join('')}</cellXfs>`
  }
  const shown = async (value: string, format: number | string, properties = '') =>
    (await cellsOf(`<c s="1"><v>${value}</v></c>`, { styles: styles(0, format), properties }))[0]

  it.each([
    ['43496', 14, '2019-01-31', 'DATE'],
    ['43496.611712962964', 22, '2019-01-31T14:40:52', 'DATE'],
    ['43496.999999999', 22, '2019-02-01', 'DATE'],
    ['43496.99998', 22, '2019-01-31T23:59:58', 'DATE'],
    ['1', 14, '1900-01-01', 'DATE'],
    ['59', 14, '1900-02-28', 'DATE'],
    ['60', 14, '60', 'NUMBER'],
    ['61', 14, '1900-03-01', 'DATE'],
    ['0', 14, '0', 'NUMBER'],
    ['-5', 14, '-5', 'NUMBER'],
    ['2958465', 14, '9999-12-31', 'DATE'],
    ['2958466', 14, '2958466', 'NUMBER'],
    ['0.611712962964', 20, '14:40:52', 'NUMBER'],
    ['43496.611712962964', 21, '2019-01-31T14:40:52', 'DATE'],
    ['1.25', 46, '1.25', 'NUMBER'],
    ['0.125', 10, '0.125', 'NUMBER'],
    ['43496', 'yyyy\\-mm\\-dd', '2019-01-31', 'DATE'],
    ['43496', '[$-409]d\\-mmm\\-yyyy;@', '2019-01-31', 'DATE'],
    ['43496', 'dd"."mm"."yyyy', '2019-01-31', 'DATE'],
    ['43496', '0" days"', '43496', 'NUMBER'],
    ['43496', '#,##0.00 [$€-407];[Red]-#,##0.00 [$€-407]', '43496', 'NUMBER'],
    ['43496', '0.00E+00', '43496', 'NUMBER'],
    ['43496', 'General', '43496', 'NUMBER'],
  ])('%s in the format %s is %s', async (value, format, text, type) => {
    expect(await shown(value, format)).toEqual([text, type])
  })

  it('are counted from 1904 where the workbook says so', async () => {
    const from1904 = '<workbookPr date1904="1"/>'
    expect(await shown('42034', 14, from1904)).toEqual(['2019-01-31', 'DATE'])
    expect(await shown('0', 14, from1904)).toEqual(['1904-01-01', 'DATE'])
    expect(await shown('43496', 14, '<workbookPr date1904="0"/>')).toEqual(['2019-01-31', 'DATE'])
  })

  it('that are written as dates are read as they stand', async () => {
    const cells = ['2019-01-31', '2019-01-31T14:40:52', '2019-01-31T00:00:00.000Z', '2019-02-30']
    expect(await cellsOf(cells.map((one) => `<c t="d"><v>${one}</v></c>`).join(''))).toEqual([
      ['2019-01-31', 'DATE'],
      ['2019-01-31T14:40:52', 'DATE'],
      ['2019-01-31', 'DATE'],
      ['2019-02-30', 'TEXT'],
    ])
  })

  it('that exceljs writes are those that were meant, in both systems', async () => {
    const days = ['2019-01-31T14:40:52Z', '2025-12-31T23:59:59Z', '1999-02-28T00:00:00Z']
    for (const date1904 of [false, true]) {
      const content = await written((workbook) => {
        workbook.properties.date1904 = date1904
        const row = workbook.addWorksheet('List').addRow(days.map((day) => new Date(day)))
        row.eachCell((cell) => {
          cell.numFmt = 'yyyy-mm-dd hh:mm'
        })
      })
      expect((await readRows(content)).rows).toEqual([[1, '2019-01-31T14:40:52', '2025-12-31T23:59:59', '1999-02-28']])
    }
  })

  it('are known by their formats, those of other languages too', () => {
    const formats = {
      DAY: [
        'm/d/yy',
        'mmm-yy',
        'd.m.',
        '[$-F800]dddd, mmmm dd, yyyy',
        'yyyy"年"m"月"d"日"',
        '[$-411]ge.m.d',
        'yyyy-mm-ddThh:mm:ss',
      ],
      TIME: ['h:mm AM/PM', 'hh:mm:ss', 'mm:ss.0', '[$-F400]h:mm:ss\\ AM/PM'],
      NUMBER: ['0', '@', '0.0%', '[h]:mm', '[mm]:ss', '"day "0', '\\d0', '_-* #,##0.00\\ _d_-', '# ?/?', '0;[Red]-0'],
    }
    for (const [kind, codes] of Object.entries(formats)) {
      for (const code of codes) expect([code, numberShown(164, code)]).toEqual([code, kind])
    }
  })
})

describe('formulas', () => {
  it('give what was kept of them; one of which nothing was kept is told apart from an empty cell', async () => {
    const cells = [
      '<c><f>1+1</f><v>2</v></c>',
      '<c t="str"><f>""</f><v></v></c>',
      '<c t="b"><f>TRUE()</f><v>1</v></c>',
      '<c><f>NOW()</f></c>',
      '<c><f>SUM(A1)</f><v/></c>',
      '<c t="str"><f>A1</f></c>',
      '<c s="0"/>',
    ]
    expect(await cellsOf(cells.join(''))).toEqual([
      ['2', 'NUMBER'],
      ['', 'TEXT'],
      ['TRUE', 'BOOLEAN'],
      ['(formula)', 'UNCOMPUTED'],
      ['(formula)', 'UNCOMPUTED'],
      ['(formula)', 'UNCOMPUTED'],
    ])
  })

  it('are counted, and those that look into other workbooks told', async () => {
    const shared =
      '<row><c><f t="shared" ref="A3:A4" si="0">[1]Other!A1</f><v>3</v></c></row><row><c><f t="shared" si="0"/><v>4</v></c></row>'
    const { notes, rows } = await byHand({ rows: `${inlineRow('n')}<row><c><f>A9+1</f><v>2</v></c></row>${shared}` })
    expect(rows.map(([, text]) => text)).toEqual(['n', '2', '3', '4'])
    expect(notes.map(({ code, message }) => [code, message.split(' ', 1)[0]])).toEqual([
      ['FORMULAS', '3'],
      ['OTHER_WORKBOOKS', '2'],
    ])
  })
})

describe('rows', () => {
  it('that the file leaves out are empty, those at its end are none, and cells stand where they say', async () => {
    const { rows } = await byHand({
      rows: '<row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c><c><v>3</v></c></row><row r="5"><c><v>4</v></c></row><row/><row r="900000"><c r="A900000" s="0"/></row>',
    })
    expect(rows).toEqual([[1], [2, '', '1', '', '2', '3'], [3], [4], [5, '4']])
  })

  it.each([
    ['a row twice', '<row r="1"><c><v>1</v></c></row><row r="1"><c><v>2</v></c></row>', 2, /rows .* not in order/],
    [
      'rows out of order',
      '<row r="1"><c><v>1</v></c></row><row r="9"><c><v>2</v></c></row><row r="4"><c><v>3</v></c></row>',
      10,
      /not in order/,
    ],
    ['a row that is none', '<row r="1"><c><v>1</v></c></row><row r="x"/>', 2, /not in order/],
    ['a row below the last', '<row r="1"><c><v>1</v></c></row><row r="1048577"/>', 2, /not in order/],
    [
      'a cell twice',
      '<row r="1"><c><v>1</v></c></row><row r="2"><c r="B2"><v>1</v></c><c r="B2"><v>2</v></c></row>',
      2,
      /cells .* not in order/,
    ],
    [
      'a cell of another row',
      '<row r="1"><c><v>1</v></c></row><row r="2"><c r="B3"><v>1</v></c></row>',
      2,
      /stands elsewhere/,
    ],
    [
      'a text that is not there',
      '<row r="1"><c><v>1</v></c></row><row r="2"><c t="s"><v>7</v></c></row>',
      2,
      /a text that is not there/,
    ],
    ['a number that is none', '<row r="1"><c><v>1</v></c></row><row r="2"><c><v>NaN</v></c></row>', 2, /another thing/],
    [
      'a type that is none',
      '<row r="1"><c><v>1</v></c></row><row r="2"><c t="q"><v>1</v></c></row>',
      2,
      /another thing/,
    ],
  ])('are given up at %s, after those before it', async (_, data, row, message) => {
    const { rows, broken } = await byHand({ rows: data })
    expect(rows[0]).toEqual([1, '1'])
    expect(broken).toMatchObject({ row, code: 'NOT_XLSX', message: expect.stringMatching(message) })
  })

  it('have one more cell for all that stands past the last column taken', async () => {
    const { rows } = await byHand({
      rows: '<row r="1"><c r="A1"><v>1</v></c><c r="CW1"><v>2</v></c><c r="XFD1"><v>3</v></c></row>',
    })
    expect(rows[0]).toHaveLength(102)
    expect(rows[0]?.at(-1)).toBe('2')
    const empty = await byHand({ rows: '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>' })
    expect(empty.rows).toEqual([[1, '1']])
  })

  it('with a text that no cell can hold are given up', async () => {
    const { broken } = await byHand({
      rows: `${inlineRow('id')}${inlineRow('x'.repeat(900_000), 'x'.repeat(900_000), 'x'.repeat(900_000))}`,
    })
    expect(broken).toMatchObject({ row: 2, code: 'TOO_LONG' })
  })
})

describe('worksheets', () => {
  const three = (fill: { first: unknown[][]; second: unknown[][]; third?: unknown[][] }) =>
    written((workbook) => {
      workbook.addWorksheet('About').addRows(fill.first as never)
      workbook.addWorksheet('Changes').addRows(fill.second as never)
      workbook.addWorksheet('Old', { state: 'hidden' }).addRows((fill.third ?? [['old']]) as never)
    })

  it('the only one that is not hidden and holds rows is read, and all are listed', async () => {
    const { worksheet, rows, notes } = await readRows(await three({ first: [], second: [['id'], ['1']] }))
    expect(worksheet?.name).toBe('Changes')
    expect(worksheet?.all).toEqual([
      { name: 'About', isHidden: false },
      { name: 'Changes', isHidden: false },
      { name: 'Old', isHidden: true },
    ])
    expect(rows).toEqual([
      [1, 'id'],
      [2, '1'],
    ])
    expect(notes).toEqual([])
  })

  it('of several with rows the first is read, and that is told', async () => {
    const { worksheet, notes } = await readRows(await three({ first: [['About this list']], second: [['id'], ['1']] }))
    expect(worksheet?.name).toBe('About')
    expect(notes).toMatchObject([{ code: 'SHEETS_MORE' }])
  })

  it('may be chosen by name, hidden or not; one that is not there is refused', async () => {
    const content = await three({ first: [['About this list']], second: [['id'], ['1']] })
    expect((await readRows(content, 'Changes')).notes).toEqual([])
    const old = await readRows(content, 'Old')
    expect(old.rows).toEqual([[1, 'old']])
    expect(old.notes).toMatchObject([{ code: 'SHEET_HIDDEN' }])
    await expect(opened(content, 'changes')).rejects.toMatchObject({ code: 'INVALID_INPUT', at: ['reading', 'sheet'] })
  })
})

describe('what is hidden', () => {
  it('rows and columns are read, and told; a filter is named as such', async () => {
    const fill = (filter: boolean) =>
      written((workbook) => {
        const sheet = workbook.addWorksheet('List')
        sheet.addRows([
          ['id', 'on', 'secret', 'empty'],
          ['1', 'x', 'y', ''],
          ['2', 'x', 'y', ''],
          ['3', 'x', 'y', ''],
        ])
        sheet.getRow(3).hidden = true
        sheet.getRow(4).hidden = true
        sheet.getColumn(3).hidden = true
        sheet.getColumn(5).hidden = true
        if (filter) sheet.autoFilter = 'A1:D4'
      })
    const { rows, notes } = await readRows(await fill(false))
    expect(rows).toHaveLength(4)
    expect(notes).toEqual([
      { code: 'ROWS_HIDDEN', message: '2 rows are hidden, the first being row 3. All were read.' },
      { code: 'COLUMNS_HIDDEN', message: 'Columns in which something stands are hidden: C. All were read.' },
    ])
    const filtered = await byHand({
      before: '<sheetPr filterMode="1"/>',
      rows: `${inlineRow('id')}<row r="2" hidden="1"><c><v>1</v></c></row>`,
    })
    expect(filtered.notes).toEqual([
      { code: 'ROWS_FILTERED', message: 'A filter is set, and 1 row is hidden, the first being row 2. All were read.' },
    ])
    const byColumn = await byHand({
      rows: `${inlineRow('id')}<row r="2" hidden="1"><c><v>1</v></c></row>`,
      after:
        '<autoFilter ref="A1:A2"><filterColumn colId="0"><filters><filter val="2"/></filters></filterColumn></autoFilter>',
    })
    expect(byColumn.notes).toMatchObject([{ code: 'ROWS_FILTERED' }])
  })
})

describe('other writers', () => {
  it('workbooks are read as LibreOffice and Google write them', async () => {
    const strings = '<si><t xml:space="preserve">id</t></si><si><t xml:space="preserve">A-1</t></si>'
    const styles =
      '<numFmts count="1"><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts><cellXfs><xf numFmtId="164" applyNumberFormat="false"/><xf numFmtId="165" applyFont="false"/></cellXfs>'
    const libre = await byHand({
      strings,
      styles,
      before:
        '<sheetPr filterMode="false"><pageSetUpPr fitToPage="false"/></sheetPr><dimension ref="A1:B2"/><sheetViews><sheetView workbookViewId="0"/></sheetViews><cols><col collapsed="false" hidden="false" min="1" max="1024"/></cols>',
      rows: '<row r="1" customFormat="false" ht="12.8" hidden="false"><c r="A1" s="0" t="s"><v>0</v></c></row><row r="2" hidden="false" outlineLevel="0"><c r="A2" s="0" t="s"><v>1</v></c><c r="B2" s="1" t="n"><v>45660.4375</v></c></row>',
      after:
        '<printOptions headings="false"/><pageMargins left="0.8"/><headerFooter><oddHeader>&amp;C&amp;A</oddHeader></headerFooter>',
    })
    expect(libre.rows).toEqual([
      [1, 'id'],
      [2, 'A-1', '2025-01-03T10:30:00'],
    ])
    expect(libre.notes).toEqual([])
    const google = await byHand({
      strings,
      styles: '<cellStyleXfs/><cellXfs count="1"><xf borderId="0" numFmtId="14" xfId="0"/></cellXfs>',
      before:
        '<sheetPr><outlinePr summaryBelow="0"/></sheetPr><sheetFormatPr customHeight="1" defaultColWidth="12.63"/>',
      rows: '<row r="1"><c r="A1" s="0" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="0"><v>45660.0</v></c><c r="C2" t="str"><f>IFERROR(__xludf.DUMMYFUNCTION("X(1)"),"one")</f><v>one</v></c></row>',
      after: '<drawing r:id="rId1"/>',
    })
    expect(google.rows.at(-1)).toEqual([2, 'A-1', '2025-01-03', 'one'])
  })

  const rows = '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>id</x:t></x:is></x:c></x:row>'
  it('the strict form of the standard, with prefixes, is read', async () => {
    const strict = 'http://purl.oclc.org/ooxml/officeDocument/relationships'
    const relationship = (id: string, type: string, target: string) =>
      `<Relationships><Relationship Id="${id}" Type="${strict}/${type}" Target="${target}"/></Relationships>`
    const content = handMade({
      parts: {
        '_rels/.rels': relationship('a', 'officeDocument', '/book/Workbook.xml'),
        '[Content_Types].xml': '<Types/>',
        'xl/workbook.xml': null,
        'xl/_rels/workbook.xml.rels': null,
        'xl/worksheets/sheet1.xml': null,
        'xl/styles.xml': null,
        'xl/sharedStrings.xml': null,
        'book/workbook.xml': `<x:workbook xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main" xmlns:q="${strict}"><x:sheets><x:sheet name="Strict" sheetId="1" q:id="b"/></x:sheets></x:workbook>`,
        'book/_rels/Workbook.xml.rels': relationship('b', 'worksheet', '../data/one.xml'),
        'data/one.xml': `<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>${rows}</x:sheetData></x:worksheet>`,
      },
    })
    const read = await readRows(content)
    expect(read.worksheet?.name).toBe('Strict')
    expect(read.rows).toEqual([[1, 'id']])
  })

  it('parts in UTF-16 are read, and those in neither form of Unicode refused', async () => {
    const sheet = (encoding: string) =>
      `<?xml version="1.0" encoding="${encoding}"?><worksheet><sheetData>${inlineRow('Žofie')}</sheetData></worksheet>`
    const parts = { 'xl/worksheets/sheet1.xml': null }
    const name = 'xl/worksheets/sheet1.xml'
    const utf16 = Buffer.from(`\ufeff${sheet('UTF-16')}`, 'utf16le')
    expect((await readRows(handMade({ parts, further: [{ name, content: utf16 }] }))).rows).toEqual([[1, 'Žofie']])
    for (const content of [Buffer.from(sheet('ISO-8859-1')), Buffer.from(sheet('UTF-8').replace('Ž', 'é'), 'latin1')]) {
      await expect(readRows(handMade({ parts, further: [{ name, content }] }))).rejects.toThrow(
        /The workbook is damaged/,
      )
    }
  })
})

describe('the texts that cells share', () => {
  const count = 4_000
  const strings = Array.from({ length: count }, (_, at) => `<si><t>Secret of row ${at}, Žofie</t></si>`).join('')
  const rows = (order: (at: number) => number) =>
    Array.from({ length: count }, (_, at) => `<row><c t="s"><v>${order(at)}</v></c></row>`).join('')

  it('lie beside the workbook while it is read, encrypted, and are the same in any order', async () => {
    for (const order of [(at: number) => at, (at: number) => count - 1 - at, (at: number) => (at * 1_237) % count]) {
      const open = await opened(handMade({ strings, rows: rows(order) }), null, 20_000)
      let at = 0
      for await (const { cells } of open.rows) {
        expect(cells[0]?.text).toBe(`Secret of row ${order(at)}, Žofie`)
        if (++at !== count / 2) continue
        const files = await left()
        expect(files).toHaveLength(1)
        const bytes = await readFile(join(folder, files[0] as string))
        expect(bytes.length).toBeGreaterThan(10_000)
        expect(bytes.includes('Secret')).toBe(false)
      }
      expect(at).toBe(count)
      expect(await left()).toEqual([])
    }
  })

  it('leave no file where reading is given up, or the file is damaged further on', async () => {
    const open = await opened(handMade({ strings, rows: rows((at) => count - 1 - at) }), null, 20_000)
    for await (const { row } of open.rows) if (row === 10) break
    expect(await left()).toEqual([])
    const damaged = await opened(handMade({ strings, rows: `${rows((at) => at)}<row` }), null, 20_000)
    await expect(drained(damaged.rows)).rejects.toThrow(/is not XML/)
    expect(await left()).toEqual([])
  })

  it('are read only as far as cells ask for them', async () => {
    const many = Array.from(
      { length: 300_000 },
      () => `<si><t>${crypto.randomUUID()} ${crypto.randomUUID()}</t></si>`,
    ).join('')
    const file = inMemory(handMade({ strings: many, rows: '<row><c t="s"><v>0</v></c></row>' }))
    const open = await openXlsx(file, null, { folder })
    await drained(open.rows)
    // Parts are fetched in pieces of 1 MiB.
    expect(file.byteCount).toBeGreaterThan(8_000_000)
    expect(file.bytesRead).toBeLessThan(5_500_000)
  })

  it('end with the reason where reading is broken off', async () => {
    const breaking = new AbortController()
    const content = handMade({ strings, rows: rows((at) => at) })
    const open = await openXlsx(inMemory(content), null, { folder, signal: breaking.signal, heldBytes: 20_000 })
    const reading = (async () => {
      for await (const { row } of open.rows) if (row === 100) breaking.abort(new Error('Enough.'))
    })()
    await expect(reading).rejects.toThrow('Enough.')
    expect(await left()).toEqual([])
  })
})

async function drained(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows);
}
