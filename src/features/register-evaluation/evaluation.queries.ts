import type { EngagementScope } from '../../kernel/store/scope.js'

/** When the report of each engagement was released, in the order of the scope; null where none was. */
export async function releasesOf({ tx, firmId, engagementIds }: EngagementScope): Promise<(Date | null)[]> {
  const found = await tx.prepared<{ engagementId: string; releasedAt: Date }>(
    `select engagement_id as "engagementId", min(created_at) as "releasedAt" from report
     where firm_id = $1 and engagement_id = any($2) group by 1`,
    [firmId, engagementIds],
  )
  const byId = new Map(found.map(({ engagementId, releasedAt }) => [engagementId, releasedAt]))
  return engagementIds.map((id) => byId.get(id) ?? null)
}
