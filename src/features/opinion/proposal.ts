import { sha256Of } from '../../kernel/schema/digest.js'
import { Loaders } from '../../kernel/store/loaders.js'
import type { Row, Whole } from '../../kernel/store/row.js'
import type { Tx } from '../../kernel/store/work.js'
import { type Basis, type CommitmentForBasis, draftBases } from '../../rules/basis.js'
import { canonicalJson } from '../../rules/canonical.js'
import { basisOnCriteria } from '../../rules/criteria.js'
import { managementRefusalState } from '../../rules/documents.js'
import { isLive } from '../../rules/exceptions.js'
import { type OpinionProposal as Proposed, proposeOpinion } from '../../rules/opinion.js'
import { type DecisionsTaken, opinionFactsOf } from '../../rules/opinion-facts.js'
import { subjectMatterOf } from '../../rules/opinion-places.js'
import { Refusal } from '../../rules/refusal.js'
import type { EngagementKind, OpinionType } from '../../rules/vocabulary.js'
import { occurrencesMissing } from '../../rules/wording.js'
import { shownAggregate } from '../aggregate/aggregate.js'
import { AggregateDecision } from '../aggregate/aggregate-decision.js'
import { decidedOf, weighedOf } from '../aggregate/aggregates.js'
import { type Presented, presentedIn } from '../complementary/presented.js'
import { Control } from '../control/control.js'
import { criteriaNow, criterionDecided } from '../criterion-conclusion/criteria.js'
import type { CriterionConclusion } from '../criterion-conclusion/criterion-conclusion.js'
import { ManagementRefusal } from '../document/management-refusal.js'
import { SubsequentEvent } from '../document/subsequent-event.js'
import { DescriptionSection } from '../engagement/description-section.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { additionalIn, boundOf } from '../framework/frameworks.js'
import { MaterialityDecision } from '../materiality/materiality-decision.js'
import type { OpinionProposal } from './opinion-proposal.js'

/** What was decided of an engagement, by whatever state it is in. */
export interface DecisionsStanding {
  weighings: readonly MaterialityDecision[]
  together: readonly AggregateDecision[]
  conclusions: readonly CriterionConclusion[]
}

/** What the opinion of an engagement follows from, and what it is about. */
export interface DecidedSoFar {
  engagementId: string
  decisions: DecisionsTaken
  /** The rows of all decisions, whether approved and up to date or not. */
  standing: DecisionsStanding
  /** Those that are live, by number. */
  exceptions: readonly Whole<Exception>[]
  /** The service commitments and system requirements that a basis names. */
  commitments: readonly CommitmentForBasis[]
  /**
   * SHA-256 over all that the proposal rests on and that the opinion is about: the exceptions with their decisions and
   * wordings, the decisions on them together, the conclusions on criteria, system and time, events that change a conclusion, refusals of the letter and their retractions, each control, each section of the description, what it presents beside the controls, and the additional criteria with the opinion on each, as it is. When any of that changes, a
   * decision made on it no longer holds.
   */
  digest: string
}

/** What the decisions of an engagement lead to, with the exceptions it rests on. */
export interface Proposal extends Omit<DecidedSoFar, 'decisions' | 'standing' | 'exceptions'> {
  kind: EngagementKind
  proposed: Proposed
  /** By what people call them: `EX-1`. */
  exceptions: ReadonlyMap<string, Whole<Exception>>
  /** What the basis says of criteria that were not achieved, by code. */
  onCriteria: ReadonlyMap<string, string>
}

const refOf = ({ number }: Exception): string => `EX-${number}`

/** Computes the proposal from the exceptions and the approved decisions, as they are now. Not for a readiness engagement. */
export async function proposalFor(tx: Tx, engagement: Engagement): Promise<Proposal> {
  const [decided] = await decidedSoFar(tx, [engagement])
  return proposalOf(decided as DecidedSoFar)
}

/** The same where many may ask at once; null for a readiness engagement, and for one that the actor does not see. */
export async function proposalIn(loaders: Loaders, engagementId: string): Promise<Proposal | null> {
  const decided = await decidedIn(loaders, engagementId)
  return decided && proposalOf(decided)
}

/** What was decided of an engagement, read once in a request; null where there is no proposal. */
export const decidedIn = (loaders: Loaders, engagementId: string): Promise<DecidedSoFar | null> =>
  loaders
    .of<DecidedSoFar | null>('what was decided so far', async (ids, tx) => {
      const engagements = await tx.find(Engagement, { id: ids, kind: ['SOC2_TYPE_1', 'SOC2_TYPE_2'] })
      const decided = await decidedSoFar(tx, engagements)
      return ids.map((id) => decided.find((one) => one.engagementId === id) ?? null)
    })
    .load(engagementId)

/** The same for several engagements, in their order: a constant number of statements. */
async function decidedSoFar(tx: Tx, engagements: readonly Engagement[]): Promise<DecidedSoFar[]> {
  const engagementId = engagements.map(({ id }) => id)
  const loaders = Loaders.over(tx)
  const [exceptions, weighings, aggregates, controls, sections, refusals, events, criteria, presented, further] =
    await Promise.all([
      tx.find(Exception, { engagementId }, { order: { number: 'asc' }, whole: true }),
      tx.find(MaterialityDecision, { engagementId }),
      tx.find(AggregateDecision, { engagementId }, { order: { id: 'asc' } }),
      tx.find(Control, { engagementId }, { order: { id: 'asc' } }),
      tx.find(DescriptionSection, { engagementId }, { order: { id: 'asc' } }),
      tx.find(ManagementRefusal, { engagementId, statement: 'REPRESENTATION_LETTER' }, { order: { id: 'asc' } }),
      tx.find(SubsequentEvent, { engagementId, evaluation: 'CHANGES_CONCLUSION' }, { order: { id: 'asc' } }),
      Promise.all(engagements.map((engagement) => criteriaNow(tx, engagement, loaders))),
      Promise.all(engagementId.map((id) => presentedIn(loaders, id))),
      Promise.all(engagementId.map((id) => additionalIn(loaders, id))),
    ])
  return engagements.map((engagement, at) => {
    const own = <R extends { engagementId: string }>(rows: readonly R[]) =>
      rows.filter((row) => row.engagementId === engagement.id)
    const live = own(exceptions).filter(isLive)
    const refused = own(refusals)
    const together = own(aggregates)
    const decisions: DecisionsTaken = {
      kind: engagement.kind,
      categories: engagement.categories,
      exceptions: weighedOf(live, weighings),
      aggregates: together.filter(({ state }) => state === 'APPROVED').map(decidedOf),
      criteria: (criteria[at] ?? []).map(criterionDecided),
      isLetterRefused: refused.some((one) => managementRefusalState(one) === 'STANDS'),
    }
    const { commitments, organizations, complementary } = presented[at] as Presented
    const { systemName, periodStart, periodEnd, asOf } = engagement
    const subjects = [
      ...own<Control | DescriptionSection>([...controls, ...sections]),
      ...commitments,
      ...organizations,
      ...complementary,
    ]
    const stateOf = ({ id, version }: Row) => [id, version]
    // A letter that is given after it was refused is another one than was given at once.
    const [changing, refusing] = [own(events).map(stateOf), refused.map(stateOf)]
    const versions = subjects.map(stateOf)
    const additional = (further[at] ?? []).map(boundOf)
    const subject = { systemName, periodStart, periodEnd, asOf, versions, changing, refusing, additional }
    const onCriteria = basisOnCriteria(decisions.criteria, commitments)
    const wordings = [...live.map(({ id, sectionFourText }) => [id, sectionFourText]), ...onCriteria]
    const said = { facts: opinionFactsOf(decisions), wordings, subject }
    return {
      engagementId: engagement.id,
      decisions,
      standing: {
        weighings: own(weighings),
        together,
        conclusions: (criteria[at] ?? []).flatMap(({ conclusion }) => conclusion ?? []),
      },
      exceptions: live,
      commitments: commitments.map(({ ref, kind, criteriaCodes }) => ({ ref, kind, criteriaCodes })),
      digest: sha256Of(canonicalJson(said)),
    }
  })
}

/**
 * What decisions lead to.
 * @param decisions those of the engagement as they are; or, for a preview, as they would be: the digest is not of those
 */
export const proposalOf = (decided: DecidedSoFar, decisions = decided.decisions): Proposal => ({
  ...decided,
  kind: decisions.kind,
  proposed: proposeOpinion(opinionFactsOf(decisions)),
  exceptions: new Map(decided.exceptions.map((exception) => [refOf(exception), exception])),
  onCriteria: basisOnCriteria(decisions.criteria, decided.commitments),
})

/**
 * The basis of each modified subject matter as it follows from the exceptions and the criteria not achieved.
 * @param types the conclusions decided on, in the order of the proposal; those proposed when not given
 */
export function basesOf(proposal: Proposal, types?: readonly OpinionType[]): Basis[] {
  const { kind, proposed, exceptions, onCriteria, commitments } = proposal
  return draftBases({
    conclusions: proposed.conclusions.map(({ subjectMatter, reasons, type }, at) => ({
      subjectMatter,
      reasons,
      type: types?.[at] ?? type,
    })),
    matters: new Map([...exceptions].map(([ref, exception]) => [exception.id, { ref, ...matterOf(exception, kind) }])),
    criteria: onCriteria,
    commitments,
  })
}

function matterOf(exception: Whole<Exception>, engagementKind: EngagementKind) {
  const { kind, controlRef, criteriaCodes, expectedOperation, condition, testedCount, deviationCount } = exception
  return {
    kind,
    subjectMatter: subjectMatterOf(exception, engagementKind),
    controlRef,
    criteriaCodes,
    expectedOperation,
    condition,
    testedCount,
    deviationCount,
    missing: occurrencesMissing(exception) || null,
  }
}

/** @throws Refusal PROPOSAL_CHANGED the proposal is not the one that this digest stands for */
export function checkStillProposed(proposal: Proposal | null, digest: string): void {
  if (proposal?.digest === digest) return
  throw new Refusal(
    'PROPOSAL_CHANGED',
    'What the opinion rests on has changed since: read the proposal again, then decide.',
    ['proposalDigest'],
  )
}

/** The proposal as the API shows it. */
export function shownProposal(proposal: Proposal): OpinionProposal {
  const named = (refs: readonly string[]) => refs.map((ref) => proposal.exceptions.get(ref) as Exception)
  return {
    engagementId: proposal.engagementId,
    conclusions: proposal.proposed.conclusions.map(
      ({ subjectMatter, category, type, reasons, undecided, unweighed }) => ({
        subjectMatter,
        category,
        opinion: type,
        allReasons: reasons.map((reason) => ({ ...reason, allExceptions: named(reason.refs) })),
        allUndecided: named(undecided),
        unweighed: unweighed.map(shownAggregate),
      }),
    ),
    overall: proposal.proposed.overall,
    complete: proposal.proposed.complete,
    bases: basesOf(proposal),
    digest: proposal.digest,
  }
}
