import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fieldwork, importEvidence } from '../support/fieldwork.js'
import { world } from '../support/world.js'

// A population holds what happened in its time, until it was extracted: nothing else, and what was left away is counted.

const w = await world()
const a = await w.firm('Alder')
const work = await fieldwork(w, a)
const list = await readFile(
  join(resolve(import.meta.dirname, '../../..'), 'tests/cases/imports/outside-the-period.csv'),
  'utf8',
)
const columns = { keyColumn: 'change_id', dateColumn: 'merged_at' }
const counts = 'population { version itemCount setAsideCount leftOutCount items { nodes { ordinal itemKey } } }'

/** Imports a list into a draft that is described so; answers the payload. */
async function imported(csv: string, described: object, more: object = {}) {
  const { id, version } = await work.draft(described)
  const { id: evidenceId } = await a.staff.brings(work.engagementId, { name: 'changes.csv', content: csv })
  const input = { populationId: id, expectedVersion: version, evidenceId, ...columns, ...more }
  const before = await w.digest()
  const payload = await a.staff.tryTo('importPopulation', input, counts)
  if (payload.errors.length > 0) expect(await w.digest()).toBe(before)
  return { ...payload, id }
}

describe('items outside the period', () => {
  it('are named and refused where nothing is said, and left out and counted by choice', async () => {
    const { errors } = await imported(list, {})
    expect(errors).toMatchObject([
      {
        code: 'ROWS_REFUSED',
        problemCount: 2,
        problems: [
          { row: 14, column: 'merged_at', code: 'DATE_OUTSIDE_PERIOD' },
          { row: 15, column: 'merged_at', code: 'DATE_OUTSIDE_PERIOD' },
        ],
        message: expect.stringContaining('2 items lie outside the period: leave them out by choice'),
      },
    ])
    const refused = await imported(list, {}, { outsidePeriod: 'REFUSE' })
    expect(refused.errors).toMatchObject([{ code: 'ROWS_REFUSED', problemCount: 2 }])
    const { population } = await imported(list, {}, { outsidePeriod: 'LEAVE_OUT' })
    expect(population).toMatchObject({ itemCount: 12, leftOutCount: 2, setAsideCount: 0 })
    expect(population.items.nodes.map(({ ordinal }: { ordinal: number }) => ordinal)).toEqual(
      Array.from({ length: 12 }, (_, at) => at + 1),
    )
    expect(JSON.stringify(population)).not.toMatch(/OLD-1|NEW-1/)
  })

  it('stand in the middle of the list, too: the places of the others are without a gap', async () => {
    const csv = 'change_id,merged_at\nA,2025-02-01\nB,2024-06-01\nC,2025-03-01\n'
    const { population } = await imported(csv, {}, { outsidePeriod: 'LEAVE_OUT' })
    expect(population).toMatchObject({ itemCount: 2, leftOutCount: 1 })
    expect(population.items.nodes).toEqual([
      { ordinal: 1, itemKey: 'A' },
      { ordinal: 2, itemKey: 'C' },
    ])
  })

  it('are named up to twenty, so that what else is wrong is seen, and all are counted', async () => {
    const rows = Array.from({ length: 30 }, (_, at) => `K-${at},2024-01-01\n`).join('')
    const { errors } = await imported(`change_id,merged_at\n${rows}X,soon\n`, {})
    expect(errors[0].problemCount).toBe(31)
    expect(errors[0].problems.map(({ code }: { code: string }) => code)).toEqual([
      ...Array(20).fill('DATE_OUTSIDE_PERIOD'),
      'DATE_INVALID',
    ])
    // What cannot be read is no item that could be left out.
    const left = await imported(`change_id,merged_at\n${rows}X,soon\n`, {}, { outsidePeriod: 'LEAVE_OUT' })
    expect(left.errors).toMatchObject([{ problemCount: 1, problems: [{ row: 32, code: 'DATE_INVALID' }] }])
  })

  it('are those outside what the population is to cover', async () => {
    const quarter = { coversFrom: '2025-04-01', coversTo: '2025-06-30' }
    const { errors } = await imported(list, quarter)
    expect(errors).toMatchObject([{ problemCount: 11, message: expect.stringContaining('2025-04-01 to 2025-06-30') }])
    const { population } = await imported(list, quarter, { outsidePeriod: 'LEAVE_OUT' })
    expect(population).toMatchObject({ itemCount: 3, leftOutCount: 11 })
  })
})

describe('a list that was extracted before the period ends', () => {
  it('has what is dated after the extraction set aside and counted, and covers the time until then', async () => {
    const extractedAt = '2025-06-14T17:00:00Z'
    const { population, errors, id } = await imported(list, { extractedAt }, { outsidePeriod: 'LEAVE_OUT' })
    expect(errors).toEqual([])
    expect(population).toMatchObject({ itemCount: 7, setAsideCount: 6, leftOutCount: 1 })
    const checks = { completenessCheck: 'Watched the query run.', accuracyCheck: 'Traced five rows.' }
    const frozen = await a.staff.does(
      'freezePopulation',
      { populationId: id, expectedVersion: population.version, ...checks },
      'population { coversFrom coversTo coveredUntilOn itemCount }',
    )
    expect(frozen.population).toEqual({
      coversFrom: '2025-01-01',
      coversTo: '2025-12-31',
      coveredUntilOn: '2025-06-14',
      itemCount: 7,
    })
  })

  it('is imported anew where its time is said otherwise than when its items were let in', async () => {
    for (const change of [
      { coversTo: '2025-11-30' },
      { coversFrom: '2025-02-01' },
      { extractedAt: '2025-08-01T00:00:00Z' },
    ]) {
      const { id, population } = await imported(list, {}, { outsidePeriod: 'LEAVE_OUT' })
      const input = { populationId: id, expectedVersion: population.version, ...change }
      const changed = await a.staff.does('updatePopulation', input, counts)
      expect(changed.population).toMatchObject({ itemCount: null, leftOutCount: null, items: { nodes: [] } })
      const named = { populationId: id, expectedVersion: changed.population.version }
      const before = await w.digest()
      const checks = { completenessCheck: 'Watched.', accuracyCheck: 'Traced.' }
      expect((await a.staff.tryTo('freezePopulation', { ...named, ...checks })).errors).toMatchObject([
        { code: 'NOT_READY', blockers: [{ code: 'NO_ITEMS_IMPORTED' }] },
      ])
      // Who has seen the items adds nothing to the seed, though none are imported now.
      expect((await a.staff.tryTo('updatePopulation', { ...named, seedContribution: 'mine' })).errors).toMatchObject([
        { code: 'INVALID_INPUT', path: ['seedContribution'] },
      ])
      expect(await w.digest()).toBe(before)
    }
  })

  it('is not said to cover what came after it, nor days outside the period', async () => {
    const { id, version } = await work.draft()
    const before = await w.digest()
    for (const [change, path] of [
      [{ coversTo: '2025-07-01', extractedAt: '2025-06-30T23:00:00Z' }, 'coversTo'],
      [{ extractedAt: '2024-12-31T23:00:00Z' }, 'extractedAt'],
      [{ coversFrom: '2024-12-31' }, 'coversFrom'],
      [{ coversTo: '2026-01-01' }, 'coversTo'],
      [{ coversFrom: '2025-03-01', coversTo: '2025-02-28' }, 'coversTo'],
    ] as const) {
      const { errors } = await a.staff.tryTo('updatePopulation', {
        populationId: id,
        expectedVersion: version,
        ...change,
      })
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: [path] }])
    }
    expect(await w.digest()).toBe(before)
  })
})

it('a population whose time lies outside the period by now is not imported, and that is foreseen', async () => {
  const own = await fieldwork(w, a)
  const { id, version } = await own.draft({ coversFrom: '2025-01-01', coversTo: '2025-03-31' })
  const { engagement } = await a.partner.gql('query ($id: ID!) { engagement(id: $id) { version } }', {
    id: own.engagementId,
  })
  const moved = { engagementId: own.engagementId, expectedVersion: engagement.version, reason: 'Moved (invented).' }
  await a.partner.does('updateEngagement', { ...moved, periodStart: '2025-04-01' })
  const { population } = await a.staff.gql(
    'query ($id: ID!) { population(id: $id) { actions { name allowed reason { code } } } }',
    { id },
  )
  const action = population.actions.find(({ name }: { name: string }) => name === 'importPopulation')
  expect(action).toEqual({ name: 'importPopulation', allowed: false, reason: { code: 'INVALID_INPUT' } })
  const { id: evidenceId } = await a.staff.brings(own.engagementId, { name: 'changes.csv', content: list })
  const before = await w.digest()
  const input = { populationId: id, expectedVersion: version, evidenceId, ...columns }
  expect((await importEvidence(a.staff, input)).errors).toMatchObject([{ code: 'INVALID_INPUT' }])
  expect(await w.digest()).toBe(before)
})
