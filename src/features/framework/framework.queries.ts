import type { FirmScope } from '../../kernel/store/scope.js'
import type { FrameworkAsserted } from '../../rules/assertions.js'

/**
 * The further frameworks of an engagement that its opinion covers, oldest first. The caller sees the engagement. People of the client do not
 * see the papers on them: their wall is lifted for what their own assertion has to speak of, each framework by its name.
 */
export const frameworksAsserted = ({ tx, firmId }: FirmScope, engagementId: string): Promise<FrameworkAsserted[]> =>
  tx.pastClientWall<FrameworkAsserted>(
    `select f.id as "frameworkId", s.name || ', ' || s.edition as name
     from framework f join criteria_set s on s.firm_id = f.firm_id and s.id = f.criteria_set_id
     where f.firm_id = $1 and f.engagement_id = $2 and f.use = 'ADDITIONAL_SUBJECT_MATTER' and f.retired_at is null order by f.id`,
    [firmId, engagementId],
  )
