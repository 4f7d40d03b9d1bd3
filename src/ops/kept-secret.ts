import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CannotStart, errorCode } from '../kernel/cannot-start.js'

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

async function readSecret(file: string): Promise<string> {
  const secret = (await readFile(file, 'utf8')).trim()
  if (secret.length < 32) throw new CannotStart(`${file} is damaged; put back the secret that was in it.`)
  return secret
}
