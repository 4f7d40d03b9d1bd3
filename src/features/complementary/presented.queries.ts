import type { FirmScope } from '../../kernel/store/scope.js'
import type { SubserviceMethod } from '../../rules/vocabulary.js'

/** Whose controls the description assumes to be in place, as far as the wording of an assertion depends on it. */
export interface Assumed {
  userEntityControls: { ref: string }[]
  subserviceOrganizations: { method: SubserviceMethod; complementaryControls: { ref: string }[] }[]
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
  const subserviceOrganizations = await tx.pastClientWall<Assumed['subserviceOrganizations'][number]>(
    `select o.method, coalesce(
       (select jsonb_agg(jsonb_build_object('ref', c.ref) order by c.ref) from complementary_control c
        where c.firm_id = o.firm_id and c.engagement_id = o.engagement_id and c.subservice_organization_id = o.id
          and c.retired_at is null), '[]') as "complementaryControls"
     from subservice_organization o
     where o.firm_id = $1 and o.engagement_id = $2 and o.vendor_reason is null and o.retired_at is null order by o.id`,
    [firmId, engagementId],
  )
  return { userEntityControls, subserviceOrganizations }
}
