import type { FirmScope } from '../../kernel/store/scope.js'
import type { SubserviceMethod } from '../../rules/vocabulary.js'

/** Whose controls the description assumes to be in place, as far as the wording of an assertion depends on it. */
export interface Assumed {
  userEntityControls: { ref: string }[]
  subserviceOrganizations: { method: SubserviceMethod }[]
}

/**
 * What stands of an engagement, without vendors. The caller sees the engagement. People of the client do not see the papers on it:
 * their wall is lifted for the wording that is offered to them, which speaks of their own description.
 */
export async function assumedIn({ tx, firmId }: FirmScope, engagementId: string): Promise<Assumed> {
  const userEntityControls = await tx.pastClientWall<{ ref: string }>(
    `select ref from complementary_control
     where firm_id = $1 and engagement_id = $2 and kind = 'CUEC' and retired_at is null order by ref`,
    [firmId, engagementId],
  )
  const subserviceOrganizations = await tx.pastClientWall<{ method: SubserviceMethod }>(
    `select method from subservice_organization
     where firm_id = $1 and engagement_id = $2 and vendor_reason is null and retired_at is null order by id`,
    [firmId, engagementId],
  )
  return { userEntityControls, subserviceOrganizations }
}
