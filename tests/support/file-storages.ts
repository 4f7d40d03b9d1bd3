import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { inject } from 'vitest'
import { FolderStorage } from '../../src/kernel/files/folder-storage.js'
import { makeFolder } from '../../src/kernel/files/incoming.js'
import type { FileStorage } from '../../src/kernel/files/storage.js'

/** A folder of the test run, which is removed with it. */
export const newFolder = (): Promise<string> => mkdtemp(join(inject('server').folder, 'files-'))

/** A storage in a folder of its own. */
export const folderStorage = async (): Promise<FolderStorage> => new FolderStorage(join(await newFolder(), 'files'))

export const newKey = (): string => `${randomUUID()}/${randomBytes(32).toString('hex')}/${randomUUID()}`

/** Writes a file into the folder for what comes in, as an upload does. */
export async function incomingFile(storage: FileStorage, content: Uint8Array): Promise<string> {
  await makeFolder(storage.incoming)
  const path = join(storage.incoming, randomUUID())
  await writeFile(path, content)
  return path
}

/** Puts the content under a key. @returns the key */
export async function putContent(storage: FileStorage, content: Uint8Array, key = newKey()): Promise<string> {
  await storage.put(key, await incomingFile(storage, content), content.length)
  return key
}

/** All bytes under the key. */
export const contentOf = async (storage: FileStorage, key: string, range?: { start: number; end: number }) =>
  buffer(await storage.read(key, range))

/** Everything that lies in the storage, by key, and what waits in its folder for what comes in. */
export async function everythingIn(storage: FileStorage): Promise<{ keys: string[]; incoming: string[] }> {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return { keys: keys.sort(), incoming: await readdir(storage.incoming).catch(() => []) }
}

/** Reads a stream to its end and counts what came before it ended or failed. */
export async function readThrough(stream: Readable): Promise<{ bytes: Buffer; error: unknown }> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of stream) chunks.push(chunk)
    return { bytes: Buffer.concat(chunks), error: null }
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error }
  }
}
