import { type CommitmentForBasis, commitmentsNamed } from './basis.js'
import { type Days, daysInWords } from './coverage.js'
import type { Matter } from './opinion.js'
import type { ExceptionForOpinion } from './opinion-places.js'
import { concludesOnOperation } from './procedures.js'
import { type Blocker, blocker } from './refusal.js'
import type {
  CriterionOutcome,
  DesignConclusion,
  EngagementKind,
  OperationConclusion,
  SubjectMatter,
} from './vocabulary.js'

/**
 * What is concluded on a criterion: whether the service commitments and system requirements that it serves were achieved, over all
 * controls that serve it (product page, section 9; AT-C 205 on forming the opinion from the evidence as a whole). The service
 * proposes, a person decides; what would contradict what was recorded is refused outright (section 5b, "Contradictions").
 */

/** A control that serves a criterion: in use, or retired with findings. */
export interface ControlServing {
  id: string
  ref: string
  design: DesignConclusion | null
  operation: OperationConclusion | null
}

/** Days on which no control in operation served the criterion. */
export interface GapOfCriterion extends Days {
  /** Whether a control serves the criterion on other days. */
  isPartial: boolean
  answeredBy: 'DECISION' | 'DEFICIENCY' | null
}

export interface CriterionToConclude {
  code: string
  kind: EngagementKind
  /** By reference. */
  controls: readonly ControlServing[]
  /** Live exceptions that name it, by number. */
  exceptions: readonly ExceptionForOpinion[]
  /** What the decisions on them come to, alone and with others: `weighedMatters` of opinion.ts, those that name it. */
  matters: readonly Matter[]
  gaps: readonly GapOfCriterion[]
}

/** The same criterion with its exceptions weighed so: all else of it is as it is. */
export const asWeighed = <E extends ExceptionForOpinion>(
  facts: Omit<CriterionToConclude, 'exceptions' | 'matters'>,
  live: readonly E[],
  matters: readonly Matter[],
): CriterionToConclude => ({
  ...facts,
  exceptions: live.filter(({ criteriaCodes }) => criteriaCodes.includes(facts.code)),
  matters: matters.filter(({ reason }) => reason.criteriaCodes.includes(facts.code)),
})

/** The outcomes that a criterion counts by. */
export interface CriterionOutcomes {
  design: CriterionOutcome
  /** Null where operation is not examined. */
  operation: CriterionOutcome | null
  /** Why operation is less modified than design; null where it is not. */
  otherGround: string | null
  /** Null where it was concluded as proposed. */
  rationale: string | null
}

/** A criterion in scope that applies, and what it counts as; null where no conclusion on it holds. */
export interface CriterionDecided {
  facts: CriterionToConclude
  title: string
  outcomes: CriterionOutcomes | null
}

/** One link in the chain of reasons for what is proposed. */
export interface CriterionReason {
  subjectMatter: SubjectMatter
  leadsTo: CriterionOutcome
  because: string
  controlIds: readonly string[]
  exceptionIds: readonly string[]
}

export interface CriterionProposed {
  code: string
  design: CriterionOutcome
  /** Null where operation is not examined. */
  operation: CriterionOutcome | null
  reasons: readonly CriterionReason[]
}

const GRAVITY: readonly CriterionOutcome[] = ['ACHIEVED', 'UNABLE_TO_CONCLUDE', 'NOT_ACHIEVED']

/** What a failure showed outweighs what could not be examined. */
const gravestOutcome = (reasons: readonly CriterionReason[]): CriterionOutcome =>
  GRAVITY.findLast((outcome) => reasons.some(({ leadsTo }) => leadsTo === outcome)) ?? 'ACHIEVED'

/**
 * Proposes the conclusion on a criterion, with the chain of reasons. For design and for operation: NOT_ACHIEVED where a material
 * misstatement names it, alone or with others, where every control that serves it failed, where none serves it, and where days without
 * a control are answered by nothing; UNABLE_TO_CONCLUDE where a material scope limitation names it, or a control could not be tested
 * and no other that was tested is effective; else ACHIEVED. Operation is at least as modified as design. Refuses nothing.
 */
export function proposeCriterion(facts: CriterionToConclude): CriterionProposed {
  const onDesign = reasonsOnDesign(facts)
  const design = gravestOutcome(onDesign)
  if (!concludesOnOperation(facts.kind)) return { code: facts.code, design, operation: null, reasons: onDesign }
  const onOperation = reasonsOnOperation(facts, design)
  return { code: facts.code, design, operation: gravestOutcome(onOperation), reasons: [...onDesign, ...onOperation] }
}

const isUnsuitable = ({ design }: ControlServing): boolean => design === 'UNSUITABLE'
const isEffective = (control: ControlServing): boolean => control.operation === 'EFFECTIVE' && !isUnsuitable(control)
const hasFailed = (control: ControlServing): boolean => control.operation === 'NOT_EFFECTIVE' || isUnsuitable(control)

/** Whether every control that serves the criterion is of unsuitable design. */
export const failedInDesign = ({ controls }: CriterionToConclude): boolean =>
  controls.length > 0 && controls.every(isUnsuitable)

/** Whether every control that serves the criterion and had occasion to operate failed. */
export function failedInOperation({ controls }: CriterionToConclude): boolean {
  const operated = controls.filter((one) => isUnsuitable(one) || one.operation !== 'NOT_OPERATED')
  return operated.length > 0 && operated.every(hasFailed)
}

/** The controls that could not be tested, where no other that was tested is effective. */
export const untestedAlone = ({ controls }: CriterionToConclude): readonly ControlServing[] =>
  controls.some(isEffective) ? [] : controls.filter(({ operation }) => operation === 'UNABLE_TO_TEST')

/** How many references a reason names. */
const NAMED_MAX = 10

export function namedControls(controls: readonly ControlServing[]): string {
  const refs = controls.slice(0, NAMED_MAX).map(({ ref }) => ref)
  const others = controls.length - refs.length
  return others > 0 ? `${refs.join(', ')} and ${others} more` : refs.join(', ')
}

const onControls = (
  subjectMatter: SubjectMatter,
  leadsTo: CriterionOutcome,
  controls: readonly ControlServing[],
  because: string,
): CriterionReason[] => {
  const controlIds = controls.map(({ id }) => id)
  return controls.length === 0 ? [] : [{ subjectMatter, leadsTo, because, controlIds, exceptionIds: [] }]
}

/** What decisions on exceptions lead to. */
const fromMatters = ({ matters }: CriterionToConclude, subjectMatter: SubjectMatter): CriterionReason[] =>
  matters
    .filter(({ subjects }) => subjects.includes(subjectMatter))
    .map(({ reason: { nature, material, because, exceptionIds } }) => {
      const modified = nature === 'MISSTATEMENT' ? 'NOT_ACHIEVED' : 'UNABLE_TO_CONCLUDE'
      return { subjectMatter, leadsTo: material ? modified : 'ACHIEVED', because, controlIds: [], exceptionIds }
    })

function reasonsOnDesign(facts: CriterionToConclude): CriterionReason[] {
  const subject = 'SUITABILITY_OF_DESIGN'
  const { controls } = facts
  const suitable = controls.filter(({ design }) => design === 'SUITABLE')
  return [
    ...fromMatters(facts, subject),
    ...facts.gaps.flatMap(fromGap),
    ...(failedInDesign(facts)
      ? onControls(
          subject,
          'NOT_ACHIEVED',
          controls,
          `Every control that serves it is UNSUITABLE: ${namedControls(controls)}.`,
        )
      : []),
    ...onControls(subject, 'ACHIEVED', suitable, `Concluded SUITABLE: ${namedControls(suitable)}.`),
  ]
}

/** A gap that a deficiency reports leads where the decision on the deficiency does. */
function fromGap({ isPartial, answeredBy, ...days }: GapOfCriterion): CriterionReason[] {
  const told = (leadsTo: CriterionOutcome, because: string): CriterionReason[] => [
    { subjectMatter: 'SUITABILITY_OF_DESIGN', leadsTo, because, controlIds: [], exceptionIds: [] },
  ]
  if (!isPartial) return told('NOT_ACHIEVED', 'No control serves it.')
  const none = `No control in operation served it ${daysInWords(days)}`
  if (answeredBy === 'DECISION') return told('ACHIEVED', `${none}, which the partner decided to be no deficiency.`)
  return answeredBy === null ? told('NOT_ACHIEVED', `${none}, and nothing answers that.`) : []
}

function reasonsOnOperation(facts: CriterionToConclude, design: CriterionOutcome): CriterionReason[] {
  const subject = 'OPERATING_EFFECTIVENESS'
  const { controls } = facts
  const failed = failedInOperation(facts) ? controls.filter(hasFailed) : []
  const untested = untestedAlone(facts)
  const effective = controls.filter(isEffective)
  const idle = controls.filter(({ operation }) => operation === 'NOT_OPERATED')
  const carried: CriterionReason = {
    subjectMatter: subject,
    leadsTo: design,
    because: `Carried from design, which is ${design}: operation is at least as modified.`,
    controlIds: [],
    exceptionIds: [],
  }
  return [
    ...fromMatters(facts, subject),
    ...(design === 'ACHIEVED' ? [] : [carried]),
    ...onControls(subject, 'NOT_ACHIEVED', failed, `Every control that serves it failed: ${namedControls(failed)}.`),
    ...onControls(
      subject,
      'UNABLE_TO_CONCLUDE',
      untested,
      `UNABLE_TO_TEST, and no other tested control that serves it is EFFECTIVE: ${namedControls(untested)}.`,
    ),
    ...onControls(subject, 'ACHIEVED', effective, `Concluded EFFECTIVE: ${namedControls(effective)}.`),
    ...onControls(subject, 'ACHIEVED', idle, `Had no occasion to operate: ${namedControls(idle)}.`),
  ]
}

/** A criterion in scope that applies, and whether its conclusion still rests on what is so now; null where it has none. */
export interface CriterionStanding {
  code: string
  conclusion: { id: string; isStale: boolean } | null
}

/** What stands between an engagement and its report: each criterion that is not concluded, or not on what is so now. */
export const criteriaBlockers = (criteria: readonly CriterionStanding[]): Blocker[] =>
  criteria.flatMap(({ code, conclusion }) => {
    if (!conclusion) return blocker('CRITERION_NOT_CONCLUDED', `Conclude on the criterion ${code}.`)
    if (!conclusion.isStale) return []
    const message = `Conclude on the criterion ${code} again: what the conclusion rests on has changed.`
    return blocker('CRITERION_CONCLUSION_STALE', message, conclusion.id)
  })

/** What the basis of a modified opinion says of each criterion that was not achieved, by code. */
export const basisOnCriteria = (
  criteria: readonly CriterionDecided[],
  commitments: readonly CommitmentForBasis[],
): Map<string, string> =>
  new Map(
    criteria.flatMap(({ facts: { code }, title, outcomes }) => {
      const outcome = [outcomes?.design, outcomes?.operation].find((each) => each && each !== 'ACHIEVED')
      if (!outcomes || !outcome) return []
      return [[code, basisOnCriterion({ code, title, outcome, rationale: outcomes.rationale, commitments })] as const]
    }),
  )

/** The paragraph on a criterion that modifies an opinion where no exception does. */
export function basisOnCriterion(criterion: {
  code: string
  title: string
  outcome: CriterionOutcome
  rationale: string | null
  /** The service commitments and system requirements of the engagement. */
  commitments?: readonly CommitmentForBasis[]
}): string {
  const { code, title, outcome, rationale, commitments = [] } = criterion
  const about = `${commitmentsNamed(commitments, [code], 'were')} achieved based on the criterion ${code} (${title}).`
  const what =
    outcome === 'UNABLE_TO_CONCLUDE'
      ? `We were unable to obtain sufficient appropriate evidence on whether ${about}`
      : `Controls did not provide reasonable assurance that ${about}`
  return rationale ? `${what} ${rationale}` : what
}
