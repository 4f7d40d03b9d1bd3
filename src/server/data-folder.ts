import { randomBytes } from 'node:crypto'
import { access, chmod, constants, link, mkdir, opendir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { CannotStart, errorCode } from '../data/cannot-start.js'

export const isRoot = () => process.getuid?.() === 0

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

/**
 * The secret of an installation that was given none: made once, then read from the data folder.
 * @param folder as `openDataFolder` returned it
 */
export async function keptSecret(folder: string): Promise<string> {
  const file = join(folder, 'secret')
  try {
    return await readSecret(file)
  } catch (error) {
    if (error instanceof CannotStart) throw error
    if (errorCode(error) !== 'ENOENT') throw new CannotStart(`${file} cannot be read (${errorCode(error)}).`)
  }
  // Linked into place whole: of two services that start at once, both go on with the same secret.
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${randomBytes(36).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  try {
    await link(draft, file)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  } finally {
    await rm(draft)
  }
  return readSecret(file)
}

function existsAlready(error: unknown): false {
  if (errorCode(error) === 'EEXIST') return false
  throw error
}

async function readSecret(file: string): Promise<string> {
  const secret = (await readFile(file, 'utf8')).trim()
  if (secret.length < 32) throw new CannotStart(`${file} is damaged; put back the secret that was in it.`)
  return secret
}
