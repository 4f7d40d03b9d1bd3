import type { Loaders } from '../../kernel/store/loaders.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { agreeingClaims, contradictionsOf } from '../../rules/assertions.js'
import { proposeOpinion } from '../../rules/opinion.js'
import { opinionFactsOf } from '../../rules/opinion-facts.js'
import {
  conclusionsDiffering,
  criteriaDiffering,
  type DecisionChanges,
  decisionsWith,
  misstatementsInLetter,
} from '../../rules/opinion-preview.js'
import type { AggregateDecision } from '../aggregate/aggregate-decision.js'
import { ManagementAssertion } from '../assertion/management-assertion.js'
import { assertionInForce } from '../assertion/standing.js'
import { Engagement } from '../engagement/engagement.js'
import type { MaterialityDecision } from '../materiality/materiality-decision.js'
import { type DecidedSoFar, type DecisionsStanding, decidedIn, proposalOf, shownProposal } from '../opinion/proposal.js'
import type { OpinionPreviewInput } from './opinion-preview.inputs.js'
import type { OpinionPreview } from './opinion-preview.js'
import { OpinionPreviewRecord } from './opinion-preview-record.js'
import type { PreviewedAggregate, PreviewedCriterion, PreviewedException } from './previewed-change.js'

/** What is kept of a preview beside who asked and when. */
export type ChangesAsked = Pick<OpinionPreviewRecord, 'exceptions' | 'aggregates' | 'criteria'>

/**
 * What would follow from the changed decisions, and what is to be recorded of it; null for an engagement that ends in no opinion.
 * @throws Refusal what `decisionsWith` refuses
 */
export async function previewOf(
  loaders: Loaders,
  { id: engagementId }: Engagement,
  input: OpinionPreviewInput,
): Promise<{ preview: OpinionPreview; asked: ChangesAsked } | null> {
  const decided = await decidedIn(loaders, engagementId)
  if (!decided) return null
  const changes = changesOf(input)
  const assertions = await loaders.children(ManagementAssertion, 'engagementId', engagementId, { number: 'asc' })
  return {
    preview: previewed(decided, changes, assertionInForce(assertions)),
    asked: changesAsked(decided.standing, changes),
  }
}

const changesOf = ({ exceptions, aggregates, criteria }: OpinionPreviewInput): DecisionChanges => ({
  exceptions: exceptions.map(({ exceptionId, material, pervasive }) => {
    return { exceptionId: exceptionId.toLowerCase(), material, pervasive }
  }),
  aggregates: aggregates.map(({ criteriaCodes, subjectMatter = null, material, pervasive }) => {
    return { criteriaCodes, subjectMatter, material, pervasive }
  }),
  criteria: criteria.map(({ criterionCode, design, operation = null, otherGround = null }) => {
    return { criterionCode, design, operation, otherGround }
  }),
})

function previewed(
  decided: DecidedSoFar,
  changes: DecisionChanges,
  assertion: ManagementAssertion | null,
): OpinionPreview {
  const decisions = decisionsWith(decided.decisions, changes)
  const proposal = proposalOf(decided, decisions)
  const { conclusions, overall, complete, bases } = shownProposal(proposal)
  return {
    engagementId: decided.engagementId,
    conclusions,
    overall,
    complete,
    bases,
    changed: conclusionsDiffering(proposeOpinion(opinionFactsOf(decided.decisions)), proposal.proposed),
    criteria: criteriaDiffering(decided.decisions.criteria, decisions.criteria),
    assertion: {
      claims: agreeingClaims(conclusions),
      contradictions: assertion ? contradictionsOf(assertion.claims, conclusions) : [],
    },
    letter: {
      isRefused: decisions.isLetterRefused,
      allMisstatements: misstatementsInLetter(decisions.exceptions).map(({ id: exceptionId, judgment }) => {
        return { exceptionId, material: judgment?.material ?? null, pervasive: judgment?.pervasive ?? null }
      }),
    },
  }
}

/** The changes with what stands of each: decided, whether approved or not. */
function changesAsked({ weighings, together, conclusions }: DecisionsStanding, changes: DecisionChanges): ChangesAsked {
  return {
    exceptions: changes.exceptions.map((change): PreviewedException => {
      return { ...change, stood: weighedThen(weighings.find(({ exceptionId }) => exceptionId === change.exceptionId)) }
    }),
    aggregates: changes.aggregates.flatMap((change) => aggregatesAsked(change, together)),
    criteria: changes.criteria.map((change): PreviewedCriterion => {
      const { otherGround, ...asked } = change
      const standing = conclusions.find(({ criterionCode }) => criterionCode === change.criterionCode)
      const stood = standing ? { design: standing.design, operation: standing.operation } : null
      return { ...asked, hasOtherGround: otherGround !== null, stood }
    }),
  }
}

const weighedThen = (decision: MaterialityDecision | AggregateDecision | undefined) =>
  decision ? { material: decision.material, pervasive: decision.pervasive } : null

/** A change on exceptions together, apart by the decisions on its criteria. */
function aggregatesAsked(
  change: DecisionChanges['aggregates'][number],
  decisions: readonly AggregateDecision[],
): PreviewedAggregate[] {
  const { criteriaCodes, subjectMatter } = change
  const standingOn = (place: string) =>
    decisions.find((one) => one.subjectMatter === place || one.criteriaCodes.includes(place))
  const standing = [...new Set((subjectMatter ? [subjectMatter] : criteriaCodes).map(standingOn))]
  return standing.map((decision) => ({
    ...change,
    criteriaCodes: criteriaCodes.filter((code) => standingOn(code) === decision),
    stood: weighedThen(decision),
  }))
}

/** Records that a preview of the engagement was asked. Refused by its state: where nothing is decided any more. */
export async function recordPreview(tx: WriteTx, engagementId: string, asked: ChangesAsked) {
  const engagement = await tx.load(Engagement, engagementId)
  await tx.permit(engagement, 'share')
  return tx.insert(OpinionPreviewRecord, { engagementId, ...asked })
}
