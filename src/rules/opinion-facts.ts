import { type AggregateDecided, type ExceptionWeighed, isOutdated } from './aggregates.js'
import type { CriterionDecided } from './criteria.js'
import type { AggregateForOpinion, OpinionFacts } from './opinion.js'
import type { ApprovedJudgment } from './opinion-places.js'
import type { Category, EngagementKind } from './vocabulary.js'

/** What an opinion is proposed from: the decisions as they stand now, or as a preview changes them (opinion-preview.ts). */

/** A decision on exceptions together, with what it found. */
export interface AggregateStanding extends AggregateDecided {
  judgment: ApprovedJudgment
}

/** All that was decided of an engagement, as far as its opinion follows from it. */
export interface DecisionsTaken {
  kind: EngagementKind
  categories: readonly Category[]
  /** By number. */
  exceptions: readonly ExceptionWeighed[]
  aggregates: readonly AggregateStanding[]
  /** Those in scope that apply, in the order of the catalogue. */
  criteria: readonly CriterionDecided[]
  /** Whether management refused its written representations. */
  isLetterRefused: boolean
}

/** The decisions on exceptions together that count: approved, and on these exceptions as they are. */
export const aggregatesStanding = (
  aggregates: readonly AggregateStanding[],
  exceptions: readonly ExceptionWeighed[],
  kind: EngagementKind,
): AggregateForOpinion[] =>
  aggregates
    .filter((one) => one.isApproved && !isOutdated(one, exceptions, kind))
    .map(({ criteriaCodes, subjectMatter, exceptionIds, judgment }) => {
      return { criteriaCodes, subjectMatter, exceptionIds, judgment }
    })

/** What of the decisions counts for the opinion. */
export function opinionFactsOf(decisions: DecisionsTaken): OpinionFacts & { exceptions: readonly ExceptionWeighed[] } {
  const { kind, categories, exceptions, aggregates, criteria, isLetterRefused } = decisions
  return {
    kind,
    categories,
    exceptions,
    aggregates: aggregatesStanding(aggregates, exceptions, kind),
    criteria: criteria.flatMap(({ facts: { code }, outcomes }) => {
      if (!outcomes) return []
      const { design, operation, otherGround } = outcomes
      return [{ code, design, operation, hasOtherGround: otherGround !== null }]
    }),
    unconcluded: criteria.flatMap(({ facts, outcomes }) => (outcomes ? [] : [facts.code])),
    isLetterRefused,
  }
}
