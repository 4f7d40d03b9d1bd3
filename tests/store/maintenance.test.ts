import { expect, test } from 'vitest'
import type { Database } from '../../src/kernel/store/database.js'
import { firmIds, readFirm } from '../../src/kernel/store/maintenance.js'
import { readIdentity, type Tx } from '../../src/kernel/store/work.js'
import { world } from '../support/world.js'

const w = await world()

test('a command of the operator learns which firms there are, and reads nothing else across them', async () => {
  const [a, b] = [await w.firm('A'), await w.firm('B')]
  expect(await firmIds(w.database)).toEqual([a.id, b.id].sort())
})

test('a command that cannot begin fails with why, and leaves no failure unhandled', async () => {
  const fail = () => Promise.reject(new Error('The server is away.'))
  const connection = { begin: fail, query: fail, rollback: () => Promise.resolve() }
  const away = { connect: () => Promise.resolve(connection) } as unknown as Database
  await expect(firmIds(away)).rejects.toThrow('The server is away.')
})

test('keys and places of files are read by what is sent for that alone: the realm is what it was before, also where it failed', async () => {
  const { id } = await w.firm('C')
  const realm = async (tx: Tx) =>
    (await tx.query<{ realm: string }>("select current_setting('app.realm', true) as realm"))[0]?.realm
  const reads = [
    ['', (work: (tx: Tx) => Promise<void>) => readFirm(w.database, id, work)],
    ['identity', (work: (tx: Tx) => Promise<void>) => readIdentity(w.database, work)],
  ] as const
  for (const [before, read] of reads) {
    await read(async (tx) => {
      expect(await tx.withFiles(() => realm(tx))).toBe('files')
      expect(await realm(tx)).toBe(before)
      const failing = tx.withFiles(async () => {
        throw new Error('It cannot be read.')
      })
      await expect(failing).rejects.toThrow('It cannot be read.')
      expect(await realm(tx)).toBe(before)
      const atOnce = tx.withFiles(() => {
        throw new Error('It cannot be sent.')
      })
      await expect(atOnce).rejects.toThrow('It cannot be sent.')
      expect(await realm(tx)).toBe(before)
    })
  }
})
