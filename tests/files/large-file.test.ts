import { expect, it } from 'vitest'
import { folderStorage } from '../support/file-storages.js'
import { largeFile } from '../support/large-file.js'

it('takes and gives a file of 64 MB in less memory than it is long, and lets other work go on', async () => {
  const cost = await largeFile(await folderStorage(), 64)
  expect(cost.bytesRead).toBe(64 * 1024 * 1024)
  expect(cost.grownMegabytes).toBeLessThan(60)
  expect(cost.waitedMs.p99).toBeLessThan(200)
})
