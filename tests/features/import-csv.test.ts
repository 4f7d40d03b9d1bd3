import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openCsv, type TextChoice } from '../../src/features/import/open-csv.js'
import type { IntakeItem } from '../../src/features/population/intake.js'
import { type ItemBatch, type ReadOptions, readItems } from '../../src/features/population/read-items.js'
import { Refusal } from '../../src/rules/refusal.js'

const found: TextChoice = { encoding: null, separator: null }
const unsaid = { headerRow: null, dateOrder: null, excelDays: null } as const
const plain: ReadOptions = { ...unsaid, keyColumn: 'id', dateColumn: null, period: null }
const dated: ReadOptions = {
  ...unsaid,
  keyColumn: 'id',
  dateColumn: 'on',
  period: { start: '2019-01-01', end: '2019-12-31' },
}

type Content = string | Buffer | Readable

/** Opens what can be opened again; a stream but once. */
const opener =
  (content: Content, choice = found) =>
  () =>
    openCsv(content instanceof Readable ? content : Readable.from([Buffer.from(content)], { objectMode: true }), choice)

async function read(content: Content, options: ReadOptions = plain, choice = found) {
  const items: IntakeItem[] = []
  const sizes: number[] = []
  let columns: readonly string[] = []
  let reading: ItemBatch['reading'] | null = null
  for await (const batch of readItems(opener(content, choice), options)) {
    if (batch.isAnew) items.length = 0
    reading = batch.reading
    columns = batch.columns
    sizes.push(batch.items.length)
    items.push(...batch.items)
  }
  return { columns, items, sizes, reading }
}

async function refused(content: Content, options: ReadOptions = plain, choice = found): Promise<Refusal> {
  try {
    await read(content, options, choice)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const twice = 'The key stands in row 2 already, written so or in a form that looks the same; every item needs its own.'

const faults = (refusal: Refusal) => refusal.detail.problems?.map((f) => [f.row, f.column, f.message])

/** Bytes without end, made as they are asked for; `given` tells how many chunks were taken. */
function endless(head: string, chunk: Buffer, chunks: number) {
  const taken = { given: 0 }
  const bytes = function* () {
    yield Buffer.from(head)
    for (; taken.given < chunks; taken.given++) yield chunk
  }
  return { source: Readable.from(bytes(), { objectMode: true }), taken }
}

describe('a population read from CSV', () => {
  it('yields every item with its place, key, day and cells as written', async () => {
    const { columns, items } = await read(
      'id,on,what\nA-1,2019-01-03,"one, two"\nA-2,2019-12-31,"say ""yes"""\n',
      dated,
    )
    expect(columns).toEqual(['id', 'on', 'what'])
    expect(items).toEqual([
      { ordinal: 1, key: 'A-1', occurredOn: '2019-01-03', values: ['A-1', '2019-01-03', 'one, two'] },
      { ordinal: 2, key: 'A-2', occurredOn: '2019-12-31', values: ['A-2', '2019-12-31', 'say "yes"'] },
    ])
  })

  it('is the same with a byte-order mark, CRLF, a mix of both line ends, and no line end at the end', async () => {
    const expected = await read('id,b\n1,x\n2,y\n')
    for (const text of [
      '\ufeffid,b\n1,x\n2,y\n',
      'id,b\r\n1,x\r\n2,y\r\n',
      'id,b\r\n1,x\n2,y',
      '\ufeff"id",b\r\n1,x\n"2",y',
    ]) {
      expect(await read(text)).toEqual(expected)
    }
  })

  it('is the same however the bytes are cut into chunks, also inside a character, a quotation or the mark', async () => {
    const bytes = Buffer.from('\ufeffid,"b"\r\n1,"größe ""✓"" 🔏\r\nzwei"\r\n2,ß\r\n')
    const whole = await read(bytes)
    expect(whole.items[0]?.values[1]).toBe('größe "✓" 🔏\r\nzwei')
    for (const size of [1, 2, 3, 5, 7]) {
      const chunks = []
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
      expect(await read(Readable.from(chunks, { objectMode: true }))).toEqual(whole)
    }
  })

  it('keeps tabs and line breaks inside a quoted cell', async () => {
    const { items } = await read('id,b\n1,"a\tb\nc\r\nd"\n')
    expect(items[0]?.values).toEqual(['1', 'a\tb\nc\r\nd'])
  })

  it('takes the day as written, whatever the offset', async () => {
    const days = [
      '2019-01-03',
      '2019-01-03T23:30:57-05:00',
      '2019-01-03T00:10:00+14:00',
      '2019-01-03T12:00Z',
      '2019-01-03 12:00:00.123',
    ]
    const { items } = await read(`id,on\n${days.map((day, n) => `${n},${day}`).join('\n')}`, dated)
    expect(items.map((item) => item.occurredOn)).toEqual(days.map(() => '2019-01-03'))
  })

  it('comes in loaders of the size asked for, the last one smaller', async () => {
    const rows = Array.from({ length: 5_001 }, (_, n) => `K${n}`).join('\n')
    const { sizes, items } = await read(`id\n${rows}\n`)
    expect(sizes).toEqual([2_000, 2_000, 1_001])
    expect(items.map((item) => item.ordinal)).toEqual(Array.from({ length: 5_001 }, (_, n) => n + 1))
  })

  it('may have no items where that was said: the header alone is an empty population, with its columns', async () => {
    const nothing = { ...plain, expectsNoRows: true }
    for (const text of ['id,b', 'id,b\n', '\ufeffid,b\r\n\r\n\n']) {
      expect(await read(text, nothing)).toMatchObject({ columns: ['id', 'b'], items: [], sizes: [0] })
      const refusal = await refused(text)
      expect(refusal.detail.problems).toMatchObject([{ row: 1, code: 'NO_ROWS', found: null }])
      expect(refusal.message).toContain('a header and no row below it')
    }
    const refusal = await refused('id,b\n1,x\n', nothing)
    expect(refusal.detail.problems).toMatchObject([{ row: 1, code: 'ROWS_UNFORESEEN' }])
  })

  it('lets blank rows at the end be, also those of a spreadsheet with only commas', async () => {
    expect((await read('id,b\n1,x\n,\n\n,\n')).items).toHaveLength(1)
  })
})

describe('a CSV file at fault', () => {
  it('lists every fault by row and column in one refusal', async () => {
    const refusal = await refused(
      [
        'id,on,b',
        '1,2019-02-30,x',
        ',2019-03-01,x',
        '3,2019-03-01',
        '1,2018-12-31,x',
        '5,,x',
        '\u00a06,01/02/2019,x',
      ].join('\n'),
      dated,
    )
    expect(refusal.code).toBe('ROWS_REFUSED')
    expect(refusal.at).toEqual(['evidenceId'])
    expect(refusal.detail.problemCount).toBe(8)
    expect(faults(refusal)).toEqual([
      [2, 'on', 'This is not a date of the calendar; write it like 2019-01-31.'],
      [3, 'id', 'The key is empty; every item needs one.'],
      [4, null, 'The row has 2 cells where the header names 3 columns.'],
      [5, 'id', twice],
      [5, 'on', 'The day lies outside the period 2019-01-01 to 2019-12-31.'],
      [6, 'on', 'The date is empty.'],
      [7, 'id', 'The key has the character U+00A0; write it so that all of it is seen, with plain spaces.'],
      [
        7,
        'on',
        'Day and month could stand in either order, and no date of the column tells which: say it by dateOrder.',
      ],
    ])
  })

  it('counts rows as a spreadsheet does: the header is 1, a cell with line breaks is part of one row', async () => {
    expect(faults(await refused('id,b\n1,"a\nb\nc"\n1,x\n'))).toEqual([[3, 'id', twice]])
  })

  it('yields no item after the first fault, and at the end how far the list was read', async () => {
    const rows = Array.from({ length: 9_000 }, (_, n) => `K${n === 3_000 ? 0 : n}`).join('\n')
    const sizes: number[] = []
    const told: [rows: number, problems: number][] = []
    const reading = async () => {
      for await (const batch of readItems(opener(`id\n${rows}`), plain)) {
        sizes.push(batch.items.length)
        told.push([batch.progress.rowsRead, batch.progress.problemCount])
      }
    }
    await expect(reading()).rejects.toThrow('The key stands in row 2')
    expect(sizes).toEqual([2_000, 0])
    expect(told).toEqual([
      [2_000, 0],
      [9_000, 1],
    ])
  })

  it('tells the first 1,000 faults and counts the others', async () => {
    const refusal = await refused(`id\n${'same\n'.repeat(3_001)}`)
    expect(refusal.detail.problems).toHaveLength(1_000)
    expect(refusal.detail.problems?.[999]?.row).toBe(1_002)
    expect(refusal.detail.problemCount).toBe(3_000)
    expect(refusal.message).toContain('3,000 problems')
  })

  it.each([
    ['', 1, null, 'The file is empty'],
    ['\n\r\n', 1, null, 'The file is empty'],
    [`id,${'n'.repeat(201)}\n`, 1, '2', 'longer than 200'],
    [`id,${Array.from({ length: 100 }, (_, n) => `c${n}`).join()}\n`, 1, null, 'more than 100 columns'],
    ['id,b\n1,x\n\n2,y\n', 3, null, 'The row is empty and others follow'],
    ['id,b\n1,x\n2\n', 3, null, 'has 1 cells where the header names 2'],
    ['id,b\n1,x,y\n', 2, null, 'has 3 cells where the header names 2'],
    [`id,b\n1${',x'.repeat(400)}\n`, 2, null, 'has more than 100 cells'],
    ['id,b\n1,x,,y\n', 2, null, 'has 4 cells where the header names 2'],
    ['id,b\n1,a"b\n', 2, null, 'A quotation mark stands where none may (line 2)'],
    ['id,b\n1,"a"b\n', 2, null, 'A quotation mark stands where none may (line 2)'],
    ['id,b\n1,x\n2,"open\n3,y\n', 3, null, 'never closed'],
    [`id,b\n1,${'x'.repeat(32_768)}\n`, 2, 'b', 'has 32,768 characters; at most 32,767'],
    [`id,b\n${'k'.repeat(201)},x\n`, 2, 'id', 'has 201 characters; at most 200'],
    ['id,b\n1,a\u0000b\n', 2, 'b', 'control character U+0000'],
    ['id,b\n1,a\u001bb\n', 2, 'b', 'control character U+001B'],
    ['id,b\n1,a\u0085b\n', 2, 'b', 'control character U+0085'],
    ['id,b\n1,"a\rb"\n', 2, 'b', 'control character U+000D'],
    ['id,b\n"1\n2",x\n', 2, 'id', 'tab or line break'],
    ['id,b\r1,x\r', 1, null, 'end with a carriage return alone'],
    ['sep=~\nid~b\n1~x\n', 1, null, 'sep= names what no list is separated by'],
  ])('refuses %j', async (text, row, column, message) => {
    const refusal = await refused(text)
    expect(refusal.code).toBe('ROWS_REFUSED')
    expect(refusal.detail.problems?.[0]).toMatchObject({ row, column })
    expect(refusal.detail.problems?.[0]?.message).toContain(message)
    expect(refusal.detail.problemCount).toBe(1)
  })

  it('takes cells and keys that are exactly as long as they may be, and 100 columns', async () => {
    const names = ['id', ...Array.from({ length: 99 }, (_, n) => `c${n}`)]
    const row = ['k'.repeat(200), ...names.slice(1).map(() => 'é'.repeat(2_000))]
    const { items } = await read(`${names.join()}\n${row.join()}\n`)
    expect(items[0]?.values).toEqual(row)
    const long = ['1', 'é'.repeat(32_767)]
    expect((await read(`id,b\n${long.join()}\n`)).items[0]?.values).toEqual(long)
  })

  it('lists what it found before a quotation mark made the rest unreadable', async () => {
    const refusal = await refused('id,b\n1,x\n1,y\n3,"x"y\n4,z\n')
    expect(faults(refusal)?.map(([row]) => row)).toEqual([3, 4])
  })

  it('counts the columns there are when one asked for is missing', async () => {
    const key = await refused('ID,when\n1,2\n', dated)
    expect([key.code, key.at, key.message]).toEqual([
      'INVALID_INPUT',
      ['keyColumn'],
      'The header of the list has 2 columns, and none as is said here.',
    ])
    const date = await refused('id,when\n1,2\n', dated)
    expect([date.code, date.at]).toEqual(['INVALID_INPUT', ['dateColumn']])
    expect((await refused('id,b,id\n1,x,2\n')).message).toBe(
      'The name stands over the columns A, C; choose one of them by its letter.',
    )
  })

  it('refuses bytes that are not UTF-8, and says where they are', async () => {
    const latin1 = Buffer.concat([Buffer.from('id,b\n1,x\n2,'), Buffer.from([0xe9]), Buffer.from('\n')])
    expect(faults(await refused(latin1))).toEqual([
      [
        3,
        'b',
        'The cell has a character that is not of the encoding in which the file was read, or was lost before; export the list in UTF-8, or say its encoding.',
      ],
    ])
    const cut = Buffer.from('id,b\n1,é').subarray(0, -1)
    expect((await refused(cut)).detail.problems?.[0]).toMatchObject({ row: 2, column: 'b' })
  })

  it('refuses what is not a text file at all', async () => {
    const zip = Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(3_000, 0x9b), Buffer.from('\n,,"\n')])
    expect((await refused(zip)).detail.problems?.[0]?.row).toBe(1)
  })

  it('says nothing of what stands in a cell', async () => {
    const refusal = await refused(`id,b\n"${' '.repeat(3)}\u0001${'x'.repeat(150)}",y\u0001\n`)
    const messages = faults(refusal)?.map(([, , message]) => message as string) ?? []
    expect(messages.length).toBeGreaterThan(1)
    for (const text of ['\u0001', 'xx']) expect([...messages, refusal.message].join()).not.toContain(text)
  })
})

describe('a CSV file that is too large', () => {
  it('is refused at item 1,000,001, and not read further', async () => {
    const million = function* () {
      yield Buffer.from('id\n')
      for (let thousand = 0; thousand < 1_000; thousand++) {
        yield Buffer.from(`${Array.from({ length: 1_000 }, (_, n) => `${thousand}-${n}`).join('\n')}\n`)
      }
    }
    const most = await read(Readable.from(million(), { objectMode: true }))
    expect(most.items).toHaveLength(1_000_000)

    let asked = 0
    const more = function* () {
      yield* million()
      for (; asked < 100; asked++) yield Buffer.from(`more-${asked}\n`.padEnd(9_000, 'x\n'))
    }
    const refusal = await refused(Readable.from(more(), { objectMode: true }))
    expect(faults(refusal)?.at(-1)).toEqual([
      1_000_002,
      null,
      'The list has more than 1,000,000 items; split it, or narrow it down.',
    ])
    expect(asked).toBeLessThan(20)
  }, 60_000)

  const chunk = 65_536
  it.each([
    ['one line', Buffer.alloc(chunk, 'x'), 2],
    ['one cell whose quotation never ends', Buffer.alloc(chunk, 'x\n'), 2],
    ['one row of commas', Buffer.alloc(chunk, ','), 2],
  ])('of 500 MB in %s is given up early, in little memory', async (_, bytes, row) => {
    const head = bytes[1] === 0x0a ? 'id,b\n1,"' : 'id,b\n1,'
    const { source, taken } = endless(head, bytes, 8_000)
    const before = process.memoryUsage().rss
    const refusal = await refused(source)
    expect(refusal.detail.problems?.[0]).toMatchObject({ row, column: null })
    expect(refusal.detail.problems?.[0]?.message).toMatch(/too long to be one/)
    expect(taken.given * chunk).toBeLessThan(3_000_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000)
    expect(source.destroyed).toBe(true)
  })

  it.each([
    ['empty rows', '\n', 1, 'There are too many empty rows; delete them.'],
    ['rows that do not fit the header', 'x\n', 1_002, 'The row has 1 cells where the header names 2 columns.'],
  ])('of %s without end is given up early', async (_, line, faultCount, first) => {
    const { source, taken } = endless('id,b\n', Buffer.from(line.repeat(8_192)), 8_000)
    const refusal = await refused(source)
    expect(refusal.detail.problemCount).toBe(faultCount)
    expect(refusal.detail.problems?.[0]?.message).toBe(first)
    expect(taken.given).toBeLessThan(20)
  })
})

describe('the source of a CSV file', () => {
  it('is let go when the reader stops early', async () => {
    const { source } = endless('id\n', Buffer.from(Array.from({ length: 3_000 }, (_, n) => `${n}`).join('\n')), 50)
    for await (const batch of readItems(opener(source), plain)) {
      expect(batch.items).toHaveLength(2_000)
      break
    }
    expect(source.destroyed).toBe(true)
  })

  it('that breaks off is a fault, never a shorter population', async () => {
    const broken = async function* () {
      yield Buffer.from('id\n1\n2\n')
      throw new Error('the connection went away')
    }
    await expect(read(Readable.from(broken(), { objectMode: true }))).rejects.toThrow('the connection went away')
  })
})

const changes: ReadOptions = {
  ...unsaid,
  keyColumn: 'change_id',
  dateColumn: 'merged_at',
  period: { start: '2019-01-01', end: '2019-12-31' },
}

describe('a population of changes', () => {
  it('is read whole from an invented list of the same form', async () => {
    const rows = Array.from({ length: 279 }, (_, n) => {
      const day = `2019-${String(1 + (n % 12)).padStart(2, '0')}-${String(1 + (n % 28)).padStart(2, '0')}`
      return `inv${n},${day}T23:59:59-08:00,${n % 7 === 0 ? 0 : 1},"invented change, no ${n}"`
    })
    const { items } = await read(`change_id,merged_at,reviewer_count,summary\n${rows.join('\n')}\n`, changes)
    expect(items).toHaveLength(279)
    expect(items[13]).toEqual({
      ordinal: 14,
      key: 'inv13',
      occurredOn: '2019-02-14',
      values: ['inv13', '2019-02-14T23:59:59-08:00', '1', 'invented change, no 13'],
    })
  })
})
