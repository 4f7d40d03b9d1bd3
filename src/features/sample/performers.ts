import type { WriteTx } from '../../data/work.js'
import type { Procedure } from '../procedure/procedure.js'

const acts = ['recordResult', 'recordResults', 'explainDeviation', 'prepareProcedure']

/**
 * All who had a hand in a procedure, by member id: who recorded results, explained deviations or signed as preparer. Read
 * from the trail: a result that was recorded again, or a signature that was withdrawn, no longer says whose it was.
 */
export async function performersOf(tx: WriteTx, procedure: Procedure): Promise<string[]> {
  const found = await tx.query<{ id: string }>(
    `select distinct actor_id as id from trail_entry
     where firm_id = $1 and chain_id = $2 and action = any($4) and actor_id is not null and node_id in (
       select $3::uuid
       union all select id from sample where firm_id = $1 and procedure_id = $3
       union all select id from result where firm_id = $1 and procedure_id = $3)`,
    [tx.firmId, procedure.engagementId, procedure.id, acts],
  )
  return found.map(({ id }) => id)
}
