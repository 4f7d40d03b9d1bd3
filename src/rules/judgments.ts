import { type PreviewsAsked, previewsBefore } from './decision-changes.js'
import { BASIS_POINTS } from './figures.js'
import type {
  AggregateJudged,
  ControlJudged,
  DilutionJudged,
  ExceptionJudged,
  Figure,
  FiguresOfControl,
  Judgment,
  JudgmentFacts,
  OccurrencesMissing,
  RatesJudged,
  ResultJudged,
} from './judged.js'
import { decisionOf, figure, nothingElse } from './judgment-parts.js'
import {
  assertionDiffering,
  criterionDiffering,
  differenceSettled,
  incidentWithoutException,
  opinionDiffering,
  subserviceReportReliedOn,
} from './judgments-differing.js'
import {
  calendarChanged,
  changedAfterPreviews,
  controlChanged,
  descriptionChanged,
  excludedLate,
  scopeChanged,
  superseding,
  undated,
} from './judgments-on-changes.js'
import { coverageGap, occurrenceExplained, populationGap, seedGiven } from './judgments-on-lists.js'
import { notFoundOf } from './occurrences.js'
import { speakAgainst } from './verdict.js'

/**
 * Judgments against the figures: whatever a figure says against a conclusion is carried along until the report, and is
 * acknowledged by the engagement partner and the quality reviewer before it can be issued (AU-C 220 and SQMS 2 on the review of
 * significant judgments; AT-C 105 on professional skepticism). The list is computed from what was recorded; nobody adds to it
 * or takes from it.
 */

/** The list, kind by kind in the order of the vocabulary. Refuses nothing: it tells what was decided. */
export function judgmentsOf(facts: JudgmentFacts): Judgment[] {
  const figures = new Map(facts.controls.map((control) => [control.id, control.figures]))
  const figuresOf = ({ controlId }: ExceptionJudged) => figures.get(controlId ?? '') ?? null
  const standing = facts.exceptions.filter(({ withdrawal }) => withdrawal === null)
  return [
    ...facts.controls.flatMap((control) => effectiveOver(control, standing)),
    ...standing.flatMap((exception) => notMaterialOver(exception, figuresOf(exception))),
    ...facts.aggregates.flatMap((aggregate) => {
      const against = standing.filter(
        (one) => aggregate.exceptionIds.includes(one.id) && areAgainst(figuresOf(one), one.missing),
      )
      return togetherNotMaterial(aggregate, against)
    }),
    ...facts.results.map((result) => explained(result, figures.get(result.controlId) ?? null)),
    ...facts.dilutions.map(diluted),
    ...facts.superseding.map(superseding),
    ...facts.undated.map(undated),
    ...facts.exclusions.map(excludedLate),
    ...facts.rates.map(ratesBeyond),
    ...facts.seeds.map(seedGiven),
    ...facts.coverageGaps.map(coverageGap),
    ...facts.populationGaps.map(populationGap),
    ...facts.occurrences.map(occurrenceExplained),
    ...facts.exceptions.flatMap((exception) => withdrawn(exception, facts)),
    ...facts.incidents.flatMap(incidentWithoutException),
    ...facts.controlChanges.map(controlChanged),
    ...facts.calendars.map(calendarChanged),
    ...facts.scopeChanges.map(scopeChanged),
    ...facts.sections.map(descriptionChanged),
    ...facts.decisionsChanged.flatMap((one) => changedAfterPreviews(one, facts)),
    ...facts.criteria.flatMap(criterionDiffering),
    ...(facts.opinion ? opinionDiffering(facts.opinion) : []),
    ...facts.differences.map(differenceSettled),
    ...(facts.assertion ? [assertionDiffering(facts.assertion)] : []),
    ...facts.subserviceReports.flatMap(subserviceReportReliedOn),
  ]
}

const inPercent = (rate: number): string => `${Number((rate * 100).toFixed(2))} %`

const verdictInWords = (supports: boolean | null): string =>
  supports === null ? 'NO_VERDICT' : supports ? 'YES' : 'NO'

/** What the samples of a control say, as figures that people read. */
export function figuresShown(figures: FiguresOfControl): Figure[] {
  const { acceptedCount, upperDeviationLimit, supportsReliance } = figures
  return [
    figure('ITEMS_TESTED', figures.testedCount),
    figure('DEVIATIONS', figures.deviationCount),
    figure('EXPLAINED', figures.explainedCount),
    figure('NOT_APPLICABLE', figures.notApplicableCount),
    ...(acceptedCount === null ? [] : [figure('ACCEPTED', acceptedCount)]),
    ...(upperDeviationLimit === null ? [] : [figure('UPPER_DEVIATION_LIMIT', inPercent(upperDeviationLimit))]),
    figure('TOLERABLE_RATE', inPercent(figures.tolerableRateBp / BASIS_POINTS)),
    figure('SUPPORTS_RELIANCE', verdictInWords(supportsReliance)),
  ]
}

/** So many exceptions of an aggregate show their figures in its entry; the statement names all. */
const AGGREGATED_MAX = 20

/** Whether what was found on a control speaks against it: its samples, or occurrences that no list holds. */
const areAgainst = (figures: FiguresOfControl | null, missing: OccurrencesMissing | null): boolean =>
  missing !== null || (figures !== null && speakAgainst(figures))

/** The occurrences that exceptions on one control report, together. */
function missingOf(exceptions: readonly ExceptionJudged[]): OccurrencesMissing | null {
  const reported = exceptions.flatMap(({ missing }) => missing ?? [])
  if (reported.length === 0) return null
  const labels = [...new Set(reported.flatMap((one) => one.labels))].sort()
  return { labels, expected: Math.max(...reported.map(({ expected }) => expected)) }
}

const itemsAgainst = ({ deviationCount, testedCount, supportsReliance }: FiguresOfControl): string => {
  const found = `${deviationCount} of ${testedCount} items deviate`
  return supportsReliance === null ? `${found} in samples that give no verdict` : found
}

/** `24 of 25 items deviate and 1 of 4 expected occurrences not found (2025-Q3)`. */
function inWords(figures: FiguresOfControl | null, missing: OccurrencesMissing | null): string {
  const items = figures && speakAgainst(figures) ? [itemsAgainst(figures)] : []
  return [...items, ...(missing ? [notFoundOf(missing.labels, missing.expected)] : [])].join(' and ')
}

const figuresAgainst = (figures: FiguresOfControl | null, missing: OccurrencesMissing | null): Figure[] => [
  ...(figures ? figuresShown(figures) : []),
  ...(missing ? [figure('OCCURRENCES_MISSING', notFoundOf(missing.labels, missing.expected))] : []),
]

function effectiveOver(control: ControlJudged, standing: readonly ExceptionJudged[]): Judgment[] {
  const { id, ref, operation, conclusion, figures } = control
  const missing = missingOf(standing.filter(({ controlId }) => controlId === id))
  if (operation !== 'EFFECTIVE' || !areAgainst(figures, missing)) return []
  return [
    {
      ...nothingElse,
      ...decisionOf(conclusion),
      kind: 'EFFECTIVE_OVER_FIGURES',
      subjectId: id,
      controlId: id,
      statement: `${ref} is concluded EFFECTIVE, though ${inWords(figures, missing)}.`,
      figures: figuresAgainst(figures, missing),
    },
  ]
}

function notMaterialOver(exception: ExceptionJudged, figures: FiguresOfControl | null): Judgment[] {
  const { id, ref, controlId, decision, missing } = exception
  if (!decision || decision.material || !areAgainst(figures, missing)) return []
  return [
    {
      ...nothingElse,
      ...decisionOf(decision),
      kind: 'NOT_MATERIAL_OVER_FIGURES',
      subjectId: id,
      controlId,
      exceptionId: id,
      statement: `${ref} is weighed as not material, though ${inWords(figures, missing)}.`,
      figures: figuresAgainst(figures, missing),
    },
  ]
}

/** The figures of each exception stand with that exception's own entry. */
function togetherNotMaterial(aggregate: AggregateJudged, against: readonly ExceptionJudged[]): Judgment[] {
  const { id, material, places } = aggregate
  if (material || against.length === 0) return []
  const named = against.map(({ ref, testedCount, deviationCount, missing }) => {
    const counted =
      testedCount === null || deviationCount === null ? [] : [`${deviationCount} of ${testedCount} items deviate`]
    return `${ref}: ${[...counted, ...(missing ? [notFoundOf(missing.labels, missing.expected)] : [])].join(' and ')}`
  })
  return [
    {
      ...nothingElse,
      ...decisionOf(aggregate),
      kind: 'AGGREGATE_NOT_MATERIAL_OVER_FIGURES',
      subjectId: id,
      statement: `Exceptions on ${places.join(', ')} are weighed together as not material, though figures speak against ${against.map(({ ref }) => ref).join(', ')}.`,
      figures: named.slice(0, AGGREGATED_MAX).map((one) => figure('FIGURES_OF_EXCEPTION', one)),
    },
  ]
}

/**
 * With the figures of the control as they are and as they were found: where an extension or another explanation turns its verdict
 * later, what was acknowledged is to be read again.
 */
function explained(result: ResultJudged, ofControl: FiguresOfControl | null): Judgment {
  const { id, controlId, procedureRef, itemKey, letter, before, now } = result
  const relabelled = now === 'NOT_APPLICABLE'
  const item = `${itemKey} · ${letter}`
  const what = relabelled ? 'is said not to be an occasion for the control' : 'counts as no deviation'
  return {
    ...nothingElse,
    ...decisionOf(result),
    kind: relabelled ? 'RELABELLED_NOT_APPLICABLE' : 'DEVIATION_EXPLAINED',
    subjectId: id,
    controlId,
    statement: `${item} of ${procedureRef}, recorded as ${before}, ${what}.`,
    figures: [
      figure('ITEM', item),
      figure('OUTCOME_BEFORE', before),
      figure('OUTCOME_NOW', now),
      ...(ofControl ? [...figuresShown(ofControl), ...asFound(ofControl)] : []),
    ],
  }
}

const asFound = ({ asFoundDeviationCount, asFoundSupportsReliance }: FiguresOfControl): Figure[] => [
  figure('DEVIATIONS_AS_FOUND', asFoundDeviationCount),
  figure('SUPPORTS_RELIANCE_AS_FOUND', verdictInWords(asFoundSupportsReliance)),
]

function diluted(dilution: DilutionJudged): Judgment {
  const { sampleId, number, controlId, procedureRef, itemsBefore, itemsAfter, figures } = dilution
  return {
    ...nothingElse,
    ...decisionOf(dilution),
    kind: 'SAMPLE_DILUTED',
    subjectId: sampleId,
    part: String(number),
    controlId,
    statement: `The sample of ${procedureRef} was extended from ${itemsBefore} to ${itemsAfter} items, otherwise than planned.`,
    figures: [
      figure('ITEMS_BEFORE', itemsBefore),
      figure('ITEMS_AFTER', itemsAfter),
      figure('TESTED_BEFORE', dilution.testedBefore),
      figure('DEVIATIONS_BEFORE', dilution.deviationsBefore),
      ...figuresShown(figures),
    ],
  }
}

const ratesBeyond = (one: RatesJudged): Judgment => ({
  ...nothingElse,
  ...decisionOf(one),
  kind: 'RATES_BEYOND_METHODOLOGY',
  subjectId: one.controlId,
  controlId: one.controlId,
  statement: `The samples of ${one.controlRef} are judged by rates beyond the bounds of the methodology.`,
  figures: [
    figure('CONFIDENCE', inPercent(one.confidenceBp / BASIS_POINTS)),
    figure('LEAST_CONFIDENCE', inPercent(one.leastConfidenceBp / BASIS_POINTS)),
    figure('TOLERABLE_RATE', inPercent(one.tolerableRateBp / BASIS_POINTS)),
    figure('GREATEST_TOLERABLE_RATE', inPercent(one.greatestTolerableRateBp / BASIS_POINTS)),
  ],
})

/** A matter can also be taken out of the opinion by withdrawing it: previews that were asked before are told with it. */
function withdrawn(exception: ExceptionJudged, previews: PreviewsAsked): Judgment[] {
  const { id, ref, controlId, withdrawal, testedCount, deviationCount } = exception
  if (!withdrawal) return []
  const counted = testedCount !== null && deviationCount !== null
  return [
    {
      ...nothingElse,
      ...decisionOf(withdrawal),
      kind: 'EXCEPTION_WITHDRAWN',
      subjectId: id,
      controlId,
      exceptionId: id,
      statement: `${ref} was withdrawn.`,
      figures: [
        ...(counted ? [figure('ITEMS_TESTED', testedCount), figure('DEVIATIONS', deviationCount)] : []),
        ...previewsBefore(previews, withdrawal.decidedAt),
      ],
    },
  ]
}
