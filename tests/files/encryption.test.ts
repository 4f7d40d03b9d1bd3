import { createHash, randomBytes } from 'node:crypto'
import { lstat, readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encryptedSize, FileAltered, KeyUnusable, unwrapKey, wrapKey } from '../../src/kernel/files/encryption.js'
import { checkStoredFile, openFile } from '../../src/kernel/files/open.js'
import { FileTooLarge, type IncomingFile, receiveFile } from '../../src/kernel/files/receive.js'
import { FileMissing, type FileStorage } from '../../src/kernel/files/storage.js'
import { contentOf, everythingIn, folderStorage, newKey, putContent, readThrough } from '../support/file-storages.js'

const chunk = 64 * 1024
const gigabyte = 1024 ** 3
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')

/** The content in pieces of this size. */
function* piecesOf(content: Buffer, size: number) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
}

/** Receives the content and puts it. */
async function keep(storage: FileStorage, content: Buffer, pieceBytes = 50_000) {
  const received = await receiveFile(Readable.from(piecesOf(content, pieceBytes)), storage, { bytesMax: gigabyte })
  const key = newKey()
  await storage.put(key, received.path, encryptedSize(received.bytes))
  return { key, ...received }
}

describe('a file that is received', () => {
  it('lies encrypted in the folder for what comes in, for the service alone, with its digest, length and first bytes', async () => {
    const storage = await folderStorage()
    const content = randomBytes(3 * chunk + 1)
    const received = await receiveFile(Readable.from(piecesOf(content, 7001)), storage, { bytesMax: content.length })
    expect(received).toMatchObject({ bytes: content.length, sha256: sha256(content), isText: false })
    expect(received.head.equals(content.subarray(0, chunk))).toBe(true)
    expect(received.dataKey).toHaveLength(32)
    const { size, mode } = await lstat(received.path)
    expect([size, mode & 0o777]).toEqual([encryptedSize(content.length), 0o600])
    const encrypted = await readFile(received.path)
    expect(encrypted.includes(content.subarray(0, 16))).toBe(false)
  })

  it('has another key, and other bytes, each time the same content is received', async () => {
    const storage = await folderStorage()
    const content = Buffer.from('the same content')
    const [one, two] = [await keep(storage, content), await keep(storage, content)]
    expect(one.sha256).toBe(two.sha256)
    expect(one.dataKey.equals(two.dataKey)).toBe(false)
    expect((await contentOf(storage, one.key)).equals(await contentOf(storage, two.key))).toBe(false)
  })

  it('is text where all of it is UTF-8 without NUL, or UTF-16 with its mark', async () => {
    const storage = await folderStorage()
    const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')
    const umlauts = Buffer.from(`a${'ä€😀'.repeat(40_000)}`)
    const cases: [string, Buffer, boolean][] = [
      ['empty', Buffer.alloc(0), true],
      ['characters of many bytes over the borders of chunks', umlauts, true],
      ['UTF-16', utf16('Müller;1\r\n'.repeat(20_000)), true],
      ['UTF-16 of the other order', utf16('Müller;😀').swap16(), true],
      ['a mark alone', utf16(''), true],
      ['UTF-16 with half a character at the end', Buffer.concat([utf16('ab'), Buffer.from('c')]), false],
      ['UTF-16 with half a pair', utf16('ab\ud83d'), false],
      ['UTF-16 with a NUL', utf16('a\0b'), false],
      ['Latin-1', Buffer.from('Müller', 'latin1'), false],
      ['a NUL far behind', Buffer.concat([Buffer.alloc(3 * chunk, 'a'), Buffer.from([0])]), false],
      ['a character that is cut at the end', umlauts.subarray(0, umlauts.length - 1), false],
      [
        'a character that is cut at the border of a chunk',
        Buffer.concat([Buffer.alloc(chunk - 1, 'a'), Buffer.from([0xc3]), Buffer.from('aaa')]),
        false,
      ],
    ]
    for (const [name, content, isText] of cases) {
      const received = await receiveFile(Readable.from(piecesOf(content, 1000)), storage, { bytesMax: gigabyte })
      expect([name, received.isText]).toEqual([name, isText])
    }
  })

  it('may have as many bytes as allowed and not one more: then nothing is left, and no more is read', async () => {
    const storage = await folderStorage()
    const content = randomBytes(200_000)
    let given = 0
    const source = Readable.from(
      (function* () {
        for (const piece of piecesOf(content, 1000)) {
          given += piece.length
          yield piece
        }
      })(),
    )
    await expect(receiveFile(source, storage, { bytesMax: 150_000 })).rejects.toMatchObject({
      name: 'FileTooLarge',
      bytesMax: 150_000,
    })
    expect(given).toBeLessThan(170_000)
    expect(source.destroyed).toBe(true)
    await expect(receiveFile(Readable.from([content]), storage, { bytesMax: 199_999 })).rejects.toBeInstanceOf(
      FileTooLarge,
    )
    expect(await everythingIn(storage)).toEqual({ keys: [], incoming: [] })
    expect((await receiveFile(Readable.from([content]), storage, { bytesMax: 200_000 })).bytes).toBe(200_000)
  })

  it('leaves nothing where its source fails, goes away, or it is broken off', async () => {
    const storage = await folderStorage()
    const endless = () => new Readable({ read: () => undefined })
    const failing = endless()
    failing.push(randomBytes(chunk * 2))
    const fails = receiveFile(failing, storage, { bytesMax: gigabyte })
    setTimeout(() => failing.destroy(new Error('The line is cut.')), 20)
    await expect(fails).rejects.toThrow('The line is cut.')

    const leaving = endless()
    leaving.push(randomBytes(chunk * 2))
    const leaves = receiveFile(leaving, storage, { bytesMax: gigabyte })
    setTimeout(() => leaving.destroy(), 20)
    await expect(leaves).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })

    const stopped = endless()
    stopped.push(randomBytes(chunk * 2))
    const abort = new AbortController()
    const stops = receiveFile(stopped, storage, { bytesMax: gigabyte, signal: abort.signal })
    setTimeout(() => abort.abort(), 20)
    await expect(stops).rejects.toMatchObject({ name: 'AbortError' })
    expect(stopped.destroyed).toBe(true)

    const late = receiveFile(Readable.from([randomBytes(5)]), storage, {
      bytesMax: gigabyte,
      signal: AbortSignal.abort(),
    })
    await expect(late).rejects.toMatchObject({ name: 'AbortError' })
    expect(await everythingIn(storage)).toEqual({ keys: [], incoming: [] })
  })
})

describe('a file that is opened', () => {
  it('is what was received, and any range of it too, for any length and any pieces', async () => {
    const storage = await folderStorage()
    const lengths = fc.oneof(
      fc.nat(200_000),
      fc.constantFrom(0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk, 2 * chunk + 1),
    )
    await fc.assert(
      fc.asyncProperty(
        lengths,
        fc.integer({ min: 1, max: 150_000 }),
        fc.nat(),
        fc.nat(),
        async (length, piece, a, b) => {
          const content = randomBytes(length)
          const file = await keep(storage, content, Math.max(piece, 500))
          expect(await storage.size(file.key)).toBe(encryptedSize(length))
          const whole = await readThrough(await openFile(storage, file.key, file.dataKey, length))
          expect([whole.error, whole.bytes.equals(content)]).toEqual([null, true])
          if (length === 0) return
          const [start, end] = [a % length, b % length].sort((x, y) => x - y) as [number, number]
          const part = await readThrough(await openFile(storage, file.key, file.dataKey, length, { start, end }))
          expect([part.error, part.bytes.equals(content.subarray(start, end + 1))]).toEqual([null, true])
        },
      ),
      { numRuns: 60 },
    )
  }, 60_000)

  it('gives every range that begins or ends at the border of a chunk', async () => {
    const storage = await folderStorage()
    const content = randomBytes(3 * chunk)
    const { key, dataKey, bytes } = await keep(storage, content)
    const borders = [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk, 3 * chunk - 1]
    for (const start of borders) {
      for (const end of borders.filter((one) => one >= start)) {
        const part = await readThrough(await openFile(storage, key, dataKey, bytes, { start, end }))
        expect(part.error).toBeNull()
        expect(part.bytes.equals(content.subarray(start, end + 1))).toBe(true)
      }
    }
    for (const [start, end] of [
      [-1, 5],
      [6, 5],
      [0, bytes],
      [bytes, bytes],
    ] as const) {
      await expect(openFile(storage, key, dataKey, bytes, { start, end })).rejects.toBeInstanceOf(RangeError)
    }
  })

  it('reads of the storage no more chunks than a range lies in', async () => {
    const storage = await folderStorage()
    const content = randomBytes(10 * chunk)
    const { key, dataKey, bytes } = await keep(storage, content)
    const asked: unknown[] = []
    const watched: FileStorage = Object.assign(Object.create(storage), {
      read: (key: string, range: { start: number; end: number }) => {
        asked.push(range)
        return storage.read(key, range)
      },
    })
    await readThrough(await openFile(watched, key, dataKey, bytes, { start: 2 * chunk + 5, end: 3 * chunk + 1 }))
    expect(asked).toEqual([{ start: 2 * (chunk + 16), end: 4 * (chunk + 16) - 1 }])
  })

  it('tells its reader that the storage fails, however late the reader comes, and lets go of the storage when the reader goes', async () => {
    const storage = await folderStorage()
    const { key, dataKey, bytes } = await keep(storage, randomBytes(20 * chunk))
    const failing: FileStorage = Object.assign(Object.create(storage), {
      read: async () =>
        new Readable({
          read() {
            this.destroy(new Error('The disk is broken.'))
          },
        }),
    })
    const late = await openFile(failing, key, dataKey, bytes)
    await wait(20)
    expect(await readThrough(late)).toMatchObject({ bytes: { length: 0 }, error: { message: 'The disk is broken.' } })

    let source: Readable | undefined
    const watched: FileStorage = Object.assign(Object.create(storage), {
      read: async (...given: Parameters<FileStorage['read']>) => {
        source = await storage.read(...given)
        return source
      },
    })
    const left = await openFile(watched, key, dataKey, bytes)
    for await (const _ of left) break
    await wait(20)
    expect(source?.destroyed).toBe(true)
  })

  it('is checked against length and digest', async () => {
    const storage = await folderStorage()
    const { key, dataKey, bytes, sha256 } = await keep(storage, randomBytes(100_000))
    await checkStoredFile(storage, key, dataKey, { bytes, sha256 })
    await expect(checkStoredFile(storage, key, dataKey, { bytes: bytes - 1, sha256 })).rejects.toBeInstanceOf(
      FileAltered,
    )
    await expect(checkStoredFile(storage, key, dataKey, { bytes: bytes + 1, sha256 })).rejects.toBeInstanceOf(
      FileAltered,
    )
    await expect(checkStoredFile(storage, key, dataKey, { bytes, sha256: '0'.repeat(64) })).rejects.toBeInstanceOf(
      FileAltered,
    )
    await expect(checkStoredFile(storage, key, randomBytes(32), { bytes, sha256 })).rejects.toBeInstanceOf(FileAltered)
    await expect(checkStoredFile(storage, newKey(), dataKey, { bytes, sha256 })).rejects.toBeInstanceOf(FileMissing)
  })
})

describe('a file that was altered', () => {
  /** Opens what the file has become. @returns the error, and how much was given before it */
  async function outcome(
    storage: FileStorage,
    file: IncomingFile,
    altered: Buffer,
    range?: { start: number; end: number },
  ) {
    const key = await putContent(storage, altered)
    const { bytes, error } = await readThrough(await openFile(storage, key, file.dataKey, file.bytes, range))
    await storage.remove(key)
    return { given: bytes.length, isRefused: error instanceof FileAltered }
  }

  it('is refused for every single byte of its chunks, before anything of the chunk is given', async () => {
    const storage = await folderStorage()
    const content = randomBytes(2 * chunk + 40)
    const file = await keep(storage, content)
    const encrypted = await contentOf(storage, file.key)
    const whole = chunk + 16
    // All bytes of the last chunk and of both borders, and a sample of those between.
    const at = new Set(
      [...Array(60).keys()].flatMap((i) => [i, whole - 1 - i, whole + i, 2 * whole - 1 - i, encrypted.length - 1 - i]),
    )
    for (let sample = 0; sample < 60; sample++) at.add(Math.floor(Math.random() * encrypted.length))
    for (const place of [...at].filter((one) => one >= 0)) {
      const altered = Buffer.from(encrypted)
      altered.writeUInt8((altered[place] as number) ^ (1 << (place % 8)), place)
      const chunksBefore = Math.floor(place / whole)
      expect(await outcome(storage, file, altered)).toEqual({ given: chunksBefore * chunk, isRefused: true })
    }
  }, 60_000)

  it('is refused for every byte of a small one', async () => {
    const storage = await folderStorage()
    const file = await keep(storage, randomBytes(100))
    const encrypted = await contentOf(storage, file.key)
    for (let place = 0; place < encrypted.length; place++) {
      const altered = Buffer.from(encrypted)
      altered.writeUInt8((altered[place] as number) ^ 0x80, place)
      expect(await outcome(storage, file, altered)).toEqual({ given: 0, isRefused: true })
    }
  })

  it('is refused where it was cut, extended, emptied, or its chunks were put in another order', async () => {
    const storage = await folderStorage()
    const content = randomBytes(3 * chunk)
    const file = await keep(storage, content)
    const encrypted = await contentOf(storage, file.key)
    const whole = chunk + 16
    const part = (index: number) => encrypted.subarray(index * whole, (index + 1) * whole)
    const cases: [string, Buffer, number][] = [
      ['cut by one byte', encrypted.subarray(0, -1), 2],
      ['cut by a chunk', encrypted.subarray(0, 2 * whole), 1],
      ['cut to one chunk', part(0), 0],
      ['cut within the first chunk', encrypted.subarray(0, 100), 0],
      ['emptied', Buffer.alloc(0), 0],
      ['extended by one byte', Buffer.concat([encrypted, Buffer.from([0])]), 2],
      ['extended by a chunk of its own', Buffer.concat([encrypted, part(0)]), 2],
      ['two chunks changed places', Buffer.concat([part(1), part(0), part(2)]), 0],
      ['the last chunk in the middle', Buffer.concat([part(0), part(2), part(1)]), 1],
      ['a chunk twice', Buffer.concat([part(0), part(0), part(2)]), 1],
      ['a chunk missing', Buffer.concat([part(0), part(2)]), 1],
    ]
    for (const [name, altered, chunksGiven] of cases) {
      // A chunk is held back until something follows it.
      const { given, isRefused } = await outcome(storage, file, altered)
      expect([name, given, isRefused]).toEqual([name, chunksGiven * chunk, true])
    }
    const other = await keep(storage, content)
    const mixed = Buffer.concat([part(0), (await contentOf(storage, other.key)).subarray(whole)])
    expect(await outcome(storage, file, mixed)).toEqual({ given: chunk, isRefused: true })
  })

  it('does not open as a shorter one either: a cut at the border of a chunk is known by the mark of the last', async () => {
    const storage = await folderStorage()
    const file = await keep(storage, randomBytes(3 * chunk))
    const encrypted = await contentOf(storage, file.key)
    const cut = encrypted.subarray(0, 2 * (chunk + 16))
    expect(await outcome(storage, { ...file, bytes: 2 * chunk }, cut)).toEqual({ given: chunk, isRefused: true })
  })

  it('is refused in a range that meets what was altered, and given in one that does not', async () => {
    const storage = await folderStorage()
    const file = await keep(storage, randomBytes(3 * chunk))
    const altered = await contentOf(storage, file.key)
    altered.writeUInt8((altered[chunk + 16 + 50] as number) ^ 1, chunk + 16 + 50)
    const range = (start: number, end: number) => outcome(storage, file, altered, { start, end })
    expect(await range(0, chunk - 1)).toEqual({ given: chunk, isRefused: false })
    expect(await range(chunk + 1000, chunk + 1001)).toEqual({ given: 0, isRefused: true })
    expect(await range(10, 2 * chunk)).toEqual({ given: chunk - 10, isRefused: true })
    expect(await range(2 * chunk, 3 * chunk - 1)).toEqual({ given: chunk, isRefused: false })
  })
})

describe('the key of a file', () => {
  it('opens with the key it was wrapped with and for what it belongs to, and is another text each time', () => {
    const [dataKey, keyEncryptionKey] = [randomBytes(32), randomBytes(32)]
    const wrapped = wrapKey(dataKey, keyEncryptionKey, 'file 1')
    expect(unwrapKey(wrapped, keyEncryptionKey, 'file 1').equals(dataKey)).toBe(true)
    expect(wrapped.includes(dataKey)).toBe(false)
    expect(wrapKey(dataKey, keyEncryptionKey, 'file 1').equals(wrapped)).toBe(false)
  })

  it('opens for no other file, with no other key, and not where it was altered, cut or extended', () => {
    const [dataKey, keyEncryptionKey] = [randomBytes(32), randomBytes(32)]
    const wrapped = wrapKey(dataKey, keyEncryptionKey, 'file 1')
    expect(() => unwrapKey(wrapped, keyEncryptionKey, 'file 2')).toThrow(KeyUnusable)
    expect(() => unwrapKey(wrapped, randomBytes(32), 'file 1')).toThrow(KeyUnusable)
    for (let place = 0; place < wrapped.length; place++) {
      const altered = Buffer.from(wrapped)
      altered.writeUInt8((altered[place] as number) ^ 1, place)
      expect(() => unwrapKey(altered, keyEncryptionKey, 'file 1')).toThrow(KeyUnusable)
      expect(() => unwrapKey(wrapped.subarray(0, place), keyEncryptionKey, 'file 1')).toThrow(KeyUnusable)
    }
    expect(() => unwrapKey(Buffer.concat([wrapped, Buffer.from([0])]), keyEncryptionKey, 'file 1')).toThrow(KeyUnusable)
  })
})
