import { createHash, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { changes, fieldwork, origin, upload } from '../support/fieldwork.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const work = await fieldwork(w, a)

const columns = { keyColumn: 'id', dateColumn: 'merged' }
const three = 'id,merged,note\nC-1,2025-01-01,"one, two"\nC-2,2025-06-30,"say ""yes"""\nC-3,2025-12-31,\n'
const checks = { completenessCheck: 'Watched the query run.', accuracyCheck: 'Traced five rows.' }

const read = `query ($id: ID!, $first: Int, $after: String) { population(id: $id) { version state itemCount columns digest
  fileName fileSha256 frozenAt frozenBy { id } completenessCheck accuracyCheck absenceCheck actions { name allowed reason { message } }
  items(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    nodes { ordinal itemKey occurredOn fields { name value } } } } }`

async function imported(csv: string) {
  const population = await work.draft()
  const { data } = await upload(w, a.staff, { populationId: population.id, expectedVersion: 1, ...columns }, csv)
  expect(data.importPopulation.errors).toEqual([])
  return data.importPopulation.population
}

const versionOf = async (id: string) =>
  (await a.manager.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version

const items = async () => Number((await w.owner.query('select count(*) as n from population_item')).rows[0].n)

describe('a population', () => {
  it('is imported from a file, as it stands in it', async () => {
    const population = await imported(`\ufeff${three}`)
    expect(population).toMatchObject({
      version: 2,
      itemCount: 3,
      columns: ['id', 'merged', 'note'],
      fileName: 'changes.csv',
      fileSha256: createHash('sha256').update(`\ufeff${three}`).digest('hex'),
      ...columns,
    })
    const first = (await a.manager.gql(read, { id: population.id, first: 2 })).population.items
    expect(first.totalCount).toBe(3)
    expect(first.nodes).toEqual([
      {
        ordinal: 1,
        itemKey: 'C-1',
        occurredOn: '2025-01-01',
        fields: [
          { name: 'id', value: 'C-1' },
          { name: 'merged', value: '2025-01-01' },
          { name: 'note', value: 'one, two' },
        ],
      },
      expect.objectContaining({ ordinal: 2, itemKey: 'C-2', occurredOn: '2025-06-30' }),
    ])
    expect(first.pageInfo.hasNextPage).toBe(true)
    const rest = await a.manager.gql(read, { id: population.id, first: 2, after: first.pageInfo.endCursor })
    expect(rest.population.items.nodes.map((one: { itemKey: string }) => one.itemKey)).toEqual(['C-3'])
    expect(rest.population.items.pageInfo.hasNextPage).toBe(false)
  })

  it('imported again holds the new items only; those of before stay in the table and belong to none', async () => {
    const population = await imported(three)
    const before = await items()
    const input = { populationId: population.id, expectedVersion: 2, ...columns }
    await upload(w, a.staff, input, 'id,merged\nD-1,2025-02-02\n')
    const now = (await a.staff.gql(read, { id: population.id })).population
    expect(now.items.nodes.map((one: { itemKey: string }) => one.itemKey)).toEqual(['D-1'])
    expect(now.columns).toEqual(['id', 'merged'])
    expect(await items()).toBe(before + 1)
  })

  it('is fixed for the period its items were taken for, and imported anew when that has changed', async () => {
    const own = await fieldwork(w, a)
    const draft = await own.draft()
    const load = async (expectedVersion: number) =>
      (await upload(w, a.staff, { populationId: draft.id, expectedVersion, ...columns }, three)).data.importPopulation
    const { version } = (await load(1)).population
    const reason = 'Management extended the period (invented).'
    const change = { engagementId: own.engagementId, expectedVersion: await versionOf(own.engagementId), reason }
    await a.partner.does('updateEngagement', { ...change, periodEnd: '2026-03-31' })
    const before = await w.digest()
    const freeze = { populationId: draft.id, expectedVersion: version, ...checks }
    expect((await a.staff.tryTo('freezePopulation', freeze)).errors).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'POPULATION_OF_ANOTHER_PERIOD', node: draft.id }] },
    ])
    expect(await w.digest()).toBe(before)
    const anew = { ...freeze, expectedVersion: (await load(version)).population.version }
    const { population } = await a.staff.does('freezePopulation', anew, 'population { state periodStart periodEnd }')
    expect(population).toEqual({ state: 'FROZEN', periodStart: '2025-01-01', periodEnd: '2026-03-31' })
  })

  it('sent twice with one key is imported once; another file with that key is refused', async () => {
    const population = await work.draft()
    const input = { idempotencyKey: randomUUID(), populationId: population.id, expectedVersion: 1, ...columns }
    const before = await items()
    const first = await upload(w, a.staff, input, three)
    expect(await upload(w, a.staff, input, three)).toEqual(first)
    expect(await items()).toBe(before + 3)
    const other = await upload(w, a.staff, input, three.replace('two', 'three'))
    expect(other.data.importPopulation.errors).toMatchObject([{ code: 'IDEMPOTENCY_MISMATCH' }])
    expect(await items()).toBe(before + 3)
  })

  it('is fixed by freezing, under a digest that a shell can compute', async () => {
    const population = await imported(three)
    const { population: frozen } = await a.senior.does(
      'freezePopulation',
      { populationId: population.id, expectedVersion: 2, ...checks },
      'population { version state digest frozenBy { id } }',
    )
    const lines = [
      '["C-1","2025-01-01",["C-1","2025-01-01","one, two"]]\n',
      '["C-2","2025-06-30",["C-2","2025-06-30","say \\"yes\\""]]\n',
      '["C-3","2025-12-31",["C-3","2025-12-31",""]]\n',
    ]
    expect(frozen).toEqual({
      version: 3,
      state: 'FROZEN',
      digest: createHash('sha256').update(lines.join('')).digest('hex'),
      frozenBy: { id: a.senior.memberId },
    })
    const before = await w.digest()
    const moved = { populationId: population.id, expectedVersion: 3 }
    for (const [act, input] of [
      ['updatePopulation', { ...moved, ...origin }],
      ['freezePopulation', { ...moved, ...checks }],
    ] as const) {
      const { errors } = await a.manager.tryTo(act, input)
      expect(errors).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'FROZEN', allowed: [] }])
    }
    const again = await upload(w, a.manager, { ...moved, ...columns }, three)
    expect(again.data.importPopulation.errors).toMatchObject([{ code: 'INVALID_TRANSITION' }])
    expect(await w.digest()).toBe(before)
    const { actions } = (await a.manager.gql(read, { id: population.id })).population
    expect(actions.map((one: { allowed: boolean }) => one.allowed)).toEqual([false, false, false])
  })

  it('of no items is a result of its own, and says how the absence was checked', async () => {
    const population = await imported('id,merged\n')
    expect(population.itemCount).toBe(0)
    const freeze = { populationId: population.id, expectedVersion: 2, ...checks }
    const silent = await a.staff.tryTo('freezePopulation', freeze)
    expect(silent.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['absenceCheck'] }])
    const { population: frozen } = await a.staff.does(
      'freezePopulation',
      { ...freeze, absenceCheck: 'The query found nothing; the owner said so too.' },
      'population { state digest absenceCheck }',
    )
    expect(frozen).toMatchObject({ state: 'FROZEN', digest: createHash('sha256').digest('hex') })
  })

  it('is not frozen before a file was imported', async () => {
    const population = await work.draft()
    const { errors } = await a.staff.tryTo('freezePopulation', {
      populationId: population.id,
      expectedVersion: 1,
      ...checks,
    })
    expect(errors).toMatchObject([
      { __typename: 'NotReady', blockers: [{ code: 'NO_ITEMS_IMPORTED', node: population.id }] },
    ])
  })

  it('has no place in a Type 1, which examines no period', async () => {
    const typeOne = await fieldwork(w, a, { kind: 'SOC2_TYPE_1' })
    const { errors } = await a.staff.tryTo('createPopulation', { controlId: typeOne.controlId, ...origin })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['controlId'] }])
  })

  it('is nothing to the quality reviewer’s pen, nor to people outside the team', async () => {
    const outsider = await a.person('Otto Outsider', 'MANAGER')
    const input = { controlId: work.controlId, ...origin }
    const before = await w.digest()
    expect(await a.reviewer.isDenied('createPopulation', input)).toBe('FORBIDDEN')
    expect(await outsider.isDenied('createPopulation', input)).toBe('FORBIDDEN')
    expect(await w.digest()).toBe(before)
  })
})

describe('a file that cannot be taken in', () => {
  const million = () => {
    const rows = Array.from({ length: 1_000_001 }, (_, at) => `${at}`)
    return `id\n${rows.join('\n')}\n`
  }
  const faulty: [string, string, { row: number; column: string | null }[], RegExp][] = [
    [
      'of rows with other widths',
      'id,merged\nC-1\nC-2,2025-01-01,x\n',
      [
        { row: 2, column: null },
        { row: 3, column: null },
      ],
      /1 cells where the header names 2/,
    ],
    [
      'with dates that are none',
      'id,merged\nC-1,2025-02-30\nC-2,31.12.2025\n',
      [
        { row: 2, column: 'merged' },
        { row: 3, column: 'merged' },
      ],
      /not a date of the calendar/,
    ],
    [
      'with dates outside the period',
      'id,merged\nC-1,2024-12-31\nC-2,2026-01-01\n',
      [
        { row: 2, column: 'merged' },
        { row: 3, column: 'merged' },
      ],
      /outside the period 2025-01-01 to 2025-12-31/,
    ],
    [
      'with a key twice',
      'id,merged\nC-1,2025-01-01\nC-1,2025-01-02\n',
      [{ row: 3, column: 'id' }],
      /stands in row 2 already/,
    ],
    ['with a key that is empty', 'id,merged\n,2025-01-01\n', [{ row: 2, column: 'id' }], /key is empty/],
    ['with control characters', 'id,merged,x\nC-1,2025-01-01,a\u0007\n', [{ row: 2, column: 'x' }], /U\+0007/],
    [
      'with over-long cells',
      `id,merged,x\nC-1,2025-01-01,${'x'.repeat(2_001)}\n`,
      [{ row: 2, column: 'x' }],
      /2,001 characters/,
    ],
    ['with a quotation mark left open', 'id,merged\nC-1,"2025-01-01\n', [{ row: 2, column: null }], /never closed/],
    [
      'of one line of twenty million characters',
      `id,merged\n${'x'.repeat(20_000_000)}\n`,
      [{ row: 2, column: null }],
      /too long/,
    ],
    ['that is empty', '', [{ row: 1, column: null }], /empty/],
  ]

  it.each(faulty)('%s is refused by row and column, and nothing moves', async (_, csv, rows, sentence) => {
    const population = await work.draft()
    const before = await w.digest()
    const { data } = await upload(w, a.staff, { populationId: population.id, expectedVersion: 1, ...columns }, csv)
    expect(data.importPopulation.population).toBeNull()
    expect(data.importPopulation.errors).toMatchObject([
      { __typename: 'RowsRefused', code: 'ROWS_REFUSED', path: ['file'], problems: rows, problemCount: rows.length },
    ])
    expect(data.importPopulation.errors[0].message).toMatch(sentence)
    expect(await w.digest()).toBe(before)
  })

  it('of 1,000,001 rows is refused, and none of the million before stays', async () => {
    const population = await work.draft()
    const before = await items()
    const input = { populationId: population.id, expectedVersion: 1, keyColumn: 'id' }
    const { data } = await upload(w, a.staff, input, million())
    expect(data.importPopulation.errors).toMatchObject([
      { code: 'ROWS_REFUSED', problems: [{ row: 1_000_002, code: 'TOO_MANY' }] },
    ])
    expect(await items()).toBe(before)
  }, 180_000)

  it('lacks a column that was named', async () => {
    const population = await work.draft()
    for (const [wrong, path] of [
      [{ keyColumn: 'key' }, ['keyColumn']],
      [{ dateColumn: 'when' }, ['dateColumn']],
    ] as const) {
      const input = { populationId: population.id, expectedVersion: 1, ...columns, ...wrong }
      const { data } = await upload(w, a.staff, input, three)
      expect(data.importPopulation.errors).toMatchObject([{ code: 'INVALID_INPUT', path }])
    }
  })

  it('for a population that was changed meanwhile, or that does not exist, is not read', async () => {
    const population = await imported(three)
    const stale = await upload(w, a.staff, { populationId: population.id, expectedVersion: 1, ...columns }, three)
    expect(stale.data.importPopulation.errors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }])
    const unknown = await upload(w, a.staff, { populationId: randomUUID(), expectedVersion: 1, ...columns }, three)
    expect(unknown.data.importPopulation.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['populationId'] }])
    const nobody = await upload(w, null, { populationId: population.id, expectedVersion: 2, ...columns }, three)
    expect(nobody).toEqual({
      errors: [{ message: 'Sign in first: send a valid access token.', extensions: { code: 'UNAUTHENTICATED' } }],
    })
  })
})

describe('what is said of a population', () => {
  it.each([
    ['title', ' '],
    ['title', 'x'.repeat(201)],
    ['query', 'select\u0000'],
    ['extractedAt', '2999-01-01T00:00:00Z'],
  ])('is refused where %s is %j', async (field, value) => {
    const before = await w.digest()
    const { errors } = await a.staff.tryTo('createPopulation', { controlId: work.controlId, ...origin, [field]: value })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: [field] }])
    expect(await w.digest()).toBe(before)
  })
})

describe('many items', () => {
  it('are paged at the end as at the start', async () => {
    const population = await imported(changes(5_000))
    const after = Buffer.from('4990').toString('base64url')
    const { items: page } = (await a.staff.gql(read, { id: population.id, first: 100, after })).population
    expect(page.nodes.map((one: { ordinal: number }) => one.ordinal)).toEqual([
      4991, 4992, 4993, 4994, 4995, 4996, 4997, 4998, 4999, 5000,
    ])
    for (const cursor of ['x', 'IngiCg==', 'MS41', 'LTE=']) {
      const { errors } = await a.staff.ask(read, { id: population.id, after: cursor })
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    }
  })
})
