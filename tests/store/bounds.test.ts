import { describe, expect, it } from 'vitest'
import { features } from '../../src/features.js'
import type { Row, RowClass } from '../../src/kernel/store/row.js'
import { type WriteTx, write } from '../../src/kernel/store/work.js'
import { fullWorld } from '../support/full-world.js'
import { withoutUniqueness } from '../support/without-uniqueness.js'
import { world } from '../support/world.js'

// Lists that are no connection rest on bounds that are held when rows are made. Each is filled to its brim here.
const w = await world()
const { crew } = await fullWorld(w)
const { claims } = crew.manager

await withoutUniqueness(w)

const bounds = features
  .flatMap(({ rows }) => rows as readonly RowClass[])
  .flatMap((row) => Object.entries(row.bounds).map(([parent, max]) => [row.typeName, parent, max, row] as const))

/** What another person decided on is not made so by the one who adds it. */
const isDecided = (row: Row): boolean => typeof (row as { decidedBy?: unknown }).decidedBy === 'string'

/** A row of the kind that has such a parent, as a caller gives it; the engagement partner sees those of every kind. */
async function like(row: RowClass, parent: string): Promise<Record<string, unknown>> {
  return write(w.database, crew.partner.claims, 'Mutation.test', async (tx) => {
    const having = (await tx.find(row, {})).filter((one) => one[parent as keyof Row])
    const found = having.find((one) => !isDecided(one)) ?? having[0]
    const { id: _id, firmId: _firm, version: _version, createdBy: _by, createdAt: _at, ...values } = found as Row
    return values
  })
}

const countOf = async (row: RowClass, parent: string, id: unknown) => {
  const { name } = w.database.table(row)
  const column = w.database.table(row).columnOf(parent)?.column
  const { rows } = await w.owner.query(`select count(*)::int as n from ${name} where ${column} = $1`, [id])
  return rows[0].n as number
}

const adding = (row: RowClass, values: Record<string, unknown>, times: number) => async (tx: WriteTx) => {
  tx.markPermitted(values.engagementId as string)
  await tx.insertMany(row, Array(times).fill(values) as never)
}

it('there are lists that rest on them', () => {
  expect(bounds.length).toBeGreaterThan(7)
})

describe.each(bounds)('%s by %s, of which there are at most %i,', (_name, parent, max, row) => {
  it('cannot become one more, and nothing is made then', async () => {
    const values = await like(row, parent)
    const id = values[parent]
    const there = await countOf(row, parent, id)
    expect(there).toBeGreaterThan(0)
    const before = await w.digest()
    const undone = new Error('undone')
    const upTo = (times: number) =>
      write(w.database, claims, 'Mutation.test', async (tx) => {
        await adding(row, values, times)(tx)
        throw undone
      })
    const others = Object.entries(row.bounds).filter(([other]) => other !== parent && values[other])
    // A narrower bound of the same row is met first.
    if (others.every(([, narrower]) => narrower > max)) await expect(upTo(max - there)).rejects.toBe(undone)
    await expect(upTo(max - there + 1)).rejects.toMatchObject({ code: 'LIMIT_REACHED' })
    expect(await w.digest()).toBe(before)
  })
})

it('holds when two add at the same moment: one of them is refused', async () => {
  const [, parent, max, row] = bounds.find(([name]) => name === 'Procedure') as (typeof bounds)[number]
  const values = await like(row, parent)
  const there = await countOf(row, parent, values[parent])
  const half = Math.ceil((max - there) / 2) + 1
  const outcomes = await Promise.allSettled(
    [1, 2].map(() => write(w.database, claims, 'Mutation.test', adding(row, values, half))),
  )
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await countOf(row, parent, values[parent])).toBe(there + half)
})
