import type { FirmScope } from '../../kernel/store/scope.js'

/**
 * Whether the testing of any control of an engagement, which the actor was permitted to act on, has begun (`hasTestingBegun`). People of the client, who write the description,
 * see no tests: their wall is lifted for the answer, yes or no.
 */
export async function hasAnyTestingBegun({ tx, firmId }: FirmScope, engagementId: string): Promise<boolean> {
  const [found] = await tx.pastClientWall<{ begun: boolean }>(
    `select exists (select 1 from procedure p where p.firm_id = $1 and p.engagement_id = $2 and p.state <> 'PLANNED')
       or exists (select 1 from control c where c.firm_id = $1 and c.engagement_id = $2 and c.sampling_fixed_at is not null) as begun`,
    [firmId, engagementId],
  )
  return found?.begun ?? false
}
