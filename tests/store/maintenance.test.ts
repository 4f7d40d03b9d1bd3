import { expect, test } from 'vitest'
import { firmIds } from '../../src/kernel/store/maintenance.js'
import { world } from '../support/world.js'

const w = await world()

test('a command of the operator learns which firms there are, and reads nothing else across them', async () => {
  const [a, b] = [await w.firm('A'), await w.firm('B')]
  expect(await firmIds(w.database)).toEqual([a.id, b.id].sort())
})
