import { randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { putFile } from '../../src/features/evidence/stored-files.js'
import { FileAltered } from '../../src/kernel/files/encryption.js'
import { receiveFile } from '../../src/kernel/files/receive.js'
import type { FileStorage } from '../../src/kernel/files/storage.js'
import { everythingIn, folderStorage, incomingFile } from '../support/file-storages.js'

const received = (storage: FileStorage) =>
  receiveFile(Readable.from([randomBytes(1_000)]), storage, { bytesMax: 1_000 })

/** A storage that keeps other bytes than it was given, and may not remove them either. */
const altering = (storage: FileStorage, isRemoving: boolean): FileStorage =>
  new Proxy(storage, {
    get: (target, name) => {
      if (name === 'put')
        return async (key: string, _path: string, size: number) =>
          target.put(key, await incomingFile(target, randomBytes(size)), size)
      if (name === 'remove' && !isRemoving)
        return async () => {
          throw new Error('The storage is away.')
        }
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

test('a file that cannot be read back as it was brought is not kept, and that is said also where it cannot be removed', async () => {
  for (const isRemoving of [true, false]) {
    const storage = await folderStorage()
    const putting = putFile(altering(storage, isRemoving), randomUUID(), await received(storage))
    await expect(putting).rejects.toBeInstanceOf(FileAltered)
    expect((await everythingIn(storage)).keys).toHaveLength(isRemoving ? 0 : 1)
    await storage.close()
  }
})
