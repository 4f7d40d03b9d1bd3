import { excerptOf } from './complementary.js'
import type {
  AssertionJudged,
  CriterionJudged,
  Decided,
  DifferenceJudged,
  Judgment,
  OpinionJudged,
  SubserviceReportJudged,
} from './judged.js'
import { decisionOf, figure, nothingElse } from './judgment-parts.js'
import { type IncidentEvaluated, isAgainstIncident } from './registers.js'
import { isolated } from './text.js'
import type { CriterionOutcome, OpinionType } from './vocabulary.js'

/** Judgments against the figures: conclusions that are other ones than follow from what was decided. */

/** Another outcome than proposed; among them operation that is less modified than design, on another ground. */
export function criterionDiffering(criterion: CriterionJudged): Judgment[] {
  const { id, code, design, operation, proposedDesign, proposedOperation, otherGround, reason } = criterion
  const placed = (subject: string, outcome: CriterionOutcome) => `${code} ${subject}: ${outcome}`
  const other = [
    ...(design === proposedDesign ? [] : [['SUITABILITY_OF_DESIGN', proposedDesign, design] as const]),
    ...(operation === null || proposedOperation === null || operation === proposedOperation
      ? []
      : [['OPERATING_EFFECTIVENESS', proposedOperation, operation] as const]),
  ]
  if (other.length === 0) return []
  const statement = otherGround
    ? `${code} is concluded ACHIEVED in operation and not in design, on another ground.`
    : `The conclusion on ${code} is another one than was proposed.`
  return [
    {
      ...nothingElse,
      ...decisionOf(criterion),
      kind: 'CONCLUSION_DIFFERS_FROM_PROPOSAL',
      subjectId: id,
      statement,
      figures: other.flatMap(([subject, proposed, decided]) => [
        figure('PROPOSED', placed(subject, proposed)),
        figure('DECIDED', placed(subject, decided)),
      ]),
      reason: otherGround ? `${reason} Another ground for operation: ${otherGround}` : reason,
    },
  ]
}

/** An opinion other than the proposed one. */
export function opinionDiffering(opinion: OpinionJudged): Judgment[] {
  const other = opinion.conclusions.filter(({ decided, proposed }) => decided !== proposed)
  if (other.length === 0) return []
  const placed = ({ subjectMatter, category }: (typeof other)[number], type: OpinionType) =>
    `${subjectMatter} ${category}: ${type}`
  return [
    {
      ...nothingElse,
      ...decisionOf(opinion),
      kind: 'CONCLUSION_DIFFERS_FROM_PROPOSAL',
      subjectId: opinion.id,
      statement: 'The opinion is another one than follows from the decisions.',
      figures: other.flatMap((one) => [
        figure('PROPOSED', placed(one, one.proposed)),
        figure('DECIDED', placed(one, one.decided)),
      ]),
    },
  ]
}

/** The quality reviewer objected, and a third person settled it, or another reviewer withdrew it. */
export function differenceSettled(difference: DifferenceJudged): Judgment {
  const { id, number, objection, settledAs } = difference
  return {
    ...nothingElse,
    ...decisionOf(difference),
    kind: 'DIFFERENCE_OF_OPINION',
    subjectId: id,
    statement: `The quality reviewer objected (point ${number}): ${isolated(objection)}`,
    figures: [figure('SETTLED_AS', settledAs)],
  }
}

/** An assertion that says something else than the opinion, over which the partner lets the report go out. */
export const assertionDiffering = (one: AssertionJudged): Judgment => ({
  ...nothingElse,
  ...decisionOf(one),
  kind: 'ASSERTION_DIFFERS',
  subjectId: one.id,
  statement: 'Management’s assertion says something else than the opinion.',
  figures: one.contradictions.flatMap(({ subjectMatter, frameworkId, claim, opinion }) => {
    const about = frameworkId === null ? subjectMatter : `${subjectMatter} based on additional criteria`
    return [figure('CLAIMED', `${about}: ${claim}`), figure('DECIDED', `${about}: ${opinion}`)]
  }),
})

/**
 * A carved-out organization whose report has a gap to what is examined, a modified opinion, or exceptions that bear on the client: that its
 * controls are assumed to be in place all the same rests on the auditor’s evaluation.
 */
export function subserviceReportReliedOn(report: SubserviceReportJudged): Judgment[] {
  const { id, name, gapDays, opinion, exceptionsNoted } = report
  const figures = [
    ...(gapDays === null || gapDays === 0 ? [] : [figure('REPORT_GAP_DAYS', gapDays)]),
    ...(opinion === null || opinion === 'UNQUALIFIED' ? [] : [figure('REPORT_OPINION', opinion)]),
    ...(exceptionsNoted === null ? [] : [figure('REPORT_EXCEPTIONS', excerptOf(exceptionsNoted))]),
  ]
  if (figures.length === 0) return []
  return [
    {
      ...nothingElse,
      ...decisionOf(report),
      kind: 'SUBSERVICE_REPORT_RELIED_ON',
      subjectId: id,
      statement: `The controls expected of ${isolated(name)} are relied on, though its report speaks against it.`,
      figures,
    },
  ]
}

/** An incident over which no exception was raised, though what the client says of it speaks for one. */
export function incidentWithoutException(incident: Decided & IncidentEvaluated): Judgment[] {
  const { id, title, conclusion, hasControlFailed, touchedCommitments } = incident
  if (!isAgainstIncident(conclusion, incident)) return []
  const failed = hasControlFailed === null ? 'NOT_KNOWN' : hasControlFailed ? 'YES' : 'NO'
  return [
    {
      ...nothingElse,
      ...decisionOf(incident),
      kind: 'INCIDENT_WITHOUT_EXCEPTION',
      subjectId: id,
      statement: `The incident “${isolated(title)}” is concluded ${conclusion}: no exception was raised.`,
      figures: [
        figure('CONTROL_FAILED', failed),
        ...touchedCommitments.map((commitment) => figure('COMMITMENTS_TOUCHED', commitment)),
      ],
    },
  ]
}
