import type { DifferenceJudged, OpinionJudged } from '../../rules/judged.js'
import type { Opinion } from '../opinion/opinion.js'
import type { QualityReviewPoint } from '../opinion/quality-review-point.js'
import { decided } from './changed.js'

export const opinionJudged = ({
  id,
  conclusions,
  decidedBy,
  decidedAt,
  rationale,
  restsOnIds,
}: Opinion): OpinionJudged => ({
  id,
  conclusions: conclusions.map(({ subjectMatter, category, opinion, proposed }) => ({
    subjectMatter,
    category,
    decided: opinion,
    proposed,
  })),
  ...decided(decidedBy, decidedAt, rationale, restsOnIds),
})

/** Of an objection that is settled by a third person, or withdrawn by another reviewer than raised it; none of others. */
export function differenceJudged(point: QualityReviewPoint): DifferenceJudged[] {
  const { id, number, objection, state, createdBy, settledBy, settledAt, reason, restsOnIds } = point
  if (state === 'OPEN' || (state === 'WITHDRAWN' && settledBy === createdBy)) return []
  return [{ id, number, objection, settledAs: state, ...decided(settledBy, settledAt, reason, restsOnIds) }]
}
