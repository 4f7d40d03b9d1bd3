import { expect, test } from 'vitest'
import { listThroughKilledService, longCsv } from '../support/list-through-service.js'

test('a service that is killed while it imports leaves nothing half there, and the same act is done by the next one', {
  timeout: 120_000,
}, async () => {
  const { left, again, done } = await listThroughKilledService(longCsv(150_000))
  expect(left.itemCount).toBeNull()
  expect(left.items).toBeGreaterThanOrEqual(50_000)
  expect(left.items).toBeLessThan(150_000)
  expect(again).toEqual({ errors: [], population: { version: 2, import: { state: 'UNDER_WAY' } } })
  expect(done).toMatchObject({ itemCount: 150_000, drawn: 60, isVerified: true })
  expect(done.rowsRead.at(-1)).toBe(150_000)
})
