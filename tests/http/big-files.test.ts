import { expect, test } from 'vitest'
import { bigFileThroughService } from '../support/big-file.js'

// The long form is in big-files.long.test.ts.
test('a file of 100 MiB goes up and down as it is, while the service answers others and holds little of it', {
  timeout: 240_000,
}, async () => {
  const cost = await bigFileThroughService(100)
  expect(cost.isSame).toBe(true)
  expect(cost.asked).toBeGreaterThan(5)
  // Where many tests run at a time each waits for the others.
  expect(cost.healthMs).toBeLessThan(1_000)
  expect(cost.grownMegabytes).toBeLessThan(200)
})
