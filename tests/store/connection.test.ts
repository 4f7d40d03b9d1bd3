import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, expect, it } from 'vitest'
import { Database } from '../../src/kernel/store/database.js'
import { testDatabase } from '../support/database.js'

const place = await testDatabase()
const silence = 600
const database = await new Database({
  url: place.serviceUrl,
  poolSize: 1,
  secret: 'x'.repeat(32),
  rows: [],
  timeouts: { silence },
}).open()
afterAll(() => database.close())

it('a value that cannot be sent fails its statement, and no statement of those who have the connection later', async () => {
  const first = await database.connect()
  const sent = first.prepared('select $1::jsonb', [{ unsendable: 1n }])
  await expect(sent).rejects.toThrow('BigInt')
  await first.rollback()
  const second = await database.connect()
  await pause(silence + 200)
  expect(await second.prepared('select $1::jsonb as said', [{ sendable: 1 }])).toEqual([{ said: { sendable: 1 } }])
  second.release()
})

it('a server is given up when it has said nothing for so long, whatever is sent to it meanwhile', async () => {
  const connection = await database.connect()
  const started = performance.now()
  const slow = connection.run('select pg_sleep(5)').catch((error: Error) => error.message)
  await pause(silence / 2)
  await connection.rollback()
  expect(await slow).toBe('Query read timeout')
  expect(performance.now() - started).toBeLessThan(silence * 1.4)
  await database.ping()
})

it('what fails behind another statement says why that one failed, also where it was to be prepared', async () => {
  const connection = await database.connect()
  const texts = ['select 1 / 0', 'select 7 as seven', 'select 7 as seven']
  const all = [connection.run('begin'), ...texts.map((text) => connection.prepared(text, []))]
  const [, ...told] = (await Promise.allSettled(all)).map((one) => 'reason' in one && (one.reason as Error).message)
  expect(told).toEqual(texts.map(() => 'division by zero'))
  await connection.rollback()
})

it('a statement is described once on each connection, whether it answers with rows or not', async () => {
  const { describe: described } = pg.Connection.prototype as unknown as { describe: (portal: unknown) => void }
  const told: unknown[] = []
  Object.assign(pg.Connection.prototype, {
    describe(this: pg.Connection, portal: unknown) {
      told.push(portal)
      described.call(this, portal)
    },
  })
  try {
    const connection = await database.connect()
    for (const name of ['one', 'two', 'three']) {
      expect(await connection.change({ text: 'update client set name = $1 where false', values: [name] })).toBe(0)
      expect(await connection.prepared('select $1::text as name', [name])).toEqual([{ name }])
    }
    expect(told).toHaveLength(2)
    connection.release()
  } finally {
    Object.assign(pg.Connection.prototype, { describe: described })
  }
})

it('more texts than are named are answered, and a connection keeps no more of them', async () => {
  const connection = await database.connect()
  const texts = Array.from({ length: 1_050 }, (_, at) => `select $1::int + ${at} as sum`)
  for (const _time of [1, 2]) {
    const answers = await Promise.all(texts.map((text) => connection.prepared<{ sum: number }>(text, [1])))
    expect(answers.map(([row]) => row?.sum)).toEqual(texts.map((_, at) => at + 1))
  }
  const [kept] = await connection.query<{ count: number }>('select count(*) from pg_prepared_statements')
  connection.release()
  // A few of the names are those of the tests before.
  expect(kept?.count).toBeGreaterThan(950)
  expect(kept?.count).toBeLessThanOrEqual(1_000)
})
