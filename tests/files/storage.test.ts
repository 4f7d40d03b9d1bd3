import { randomBytes } from 'node:crypto'
import { access, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FileExists, FileLengthWrong, FileMissing } from '../../src/kernel/files/storage.js'
import { contentOf, everythingIn, folderStorage, incomingFile, newKey, putContent } from '../support/file-storages.js'
import { bucketStorage } from '../support/s3-server.js'

const kinds = [
  { kind: 'a folder', newStorage: folderStorage },
  { kind: 'a bucket', newStorage: () => bucketStorage() },
  { kind: 'a bucket with others, under a prefix', newStorage: () => bucketStorage({ prefix: 'fieldwork/files/' }) },
]

const hour = 3_600_000

describe.each(kinds)('files in $kind', ({ newStorage }) => {
  it('are read as they were put, and gone from the folder for what comes in', async () => {
    const storage = await newStorage()
    const contents = [Buffer.alloc(0), randomBytes(1), randomBytes(300_000)]
    for (const content of contents) {
      const path = await incomingFile(storage, content)
      const key = newKey()
      await storage.put(key, path, content.length)
      expect((await contentOf(storage, key)).equals(content)).toBe(true)
      expect(await storage.size(key)).toBe(content.length)
      await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' })
    }
    expect(await everythingIn(storage)).toMatchObject({ keys: { length: 3 }, incoming: [] })
  })

  it('are read in part, the first and the last byte included, and no further than they go', async () => {
    const storage = await newStorage()
    const content = randomBytes(1000)
    const key = await putContent(storage, content)
    const part = async (start: number, end: number) => (await contentOf(storage, key, { start, end })).toString('hex')
    // The S3 server of the tests takes the range 0-0 for none.
    expect(await part(0, 1)).toBe(content.subarray(0, 2).toString('hex'))
    expect(await part(5, 5)).toBe(content.subarray(5, 6).toString('hex'))
    expect(await part(10, 19)).toBe(content.subarray(10, 20).toString('hex'))
    expect(await part(990, 999)).toBe(content.subarray(990).toString('hex'))
    expect(await part(990, 5000)).toBe(content.subarray(990).toString('hex'))
    expect(await part(1000, 1001)).toBe('')
  })

  it('say that they are missing', async () => {
    const storage = await newStorage()
    const key = newKey()
    await expect(storage.read(key)).rejects.toBeInstanceOf(FileMissing)
    await expect(storage.read(key, { start: 0, end: 5 })).rejects.toBeInstanceOf(FileMissing)
    expect(await storage.size(key)).toBeNull()
  })

  it('are listed with their length and when they were put', async () => {
    const storage = await newStorage()
    expect(await everythingIn(storage)).toEqual({ keys: [], incoming: [] })
    const before = Date.now()
    const keys = [await putContent(storage, Buffer.from('one')), await putContent(storage, Buffer.from('three'))]
    const found = new Map<string, number>()
    for await (const { key, bytes, putAt } of storage.list()) {
      found.set(key, bytes)
      // An S3 server tells full seconds, by its own clock.
      expect(Math.abs(putAt.getTime() - before)).toBeLessThan(10_000)
    }
    expect(found).toEqual(new Map([3, 5].map((bytes, at) => [keys[at] as string, bytes])))
  })

  it('are removed one by one, and again without complaint', async () => {
    const storage = await newStorage()
    const [first, second] = [await putContent(storage, randomBytes(5)), await putContent(storage, randomBytes(6))]
    await storage.remove(first as string)
    expect(await storage.size(first as string)).toBeNull()
    await storage.remove(first as string)
    await storage.remove(newKey())
    expect(await everythingIn(storage)).toEqual({ keys: [second], incoming: [] })
  })

  it('are never changed: what is put under a key that is taken is refused, and what lies there stays', async () => {
    const storage = await newStorage()
    const key = await putContent(storage, Buffer.from('first'))
    await expect(putContent(storage, Buffer.from('other'), key)).rejects.toBeInstanceOf(FileExists)
    expect((await contentOf(storage, key)).toString()).toBe('first')
    expect(await everythingIn(storage)).toEqual({ keys: [key], incoming: [] })
  })

  it('of another length than announced are refused, and nothing is left of them', async () => {
    const storage = await newStorage()
    const path = await incomingFile(storage, randomBytes(10))
    await expect(storage.put(newKey(), path, 11)).rejects.toBeInstanceOf(FileLengthWrong)
    expect(await everythingIn(storage)).toEqual({ keys: [], incoming: [] })
  })

  it('have keys that lead nowhere else: others are refused in every act, and nothing is written', async () => {
    const storage = await newStorage()
    const good = await putContent(storage, Buffer.from('good'))
    const wrong = [
      '',
      '/',
      '..',
      '../ab',
      'ab/../cd',
      '/ab',
      'ab/',
      'ab//cd',
      './ab',
      'ab\\cd',
      'AB',
      'incoming',
      'a\0',
      'ab/.',
      '%2e%2e/ab',
      'a/b/c/d/e',
    ]
    for (const key of wrong) {
      await expect(storage.read(key)).rejects.toThrow('A key of a file')
      await expect(storage.size(key)).rejects.toThrow('A key of a file')
      await expect(storage.remove(key)).rejects.toThrow('A key of a file')
      await expect(putContent(storage, Buffer.from('x'), key)).rejects.toThrow('A key of a file')
    }
    expect(await everythingIn(storage)).toEqual({ keys: [good], incoming: [] })
  })

  it('that were left behind by interrupted uploads are removed once they are old, and no others', async () => {
    const storage = await newStorage()
    const put = await putContent(storage, randomBytes(5))
    const old = await incomingFile(storage, randomBytes(5))
    const young = await incomingFile(storage, randomBytes(5))
    const then = new Date(Date.now() - 2 * hour)
    await utimes(old, then, then)
    expect(await storage.removeAbandoned(hour)).toBe(1)
    expect(await everythingIn(storage)).toEqual({ keys: [put], incoming: [young.slice(storage.incoming.length + 1)] })
    expect(await storage.removeAbandoned(hour)).toBe(0)
  })

  it('can be written and read: check says so, and leaves nothing', async () => {
    const storage = await newStorage()
    await storage.check()
    expect(await everythingIn(storage)).toEqual({ keys: [], incoming: [] })
    await access(join(storage.incoming))
  })
})
