import { CannotStart } from '../../kernel/cannot-start.js'
import type { Database } from '../../kernel/store/database.js'
import { firmIds } from '../../kernel/store/maintenance.js'
import { firmScope } from '../../kernel/store/scope.js'
import { type WriteTx, write } from '../../kernel/store/work.js'
import { Firm } from '../firm/firm.js'
import { filesOfRetiredKeys, keepWrapped, removeRetiredKeys, retireFirmKey } from './key-rotation.queries.js'
import { addFirmKey, type FirmKeyRow, type StoredFileRow } from './stored-file.queries.js'
import { fileKey, firmKeyOf, isOpenedBy, makeFirmKey, wrapFileKey } from './stored-files.js'

/** What the trail of a firm calls it. */
const action = 'rotateFileKey'

/** So many keys of files are encrypted anew in one transaction: who reads or removes one of them waits no longer than that. */
const portion = 200

/** What became of the keys of all firms. */
export interface FileKeysRotated {
  firms: number
  files: number
  /** Files whose key opens by no key that is there: they stay as they are, and so does the retired key. */
  unopened: { firmId: string; id: string }[]
}

/**
 * Gives each firm that has files a new key, and encrypts the keys of its files by it; the bytes of files stay as they are. Beside services
 * that run: what is brought meanwhile is encrypted by the new key. It may be broken off and run again. The retired key is
 * removed when no file needs it: what was encrypted by it opens no more.
 */
export async function rotateFileKeys(database: Database): Promise<FileKeysRotated> {
  const rotated: FileKeysRotated = { firms: 0, files: 0, unopened: [] }
  for (const firmId of await firmIds(database)) {
    if (!(await inFirm(database, firmId, changeFirmKey))) continue
    rotated.firms += 1
    let after: string | null = null
    do {
      const part: Part = await inFirm(database, firmId, (tx) => wrapAnew(tx, after))
      rotated.files += part.files
      rotated.unopened.push(...part.unopened.map((id) => ({ firmId, id })))
      after = part.upTo
    } while (after)
    await inFirm(database, firmId, (tx) => removeRetiredKeys(firmScope(tx)))
  }
  return rotated
}

const inFirm = <T>(database: Database, firmId: string, work: (tx: WriteTx) => Promise<T>): Promise<T> =>
  write(database, null, action, async (tx) => {
    await tx.enter(firmId)
    return work(tx)
  })

/**
 * Puts a new key in the place of the present one, and says so in the trail of the firm.
 * @returns false where the firm has none
 * @throws CannotStart under another secret than that of the present one
 */
async function changeFirmKey(tx: WriteTx): Promise<boolean> {
  const scope = firmScope(tx)
  const before = await retireFirmKey(scope)
  if (!before) return false
  // Services could read nothing that is encrypted by a key made under another secret.
  if (!isOpenedBy(tx.database.secretBox, before)) {
    throw new CannotStart('The keys of evidence were sealed under another FIELDWORK_SECRET. Put that secret back.')
  }
  const made = makeFirmKey(tx.database.secretBox)
  await addFirmKey(scope, made)
  const firm = Object.assign(new Firm(), { firmId: tx.firmId, id: tx.firmId })
  tx.note(firm, { before: { fileKey: before.id }, after: { fileKey: made.id } })
  await tx.appendTrail(action, null)
  return true
}

interface Part {
  files: number
  unopened: string[]
  /** The last file that was looked at; null when there was none. */
  upTo: string | null
}

async function wrapAnew(tx: WriteTx, after: string | null): Promise<Part> {
  const scope = firmScope(tx)
  // It stays the present key until all of them are encrypted by it.
  const firmKey = await firmKeyOf(scope)
  const found = await filesOfRetiredKeys(scope, after, portion)
  const wrapped = found.flatMap((file) => wrappedBy(tx, firmKey, file) ?? [])
  if (wrapped.length > 0) await keepWrapped(scope, firmKey.id, wrapped)
  const ids = new Set(wrapped.map(({ id }) => id))
  const unopened = found.filter(({ id }) => !ids.has(id)).map(({ id }) => id)
  return {
    files: wrapped.length,
    unopened,
    upTo: found.at(-1)?.id ?? null,
  }
}

/** The key of a file, encrypted by this key; null where it does not open. */
function wrappedBy(
  { database: { secretBox }, firmId }: WriteTx,
  firmKey: FirmKeyRow,
  file: StoredFileRow,
): Pick<StoredFileRow, 'id' | 'wrappedKey'> | null {
  let dataKey: Buffer
  try {
    dataKey = fileKey(secretBox, firmId, file)
  } catch {
    return null
  }
  return { id: file.id, wrappedKey: wrapFileKey(secretBox, firmId, file, dataKey, firmKey) }
}
