import type { EngagementScope, FirmScope } from '../../kernel/store/scope.js'
import { type StoredFileRow, storedFileColumns } from './stored-file.queries.js'

/** A file that should be there, with some of the evidence that names it. */
export interface FileToVerify extends StoredFileRow {
  evidenceIds: string[]
}

/** So many pieces of evidence are named of a file that is not as it must be. */
const namedMax = 20

/** The files of the firm that were not removed, in the order of their ids: so many at most behind this one. */
export const filesToVerify = (
  { tx, firmId }: FirmScope,
  after: string | null,
  limit: number,
): Promise<FileToVerify[]> =>
  tx.withFiles(() =>
    tx.prepared<FileToVerify>(
      `select ${storedFileColumns}, array(select e.id::text from evidence e where e.firm_id = $1 and e.stored_file_id = f.id
           and e.state <> 'REMOVED' order by e.id limit ${namedMax}) as "evidenceIds"
       from stored_file f join firm_key k on k.firm_id = $1 and k.id = f.firm_key_id
       where f.firm_id = $1 and f.removed_at is null and ($2::uuid is null or f.id > $2) order by f.id limit $3`,
      [firmId, after, limit],
    ),
  )

const withoutFile = `select e.id from evidence e
    left join stored_file f on f.firm_id = $1 and f.id = e.stored_file_id and f.removed_at is null
  where e.firm_id = $1 and e.state <> 'REMOVED' and (f.id is null or f.sha256 <> e.sha256 or f.byte_count <> e.byte_count)`

/** Evidence that was not removed and names no file that is there, or one of another content; so many at most behind this one. */
export const evidenceWithoutFile = (
  { tx, firmId }: FirmScope,
  after: string | null,
  limit: number,
): Promise<{ id: string }[]> =>
  tx.withFiles(() =>
    tx.prepared<{ id: string }>(`${withoutFile} and ($2::uuid is null or e.id > $2) order by e.id limit $3`, [
      firmId,
      after,
      limit,
    ]),
  )

/** The same of one engagement. */
export const evidenceWithoutFileOf = ({ tx, firmId, engagementIds }: EngagementScope): Promise<{ id: string }[]> =>
  tx.withFiles(() => tx.query(`${withoutFile} and e.engagement_id = any($2) order by e.id`, [firmId, engagementIds]))

/** Of these files those that are there, or were removed so shortly ago that their bytes may not be gone yet. */
export const knownFiles = (
  { tx, firmId }: FirmScope,
  ids: readonly string[],
  removedSince: Date,
): Promise<{ id: string; sha256: string }[]> =>
  tx.withFiles(() =>
    tx.prepared<{ id: string; sha256: string }>(
      `select id, sha256 from stored_file
       where firm_id = $1 and id = any($2) and (removed_at is null or removed_at > $3)`,
      [firmId, ids, removedSince],
    ),
  )
