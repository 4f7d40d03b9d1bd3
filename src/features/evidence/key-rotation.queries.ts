import type { FirmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { type FirmKeyRow, type StoredFileRow, storedFileColumns } from './stored-file.queries.js'

/** Retires the present key of the firm, once no transaction holds it. @returns it; null where the firm has none */
export async function retireFirmKey({ tx, firmId }: FirmScope<WriteTx>): Promise<FirmKeyRow | null> {
  const [retired] = await tx.withFiles(() =>
    tx.query<FirmKeyRow>(
      `with retired as (update firm_key set retired_at = $2 where firm_id = $1 and retired_at is null
         returning id, sealed_key as "sealedKey") select * from retired`,
      [firmId, tx.now],
    ),
  )
  return retired ?? null
}

/**
 * Files of the firm whose key is encrypted by a retired one, locked, in the order of their ids: so many at most behind this one,
 * and fewer where one of them was removed in this moment.
 */
export const filesOfRetiredKeys = (
  { tx, firmId }: FirmScope<WriteTx>,
  after: string | null,
  limit: number,
): Promise<StoredFileRow[]> =>
  tx.withFiles(() =>
    tx.prepared<StoredFileRow>(
      `select ${storedFileColumns} from stored_file f join firm_key k on k.firm_id = $1 and k.id = f.firm_key_id and k.retired_at is not null
       where f.firm_id = $1 and ($2::uuid is null or f.id > $2) order by f.id limit $3 for update of f`,
      [firmId, after, limit],
    ),
  )

/** Keeps the keys of files as they are encrypted anew, by one key of the firm. */
export const keepWrapped = (
  { tx, firmId }: FirmScope<WriteTx>,
  firmKeyId: string,
  files: readonly Pick<StoredFileRow, 'id' | 'wrappedKey'>[],
): Promise<unknown> =>
  tx.withFiles(() =>
    tx.prepared(
      `update stored_file f set wrapped_key = n.wrapped_key, firm_key_id = $2
       from unnest($3::uuid[], $4::bytea[]) as n (id, wrapped_key) where f.firm_id = $1 and f.id = n.id`,
      [firmId, firmKeyId, files.map(({ id }) => id), files.map(({ wrappedKey }) => wrappedKey)],
    ),
  )

/** Removes retired keys of the firm that no file needs. */
export const removeRetiredKeys = ({ tx, firmId }: FirmScope<WriteTx>): Promise<unknown> =>
  tx.withFiles(() =>
    tx.query(
      `delete from firm_key k where k.firm_id = $1 and k.retired_at is not null
         and not exists (select 1 from stored_file f where f.firm_id = $1 and f.firm_key_id = k.id)`,
      [firmId],
    ),
  )
