import type { FirmScope } from '../../kernel/store/scope.js'

/** An act on an entry of a register, as it stands in the chain of the client. */
export interface EntryChange {
  entryId: string
  at: Date
  actorName: string
  /** JSON. */
  changes: string
}

/**
 * The acts on entries since they were shared, sharing itself left out: of each the last ones, in order. What was done before is the
 * client's own; so is that anything was.
 * @param ids of entries that the actor read through their wall
 */
export const changesOfEntries = (
  { tx, firmId }: FirmScope,
  ids: readonly string[],
  limit: number,
): Promise<EntryChange[]> =>
  tx.prepared<EntryChange>(
    `select last.* from (
       select id, client_id from incident where firm_id = $1 and id = any($2) and shared_at is not null
       union all select id, client_id from system_change where firm_id = $1 and id = any($2) and shared_at is not null
     ) entry, lateral (
       select t.node_id as "entryId", t.at, t.actor_name as "actorName", t.changes, t.position from trail_entry t
       where t.firm_id = $1 and t.chain_id = entry.client_id and t.node_id = entry.id and t.position > (
         select s.position from trail_entry s where s.firm_id = $1 and s.chain_id = entry.client_id and s.node_id = entry.id
           and s.action in ('shareIncident', 'shareSystemChange') order by s.position limit 1)
       order by t.position desc limit $3
     ) last order by last.position`,
    [firmId, ids, limit],
  )
