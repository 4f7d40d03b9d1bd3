import type { EngagementScope } from '../../kernel/store/scope.js'
import type { Procedure } from './procedure.js'

/** Whether anything is recorded in the procedure. By hand: results are a later noun. */
export async function hasResults({ tx, firmId, engagementIds }: EngagementScope, { id }: Procedure): Promise<boolean> {
  const found = await tx.query(
    'select 1 from result where firm_id = $1 and procedure_id = $2 and engagement_id = any($3) limit 1',
    [firmId, id, engagementIds],
  )
  return found.length > 0
}
