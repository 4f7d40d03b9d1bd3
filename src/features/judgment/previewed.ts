import type { Decided } from '../../rules/judged.js'
import { type DecisionPreviewed, outcomesInWords, weightInWords } from '../../rules/opinion-preview.js'
import type { AggregateDecision } from '../aggregate/aggregate-decision.js'
import type { CriterionConclusion } from '../criterion-conclusion/criterion-conclusion.js'
import type { Exception } from '../exception/exception.js'
import type { MaterialityDecision } from '../materiality/materiality-decision.js'
import type { OpinionPreviewRecord } from '../opinion-preview/opinion-preview-record.js'
import { decided } from './changed.js'

/** The decisions of one engagement, and the previews of its opinion that were asked. */
interface Previewed {
  exceptions: readonly Exception[]
  /** Also those of other engagements. */
  decisions: readonly MaterialityDecision[]
  aggregates: readonly AggregateDecision[]
  criteria: readonly CriterionConclusion[]
  previews: readonly OpinionPreviewRecord[]
}

type Judged = Decided & DecisionPreviewed

/** What stood of a decision in each preview, where it was among the changes of it. */
const stoodIn = (
  previews: readonly OpinionPreviewRecord[],
  standing: (preview: OpinionPreviewRecord) => string | null,
): Judged['previews'] => previews.map((preview) => ({ askedAt: preview.createdAt, stood: standing(preview) }))

/** The decisions that could have been changed after previews: none where none was asked. */
export function previewedJudged({ exceptions, decisions, aggregates, criteria, previews }: Previewed): Judged[] {
  if (previews.length === 0) return []
  return [
    ...exceptions.flatMap((exception) => {
      const own = decisions.find(({ exceptionId }) => exceptionId === exception.id)
      return own ? [materialityPreviewed(exception, own, previews)] : []
    }),
    ...aggregates.map((one) => aggregatePreviewed(one, previews)),
    ...criteria.map((one) => criterionPreviewed(one, previews)),
  ]
}

function materialityPreviewed(
  { id: exceptionId, number, controlId }: Exception,
  decision: MaterialityDecision,
  previews: readonly OpinionPreviewRecord[],
): Judged {
  return {
    id: decision.id,
    about: `the materiality of EX-${number}`,
    controlId,
    exceptionId,
    firstDecidedAt: decision.createdAt,
    outcome: weightInWords(decision),
    previews: stoodIn(previews, (preview) => {
      const stood = preview.exceptions.find((one) => one.exceptionId === exceptionId)?.stood
      return stood ? weightInWords(stood) : null
    }),
    ...decided(decision.decidedBy, decision.decidedAt, decision.rationale, decision.restsOnIds),
  }
}

function aggregatePreviewed(decision: AggregateDecision, previews: readonly OpinionPreviewRecord[]): Judged {
  const { id, subjectMatter, criteriaCodes } = decision
  return {
    id,
    about: `what exceptions come to together on ${subjectMatter ?? criteriaCodes.join(', ')}`,
    controlId: null,
    exceptionId: null,
    firstDecidedAt: decision.createdAt,
    outcome: weightInWords(decision),
    previews: stoodIn(previews, (preview) => {
      const stood = preview.aggregates.find(({ decisionId }) => decisionId === id)?.stood
      return stood ? weightInWords(stood) : null
    }),
    ...decided(decision.decidedBy, decision.decidedAt, decision.rationale, decision.restsOnIds),
  }
}

function criterionPreviewed(conclusion: CriterionConclusion, previews: readonly OpinionPreviewRecord[]): Judged {
  const { id, criterionCode } = conclusion
  return {
    id,
    about: `the criterion ${criterionCode}`,
    controlId: null,
    exceptionId: null,
    firstDecidedAt: conclusion.createdAt,
    outcome: outcomesInWords(conclusion),
    previews: stoodIn(previews, (preview) => {
      const stood = preview.criteria.find((one) => one.criterionCode === criterionCode)?.stood
      return stood ? outcomesInWords(stood) : null
    }),
    ...decided(conclusion.concludedBy, conclusion.concludedAt, conclusion.rationale, conclusion.restsOnIds),
  }
}
