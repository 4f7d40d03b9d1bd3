import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { seedDemo } from '../../seeds/first-start.js'
import { readConfig } from '../../src/config.js'
import { Member } from '../../src/features/firm/member.js'
import { openRead } from '../../src/kernel/store/work.js'
import { openService } from '../../src/service.js'
import { emptyDatabase } from '../support/database.js'
import { type HttpAnswer, leftBehind, listening } from '../support/listening.js'
import { keepFrom, waitingForLocks } from '../support/locks.js'
import { filesFolder } from '../support/service-process.js'
import { world } from '../support/world.js'

const clients = '{ clients { nodes { name } } }'

const fault = ({ status, headers, body }: HttpAnswer) => ({
  status,
  retryAfter: headers.get('retry-after'),
  extensions: body?.errors?.[0]?.extensions,
})
const expectedFault = (answer: HttpAnswer, code: 'UNAVAILABLE' | 'TIMED_OUT') => ({
  status: code === 'UNAVAILABLE' ? 503 : 200,
  retryAfter: code === 'UNAVAILABLE' ? '5' : null,
  extensions: { code, requestId: answer.headers.get('x-request-id') },
})

describe('more requests than connections', async () => {
  const w = await world(undefined, {
    database: { poolSize: 2, timeouts: { connection: 1_500, statement: 10_000 } },
    lines: [],
  })
  const door = await listening(w)
  const a = await w.firm('Acacia')
  await a.client('Kestrel Cloud')

  it('wait for each other and are all answered', async () => {
    const release = await keepFrom(w, 'client')
    const asked = Array.from({ length: 12 }, () => door.post(a.manager, clients))
    await waitingForLocks(w, 2)
    await pause(200)
    await release()
    for (const answer of await Promise.all(asked)) {
      expect([answer.status, answer.body]).toEqual([200, { data: { clients: { nodes: [{ name: 'Kestrel Cloud' }] } } }])
    }
    expect(await leftBehind(w, 2)).toEqual([])
  })

  it('are told to try again when they waited too long, have done nothing, and find the pool whole afterwards', async () => {
    const release = await keepFrom(w, 'client')
    const holding = [door.post(a.manager, clients), door.post(a.senior, clients)]
    await waitingForLocks(w, 2)
    const before = await w.owner.query('select count(*) from idempotency union all select count(*) from trail_entry')
    const input = { idempotencyKey: randomUUID(), name: 'Late Client' }
    const tooMany = await Promise.all([
      door.post(a.manager, clients),
      door.act(a.manager, 'createClient', input),
      door.act(a.manager, 'createClient', { name: 'Never' }),
    ])
    for (const answer of tooMany) {
      expect(fault(answer)).toEqual(expectedFault(answer, 'UNAVAILABLE'))
      expect(answer.ms).toBeGreaterThan(1_400)
      expect(answer.ms).toBeLessThan(5_000)
      expect(JSON.stringify(answer.body)).not.toMatch(/timeout exceeded|connect/)
    }
    const after = await w.owner.query('select count(*) from idempotency union all select count(*) from trail_entry')
    expect(after.rows).toEqual(before.rows)
    await release()
    for (const answer of await Promise.all(holding)) expect(answer.body?.errors).toBeUndefined()
    expect((await door.act(a.manager, 'createClient', input)).body?.data.createClient.errors).toEqual([])
    const { rows } = await w.owner.query("select name from client where name in ('Late Client', 'Never')")
    expect(rows).toEqual([{ name: 'Late Client' }])
    expect(await leftBehind(w, 2)).toEqual([])
  })

  it('wait for a connection once: a query that got none is not sent again by other means', async () => {
    const release = await keepFrom(w, 'client')
    const holding = [door.post(a.manager, clients), door.post(a.senior, clients)]
    await waitingForLocks(w, 2)
    const connect = vi.spyOn(w.database, 'connect')
    const answer = await door.post(a.manager, clients)
    expect(fault(answer)).toEqual(expectedFault(answer, 'UNAVAILABLE'))
    expect(connect).toHaveBeenCalledTimes(1)
    connect.mockRestore()
    await release()
    for (const held of await Promise.all(holding)) expect(held.body?.errors).toBeUndefined()
  })
})

it('one connection is enough for all that an audit does: nothing waits for a second one while it holds the first', {
  timeout: 60_000,
}, async () => {
  const { ownerUrl } = await emptyDatabase()
  const config = readConfig({
    FIELDWORK_FILES_DIR: filesFolder(),
    NODE_ENV: 'test',
    DATABASE_URL: ownerUrl,
    DATABASE_POOL_SIZE: '1',
    FIELDWORK_SECRET: 'the secret of the test run, known to all',
  })
  const service = await openService(config, pino({ level: 'silent' }))
  try {
    await seedDemo(service)
    const answer = await service.app.inject({ url: '/readyz' })
    expect(answer.statusCode).toBe(200)
  } finally {
    await service.stop()
  }
})

describe('a statement that takes too long', async () => {
  const w = await world(undefined, { database: { poolSize: 3, timeouts: { statement: 700 } }, lines: [] })
  const door = await listening(w)
  const a = await w.firm('Acacia')
  const client = await a.client('Kestrel Cloud')

  it('of a query is cut off: the caller is told so, and the connection serves on', async () => {
    const release = await keepFrom(w, 'client')
    const answer = await door.post(a.manager, clients)
    expect(fault(answer)).toEqual(expectedFault(answer, 'TIMED_OUT'))
    expect(JSON.stringify(answer.body)).not.toContain('statement')
    await release()
    expect(await leftBehind(w, 3)).toEqual([])
    expect((await door.post(a.manager, clients)).body?.data.clients.nodes).toEqual([{ name: 'Kestrel Cloud' }])
  })

  it('of an act undoes the act: it happens when it is sent again', async () => {
    const before = await w.digest()
    const release = await keepFrom(w, 'trail_entry')
    const input = { idempotencyKey: randomUUID(), clientId: client.id, expectedVersion: 1, name: 'Kestrel Skies' }
    const answer = await door.act(a.manager, 'updateClient', input)
    expect(fault(answer)).toEqual(expectedFault(answer, 'TIMED_OUT'))
    await release()
    expect(await w.digest()).toBe(before)
    expect(await leftBehind(w, 3)).toEqual([])
    const again = await door.act(a.manager, 'updateClient', input, 'client { name version }')
    expect(again.body?.data.updateClient).toEqual({ client: { name: 'Kestrel Skies', version: 2 }, errors: [] })
  })
})

it('a query as a whole has its time: after it no further statement begins', async () => {
  const w = await world(undefined, { database: { timeouts: { operation: 1_000 } } })
  const { manager } = await w.firm('Acacia')
  const read = await openRead(w.database, manager.claims)
  expect(await read.tx.find(Member, { id: manager.memberId })).toHaveLength(1)
  await pause(1_000)
  await expect(read.tx.find(Member, { id: manager.memberId })).rejects.toMatchObject({ code: 'TIMED_OUT' })
  await read.close()
  expect(await leftBehind(w)).toEqual([])
})
