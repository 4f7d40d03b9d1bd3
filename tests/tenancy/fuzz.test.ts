import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { features } from '../../src/features.js'
import { plainSchema } from '../../src/schema.js'
import { tenantTables } from '../support/canaries.js'
import { crossTenantWorld } from '../support/cross-tenant-access.js'
import { Operations } from '../support/operations.js'
import { Reach } from '../support/reached.js'
import { type Trial, Trials } from '../support/trial.js'
import type { Way } from '../support/ways-in.js'

// Random operations over the whole schema, sent by all callers over every way in, filled with what belongs to others. For
// each: nothing of a tenant is shown or logged to who may not see it, nothing of theirs moves, no fault of the service’s
// own comes of it, and a hidden id or a key of another person is answered as one that never was. Every case finds the same
// world, so that one which fails can be had again by itself.
//
//   FUZZ_CASES=...      how many cases; 300 when it is not set, 10,000 in npm run test:long
//   FUZZ_SEED=...       the seed that a run has printed, to have it again; random when it is not set
//   FUZZ_PATH=...       the path that a failed run has printed beside its seed: the one case that failed, made small

const cases = Number(process.env.FUZZ_CASES ?? 300)
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
const path = process.env.FUZZ_PATH
/** From so many cases on, nearly all of the schema must have been reached. */
const long = 10_000

const schema = await plainSchema(features)
const ground = await crossTenantWorld()
const trials = new Trials(ground, schema)
const reach = new Reach(schema)
const print = (line: string) => void process.stdout.write(`tenancy fuzz: ${line}\n`)

const weights: Record<Way, number> = { POST: 8, GET: 3, 'another route': 1 }
const trial: fc.Arbitrary<Trial> = fc.record({
  reader: fc.nat(ground.readers.length - 1),
  suited: fc.boolean(),
  way: fc.oneof(...Object.entries(weights).map(([way, weight]) => ({ weight, arbitrary: fc.constant(way as Way) }))),
  asks: fc.oneof(
    { weight: 12, arbitrary: new Operations(schema).any().map((operation) => ({ operation })) },
    { weight: 1, arbitrary: fc.nat(ground.mutations.length - 1).map((mutation) => ({ mutation })) },
  ),
  nth: fc.nat(35),
})

describe('the world of the fuzz', () => {
  it('has a canary in every text of every tenant, in the database itself', async () => {
    const unmarked: string[] = []
    for (const { table, columns } of await tenantTables(ground.w)) {
      const { rows } = await ground.w.owner.query<{ all: string }>(
        `select string_agg(t::text, ' ') as all from ${table} t`,
      )
      const standing = new Set(ground.canaries.heardIn(rows[0]?.all ?? ''))
      for (const { name } of columns) {
        const cells = [...standing].filter(({ row, column }) => row.table === table && column === name)
        const firms = new Set(cells.map(({ row }) => row.firmId))
        if (firms.size !== 2) unmarked.push(`${table}.${name}`)
      }
    }
    expect(unmarked).toEqual([])
  })
})

describe('a random operation', () => {
  it(
    'shows, moves and tells apart nothing that is not one’s own',
    async () => {
      print(`FUZZ_SEED=${seed} FUZZ_CASES=${cases}`)
      const property = fc.asyncProperty(trial, async (one) => reach.add(one.way, await trials.run(one)))
      await fc.assert(property, { numRuns: cases, seed, ...(path === undefined ? {} : { path }) })
    },
    cases * 1_000,
  )

  it('is answered with data where everything in it is the sender’s own, often enough', () => {
    print(`${JSON.stringify(reach.counts)}, by way ${JSON.stringify(reach.byWay)}`)
    if (path !== undefined) return
    const { sent, compared, planned, lasting, ownQueries, answered, ownMutations, done } = reach.counts
    expect(sent).toBe(cases)
    expect(compared / sent).toBeGreaterThan(0.25)
    expect(planned / sent).toBeGreaterThan(0.04)
    expect(ownQueries / sent).toBeGreaterThan(0.08)
    expect(answered / ownQueries).toBeGreaterThan(0.3)
    expect(ownMutations / sent).toBeGreaterThan(0.03)
    // Acts seldom fit together by chance: of a short run too few are done to ask for a share of them.
    expect(lasting).toBeGreaterThan(0)
    if (cases >= long) expect([lasting / sent > 0.01, done / ownMutations > 0.08]).toEqual([true, true])
  })

  it('reaches the schema, in a long run nearly all of it', () => {
    const { all, missing } = reach
    const few = missing.length > 40 ? '' : `, not ${missing.join(', ') || 'one was missed'}`
    print(`reached ${all.length - missing.length} of ${all.length} root fields, types and inputs${few}`)
    // What only one person in one state of one object is answered with may be missed by chance: three or so of hundreds.
    if (cases >= long) expect(missing.length, missing.join(', ')).toBeLessThanOrEqual(all.length / 100)
  })
})
