import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import exceljs from 'exceljs'
import { describe, expect, it } from 'vitest'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { sentDuring } from '../support/statements.js'
import { archiveOf, unpacked } from '../support/workbooks.js'
import type { Person } from '../support/world.js'
import { world } from '../support/world.js'

// A test sheet goes out, is filled in elsewhere and comes back: nothing that others recorded meanwhile is lost, and no cell is decided unseen.

const w = await world()
const a = await w.firm('Alder')
const b = await w.firm('Birch')

interface Sheet extends Fieldwork {
  procedureId: string
  /** By the key of the item. */
  items: Record<string, string>
}

/** A procedure with the attributes A and B and all of five changes as its sample; results as given. */
async function sheetOf(
  recorded: Record<string, [outcome: string, note?: string]> = {},
  list = changes(5),
): Promise<Sheet> {
  const work = await fieldwork(w, a)
  const { id: populationId } = await work.frozen(list, { dateColumn: 'merged' })
  const { id: procedureId } = await work.procedure()
  const { sample } = await a.staff.does(
    'drawSample',
    { procedureId, populationId, basis: 'JUDGMENT', method: 'ENTIRE_POPULATION', sizeReason: 'There are few.' },
    'sample { items(first: 100) { nodes { id itemKey } } }',
  )
  const items = Object.fromEntries(sample.items.nodes.map(({ id, itemKey }: any) => [itemKey, id]))
  const sheet = { ...work, procedureId, items }
  const places = Object.keys(recorded)
  if (places.length > 0) {
    const results = places.map((place) => entry(sheet, place, ...(recorded[place] as [string, string?])))
    await a.staff.does('recordResults', { procedureId, results })
  }
  return sheet
}

const entry = (
  { items }: Sheet,
  place: string,
  outcome: string,
  note: string | null = null,
  expectedVersion?: number,
) => {
  const [key, attribute] = place.split(' ') as [string, string]
  return { sampleItemId: items[key], attribute, outcome, note, ...(expectedVersion && { expectedVersion }) }
}
const records = (
  by: Person,
  sheet: Sheet,
  ...said: Parameters<typeof entry> extends [any, ...infer Rest] ? Rest : never
) => by.does('recordResult', entry(sheet, ...said))

async function exported({ procedureId }: Sheet, format = 'XLSX', by: Person = a.staff) {
  const asked = `query ($id: ID!, $format: ListFormat!) { node(id: $id) { ... on Procedure { testSheet(format: $format) { fileName mediaType byteCount content } } } }`
  const { testSheet } = (await by.gql(asked, { id: procedureId, format })).node
  return { ...testSheet, bytes: Buffer.from(testSheet.content, 'base64') }
}

async function opened(bytes: Buffer): Promise<exceljs.Worksheet> {
  const workbook = new exceljs.Workbook()
  await workbook.xlsx.load(bytes as never)
  return workbook.worksheets[0] as exceljs.Worksheet
}
const rowsOf = (sheet: exceljs.Worksheet): string[][] =>
  sheet
    .getSheetValues()
    .flatMap((row) => (Array.isArray(row) ? [Array.from(row.slice(1), (cell) => `${cell ?? ''}`)] : []))

/** Fills in cells: `C-1 A` and what is to stand there, or a function of the worksheet. */
async function filled(
  bytes: Buffer,
  cells: Record<string, [outcome: string | null, note?: string | null]>,
  change: (sheet: exceljs.Worksheet) => void = () => undefined,
): Promise<Buffer> {
  const sheet = await opened(bytes)
  const titles = (sheet.getRow(1).values as string[]).slice()
  for (const [place, [outcome, note]] of Object.entries(cells)) {
    const [key, letter] = place.split(' ') as [string, string]
    sheet.eachRow((row) => {
      if (row.getCell(2).value !== key) return
      row.getCell(titles.indexOf(`${letter}: result`)).value = outcome
      if (note !== undefined) row.getCell(titles.indexOf(`${letter}: note`)).value = note
    })
  }
  change(sheet)
  return Buffer.from((await sheet.workbook.xlsx.writeBuffer()) as ArrayBuffer)
}

async function imports(by: Person, sheet: Sheet, content: Buffer | string, more: object = {}, name = 'sheet.xlsx') {
  const { id: evidenceId } = await by.brings(sheet.engagementId, { name, content })
  const input = { procedureId: sheet.procedureId, evidenceId, ...more }
  return by.tryTo('importTestSheet', input, 'savedCount keptCount unchangedCount sample { testedCount deviationCount }')
}
/** What is recorded, by place. */
async function stands({ procedureId }: Sheet): Promise<Record<string, string>> {
  const asked = `query ($id: ID!) { node(id: $id) { ... on Procedure { sample { items(first: 100) { nodes { itemKey results { outcome note version attribute { letter } recordedBy { name } } } } } } } }`
  const { nodes } = (await a.senior.gql(asked, { id: procedureId })).node.sample.items
  return Object.fromEntries(
    nodes.flatMap(({ itemKey, results }: any) =>
      results.map(({ outcome, note, version, attribute, recordedBy }: any) => [
        `${itemKey} ${attribute.letter}`,
        `${outcome} ${note ?? '-'} v${version} ${recordedBy.name.split(' ')[0]}`,
      ]),
    ),
  )
}
async function problemsOf(by: Person, sheet: Sheet, content: Buffer | string, more: object = {}, name?: string) {
  const { id: evidenceId } = await by.brings(sheet.engagementId, { name: name ?? 'sheet.xlsx', content })
  const before = await w.digest()
  const input = { procedureId: sheet.procedureId, evidenceId, ...more }
  const { errors } = await by.tryTo('importTestSheet', input)
  expect(await w.digest()).toBe(before)
  return errors[0].problems ?? errors
}

describe('a test sheet', () => {
  it('goes out with one row an item, results to choose from, and all else locked', async () => {
    const sheet = await sheetOf({ 'C-1 A': ['NO_DEVIATION'], 'C-2 A': ['DEVIATION', '=no reviewer; see line\n2'] })
    const { fileName, mediaType, bytes } = await exported(sheet)
    expect([fileName, mediaType]).toEqual([
      'test-sheet-T1.xlsx',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ])
    const worksheet = await opened(bytes)
    const [titles, first, second, third] = rowsOf(worksheet) as [string[], string[], string[], string[]]
    expect(titles.slice(0, 3)).toEqual(['No.', 'Item', 'Date'])
    const listed = titles.filter((title) => title.startsWith('List: '))
    expect(listed).toEqual(['List: id', 'List: merged', 'List: author', 'List: reviewer'])
    expect(titles.slice(-7)).toEqual([
      'A: result',
      'A: note',
      'A: evidence',
      'B: result',
      'B: note',
      'B: evidence',
      'As exported',
    ])
    const at = titles.indexOf('A: result')
    expect([first, second, third].map((row) => [row[1], row[at], row[at + 1]])).toEqual([
      ['C-1', 'No deviation', ''],
      ['C-2', 'Deviation', '=no reviewer; see line\n2'],
      ['C-3', '', ''],
    ])
    expect(worksheet.getColumn(titles.length).hidden).toBe(true)
    const cell = worksheet.getRow(4).getCell(at + 1)
    expect(cell.protection?.locked).toBe(false)
    expect(cell.dataValidation).toMatchObject({
      prompt: 'A: The change names a reviewer.',
      type: 'list',
      formulae: ['"No deviation,Deviation,Not applicable,Awaiting evidence,Unable to test"'],
    })
    expect(worksheet.getRow(4).getCell(2).protection?.locked ?? true).toBe(true)
    const { model } = worksheet as unknown as { model: { sheetProtection: { sheet: boolean } } }
    expect(model.sheetProtection.sheet).toBe(true)
    // No cell is a formula, in text neither.
    expect((await exported(sheet, 'CSV')).bytes.toString()).toContain(`"'=no reviewer; see line\n2"`)
  })

  it('names the evidence of results, and is there for who is on the team alone, once a sample was drawn', async () => {
    const sheet = await sheetOf({ 'C-1 A': ['NO_DEVIATION'] })
    const { rows } = await w.owner.query<{ id: string }>('select id from result where procedure_id = $1', [
      sheet.procedureId,
    ])
    const { id: evidenceId } = await a.staff.brings(sheet.engagementId, {
      name: 'screen.txt',
      content: 'Seen, invented.',
    })
    await a.staff.does('linkEvidence', { evidenceId, nodeId: rows[0]?.id })
    const [titles, first] = rowsOf(await opened((await exported(sheet)).bytes)) as [string[], string[]]
    expect(first[titles.indexOf('A: evidence')]).toBe('screen.txt')
    const { id } = await sheet.procedure()
    const asked = 'query ($id: ID!) { node(id: $id) { ... on Procedure { testSheet(format: CSV) { fileName } } } }'
    expect((await a.staff.gql(asked, { id })).node).toEqual({ testSheet: null })
    for (const person of [b.staff, sheet.client.admin]) {
      expect((await person.gql(asked, { id: sheet.procedureId })).node).toBeNull()
    }
  })

  it.each(['XLSX', 'CSV'])('comes back filled in as %s, and once more without a change', async (format) => {
    const sheet = await sheetOf({ 'C-1 A': ['NO_DEVIATION'], 'C-2 A': ['DEVIATION', '-2 reviewers\r\nof three'] })
    const { bytes } = await exported(sheet, format)
    const name = `sheet.${format.toLowerCase()}`
    const idle = await imports(a.staff, sheet, bytes, {}, name)
    expect(idle).toMatchObject({ errors: [], savedCount: 0, keptCount: 0, unchangedCount: 10 })
    const done: Record<string, [string, string?]> = {}
    for (const key of Object.keys(sheet.items)) done[`${key} B`] = ['No deviation']
    done['C-3 A'] = ['Deviation', '+49 is no reviewer']
    done['C-4 A'] = ['Pass']
    done['C-5 A'] = ['awaiting evidence', 'Asked for it on Monday.']
    const back = format === 'XLSX' ? await filled(bytes, done) : filledText(bytes.toString(), done)
    const saved = await imports(a.senior, sheet, back, {}, name)
    expect(saved).toMatchObject({ errors: [], savedCount: 8, keptCount: 0, unchangedCount: 2 })
    expect(saved.sample).toEqual({ testedCount: 4, deviationCount: 2 })
    expect(await stands(sheet)).toMatchObject({
      'C-1 A': 'NO_DEVIATION - v1 Stella',
      'C-2 A': 'DEVIATION -2 reviewers\r\nof three v1 Stella',
      'C-3 A': 'DEVIATION +49 is no reviewer v1 Sam',
      'C-5 A': 'AWAITING_EVIDENCE Asked for it on Monday. v1 Sam',
      'C-5 B': 'NO_DEVIATION - v1 Sam',
    })
    expect(await imports(a.senior, sheet, back, {}, name)).toMatchObject({ errors: [], savedCount: 0 })
  })
})

/** The same in a file of text: quoted cells of more than one line stand in none of the rows that are filled in. */
function filledText(text: string, cells: Record<string, [string, string?]>): string {
  const [head = '', ...lines] = text.split(/\r\n(?=\d|$)/)
  const titles = head.split(',')
  return [
    head,
    ...lines.map((line) => {
      const parts = line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)?.map((part) => part.replace(/,$/, '')) ?? []
      for (const [place, [outcome, note]] of Object.entries(cells)) {
        const [key, letter] = place.split(' ')
        if (parts[1] !== key) continue
        parts[titles.indexOf(`${letter}: result`)] = outcome
        if (note) parts[titles.indexOf(`${letter}: note`)] = note
      }
      return parts.slice(0, titles.length).join(',')
    }),
  ].join('\r\n')
}

describe('the sheet on a screen', () => {
  const query = `query ($id: ID!) { node(id: $id) { ... on Procedure { attributes { letter description } sample { itemCount testedCount deviationCount
      evaluation { attributes { letter testedCount deviationCount outstandingCount } }
      items(first: 50) { nodes { itemKey occurredOn outcome results { attribute { letter } outcome note version recordedBy { name } evidence { fileName } } } } } } } }`

  it('is items by attributes with counts of both, in as many statements for forty items as for five', async () => {
    const asked = async (size: number) => {
      const sheet = await sheetOf({ 'C-1 A': ['NO_DEVIATION'], 'C-2 A': ['DEVIATION', 'No reviewer.'] }, changes(size))
      const ask = () => sentDuring(() => a.senior.gql(query, { id: sheet.procedureId }))
      await ask()
      return ask()
    }
    const few = await asked(5)
    const many = await asked(40)
    const { sample } = few.answer.node
    expect(sample.items.nodes.map(({ itemKey, results }: any) => [itemKey, results.length])).toEqual([
      ...[
        ['C-1', 1],
        ['C-2', 1],
        ['C-3', 0],
        ['C-4', 0],
        ['C-5', 0],
      ],
    ])
    expect(sample).toMatchObject({ itemCount: 5, testedCount: 0, deviationCount: 0 })
    expect(sample.evaluation.attributes).toEqual([
      { letter: 'A', testedCount: 2, deviationCount: 1, outstandingCount: 3 },
      { letter: 'B', testedCount: 0, deviationCount: 0, outstandingCount: 5 },
    ])
    expect(many.answer.node.sample.items.nodes).toHaveLength(40)
    expect(many.sent.length).toBe(few.sent.length)
  })
})

describe('two auditors on one sheet', () => {
  const begun = { 'C-1 A': ['NO_DEVIATION'], 'C-2 A': ['DEVIATION', 'No reviewer.'] } as Record<
    string,
    [string, string?]
  >

  it('each keep what the other recorded in other cells', async () => {
    const sheet = await sheetOf(begun)
    const { bytes } = await exported(sheet)
    const [first, second] = [
      await filled(bytes, { 'C-3 A': ['Deviation', 'By the first.'], 'C-1 A': ['Deviation', 'By the first.'] }),
      await filled(bytes, { 'C-4 A': ['No deviation'], 'C-3 B': ['Deviation', 'By the second.'] }),
    ]
    expect(await imports(a.staff, sheet, first)).toMatchObject({ errors: [], savedCount: 2, keptCount: 0 })
    expect(await imports(a.senior, sheet, second)).toMatchObject({ errors: [], savedCount: 2, keptCount: 2 })
    expect(await stands(sheet)).toEqual({
      'C-1 A': 'DEVIATION By the first. v2 Stella',
      'C-2 A': 'DEVIATION No reviewer. v1 Stella',
      'C-3 A': 'DEVIATION By the first. v1 Stella',
      'C-3 B': 'DEVIATION By the second. v1 Sam',
      'C-4 A': 'NO_DEVIATION - v1 Sam',
    })
  })

  it('are told each cell that both changed, and nothing is saved until it is said what stands', async () => {
    const sheet = await sheetOf(begun)
    const { bytes } = await exported(sheet)
    const mine = await filled(bytes, {
      'C-1 A': ['Deviation', 'Approved by its author.'],
      'C-2 A': ['No deviation', null],
      'C-3 A': ['Deviation', 'Mine.'],
      'C-4 A': ['No deviation'],
    })
    await records(a.senior, sheet, 'C-2 A', 'DEVIATION', 'The second reviewer left.', 1)
    await records(a.senior, sheet, 'C-3 A', 'NO_DEVIATION')
    const problems = await problemsOf(a.staff, sheet, mine)
    expect(problems).toMatchObject([
      { row: 3, column: 'A: result', code: 'CELL_CHANGED' },
      { row: 4, column: 'A: result', code: 'CELL_CHANGED' },
    ])
    expect(problems[0].message).toMatch(
      /^Sam Senior of Alder recorded “Deviation \(“The second reviewer left\.”\)” on \d{4}-\d\d-\d\d \d\d:\d\d UTC, after the sheet was exported \(version 2\)\./,
    )
    expect(problems[1].message).toContain('recorded “No deviation” on')
    const conflict = { attribute: 'A', expectedVersion: 1 }
    // One that is decided is told no more; one whose version is another than was read, again.
    const half = [
      { ...conflict, itemKey: 'C-3', choice: 'FILE' },
      { ...conflict, itemKey: 'C-2', choice: 'FILE' },
    ]
    expect(await problemsOf(a.staff, sheet, mine, { conflicts: half })).toMatchObject([
      { row: 3, code: 'CELL_CHANGED' },
    ])
    const twice = [half[0], half[0]]
    expect(await problemsOf(a.staff, sheet, mine, { conflicts: twice })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['conflicts', '1', 'itemKey'] },
    ])
    const all = [
      { ...conflict, itemKey: 'C-3', choice: 'FILE' },
      { ...conflict, itemKey: 'C-2', choice: 'RECORDED', expectedVersion: 2 },
    ]
    expect(await imports(a.staff, sheet, mine, { conflicts: all })).toMatchObject({
      errors: [],
      savedCount: 3,
      keptCount: 1,
    })
    expect(await stands(sheet)).toEqual({
      'C-1 A': 'DEVIATION Approved by its author. v2 Stella',
      'C-2 A': 'DEVIATION The second reviewer left. v2 Sam',
      'C-3 A': 'DEVIATION Mine. v2 Stella',
      'C-4 A': 'NO_DEVIATION - v1 Stella',
    })
    // What was recorded before it stays in the trail.
    const { rows } = await w.owner.query<{ n: number }>(
      `select count(*)::int as n from trail_entry where chain_id = $1 and action = 'importTestSheet' and changes::text like '%NO_DEVIATION%'`,
      [sheet.engagementId],
    )
    expect(rows[0]?.n).toBe(1)
  })

  it('are told by a bulk save of each cell that another recorded, by whom and when, and nothing is saved', async () => {
    const sheet = await sheetOf(begun)
    const results = ['C-1 A', 'C-3 A', 'C-2 A'].map((place) => entry(sheet, place, 'DEVIATION', 'Mine.'))
    const before = await w.digest()
    const { errors } = await a.senior.tryTo('recordResults', { procedureId: sheet.procedureId, results })
    expect(await w.digest()).toBe(before)
    const told = /^Stella Staff of Alder recorded (NO_)?DEVIATION on \d{4}-\d\d-\d\d \d\d:\d\d UTC, at version 1: /
    expect(errors).toMatchObject([
      {
        code: 'VERSION_CONFLICT',
        path: ['results', '0', 'expectedVersion'],
        message: expect.stringMatching(told),
        currentVersion: 1,
      },
      { code: 'VERSION_CONFLICT', path: ['results', '2', 'expectedVersion'], message: expect.stringMatching(told) },
    ])
  })

  it('who recorded the same are in no conflict', async () => {
    const sheet = await sheetOf(begun)
    const mine = await filled((await exported(sheet)).bytes, { 'C-3 A': ['Deviation', 'No reviewer.'] })
    await records(a.senior, sheet, 'C-3 A', 'DEVIATION', 'No reviewer.')
    expect(await imports(a.staff, sheet, mine)).toMatchObject({ errors: [], savedCount: 0, unchangedCount: 10 })
    expect(await stands(sheet)).toMatchObject({ 'C-3 A': 'DEVIATION No reviewer. v1 Sam' })
  })
})

describe('a sheet that LibreOffice filled in and wrote', () => {
  // LibreOffice 7.4.7 opened the export of exactly these results, filled cells in and saved it; here it is given the id of this sample.
  const path = '../../../tests/cases/sheets/filled-in-with-libreoffice-7.4.xlsx'
  const ofThis = async (sheet: Sheet): Promise<Buffer> => {
    const { rows } = await w.owner.query<{ id: string }>('select id from sample where procedure_id = $1', [
      sheet.procedureId,
    ])
    const written = await unpacked(readFileSync(resolve(import.meta.dirname, path)))
    const own = written.map(({ name, content }) => ({
      name,
      content:
        name === 'xl/sharedStrings.xml'
          ? `${content}`.replaceAll('01a2321d-5de5-71c1-a662-31f785608050', rows[0]?.id as string)
          : content,
    }))
    return archiveOf(own)
  }
  const begun = { 'C-1 A': ['NO_DEVIATION'], 'C-2 A': ['DEVIATION', 'No reviewer.'] } as Record<
    string,
    [string, string?]
  >

  it('is taken after another auditor changed two cells: both are told, and nothing is lost', async () => {
    const sheet = await sheetOf(begun)
    const content = await ofThis(sheet)
    await records(a.senior, sheet, 'C-2 A', 'DEVIATION', 'The second reviewer left.', 1)
    await records(a.senior, sheet, 'C-3 A', 'NO_DEVIATION')
    const told = await problemsOf(a.staff, sheet, content)
    expect(told).toMatchObject([
      { row: 3, column: 'A: result', code: 'CELL_CHANGED' },
      { row: 4, column: 'A: result', code: 'CELL_CHANGED' },
    ])
    const conflicts = [
      { itemKey: 'C-2', attribute: 'A', choice: 'RECORDED', expectedVersion: 2 },
      { itemKey: 'C-3', attribute: 'A', choice: 'FILE', expectedVersion: 1 },
    ]
    expect(await imports(a.staff, sheet, content, { conflicts })).toMatchObject({
      ...{ errors: [], savedCount: 9, keptCount: 1, unchangedCount: 0 },
    })
    expect(await stands(sheet)).toEqual({
      'C-1 A': 'DEVIATION Approved by its author: “ünïcödé” & <b>.\nSecond line. v2 Stella',
      'C-2 A': 'DEVIATION The second reviewer left. v2 Sam',
      'C-3 A': 'DEVIATION =not a formula v2 Stella',
      'C-4 A': 'NOT_APPLICABLE A test change. v1 Stella',
      'C-5 A': 'UNABLE_TO_TEST No record is left. v1 Stella',
      ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`C-${n} B`, 'NO_DEVIATION - v1 Stella'])),
    })
  })
})

describe('a file that is no such sheet, or says what cannot be recorded', () => {
  it('is refused cell by cell, and nothing is recorded', async () => {
    const sheet = await sheetOf({ 'C-1 A': ['NO_DEVIATION'] })
    const { bytes } = await exported(sheet)
    const wrong = await filled(bytes, {
      'C-1 A': [null],
      'C-2 A': ['Perhaps'],
      'C-3 A': ['Deviation', null],
      'C-4 A': [null, 'Only a note.'],
      'C-5 A': ['Unable to test', 'x'.repeat(4_001)],
    })
    expect(await problemsOf(a.staff, sheet, wrong)).toMatchObject(
      [
        { row: 2, column: 'A: result', code: 'VALUE_MISSING', message: /corrected, not taken out/ },
        { row: 3, column: 'A: result', code: 'VALUE_UNCLEAR' },
        { row: 4, column: 'A: result', code: 'VALUE_REFUSED' },
        { row: 5, column: 'A: result', code: 'VALUE_MISSING', message: /A note stands here/ },
        { row: 6, column: 'A: result', code: 'VALUE_REFUSED' },
      ].map(({ message, ...one }) => ({ ...one, ...(message && { message: expect.stringMatching(message) }) })),
    )
  })

  it('is refused with other items, of another sheet, and without what was exported', async () => {
    const sheet = await sheetOf()
    const { bytes } = await exported(sheet)
    const renamed = await filled(bytes, {}, (one) => {
      one.getRow(2).getCell(2).value = 'C-9'
      one.getRow(3).getCell(2).value = 'C-3'
      one.getRow(5).values = one.getRow(6).values
    })
    expect(await problemsOf(a.staff, sheet, renamed)).toMatchObject([
      { row: 2, code: 'VALUE_REFUSED' },
      { row: 3, code: 'VALUE_REFUSED', message: expect.stringContaining('exported for another item') },
      { row: 6, code: 'KEY_REPEATED' },
    ])
    const other = await exported(await sheetOf())
    const ofAnother = await problemsOf(a.staff, sheet, other.bytes)
    expect(ofAnother).toHaveLength(5)
    expect(ofAnother[0]).toMatchObject({
      row: 2,
      code: 'VALUE_REFUSED',
      message: 'The row is of another test sheet than this one.',
    })
    const emptied = await filled(bytes, {}, (one) => {
      one.getRow(3).getCell(one.columnCount).value = 'tidied up'
    })
    expect(await problemsOf(a.staff, sheet, emptied)).toMatchObject([
      { row: 3, column: 'As exported', code: 'VALUE_UNCLEAR' },
    ])
    expect(await problemsOf(a.staff, sheet, 'Item,A: result\nC-1,Deviation\n', {}, 'sheet.csv')).toMatchObject([
      { row: 1, code: 'COLUMN_MISSING', message: expect.stringContaining('Export the sheet again') },
    ])
  })

  it('is refused where the items are checked for something else since it was exported', async () => {
    const sheet = await sheetOf()
    const { bytes } = await exported(sheet)
    const filledIn = await filled(bytes, { 'C-1 A': ['Deviation', 'No reviewer.'] })
    const { version } = (
      await a.senior.gql('query ($id: ID!) { node(id: $id) { version } }', { id: sheet.procedureId })
    ).node
    const swapped = [
      { letter: 'A', description: 'The reviewer is not the author.' },
      { letter: 'B', description: 'The change names a reviewer.' },
    ]
    const change = { procedureId: sheet.procedureId, expectedVersion: version, attributes: swapped }
    await a.senior.does('updateProcedure', change)
    const problems = await problemsOf(a.staff, sheet, filledIn)
    expect(problems).toHaveLength(5)
    expect(problems[0]).toMatchObject({
      row: 2,
      code: 'VALUE_REFUSED',
      message: expect.stringContaining('export it again'),
    })
    expect(await stands(sheet)).toEqual({})
  })

  it('is taken with its rows in another order, and with rows left out', async () => {
    const sheet = await sheetOf()
    const done = await filled((await exported(sheet)).bytes, { 'C-5 A': ['Deviation', 'The last.'] }, (one) => {
      const [second, last] = [one.getRow(2).values, one.getRow(6).values]
      one.getRow(2).values = last as exceljs.CellValue[]
      one.getRow(6).values = second as exceljs.CellValue[]
      one.spliceRows(4, 1)
    })
    expect(await imports(a.staff, sheet, done)).toMatchObject({ errors: [], savedCount: 1, unchangedCount: 7 })
    expect(await stands(sheet)).toEqual({ 'C-5 A': 'DEVIATION The last. v1 Stella' })
  })

  it('is taken from who tests, for a procedure under way alone, and does nothing twice', async () => {
    const sheet = await sheetOf()
    const content = await filled((await exported(sheet)).bytes, { 'C-1 A': ['No deviation'] })
    const { id: evidenceId } = await a.staff.brings(sheet.engagementId, { name: 'sheet.xlsx', content })
    const input = { procedureId: sheet.procedureId, evidenceId, idempotencyKey: 'sheet-once' }
    const before = await w.digest()
    for (const person of [a.reviewer, a.admin, b.staff, sheet.client.admin]) {
      expect(await person.isDenied('importTestSheet', input)).toMatch(/^(FORBIDDEN|NOT_FOUND)$/)
    }
    expect(await w.digest()).toBe(before)
    const first = await a.staff.does('importTestSheet', input, 'savedCount')
    expect(await a.staff.does('importTestSheet', input, 'savedCount')).toEqual(first)
    expect(await stands(sheet)).toEqual({ 'C-1 A': 'NO_DEVIATION - v1 Stella' })
    const { id } = await sheet.procedure()
    expect((await a.staff.tryTo('importTestSheet', { procedureId: id, evidenceId })).errors).not.toEqual([])
    const elsewhere = await sheetOf()
    expect(
      (await a.staff.tryTo('importTestSheet', { procedureId: elsewhere.procedureId, evidenceId })).errors,
    ).toMatchObject([{ code: 'INVALID_INPUT', path: ['evidenceId'] }])
  })
})
