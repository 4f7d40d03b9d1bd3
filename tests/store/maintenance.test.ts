import { expect, test } from 'vitest'
import type { Database } from '../../src/kernel/store/database.js'
import { firmIds } from '../../src/kernel/store/maintenance.js'
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
