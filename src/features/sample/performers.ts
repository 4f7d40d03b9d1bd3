import { mutationsOf } from '../../kernel/access/permission.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import { checkReviewer, checkReviewLevel } from '../../rules/independence.js'
import { TeamMember } from '../engagement/team-member.js'

/**
 * All who had a hand in each of these procedures, by member id: who recorded results, explained deviations or signed as
 * preparer. Read from the trail: a result that was recorded again, or a signature that was withdrawn, no longer says whose it
 * was.
 */
async function performersOf(procedureIds: readonly string[], tx: Tx): Promise<string[][]> {
  const found = await tx.query<{ procedureId: string; id: string }>(
    `select worked.id as "procedureId", performer.id
     from procedure worked, lateral (
       select distinct actor_id as id from trail_entry
       where firm_id = $1 and chain_id = worked.engagement_id and action = any($3) and actor_id is not null and node_id in (
         select worked.id
         union all select id from sample where firm_id = $1 and procedure_id = worked.id
         union all select id from result where firm_id = $1 and procedure_id = worked.id)) performer
     where worked.firm_id = $1 and worked.id = any($2)`,
    [tx.firmId, procedureIds, mutationsOf(tx.database.policy, 'tested')],
  )
  return procedureIds.map((procedureId) => found.filter((one) => one.procedureId === procedureId).map(({ id }) => id))
}

/**
 * Whether the actor may review work in a procedure that another person did: they had no hand in it, and are above who did it.
 * @param workerId whose work it is, by member id
 * @throws Refusal SEPARATION_OF_DUTIES
 */
export async function checkReview(
  { actor }: Pick<Tx, 'actor'>,
  batches: Loaders,
  { procedureId, engagementId, workerId }: { procedureId: string; engagementId: string; workerId: string },
): Promise<void> {
  const preparers = await batches.of('performers of procedure', performersOf).load(procedureId)
  checkReviewer({ preparers, reviewer: actor.memberId })
  const team = await batches.children(TeamMember, 'engagementId', engagementId, { id: 'asc' })
  const worker = team.find(({ memberId, removedAt }) => memberId === workerId && removedAt === null)
  checkReviewLevel({ preparerRole: worker?.role ?? null, reviewerRole: actor.team.get(engagementId) ?? null })
}
