import { gapDays } from '../../rules/complementary.js'
import type {
  AssertionJudged,
  CriterionJudged,
  Decided,
  DifferenceJudged,
  OpinionJudged,
  SubserviceReportJudged,
} from '../../rules/judged.js'
import type { IncidentEvaluated } from '../../rules/registers.js'
import type { AssertionResolution } from '../assertion/assertion-resolution.js'
import type { ManagementAssertion } from '../assertion/management-assertion.js'
import { standingOfAssertion } from '../assertion/standing.js'
import type { CriterionConclusion } from '../criterion-conclusion/criterion-conclusion.js'
import type { Engagement } from '../engagement/engagement.js'
import type { Framework } from '../framework/framework.js'
import type { Opinion } from '../opinion/opinion.js'
import type { QualityReviewPoint } from '../opinion/quality-review-point.js'
import type { RegisterEvaluation } from '../register-evaluation/register-evaluation.js'
import { decided } from './changed.js'
import type { SubserviceReport } from './judgment.queries.js'

/** What was concluded otherwise than it follows from what was decided. */

export const criterionJudged = (conclusion: CriterionConclusion): CriterionJudged => {
  const { id, criterionCode: code, design, operation, proposedDesign, proposedOperation, otherGround } = conclusion
  const { concludedBy, concludedAt, rationale, restsOnIds } = conclusion
  const outcomes = { design, operation, proposedDesign, proposedOperation, otherGround }
  return { id, code, ...outcomes, ...decided(concludedBy, concludedAt, rationale, restsOnIds) }
}

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

/** How the partner dealt with what management's assertion says otherwise than the opinion, both as they are now. */
export function assertionJudged(
  assertions: readonly ManagementAssertion[],
  opinion: Opinion | null,
  resolutions: readonly AssertionResolution[],
  frameworks: readonly Framework[],
): AssertionJudged | null {
  const { contradictions, resolution } = standingOfAssertion(assertions, opinion, resolutions, frameworks)
  if (!resolution) return null
  const { id, createdBy, createdAt, reason, restsOnIds } = resolution
  return { id, contradictions, ...decided(createdBy, createdAt, reason, restsOnIds) }
}

/** Of an objection that is settled by a third person, or withdrawn by another reviewer than raised it; none of others. */
export function differenceJudged(point: QualityReviewPoint): DifferenceJudged[] {
  const { id, number, objection, state, createdBy, settledBy, settledAt, reason, restsOnIds } = point
  if (state === 'OPEN' || (state === 'WITHDRAWN' && settledBy === createdBy)) return []
  return [{ id, number, objection, settledAs: state, ...decided(settledBy, settledAt, reason, restsOnIds) }]
}

/** The report of a carved-out organization, with its gap to what the engagement examines now. */
export const subserviceReportJudged = (report: SubserviceReport, engagement: Engagement): SubserviceReportJudged => {
  const { id, name, opinion, exceptionsNoted, decidedBy, decidedAt, reason, restsOn } = report
  const said = { id, name, gapDays: gapDays(report, engagement), opinion, exceptionsNoted }
  return { ...said, ...decided(decidedBy, decidedAt, reason, restsOn) }
}

/** What was concluded on an incident, beside what the client said of it then; nothing of a change. */
export function incidentJudged(evaluation: RegisterEvaluation): (Decided & IncidentEvaluated)[] {
  const { id, incidentId, conclusion, entryTitle: title, hasControlFailed, touchedCommitments } = evaluation
  if (incidentId === null) return []
  const { evaluatedBy, evaluatedAt, reason, restsOnIds } = evaluation
  const said = { id, title, conclusion, hasControlFailed, touchedCommitments }
  return [{ ...said, ...decided(evaluatedBy, evaluatedAt, reason, restsOnIds) }]
}
