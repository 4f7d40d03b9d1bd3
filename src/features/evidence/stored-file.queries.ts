import type { FirmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'

/** A key of a firm as it stands in the database: encrypted under the service's secret. */
export interface FirmKeyRow {
  id: string
  sealedKey: Buffer
}

/** A file in the storage, with the key of the firm by which its own key is encrypted. */
export interface StoredFileRow {
  id: string
  sha256: string
  byteCount: number
  wrappedKey: Buffer
  firmKeyId: string
  sealedKey: Buffer
}

/** The columns of `StoredFileRow`, of a file `f` and a key `k`. */
export const storedFileColumns = `f.id, f.sha256, f.byte_count as "byteCount", f.wrapped_key as "wrappedKey",
  f.firm_key_id as "firmKeyId", k.sealed_key as "sealedKey"`

/** The present key of the firm, which no rotation replaces until the transaction ends; null where the firm has none yet. */
export async function presentFirmKey({ tx, firmId }: FirmScope<WriteTx>): Promise<FirmKeyRow | null> {
  const [found] = await tx.withFiles(() =>
    tx.query<FirmKeyRow>(
      `select id, sealed_key as "sealedKey" from firm_key where firm_id = $1 and retired_at is null for share`,
      [firmId],
    ),
  )
  return found ?? null
}

/** Adds a key as the present one, unless there is one. */
export const addFirmKey = ({ tx, firmId }: FirmScope<WriteTx>, { id, sealedKey }: FirmKeyRow): Promise<unknown> =>
  tx.withFiles(() =>
    tx.query(
      `insert into firm_key (firm_id, id, sealed_key, created_at) values ($1, $2, $3, $4)
       on conflict (firm_id) where retired_at is null do nothing`,
      [firmId, id, sealedKey, tx.now],
    ),
  )

/**
 * Notes a file that lies in the storage.
 * @returns the id of the firm's file with this content: another one where there was one already
 */
export async function addStoredFile(
  scope: FirmScope<WriteTx>,
  file: Pick<StoredFileRow, 'id' | 'sha256' | 'byteCount' | 'wrappedKey' | 'firmKeyId'>,
): Promise<string> {
  const { tx, firmId } = scope
  const { id, sha256, byteCount, wrappedKey, firmKeyId } = file
  const added = await tx.withFiles(() =>
    tx.query(
      `insert into stored_file (firm_id, id, sha256, byte_count, firm_key_id, wrapped_key, created_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (firm_id, sha256) where removed_at is null do nothing returning id`,
      [firmId, id, sha256, byteCount, firmKeyId, wrappedKey, tx.now],
    ),
  )
  if (added.length > 0) return id
  // What keeps it from being removed is committed together with what names it.
  const [there] = await tx.withFiles(() =>
    tx.query<{ id: string }>(
      'select id from stored_file where firm_id = $1 and sha256 = $2 and removed_at is null for share',
      [firmId, sha256],
    ),
  )
  // Removed between the two statements: now there is room for this one.
  return there ? there.id : addStoredFile(scope, file)
}

/** A file by its id; null where it was removed. The caller has seen a row of theirs that names it. */
export async function storedFile({ tx, firmId }: FirmScope, id: string): Promise<StoredFileRow | null> {
  const [found] = await tx.withFiles(() =>
    tx.query<StoredFileRow>(
      `select ${storedFileColumns} from stored_file f join firm_key k on k.firm_id = $1 and k.id = f.firm_key_id
       where f.firm_id = $1 and f.id = $2 and f.removed_at is null`,
      [firmId, id],
    ),
  )
  return found ?? null
}

/** A file that is to be removed, locked until the transaction ends; null where there is none. */
export async function lockStoredFile(
  { tx, firmId }: FirmScope<WriteTx>,
  id: string,
): Promise<{ id: string; sha256: string; removedAt: Date | null } | null> {
  const [found] = await tx.withFiles(() =>
    tx.query<{ id: string; sha256: string; removedAt: Date | null }>(
      'select id, sha256, removed_at as "removedAt" from stored_file where firm_id = $1 and id = $2 for update',
      [firmId, id],
    ),
  )
  return found ?? null
}

/**
 * Keeps the engagements for which a file was brought as they are until the transaction ends, in the order of their ids: who places a legal
 * hold on one of them comes before or after.
 */
export const lockEngagementsOfFile = ({ tx, firmId }: FirmScope<WriteTx>, id: string): Promise<unknown> =>
  tx.query(
    `select 1 from engagement where firm_id = $1
       and id in (select engagement_id from evidence where firm_id = $1 and stored_file_id = $2) order by id for share`,
    [firmId, id],
  )

/** What keeps a file from being removed. */
export interface NeedOfStoredFile {
  /** Evidence that was not removed names it. */
  isNamed: boolean
  /** When the last of the evidence that names it was removed; null where none was. */
  lastRemovedAt: Date | null
  /** A legal hold is in force on an engagement for which it was brought. */
  isOnLegalHold: boolean
}

export async function needOfStoredFile({ tx, firmId }: FirmScope<WriteTx>, id: string): Promise<NeedOfStoredFile> {
  const [need] = await tx.query<NeedOfStoredFile>(
    `select coalesce(bool_or(e.state <> 'REMOVED'), false) as "isNamed", max(e.removed_at) as "lastRemovedAt",
       coalesce(bool_or(exists (select 1 from legal_hold h where h.firm_id = $1 and h.engagement_id = e.engagement_id
         and h.released_at is null)), false) as "isOnLegalHold"
     from evidence e where e.firm_id = $1 and e.stored_file_id = $2`,
    [firmId, id],
  )
  return need as NeedOfStoredFile
}

/** Forgets the key of a file for good. Its bytes are removed afterwards. */
export const eraseStoredFile = ({ tx, firmId }: FirmScope<WriteTx>, id: string): Promise<unknown> =>
  tx.withFiles(() =>
    tx.query(
      `update stored_file set removed_at = $3, wrapped_key = null, firm_key_id = null where firm_id = $1 and id = $2`,
      [firmId, id, tx.now],
    ),
  )
