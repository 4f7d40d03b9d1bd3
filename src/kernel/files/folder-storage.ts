import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, opendir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { errorCode } from '../cannot-start.js'
import { checkFolder, fileMode, folderMode, ifCode, makeFolder, removeOldFiles } from './incoming.js'
import { checkKey, FileExists, FileLengthWrong, FileMissing, type FileStorage, isKey } from './storage.js'

/** What the system says where there is no file, or a symbolic link or another kind of thing in its place. */
const notThere = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR'])

/**
 * Files in a folder of this machine, or of a file server that is mounted there. Symbolic links in it are not followed. Where
 * the disk is full, the system's error comes through as it is (ENOSPC, EDQUOT, EFBIG).
 */
export class FolderStorage implements FileStorage {
  readonly incoming: string

  constructor(private readonly folder: string) {
    this.incoming = join(folder, 'incoming')
  }

  async put(key: string, path: string, bytes: number): Promise<void> {
    try {
      checkKey(key)
      await this.#flush(path, key, bytes)
      if ((await this.size(key)) !== null) throw new FileExists(key)
      await this.#move(path, key)
    } finally {
      await rm(path, { force: true })
    }
  }

  async read(key: string, range?: { start: number; end: number }): Promise<Readable> {
    const file = await this.#open(key)
    if (!file) throw new FileMissing(key)
    return file.createReadStream(range)
  }

  async size(key: string): Promise<number | null> {
    const file = await this.#open(key)
    if (!file) return null
    return file
      .stat()
      .then(({ size }) => size)
      .finally(() => file.close())
  }

  async remove(key: string): Promise<void> {
    checkKey(key)
    const folders = await this.#foldersOf(key)
    const [last] = folders
    if (last === undefined) return
    await rm(join(this.folder, key), { force: true })
    await flushFolder(last)
    // A folder has the digest of what lay in it for its name: it goes with the last file.
    for (const folder of folders.slice(0, -1)) {
      const isGone = await rmdir(folder).then(
        () => true,
        () => false,
      )
      if (!isGone) break
    }
  }

  async *list(): AsyncIterable<{ key: string; bytes: number; putAt: Date }> {
    yield* this.#listIn('')
  }

  removeAbandoned(olderThanMs: number): Promise<number> {
    return removeOldFiles(this.incoming, olderThanMs)
  }

  async check(): Promise<void> {
    await checkFolder(this.incoming)
  }

  async close(): Promise<void> {}

  /** Has the system write the file to the disk, with the moment of now: it is the one at which it was put. */
  async #flush(path: string, key: string, bytes: number): Promise<void> {
    const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW)
    try {
      const { size } = await file.stat()
      if (size !== bytes) throw new FileLengthWrong(key, bytes, size)
      const now = new Date()
      await file.utimes(now, now)
      await file.chmod(fileMode)
      await file.sync()
    } finally {
      await file.close()
    }
  }

  /** Moves the file to its place. A removal may take away the folder that was just made for it: then it is made again. */
  async #move(path: string, key: string): Promise<void> {
    const place = join(this.folder, key)
    for (let attempt = 1; ; attempt++) {
      try {
        const folders = await this.#makeFolders(key)
        await rename(path, place)
        for (const folder of folders) await flushFolder(folder)
        return
      } catch (error) {
        const wasMoved = await lstat(path).then(() => false, ifCode('ENOENT', true))
        if (wasMoved) await rm(place, { force: true })
        if (wasMoved || attempt === 3 || errorCode(error) !== 'ENOENT') throw error
      }
    }
  }

  /** Makes the folders in which the file is to lie. @returns them, innermost first */
  async #makeFolders(key: string): Promise<string[]> {
    await makeFolder(this.folder)
    const folders = [this.folder]
    for (const segment of key.split('/').slice(0, -1)) {
      const folder = join(folders[0] as string, segment)
      await mkdir(folder, { mode: folderMode }).catch(ifCode('EEXIST', undefined))
      if (!(await lstat(folder)).isDirectory()) throw new Error(`${folder} is no folder.`)
      folders.unshift(folder)
    }
    return folders
  }

  /** Opens what lies under the key; null where there is no file. */
  async #open(key: string): Promise<FileHandle | null> {
    checkKey(key)
    if ((await this.#foldersOf(key)).length === 0) return null
    // Not to wait where a pipe lies in its place.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    const file = await open(join(this.folder, key), flags).catch((error) => {
      if (notThere.has(errorCode(error))) return null
      throw error
    })
    if (!file || (await file.stat()).isFile()) return file
    await file.close()
    return null
  }

  /** The folders in which the file lies, innermost first; none where one of them is missing or a symbolic link. */
  async #foldersOf(key: string): Promise<string[]> {
    const folders = [this.folder]
    for (const segment of key.split('/').slice(0, -1)) {
      const folder = join(folders[0] as string, segment)
      if (!(await lstat(folder).then((found) => found.isDirectory(), ifCode('ENOENT', false)))) return []
      folders.unshift(folder)
    }
    return folders
  }

  /** @param within the folder's key, with a slash behind it; empty for the whole storage */
  async *#listIn(within: string): AsyncIterable<{ key: string; bytes: number; putAt: Date }> {
    // As the system gives them: there may be a hundred thousand.
    const entries = await opendir(join(this.folder, within)).catch(ifCode('ENOENT', null))
    for await (const entry of entries ?? []) {
      const key = `${within}${entry.name}`
      if (!isKey(key)) continue
      if (entry.isDirectory()) yield* this.#listIn(`${key}/`)
      if (!entry.isFile()) continue
      // It may have been removed since the folder was read.
      const found = await lstat(join(this.folder, key)).catch(ifCode('ENOENT', null))
      if (found) yield { key, bytes: found.size, putAt: found.mtime }
    }
  }
}

/** Has the system write to the disk which names the folder holds. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY)
  await handle.sync().finally(() => handle.close())
}
