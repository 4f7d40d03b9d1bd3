import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import type { Person } from '../../seeds/api.js'
import { features } from '../../src/features.js'
import { limits } from '../../src/kernel/execute/limits.js'
import { plainSchema } from '../../src/schema.js'
import { type AuditFirm, auditFirm, signedIn } from '../support/audit-firm.js'
import { cyclesOf, roundAndRound } from '../support/cycles.js'
import { testDatabase } from '../support/database.js'
import { filesFolder, freePort, start } from '../support/service-process.js'

// A query that goes round and round between objects and their lists: over an engagement of 60 controls, each asked of a
// service process as deep as documents may be. Each is refused, or it ends; the process stays small, and it serves others.
const place = await testDatabase()
const owner = new pg.Pool({ connectionString: place.ownerUrl, max: 1, options: '-c search_path=fieldwork' })
owner.on('error', () => undefined)
afterAll(() => owner.end())
const port = await freePort()
const address = `http://127.0.0.1:${port}`
const settings = {
  DATABASE_URL: place.ownerUrl,
  FIELDWORK_FILES_DIR: filesFolder(),
  FIELDWORK_SECRET: 'the secret of the test run, known to all',
  PORT: String(port),
}
const mebibyte = 1024 ** 2
const residentBytesMax = 500 * mebibyte
const healthMsMax = 200

/** As many rows like one that is there, each with an id of its own and what else must differ. */
const more = (table: string, times: number, like: string, differing: Record<string, string>) =>
  owner.query(
    `insert into ${table} select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), ${Object.entries(
      differing,
    )
      .map(([column, value]) => `'${column}', ${value}`)
      .join()}))).* from ${table} one cross join generate_series(1, ${times}) n where ${like}`,
  )

/** Sixty controls, each mapped to ten criteria, with a dozen procedures, five populations and a dozen exceptions. */
async function grow({ engagementId, controlId, clientId }: AuditFirm): Promise<void> {
  const here = `one.engagement_id = '${engagementId}'`
  await more('control', 60, `one.id = '${controlId}'`, { ref: "'X-' || n" })
  const controls = `select id, firm_id, created_by, created_at from control where engagement_id = '${engagementId}' and ref like 'X-%'`
  await owner.query(
    `insert into control_criterion (firm_id, id, engagement_id, control_id, criterion_code, version, created_by, created_at)
     select c.firm_id, gen_random_uuid(), '${engagementId}', c.id, k.code, 1, c.created_by, c.created_at
     from (${controls}) c cross join (select code from criterion where category = 'SECURITY' order by position limit 10) k`,
  )
  await owner.query(
    `insert into exception (firm_id, id, engagement_id, client_id, number, control_id, kind, category, cause, state, title,
       criteria_codes, expected_operation, condition, potential_impact, author_ids, section_four_text, created_by, created_at)
     select c.firm_id, gen_random_uuid(), '${engagementId}', '${clientId}', row_number() over () + 1000, c.id, 'DESIGN_DEFICIENCY',
       'CONTROL_GAP', 'OTHER', 'CONFIRMED', 'Invented', '{CC8.1}', 'Invented.', 'Invented.', 'Invented.', array[c.created_by], 'Invented.',
       c.created_by, c.created_at
     from (${controls}) c cross join generate_series(1, 12)`,
  )
  const likes = `${here} and one.ref = 'CM-01.T'`
  await owner.query(`create temporary table grown as ${controls}`)
  await owner.query(
    `insert into procedure select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), 'control_id', g.id,
       'ref', 'X-' || n || '-' || g.id::text))).* from procedure one cross join grown g cross join generate_series(1, 12) n where ${likes}`,
  )
  await owner.query(
    `insert into population select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), 'control_id', g.id,
       'import_id', null, 'item_count', 0))).* from population one cross join grown g cross join generate_series(1, 5) n where ${here}`,
  )
}

const firm = await auditFirm(settings)
await grow(firm)
const service = start(settings)
await service.ready
const { partner, senior, staff } = await signedIn(address, 'partner', 'senior', 'staff')
const schema = await plainSchema(features)

/** The ids of one object of each type, as the database knows them. */
const idOf = async (type: string): Promise<string> => {
  if (type === 'Engagement') return firm.engagementId
  if (type === 'Client') return firm.clientId
  const table = type.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase()
  const { rows } = await owner.query<{ id: string }>(`select id from ${table} order by id desc limit 1`)
  return rows[0]?.id ?? firm.engagementId
}

interface Asked {
  status: number
  codes: string[]
  bytes: number
}

async function ask(person: Person, query: string, variables: Record<string, unknown>): Promise<Asked> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${person.token}` }
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  const { errors = [] } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] }
  return { status: response.status, codes: errors.map(({ extensions }) => extensions.code), bytes: text.length }
}

/** How long `/healthz` took at most while the work was done, and how much memory the process held at most. */
async function watched<T>(work: Promise<T>): Promise<{ done: T; healthMs: number; residentBytes: number }> {
  const found = { healthMs: 0, residentBytes: 0 }
  let isOver = false
  const over = work.finally(() => {
    isOver = true
  })
  over.catch(() => undefined)
  while (!isOver) {
    const asked = performance.now()
    await (await fetch(`${address}/healthz`)).text()
    found.healthMs = Math.max(found.healthMs, performance.now() - asked)
    const pages = Number(readFileSync(`/proc/${service.child.pid}/statm`, 'utf8').split(' ')[1])
    found.residentBytes = Math.max(found.residentBytes, pages * 4_096)
    await pause(5)
  }
  return { done: await over, ...found }
}

const most = { healthMs: 0, residentBytes: 0 }

/** Asks, and notes what it cost others. What other work of the machine takes is not the service's: the best of five tries is. */
async function askWatched(person: Person, queryOf: (attempt: number) => string, id: string): Promise<Asked> {
  let shortest = Number.POSITIVE_INFINITY
  let answer: Asked | undefined
  for (let attempt = 0; attempt < 5 && shortest >= healthMsMax; attempt += 1) {
    const { done, healthMs, residentBytes } = await watched(ask(person, queryOf(attempt), { id }))
    most.residentBytes = Math.max(most.residentBytes, residentBytes)
    shortest = Math.min(shortest, healthMs)
    answer ??= done
  }
  most.healthMs = Math.max(most.healthMs, shortest)
  return answer as Asked
}

const cycles = cyclesOf(schema, 4)

it('there are cycles in the schema to go round, those among them that ended the service', () => {
  const named = cycles.map((cycle) => cycle.map(({ from, field }) => `${from}.${field}`).join(' '))
  expect(named.length).toBeGreaterThan(20)
  for (const known of [
    'Engagement.criteria EngagementCriterion.controls Control.engagement',
    'Engagement.team TeamMember.engagement',
    'Exception.control Control.exceptions',
    'Population.control Control.populations',
    'Procedure.control Control.procedures',
  ]) {
    expect(named).toContain(known)
  }
})

describe.each([
  ['as many as usual', undefined],
  ['three', 3],
  ['a hundred', 100],
])('with %s of each connection', (_what, first) => {
  it('every cycle is refused or ends, and the service stays small and serves others', async () => {
    const answered: string[] = []
    for (const cycle of cycles) {
      const id = await idOf(cycle[0]?.from as string)
      // As deep as is allowed, then less deep until it is not refused for what it could cost.
      for (let levels = limits.depth; levels > 2; levels -= 1) {
        const query = roundAndRound(schema, cycle, levels, first)
        // What is suspected is read by the engagement partner alone.
        const [one, another] = query.includes('suspectedNoncompliance') ? [partner, partner] : [senior, staff]
        // A text that was not asked before is answered by the executor, then by its plan.
        const executed = await askWatched(one, (attempt) => `${query} # ${attempt}`, id)
        if (executed.codes.includes('BAD_USER_INPUT')) {
          expect(executed.bytes).toBeLessThan(1_000)
          continue
        }
        for (const again of [executed, await askWatched(another, () => `${query} # 0`, id)]) {
          expect(again, query).toMatchObject({ status: 200 })
          expect([[], ['TOO_LARGE']], query).toContainEqual(again.codes)
        }
        answered.push(query)
        break
      }
    }
    expect(answered).toHaveLength(cycles.length)
    expect(most.residentBytes).toBeLessThan(residentBytesMax)
    expect(most.healthMs).toBeLessThan(healthMsMax)
  }, 120_000)
})

it('four times the cycle that ended the service, side by side, is refused', async () => {
  const round = (levels: number): string =>
    levels === 0 ? 'id' : `criteria { controls { nodes { engagement { ${round(levels - 1)} } } } }`
  const query = `query ($id: ID!) { ${['a', 'b', 'c', 'd'].map((alias) => `${alias}: engagement(id: $id) { ${round(3)} }`).join(' ')} }`
  expect(await ask(staff, query, { id: firm.engagementId })).toMatchObject({ status: 400, codes: ['BAD_USER_INPUT'] })
})
