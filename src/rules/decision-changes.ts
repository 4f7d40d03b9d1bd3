import type { CriterionOutcomes } from './criteria.js'
import type { Figure } from './judged.js'
import { figure } from './judgment-parts.js'
import type { ApprovedJudgment } from './opinion-places.js'

/**
 * Decisions whose outcome is changed, and previews of the opinion that were asked before (product page, 5b). What a decision is on is
 * not matched with what a preview named: who looks at what would follow chooses afterwards which decision leads there.
 */

/** The outcome of a decision on exceptions: their weight, and at which criteria; none where it is on one exception or a subject matter. */
export interface WeightDecided extends ApprovedJudgment {
  criteriaCodes: readonly string[]
}

/** The outcome of a conclusion on a criterion. */
export type OutcomesConcluded = Pick<CriterionOutcomes, 'design' | 'operation'>

/**
 * What stood of a decision on exceptions, where another outcome takes its place: another weight, or a criterion less on which it had decided.
 * @returns null where the outcome stays, or is decided for further criteria, too
 */
export function weightChanged(before: WeightDecided, now: WeightDecided): WeightDecided | null {
  const { material, pervasive, criteriaCodes } = before
  const isSame = material === now.material && pervasive === now.pervasive
  if (isSame && criteriaCodes.every((code) => now.criteriaCodes.includes(code))) return null
  return { material, pervasive, criteriaCodes: [...criteriaCodes] }
}

/** What stood of a conclusion on a criterion, where another outcome takes its place. @returns null where the outcome stays */
export function outcomesChanged(before: OutcomesConcluded, now: OutcomesConcluded): OutcomesConcluded | null {
  const { design, operation } = before
  return design === now.design && operation === now.operation ? null : { design, operation }
}

/** A decision whose outcome was changed last at this moment. */
export interface DecisionChanged {
  id: string
  /** What it is about: `the materiality of EX-1`. */
  about: string
  /** The control and the exception that it is about; null where there is none, or several. */
  controlId: string | null
  exceptionId: string | null
  changedAt: Date
  /** What stood until then, and what is decided, in words. */
  before: string
  outcome: string
}

/** When the previews of the opinion of the engagement were asked. */
export interface PreviewsAsked {
  previewsAskedAt: readonly Date[]
}

/** So many previews are more than one look at what follows. */
const PREVIEWS_MIN = 2

/** That previews were asked before this moment, as a figure; none where fewer than two were. */
export function previewsBefore({ previewsAskedAt }: PreviewsAsked, moment: Date | null): Figure[] {
  const count = moment === null ? 0 : previewsAskedAt.filter((askedAt) => askedAt < moment).length
  return count < PREVIEWS_MIN ? [] : [figure('PREVIEWS_BEFORE', count)]
}

/** A weight in words: `material and pervasive`, `not material on CC6.1`. */
export function weightInWords({ material, pervasive, criteriaCodes }: WeightDecided): string {
  const weight = !material ? 'not material' : pervasive ? 'material and pervasive' : 'material, not pervasive'
  return criteriaCodes.length === 0 ? weight : `${weight} on ${criteriaCodes.join(', ')}`
}

/** The outcomes of a criterion in words. */
export const outcomesInWords = ({ design, operation }: OutcomesConcluded): string =>
  operation === null ? `design ${design}` : `design ${design}, operation ${operation}`
