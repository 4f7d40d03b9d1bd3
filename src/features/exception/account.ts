import type { Whole } from '../../kernel/store/row.js'
import type { ExceptionAccount } from '../../rules/exceptions.js'
import { draftWording } from '../../rules/wording.js'
import type { Exception } from './exception.js'

/** The part of an exception from which its account in Section IV is made. */
export type ExceptionContent = Pick<
  Whole<Exception>,
  | 'kind'
  | 'category'
  | 'cause'
  | 'causeNote'
  | 'criteriaCodes'
  | 'controlRef'
  | 'expectedOperation'
  | 'condition'
  | 'testedCount'
  | 'deviationCount'
  | 'deviatingItems'
  | 'deviatedOn'
  | 'attributeCounts'
  | 'sampleExtensions'
  | 'occurrenceLabels'
  | 'expectedOccurrences'
  | 'failedFrom'
  | 'failedTo'
  | 'failurePeriodBasis'
  | 'potentialImpact'
  | 'evidenceNote'
>

/** An exception as the rules of Section IV read it. */
export const accountOf = (content: ExceptionContent): ExceptionAccount => ({
  ...content,
  criteria: content.criteriaCodes,
  deviations: content.deviationCount,
  evidence: content.evidenceNote,
})

/** The wording that follows from a change: drafted anew, unless the wording was edited by hand. */
export function rewordedAfter(exception: Whole<Exception>, changes: Partial<ExceptionContent>): string {
  const isDrafted = exception.sectionFourText === draftWording(accountOf(exception))
  return isDrafted ? draftWording(accountOf({ ...exception, ...changes })) : exception.sectionFourText
}
