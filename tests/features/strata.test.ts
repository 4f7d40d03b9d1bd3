import { expect, test } from 'vitest'
import { fieldwork } from '../support/fieldwork.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const work = await fieldwork(w, a)
const list = (count: number, team: (n: number) => string) =>
  `id,when,team\n${Array.from({ length: count }, (_, n) => `C-${n},2025-03-01,${team(n)}\n`).join('')}`
const strata = async (id: string, column: string) =>
  (
    await a.staff.gql(
      'query ($id: ID!, $column: String!) { population(id: $id) { strata(column: $column) { name itemCount } } }',
      { id, column },
    )
  ).population.strata

test('the strata of a column are told before a sample is drawn by them, the largest first', async () => {
  const draft = await work.draft()
  expect(await strata(draft.id, 'team')).toBeNull()
  const population = await work.frozen(list(30, (n) => (n < 15 ? 'web' : n < 24 ? 'data' : '')))
  expect(await strata(population.id, 'team')).toEqual([
    { name: 'web', itemCount: 15 },
    { name: 'data', itemCount: 9 },
    { name: '', itemCount: 6 },
  ])
  expect(await strata(population.id, 'nothing')).toBeNull()
})

test('a column with more than a hundred values has none', async () => {
  const own = await fieldwork(w, a)
  const population = await own.frozen(list(202, (n) => `team ${n % 101}`))
  expect(await strata(population.id, 'team')).toBeNull()
  const other = await (await fieldwork(w, a)).frozen(list(200, (n) => `team ${n % 100}`))
  expect(await strata(other.id, 'team')).toHaveLength(100)
})
