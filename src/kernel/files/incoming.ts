import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../cannot-start.js'

/** The service alone may enter the folders of files and read what lies in them. */
export const folderMode = 0o700
export const fileMode = 0o600

/** Makes the folder, and those above it that are missing. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: folderMode })
}

/**
 * Removes the files of this folder that were last written longer ago than that. One that still comes stays: no
 * upload may take as long.
 * @returns how many
 */
export async function removeOldFiles(folder: string, olderThanMs: number): Promise<number> {
  const names = await readdir(folder).catch(ifCode('ENOENT', []))
  let removed = 0
  for (const name of names) {
    const path = join(folder, name)
    const writtenAt = await stat(path).then(({ mtimeMs }) => mtimeMs, ifCode('ENOENT', Number.POSITIVE_INFINITY))
    if (writtenAt > Date.now() - olderThanMs) continue
    await rm(path, { force: true })
    removed++
  }
  return removed
}

/** Writes a file into the folder, reads it back and removes it. @throws with the system's code where one of it fails */
export async function checkFolder(folder: string): Promise<void> {
  await makeFolder(folder)
  const path = join(folder, `check-${randomUUID()}`)
  try {
    const file = await open(path, 'wx', fileMode)
    await file.writeFile(path).finally(() => file.close())
    if ((await readFile(path, 'utf8')) !== path)
      throw new Error(`What was written to ${folder} is not what is read there.`)
  } finally {
    await rm(path, { force: true })
  }
}

/** For `catch`: this value where the system's error has this code. */
export const ifCode =
  <T>(code: string, value: T) =>
  (error: unknown): T => {
    if (errorCode(error) !== code) throw error
    return value
  }
