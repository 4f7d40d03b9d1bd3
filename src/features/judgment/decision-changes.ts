import { type DecisionChanged, outcomesInWords, weightInWords } from '../../rules/decision-changes.js'
import type { Decided } from '../../rules/judged.js'
import type { AggregateDecision } from '../aggregate/aggregate-decision.js'
import type { CriterionConclusion } from '../criterion-conclusion/criterion-conclusion.js'
import type { Exception } from '../exception/exception.js'
import type { MaterialityDecision } from '../materiality/materiality-decision.js'
import { decided } from './changed.js'

/** The decisions of one engagement. */
interface Decisions {
  exceptions: readonly Exception[]
  /** Also those of other engagements. */
  decisions: readonly MaterialityDecision[]
  aggregates: readonly AggregateDecision[]
  criteria: readonly CriterionConclusion[]
}

type Judged = Decided & DecisionChanged

/** The decisions whose outcome was changed since they were first made. */
export const decisionsChanged = ({ exceptions, decisions, aggregates, criteria }: Decisions): Judged[] => [
  ...exceptions.flatMap((exception) =>
    materialityChanged(
      exception,
      decisions.find(({ exceptionId }) => exceptionId === exception.id),
    ),
  ),
  ...aggregates.flatMap(aggregateChanged),
  ...criteria.flatMap(criterionChanged),
]

function materialityChanged(
  { id: exceptionId, number, controlId }: Exception,
  decision: MaterialityDecision | undefined,
): Judged[] {
  if (!decision?.outcomeChangedAt || !decision.changedFrom) return []
  return [
    {
      id: decision.id,
      about: `the materiality of EX-${number}`,
      controlId,
      exceptionId,
      changedAt: decision.outcomeChangedAt,
      before: weightInWords(decision.changedFrom),
      outcome: weightInWords({ ...decision, criteriaCodes: [] }),
      ...decided(decision.decidedBy, decision.decidedAt, decision.rationale, decision.restsOnIds),
    },
  ]
}

function aggregateChanged(decision: AggregateDecision): Judged[] {
  const { id, subjectMatter, criteriaCodes, outcomeChangedAt, changedFrom } = decision
  if (!outcomeChangedAt || !changedFrom) return []
  return [
    {
      id,
      about: `what exceptions come to together on ${subjectMatter ?? criteriaCodes.join(', ')}`,
      controlId: null,
      exceptionId: null,
      changedAt: outcomeChangedAt,
      before: weightInWords(changedFrom),
      outcome: weightInWords(decision),
      ...decided(decision.decidedBy, decision.decidedAt, decision.rationale, decision.restsOnIds),
    },
  ]
}

function criterionChanged(conclusion: CriterionConclusion): Judged[] {
  const { id, criterionCode, outcomeChangedAt, changedFrom } = conclusion
  if (!outcomeChangedAt || !changedFrom) return []
  return [
    {
      id,
      about: `the criterion ${criterionCode}`,
      controlId: null,
      exceptionId: null,
      changedAt: outcomeChangedAt,
      before: outcomesInWords(changedFrom),
      outcome: outcomesInWords(conclusion),
      ...decided(conclusion.concludedBy, conclusion.concludedAt, conclusion.rationale, conclusion.restsOnIds),
    },
  ]
}
