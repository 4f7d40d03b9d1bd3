import type { Loaders } from '../../kernel/store/loaders.js'
import type { Tx, WriteTx } from '../../kernel/store/work.js'
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
import { AggregateDecision } from '../aggregate/aggregate-decision.js'
import { ManagementAssertion } from '../assertion/management-assertion.js'
import { assertionInForce } from '../assertion/standing.js'
import { CriterionConclusion } from '../criterion-conclusion/criterion-conclusion.js'
import { Engagement } from '../engagement/engagement.js'
import { MaterialityDecision } from '../materiality/materiality-decision.js'
import { type DecidedSoFar, decidedIn, proposalOf, shownProposal } from '../opinion/proposal.js'
import type { OpinionPreviewInput } from './opinion-preview.inputs.js'
import type { OpinionPreview } from './opinion-preview.js'
import { OpinionPreviewRecord } from './opinion-preview-record.js'
import type { PreviewedAggregate, PreviewedCriterion, PreviewedException } from './previewed-change.js'

/** What is kept of a preview beside who asked and when. */
export type ChangesAsked = Pick<OpinionPreviewRecord, 'exceptions' | 'aggregates' | 'criteria'>

/**
 * What would follow from the changed decisions, and what is to be recorded of it; of an engagement that ends in an opinion.
 * @throws Refusal what `decisionsWith` refuses
 */
export async function previewOf(
  tx: Tx,
  loaders: Loaders,
  engagement: Engagement,
  input: OpinionPreviewInput,
): Promise<{ preview: OpinionPreview; asked: ChangesAsked }> {
  const decided = await decidedIn(tx, engagement)
  const changes = changesOf(input)
  const [assertions, asked] = await Promise.all([
    loaders.children(ManagementAssertion, 'engagementId', engagement.id, { number: 'asc' }),
    changesAsked(loaders, engagement.id, changes),
  ])
  return { preview: previewed(decided, changes, assertionInForce(assertions)), asked }
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
async function changesAsked(loaders: Loaders, engagementId: string, changes: DecisionChanges): Promise<ChangesAsked> {
  const order = { id: 'asc' } as const
  const [weighings, together, conclusions] = await Promise.all([
    loaders.children(MaterialityDecision, 'engagementId', engagementId, order),
    loaders.children(AggregateDecision, 'engagementId', engagementId, order),
    loaders.children(CriterionConclusion, 'engagementId', engagementId, order),
  ])
  return {
    exceptions: changes.exceptions.map((change): PreviewedException => {
      return { ...change, stood: weighedThen(weighings.find(({ exceptionId }) => exceptionId === change.exceptionId)) }
    }),
    aggregates: changes.aggregates.flatMap((change) => aggregatesAsked(change, together)),
    criteria: changes.criteria.map((change): PreviewedCriterion => {
      const standing = conclusions.find(({ criterionCode }) => criterionCode === change.criterionCode)
      return { ...change, stood: standing ? { design: standing.design, operation: standing.operation } : null }
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
    decisionId: decision?.id ?? null,
    stood: weighedThen(decision),
  }))
}

/** Records that a preview of the engagement was asked. Refused by its state: where nothing is decided any more. */
export async function recordPreview(tx: WriteTx, engagementId: string, asked: ChangesAsked) {
  const engagement = await tx.load(Engagement, engagementId)
  await tx.permit(engagement, 'share')
  return tx.insert(OpinionPreviewRecord, { engagementId, ...asked })
}
