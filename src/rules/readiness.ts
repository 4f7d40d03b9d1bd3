import { judgmentBlockers } from './acknowledgements.js'
import { assertionBlockers, type StandingAssertion } from './assertions.js'
import { type CompensationLost, compensationBlocker } from './compensation.js'
import { isOfSubservice } from './complementary.js'
import { type ControlFact, conclusionBlockers, unreportedBlockers } from './control-blockers.js'
import { type CoverageGapFact, coverageGapBlocker } from './coverage.js'
import { criteriaOfDescription } from './documents.js'
import { isLive, statesCommunicated } from './exceptions.js'
import { type FrameworkDecided, frameworkOpinionBlockers } from './framework-opinion.js'
import { type FrameworkCovered, frameworkBlockers } from './frameworks.js'
import { type MissingOccurrence, missingBlocker } from './occurrence-acts.js'
import { type PeriodFacts, periodBlockers } from './period.js'
import { type PopulationGapFact, populationGapBlocker } from './population-gaps.js'
import { type QualityReviewFact, qualityReviewBlockers } from './quality-review.js'
import { type Blocker, blocker, Refusal } from './refusal.js'
import { relianceBlockers } from './reliance.js'
import { isAnswered, type ResponseAccount } from './responses.js'
import { methodBlockers, type SubserviceStanding, subserviceBlockers } from './subservice.js'
import {
  type DescriptionCriterion,
  type EngagementDocumentKind,
  type EngagementKind,
  type EngagementState,
  type ExceptionState,
  engagementDocumentKinds,
  type ManagementStatement,
  type ProcedureState,
  type TeamRole,
  words,
} from './vocabulary.js'
import { workOfOthersBlockers } from './work-of-others.js'
import { type WorkpaperStanding, workpaperBlockers } from './workpapers.js'

/**
 * The gates of an engagement: what stands between it and its next state, as a list that people can work off. Each gate
 * is a function from plain facts; an empty list is an open gate. The gate to ISSUED holds all the earlier ones too:
 * what was in order once must be in order when the report goes out.
 */
export interface TeamMemberFact {
  id: string
  name: string
  role: TeamRole
  independenceConfirmed: boolean
  /** Whether the firm would still name them for the role: see `canHold`. */
  inStanding: boolean
}

export interface FieldworkFacts {
  kind: EngagementKind
  /** Whether the firm's methodology needs a quality reviewer. */
  requiresQualityReviewer: boolean
  /** Members who are on the team now. */
  team: readonly TeamMemberFact[]
  /** Kinds of which a document is recorded, with its evidence. */
  documents: readonly EngagementDocumentKind[]
  /** The criteria in scope, with the number of controls in use mapped to each, and whether a live design deficiency names it. */
  criteria: readonly { code: string; controls: number; deficient: boolean; notApplicableBecause: string | null }[]
}

/** What is missing before fieldwork starts. */
export function blockersToFieldwork(facts: FieldworkFacts): Blocker[] {
  const named = (role: TeamRole) => facts.team.some((member) => member.role === role)
  return [
    ...(named('ENGAGEMENT_PARTNER') ? [] : [blocker('PARTNER_MISSING', 'Name the engagement partner.')]),
    ...(named('MANAGER') ? [] : [blocker('MANAGER_MISSING', 'Name a manager.')]),
    ...(named('QUALITY_REVIEWER') || !facts.requiresQualityReviewer
      ? []
      : [blocker('QUALITY_REVIEWER_MISSING', 'Name the quality reviewer.')]),
    ...facts.team
      .filter((member) => !member.independenceConfirmed)
      .map(({ id, name }) => blocker('INDEPENDENCE_UNCONFIRMED', `${name} has to confirm their independence.`, id)),
    ...facts.team
      .filter((member) => !member.inStanding)
      .map(({ id, name, role }) =>
        blocker('TEAM_MEMBER_UNFIT', `${name} cannot be ${role} any more; take them off the team.`, id),
      ),
    ...documentBlockers(['ENGAGEMENT_LETTER'], facts.documents),
    ...facts.criteria
      .filter((one) => one.controls === 0 && !one.deficient && !one.notApplicableBecause?.trim())
      .map(({ code }) => {
        const message = `Map a control to ${code}, mark it not applicable with a reason, or raise the design deficiency.`
        return blocker('CRITERION_UNCOVERED', message)
      }),
  ]
}

function documentBlockers(
  needed: readonly EngagementDocumentKind[],
  recorded: readonly EngagementDocumentKind[],
): Blocker[] {
  return needed
    .filter((kind) => !recorded.includes(kind))
    .map((kind) => {
      const name = kind.toLowerCase().replaceAll('_', ' ')
      return blocker('ENGAGEMENT_DOCUMENT_MISSING', `Record the ${name}, with its evidence.`)
    })
}

export interface CompletionFacts {
  procedures: readonly { id: string; ref: string; state: ProcedureState; signOffStale: boolean }[]
  /** Controls, with the number of procedures that test each. */
  controls: readonly ControlFact[]
  /** What `unaccounted(deviations, 'REVIEWED')` of exceptions.ts found over all procedures. */
  unaccountedDeviations: readonly Blocker[]
  /** Occurrences of periodic controls that are MISSING; of each, whether an explanation waits to be decided. */
  missingOccurrences: readonly MissingOccurrence[]
  /** Approved decisions that count on controls which do not compensate any more. */
  compensationsLost: readonly CompensationLost[]
  /** FIGURES_CHANGED: exceptions whose figures are no longer what the results say. */
  outdatedExceptions: readonly Blocker[]
  /** What the engagement covers now, and what was tested and found. */
  period: PeriodFacts
  /** Gaps in coverage over time that neither a deficiency nor a decision answers, of criteria that a control serves on other days. */
  coverageGaps: readonly CoverageGapFact[]
  /** The further frameworks that the opinion covers. */
  frameworks: readonly FrameworkCovered[]
  /** Days of the time of controls that no population covers, and of which nobody recorded why. */
  populationGaps: readonly PopulationGapFact[]
  /** The papers that are no test of a control. */
  workpapers: readonly WorkpaperStanding[]
  /** REVIEW_NOTE_OPEN: the review notes that are not cleared. */
  reviewNotes: readonly Blocker[]
  /** UPDATE_MATTER_OPEN: what reviewed update procedures did not look at, as it came up afterwards. */
  updateMatters: readonly Blocker[]
  /** The subservice organizations, and what the description says of them. */
  subservice: SubserviceStanding
  /** The work of others that is used. */
  workOfOthers: Parameters<typeof workOfOthersBlockers>[0]
}

/** What is missing before fieldwork is complete. */
export function blockersToCompletion(facts: CompletionFacts): Blocker[] {
  return [
    ...facts.controls
      .filter(({ procedures }) => procedures === 0)
      .map(({ id, ref }) =>
        blocker('CONTROL_WITHOUT_PROCEDURE', `Plan and perform a procedure that tests ${ref}.`, id),
      ),
    ...facts.procedures
      .filter(({ state }) => state !== 'REVIEWED')
      .map(({ id, ref, state }) =>
        blocker('PROCEDURE_NOT_REVIEWED', `Procedure ${ref} is ${state}, not REVIEWED.`, id),
      ),
    ...facts.procedures
      .filter(({ signOffStale }) => signOffStale)
      .map(({ id, ref }) =>
        blocker('SIGN_OFF_STALE', `Procedure ${ref} changed after it was signed; sign it again.`, id),
      ),
    ...facts.controls.flatMap(relianceBlockers),
    ...facts.compensationsLost.map(compensationBlocker),
    ...facts.unaccountedDeviations,
    ...facts.missingOccurrences.map(missingBlocker),
    ...facts.outdatedExceptions,
    ...periodBlockers(facts.period),
    ...facts.coverageGaps.map(coverageGapBlocker),
    ...frameworkBlockers(facts.frameworks),
    ...facts.populationGaps.map(populationGapBlocker),
    ...facts.updateMatters,
    ...facts.reviewNotes,
    // The completion memo is written when the rest is done.
    ...workpaperBlockers(facts.workpapers.filter(({ kind }) => kind !== 'COMPLETION_MEMO')),
    ...methodBlockers(facts.subservice),
    ...workOfOthersBlockers(facts.workOfOthers),
  ]
}

export interface IssueFacts extends FieldworkFacts, CompletionFacts {
  /** ISO date: against it, due dates have passed or not. */
  today: string
  exceptions: readonly { id: string; ref: string; state: ExceptionState; response: ResponseAccount }[]
  /** The misstatements whose correction was seen in a section that was written anew since. */
  outdatedCorrections: readonly { id: string; ref: string }[]
  /** The description criteria under which management wrote something. */
  described: readonly DescriptionCriterion[]
  qualityReview: QualityReviewFact
  /** What `reviewPointBlockers` of review-points.ts found. */
  differences: readonly Blocker[]
  /**
   * Null while no opinion is decided. `isStale`: the proposal it was decided on is not the one computed now, or the partner
   * who decided is no longer the engagement's. `awaitsAgreement`: it is another one than proposed, and the quality
   * reviewer has not agreed.
   */
  opinion: { isStale: boolean; awaitsAgreement: boolean } | null
  /** The judgments against the figures, with the roles that are still to acknowledge each. */
  judgments: Parameters<typeof judgmentBlockers>[0]
  /** What `aggregateBlockers` of aggregates.ts found: exceptions that are not weighed together as they are now. */
  unweighed: readonly Blocker[]
  /** What keeps the report from bearing its date, or from being released under it now. */
  undated: readonly Blocker[]
  /** What `eventBlockers` of subsequent-events.ts and `registerBlockers` of registers.ts found: what happened and is not evaluated. */
  unevaluated: readonly Blocker[]
  /** What `suspicionBlockers` of suspicions.ts found, of which the engagement partner alone is told. */
  suspicions: readonly Blocker[]
  /** What management refused to give. */
  refused: readonly ManagementStatement[]
  /** How far the opinion on each further framework is that it covers. */
  furtherOpinions: readonly FrameworkDecided[]
  /** Where management's assertion stands beside the opinion. */
  assertion: Omit<StandingAssertion, 'refused'>
  /** What `criteriaBlockers` of criteria.ts found: criteria without a conclusion that holds. */
  unconcluded: readonly Blocker[]
}

/**
 * What is missing before the report is issued. A readiness engagement ends in findings: it is asked for no assertion, no
 * representations, no responses, no quality review and no opinion, and this gate never opens for it.
 */
export function blockersToIssue(facts: IssueFacts): Blocker[] {
  const live = facts.exceptions.filter(isLive)
  const common = [
    ...blockersToFieldwork(facts),
    ...blockersToCompletion(facts),
    ...facts.controls.flatMap((control) => conclusionBlockers(control, facts.kind)),
    ...facts.controls.flatMap(unreportedBlockers),
    ...workpaperBlockers(facts.workpapers.filter(({ kind }) => kind === 'COMPLETION_MEMO')),
  ]
  if (facts.kind === 'READINESS') {
    return [...common, blocker('NO_REPORT', 'A readiness engagement ends in findings; it never has a report.')]
  }
  const documents = words(engagementDocumentKinds).filter((one) => one !== 'ENGAGEMENT_LETTER' && !isOfSubservice(one))
  const needed = documents.filter((kind) => !facts.refused.some((statement) => statement === kind))
  return [
    ...common,
    ...documentBlockers(needed, facts.documents),
    ...assertionBlockers({ ...facts.assertion, refused: facts.refused.includes('ASSERTION') }),
    ...facts.unevaluated,
    ...facts.suspicions,
    ...descriptionBlockers(facts),
    ...subserviceBlockers(facts.subservice),
    ...live
      .filter(({ state }) => state !== 'CONCLUDED')
      .map(({ id, ref, state }) =>
        blocker('EXCEPTION_NOT_CONCLUDED', `Exception ${ref} is ${state}, not CONCLUDED.`, id),
      ),
    ...facts.outdatedCorrections.map(({ id, ref }) =>
      blocker('CORRECTION_OUTDATED', `The section in which ${ref} was corrected was written anew: see it again.`, id),
    ),
    ...live
      .filter(({ state }) => statesCommunicated.some((one) => one === state))
      .filter(({ response }) => !isAnswered(response, facts.today))
      .map(({ id, ref }) => blocker('RESPONSE_OUTSTANDING', `The response to ${ref} is outstanding.`, id)),
    ...judgmentBlockers(facts.judgments),
    ...facts.unweighed,
    ...facts.unconcluded,
    ...qualityReviewBlockers(facts.qualityReview),
    ...facts.differences,
    ...frameworkOpinionBlockers(facts.furtherOpinions),
    ...opinionBlockers(facts.opinion),
    ...facts.undated,
  ]
}

function descriptionBlockers({ kind, described }: IssueFacts): Blocker[] {
  const missing = criteriaOfDescription(kind).filter((criterion) => !described.includes(criterion))
  if (missing.length === 0) return []
  const message = `Management has to describe the system under ${missing.join(', ')}, if only to say that there is nothing.`
  return [blocker('DESCRIPTION_INCOMPLETE', message)]
}

function opinionBlockers(opinion: IssueFacts['opinion']): Blocker[] {
  if (opinion === null) return [blocker('OPINION_UNDECIDED', 'Decide on the opinion.')]
  return [
    ...(opinion.isStale
      ? [blocker('OPINION_STALE', 'Decide on the opinion again: what it rests on has changed.')]
      : []),
    ...(opinion.awaitsAgreement
      ? [
          blocker(
            'QUALITY_REVIEWER_AGREEMENT_MISSING',
            'The opinion is not the one proposed: the quality reviewer has to agree to it.',
          ),
        ]
      : []),
  ]
}

/** Refuses with NOT_READY { blockers } when the gate to `state` is not open. */
export function checkReady(state: EngagementState, blockers: readonly Blocker[]): void {
  if (blockers.length === 0) return
  const things = blockers.length === 1 ? '1 thing is' : `${blockers.length} things are`
  const first = blockers[0]?.message ?? ''
  const message = `The engagement is not ready for ${state}: ${things} missing, first: ${first}`
  throw new Refusal('NOT_READY', message, [], { blockers })
}
