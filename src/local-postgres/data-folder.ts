import { access, chmod, constants, mkdir, opendir, realpath } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CannotStart, errorCode } from '../kernel/cannot-start.js'

export const isRoot = (): boolean => process.getuid?.() === 0

/**
 * Makes the data folder when there is none; leaves the rights of one that is there as they are.
 * @returns its real path, absolute
 * @throws CannotStart when it cannot be made or is no folder
 */
export async function openDataFolder(dataDir: string): Promise<string> {
  try {
    await mkdir(dirname(resolve(dataDir)), { recursive: true })
    const made = await mkdir(dataDir, { mode: 0o700 }).then(() => true, existsAlready)
    // PostgreSQL refuses to run as root, so its user must be able to pass through; what lies inside is closed to it.
    if (made && isRoot()) await chmod(dataDir, 0o711)
    const folder = await opendir(dataDir)
    await folder.close()
    await access(dataDir, constants.W_OK | constants.X_OK)
    return await realpath(dataDir)
  } catch (error) {
    throw new CannotStart(`FIELDWORK_DATA_DIR: the folder ${dataDir} cannot be made or opened (${errorCode(error)}).`)
  }
}

function existsAlready(error: unknown): false {
  if (errorCode(error) === 'EEXIST') return false
  throw error
}
