import 'reflect-metadata'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fill } from '../../bench/recipe.js'
import { plans, type Station, stations } from '../../bench/scale/plans.js'
import { openStage } from '../../bench/scale/stage.js'
import { testDatabase } from '../support/database.js'

// The harness at its smallest: that it runs, and that every check it makes of the work it measures holds. No figure is
// looked at; `npm run bench:scale -- --size full` is for those. Cold starts are left to tests/server.

const { ownerUrl, serviceUrl } = await testDatabase()
const folder = await mkdtemp(join(tmpdir(), 'fieldwork-bench-'))
const plan = plans.smoke
const place = { folder, ownerUrl, serviceUrl, secret: 'the secret of the test run, known to all', cluster: '' }
let stage: Awaited<ReturnType<typeof openStage>>

beforeAll(async () => {
  const filling = { ...place, stop: async () => undefined }
  await fill(filling, plan.contents)
  stage = await openStage(filling)
})

afterAll(async () => {
  await stage?.close()
  await rm(folder, { recursive: true })
})

const rowsOf = async (station: Station) => (await stations[station](stage, plan)).rows

test('of people who write at once each has all acts accepted, and every act stands in an intact trail', async () => {
  const [, ...rows] = await rowsOf('writers')
  expect(rows.map(([, accepted]) => accepted)).toEqual(['40', '8', '40'])
  const [own, same, apart] = rows.map((cells) => cells.at(-1))
  expect([own, apart]).toEqual(['none', 'none'])
  expect(same).toMatch(/^\d+ VERSION_CONFLICT$/)
})

test('results are recorded by one, by 25 and by 250 in a call', async () => {
  const rows = await rowsOf('results')
  expect(rows.map(([entries, calls]) => `${calls} × ${entries}`)).toEqual(['3 × 1', '2 × 25', '1 × 250'])
})

test('a population is imported, frozen, drawn from by three methods and verified', async () => {
  const rows = await rowsOf('populations')
  expect(rows.map(([items, step]) => `${items} ${step}`)).toEqual(
    [
      'bare insert',
      'bring the file',
      'import',
      'plain sort',
      'freeze',
      ...['random', 'systematic', 'stratified'].flatMap((method) => [`draw ${method}`, `verify ${method}`]),
    ].map((step) => `2,500 ${step}`),
  )
})

test('a trail that was grown beside others is intact, long or short', async () => {
  const rows = await rowsOf('trail')
  expect(rows).toHaveLength(3)
  // Two totals and their ratio; the long trail is there from the second on.
  expect(rows.map((cells) => cells.at(-1) !== '')).toEqual([false, true, false])
})
