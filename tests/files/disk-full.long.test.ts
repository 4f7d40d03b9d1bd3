import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { FolderStorage } from '../../src/kernel/files/folder-storage.js'
import { receiveFile } from '../../src/kernel/files/receive.js'
import { contentOf, everythingIn, putContent } from '../support/file-storages.js'
import { smallDisk } from '../support/small-disk.js'

const megabyte = 1024 * 1024

it('refuses files and its own check on a full disk with the code of the system, leaves nothing, and takes files again when there is room', async () => {
  const disk = await smallDisk()
  const storage = new FolderStorage(join(disk.folder, 'files'))
  const key = await putContent(storage, Buffer.from('before'))
  const receive = () => receiveFile(Readable.from([randomBytes(2 * megabyte)]), storage, { bytesMax: 2 * megabyte })
  await disk.fill(megabyte)
  await expect(receive()).rejects.toMatchObject({ code: 'ENOSPC' })
  await disk.fill(0)
  await expect(storage.check()).rejects.toMatchObject({ code: 'ENOSPC' })
  expect(await everythingIn(storage)).toEqual({ keys: [key], incoming: [] })
  expect((await contentOf(storage, key)).toString()).toBe('before')
  await disk.empty()
  await storage.check()
  expect((await receive()).bytes).toBe(2 * megabyte)
})
