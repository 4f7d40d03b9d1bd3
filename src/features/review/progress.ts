import type { Loaders } from '../../kernel/store/loaders.js'
import { countProgress, type Progress } from '../../rules/progress.js'
import type { Engagement } from '../engagement/engagement.js'
import { inEngagements } from '../engagement/in-engagements.js'
import { staleProcedures } from '../signing/content.js'
import { type WorkStanding, workStandingOf } from './review.queries.js'

/** How far an engagement is, in all and by person. */
export interface EngagementStanding extends Progress {
  itemCount: number
  testedItemCount: number
  controlCount: number
  concludedControlCount: number
  people: (Progress & { memberId: string | null })[]
}

/** How far the work on an engagement is, computed from what is recorded. Those of several engagements are read as a set. */
export async function progressOf(loaders: Loaders, engagement: Engagement): Promise<EngagementStanding> {
  const [standing, stale] = await Promise.all([
    inEngagements(loaders, 'how far the work is', workStandingOf).load(engagement),
    staleProcedures(loaders, engagement.id, 'changed'),
  ])
  const procedures = standing
    .filter(({ procedureId }) => procedureId !== null)
    .map((one) => ({ ...one, isStale: stale.has(one.procedureId as string) }))
  const controls = (all: readonly WorkStanding[]) => new Set(all.map(({ controlId }) => controlId)).size
  const sum = (of: 'items' | 'tested') => procedures.reduce((total, one) => total + one[of], 0)
  const members = [...new Set(procedures.map(({ memberId }) => memberId))].sort()
  return {
    ...countProgress(procedures),
    itemCount: sum('items'),
    testedItemCount: sum('tested'),
    controlCount: controls(standing),
    concludedControlCount: controls(standing.filter(({ isConcluded }) => isConcluded)),
    people: members.map((memberId) => ({
      memberId,
      ...countProgress(procedures.filter((one) => one.memberId === memberId)),
    })),
  }
}
