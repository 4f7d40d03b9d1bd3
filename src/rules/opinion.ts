import { isLive } from './exceptions.js'
import { blocker, checkEach, Refusal } from './refusal.js'
import type {
  Category,
  EngagementKind,
  ExceptionKind,
  ExceptionState,
  MatterNature,
  OpinionType,
  SubjectMatter,
} from './vocabulary.js'

/**
 * The opinion: proposed by the computer from what people decided about each exception, decided by a person. There is one
 * conclusion for each subject matter and category; the overall opinion is the gravest of them.
 */

/**
 * From the mildest to the gravest. Adverse stands above disclaimer: it says what the evidence showed. Where a pervasive
 * misstatement was found, a scope limitation beside it must not turn the finding into silence. This order is the
 * service's rule for mixed cases; the partner may decide otherwise, with the rationale and agreement that needs.
 */
const GRAVITY: readonly OpinionType[] = ['UNQUALIFIED', 'QUALIFIED', 'DISCLAIMER', 'ADVERSE']

export function gravest(types: readonly OpinionType[]): OpinionType {
  return types.reduce((worst, type) => (GRAVITY.indexOf(type) > GRAVITY.indexOf(worst) ? type : worst), 'UNQUALIFIED')
}

/**
 * The matrix: nature × material × pervasive (after AT-C 205; the same logic as AU-C 705 for audits).
 * Not material: unqualified. Material: qualified. Material and pervasive: adverse for a misstatement, disclaimer for a
 * scope limitation.
 */
export function opinionFor(matter: { nature: MatterNature; material: boolean; pervasive: boolean }): OpinionType {
  if (!matter.material) return 'UNQUALIFIED'
  if (!matter.pervasive) return 'QUALIFIED'
  return matter.nature === 'MISSTATEMENT' ? 'ADVERSE' : 'DISCLAIMER'
}

/** A decision as far as the opinion depends on it: approved, or not there. */
export interface ApprovedJudgment {
  material: boolean
  pervasive: boolean
}

export interface ExceptionForOpinion {
  id: string
  /** What people know it by: `EX-1`. */
  ref: string
  kind: ExceptionKind
  state: ExceptionState
  criteriaCodes: readonly string[]
  /** Null while no approved decision exists. */
  judgment: ApprovedJudgment | null
}

/** The approved decision on the exceptions of one criterion together. */
export interface AggregateForOpinion {
  criterion: string
  exceptionIds: readonly string[]
  judgment: ApprovedJudgment
}

export interface OpinionFacts {
  kind: EngagementKind
  categories: readonly Category[]
  exceptions: readonly ExceptionForOpinion[]
  aggregates?: readonly AggregateForOpinion[]
}

/** One link in the chain of reasons. */
export interface OpinionReason {
  /** The exceptions concerned: one, or those of an aggregate. */
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
}

export interface OpinionProposal {
  conclusions: readonly OpinionConclusion[]
  overall: OpinionType
  /** No exception is undecided. */
  complete: boolean
}

/** Description and design always; operation where it was examined. */
export function subjectMattersOf(kind: EngagementKind): readonly SubjectMatter[] {
  return kind === 'SOC2_TYPE_1'
    ? ['DESCRIPTION', 'SUITABILITY_OF_DESIGN']
    : ['DESCRIPTION', 'SUITABILITY_OF_DESIGN', 'OPERATING_EFFECTIVENESS']
}

/**
 * The subject matter an exception bears on. A design deficiency modifies the conclusion on design alone; that the control
 * is not effective either is its own conclusion, and its own exception if users are to read it there. A scope limitation
 * bears on the description if only description criteria (DC) are concerned, else on operation, in a Type 1 on design.
 */
export function subjectMatterOf(exception: ExceptionForOpinion, kind: EngagementKind): SubjectMatter {
  if (exception.kind === 'DESCRIPTION_MISSTATEMENT') return 'DESCRIPTION'
  if (exception.kind === 'DESIGN_DEFICIENCY') return 'SUITABILITY_OF_DESIGN'
  if (exception.kind === 'SCOPE_LIMITATION' && exception.criteriaCodes.length > 0) {
    if (exception.criteriaCodes.every((code) => code.startsWith('DC'))) return 'DESCRIPTION'
  }
  return kind === 'SOC2_TYPE_1' ? 'SUITABILITY_OF_DESIGN' : 'OPERATING_EFFECTIVENESS'
}

const CATEGORY_BY_SERIES: Readonly<Record<string, Category>> = {
  A: 'AVAILABILITY',
  C: 'CONFIDENTIALITY',
  PI: 'PROCESSING_INTEGRITY',
  P: 'PRIVACY',
}

/**
 * The categories that criteria bear on. A common criterion (CC) belongs to the complete set of every category, so it hits
 * all that are in scope; and so does what belongs to none, such as a description criterion.
 */
export function categoriesHit(criteriaCodes: readonly string[], inScope: readonly Category[]): readonly Category[] {
  const series = criteriaCodes.map((code) => /^[A-Z]+/.exec(code)?.[0] ?? '')
  const own = series.map((letters) => CATEGORY_BY_SERIES[letters])
  const hit = inScope.filter((category) => own.includes(category))
  return own.includes(undefined) || hit.length === 0 ? inScope : hit
}

/**
 * Proposes the opinion. For each subject matter and category: the gravest that one of its matters leads to, with the
 * chain of reasons. Misstatements and scope limitations that are material side by side stay a qualification with two
 * grounds; whether several matters are pervasive together is a judgment, made in an aggregate decision, not by counting.
 * A graver matter does not hide a lighter one: all reasons are kept, and the basis paragraph names all.
 *
 * Withdrawn exceptions do not count; undecided ones are listed and leave the proposal incomplete.
 * Refuses with INVALID_INPUT a readiness engagement, which ends in findings, not in an opinion.
 */
export function proposeOpinion(facts: OpinionFacts): OpinionProposal {
  if (facts.kind === 'READINESS') {
    throw new Refusal('INVALID_INPUT', 'A readiness engagement ends in findings; there is no opinion.', ['kind'])
  }
  const live = facts.exceptions.filter(isLive)
  const matters = [
    ...live.flatMap((exception) => (exception.judgment ? [matterOf([exception], exception.judgment)] : [])),
    ...(facts.aggregates ?? []).flatMap(({ criterion, exceptionIds, judgment }) => {
      const together = live.filter(({ id }) => exceptionIds.includes(id))
      return together.length > 1 ? [matterOf(together, judgment, criterion)] : []
    }),
  ]
  const undecided = live.filter(({ judgment }) => judgment === null)
  const bearsOn = (exceptions: readonly ExceptionForOpinion[], criteriaCodes: readonly string[], at: OpinionPlace) =>
    exceptions.some((exception) => subjectMatterOf(exception, facts.kind) === at.subjectMatter) &&
    categoriesHit(criteriaCodes, facts.categories).includes(at.category)

  const conclusions = subjectMattersOf(facts.kind).flatMap((subjectMatter) =>
    facts.categories.map((category) => {
      const place = { subjectMatter, category }
      const reasons = matters
        .filter(({ exceptions, reason }) => bearsOn(exceptions, reason.criteriaCodes, place))
        .map(({ reason }) => reason)
      return {
        ...place,
        type: gravest(reasons.map(({ leadsTo }) => leadsTo)),
        reasons,
        undecided: undecided.filter((each) => bearsOn([each], each.criteriaCodes, place)).map(({ ref }) => ref),
      }
    }),
  )
  return { conclusions, overall: gravest(conclusions.map(({ type }) => type)), complete: undecided.length === 0 }
}

type OpinionPlace = Pick<OpinionConclusion, 'subjectMatter' | 'category'>

function matterOf(exceptions: readonly ExceptionForOpinion[], judgment: ApprovedJudgment, criterion?: string) {
  const { material, pervasive } = judgment
  // Exceptions weighed together are a limitation only if all are: what is known outweighs what is not.
  const nature: MatterNature = exceptions.every(({ kind }) => kind === 'SCOPE_LIMITATION')
    ? 'SCOPE_LIMITATION'
    : 'MISSTATEMENT'
  const leadsTo = opinionFor({ nature, material, pervasive })
  const refs = exceptions.map(({ ref }) => ref)
  const who = criterion === undefined ? `${refs[0]} is` : `${refs.join(' and ')}, weighed together on ${criterion}, are`
  const weight = !material ? 'not material' : pervasive ? 'material and pervasive' : 'material but not pervasive'
  const what = nature === 'MISSTATEMENT' ? 'a misstatement' : 'a scope limitation'
  const reason: OpinionReason = {
    exceptionIds: exceptions.map(({ id }) => id),
    refs,
    criteriaCodes: criterion === undefined ? (exceptions[0]?.criteriaCodes ?? []) : [criterion],
    nature,
    material,
    pervasive,
    leadsTo,
    because: `${who} ${what} decided to be ${weight}: ${leadsTo}.`,
  }
  return { exceptions, reason }
}

/** What a person decides: for some or all conclusions another type than proposed. Left out means as proposed. */
export interface OpinionDecision {
  conclusions: readonly (OpinionPlace & { type: OpinionType })[]
  rationale: string | null
}

export interface DecidedOpinion {
  conclusions: readonly (OpinionPlace & { type: OpinionType; proposed: OpinionType })[]
  overall: OpinionType
  /** Some conclusion is another one than proposed: it waits for the quality reviewer's agreement (readiness.ts). */
  differs: boolean
}

/**
 * Settles the opinion that a partner decides on. Refuses:
 * - NOT_READY an UNQUALIFIED conclusion over an undecided exception, outright, whatever the rationale;
 * - INVALID_INPUT a conclusion that the engagement does not have (operation in a Type 1, a category out of scope) or that
 *   is given twice, and one that differs from the proposal without rationale (path `rationale`).
 * That the decider is the engagement partner is said in the policy table; that partner and quality reviewer are two
 * people, in `independence.ts`.
 */
export function decidedOpinion(proposal: OpinionProposal, decision: OpinionDecision): DecidedOpinion {
  checkPlaces(proposal, decision)
  const conclusions = proposal.conclusions.map(({ subjectMatter, category, type: proposed, undecided }) => {
    const own = decision.conclusions.find((each) => each.subjectMatter === subjectMatter && each.category === category)
    return { subjectMatter, category, type: own?.type ?? proposed, proposed, undecided }
  })
  const hasty = conclusions.filter(({ type, undecided }) => type === 'UNQUALIFIED' && undecided.length > 0)
  if (hasty.length > 0) {
    const refs = [...new Set(hasty.flatMap(({ undecided }) => undecided))]
    const blockers = refs.map((ref) => blocker('EXCEPTION_UNDECIDED', `The materiality of ${ref} is not decided.`))
    const message = `An unqualified opinion cannot stand over undecided exceptions: ${refs.join(', ')}.`
    throw new Refusal('NOT_READY', message, ['conclusions'], { blockers })
  }
  const differs = conclusions.some(({ type, proposed }) => type !== proposed)
  if (differs && !decision.rationale?.trim()) {
    throw new Refusal('INVALID_INPUT', 'An opinion other than the proposed one needs a rationale.', ['rationale'])
  }
  return {
    conclusions: conclusions.map(({ undecided: _, ...conclusion }) => conclusion),
    overall: gravest(conclusions.map(({ type }) => type)),
    differs,
  }
}

/**
 * The basis that an opinion is kept with: as written, else as drafted. Null for an opinion that is not modified. Refuses
 * with INVALID_INPUT at `basisParagraph` a basis for what is not modified, and a modification without one.
 */
export function checkBasis(overall: OpinionType, written: string | null, drafted: string | null): string | null {
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['basisParagraph'])
  if (overall === 'UNQUALIFIED') {
    if (written !== null) throw refuse('An unqualified opinion has no basis for a modification.')
    return null
  }
  const basis = written?.trim() || drafted?.trim()
  if (!basis) throw refuse('No exception leads to this modification: write the basis for it.')
  return basis
}

function checkPlaces(proposal: OpinionProposal, decision: OpinionDecision): void {
  const name = (place: OpinionPlace) => `${place.subjectMatter} for ${place.category}`
  const offered = proposal.conclusions.map(name)
  const given = decision.conclusions.map(name)
  checkEach(
    given.flatMap((place, at) => {
      const refused = (message: string) => new Refusal('INVALID_INPUT', message, ['conclusions', at])
      if (!offered.includes(place)) return refused(`This engagement has no conclusion on ${place}.`)
      return given.indexOf(place) < at ? refused(`${place} is decided twice.`) : []
    }),
  )
}
