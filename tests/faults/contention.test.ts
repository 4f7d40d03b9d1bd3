import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { buildSchema, GraphQLError } from 'graphql'
import pg from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { verifyTrail } from '../../src/features/trail/trail.verification.js'
import { shownError } from '../../src/http/errors.js'
import { firmScope } from '../../src/kernel/store/scope.js'
import { openRead } from '../../src/kernel/store/work.js'
import { Refusal } from '../../src/rules/refusal.js'
import { type TestDatabase, testDatabase } from '../support/database.js'
import { leftBehind, listening } from '../support/listening.js'
import { waitingForLocks } from '../support/locks.js'
import { type Person, type TestFirm, type World, world } from '../support/world.js'

/** A world whose sessions begin with these settings of the database. */
async function worldWith(settings: Record<string, string>): Promise<World> {
  const place: TestDatabase = await testDatabase()
  const owner = new pg.Client({ connectionString: place.ownerUrl })
  await owner.connect()
  for (const [name, value] of Object.entries(settings)) {
    await owner.query(`alter database ${place.name} set ${name} = ${pg.escapeLiteral(value)}`)
  }
  await owner.end()
  return world(undefined, { place })
}

/** What there is of an act by its name and key. */
async function traces(w: World, name: string, key: string) {
  const { rows } = await w.owner.query(
    `select (select count(*)::int from client where name = $1) as rows,
       (select count(*)::int from trail_entry where changes like '%' || $1 || '%') as entries,
       (select count(*)::int from idempotency where key = $2) as remembered`,
    [name, key],
  )
  return rows[0]
}
const once = { rows: 1, entries: 1, remembered: 1 }
const never = { rows: 0, entries: 0, remembered: 0 }

/** Whether the firm's own chain is whole, recomputed. */
async function trailIsWhole(w: World, person: Person): Promise<boolean> {
  const read = await openRead(w.database, person.claims)
  try {
    return (await verifyTrail(firmScope(read.tx))).intact
  } finally {
    await read.close()
  }
}

describe('an act that stands in a deadlock with another act', async () => {
  // The service's sessions look for a deadlock and are the ones that give way; the other session never looks. A session
  // looks once in a wait: the other session has until then, also on a busy machine, to reach for what the act has.
  const w = await worldWith({ deadlock_timeout: '4s' })
  const door = await listening(w)
  const a: TestFirm = await w.firm('Aspen')
  const client = await a.client('Kestrel Cloud')
  await a.manager.does('createClient', { name: 'The first of the trail' })

  const other = new pg.Client({ connectionString: w.testDatabase.ownerUrl, options: '-c search_path=fieldwork' })
  await other.connect()
  await other.query("set deadlock_timeout = '60s'")
  afterEach(async () => {
    await other.query('rollback')
  })
  afterAll(() => other.end())

  /** The other session holds the trail's head, which acts take last, and then reaches for the client that the act has. */
  const crossWays = async () => {
    const begun = performance.now()
    await waitingForLocks(w, 1, 'trail_append')
    await other.query(`update client set name = name where id = $1`, [client.id])
    // It has what the act had. Long before the act stopped waiting by itself (10 s): it was made to give way.
    expect(performance.now() - begun).toBeLessThan(9_000)
  }
  const rename = (name: string) => {
    const input = { idempotencyKey: randomUUID(), clientId: client.id, expectedVersion: 1, name }
    return { input, done: door.act(a.manager, 'updateClient', input, 'client { name version }') }
  }
  const holdTrail = () => other.query('begin; select 1 from trail_head for update')
  it('three times over is refused as BUSY, with nothing done; sent again it happens', async () => {
    const before = await w.digest()
    await holdTrail()
    await other.query('savepoint crossing')
    const { input, done } = rename('Kestrel Thrice')
    for (let times = 1; times <= 3; times += 1) {
      await crossWays()
      // The act gave way. The next attempt finds the client free again.
      await other.query('rollback to savepoint crossing')
    }
    expect((await done).body?.data.updateClient).toMatchObject({ client: null, errors: [{ code: 'BUSY' }] })
    await other.query('rollback')
    expect(await w.digest()).toBe(before)
    expect(await traces(w, 'Kestrel Thrice', input.idempotencyKey)).toEqual(never)
    expect(await leftBehind(w)).toEqual([])
    const again = await door.act(a.manager, 'updateClient', input, 'client { name version }')
    expect(again.body?.data.updateClient).toEqual({ client: { name: 'Kestrel Thrice', version: 2 }, errors: [] })
    expect(await traces(w, 'Kestrel Thrice', input.idempotencyKey)).toEqual(once)
    await w.owner.query("update client set name = 'Kestrel Cloud', version = 1 where id = $1", [client.id])
  }, 60_000)

  it('is done again and happens once: one change, one entry, one key', async () => {
    await holdTrail()
    const { input, done } = rename('Kestrel Once')
    await crossWays()
    await other.query('rollback')
    expect((await done).body?.data.updateClient).toEqual({ client: { name: 'Kestrel Once', version: 2 }, errors: [] })
    expect(await traces(w, 'Kestrel Once', input.idempotencyKey)).toEqual(once)
    expect(await trailIsWhole(w, a.manager)).toBe(true)
    expect(await leftBehind(w)).toEqual([])
  })
})

describe('acts that the database cannot put in an order (40001)', async () => {
  // A database set to repeatable read by its administrator: here what another act changed meanwhile is a failure, not a wait.
  const w = await worldWith({ default_transaction_isolation: 'repeatable read' })
  const door = await listening(w)
  const a: TestFirm = await w.firm('Aspen')
  const client = await a.client('Kestrel Cloud')

  it('are done again and happen once', async () => {
    const other = await w.owner.connect()
    const input = { idempotencyKey: randomUUID(), clientId: client.id, expectedVersion: 1, name: 'Kestrel Skies' }
    await other.query('begin; update client set name = name')
    const done = door.act(a.manager, 'updateClient', input, 'client { name version }')
    await waitingForLocks(w, 1)
    await other.query('commit')
    other.release()
    expect((await done).body?.data.updateClient).toEqual({ client: { name: 'Kestrel Skies', version: 2 }, errors: [] })
    expect(await traces(w, 'Kestrel Skies', input.idempotencyKey)).toEqual(once)
  })

  it('are refused as BUSY where there is no end of it, and sent again until done have each happened once', async () => {
    const acts = [...'ABCDEFGHIJKL'].map((mark) => ({ idempotencyKey: randomUUID(), name: `Crowded ${mark}` }))
    const codes: string[] = []
    const send = async (input: (typeof acts)[number]): Promise<void> => {
      for (;;) {
        const { status, body } = await door.act(a.manager, 'createClient', input, 'client { name }')
        expect([status, body?.errors]).toEqual([200, undefined])
        const refused = body?.data.createClient.errors[0]
        if (!refused) return
        codes.push(refused.code)
        expect(await traces(w, input.name, input.idempotencyKey)).toEqual(never)
        await pause(Math.random() * 50)
      }
    }
    await Promise.all(acts.map(send))
    expect(codes.filter((code) => code !== 'BUSY')).toEqual([])
    for (const { name, idempotencyKey } of acts) expect(await traces(w, name, idempotencyKey)).toEqual(once)
    expect(await trailIsWhole(w, a.manager)).toBe(true)
    expect(await leftBehind(w)).toEqual([])
  })
})

it('being in the way of others is an outage where there is no payload to say so in', () => {
  const error = new GraphQLError('', {
    originalError: new Refusal('BUSY', 'Another caller is changing the same thing.'),
  })
  expect(shownError(buildSchema('type Query { x: Int }'), { message: '' }, error).extensions).toEqual({
    code: 'UNAVAILABLE',
  })
})
