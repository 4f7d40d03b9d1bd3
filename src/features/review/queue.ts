import type { Actor } from '../../kernel/access/actor.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import { canReview, decidesExplanations } from '../../rules/independence.js'
import type { TeamRole } from '../../rules/vocabulary.js'
import type { Engagement } from '../engagement/engagement.js'
import { inEngagements } from '../engagement/in-engagements.js'
import { staleSignOffs } from '../signing/content.js'
import { type Waiting, waitingFor } from './review.queries.js'

/** Something that waits for a person, of whatever kind. */
export type Queued = Omit<Waiting, 'workerRole' | 'engagementId'>

/**
 * What waits for who asks on an engagement, the longest first: what they may review or decide on by their place on the team and had no hand
 * in, notes for them, and procedures that they signed and that changed since. What is asked of several engagements is read as a set.
 */
export async function reviewQueueOf(loaders: Loaders, actor: Actor, engagement: Engagement): Promise<Queued[]> {
  const role = actor.team.get(engagement.id)
  if (role === undefined) return []
  const [waiting, stale] = await Promise.all([
    inEngagements(loaders, 'what waits for the caller', waitingFor).load(engagement),
    staleSignOffs(loaders, engagement.id, 'changed'),
  ])
  const again = stale
    .filter(({ memberId }) => memberId === actor.memberId)
    .map(({ id, procedureId, createdAt }) => ({
      ...{ kind: 'SIGN_AGAIN' as const, nodeId: id, procedureId, controlId: null, waitingSinceAt: createdAt },
    }))
  return [...waiting.filter((one) => waitsFor(one, role)), ...again].toSorted(
    (one, other) => Number(one.waitingSinceAt) - Number(other.waitingSinceAt) || (one.nodeId < other.nodeId ? -1 : 1),
  )
}

function waitsFor({ kind, workerRole: preparerRole }: Waiting, role: TeamRole): boolean {
  if (kind === 'REVIEW_PROCEDURE' || kind === 'REVIEW_WORKPAPER') return canReview({ preparerRole, reviewerRole: role })
  return kind === 'DECIDE_EXPLANATION' ? decidesExplanations(role) : true
}
