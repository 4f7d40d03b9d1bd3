import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FolderStorage } from '../../src/kernel/files/folder-storage.js'
import { largeFile } from '../support/large-file.js'

it('takes and gives a file of 4 GB in less than 300 MB of memory, and never holds up other work for 200 ms', async () => {
  // On a disk: the folder of the test run may lie in memory.
  const folder = await mkdtemp(join(tmpdir(), 'fieldwork-test-'))
  try {
    const cost = await largeFile(new FolderStorage(folder), 4096)
    expect(cost.bytesRead).toBe(4096 * 1024 * 1024)
    expect(cost.grownMegabytes).toBeLessThan(300)
    expect(cost.waitedMs.max).toBeLessThan(200)
  } finally {
    await rm(folder, { recursive: true })
  }
}, 600_000)
