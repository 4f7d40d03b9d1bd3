import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { type ChangeListOptions, judge, readChangeList } from '../../seeds/population.js'

const root = resolve(import.meta.dirname, '../../..')
const folder = await mkdtemp(join(tmpdir(), 'fieldwork-demo-test-'))
afterAll(() => rm(folder, { recursive: true }))

/** Runs `npm run demo` as a person would, and answers what it printed and the report it wrote. */
async function demo(...options: string[]): Promise<{ printed: string; report: string; name: string }> {
  const out = await mkdtemp(join(folder, 'out-'))
  const program = ['dist/seeds/demo.js', '--out', out, ...options]
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: root })
  const [name] = await readdir(out)
  return { printed: stdout, name: name as string, report: await readFile(join(out, name as string), 'utf8') }
}

describe('the demo', () => {
  it('on the changes invented for it: the whole chain to an issued report', { timeout: 240_000 }, async () => {
    const { printed, report, name } = await demo()
    expect(printed).toMatch(
      /^What was understood of the list of changes:\n {2}“invented-changes-2025.csv”: 174 rows below/,
    )
    expect(printed).toContain('imports 174 changes from invented-changes-2025.csv')
    const told = [
      'records 28 controls; 0 of the 33 criteria in scope are without a control',
      'proposes to exclude 13 changes of documentation alone',
      'draws 25 of 161 at random',
      '25 results at once: 23 changes were reviewed by another person, 2 were not',
      'is held against what the period asks for: 2025-Q2 is not in it',
      '2 of 25 items deviate',
      'drafts: management does not agree',
      'weighs exceptions 2 and 3 together on CC6.2 and CC6.3: material',
      'were pervasive: operating effectiveness ADVERSE and not QUALIFIED',
      'CC9.2 NOT_ACHIEVED',
      'suitability of design QUALIFIED, operating effectiveness QUALIFIED',
      '2 contradictions to the opinion block the report',
      'management now excepts what was found on suitability of design and operating effectiveness',
      'judgments against the figures: EX-2 is weighed as not material',
    ]
    for (const sentence of told) expect(printed).toContain(sentence)
    expect(report).toMatch(/complementary user entity controls/)
    expect(printed).toContain('and is intact')
    expect(name).toMatch(/^report-\d{4}-0001\.html$/)
    expect(report).toContain('Northgate Ledger')
    expect(report).toContain('Section V')
    expect(report).toMatch(/except for/i)
    expect(report.replace(/<style>[\s\S]*<\/style>/, '')).not.toMatch(/draft/i)
  })

  it('on a list of the present year with columns named: the period ends yesterday', { timeout: 240_000 }, async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
    const file = join(folder, 'paid.csv')
    const rows = Array.from({ length: 30 }, (_, n) => `${n},P-${n},${yesterday}T23:59:59+14:00,${yesterday},3`)
    await writeFile(file, `paid,ticket,merged_at,closed_at,review_rounds\n${rows.join('\n')}\n`)
    const chosen = ['--key', 'ticket', '--date', 'merged_at', '--reviewers', 'review_rounds']
    const { printed } = await demo('--population', file, ...chosen)
    expect(printed).toContain(`${yesterday.slice(0, 4)}-01-01 to ${yesterday}, with a team`)
    expect(printed).toContain('imports 30 changes from paid.csv')
    expect(printed).toContain(' changes were reviewed by another person, 0 were not')
    expect(printed).toContain('The sample, computed: 0 of ')
    expect(printed).toContain('suitability of design QUALIFIED')
  })

  it('stops in one sentence at a list that it cannot use, and writes nothing', { timeout: 60_000 }, async () => {
    const file = join(folder, 'names.csv')
    await writeFile(file, 'pr_id,merged_at,reviewers\n1,2025-01-01,momattv\n')
    await expect(demo('--population', file)).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        '“names.csv”, row 2, column “reviewers”, “momattv”: This is not a number of reviewers; write a whole number from 0 to 999.\n',
    })
  })
})

const options: ChangeListOptions = { lastDay: '2025-06-30' }
const read = (content: string | Buffer, more: Partial<ChangeListOptions> = {}) =>
  readChangeList('list.csv', Buffer.from(content as string), { ...options, ...more })
const refusal = (content: string | Buffer, more: Partial<ChangeListOptions> = {}) =>
  read(content, more).then(
    () => 'read',
    (error: Error) => `${error.name}: ${error.message}`,
  )

describe('the columns of a list', () => {
  it.each([
    ['change_id,merged_at,reviewer_count,summary', 'change_id', 'merged_at', 'reviewer_count', 'summary'],
    ['id,date,reviewers', 'id', 'date', 'reviewers', null],
    ['Issue key,Merged on,Number of reviewers,Title', 'Issue key', 'Merged on', 'Number of reviewers', 'Title'],
    ['pr-id,merge-date,reviews', 'pr-id', 'merge-date', 'reviews', null],
    ['changeId,mergedAt,reviewCount,subject', 'changeId', 'mergedAt', 'reviewCount', 'subject'],
    ['prID,DATE,Reviewers', 'prID', 'DATE', 'Reviewers', null],
    // Names that only end or begin alike are none of these.
    [
      'paid,valid,monkey,id,update,that,date,preview,interviews,reviewed,reviewers,entitled',
      'id',
      'date',
      'reviewers',
      null,
    ],
    // The id and the day of a review are numbers, and no number of reviewers.
    ['key,merged_at,reviewer_count,review_passed', 'key', 'merged_at', 'reviewer_count', null],
  ])('of %s', async (header, key, date, reviewers, summary) => {
    const row = header.split(',').map((name) => (name === date ? '2025-01-01' : '1'))
    const named = header.includes('review_passed') ? { reviewers } : {}
    const { columns } = await read(`${header}\n${row.join(',')}\n`, { named })
    expect(columns).toEqual({ key, date, reviewers, summary })
  })

  it('are asked for when none or several could be meant, or one is meant twice', async () => {
    const has = (names: string) => `It has ${names}.`
    const cases: [string, ChangeListOptions['named'], string][] = [
      [
        'paid,date,reviewers',
        {},
        `has no column that looks like the one that names each change (…id, key); name it with --key COLUMN. ${has('“paid”, “date”, “reviewers”')}`,
      ],
      [
        'id,author_id,date,reviewers',
        {},
        'has several columns that look like the one that names each change (…id, key): “id”, “author_id”; name it with --key COLUMN.',
      ],
      [
        'id,created_at,merged_at,reviewers',
        {},
        'has several columns that look like the one that says when a change was merged (…_at, …_on, …date): “created_at”, “merged_at”; name it with --date COLUMN.',
      ],
      [
        'id,update,reviewers',
        {},
        `has no column that looks like the one that says when a change was merged (…_at, …_on, …date); name it with --date COLUMN. ${has('“id”, “update”, “reviewers”')}`,
      ],
      [
        'id,date,preview',
        {},
        `has no column that looks like the one that counts the reviewers of a change (reviewers, reviewer_count); name it with --reviewers COLUMN. ${has('“id”, “date”, “preview”')}`,
      ],
      [
        'review_id,date,review_date',
        { date: 'date' },
        `has no column that looks like the one that counts the reviewers of a change (reviewers, reviewer_count); name it with --reviewers COLUMN. ${has('“review_id”, “date”, “review_date”')}`,
      ],
      [
        'id,date,reviewers,review_count',
        {},
        'has several columns that look like the one that counts the reviewers of a change (reviewers, reviewer_count): “reviewers”, “review_count”; name it with --reviewers COLUMN.',
      ],
      ['id,date,reviewers', { key: 'Id' }, 'has no column “Id”, which --key names; it has “id”, “date”, “reviewers”.'],
      [
        'id,date,n',
        { reviewers: 'id' },
        'has one column that is named for two purposes; --key, --date and --reviewers name three columns.',
      ],
    ]
    for (const [header, named = {}, sentence] of cases) {
      const row = header.split(',').map((name) => (/date|_at/.test(name) ? '2025-01-01' : '1'))
      expect(await refusal(`${header}\n${row.join(',')}\n`, { named })).toBe(`CommandError: “list.csv” ${sentence}`)
    }
  })

  it('are not taken to count reviewers for a word in the name alone', async () => {
    const list = 'id,date,review_minutes\n1,2025-01-01,45\n'
    expect(await refusal(list)).toBe(
      'CommandError: “list.csv” has numbers in “review_minutes”, which may count something else: if it is reviewers, name the column with --reviewers COLUMN.',
    )
    expect((await read(list, { named: { reviewers: 'review_minutes' } })).columns.reviewers).toBe('review_minutes')
  })
})

describe('the cells of a list', () => {
  const list = (...rows: string[]) => `change_id,merged_at,reviewers,summary\n${rows.join('\n')}\n`

  it('that are no number of reviewers stop the reading, each by its place', async () => {
    for (const cell of [
      '',
      ' ',
      'APPROVED',
      'TRUE',
      'yes',
      'mutgsor;momattv',
      '-1',
      '1.5',
      '1e1',
      '0x1',
      '١',
      '1000',
      '4711',
    ]) {
      expect(await refusal(list('A,2025-01-01,1,x', `B,2025-01-01,${cell},x`))).toBe(
        `CommandError: “list.csv”, row 3, column “reviewers”, “${cell}”: This is not a number of reviewers; write a whole number from 0 to 999.`,
      )
    }
  })

  it('that are shown are shortened, and can do nothing to a terminal', async () => {
    expect(await refusal(list(`A,2025-01-01,"\u202e\t${'x'.repeat(100)}",x`))).toContain(
      `column “reviewers”, “\\u{202e}\\u{9}${'x'.repeat(78)}…”: This is`,
    )
    expect(await refusal(list('A,2025-01-01,\u001b[31m,x'))).toContain('“\\u{1B}[31m”')
  })

  it('that are no date, or of a day that is not over, stop the reading', async () => {
    const right = 'This is not a date of the calendar; write it like 2019-01-31.'
    const excel =
      'This looks like a number by which Excel counts days: confirm it with --excel-days 1900 or 1904, or write it like 2019-01-31.'
    const unsaid =
      'Day and month could stand in either order, and no date of the column tells which: say it with --date-order day-first or month-first.'
    for (const [cell, words] of [
      ['2025-02-30', right],
      ['soon', right],
      ['45660', excel],
      ['04/02/2025', unsaid],
    ] as const) {
      expect(await refusal(list('A,2025-01-01,1,x', `B,${cell},1,x`))).toBe(
        `CommandError: “list.csv”, row 3, column “merged_at”, “${cell}”: ${words}`,
      )
    }
    expect(await refusal(list('A,03/Jan/25 18:54,1,x', 'B,2025-1-3,1,x'))).toBe('read')
    expect(await refusal(list('A,2025-07-01,1,x'))).toBe(
      'CommandError: “list.csv”, row 2, column “merged_at”, “2025-07-01”: The day lies after 2025-06-30; a report is about days that are over.',
    )
  })

  it('are read as the service reads them: keys, row widths, quotation marks, line breaks', async () => {
    expect(await refusal(list('A,2025-01-01,1,x', 'A,2025-01-01,1,x'))).toBe(
      'CommandError: “list.csv”, row 3, column “change_id”, “A”: The key stands in row 2 already, written so or in a form that looks the same; every item needs its own.',
    )
    expect(await refusal(list('A,2025-01-01,1'))).toBe(
      'CommandError: “list.csv”, row 2: The row has 3 cells where the header names 4 columns.',
    )
    expect(await refusal(list('A,2025-01-01,1,x', '"B'))).toMatch(
      /^CommandError: “list.csv”, row 3: A cell of this row begins/,
    )
    expect(await refusal('id,date,reviewers,\nA,2025-01-01,1,\n')).toBe('read')
    const crlf = list('A,2025-01-01,1,"a\r\nb"', 'B,2025-01-02,none,x')
      .replaceAll('\n', '\r\n')
      .replaceAll('\r\r', '\r')
    expect(await refusal(crlf)).toMatch(/^CommandError: “list.csv”, row 3, column “reviewers”, “none”/)
    expect((await read(`\ufeff${list('A,2025-01-01,1,x', '', '')}`)).count).toBe(1)
  })

  it('of many rows with dates in the forms of ISO 8601 are all read', async () => {
    const forms = ['', 'T10:00:00Z', ' 10:00:00', 'T23:30:00-05:00', ' 18:54:51+01:00', 'T10:00', 'T10:00:00.123456Z']
    const rows = Array.from({ length: 70_000 }, (_, n) => `C-${n},2024-12-31${forms[n % forms.length]},${n % 3},x`)
    expect(await read(list(...rows))).toMatchObject({
      count: 70_000,
      period: { start: '2024-01-01', end: '2024-12-31' },
    })
    expect((await read(list('A,2023-03-01,1,x', 'B,2025-06-30,1,x'))).period).toEqual({
      start: '2023-01-01',
      end: '2025-06-30',
    })
  })

  it('show whether the change was reviewed', async () => {
    const read0 = await read(list('A,2025-01-01,0,x'))
    const judged = (reviewers: string, summary: string) =>
      judge(read0, new Map(Object.entries({ change_id: 'A', merged_at: '2025-01-01', reviewers, summary })))
    expect(judged('1', 'x').outcome).toBe('NO_DEVIATION')
    expect(judged('007', 'x').outcome).toBe('NO_DEVIATION')
    expect(judged('0', '\u202ex')).toEqual({
      outcome: 'DEVIATION',
      note: 'No reviewer is recorded for the change “\\u{202e}x”.',
    })
    expect(judged('000', 'Now working on version 2').outcome).toBe('DEVIATION')
  })
})

describe('a list as systems export it', () => {
  const rows = [
    ['change_id', 'merged_at', 'reviewers', 'summary'],
    ['A', '31/12/2024', '1', 'x'],
    ['B', '03/04/2024', '0', 'Zürich'],
  ]
  const joinedBy = (separator: string) => rows.map((row) => `${row.join(separator)}\n`).join('')

  it.each([
    ['semicolons', joinedBy(';')],
    ['tabs', joinedBy('\t')],
    ['a row about separators', `sep=;\n${joinedBy(';')}`],
    ['title rows above', `Change log of 2024,,,\n,,,\n${joinedBy(',')}`],
    ['UTF-16', Buffer.from(`\ufeff${joinedBy('\t')}`, 'utf16le')],
  ])('is read: with %s', async (_, content) => {
    const { count, period, understood } = await read(content)
    expect([count, period]).toEqual([2, { start: '2024-01-01', end: '2024-12-31' }])
    expect(understood.slice(1)).toEqual([
      '“change_id” names each change: 2 different keys, such as “A”.',
      '“merged_at” says when it was merged: from 2024-04-03 to 2024-12-31, the day before the month.',
      '“reviewers” says how many people other than its author reviewed it: whole numbers up to 1; 1 row says 0. A change with 0 deviates, and is not concluded on otherwise.',
      '“summary” says what it is.',
    ])
  })

  it('says its encoding, separator and header row, and which columns are not used', async () => {
    const { understood } = await read(`title,,,\nid,closed,date,reviewers\n1,x,2025-01-01,2\n`)
    expect(understood[0]).toBe(
      '“list.csv”: 1 row below the names of the columns in row 2, in UTF-8, separated by commas.',
    )
    expect(understood.at(-1)).toBe('Not used: “closed”.')
  })

  it('has its order of day and month, its days of Excel and its encoding said where it does not tell them', async () => {
    const ambiguous = 'id,date,reviewers\n1,03/04/2025,1\n2,05/04/2025,0\n'
    const order = 'say it with --date-order day-first or month-first.'
    expect(await refusal(ambiguous)).toContain(order)
    const days = async (dateOrder: 'DAY_FIRST' | 'MONTH_FIRST') =>
      (await read(ambiguous, { reading: { dateOrder } })).understood[2]
    expect(await days('DAY_FIRST')).toContain('from 2025-04-03 to 2025-04-05, the day before the month')
    expect(await days('MONTH_FIRST')).toContain('from 2025-03-04 to 2025-05-04, the month before the day')
    const excel = 'id,date,reviewers\n1,45660,1\n'
    expect(await refusal(excel)).toContain('--excel-days 1900 or 1904')
    const counted = await read(excel, { reading: { excelDays: 'FROM_1900' } })
    expect(counted.understood[2]).toContain('from 2025-01-03 to 2025-01-03')
    const latin = Buffer.from('id,date,reviewers,title\n1,2025-01-01,1,Z\xfcrich\n', 'latin1')
    expect(await refusal(latin)).toContain('--encoding windows-1252')
    expect((await read(latin, { reading: { encoding: 'WINDOWS_1252' } })).count).toBe(1)
  })

  it('names the row of a cell as a spreadsheet counts it, below titles and empty rows', async () => {
    expect(await refusal('Title,,\n\nid,date,reviewers\n1,2025-01-01,1\n2,2025-01-02,APPROVED\n')).toBe(
      'CommandError: “list.csv”, row 5, column “reviewers”, “APPROVED”: This is not a number of reviewers; write a whole number from 0 to 999.',
    )
  })
})

describe('a file that is no list', () => {
  it.each([
    ['an empty one', '', 'is empty; one of its rows must name the columns.'],
    ['empty rows', '\n\n', 'has no row that names columns; say which one does with --header-row NUMBER.'],
    ['a header only', 'id,date,reviewers\n', 'has no row below the names of its columns: there is nothing to test.'],
  ])('is refused in words of its own: %s', async (_, content, sentence) => {
    expect(await refusal(content)).toBe(`CommandError: “list.csv” ${sentence}`)
  })
})
