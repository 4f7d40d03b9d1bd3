import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Files } from '../../src/kernel/execute/services.js'
import { FolderStorage } from '../../src/kernel/files/folder-storage.js'

/** The address that worlds say they have: requests are put in from inside, and only the path counts. */
export const publicUrl = 'http://fieldwork.test'

/** A place for files in a folder of this test file, which is removed when its tests are over. */
export async function filesInFolder(given: Partial<Files> = {}): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldwork-files-'))
  const storage = new FolderStorage(folder)
  afterAll(async () => {
    await storage.close()
    await rm(folder, { recursive: true, force: true })
  })
  return { storage, scanner: null, publicUrl, byteCountMax: 5_368_709_120, ...given }
}

/** A file as a person brings it. */
export interface BroughtFile {
  name: string
  content: string | Buffer
}

/** What a test says of a file where nothing hangs on it. */
export const ordinary = { origin: 'SOURCE_SYSTEM_REPORT', source: 'The ticket system' } as const

/** The path of an address of the service. */
export const pathOf = (url: string): string => url.slice(publicUrl.length)
