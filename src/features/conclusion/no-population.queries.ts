import type { EngagementScope } from '../../kernel/store/scope.js'

/** Of each of these controls, whether a population of it was described, in the order given. */
export async function controlsListed(
  { tx, firmId, engagementIds }: EngagementScope,
  controlIds: readonly string[],
): Promise<boolean[]> {
  const found = await tx.query<{ id: string }>(
    `select distinct control_id as id from population
     where firm_id = $1 and control_id = any($2) and engagement_id = any($3)`,
    [firmId, controlIds, engagementIds],
  )
  const described = new Set(found.map(({ id }) => id))
  return controlIds.map((id) => described.has(id))
}
