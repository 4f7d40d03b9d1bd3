import { mutationsOf } from '../../kernel/access/permission.js'
import type { EngagementScope } from '../../kernel/store/scope.js'

/**
 * All who performed work on each engagement, by member id, in the order of the scope: in one statement, from the trail, which holds every act
 * whatever it was about. An act counts unless the policy declares it to be no work.
 */
export async function performersOfWork({ tx, firmId, engagementIds }: EngagementScope): Promise<string[][]> {
  const found = await tx.query<{ engagementId: string; id: string }>(
    `select distinct chain_id as "engagementId", actor_id as id from trail_entry
     where firm_id = $1 and chain_id = any($2) and actor_id is not null and action <> all($3)`,
    [firmId, engagementIds, mutationsOf(tx.database.policy, 'none')],
  )
  return engagementIds.map((engagementId) =>
    found.filter((one) => one.engagementId === engagementId).map(({ id }) => id),
  )
}
