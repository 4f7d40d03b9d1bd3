import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { fieldwork, importList } from '../support/fieldwork.js'
import { longList } from '../support/large-import.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const work = await fieldwork(w, a)
const rows = [
  'id,when,author,reviewer,note',
  'C-1,2025-03-01,ada@k.test,rolf@k.test,',
  'C-2,2025-03-02,rolf@k.test,ada@k.test,kept',
]
const columns = { keyColumn: 'id', dateColumn: 'when' }
const read = `query ($id: ID!) { population(id: $id) { version reading { maskedColumns } import { state problems { row column code found } }
  items(first: 5) { nodes { itemKey fields { name value } } } } }`

async function imported(csv: string, more: object) {
  const draft = await work.draft()
  const payload = await importList(
    a.staff,
    work.engagementId,
    { populationId: draft.id, expectedVersion: 1, ...columns, ...more },
    csv,
  )
  return { payload, population: (await a.manager.gql(read, { id: draft.id })).population }
}

const cellsOf = (population: { items: { nodes: { fields: { name: string; value: string }[] }[] } }, name: string) =>
  population.items.nodes.map(({ fields }) => fields.find((one) => one.name === name)?.value as string)

it('masks the columns that are chosen, with one mask for one person throughout the list, and keeps nothing of what they hold', async () => {
  const { population } = await imported(rows.join('\n'), { maskedColumns: ['author', 'D'] })
  expect(population.reading).toEqual({ maskedColumns: ['author', 'reviewer'] })
  const [ada, rolf] = cellsOf(population, 'author')
  expect(ada).toMatch(/^masked [0-9a-f]{16}$/)
  expect(rolf).not.toBe(ada)
  expect(cellsOf(population, 'reviewer')).toEqual([rolf, ada])
  expect(cellsOf(population, 'note')).toEqual(['', 'kept'])
  expect(cellsOf(population, 'id')).toEqual(['C-1', 'C-2'])
  // In another list the same person has another mask.
  const other = await imported(rows.join('\n'), { maskedColumns: ['author'] })
  expect(cellsOf(other.population, 'author')).not.toContain(ada)
  expect(cellsOf(other.population, 'reviewer')).toEqual(['rolf@k.test', 'ada@k.test'])
  const { rows: held } = await w.owner.query(
    "select 1 from population_item where population_id = $1 and cells::text like '%ada@k%'",
    [(await w.owner.query('select population_id as id from population_item order by import_id limit 1')).rows[0].id],
  )
  expect(held).toEqual([])
})

it('masks a list that a job reads, and shows nothing of a masked cell that is at fault', async () => {
  const lines = (longList(40_000).content as Buffer).toString().split('\n')
  const fine = await imported(lines.join('\n'), { maskedColumns: ['note'] })
  await w.doJobs()
  const now = (await a.manager.gql(read, { id: fine.payload.population.id })).population
  expect(now.import.state).toBe('DONE')
  expect(new Set(cellsOf(now, 'note')).size).toBe(1)
  expect(cellsOf(now, 'note')[0]).toMatch(/^masked /)
  const draft = await work.draft()
  const { id: evidenceId } = await a.staff.brings(work.engagementId, {
    name: 'changes.csv',
    content: `id,when,author\nC-1,2025-03-01,${'x'.repeat(40_000)}`,
  })
  const input = { populationId: draft.id, expectedVersion: 1, ...columns, evidenceId, maskedColumns: ['author'] }
  const act = `mutation ($input: ImportPopulationInput!) { importPopulation(input: $input) {
    errors { code ... on RowsRefused { problems { row column code found } } } } }`
  const { importPopulation } = await a.staff.gql(act, { input: { ...input, idempotencyKey: randomUUID() } })
  expect(importPopulation.errors).toEqual([
    { code: 'ROWS_REFUSED', problems: [{ row: 2, column: 'author', code: 'TOO_LONG', found: null }] },
  ])
})

it.each([
  ['the column of the keys', { maskedColumns: ['id'] }, ['maskedColumns', '0']],
  ['the column of the days, by its letter', { maskedColumns: ['author', 'B'] }, ['maskedColumns', '1']],
  ['a column that the list has not', { maskedColumns: ['salary'] }, ['maskedColumns', '0']],
  ['more columns than may be', { maskedColumns: Array.from({ length: 21 }, (_, n) => `c${n}`) }, ['maskedColumns']],
])('refuses to mask %s, and nothing moves', async (_, more, path) => {
  const draft = await work.draft()
  const { id: evidenceId } = await a.staff.brings(work.engagementId, { name: 'changes.csv', content: rows.join('\n') })
  const before = await w.digest()
  const { errors } = await a.staff.tryTo('importPopulation', {
    populationId: draft.id,
    expectedVersion: 1,
    ...columns,
    evidenceId,
    ...more,
  })
  expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path }])
  expect(await w.digest()).toBe(before)
})
