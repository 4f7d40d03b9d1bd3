import { type AggregateScope, checkAggregateScope, checkAggregateWeight, weighedFacts } from './aggregates.js'
import { canonicalJson } from './canonical.js'
import { asWeighed, type CriterionDecided, type CriterionOutcomes, proposeCriterion } from './criteria.js'
import { checkOutcomes } from './criterion-decision.js'
import { isLive } from './exceptions.js'
import { checkWeight } from './materiality.js'
import { type OpinionProposal, weighedMatters } from './opinion.js'
import { type AggregateStanding, aggregatesStanding, type DecisionsTaken } from './opinion-facts.js'
import type { ApprovedJudgment, ExceptionForOpinion, OpinionPlace } from './opinion-places.js'
import { Refusal, refusalOf } from './refusal.js'
import type { CriterionOutcome, OpinionType } from './vocabulary.js'

/**
 * What if (product page, section 9): the decisions as they would be with some of them changed. What follows from them is proposed
 * by the rules that propose from the decisions as they are: `opinionFactsOf`, then `proposeOpinion`.
 */

/** The outcomes of a criterion, were it concluded so. */
export type CriterionChanged = { criterionCode: string } & Omit<CriterionOutcomes, 'rationale'>

/** Decisions, as they would be. */
export interface DecisionChanges {
  exceptions: readonly ({ exceptionId: string } & ApprovedJudgment)[]
  aggregates: readonly (AggregateScope & ApprovedJudgment)[]
  criteria: readonly CriterionChanged[]
}

type Path = readonly (string | number)[]

const invalid = (message: string, ...path: (string | number)[]) => new Refusal('INVALID_INPUT', message, path)

/** Asks a rule about one entry of a list. @throws Refusal as the rule does, at the place of the entry */
function checkAt<T>(path: Path, check: () => T): T {
  let answer: T | undefined
  const refusal = refusalOf(() => {
    answer = check()
  })
  if (refusal) throw new Refusal(refusal.code, refusal.message, [...path, ...refusal.at], refusal.detail)
  return answer as T
}

/**
 * The decisions with these changed. An exception that is not decided can be changed, too: it is then weighed as if it were. A decision on
 * exceptions together that were weighed otherwise does not count any more, unless it is among the changes; a conclusion on a
 * criterion that rested on other facts counts as what would be proposed, unless it is.
 *
 * Refuses, each at the place of the entry that is at fault:
 * - INVALID_INPUT: no change at all; an exception, a criterion or a subject matter changed twice;
 * - NOT_FOUND an exception that the engagement has not, or that does not stand;
 * - what is refused of a decision itself: `checkWeight`, `checkAggregateScope`, `checkAggregateWeight`, `checkOutcomes`; and INVALID_INPUT a criterion
 *   that is not in scope or does not apply.
 */
export function decisionsWith(decisions: DecisionsTaken, changes: DecisionChanges): DecisionsTaken {
  if ([changes.exceptions, changes.aggregates, changes.criteria].every(({ length }) => length === 0)) {
    throw invalid('Name at least one decision that is to be another one.')
  }
  const exceptions = exceptionsWith(decisions, changes.exceptions)
  const aggregates = aggregatesWith({ ...decisions, exceptions }, changes.aggregates)
  const criteria = criteriaWith({ ...decisions, exceptions, aggregates }, changes.criteria)
  return { ...decisions, exceptions, aggregates, criteria }
}

function exceptionsWith({ exceptions }: DecisionsTaken, changes: DecisionChanges['exceptions']) {
  changes.forEach(({ exceptionId, ...judgment }, at) => {
    const path = ['exceptions', at]
    if (!exceptions.some(({ id }) => id === exceptionId)) {
      const message = 'The engagement has no exception with this id that stands.'
      throw new Refusal('NOT_FOUND', message, [...path, 'exceptionId'])
    }
    if (changes.findIndex((one) => one.exceptionId === exceptionId) < at) {
      throw invalid('This exception is changed twice.', ...path, 'exceptionId')
    }
    checkAt(path, () => checkWeight(judgment))
  })
  return exceptions.map((exception) => {
    const change = changes.find(({ exceptionId }) => exceptionId === exception.id)
    return change ? { ...exception, judgment: { material: change.material, pervasive: change.pervasive } } : exception
  })
}

/** The decisions on exceptions together: those among the changes in place of what was decided on their criteria and subject matters. */
function aggregatesWith(
  { kind, exceptions, aggregates }: DecisionsTaken,
  changes: DecisionChanges['aggregates'],
): AggregateStanding[] {
  const placesOf = ({ criteriaCodes, subjectMatter }: AggregateScope): readonly string[] =>
    subjectMatter ? [subjectMatter] : criteriaCodes
  const changed = changes.map((change, at): AggregateStanding => {
    const { criteriaCodes, subjectMatter, material, pervasive } = change
    const path = ['aggregates', at]
    const weighed = checkAt(path, () => checkAggregateScope(change, exceptions, kind))
    const before = changes.slice(0, at).flatMap(placesOf)
    if (placesOf(change).some((place) => before.includes(place))) {
      throw invalid(
        'What is weighed here is changed twice.',
        ...path,
        subjectMatter ? 'subjectMatter' : 'criteriaCodes',
      )
    }
    checkAt(path, () => checkAggregateWeight(change, weighed))
    return {
      criteriaCodes,
      subjectMatter,
      exceptionIds: weighed.map(({ id }) => id),
      weighedFacts: weighedFacts(weighed),
      isApproved: true,
      judgment: { material, pervasive },
    }
  })
  const taken = changes.flatMap(placesOf)
  const others = aggregates.flatMap((one) => {
    if (placesOf(one).every((place) => taken.includes(place))) return []
    return { ...one, criteriaCodes: one.criteriaCodes.filter((code) => !taken.includes(code)) }
  })
  return [...others, ...changed]
}

function criteriaWith(decisions: DecisionsTaken, changes: DecisionChanges['criteria']): CriterionDecided[] {
  const { kind, exceptions, aggregates, criteria } = decisions
  const live = exceptions.filter(isLive)
  const matters = weighedMatters({ kind, aggregates: aggregatesStanding(aggregates, exceptions, kind) }, live)
  const weighed = criteria.map((one) => counted(one, asWeighed(one.facts, live, matters)))
  const changed = new Map(
    changes.map(({ criterionCode: code, design, operation, otherGround }, at) => {
      const path = ['criteria', at]
      const criterion = weighed.find(({ facts }) => facts.code === code)
      if (!criterion) throw invalid('The criterion is not in scope, or not applicable.', ...path, 'criterionCode')
      if (changes.findIndex((one) => one.criterionCode === code) < at) {
        throw invalid('This criterion is changed twice.', ...path, 'criterionCode')
      }
      checkAt(path, () => checkOutcomes({ design, operation, otherGround }, criterion.facts))
      return [code, { design, operation, otherGround, rationale: null }] as const
    }),
  )
  return weighed.map((one) => ({ ...one, outcomes: changed.get(one.facts.code) ?? one.outcomes }))
}

/** A criterion on other facts. What is concluded on none yet stays so. */
function counted(
  { facts: before, title, outcomes }: CriterionDecided,
  facts: CriterionDecided['facts'],
): CriterionDecided {
  if (outcomes === null || canonicalJson(facts) === canonicalJson(before)) return { facts, title, outcomes }
  return { facts, title, outcomes: asProposed({ facts, title, outcomes: null }) }
}

/** What a criterion counts as, or where no conclusion on it holds, what is proposed. */
function asProposed({ facts, outcomes }: CriterionDecided): CriterionOutcomes {
  if (outcomes) return outcomes
  const { design, operation } = proposeCriterion(facts)
  return { design, operation, otherGround: null, rationale: null }
}

/** A criterion whose outcome would be another one. */
export interface CriterionDiffering {
  code: string
  /** Whether a conclusion holds now; where none does, `designNow` and `operationNow` are what is proposed now. */
  isConcluded: boolean
  designNow: CriterionOutcome
  operationNow: CriterionOutcome | null
  design: CriterionOutcome
  operation: CriterionOutcome | null
}

/** The criteria whose outcomes differ, in their order. @param after of the same criteria */
export const criteriaDiffering = (
  before: readonly CriterionDecided[],
  after: readonly CriterionDecided[],
): CriterionDiffering[] =>
  before.flatMap((one, at) => {
    const now = asProposed(one)
    const { design, operation } = asProposed(after[at] as CriterionDecided)
    if (now.design === design && now.operation === operation) return []
    const isConcluded = one.outcomes !== null
    return { code: one.facts.code, isConcluded, designNow: now.design, operationNow: now.operation, design, operation }
  })

/** A conclusion that would be another one. */
export interface ConclusionDiffering extends OpinionPlace {
  opinionNow: OpinionType
  opinion: OpinionType
}

/** The conclusions that differ, in their order. @param after on the same subject matters and categories */
export const conclusionsDiffering = (before: OpinionProposal, after: OpinionProposal): ConclusionDiffering[] =>
  before.conclusions.flatMap(({ subjectMatter, category, type }, at) => {
    const opinion = after.conclusions[at]?.type ?? type
    return opinion === type ? [] : { subjectMatter, category, opinionNow: type, opinion }
  })

/**
 * The misstatements of the description that management would be asked to represent: those confirmed, and a draft that is weighed here.
 * @param exceptions with their decisions as they would be
 */
export const misstatementsInLetter = <E extends ExceptionForOpinion>(exceptions: readonly E[]): E[] =>
  exceptions.filter(
    ({ kind, state, judgment }) =>
      kind === 'DESCRIPTION_MISSTATEMENT' && isLive({ state }) && (state !== 'DRAFT' || judgment !== null),
  )
