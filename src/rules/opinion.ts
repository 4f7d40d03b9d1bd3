import { type Aggregate, aggregatesOf } from './aggregates.js'
import { isLive } from './exceptions.js'
import {
  type ApprovedJudgment,
  categoriesHit,
  type ExceptionForOpinion,
  gravest,
  type OpinionPlace,
  opinionFor,
  subjectMatterOf,
  subjectMattersOf,
} from './opinion-places.js'
import { Refusal } from './refusal.js'
import type {
  Category,
  CriterionOutcome,
  EngagementKind,
  MatterNature,
  OpinionType,
  ReasonKind,
  SubjectMatter,
} from './vocabulary.js'

/**
 * The opinion: proposed by the computer from what people decided about each exception, about exceptions together and about each
 * criterion; decided by a person (opinion-decision.ts). There is one conclusion for each subject matter and category; the
 * overall opinion is the gravest of them.
 */

/** An approved decision on exceptions together, as they are now. */
export interface AggregateForOpinion {
  /** Criteria, or else a subject matter. */
  criteriaCodes: readonly string[]
  subjectMatter: SubjectMatter | null
  exceptionIds: readonly string[]
  judgment: ApprovedJudgment
}

/** A conclusion on a criterion, as far as the opinion depends on it. */
export interface CriterionForOpinion {
  code: string
  design: CriterionOutcome
  /** Null where operation is not examined. */
  operation: CriterionOutcome | null
  /** Another ground for operation than for design is recorded: a judgment that the quality reviewer acknowledges before the report. */
  hasOtherGround: boolean
}

export interface OpinionFacts {
  kind: EngagementKind
  categories: readonly Category[]
  exceptions: readonly ExceptionForOpinion[]
  aggregates?: readonly AggregateForOpinion[]
  /** The conclusions that hold. */
  criteria?: readonly CriterionForOpinion[]
  /** The criteria without a conclusion that holds. */
  unconcluded?: readonly string[]
  /** Whether management refused its written representations. */
  isLetterRefused?: boolean
}

/** One link in the chain of reasons. */
export interface OpinionReason {
  kind: ReasonKind
  /** The exceptions concerned: one, those of an aggregate, or none where a conclusion on a criterion stands by itself. */
  exceptionIds: readonly string[]
  refs: readonly string[]
  criteriaCodes: readonly string[]
  nature: MatterNature
  material: boolean
  pervasive: boolean
  /** What this matter alone leads to. */
  leadsTo: OpinionType
  because: string
}

export interface OpinionConclusion {
  subjectMatter: SubjectMatter
  category: Category
  type: OpinionType
  reasons: readonly OpinionReason[]
  /** References of exceptions that bear on this conclusion and are not decided. */
  undecided: readonly string[]
  /** Exceptions that bear on it and are not weighed together as they are now. */
  unweighed: readonly Aggregate[]
}

export interface OpinionProposal {
  conclusions: readonly OpinionConclusion[]
  overall: OpinionType
  /** No exception is undecided, alone or with others, and no criterion without a conclusion. */
  complete: boolean
}

/** A reason, and the subject matters that it bears on. */
export interface Matter {
  subjects: readonly SubjectMatter[]
  /** Of exceptions weighed together, all subject matters that they bear on. */
  together?: readonly SubjectMatter[]
  reason: OpinionReason
}

/**
 * Proposes the opinion. For each subject matter and category: the gravest that one of its matters leads to, with the
 * chain of reasons. Misstatements and scope limitations that are material side by side stay a qualification with two
 * grounds; whether several matters are pervasive together is a judgment, made in an aggregate decision, not by counting.
 * A graver matter does not hide a lighter one: all reasons are kept, and the basis paragraph names all.
 *
 * Operation is at least as modified as design, criterion by criterion: where controls were not suitably designed, that they
 * operated gives no assurance. What modifies the design is carried to operation, save for criteria with another ground that
 * the quality reviewer acknowledged (product page, section 9).
 *
 * Without management's written representations no opinion can be expressed on anything, whatever else was found (AT-C 205): then
 * each conclusion is a disclaimer.
 *
 * Withdrawn exceptions do not count; undecided and unweighed ones are listed and leave the proposal incomplete.
 * Refuses with INVALID_INPUT a readiness engagement, which ends in findings, not in an opinion.
 */
export function proposeOpinion(facts: OpinionFacts): OpinionProposal {
  const { kind, categories } = facts
  if (kind === 'READINESS') {
    throw new Refusal('INVALID_INPUT', 'A readiness engagement ends in findings; there is no opinion.', ['kind'])
  }
  const live = facts.exceptions.filter(isLive)
  const matters = mattersOf(facts, live)
  const undecided = live.filter(({ judgment }) => judgment === null)
  const unweighed = aggregatesOf(live, kind).flatMap((one) => unweighedPart(one, facts.aggregates ?? []) ?? [])
  const conclusions = subjectMattersOf(kind).flatMap((subjectMatter) =>
    categories.map((category) => {
      const at = (subjects: readonly SubjectMatter[], codes: readonly string[]) =>
        subjects.includes(subjectMatter) && categoriesHit(codes, categories).includes(category)
      const reasons = matters
        .filter(({ subjects, reason }) => at(subjects, reason.criteriaCodes))
        .map(({ reason }) => reason)
      const place: OpinionPlace = { subjectMatter, category }
      return {
        ...place,
        type: facts.isLetterRefused ? 'DISCLAIMER' : gravest(reasons.map(({ leadsTo }) => leadsTo)),
        reasons: facts.isLetterRefused ? [letterRefused, ...reasons] : reasons,
        undecided: undecided
          .filter((each) => at([subjectMatterOf(each, kind)], each.criteriaCodes))
          .map(({ ref }) => ref),
        unweighed: unweighed.filter((each) => at(subjectsOf(each, kind), codesOf(each))),
      }
    }),
  )
  const complete = [undecided, unweighed, facts.unconcluded ?? []].every(({ length }) => length === 0)
  return { conclusions, overall: gravest(conclusions.map(({ type }) => type)), complete }
}

const letterRefused: OpinionReason = {
  kind: 'LETTER_REFUSED',
  exceptionIds: [],
  refs: [],
  criteriaCodes: [],
  nature: 'SCOPE_LIMITATION',
  material: true,
  pervasive: true,
  leadsTo: 'DISCLAIMER',
  because: 'Management refused its written representations: no opinion can be expressed: DISCLAIMER.',
}

/** The subject matters that exceptions weighed together bear on. */
const subjectsOf = ({ subjectMatter, exceptions }: Aggregate, kind: EngagementKind): readonly SubjectMatter[] =>
  subjectMatter ? [subjectMatter] : [...new Set(exceptions.map((one) => subjectMatterOf(one, kind)))]

/** The criteria that they bear on: those where they meet, or all that one of them names. */
const codesOf = ({ criteriaCodes, exceptions }: Aggregate): readonly string[] =>
  criteriaCodes.length > 0 ? criteriaCodes : [...new Set(exceptions.flatMap((one) => one.criteriaCodes))]

/** What of an aggregate no decision covers; null where all of it is decided. */
function unweighedPart(aggregate: Aggregate, decided: readonly AggregateForOpinion[]): Aggregate | null {
  const ids = aggregate.exceptions.map(({ id }) => id).join()
  const covering = decided.filter(({ exceptionIds }) => exceptionIds.join() === ids)
  if (aggregate.subjectMatter) {
    return covering.some(({ subjectMatter }) => subjectMatter === aggregate.subjectMatter) ? null : aggregate
  }
  const criteriaCodes = aggregate.criteriaCodes.filter(
    (code) => !covering.some((one) => one.criteriaCodes.includes(code)),
  )
  return criteriaCodes.length === 0 ? null : { ...aggregate, criteriaCodes }
}

/** What people decided about live exceptions, each alone and then together: the matters that they come to. */
export function weighedMatters(
  { kind, aggregates = [] }: Pick<OpinionFacts, 'kind' | 'aggregates'>,
  live: readonly ExceptionForOpinion[],
): Matter[] {
  const ofExceptions = live.flatMap((exception) => (exception.judgment ? [matterOf(exception, kind)] : []))
  const ofAggregates = aggregates.flatMap((decided) => {
    const exceptions = live.filter(({ id }) => decided.exceptionIds.includes(id))
    return exceptions.length > 1 ? mattersTogether({ ...decided, exceptions }, decided.judgment, kind) : []
  })
  return [...ofExceptions, ...ofAggregates]
}

function mattersOf(facts: OpinionFacts, live: readonly ExceptionForOpinion[]): Matter[] {
  const { kind, criteria = [] } = facts
  const weighed = weighedMatters(facts, live)
  const onDesign = criteria.flatMap((one) => ofCriterion(one, 'SUITABILITY_OF_DESIGN', one.design, weighed))
  if (!subjectMattersOf(kind).includes('OPERATING_EFFECTIVENESS')) return [...weighed, ...onDesign]
  const grounded = criteria.filter(({ hasOtherGround }) => hasOtherGround).map(({ code }) => code)
  const carried = [...weighed, ...onDesign].flatMap((matter) => carriedFromDesign(matter, grounded) ?? [])
  const soFar = [...weighed, ...onDesign, ...carried]
  return [
    ...soFar,
    ...criteria.flatMap((one) => ofCriterion(one, 'OPERATING_EFFECTIVENESS', one.operation ?? 'ACHIEVED', soFar)),
  ]
}

const weightOf = ({ material, pervasive }: ApprovedJudgment): string =>
  !material ? 'not material' : pervasive ? 'material and pervasive' : 'material but not pervasive'

function matterOf(exception: ExceptionForOpinion, kind: EngagementKind): Matter {
  const { id, ref, criteriaCodes } = exception
  const judgment = exception.judgment as ApprovedJudgment
  const nature: MatterNature = exception.kind === 'SCOPE_LIMITATION' ? 'SCOPE_LIMITATION' : 'MISSTATEMENT'
  return {
    subjects: [subjectMatterOf(exception, kind)],
    reason: reasonOf('EXCEPTION', { ids: [id], refs: [ref], criteriaCodes, nature }, judgment, `${ref} is`),
  }
}

/** What exceptions come to together, for each subject matter that they bear on. */
function mattersTogether(aggregate: Aggregate, judgment: ApprovedJudgment, kind: EngagementKind): Matter[] {
  const { exceptions, criteriaCodes, subjectMatter } = aggregate
  const [ids, refs] = [exceptions.map(({ id }) => id), exceptions.map(({ ref }) => ref)]
  const who = `${refs.join(' and ')}, weighed together on ${subjectMatter ?? criteriaCodes.join(', ')}, are`
  const together = subjectsOf(aggregate, kind)
  return together.map((subject) => {
    // They are a limitation only if all that bear on it are: what is known outweighs what is not.
    const limited = exceptions
      .filter((one) => subjectMatterOf(one, kind) === subject)
      .every((one) => one.kind === 'SCOPE_LIMITATION')
    const nature: MatterNature = limited ? 'SCOPE_LIMITATION' : 'MISSTATEMENT'
    const about = { ids, refs, criteriaCodes: codesOf(aggregate), nature }
    return { subjects: [subject], together, reason: reasonOf('AGGREGATE', about, judgment, who) }
  })
}

function reasonOf(
  kind: ReasonKind,
  about: { ids: readonly string[]; refs: readonly string[]; criteriaCodes: readonly string[]; nature: MatterNature },
  { material, pervasive }: ApprovedJudgment,
  who: string,
): OpinionReason {
  const { ids: exceptionIds, refs, criteriaCodes, nature } = about
  const leadsTo = opinionFor({ nature, material, pervasive })
  const what = nature === 'MISSTATEMENT' ? 'a misstatement' : 'a scope limitation'
  const because = `${who} ${what} decided to be ${weightOf({ material, pervasive })}: ${leadsTo}.`
  return { kind, exceptionIds, refs, criteriaCodes, nature, material, pervasive, leadsTo, because }
}

/** What modifies the design, for operation; null where it modifies nothing, bears on operation itself or has another ground. */
function carriedFromDesign(
  { subjects, together = subjects, reason }: Matter,
  grounded: readonly string[],
): Matter | null {
  if (!subjects.includes('SUITABILITY_OF_DESIGN') || together.includes('OPERATING_EFFECTIVENESS')) return null
  const criteriaCodes = reason.criteriaCodes.filter((code) => !grounded.includes(code))
  if (reason.leadsTo === 'UNQUALIFIED' || criteriaCodes.length === 0) return null
  const where = criteriaCodes.join(', ')
  const because = `Carried from design: ${reason.because} Operation is at least as modified on ${where}.`
  return {
    subjects: ['OPERATING_EFFECTIVENESS'],
    reason: { ...reason, kind: 'CARRIED_FROM_DESIGN', criteriaCodes, because },
  }
}

/** A conclusion on a criterion that is not achieved, where no matter modifies the subject matter for it already. */
function ofCriterion(
  { code }: CriterionForOpinion,
  subject: SubjectMatter,
  outcome: CriterionOutcome,
  others: readonly Matter[],
): Matter[] {
  if (outcome === 'ACHIEVED') return []
  const isTold = others.some(
    ({ subjects, reason }) =>
      subjects.includes(subject) && reason.leadsTo !== 'UNQUALIFIED' && reason.criteriaCodes.includes(code),
  )
  if (isTold) return []
  const nature: MatterNature = outcome === 'NOT_ACHIEVED' ? 'MISSTATEMENT' : 'SCOPE_LIMITATION'
  const about = { ids: [], refs: [], criteriaCodes: [code], nature }
  const who = `${code} is concluded ${outcome} in ${subject === 'SUITABILITY_OF_DESIGN' ? 'design' : 'operation'}, which is`
  const judgment = { material: true, pervasive: false }
  return [{ subjects: [subject], reason: reasonOf('CRITERION_CONCLUSION', about, judgment, who) }]
}
