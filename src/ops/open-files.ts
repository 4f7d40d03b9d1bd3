import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config.js'
import { CannotStart, errorCode } from '../kernel/cannot-start.js'
import type { Files } from '../kernel/execute/services.js'
import { ClamdScanner } from '../kernel/files/clamd.js'
import { FolderStorage } from '../kernel/files/folder-storage.js'
import type { FileStorage } from '../kernel/files/storage.js'

/** How long the scanner may take for one file. */
const scanMs = 10 * 60_000

/** The place of files that the settings name. */
async function storageOf({ files }: Pick<Config, 'files'>): Promise<FileStorage> {
  if (!files.bucket) return new FolderStorage(files.folder as string)
  // Loaded where it is used alone: it takes half a second, and warns of versions of Node.
  const { S3Storage } = await import('../kernel/files/s3-storage.js')
  const { endpoint, credentials, ...bucket } = files.bucket
  return new S3Storage({
    ...bucket,
    ...(endpoint && { endpoint }),
    ...credentials,
    incoming: join(tmpdir(), 'fieldwork-incoming'),
  })
}

/**
 * Opens the place of files, and sees whether it can be used.
 * @throws CannotStart where it cannot
 */
export async function openFiles(config: Pick<Config, 'files' | 'publicUrl'>): Promise<Files> {
  const storage = await storageOf(config)
  try {
    await storage.check()
  } catch (error) {
    const place = config.files.bucket ? 'The bucket of FIELDWORK_S3_BUCKET' : `The folder ${config.files.folder}`
    throw new CannotStart(`${place} cannot be used for files (${errorCode(error) ?? (error as Error).name}).`)
  }
  const { clamd, byteCountMax } = config.files
  const scanner = clamd && new ClamdScanner({ ...clamd, timeoutMs: scanMs })
  return { storage, scanner, publicUrl: config.publicUrl, byteCountMax }
}
