import { type DecisionChanged, type PreviewsAsked, previewsBefore } from './decision-changes.js'
import type {
  CalendarJudged,
  ControlChangeJudged,
  Decided,
  ExclusionJudged,
  Figure,
  FoundBefore,
  Judgment,
  ScopeChangeJudged,
  SectionJudged,
  SupersedingJudged,
  UndatedJudged,
} from './judged.js'
import { decisionOf, figure, nothingElse } from './judgment-parts.js'

/**
 * Judgments against the figures that changed what figures are about, once there were some: nothing that was found vanishes by a
 * change of the control, of what is expected of it, of the list it is tested by, or of the criteria (product page, 3 and 5b).
 */

const found = ({ testedCount, deviationCount, exceptionCount }: FoundBefore): Figure[] => [
  figure('TESTED_BEFORE', testedCount),
  figure('DEVIATIONS_BEFORE', deviationCount),
  figure('EXCEPTIONS_BEFORE', exceptionCount),
]

/** A control that was changed after its testing had begun, or was decided never to have been needed. */
export function controlChanged(one: ControlChangeJudged): Judgment {
  const { controlRef: ref, part } = one
  const isNotNeeded = part === 'NOT_NEEDED'
  const retired = part === 'RETIRED' ? `${ref} was retired after its testing had begun.` : null
  return {
    ...nothingElse,
    ...decisionOf(one),
    kind: isNotNeeded ? 'CONTROL_NOT_NEEDED' : 'CONTROL_CHANGED',
    subjectId: one.id,
    controlId: one.controlId,
    statement: isNotNeeded
      ? `${ref} was decided never to have been needed: Section IV leaves it out, and what was found on it.`
      : (retired ?? `${ref} was changed after its testing had begun: ${part}.`),
    figures: [figure('CHANGE', part), ...found(one), figure('DEVIATIONS_AS_FOUND', one.asFoundDeviationCount)],
  }
}

/** A calendar that is changed once there are lists decides which occurrences are missing from them. */
export const calendarChanged = (one: CalendarJudged): Judgment => ({
  ...nothingElse,
  ...decisionOf(one),
  kind: 'CALENDAR_CHANGED',
  subjectId: one.id,
  statement: `When people work at the client was changed after lists were imported${one.controlRefs.length > 0 ? `, of periodic controls ${one.controlRefs.join(', ')}` : ''}.`,
  figures: [figure('CHANGE', one.change)],
})

/** A list that took the place of another one: what was found in the first stays. */
export const superseding = (one: SupersedingJudged): Judgment => ({
  ...nothingElse,
  ...decisionOf(one),
  kind: 'POPULATION_SUPERSEDED',
  subjectId: one.populationId,
  controlId: one.controlId,
  statement: `“${one.title}” took the place of another population of the same control.`,
  figures: [figure('POPULATION_ITEMS', one.itemCount), figure('SUPERSEDED_ITEMS', one.supersededItems)],
})

/** A list without days shows neither that its items lie in the period nor that they lie before its extraction. */
export const undated = (one: UndatedJudged): Judgment => ({
  ...nothingElse,
  ...decisionOf(one),
  kind: 'POPULATION_UNDATED',
  subjectId: one.populationId,
  controlId: one.controlId,
  statement: `The items of “${one.title}” say no day: that they lie in the time it covers was not shown by it.`,
  figures: [figure('POPULATION_ITEMS', one.itemCount)],
})

/** An exclusion written once it was known what deviated; those written before are told by the report alone. */
export const excludedLate = (one: ExclusionJudged): Judgment => ({
  ...nothingElse,
  ...decisionOf(one),
  kind: 'POPULATION_EXCLUSION',
  subjectId: one.id,
  controlId: one.controlId,
  statement: `Items of which ${one.rule} were excluded from “${one.title}” once figures on its control were known.`,
  figures: [figure('EXCLUDED_ITEMS', `${one.matchedCount} of ${one.ofCount}`)],
})

/** A change of scope or period after fieldwork began; a criterion marked not applicable is one. */
export const scopeChanged = (one: ScopeChangeJudged): Judgment => ({
  ...nothingElse,
  ...decisionOf(one),
  kind: one.excludedCriterion === null ? 'SCOPE_CHANGED' : 'CRITERION_EXCLUDED',
  subjectId: one.id,
  statement: `After fieldwork began: ${one.change}`,
  figures: [figure('CHANGE', one.change), ...found(one)],
})

/** A section of the description that management wrote anew: it describes another system than the one that was tested, or better. */
export const descriptionChanged = (one: SectionJudged): Judgment => ({
  ...nothingElse,
  ...decisionOf(one),
  kind: 'DESCRIPTION_CHANGED',
  subjectId: one.id,
  statement: `Management wrote ${one.criterion} of the description anew after testing had begun.`,
  figures: [
    figure('CHANGE', one.criterion),
    figure('TEXT_BEFORE', one.digestBefore),
    figure('TEXT_NOW', one.digestNow),
  ],
})

/** A decision whose outcome was changed after two previews or more of what would follow, whatever they named and whoever asked. */
export function changedAfterPreviews(one: Decided & DecisionChanged, previews: PreviewsAsked): Judgment[] {
  const { id, about, controlId, exceptionId, changedAt, before, outcome } = one
  const [count] = previewsBefore(previews, changedAt)
  if (!count) return []
  return [
    {
      ...nothingElse,
      ...decisionOf(one),
      kind: 'DECISION_CHANGED_AFTER_PREVIEWS',
      subjectId: id,
      controlId,
      exceptionId,
      statement: `The decision on ${about} was changed after ${count.value} previews of the opinion.`,
      figures: [count, figure('DECIDED_BEFORE', before), figure('DECIDED', outcome)],
    },
  ]
}
