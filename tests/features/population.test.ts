import { createHash, randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/kernel/execute/limits.js'
import { changes, fieldwork, importEvidence, importList, origin } from '../support/fieldwork.js'
import { world } from '../support/world.js'

const lines: string[] = []
const w = await world(undefined, { lines })
const a = await w.firm('Ashdown')
const work = await fieldwork(w, a)

const columns = { keyColumn: 'id', dateColumn: 'merged' }
const three = 'id,merged,note\nC-1,2025-01-01,"one, two"\nC-2,2025-06-30,"say ""yes"""\nC-3,2025-12-31,\n'
const checks = { completenessCheck: 'Watched the query run.', accuracyCheck: 'Traced five rows.' }

const read = `query ($id: ID!, $first: Int, $after: String) { population(id: $id) { version state itemCount columns digest
  evidence { fileName } frozenAt frozenBy { id } completenessCheck accuracyCheck absenceCheck actions { name allowed reason { message } }
  items(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    nodes { ordinal itemKey occurredOn fields { name value } } } } }`

async function imported(csv: string, on = work, more: object = {}) {
  const population = await on.draft()
  const input = { populationId: population.id, expectedVersion: 1, ...columns, ...more }
  const payload = await importList(a.staff, on.engagementId, input, csv)
  expect(payload.errors).toEqual([])
  return payload.population
}

/** Has a list brought for the engagement; answers what the service answers to the file. */
const brought = (content: string) => a.staff.brings(work.engagementId, { name: 'changes.csv', content })

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
      evidence: {
        fileName: 'changes.csv',
        sha256: createHash('sha256').update(`\ufeff${three}`).digest('hex'),
      },
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
    await importList(a.staff, work.engagementId, input, 'id,merged\nD-1,2025-02-02\n')
    const now = (await a.staff.gql(read, { id: population.id })).population
    expect(now.items.nodes.map((one: { itemKey: string }) => one.itemKey)).toEqual(['D-1'])
    expect(now.columns).toEqual(['id', 'merged'])
    expect(await items()).toBe(before + 1)
  })

  it('is fixed for the period its items were taken for, and imported anew when that has changed', async () => {
    const own = await fieldwork(w, a)
    const draft = await own.draft()
    const load = (expectedVersion: number) =>
      importList(a.staff, own.engagementId, { populationId: draft.id, expectedVersion, ...columns }, three)
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

  it('imported twice with one key is imported once; other evidence with that key is refused', async () => {
    const population = await work.draft()
    const { id: evidenceId } = await brought(three)
    const named = { idempotencyKey: randomUUID(), populationId: population.id, expectedVersion: 1, ...columns }
    const input = { ...named, evidenceId }
    const before = await items()
    const first = await importEvidence(a.staff, input)
    expect(first.errors).toEqual([])
    expect(await importEvidence(a.staff, input)).toEqual(first)
    expect(await items()).toBe(before + 3)
    const other = await importEvidence(a.staff, { ...named, evidenceId: (await brought(three)).id })
    expect(other.errors).toMatchObject([{ code: 'IDEMPOTENCY_MISMATCH' }])
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
    const { id: evidenceId } = await brought(three)
    const before = await w.digest()
    const moved = { populationId: population.id, expectedVersion: 3 }
    for (const [act, input] of [
      ['updatePopulation', { ...moved, ...origin }],
      ['freezePopulation', { ...moved, ...checks }],
    ] as const) {
      const { errors } = await a.manager.tryTo(act, input)
      expect(errors).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'FROZEN', allowed: [] }])
    }
    const again = await importEvidence(a.manager, { ...moved, ...columns, evidenceId })
    expect(again.errors).toMatchObject([{ code: 'INVALID_TRANSITION' }])
    expect(await w.digest()).toBe(before)
    const { actions } = (await a.manager.gql(read, { id: population.id })).population
    expect(actions.map((one: { allowed: boolean }) => one.allowed)).toEqual([false, false, false, false, false])
  })

  it('of no items is a result of its own, and says how the absence was checked', async () => {
    const population = await imported('id,merged\n', await fieldwork(w, a), { reading: { expectsNoRows: true } })
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
      'id,merged\nC-1,2025-02-30\nC-2,31.12.2O25\n',
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
      `id,merged,x\nC-1,2025-01-01,${'x'.repeat(32_768)}\n`,
      [{ row: 2, column: 'x' }],
      /32,768 characters/,
    ],
    ['with a quotation mark left open', 'id,merged\nC-1,"2025-01-01\n', [{ row: 2, column: null }], /never closed/],
    [
      'of one line of five million characters',
      `id,merged\n${'x'.repeat(5_000_000)}\n`,
      [{ row: 2, column: null }],
      /too long/,
    ],
    ['that has a line end alone', '\n', [{ row: 1, column: null }], /file is empty/],
    ['that has a header alone', 'id,merged\n', [{ row: 1, column: null }], /a header and no row below it/],
  ]

  it.each(faulty)('%s is refused by row and column, and nothing moves', async (_, csv, rows, sentence) => {
    const population = await work.draft()
    const { id: evidenceId } = await brought(csv)
    const before = await w.digest()
    const input = { populationId: population.id, expectedVersion: 1, ...columns, evidenceId }
    const payload = await importEvidence(a.staff, input)
    expect(payload.population).toBeNull()
    expect(payload.errors).toMatchObject([
      {
        __typename: 'RowsRefused',
        code: 'ROWS_REFUSED',
        path: ['evidenceId'],
        problems: rows,
        problemCount: rows.length,
      },
    ])
    expect(payload.errors[0].message).toMatch(sentence)
    expect(await w.digest()).toBe(before)
  })

  it('of 1,000,001 rows is refused, and none of the million before stays', async () => {
    const population = await work.draft()
    const before = await items()
    const input = { populationId: population.id, expectedVersion: 1, keyColumn: 'id' }
    const { errors } = await importList(a.staff, work.engagementId, input, million())
    expect(errors).toMatchObject([{ code: 'ROWS_REFUSED', problems: [{ row: 1_000_002, code: 'TOO_MANY' }] }])
    expect(await items()).toBe(before)
  }, 180_000)

  it('lacks a column that was named', async () => {
    const population = await work.draft()
    for (const [wrong, path] of [
      [{ keyColumn: 'key' }, ['keyColumn']],
      [{ dateColumn: 'when' }, ['dateColumn']],
    ] as const) {
      const input = { populationId: population.id, expectedVersion: 1, ...columns, ...wrong }
      const { errors } = await importList(a.staff, work.engagementId, input, three)
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path }])
    }
  })

  it('for a population that was changed meanwhile, or that does not exist, is not read', async () => {
    const population = await imported(three)
    const { id: evidenceId } = await brought(three)
    const before = await w.digest()
    const input = { ...columns, evidenceId }
    const stale = await importEvidence(a.staff, { populationId: population.id, expectedVersion: 1, ...input })
    expect(stale.errors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }])
    const unknown = await importEvidence(a.staff, { populationId: randomUUID(), expectedVersion: 1, ...input })
    expect(unknown.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['populationId'] }])
    const nobody = await w.send(
      'mutation ($input: ImportPopulationInput!) { importPopulation(input: $input) { errors { code } } }',
      { input: { idempotencyKey: randomUUID(), populationId: population.id, expectedVersion: 2, ...input } },
    )
    expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect(nobody.data).toEqual({ importPopulation: null })
    expect(await w.digest()).toBe(before)
  })
})

describe('the evidence of an import', () => {
  /** Where the file of evidence lies on disk. */
  async function placeOf({ sha256 }: { sha256: string }): Promise<string> {
    const { storage } = w.queue.files
    for await (const { key } of storage.list()) if (key.includes(sha256)) return join(dirname(storage.incoming), key)
    throw new Error('It lies nowhere.')
  }

  /** Tries to import it into a new draft; answers the refusals, of which nothing is left. */
  async function refused(evidenceId: string) {
    const population = await work.draft()
    const before = await w.digest()
    const input = { populationId: population.id, expectedVersion: 1, ...columns, evidenceId }
    const { errors } = await importEvidence(a.staff, input)
    expect(await w.digest()).toBe(before)
    return errors
  }
  const path = ['evidenceId']

  it('may be what the client brought', async () => {
    const { id: evidenceId } = await work.client.respondent.brings(work.engagementId, {
      name: 'list.csv',
      content: three,
    })
    const draft = await work.draft()
    const input = { populationId: draft.id, expectedVersion: 1, ...columns, evidenceId }
    const { population, errors } = await importEvidence(a.staff, input)
    expect(errors).toEqual([])
    expect(population).toMatchObject({ itemCount: 3, evidence: { id: evidenceId, fileName: 'list.csv' } })
  })

  it('is of the same engagement, is there for who imports it, and can be relied on', async () => {
    const elsewhere = await fieldwork(w, a)
    const other = await a.staff.brings(elsewhere.engagementId, { name: 'list.csv', content: three })
    expect(await refused(other.id)).toMatchObject([{ code: 'INVALID_INPUT', path }])
    for (const id of [randomUUID(), 'nothing']) {
      expect(await refused(id)).toMatchObject([{ code: 'NOT_FOUND', path }])
    }
    for (const state of ['PENDING', 'INFECTED']) {
      const { id } = await brought(three)
      await w.owner.query('update evidence set state = $2 where id = $1', [id, state])
      expect(await refused(id)).toMatchObject([{ code: 'INVALID_TRANSITION', path, from: state }])
    }
  })

  it('is no larger than an import takes', async () => {
    const { id } = await brought(three)
    // Evidence is never changed by the service; the length of a file as large is not worth the time of bringing it.
    await w.owner.query('alter table evidence disable trigger never_changed')
    await w.owner.query('update evidence set byte_count = $2 where id = $1', [id, limits.fileBytes + 1])
    await w.owner.query('alter table evidence enable trigger never_changed')
    const errors = await refused(id)
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path }])
    expect(errors[0].message).toContain('629,145,600')
  })

  it('whose file was altered or lost in the storage is not imported, nor half of it: a fault for the operator', async () => {
    const alterTheEnd = async (place: string) => {
      const bytes = await readFile(place)
      bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1
      await rm(place)
      await writeFile(place, bytes)
    }
    for (const [at, harm] of [alterTheEnd, rm].entries()) {
      const evidence = await brought(`${changes(20_000)}last-${at},2025-01-01,x,y\n`)
      const draft = await work.draft()
      await harm(await placeOf(evidence))
      const before = await w.digest()
      const input = { populationId: draft.id, expectedVersion: 1, ...columns, evidenceId: evidence.id }
      const { data, errors } = await a.staff.ask(
        'mutation ($input: ImportPopulationInput!) { importPopulation(input: $input) { errors { code } } }',
        { input: { idempotencyKey: randomUUID(), ...input } },
      )
      expect(errors).toMatchObject([
        { extensions: { code: 'DIGEST_MISMATCH', nodeType: 'Evidence', nodeId: evidence.id } },
      ])
      expect(data).toEqual({ importPopulation: null })
      expect(await w.digest()).toBe(before)
      expect(lines.splice(0).map((line) => JSON.parse(line).err.code)).toEqual(['DIGEST_MISMATCH'])
    }
  })
})
