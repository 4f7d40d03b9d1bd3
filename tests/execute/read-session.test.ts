import { expect, it, vi } from 'vitest'
import { Client } from '../../src/features/client/client.js'
import { timedOut } from '../../src/kernel/access/faults.js'
import { ReadSession } from '../../src/kernel/execute/read-session.js'
import { leftBehind } from '../support/listening.js'
import { world } from '../support/world.js'

const w = await world(undefined, { database: { poolSize: 2 } })
const a = await w.firm('Alder')
await a.client('Kestrel Cloud')
const { claims } = a.manager

/** A session, and the number of connections that were taken since. */
function session() {
  const connect = vi.spyOn(w.database, 'connect')
  connect.mockClear()
  return { reads: new ReadSession(w.database, claims), opened: () => connect.mock.calls.length }
}

it('opens one transaction for all reads, in which the caller is known, and another one after it was closed', async () => {
  const { reads, opened } = session()
  expect([reads.actor, opened()]).toEqual([undefined, 0])
  const [one, two] = await Promise.all([reads.tx(), reads.tx()])
  expect([one === two, opened()]).toEqual([true, 1])
  expect(reads.actor).toMatchObject({ memberId: claims.memberId, firmRole: 'MANAGER' })
  const { loaders } = reads
  await reads.close()
  expect(reads.actor).toBeUndefined()
  expect(reads.loaders).not.toBe(loaders)
  expect(await (await reads.tx()).find(Client, {})).toHaveLength(1)
  expect(opened()).toBe(2)
  await reads.end()
  expect(await leftBehind(w, 2)).toEqual([])
})

it('opens nothing after its end, nor does an attempt under way', async () => {
  const { reads, opened } = session()
  const attempted = reads.attempt(async (own) => {
    await reads.end()
    return own.tx()
  })
  await expect(attempted).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await expect(reads.tx()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await expect(reads.attempt((own) => own.tx())).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(opened()).toBe(0)
})

it('opens nothing for a part of a failed attempt that goes on', async () => {
  const { reads, opened } = session()
  let late: ReadSession | undefined
  const attempted = reads.attempt(async (own) => {
    late = own
    await own.tx()
    throw new Error('A part of it failed.')
  })
  await expect(attempted).rejects.toThrow('A part of it failed.')
  await expect(late?.tx()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(opened()).toBe(1)
  await reads.tx()
  await reads.end()
  expect(await leftBehind(w, 2)).toEqual([])
})

it('does not wait again for a database that an attempt has waited for', async () => {
  const { reads, opened } = session()
  const outage = timedOut()
  await expect(reads.attempt(() => Promise.reject(outage))).rejects.toBe(outage)
  await expect(reads.tx()).rejects.toBe(outage)
  expect(opened()).toBe(0)
})

it('reads nothing where no one is signed in', async () => {
  const reads = new ReadSession(w.database, null)
  await expect(reads.tx()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})
