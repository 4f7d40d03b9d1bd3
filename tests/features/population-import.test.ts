import { randomUUID } from 'node:crypto'
import { describe, expect, it, test, vi } from 'vitest'
import { importItems, importListItems } from '../../src/features/population/import-items.js'
import { listJobs } from '../../src/jobs/listing.js'
import { changes, fieldwork, importEvidence, importList } from '../support/fieldwork.js'
import { everythingIn } from '../support/file-storages.js'
import { longList } from '../support/large-import.js'
import type { Person } from '../support/world.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const work = await fieldwork(w, a)
const columns = { keyColumn: 'id', dateColumn: 'when' }
/** Large enough to be read by a job: 8.8 MB. */
const rows = 40_000
const list = longList(rows).content as Buffer
const stays = new AbortController().signal

const read = `query ($id: ID!) { population(id: $id) { version state itemCount columns evidence { id }
  import { id state reason rowsRead problemCount problems { row column code message found } startedBy { id } endedAt evidence { id } population { id } }
  actions { name allowed reason { code message } } items(first: 1) { totalCount } } }`
const populationOf = async (id: string, by: Person = a.staff) => (await by.gql(read, { id })).population

const itemsIn = async () => Number((await w.owner.query('select count(*) as n from population_item')).rows[0].n)
const begun = async (content: string | Buffer = list, on = work) => {
  const draft = await on.draft()
  const { id: evidenceId } = await a.staff.brings(on.engagementId, { name: 'changes.csv', content })
  const input = {
    idempotencyKey: randomUUID(),
    populationId: draft.id,
    expectedVersion: draft.version,
    ...columns,
    evidenceId,
  }
  const payload = await importEvidence(a.staff, input)
  expect(payload.errors).toEqual([])
  const { import: made } = await populationOf(draft.id)
  return { id: draft.id as string, evidenceId, input, payload, importId: made.id as string }
}
const entries = async (nodeId: string) =>
  (
    await w.owner.query('select action, actor_name from trail_entry where node_id = $1 order by position', [nodeId])
  ).rows.map((one) => [one.action, one.actor_name])

describe('a large list', () => {
  it('is read after the act was answered, and is the population’s once all of it was read', async () => {
    const before = await itemsIn()
    const { id, input, payload, evidenceId, importId } = await begun()
    expect(payload.population).toMatchObject({ version: 2, itemCount: null, evidence: null })
    expect(await populationOf(id)).toMatchObject({
      itemCount: null,
      import: {
        state: 'UNDER_WAY',
        reason: null,
        rowsRead: 0,
        problems: [],
        problemCount: 0,
        endedAt: null,
        startedBy: { id: a.staff.memberId },
        evidence: { id: evidenceId },
        population: { id },
      },
    })
    expect((await listJobs(w.database)).map(({ task }) => task)).toEqual([importItems.name])
    await w.doJobs()
    expect(await populationOf(id, a.manager)).toMatchObject({
      version: 3,
      itemCount: rows,
      items: { totalCount: rows },
      columns: ['id', 'when', 'note'],
      evidence: { id: evidenceId },
      import: { state: 'DONE', rowsRead: rows, problemCount: 0, endedAt: expect.any(String) },
    })
    expect(await itemsIn()).toBe(before + rows)
    expect(await entries(id)).toEqual([
      ['createPopulation', a.staff.name],
      ['importPopulation', a.staff.name],
      ['importPopulation', a.staff.name],
    ])
    // The same act again is the same answer, and the same job again does nothing.
    const digest = await w.digest()
    expect(await importEvidence(a.staff, input)).toEqual(payload)
    await importListItems(w.database, w.queue.files, { firmId: a.id, importId }, stays)
    expect(await w.digest()).toBe(digest)
    const checks = { completenessCheck: 'Watched the query run.', accuracyCheck: 'Traced five rows.' }
    const frozen = await a.staff.does(
      'freezePopulation',
      { populationId: id, expectedVersion: 3, ...checks },
      'population { state itemCount }',
    )
    expect(frozen.population).toEqual({ state: 'FROZEN', itemCount: rows })
  })

  it('keeps the population, and its file, as they are while it is read', async () => {
    const { id, evidenceId, importId } = await begun()
    const other = await a.staff.brings(work.engagementId, { name: 'other.csv', content: 'id,when\nC-1,2025-03-01\n' })
    const before = await w.digest()
    const named = { populationId: id, expectedVersion: 2 }
    const checks = { completenessCheck: 'Invented.', accuracyCheck: 'Invented.' }
    const rule = { column: 'id', operator: 'EQUALS', values: ['C-1'], reason: 'Invented.' }
    for (const [act, input] of [
      ['importPopulation', { ...named, ...columns, evidenceId: other.id }],
      ['updatePopulation', { ...named, coversFrom: '2025-02-01' }],
      ['freezePopulation', { ...named, ...checks }],
      ['proposeExclusion', { ...named, ...rule }],
    ] as const) {
      const { errors } = await a.staff.tryTo(act, input)
      expect(errors, act).toMatchObject([
        { code: 'NOT_READY', blockers: [{ code: 'IMPORT_UNDER_WAY', node: importId }] },
      ])
    }
    const { errors } = await a.manager.tryTo('removeEvidence', { evidenceId, expectedVersion: 1, reason: 'Invented.' })
    expect(errors).toMatchObject([{ code: 'NOT_READY' }])
    expect(await w.digest()).toBe(before)
    const allowed = (await populationOf(id)).actions.filter((one: { allowed: boolean }) => one.allowed)
    expect(allowed.map((one: { name: string }) => one.name)).toEqual(['cancelPopulationImport'])
    await w.doJobs()
  })

  it('at fault is refused by row and column, with what stood there for who imported it, and the items of before stay', async () => {
    const own = await fieldwork(w, a)
    const draft = await own.draft()
    const named = { populationId: draft.id, ...columns }
    await importList(a.staff, own.engagementId, { ...named, expectedVersion: 1 }, 'id,when\nC-1,2025-03-01\n')
    const faulty = list.toString().split('\n')
    faulty[100] = 'C-5,2025-03-01,again'
    faulty[39_000] = 'C-38999,yesterday,once'
    await importList(a.staff, own.engagementId, { ...named, expectedVersion: 2 }, faulty.join('\n'))
    const before = await itemsIn()
    await w.doJobs()
    const problems = [
      { row: 101, column: 'id', code: 'KEY_REPEATED', message: expect.stringContaining('row 7'), found: 'C-5' },
      { row: 39_001, column: 'when', code: 'DATE_INVALID', message: expect.any(String), found: 'yesterday' },
    ]
    expect(await populationOf(draft.id)).toMatchObject({
      itemCount: 1,
      columns: ['id', 'when'],
      items: { totalCount: 1 },
      import: {
        state: 'REFUSED',
        reason: expect.stringMatching(/^2 problems in the file, so nothing was taken in/),
        rowsRead: rows,
        problemCount: 2,
        problems,
      },
    })
    const toOthers = (await populationOf(draft.id, a.manager)).import.problems
    expect(toOthers).toEqual(problems.map((one) => ({ ...one, found: null })))
    expect(await itemsIn()).toBe(before)
    const checks = { completenessCheck: 'Watched the query run.', accuracyCheck: 'Traced five rows.' }
    await a.staff.does('freezePopulation', { populationId: draft.id, expectedVersion: 4, ...checks })
  })

  it('that is no such list is refused with the reason', async () => {
    const { id } = await begun(list.toString().replace('id,when,note', 'key,when,note'))
    await w.doJobs()
    expect((await populationOf(id)).import).toMatchObject({
      state: 'REFUSED',
      problems: [{ row: 1, code: 'COLUMN_MISSING' }],
    })
  })
})

/** Goes on with an import until so many rows were read, then does `then` while it still goes on. */
async function midway(importId: string, then: () => Promise<unknown>, stopping = stays): Promise<unknown> {
  const release = await holdAfter(importId, 10_000)
  const going = importListItems(w.database, w.queue.files, { firmId: a.id, importId }, stopping).catch((error) => error)
  await vi.waitFor(async () => expect(await release.waits()).toBe(true), { timeout: 20_000, interval: 20 })
  await then()
  await release.now()
  return going
}

/** How many transactions wait for what another one changes. */
const waiting = async () =>
  (await w.owner.query("select 1 from pg_locks where not granted and locktype = 'transactionid'")).rows.length

/** The progress of an import beyond so many rows waits until it is released: by a trigger of the test, which waits for a lock. */
async function holdAfter(importId: string, rowsRead: number) {
  const holder = await w.owner.connect()
  await holder.query('select pg_advisory_lock(17)')
  await w.owner.query(`create or replace function held_progress() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(17); return new; end $$`)
  await w.owner.query(`create or replace trigger held_progress before update of rows_read on population_import for each row
    when (new.id = '${importId}' and new.rows_read >= ${rowsRead} and new.state = 'UNDER_WAY') execute function held_progress()`)
  return {
    waits: async () =>
      (await w.owner.query("select 1 from pg_locks where locktype = 'advisory' and objid = 17 and not granted")).rows
        .length > 0,
    now: async () => {
      await holder.query('select pg_advisory_unlock(17)')
      holder.release()
    },
  }
}

describe('an import under way', () => {
  it('can be cancelled: nothing is taken in, and reading ends', async () => {
    const { id, importId } = await begun()
    const staged = await itemsIn()
    // The cancellation waits for the batch that is being noted.
    let cancelling: Promise<unknown> = Promise.resolve()
    const cancel = { populationId: id, expectedVersion: 2 }
    expect(
      await midway(importId, async () => {
        cancelling = a.staff.does('cancelPopulationImport', cancel, 'population { id }')
        await vi.waitFor(async () => expect(await waiting()).toBe(1))
      }),
    ).toBeUndefined()
    await cancelling
    expect(await populationOf(id)).toMatchObject({
      itemCount: null,
      items: { totalCount: 0 },
      import: { state: 'CANCELLED', reason: null, endedAt: expect.any(String) },
    })
    expect(await itemsIn()).toBeGreaterThan(staged)
    expect(await itemsIn()).toBeLessThan(staged + rows)
    const before = await w.digest()
    const { errors } = await a.staff.tryTo('cancelPopulationImport', { ...cancel, expectedVersion: 3 })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['populationId'] }])
    expect(await w.digest()).toBe(before)
    await w.doJobs()
    expect((await populationOf(id)).import.state).toBe('CANCELLED')
  })

  it('that was broken off is done from the first row again, by whichever service, and only once', async () => {
    const { id, importId } = await begun()
    const stopping = new AbortController()
    const broken = await midway(importId, async () => stopping.abort(new Error('The service stops.')), stopping.signal)
    expect(broken).toEqual(new Error('The service stops.'))
    expect((await populationOf(id)).import.state).toBe('UNDER_WAY')
    // Another attempt begins while one goes on: the one that began last ends it.
    let second: Promise<unknown> = Promise.resolve()
    const first = midway(importId, async () => {
      second = importListItems(w.database, w.queue.files, { firmId: a.id, importId }, stays)
      await vi.waitFor(async () => expect(await waiting()).toBe(1))
    })
    expect(await first).toBeUndefined()
    await second
    expect(await populationOf(id)).toMatchObject({ itemCount: rows, import: { state: 'DONE', rowsRead: rows } })
    await w.doJobs()
    expect((await entries(id)).length).toBe(3)
  })

  it('is tried again where another caller was in the way, and is not refused for it', async () => {
    const { id, importId } = await begun()
    await w.owner.query(`create function in_the_way() returns trigger language plpgsql as $$
      begin raise exception 'held' using errcode = 'lock_not_available'; end $$`)
    await w.owner.query(`create trigger in_the_way before update of rows_read on population_import for each row
      when (new.id = '${importId}' and new.rows_read > 0) execute function in_the_way()`)
    const ids = { firmId: a.id, importId }
    await expect(importListItems(w.database, w.queue.files, ids, stays)).rejects.toMatchObject({ code: 'BUSY' })
    expect((await populationOf(id)).import).toMatchObject({ state: 'UNDER_WAY', reason: null })
    await w.owner.query('drop trigger in_the_way on population_import')
    await importListItems(w.database, w.queue.files, ids, stays)
    expect((await populationOf(id)).import.state).toBe('DONE')
  })

  it('ends as refused where who began it may no longer import, or is no member any more', async () => {
    const own = await fieldwork(w, a)
    const { id } = await begun(list, own)
    const [place] = (
      await w.owner.query('select id, version from team_member where engagement_id = $1 and member_id = $2', [
        own.engagementId,
        a.staff.memberId,
      ])
    ).rows
    await w.owner.query('update team_member set removed_at = now() where id = $1', [place.id])
    await w.owner.query('update member set team_mark = $2 where id = $1', [a.staff.memberId, randomUUID()])
    await w.doJobs()
    expect((await populationOf(id, a.manager)).import).toMatchObject({ state: 'REFUSED', reason: expect.any(String) })
    expect((await populationOf(id, a.manager)).itemCount).toBe(null)
  })

  it('ends as refused where the file is not in the storage as it was brought', async () => {
    const { id } = await begun()
    const { storage } = w.queue.files
    for (const key of (await everythingIn(storage)).keys) {
      const size = await storage.size(key)
      if (size !== null && size > 8_000_000) await storage.remove(key)
    }
    await w.doJobs()
    expect((await populationOf(id)).import).toMatchObject({
      state: 'REFUSED',
      reason: 'The file is not in the storage as it was brought.',
    })
  })
})

test('a small list is read at once, and has its import all the same', async () => {
  const draft = await work.draft()
  const input = { populationId: draft.id, expectedVersion: 1, keyColumn: 'id', dateColumn: 'merged' }
  await importList(a.staff, work.engagementId, input, changes(7))
  expect(await populationOf(draft.id)).toMatchObject({
    version: 2,
    itemCount: 7,
    import: { state: 'DONE', rowsRead: 7 },
  })
})

test('after all of it every row is what the trail says', async () => {
  const query =
    'query ($id: ID!) { verifyEngagement(engagementId: $id) { trail { intact } mismatches { nodeType nodeId reason fields } } }'
  const { verifyEngagement } = await a.partner.gql(query, { id: work.engagementId })
  expect(verifyEngagement).toEqual({ trail: { intact: true }, mismatches: [] })
})
