import { expect, test } from 'vitest'
import { bigFileThroughService } from '../support/big-file.js'

test('a file of 4 GiB goes up and down as it is; all along the service answers within 200 ms, and holds less than 300 MB of it', {
  timeout: 720_000,
}, async () => {
  const cost = await bigFileThroughService(4_096)
  expect(cost.isSame).toBe(true)
  expect(cost.healthMs).toBeLessThan(200)
  expect(cost.grownMegabytes).toBeLessThan(300)
})
