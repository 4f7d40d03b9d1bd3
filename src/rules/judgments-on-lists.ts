import { daysInWords } from './coverage.js'
import type { CoverageGapJudged, Judgment, OccurrenceJudged, PopulationGapJudged, SeedJudged } from './judged.js'
import { decisionOf, figure, nothingElse } from './judgment-parts.js'

/** Judgments on what populations hold, by what they were drawn from, and on days and occurrences that none holds (product page, 3 to 5b). */

/** A part of a seed that a person added. */
export const seedGiven = (one: SeedJudged): Judgment => ({
  ...nothingElse,
  ...decisionOf(one),
  kind: 'SEED_PART_GIVEN',
  subjectId: one.populationId,
  controlId: one.controlId,
  statement: `A person added a part of the seed by which samples of “${one.title}” are drawn.`,
  figures: [figure('SEED_PART', one.part), figure('POPULATION_ITEMS', one.itemCount)],
})

/** Days on which no control served a criterion, decided to be no deficiency. */
export const coverageGap = (one: CoverageGapJudged): Judgment => ({
  ...nothingElse,
  ...decisionOf(one),
  kind: 'COVERAGE_GAP',
  subjectId: one.id,
  statement: `No control in operation served ${one.criterionCode} from ${one.from} to ${one.to}, decided to be no deficiency.`,
  figures: [figure('DAYS_NOT_COVERED', `${one.from} to ${one.to}`)],
})

/** Days of a control’s time that no tested population covers, accepted. */
export const populationGap = (one: PopulationGapJudged): Judgment => ({
  ...nothingElse,
  ...decisionOf(one),
  kind: 'POPULATION_GAP',
  subjectId: one.id,
  controlId: one.controlId,
  statement: `No tested population of ${one.controlRef} covers it ${daysInWords(one)}, which was accepted.`,
  figures: [
    figure('DAYS_NOT_COVERED', `${one.from} to ${one.to}`),
    figure('DAYS_IN_ALL', `${one.days} of ${one.ofDays}`),
  ],
})

/** An expected occurrence that no list holds, explained. */
export const occurrenceExplained = (one: OccurrenceJudged): Judgment => ({
  ...nothingElse,
  ...decisionOf(one),
  kind: 'OCCURRENCE_EXPLAINED',
  subjectId: one.id,
  controlId: one.controlId,
  statement: `The occurrence ${one.label} of ${one.controlRef}, which no list holds, is explained.`,
  figures: [figure('OCCURRENCE', one.label), figure('EXPLAINED_AS', one.kind)],
})
