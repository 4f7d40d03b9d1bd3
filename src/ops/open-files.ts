import { join } from 'node:path'
import type { Config } from '../config.js'
import { CannotStart, errorCode } from '../kernel/cannot-start.js'
import type { Files, Journal } from '../kernel/execute/services.js'
import { ClamdScanner } from '../kernel/files/clamd.js'
import { FolderStorage } from '../kernel/files/folder-storage.js'
import type { FileStorage } from '../kernel/files/storage.js'

/** For how long the scanner may be silent: it is while it looks through a file. */
const scanMs = 10 * 60_000

type Settings = Pick<Config, 'files' | 'dataDir' | 'publicUrl'>

/** The place of files that the settings name. */
async function storageOf({ files, dataDir }: Pick<Config, 'files' | 'dataDir'>): Promise<FileStorage> {
  if (!files.bucket) return new FolderStorage(files.folder as string)
  // Loaded where it is used alone: it takes half a second, and warns of versions of Node.
  const { S3Storage } = await import('../kernel/files/s3-storage.js')
  const { endpoint, credentials, ...bucket } = files.bucket
  return new S3Storage({
    ...bucket,
    ...(endpoint && { endpoint }),
    ...credentials,
    incoming: join(dataDir, 'incoming'),
  })
}

/**
 * Opens the place of files, and sees whether it can be used.
 * @param log where it says that the scanner is away: what is brought waits for it then. Commands, which scan nothing, give none
 * @throws CannotStart where it cannot
 */
export async function openFiles(config: Settings, log?: Journal): Promise<Files> {
  const storage = await storageOf(config)
  try {
    await storage.check()
  } catch (error) {
    const place = config.files.bucket ? 'The bucket of FIELDWORK_S3_BUCKET' : `The folder ${config.files.folder}`
    throw new CannotStart(`${place} cannot be used for files: ${reasonOf(error as Error)}`)
  }
  const { clamd, byteCountMax } = config.files
  const scanner = clamd && new ClamdScanner({ ...clamd, timeoutMs: scanMs })
  if (log) {
    // Not waited for: a scanner that is away stops no start.
    scanner?.check().catch((err) => log.warn({ err }, 'the malware scanner does not answer: evidence stays PENDING'))
  }
  return { storage, scanner, publicUrl: config.publicUrl, byteCountMax }
}

/** Breaks off what is being scanned, and lets go of the place of files. */
export async function closeFiles({ storage, scanner }: Files): Promise<void> {
  scanner?.close()
  await storage.close()
}

/** On one line; a storage tells no secrets. */
function reasonOf(error: Error): string {
  const reason = (error.message || errorCode(error) || error.name).replace(/\s+/g, ' ').replace(/\.$/, '')
  return `${reason}.`
}
