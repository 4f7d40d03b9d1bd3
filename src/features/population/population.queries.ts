import type { EngagementScope } from '../../kernel/store/scope.js'
import type { Days } from '../../rules/coverage.js'

/** A frozen population with days in common with these and another seed than this one, or than none; of a control, one at most. */
export async function frozenBeside(
  { tx, firmId, engagementIds }: EngagementScope,
  { id, controlId }: { id: string | null; controlId: string },
  { from, to }: Days,
  seed: string | null,
): Promise<{ title: string } | null> {
  const found = await tx.query<{ title: string }>(
    `select title from population
     where firm_id = $1 and control_id = $2 and engagement_id = any($3) and state = 'FROZEN'
       and covers_from <= $5 and covered_until_on >= $4 and seed is distinct from $6 and id is distinct from $7
     order by id limit 1`,
    [firmId, controlId, engagementIds, from, to, seed, id],
  )
  return found[0] ?? null
}
