import { mutationsOf } from '../../kernel/access/permission.js'
import { listed } from '../../kernel/store/listed.js'
import type { FirmScope } from '../../kernel/store/scope.js'
import { statesUnderWay } from '../../rules/lifecycles.js'
import type * as words from '../../rules/vocabulary.js'

/**
 * The last day on which these members were engagement partner at a client, by member id: until they left the team, or the engagement
 * was over; today, where they still are. A readiness engagement, which no report ends, is over with the last work on it once it is in
 * completion. Beyond the team's wall, for this alone: who names a quality reviewer may be on no team of theirs.
 */
export async function lastLedAt(
  { tx, firmId }: FirmScope,
  clientId: string,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await tx.query<{ memberId: string; lastLedOn: string }>(
    `select t.member_id as "memberId", (max(coalesce(t.removed_at, r.created_at, e.withdrawn_at, w.at, now())) at time zone 'UTC')::date::text as "lastLedOn"
     from team_member t
       join engagement e on e.firm_id = t.firm_id and e.id = t.engagement_id
       left join report r on r.firm_id = e.firm_id and r.engagement_id = e.id
       left join lateral (
         select max(n.at) as at from trail_entry n
         where n.firm_id = e.firm_id and n.chain_id = e.id and n.action <> all($4) and e.kind = 'READINESS' and e.state = 'COMPLETION'
       ) w on true
     where t.firm_id = $1 and e.client_id = $2 and t.member_id = any($3) and t.role = 'ENGAGEMENT_PARTNER'
       and t.independence_confirmed_at is not null
     group by t.member_id`,
    [firmId, clientId, memberIds, mutationsOf(tx.database.policy, 'none')],
  )
  return new Map(found.map(({ memberId, lastLedOn }) => [memberId, lastLedOn]))
}

/**
 * Whether an objection of the quality reviewer of an engagement is open. Beyond the team's wall, for this alone: the firm's administrator,
 * who names the second reader, is on no team.
 */
export async function hasOpenObjection({ tx, firmId }: FirmScope, engagementId: string): Promise<boolean> {
  const found = await tx.query(
    `select 1 from quality_review_point where firm_id = $1 and engagement_id = $2 and state = 'OPEN' limit 1`,
    [firmId, engagementId],
  )
  return found.length > 0
}

/** A place on a team that is not confirmed yet, and what is shown of its engagement. */
export interface OpenPlace {
  team_member_id: string
  client_name: string
  system_name: string
  kind: words.EngagementKind
}

/**
 * The teams under way that the actor was named for and has not confirmed independence for, oldest first. Beyond the team's
 * wall, for this alone: members cannot judge their independence of a client that they do not know.
 */
export const openPlacesOfActor = ({ tx, firmId }: FirmScope, limit: number): Promise<OpenPlace[]> =>
  tx.query<OpenPlace>(
    `select t.id as team_member_id, c.name as client_name, e.system_name, e.kind from team_member t
       join engagement e on e.firm_id = t.firm_id and e.id = t.engagement_id
       join client c on c.firm_id = e.firm_id and c.id = e.client_id
     where t.firm_id = $1 and t.member_id = $2 and t.removed_at is null and t.independence_confirmed_at is null
       and e.state in (${listed(statesUnderWay)})
     order by t.id limit $3`,
    [firmId, tx.actor.memberId, limit],
  )
