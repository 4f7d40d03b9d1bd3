import { afterAll, beforeEach, expect, it } from 'vitest'
import { firmIds, readFirm } from '../../src/kernel/store/maintenance.js'
import { statementsOf } from '../../src/kernel/store/sql-statements.js'
import { openRead, write } from '../../src/kernel/store/work.js'
import { testDatabase } from '../support/database.js'
import { pooler } from '../support/pooler.js'
import { world } from '../support/world.js'

// The service behind a pooler in transaction mode, which drops what a connection asks for when it begins, and what it set.

const place = await testDatabase()
const between = await pooler(place.serviceUrl)
afterAll(() => between.close())
const behind = { ...place, serviceUrl: between.url }
const w = await world(undefined, { place: behind, database: { poolSize: 3 }, lines: [] })
const a = await w.firm('Acacia')
const b = await w.firm('Birch')
const client = await a.client('Kestrel')
const clients = '{ clients(first: 5) { nodes { name } } }'

const settings = `select current_setting('statement_timeout') as statement, current_setting('plan_cache_mode') as plan,
  current_setting('idle_in_transaction_session_timeout') as idle, current_setting('search_path') as path`
const ofRole = { statement: '30s', plan: 'force_generic_plan', idle: '35s', path: 'fieldwork' }

beforeEach(() => {
  between.texts.length = 0
})

it('asks for nothing when it connects but a database and who it is, and what poolers keep account of', () => {
  const kept = ['user', 'database', 'client_encoding', 'application_name']
  expect([...between.parameters].filter((name) => !kept.includes(name))).toEqual([])
})

it('acts and reads as without one, each transaction within its own firm', async () => {
  for (let nth = 1; nth <= 5; nth += 1) {
    const input = { clientId: client.id, expectedVersion: nth, name: `Kestrel ${nth}` }
    const [act, other] = await Promise.all([
      a.manager.does('updateClient', input, 'client { name }'),
      b.manager.gql(clients),
    ])
    expect(act.client).toEqual({ name: `Kestrel ${nth}` })
    expect(other.clients.nodes).toEqual([])
    expect((await a.manager.gql(clients)).clients.nodes).toEqual([{ name: `Kestrel ${nth}` }])
  }
  expect(await firmIds(w.database)).toEqual([a.id, b.id].sort())
  expect(between.transactions).toBeGreaterThan(10)
})

it('has the timeouts and the plan mode of the role in each transaction, and no firm outside of one', async () => {
  for (let time = 0; time < 3; time += 1) {
    const read = await openRead(w.database, a.manager.claims)
    expect(await read.tx.query(settings)).toEqual([ofRole])
    await read.close()
    expect(await write(w.database, a.manager.claims, 'Mutation.updateClient', (tx) => tx.query(settings))).toEqual([
      ofRole,
    ])
    expect(await readFirm(w.database, a.id, (tx) => tx.query(settings))).toEqual([ofRole])
  }
  const connection = await w.database.connect()
  const [outside] = await connection.query(`${settings}, current_setting('app.firm_id', true) as firm`)
  connection.release()
  expect(outside).toEqual({ ...ofRole, firm: '' })
})

it('sends one statement in a message', async () => {
  await a.manager.gql(clients)
  await a.manager.does('updateClient', { clientId: client.id, expectedVersion: 6, name: 'Harrier' })
  await firmIds(w.database)
  await readFirm(w.database, a.id, async () => undefined)
  expect(between.texts.length).toBeGreaterThan(15)
  expect(between.texts.filter((text) => statementsOf(text).length > 1)).toEqual([])
})

it('is cut off in a statement that takes too long, in each transaction that is to be shorter than the role says', async () => {
  const short = await world(undefined, {
    place: behind,
    database: { poolSize: 1, timeouts: { statement: 300, silence: 3_000 } },
    lines: [],
  })
  for (let time = 0; time < 2; time += 1) {
    const read = await openRead(short.database, a.manager.claims)
    expect(await read.tx.query(settings)).toEqual([{ ...ofRole, statement: '300ms', idle: '3s' }])
    await expect(read.tx.query('select pg_sleep(3)')).rejects.toMatchObject({ code: '57014' })
    await read.close()
  }
})
