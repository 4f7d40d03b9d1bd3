import type { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import { checkReviewer, checkReviewLevel } from '../../rules/independence.js'
import { TeamMember } from '../engagement/team-member.js'
import type { Procedure } from '../procedure/procedure.js'
import type { Result } from './result.js'
import { performersOf } from './sample.queries.js'

/** All who had a hand in a procedure, by member id: those of many procedures are read as a set. */
export const performersIn = (loaders: Loaders, row: Procedure | Result): Promise<string[]> =>
  loaders.within('performers of procedure', procedureOf, performersOf).load(row)

/**
 * Whether the actor may review work in a procedure that another person did: they had no hand in it, and are above who did it.
 * @param row the procedure, or a row of it
 * @param workerId whose work it is, by member id
 * @throws Refusal SEPARATION_OF_DUTIES
 */
export async function checkReview(
  { actor }: Pick<Tx, 'actor'>,
  loaders: Loaders,
  row: Procedure | Result,
  workerId: string,
): Promise<void> {
  const preparers = await performersIn(loaders, row)
  checkReviewer({ preparers, reviewer: actor.memberId })
  const { engagementId } = row
  const team = await loaders.children(TeamMember, 'engagementId', engagementId, { id: 'asc' })
  const worker = team.find(({ memberId, removedAt }) => memberId === workerId && removedAt === null)
  checkReviewLevel({ preparerRole: worker?.role ?? null, reviewerRole: actor.team.get(engagementId) ?? null })
}

const procedureOf = (row: Procedure | Result): string => ('procedureId' in row ? row.procedureId : row.id)
