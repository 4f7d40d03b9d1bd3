import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fieldwork } from '../support/fieldwork.js'
import { world } from '../support/world.js'

// The lists that systems and spreadsheets write: what the preview says of each, and what the import makes of it.

const lines: string[] = []
const w = await world(undefined, { lines })
const a = await w.firm('Ashdown')
const work = await fieldwork(w, a)
const folder = join(resolve(import.meta.dirname, '../../..'), 'tests/cases/imports')
const file = (name: string) => readFile(join(folder, `${name}.csv`))
const columns = { keyColumn: 'change_id', dateColumn: 'merged_at' }

const preview = `query ($input: PreviewImportInput!) { previewImport(input: $input) { encoding separator headerRow rowCount isWhole keyColumn
  dateColumn dateOrder outsidePeriodCount afterExtractionCount problemCount problems { row column code message found }
  firstRows { row cells } columns { position letter name keptName filledCount firstValues role roleReason dateForm } } }`
const made = `population { id version itemCount leftOutCount setAsideCount keyColumn dateColumn columns
  reading { encoding separator headerRow dateOrder excelDays } items(first: 50) { nodes { itemKey occurredOn fields { value } } } }
  errors { code message path ... on RowsRefused { problemCount problems { row column code message found } } }`

const brought = async (content: string | Buffer, name = 'list.csv') =>
  (await a.staff.brings(work.engagementId, { name, content })).id

/** What the preview says of a file. */
async function previewed(content: string | Buffer, input: object = {}) {
  const evidenceId = await brought(content)
  return (await a.staff.gql(preview, { input: { kind: 'POPULATION', evidenceId, ...input } })).previewImport
}

/** Imports a file into a draft of its own; what is refused has moved nothing. */
async function imported(content: string | Buffer, input: object = {}, on = work) {
  const draft = await on.draft()
  const { id: evidenceId } = await a.staff.brings(on.engagementId, { name: 'list.csv', content })
  const before = await w.digest()
  const act = `mutation ($input: ImportPopulationInput!) { importPopulation(input: $input) { ${made} } }`
  const named = { idempotencyKey: crypto.randomUUID(), populationId: draft.id, expectedVersion: draft.version }
  const { importPopulation: payload } = await a.staff.gql(act, {
    input: { ...named, evidenceId, ...columns, ...input },
  })
  if (payload.errors.length > 0) expect(await w.digest()).toBe(before)
  return payload
}

const daysOf = ({ population }: { population: { items: { nodes: { occurredOn: string }[] } } }) =>
  population.items.nodes.map(({ occurredOn }) => occurredOn)

/** The days that the files of one kind are about. */
const twelve = Array.from({ length: 12 }, (_, at) =>
  new Date(Date.UTC(2025, 0, 3 + at * 27)).toISOString().slice(0, 10),
)

describe('a list that is imported as it is', () => {
  const plain = { encoding: 'UTF_8', separator: 'COMMA', headerRow: 1, dateOrder: null, excelDays: null }
  it.each([
    ['dates-git-iso-like', plain],
    ['dates-postgres-copy', plain],
    ['dates-rails-utc', plain],
    ['dates-trailing-space', plain],
    ['dates-jira', plain],
    ['semicolons', { ...plain, separator: 'SEMICOLON' }],
    ['semicolons-wide-header', { ...plain, separator: 'SEMICOLON' }],
    ['tabs', { ...plain, separator: 'TAB' }],
    ['sep-line', { ...plain, separator: 'SEMICOLON' }],
    ['utf-16', { ...plain, encoding: 'UTF_16_LE' }],
    ['bom-then-empty-row', { ...plain, headerRow: 2 }],
    ['quoted-newlines-crlf', plain],
    ['title-rows-above', { ...plain, headerRow: 4 }],
    ['unnamed-index-column', plain],
    ['trailing-commas', plain],
    ['long-cells', plain],
  ])('%s', async (name, reading) => {
    const content = await file(name)
    const seen = await previewed(content)
    expect(seen).toMatchObject({ problems: [], problemCount: 0, isWhole: true, rowCount: 12, ...columns })
    expect(seen).toMatchObject({
      encoding: reading.encoding,
      separator: reading.separator,
      headerRow: reading.headerRow,
    })
    expect(seen.columns.find(({ name: one }: { name: string }) => one === 'merged_at').role).toBe('DATE')
    const payload = await imported(content)
    expect(payload.errors).toEqual([])
    expect(payload.population).toMatchObject({ itemCount: 12, reading, ...columns })
    expect(daysOf(payload)).toEqual(twelve)
  })

  it('repeated-columns: only what is chosen must have a name of its own', async () => {
    const content = await file('repeated-columns')
    const chosen = { keyColumn: 'Issue key', dateColumn: 'Created' }
    const seen = await previewed(content)
    expect(seen).toMatchObject({ ...chosen, problemCount: 0 })
    const kept = ['Issue key', 'Created', 'Sprint (C)', 'Sprint (D)', 'Labels (E)', 'Labels (F)']
    expect(seen.columns.map(({ keptName }: { keptName: string }) => keptName)).toEqual(kept)
    const payload = await imported(content, chosen)
    expect(payload.population).toMatchObject({ itemCount: 12, columns: kept, ...chosen })
    const repeated = await imported(content, { ...chosen, keyColumn: 'Sprint' })
    expect(repeated.errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['keyColumn'], message: expect.stringContaining('columns C, D') },
    ])
    const byPlace = await imported(content, { keyColumn: 'A', dateColumn: '2' })
    expect(byPlace.population).toMatchObject({ itemCount: 12, ...chosen })
    expect((await previewed(content, { keyColumn: 'Sprint' })).problems).toMatchObject([
      { row: 1, code: 'COLUMN_REPEATED' },
    ])
  })

  it('unnamed-index-column: a column without a name is kept under its letter, and may be chosen by it', async () => {
    const content = await file('unnamed-index-column')
    const payload = await imported(content, { keyColumn: 'A' })
    expect(payload.population).toMatchObject({
      keyColumn: 'Column A',
      columns: ['Column A', 'change_id', 'merged_at', 'summary'],
    })
    expect(payload.population.items.nodes[0].itemKey).toBe('1')
  })

  it('title-rows-above: the header row may be chosen, and one that is none is said to have no such column', async () => {
    const content = await file('title-rows-above')
    const payload = await imported(content, { keyColumn: 'A', dateColumn: 'B', reading: { headerRow: 4 } })
    expect(payload.population).toMatchObject({ itemCount: 12, ...columns })
    const wrong = await imported(content, { reading: { headerRow: 1 } })
    expect(wrong.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['keyColumn'] }])
    const beyond = await imported(content, { reading: { headerRow: 900 } })
    expect(beyond.errors).toMatchObject([{ code: 'ROWS_REFUSED', problems: [{ row: 900, code: 'FILE_EMPTY' }] }])
    const none = await imported(content, { reading: { headerRow: 0 } })
    expect(none.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['reading', 'headerRow'] }])
  })

  it('keys-hostile-but-fine', async () => {
    const content = await file('keys-hostile-but-fine')
    expect(await previewed(content)).toMatchObject({ problemCount: 0, rowCount: 12, ...columns })
    const payload = await imported(content)
    expect(payload.population.itemCount).toBe(12)
    expect(payload.population.items.nodes[0].itemKey).toBe('ACME\\bob')
  })
})

describe('dates that need a word', () => {
  it('dates-day-first-certain: one date of the column tells the order, which is shown and kept', async () => {
    const content = await file('dates-day-first-certain')
    const seen = await previewed(content)
    expect(seen).toMatchObject({ dateOrder: 'DAY_FIRST', problemCount: 0, ...columns })
    expect(seen.columns[1]).toMatchObject({ role: 'DATE', dateForm: 'NUMBERS' })
    const payload = await imported(content)
    expect(payload.population.reading.dateOrder).toBe('DAY_FIRST')
    expect(daysOf(payload).slice(0, 3)).toEqual(['2025-01-16', '2025-01-13', '2025-02-24'])
    // The one that tells it may be the last: the items are the same, and those read before it are no one's.
    const rows = content.toString().trim().split('\n')
    const late = 'change_id,merged_at,summary\nEARLY-1,01/02/2025,x\nEARLY-2,2025-03-04,x\n'
    const many = Array.from({ length: 3_000 }, (_, at) => `M-${at},2025-05-05,x\n`).join('')
    const anew = await imported(`change_id,merged_at,summary\n${many}${late.slice(28)}${rows.slice(1).join('\n')}\n`)
    expect(anew.population).toMatchObject({ itemCount: 3_014, reading: { dateOrder: 'DAY_FIRST' } })
    const { rows: early } = await w.owner.query(
      `select i.occurred_on::text as day from population_item i join population p on p.id = i.population_id and p.import_id = i.import_id
       where p.id = $1 and i.item_key = 'EARLY-1'`,
      [anew.population.id],
    )
    expect(early).toEqual([{ day: '2025-02-01' }])
  })

  it('dates-ambiguous: refused until the order is said, and then imported in either', async () => {
    const content = await file('dates-ambiguous')
    const seen = await previewed(content)
    expect(seen).toMatchObject({ dateOrder: null, dateColumn: 'merged_at' })
    expect(seen.problems[0]).toMatchObject({
      row: 2,
      column: 'merged_at',
      code: 'DATE_ORDER_UNSAID',
      found: '04/02/2025',
      message: expect.stringContaining('say it by dateOrder'),
    })
    const refused = await imported(content)
    expect(refused.errors).toMatchObject([{ code: 'ROWS_REFUSED', problems: seen.problems }])
    for (const [dateOrder, first] of [
      ['DAY_FIRST', '2025-02-04'],
      ['MONTH_FIRST', '2025-04-02'],
    ]) {
      const reading = { dateOrder }
      expect(await previewed(content, { reading })).toMatchObject({ dateOrder, problemCount: 0 })
      const payload = await imported(content, { reading })
      expect(payload.population.reading).toMatchObject({ dateOrder })
      expect(daysOf(payload)[0]).toBe(first)
    }
  })

  it('that contradict each other are named, each row with what stands there', async () => {
    const content = 'change_id,merged_at\nA,31/01/2025\nB,2025-02-02\nC,02/28/2025\nD,01/02/2025\n'
    const seen = await previewed(content)
    const { errors } = await imported(content)
    expect(errors).toMatchObject([{ problems: seen.problems, problemCount: 3 }])
    expect(seen.problems).toMatchObject(
      [
        [2, '31/01/2025'],
        [4, '02/28/2025'],
        [5, '01/02/2025'],
      ].map(([row, found]) => ({ row, found, code: 'DATE_ORDER_CONTRADICTED' })),
    )
    expect(seen.problems[0].message).toContain('Row 2 has the day first and row 4 the month')
  })

  it('dates-excel-serial: the preview says what they look like, and the import takes them when that is confirmed', async () => {
    const content = await file('dates-excel-serial')
    const seen = await previewed(content)
    expect(seen.columns[1]).toMatchObject({ role: 'DATE', dateForm: 'EXCEL_DAY' })
    expect(seen.problems[0]).toMatchObject({ row: 2, code: 'DATE_EXCEL_DAY', found: '45660' })
    expect((await imported(content)).errors).toMatchObject([{ problemCount: 12 }])
    const reading = { excelDays: 'FROM_1900' }
    expect(await previewed(content, { reading })).toMatchObject({ problemCount: 0 })
    const payload = await imported(content, { reading })
    expect(payload.population.reading.excelDays).toBe('FROM_1900')
    expect(daysOf(payload)).toEqual(twelve)
    const other = await imported(content, { reading: { excelDays: 'FROM_1904' } })
    // Four years and a day later: after the list was extracted.
    expect(other.population).toMatchObject({ itemCount: 0, setAsideCount: 12 })
  })
})

describe('a list that is refused', () => {
  it.each([
    ['empty', null],
    ['header-only', 1],
  ])('%s, in words of its own', async (name, headerRow) => {
    const content = await file(name)
    // An empty file never becomes evidence.
    if (content.length === 0) {
      await expect(brought(content)).rejects.toThrow(/empty/)
      return
    }
    const seen = await previewed(content, columns)
    expect(seen).toMatchObject({ headerRow, rowCount: 0, problems: [{ code: 'NO_ROWS' }] })
    expect((await imported(content)).errors).toMatchObject([{ code: 'ROWS_REFUSED', problems: seen.problems }])
    const own = await fieldwork(w, a)
    const said = await imported(content, { reading: { expectsNoRows: true } }, own)
    expect(said.population).toMatchObject({ itemCount: 0, ...columns })
  })

  it('keys-look-alike, each key by row, column and character; the doubled one with both rows', async () => {
    const content = await file('keys-look-alike')
    const seen = await previewed(content)
    expect(seen.problems).toMatchObject([
      { row: 3, column: 'change_id', message: expect.stringContaining('U+200B'), found: 'CHG-3201-0\\u{200B}' },
      { row: 4, column: 'change_id', message: expect.stringContaining('U+200E'), found: '\\u{200E}CHG-3201-0' },
      { row: 6, column: 'change_id', message: expect.stringContaining('U+00A0'), found: 'CHG\\u{A0}1' },
      { row: 8, column: 'change_id', code: 'KEY_REPEATED', message: expect.stringContaining('row 7') },
    ])
    expect((await imported(content)).errors).toMatchObject([{ problems: seen.problems }])
  })

  it('keys-direction-override, the row named and the character by its code', async () => {
    const content = await file('keys-direction-override')
    const seen = await previewed(content)
    expect(seen.problems).toMatchObject([{ row: 2, code: 'CHARACTER_REFUSED', found: 'PR-30\\u{202E}' }])
    expect((await imported(content)).errors).toMatchObject([{ problems: seen.problems }])
  })

  it('outside-the-period: two rows listed, left out by choice, the count kept', async () => {
    const content = await file('outside-the-period')
    const seen = await previewed(content)
    expect(seen).toMatchObject({ outsidePeriodCount: 2, afterExtractionCount: null, problemCount: 2, rowCount: 14 })
    expect(seen.problems.map(({ row }: { row: number }) => row)).toEqual([14, 15])
    const left = await previewed(content, { outsidePeriod: 'LEAVE_OUT' })
    expect(left).toMatchObject({ outsidePeriodCount: 2, problemCount: 0 })
    const payload = await imported(content, { outsidePeriod: 'LEAVE_OUT' })
    expect(payload.population).toMatchObject({ itemCount: 12, leftOutCount: 2 })
    const draft = await work.draft({ extractedAt: '2025-06-14T17:00:00Z' })
    const after = await previewed(content, { outsidePeriod: 'LEAVE_OUT', populationId: draft.id })
    expect(after).toMatchObject({ outsidePeriodCount: 1, afterExtractionCount: 6 })
  })

  it('reviewers-by-name and review-decision are lists like others here: who reads counts in them must look', async () => {
    for (const name of ['reviewers-by-name', 'review-decision']) {
      const seen = await previewed(await file(name))
      expect(seen).toMatchObject({ separator: 'COMMA', keyColumn: 'pr_id', dateColumn: 'merged_at', problemCount: 0 })
    }
  })
})

describe('what stood in a cell', () => {
  it('is told to who imports, 80 characters of it, and stands in no message and in no line of the log', async () => {
    const secret = 'Zq7Secret9xZ'
    const rows = `change_id,merged_at\n${secret},${secret}\n"${secret}\u202e",2025-01-01\n${secret}${'x'.repeat(300)},2025-01-01\n`
    const seen = await previewed(rows)
    const { errors } = await imported(rows)
    expect(errors[0].problems).toEqual((await previewed(rows, columns)).problems)
    for (const problem of [...seen.problems, ...errors[0].problems]) {
      expect(problem.message).not.toContain(secret)
      expect(problem.found.length).toBeLessThanOrEqual(80)
      expect(problem.found).not.toMatch(/[^\x20-\x7e]/)
    }
    expect(errors[0].problems.map(({ found }: { found: string }) => found.startsWith(secret))).toEqual([
      true,
      true,
      true,
    ])
    expect(errors[0].message).not.toContain(secret)
    expect(lines.join('\n')).not.toContain(secret)
    const { rows: trail } = await w.owner.query('select count(*)::int as n from trail_entry where changes like $1', [
      `%${secret}%`,
    ])
    expect(trail).toEqual([{ n: 0 }])
  })
})

describe('encodings', () => {
  const text = 'change_id,merged_at,who\nA-1,2025-01-03,Žofie “Åsa” €5\nA-2,2025-01-04,x\n'
  const value = 'Žofie “Åsa” €5'
  const found = async (content: Buffer, reading: object = {}) => {
    const payload = await imported(content, { reading })
    expect(payload.errors).toEqual([])
    expect(payload.population.items.nodes[0].fields[2].value).toBe(value)
    return payload.population.reading.encoding
  }
  const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16()

  it('are found by the mark of the byte order', async () => {
    expect(await found(Buffer.from(`\ufeff${text}`))).toBe('UTF_8')
    expect(await found(Buffer.from(`\ufeff${text}`, 'utf16le'))).toBe('UTF_16_LE')
    expect(await found(swapped(Buffer.from(`\ufeff${text}`, 'utf16le')))).toBe('UTF_16_BE')
  })

  it('are found by the zero bytes of UTF-16 without a mark', async () => {
    expect(await found(Buffer.from(text, 'utf16le'))).toBe('UTF_16_LE')
    expect(await found(swapped(Buffer.from(text, 'utf16le')))).toBe('UTF_16_BE')
  })

  it('Windows-1252 is read by choice alone; else its bytes are named by row and column', async () => {
    const bytes = Buffer.from(
      text.replace('Ž', '\x8e').replace('“', '\x93').replace('”', '\x94').replace('€', '\x80'),
      'latin1',
    )
    const seen = await previewed(bytes)
    expect(seen.encoding).toBe('UTF_8')
    expect(seen.problems).toMatchObject([
      { row: 2, column: 'who', code: 'NOT_ENCODED', message: expect.stringContaining('say its encoding') },
    ])
    expect((await imported(bytes)).errors).toMatchObject([{ problems: seen.problems }])
    expect(await found(bytes, { encoding: 'WINDOWS_1252' })).toBe('WINDOWS_1252')
  })
})

describe('a preview', () => {
  it('says what each column holds and seems to be for, and shows the first rows', async () => {
    const seen = await previewed(await file('semicolons'))
    expect(seen.columns).toMatchObject([
      { position: 1, letter: 'A', name: 'change_id', filledCount: 12, role: 'KEY', dateForm: null },
      { position: 2, letter: 'B', name: 'merged_at', filledCount: 12, role: 'DATE', dateForm: 'YEAR_FIRST' },
      { position: 3, letter: 'C', name: 'summary', filledCount: 12, role: 'OTHER', dateForm: null },
    ])
    expect(seen.columns[0].firstValues).toEqual(['CHG-3201-0', 'CHG-7219-1', 'CHG-4748-2', 'CHG-7245-3', 'CHG-6663-4'])
    expect(seen.firstRows).toHaveLength(10)
    expect(seen.firstRows[0]).toEqual({ row: 2, cells: ['CHG-3201-0', '2025-01-03', 'cidrprw'] })
    expect(seen.columns.every(({ roleReason }: { roleReason: string }) => roleReason.endsWith('.'))).toBe(true)
  })

  it('is for who may import: no one else learns whether the evidence is there', async () => {
    const evidenceId = await brought(await file('semicolons'))
    const input = { kind: 'POPULATION', evidenceId }
    for (const person of [a.partner, a.manager, a.senior, a.staff]) {
      expect((await person.gql(preview, { input })).previewImport.rowCount).toBe(12)
    }
    const outsider = await a.person('Otto Outsider', 'MANAGER')
    const b = await w.firm('Birch')
    const elsewhere = await fieldwork(w, b)
    const own = await fieldwork(w, a)
    for (const [person, answer] of [
      [a.reviewer, null],
      [work.client.respondent, null],
      [work.client.admin, null],
      [elsewhere.firm.staff, null],
      [outsider, null],
    ] as const) {
      const { data } = await person.ask(preview, { input })
      expect(data?.previewImport ?? null).toBe(answer)
    }
    expect((await a.staff.gql(preview, { input: { ...input, evidenceId: 'nothing' } })).previewImport).toBeNull()
    const stranger = await own.draft()
    const { errors } = await a.staff.ask(preview, { input: { ...input, populationId: stranger.id } })
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: ['populationId'] } }])
  })

  it('refuses what is no list at all, and leaves nothing behind', async () => {
    const { id: evidenceId } = await a.staff.brings(work.engagementId, {
      name: 'report.pdf',
      content: Buffer.from('%PDF-1.4\n\u0001\u0002\n%%EOF\n'),
    })
    const before = await w.digest()
    const { errors } = await a.staff.ask(preview, { input: { kind: 'POPULATION', evidenceId } })
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: ['evidenceId'] } }])
    expect(await w.digest()).toBe(before)
  })

  it('is one in a request, and is charged for the rows that it read', async () => {
    const evidenceId = await brought(await file('semicolons'))
    const input = { kind: 'POPULATION', evidenceId }
    const two = `query ($input: PreviewImportInput!) { one: previewImport(input: $input) { rowCount } two: previewImport(input: $input) { rowCount } }`
    const { errors } = await a.staff.ask(two, { input })
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('points') },
    ])
  })
})
