import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { Worksheet } from 'exceljs'
import { describe, expect, it } from 'vitest'
import { fieldwork } from '../support/fieldwork.js'
import { smallFiles } from '../support/small-files.js'
import { handMade, inlineRow, written } from '../support/workbooks.js'
import { world } from '../support/world.js'

// Workbooks as lists: what the preview says of each, and what the import makes of it.

const w = await world()
const a = await w.firm('Ashdown')
const work = await fieldwork(w, a)
const columns = { keyColumn: 'change_id', dateColumn: 'merged_at' }

const preview = `query ($input: PreviewImportInput!) { previewImport(input: $input) { sheet sheets { name isHidden } notes { code message }
  encoding separator headerRow rowCount isWhole keyColumn dateColumn dateOrder outsidePeriodCount afterExtractionCount problemCount
  problems { row column code message found } firstRows { row cells }
  columns { position letter name keptName filledCount firstValues role roleReason dateForm } } }`
const made = `population { id version itemCount leftOutCount setAsideCount keyColumn dateColumn columns
  reading { sheet encoding separator headerRow dateOrder excelDays } items(first: 50) { nodes { itemKey occurredOn fields { value } } } }
  errors { code message path ... on RowsRefused { problemCount problems { row column code message found } } }`

const brought = async (content: Buffer, name = 'list.xlsx', on = work): Promise<string> =>
  (await a.staff.brings(on.engagementId, { name, content })).id

async function asked(content: Buffer, input: object = {}, name?: string) {
  const evidenceId = await brought(content, name)
  return a.staff.ask(preview, { input: { kind: 'POPULATION', evidenceId, ...input } })
}

/** What the preview says of a file. */
async function previewed(content: Buffer, input: object = {}, name?: string) {
  const { data, errors } = await asked(content, input, name)
  expect(errors).toBeUndefined()
  return (data as any).previewImport
}

/** Imports a file into a draft of its own; what is refused has moved nothing. */
async function imported(content: Buffer, input: object = {}, { on = work, name = 'list.xlsx' } = {}) {
  const draft = await on.draft()
  const evidenceId = await brought(content, name, on)
  const before = await w.digest()
  const act = `mutation ($input: ImportPopulationInput!) { importPopulation(input: $input) { ${made} } }`
  const named = { idempotencyKey: crypto.randomUUID(), populationId: draft.id, expectedVersion: draft.version }
  const { importPopulation: payload } = await a.staff.gql(act, {
    input: { ...named, evidenceId, ...columns, ...input },
  })
  if (payload.errors.length > 0) expect(await w.digest()).toBe(before)
  return payload
}

/** A workbook with one worksheet. */
const list = (rows: unknown[][], fill: (sheet: Worksheet) => void = () => undefined) =>
  written((workbook) => {
    const sheet = workbook.addWorksheet('Changes')
    sheet.addRows(rows as never)
    fill(sheet)
  })

const header = ['change_id', 'merged_at', 'summary']
const three = [header, ['A-1', '2025-01-03', 'x'], ['A-2', '2025-02-04', 'y'], ['A-3', '2025-03-05', 'z']]
const items = ({ population }: any) =>
  population.items.nodes.map((one: any) => [
    one.itemKey,
    one.occurredOn,
    ...one.fields.map((field: any) => field.value),
  ])

describe('the same list as CSV and as XLSX', () => {
  const folder = join(resolve(import.meta.dirname, '../../..'), 'tests/cases/imports')
  it.each([
    'dates-git-iso-like',
    'dates-jira',
    'dates-day-first-certain',
    'title-rows-above',
    'keys-hostile-but-fine',
    'quoted-newlines-crlf',
    'unnamed-index-column',
    'long-cells',
  ])('has the same items and, its cells being texts, the same digest: %s', async (name) => {
    const csv = await readFile(join(folder, `${name}.csv`))
    const rows: string[][] = parse(csv, { relax_column_count: true, skip_empty_lines: false, bom: true })
    // exceljs leaves it to who gives it texts to write what XML would not keep.
    const xlsx = await list(rows.map((row) => row.map((cell) => cell.replaceAll('\r', '_x000D_'))))
    const chosen = { keyColumn: 'change_id', dateColumn: 'merged_at' }
    const digests: string[] = []
    const taken: unknown[] = []
    const seen: unknown[] = []
    for (const [file, content] of [
      ['list.csv', csv],
      ['list.xlsx', xlsx],
    ] as const) {
      const own = await fieldwork(w, a)
      const { firstRows, columns: columnsSeen, ...others } = await previewed(content, chosen, file)
      expect(others).toMatchObject({ problemCount: 0, isWhole: true, ...chosen })
      seen.push([firstRows, columnsSeen, others.headerRow, others.rowCount, others.dateOrder])
      const payload = await imported(content, chosen, { on: own, name: file })
      expect(payload.errors).toEqual([])
      taken.push([items(payload), payload.population.columns, payload.population.reading.dateOrder])
      const { population } = await a.staff.does(
        'freezePopulation',
        {
          populationId: payload.population.id,
          expectedVersion: payload.population.version,
          completenessCheck: 'Watched the query run.',
          accuracyCheck: 'Traced five rows.',
        },
        'population { digest itemCount }',
      )
      expect(population.itemCount).toBe(12)
      digests.push(population.digest)
    }
    expect(seen[1]).toEqual(seen[0])
    expect(taken[1]).toEqual(taken[0])
    expect(digests[1]).toBe(digests[0])
  })

  it('has its faults named alike', async () => {
    const rows = [
      header,
      ['A-1', '2025-01-03', 'x'],
      ['', '2025-02-04', 'y'],
      ['A-1', 'soon', 'z'],
      ['A\u200b4', '2024-01-01', ''],
    ]
    const csv = Buffer.from(rows.map((row) => row.join(',')).join('\n'))
    const xlsx = await list(rows)
    const [one, other] = [await previewed(csv, columns, 'list.csv'), await previewed(xlsx, columns)]
    expect(one.problems.map(({ code }: { code: string }) => code)).toEqual([
      'KEY_EMPTY',
      'KEY_REPEATED',
      'DATE_INVALID',
      'CHARACTER_REFUSED',
      'DATE_OUTSIDE_PERIOD',
    ])
    expect(other.problems).toEqual(one.problems)
    expect((await imported(xlsx)).errors).toMatchObject([
      { code: 'ROWS_REFUSED', path: ['evidenceId'], problemCount: 5, problems: one.problems },
    ])
  })
})

describe('a workbook', () => {
  it('says which worksheet was read and which there are, and the population keeps it', async () => {
    const content = await written((workbook) => {
      workbook.addWorksheet('About').addRow(['Changes of 2025, by Ada'])
      workbook.addWorksheet('Changes').addRows(three)
      workbook.addWorksheet('Old', { state: 'veryHidden' }).addRows(three)
    })
    const sheets = [
      { name: 'About', isHidden: false },
      { name: 'Changes', isHidden: false },
      { name: 'Old', isHidden: true },
    ]
    const seen = await previewed(content)
    expect(seen).toMatchObject({ sheet: 'About', sheets, encoding: null, separator: null })
    expect(seen.notes.map(({ code }: { code: string }) => code)).toEqual(['SHEETS_MORE'])
    expect((await imported(content)).errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['keyColumn'] }])
    const reading = { sheet: 'Changes' }
    expect(await previewed(content, { reading })).toMatchObject({
      sheet: 'Changes',
      sheets,
      notes: [],
      problemCount: 0,
      ...columns,
    })
    const payload = await imported(content, { reading })
    expect(payload.population).toMatchObject({
      itemCount: 3,
      reading: { sheet: 'Changes', encoding: null, separator: null, headerRow: 1, dateOrder: null, excelDays: null },
    })
    expect((await previewed(content, { reading: { sheet: 'Old' } })).notes).toMatchObject([{ code: 'SHEET_HIDDEN' }])
    const none = await imported(content, { reading: { sheet: 'None' } })
    expect(none.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['reading', 'sheet'] }])
    expect(none.errors[0].message).not.toContain('None')
    const { errors } = await asked(content, { reading: { sheet: 'None' } })
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: ['reading', 'sheet'] } }])
  })

  it('of text has no worksheets: a name is refused', async () => {
    const csv = Buffer.from(`${three.map((row) => row.join(',')).join('\n')}\n`)
    const refused = await imported(csv, { reading: { sheet: 'Changes' } }, { name: 'list.csv' })
    expect(refused.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['reading', 'sheet'] }])
    expect(await previewed(csv, {}, 'list.csv')).toMatchObject({ sheet: null, sheets: [], notes: [] })
  })

  it('has days and numbers as they are, and its key may be a number', async () => {
    const rows = [header, [101, new Date('2025-01-03T00:00:00Z'), 1.5], [102, new Date('2025-02-04T10:30:00Z'), true]]
    const content = await list(rows, (sheet) => {
      sheet.getColumn(2).numFmt = 'dd/mm/yyyy hh:mm'
    })
    const seen = await previewed(content)
    expect(seen).toMatchObject({ problemCount: 0, ...columns })
    expect(seen.columns[1]).toMatchObject({ role: 'DATE', dateForm: 'YEAR_FIRST' })
    expect(items(await imported(content))).toEqual([
      ['101', '2025-01-03', '101', '2025-01-03', '1.5'],
      ['102', '2025-02-04', '102', '2025-02-04T10:30:00', 'TRUE'],
    ])
  })

  it('with numbers in place of days asks whether they are, as a file of text does', async () => {
    const content = await list([header, ['A-1', 45660, 'x']])
    const seen = await previewed(content, columns)
    expect(seen.problems).toMatchObject([{ row: 2, code: 'DATE_EXCEL_DAY', found: '45660' }])
    const payload = await imported(content, { reading: { excelDays: 'FROM_1900' } })
    expect(items(payload)).toEqual([['A-1', '2025-01-03', 'A-1', '45660', 'x']])
  })

  it('in which the order of day and month is told by its last row is read twice', async () => {
    const many = Array.from({ length: 2_500 }, (_, at) => [`M-${at}`, '04/05/2025', 'x'])
    const payload = await imported(await list([header, ...many, ['LAST', '31/05/2025', 'x']]))
    expect(payload.population).toMatchObject({ itemCount: 2_501, reading: { dateOrder: 'DAY_FIRST' } })
    expect(items(payload)[0].slice(0, 2)).toEqual(['M-0', '2025-05-04'])
  })

  it('tells what it hides and computes, and reads it', async () => {
    const content = await list(three, (sheet) => {
      sheet.getRow(3).hidden = true
      sheet.getColumn(3).hidden = true
      sheet.getCell('C4').value = { formula: '[1]Other!A1', result: 'from elsewhere' }
    })
    const seen = await previewed(content)
    expect(seen).toMatchObject({ problemCount: 0, rowCount: 3 })
    expect(seen.notes).toEqual([
      { code: 'ROWS_HIDDEN', message: '1 row is hidden, the first being row 3. All were read.' },
      { code: 'COLUMNS_HIDDEN', message: 'Columns in which something stands are hidden: C. All were read.' },
      { code: 'FORMULAS', message: '1 cell holds a formula; what it gave when the workbook was last saved was read.' },
      {
        code: 'OTHER_WORKBOOKS',
        message: '1 cell holds what was taken from another workbook; the value kept was read.',
      },
    ])
    expect(items(await imported(content))[2]).toEqual(['A-3', '2025-03-05', 'A-3', '2025-03-05', 'from elsewhere'])
  })

  it('has titles above its list whose cells are merged; merged cells of the list are refused by their row', async () => {
    const titled = await list([['Changes of 2025'], [], ...three], (sheet) => sheet.mergeCells('A1:C1'))
    const seen = await previewed(titled)
    expect(seen).toMatchObject({ headerRow: 3, problemCount: 0, notes: [{ code: 'TITLES_MERGED' }] })
    expect((await imported(titled)).population).toMatchObject({ itemCount: 3, reading: { headerRow: 3 } })

    const wide = await list(three, (sheet) => sheet.mergeCells('C3:C4'))
    const problem = {
      row: 3,
      column: null,
      code: 'CELLS_MERGED',
      message: expect.stringContaining('(C3:C4)'),
      found: null,
    }
    expect((await previewed(wide, columns)).problems).toEqual([problem])
    expect((await imported(wide)).errors).toMatchObject([
      { code: 'ROWS_REFUSED', problems: [problem], problemCount: 1 },
    ])

    const named = await list(three, (sheet) => sheet.mergeCells('B1:C1'))
    const { problems } = await previewed(named, { keyColumn: 'change_id', dateColumn: 'B' })
    expect(problems.at(-1)).toMatchObject({ row: 1, code: 'CELLS_MERGED' })
    const beside = await list(three, (sheet) => sheet.mergeCells('F1:G9'))
    expect(await previewed(beside)).toMatchObject({ problemCount: 0 })
  })

  it('with formulas of which it keeps nothing is refused, each cell by its row', async () => {
    const formula = '<c><f>NOW()</f></c>'
    const rows = `${inlineRow(...header)}<row>${formula}<c t="inlineStr"><is><t>2025-01-03</t></is></c></row><row><c><v>2</v></c><c t="inlineStr"><is><t>2025-01-03</t></is></c>${formula}</row>`
    const content = handMade({ rows })
    const found = { code: 'CELL_UNCOMPUTED', found: '(formula)', message: expect.stringContaining('save it') }
    const problems = [
      { row: 2, column: 'change_id', ...found },
      { row: 3, column: 'summary', ...found },
    ]
    expect((await previewed(content, columns)).problems).toEqual(problems)
    expect((await imported(content)).errors).toMatchObject([{ code: 'ROWS_REFUSED', problems, problemCount: 2 }])
    const head = handMade({ rows: `<row><c><f>A()</f></c></row><row><c><v>1</v></c></row>` })
    expect((await previewed(head)).problems).toMatchObject([{ row: 1, column: '1', code: 'CELL_UNCOMPUTED' }])
  })

  it('that shows errors where a key or a day must stand is refused there; elsewhere they are kept as shown', async () => {
    const error = '<c t="e"><v>#N/A</v></c>'
    const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
    const rows = `${inlineRow(...header)}<row>${error}${text('2025-01-03')}</row><row>${text('A')}${error}</row><row>${text('B')}${text('2025-01-03')}${error}</row>`
    expect((await previewed(handMade({ rows }), columns)).problems).toMatchObject([
      { row: 2, column: 'change_id', code: 'CELL_ERROR', found: '#N/A' },
      { row: 3, column: 'merged_at', code: 'CELL_ERROR', found: '#N/A' },
    ])
  })

  it('with empty rows between its items, rows that are too wide, and too many columns is refused as a file of text is', async () => {
    const gap = await list([
      header,
      ['A-1', '2025-01-03'],
      [],
      ['A-2', '2025-01-03'],
      ['A-3', '2025-01-03', '', 'more'],
    ])
    expect((await previewed(gap, columns)).problems).toMatchObject([
      { row: 3, code: 'ROW_EMPTY' },
      { row: 5, code: 'WIDTH_DIFFERS', message: 'The row has 4 cells where the header names 3 columns.' },
    ])
    const wide = await list([Array.from({ length: 101 }, (_, at) => `c${at}`)])
    expect((await previewed(wide)).problems).toMatchObject([{ row: 1, code: 'TOO_MANY' }])
    const row = await list([
      Array.from({ length: 100 }, (_, at) => `c${at}`),
      Array.from({ length: 101 }, (_, at) => `${at}`),
    ])
    expect((await previewed(row)).problems).toMatchObject([{ row: 2, code: 'WIDTH_DIFFERS' }])
    const long = handMade({ rows: inlineRow(...header) + inlineRow('A-1', '2025-01-03', 'x'.repeat(32_768)) })
    expect((await previewed(long, columns)).problems).toMatchObject([{ row: 2, column: 'summary', code: 'TOO_LONG' }])
  })

  it('whose rows make no sense is refused at the first of them', async () => {
    const rows = `${inlineRow(...header)}${inlineRow('A-1', '2025-01-03', 'x')}<row r="2"/>`
    const problems = [{ row: 3, column: null, code: 'NOT_XLSX' }]
    expect((await previewed(handMade({ rows }), columns)).problems).toMatchObject(problems)
    expect((await imported(handMade({ rows }))).errors).toMatchObject([{ code: 'ROWS_REFUSED', problems }])
  })

  it('without a row, or with a header alone, is told so', async () => {
    expect((await previewed(await list([]))).problems).toMatchObject([{ row: 1, code: 'FILE_EMPTY' }])
    expect((await previewed(await list([header]))).problems).toMatchObject([{ row: 1, code: 'NO_ROWS' }])
    const own = await fieldwork(w, a)
    const said = await imported(await list([header]), { reading: { expectsNoRows: true } }, { on: own })
    expect(said.population).toMatchObject({ itemCount: 0, ...columns })
  })
})

describe('a file that is not read', () => {
  it.each([
    ['old.xls', smallFiles.cfb, /before 2007 \(\.xls\); save it as \.xlsx or CSV/],
    ['list.ods', smallFiles.ods, /OpenDocument/],
    ['protected.xlsx', smallFiles.cfb, /before 2007/],
    ['empty.xlsx', smallFiles.xlsx, /nothing in it says where its worksheets are/],
    ['macros.xlsx', handMade({ rows: inlineRow('id'), parts: { 'xl/vbaProject.bin': 'x' } }), /holds macros/],
    ['damaged.xlsx', handMade({ rows: '<row' }), /is not XML/],
  ])('%s is refused in words of its own, by preview and import', async (name, content, message) => {
    const refused = { code: 'INVALID_INPUT', path: ['evidenceId'], message: expect.stringMatching(message) }
    expect((await imported(content, {}, { name })).errors).toEqual([refused])
    const { data, errors } = await asked(content, {}, name)
    expect(data).toEqual({ previewImport: null })
    expect(errors).toMatchObject([{ message: refused.message, extensions: { argument: ['evidenceId'] } }])
  })
})
