import { errorCode } from '../../kernel/cannot-start.js'
import { encryptedSize, FileAltered } from '../../kernel/files/encryption.js'
import { checkStoredFile } from '../../kernel/files/open.js'
import { FileMissing, type FileStorage } from '../../kernel/files/storage.js'
import type { Database } from '../../kernel/store/database.js'
import { firmIds, readFirm } from '../../kernel/store/maintenance.js'
import { firmScope } from '../../kernel/store/scope.js'
import { isUuid, type Tx } from '../../kernel/store/work.js'
import { storedFile } from './stored-file.queries.js'
import { fileKey, storageKey } from './stored-files.js'
import { evidenceWithoutFile, type FileToVerify, filesToVerify, knownFiles } from './verification.queries.js'

/** One thing that is not as it must be, in words for the operator. */
export interface EvidenceFinding {
  words: string
  /** The key of a file that no row knows; null for what else was found. */
  orphan: string | null
}

/** So many rows, or keys, are looked at in one transaction, and held in memory. */
const portion = 500
/** A file that was put so lately may have a row that is not committed yet; the bytes of one removed may still be there. */
const underWayMs = 86_400_000

/**
 * Compares evidence with the storage of files, both ways: each file lies there, opens and has its digest; each piece of evidence names one; and
 * each file that lies there is known. Rows are read in portions and keys as they come; no transaction is open while a file is read.
 * @param isQuick whether only existence and length of files are looked at, not their content
 * @throws what the storage fails with where it is away: that says nothing of what it holds
 */
export async function* verifyEvidence(
  database: Database,
  storage: FileStorage,
  { isQuick }: { isQuick: boolean },
): AsyncGenerator<EvidenceFinding> {
  const firms = await firmIds(database)
  for (const firmId of firms) {
    const files = inPortions((after) =>
      readFirm(database, firmId, (tx) => filesToVerify(firmScope(tx), after, portion)),
    )
    for await (const file of files) {
      const fault = await faultOfFile({ database, storage, firmId, isQuick }, file)
      if (fault) yield { words: wordsOf(firmId, file, fault), orphan: null }
    }
    const rows = inPortions((after) =>
      readFirm(database, firmId, (tx) => evidenceWithoutFile(firmScope(tx), after, portion)),
    )
    for await (const { id } of rows) {
      yield { words: `firm ${firmId}, evidence ${id}: it names no file with its digest and length.`, orphan: null }
    }
  }
  yield* orphansIn(database, storage, new Set(firms))
}

/** What is read in the order of ids, a portion at a time. */
async function* inPortions<T extends { id: string }>(read: (after: string | null) => Promise<T[]>): AsyncGenerator<T> {
  let after: string | null = null
  do {
    const found: T[] = await read(after)
    yield* found
    after = found.length === portion ? (found.at(-1) as T).id : null
  } while (after)
}

const wordsOf = (firmId: string, file: FileToVerify, fault: string): string => {
  const { evidenceIds } = file
  const named = evidenceIds.length > 0 ? `evidence ${evidenceIds.join(' ')}` : 'no evidence'
  return `firm ${firmId}, ${named}, key ${storageKey(firmId, file)}: ${fault}`
}

interface Verifying {
  database: Database
  storage: FileStorage
  firmId: string
  isQuick: boolean
}

/** What is wrong with a file; null where nothing is. */
async function faultOfFile(verifying: Verifying, file: FileToVerify): Promise<string | null> {
  const { database, firmId } = verifying
  const fault = await faultNow(verifying, file)
  if (fault === null) return null
  // It may have been removed, or its key encrypted anew, since its row was read.
  const now = await readFirm(database, firmId, (tx) => storedFile(firmScope(tx), file.id))
  if (!now) return null
  return now.wrappedKey.equals(file.wrappedKey) ? fault : faultNow(verifying, { ...file, ...now })
}

async function faultNow({ database, storage, firmId, isQuick }: Verifying, file: FileToVerify): Promise<string | null> {
  const [key, bytes] = [storageKey(firmId, file), Number(file.byteCount)]
  const dataKey = openedKey(database, firmId, file)
  if (!dataKey) return 'the key of the file does not open.'
  try {
    const size = await storage.size(key)
    if (size === null) return missing
    if (size !== encryptedSize(bytes)) return `the file has ${size} bytes instead of ${encryptedSize(bytes)}.`
    if (!isQuick) await checkStoredFile(storage, key, dataKey, { bytes, sha256: file.sha256 })
    return null
  } catch (error) {
    if (error instanceof FileMissing) return missing
    if (error instanceof FileAltered) return 'the file is not what was put there.'
    // Where others can be read, it is this file that cannot.
    await storage.check().catch(() => {
      throw error
    })
    return `the file cannot be read (${errorCode(error) || (error as Error).name}).`
  }
}

const missing = 'the file is missing.'

/** The key of a file; null where it does not open, e.g. under another secret. */
function openedKey(database: Database, firmId: string, file: FileToVerify): Buffer | null {
  try {
    return fileKey(database.secretBox, firmId, file)
  } catch {
    return null
  }
}

/** Files in the storage that no row knows, in the folder of whichever firm, and what is no file of the service. */
async function* orphansIn(
  database: Database,
  storage: FileStorage,
  firms: ReadonlySet<string>,
): AsyncGenerator<EvidenceFinding> {
  const since = new Date(Date.now() - underWayMs)
  let portionOfKeys: Place[] = []
  for await (const { key, putAt } of storage.list()) {
    if (putAt > since) continue
    const place = placeOf(key)
    if (!place) {
      yield { words: `key ${key}: it is no key of the service.`, orphan: null }
      continue
    }
    portionOfKeys.push(place)
    if (portionOfKeys.length < portion) continue
    yield* orphansAmong(database, portionOfKeys, firms, since)
    portionOfKeys = []
  }
  yield* orphansAmong(database, portionOfKeys, firms, since)
}

/** A key, and what it says. */
interface Place {
  key: string
  firmId: string
  sha256: string
  id: string
}

function placeOf(key: string): Place | null {
  const [firmId = '', sha256 = '', id = '', ...more] = key.split('/')
  return isUuid(firmId) && /^[0-9a-f]{64}$/.test(sha256) && isUuid(id) && more.length === 0
    ? { key, firmId, sha256, id }
    : null
}

async function* orphansAmong(
  database: Database,
  places: readonly Place[],
  firms: ReadonlySet<string>,
  since: Date,
): AsyncGenerator<EvidenceFinding> {
  const known = new Set<string>()
  for (const firmId of new Set(places.map((place) => place.firmId))) {
    if (!firms.has(firmId)) continue
    const ids = places.filter((place) => place.firmId === firmId).map(({ id }) => id)
    const read = (tx: Tx) => knownFiles(firmScope(tx), ids, since)
    for (const file of await readFirm(database, firmId, read)) known.add(storageKey(firmId, file))
  }
  for (const { key, firmId } of places) {
    if (known.has(key)) continue
    const words = firms.has(firmId) ? 'no row knows the file' : 'there is no such firm'
    yield { words: `firm ${firmId}, key ${key}: ${words}.`, orphan: key }
  }
}
