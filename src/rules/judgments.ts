import { daysInWords } from './coverage.js'
import { BASIS_POINTS } from './figures.js'
import type {
  ControlJudged,
  CoverageGapJudged,
  CriterionJudged,
  Decided,
  DilutionJudged,
  ExceptionJudged,
  Figure,
  FiguresOfControl,
  Judgment,
  JudgmentFacts,
  OccurrenceJudged,
  OpinionJudged,
  PopulationGapJudged,
  ResultJudged,
  ScopeChangeJudged,
  SeedJudged,
} from './judged.js'
import type { CriterionOutcome, FigureName, OpinionType } from './vocabulary.js'

/**
 * Judgments against the figures: whatever a figure says against a conclusion is carried along until the report, and is
 * acknowledged by the engagement partner and the quality reviewer before it can be issued (AU-C 220 and SQMS 2 on the review of
 * significant judgments; AT-C 105 on professional skepticism). The list is computed from what was recorded; nobody adds to it
 * or takes from it.
 */

/**
 * Whether figures speak against relying on a control: the verdict of their basis does not support it, or the basis gives none
 * and deviations were found.
 */
export const speakAgainst = ({ supportsReliance, deviationCount }: FiguresOfControl): boolean =>
  supportsReliance === false || (supportsReliance === null && deviationCount > 0)

/** The list, kind by kind in the order of the vocabulary. Refuses nothing: it tells what was decided. */
export function judgmentsOf(facts: JudgmentFacts): Judgment[] {
  const figures = new Map(facts.controls.map((control) => [control.id, control.figures]))
  return [
    ...facts.controls.flatMap(effectiveOver),
    ...facts.exceptions.flatMap((exception) =>
      notMaterialOver(exception, figures.get(exception.controlId ?? '') ?? null),
    ),
    ...facts.results.map(explained),
    ...facts.dilutions.map(diluted),
    ...facts.seeds.map(seedGiven),
    ...facts.coverageGaps.map(coverageGap),
    ...facts.populationGaps.map(populationGap),
    ...facts.occurrences.map(occurrenceExplained),
    ...facts.exceptions.flatMap(withdrawn),
    ...facts.scopeChanges.map(scopeChanged),
    ...facts.criteria.flatMap(criterionDiffering),
    ...(facts.opinion ? differing(facts.opinion) : []),
  ]
}

const nothingElse = { part: '', controlId: null, exceptionId: null } as const
const decidedOf = ({ decidedBy, decidedAt, reason, restsOn }: Decided): Decided => ({
  decidedBy,
  decidedAt,
  reason,
  restsOn,
})
const figure = (name: FigureName, value: string | number): Figure => ({ name, value: String(value) })
const inPercent = (rate: number): string => `${Number((rate * 100).toFixed(2))} %`

/** What the samples of a control say, as figures that people read. */
export function figuresShown(figures: FiguresOfControl): Figure[] {
  const { acceptedCount, upperDeviationLimit, supportsReliance } = figures
  const verdict = supportsReliance === null ? 'NO_VERDICT' : supportsReliance ? 'YES' : 'NO'
  return [
    figure('ITEMS_TESTED', figures.testedCount),
    figure('DEVIATIONS', figures.deviationCount),
    figure('EXPLAINED', figures.explainedCount),
    figure('NOT_APPLICABLE', figures.notApplicableCount),
    ...(acceptedCount === null ? [] : [figure('ACCEPTED', acceptedCount)]),
    ...(upperDeviationLimit === null ? [] : [figure('UPPER_DEVIATION_LIMIT', inPercent(upperDeviationLimit))]),
    figure('TOLERABLE_RATE', inPercent(figures.tolerableRateBp / BASIS_POINTS)),
    figure('SUPPORTS_RELIANCE', verdict),
  ]
}

const inWords = ({ deviationCount, testedCount }: { deviationCount: number; testedCount: number }): string =>
  `${deviationCount} of ${testedCount} items deviate`

function effectiveOver({ id, ref, operation, conclusion, figures }: ControlJudged): Judgment[] {
  if (operation !== 'EFFECTIVE' || !figures || !speakAgainst(figures)) return []
  const statement = `${ref} is concluded EFFECTIVE, though ${inWords(figures)}.`
  return [
    {
      ...nothingElse,
      ...decidedOf(conclusion),
      kind: 'EFFECTIVE_OVER_FIGURES',
      subjectId: id,
      controlId: id,
      statement,
      figures: figuresShown(figures),
    },
  ]
}

function notMaterialOver(exception: ExceptionJudged, figures: FiguresOfControl | null): Judgment[] {
  const { id, ref, controlId, decision, withdrawal } = exception
  if (withdrawal || !decision || decision.material || !figures || !speakAgainst(figures)) return []
  const statement = `${ref} is weighed as not material, though ${inWords(figures)}.`
  return [
    {
      ...nothingElse,
      ...decidedOf(decision),
      kind: 'NOT_MATERIAL_OVER_FIGURES',
      subjectId: id,
      controlId,
      exceptionId: id,
      statement,
      figures: figuresShown(figures),
    },
  ]
}

function explained(result: ResultJudged): Judgment {
  const { id, controlId, procedureRef, itemKey, letter, before, now } = result
  const relabelled = now === 'NOT_APPLICABLE'
  const item = `${itemKey} · ${letter}`
  const what = relabelled ? 'is said not to be an occasion for the control' : 'counts as no deviation'
  return {
    ...nothingElse,
    ...decidedOf(result),
    kind: relabelled ? 'RELABELLED_NOT_APPLICABLE' : 'DEVIATION_EXPLAINED',
    subjectId: id,
    controlId,
    statement: `${item} of ${procedureRef}, recorded as ${before}, ${what}.`,
    figures: [figure('ITEM', item), figure('OUTCOME_BEFORE', before), figure('OUTCOME_NOW', now)],
  }
}

function diluted(dilution: DilutionJudged): Judgment {
  const { sampleId, number, controlId, procedureRef, itemsBefore, itemsAfter, figures } = dilution
  return {
    ...nothingElse,
    ...decidedOf(dilution),
    kind: 'SAMPLE_DILUTED',
    subjectId: sampleId,
    part: String(number),
    controlId,
    statement: `The sample of ${procedureRef} was extended from ${itemsBefore} to ${itemsAfter} items, otherwise than planned.`,
    figures: [figure('ITEMS_BEFORE', itemsBefore), figure('ITEMS_AFTER', itemsAfter), ...figuresShown(figures)],
  }
}

const seedGiven = (one: SeedJudged): Judgment => ({
  ...nothingElse,
  ...decidedOf(one),
  kind: 'SEED_PART_GIVEN',
  subjectId: one.populationId,
  controlId: one.controlId,
  statement: `A person added a part of the seed by which samples of “${one.title}” are drawn.`,
  figures: [figure('SEED_PART', one.part), figure('POPULATION_ITEMS', one.itemCount)],
})

const coverageGap = (one: CoverageGapJudged): Judgment => ({
  ...nothingElse,
  ...decidedOf(one),
  kind: 'COVERAGE_GAP',
  subjectId: one.id,
  statement: `No control in operation served ${one.criterionCode} from ${one.from} to ${one.to}, decided to be no deficiency.`,
  figures: [figure('DAYS_NOT_COVERED', `${one.from} to ${one.to}`)],
})

const populationGap = (one: PopulationGapJudged): Judgment => ({
  ...nothingElse,
  ...decidedOf(one),
  kind: 'POPULATION_GAP',
  subjectId: one.id,
  controlId: one.controlId,
  statement: `No population of ${one.controlRef} covers it ${daysInWords(one)}, which was accepted.`,
  figures: [
    figure('DAYS_NOT_COVERED', `${one.from} to ${one.to}`),
    figure('DAYS_IN_ALL', `${one.days} of ${one.ofDays}`),
  ],
})

const occurrenceExplained = (one: OccurrenceJudged): Judgment => ({
  ...nothingElse,
  ...decidedOf(one),
  kind: 'OCCURRENCE_EXPLAINED',
  subjectId: one.id,
  controlId: one.controlId,
  statement: `The occurrence ${one.label} of ${one.controlRef}, which no list holds, is explained.`,
  figures: [figure('OCCURRENCE', one.label), figure('EXPLAINED_AS', one.kind)],
})

function withdrawn(exception: ExceptionJudged): Judgment[] {
  const { id, ref, controlId, withdrawal, testedCount, deviationCount } = exception
  if (!withdrawal) return []
  const counted = testedCount !== null && deviationCount !== null
  return [
    {
      ...nothingElse,
      ...decidedOf(withdrawal),
      kind: 'EXCEPTION_WITHDRAWN',
      subjectId: id,
      controlId,
      exceptionId: id,
      statement: `${ref} was withdrawn.`,
      figures: counted ? [figure('ITEMS_TESTED', testedCount), figure('DEVIATIONS', deviationCount)] : [],
    },
  ]
}

const scopeChanged = (one: ScopeChangeJudged): Judgment => ({
  ...nothingElse,
  ...decidedOf(one),
  kind: 'SCOPE_CHANGED',
  subjectId: one.id,
  statement: `After fieldwork began: ${one.change}`,
  figures: [figure('CHANGE', one.change)],
})

/** Another outcome than proposed; among them operation that is less modified than design, on another ground. */
function criterionDiffering(criterion: CriterionJudged): Judgment[] {
  const { id, code, design, operation, proposedDesign, proposedOperation, otherGround, reason } = criterion
  const placed = (subject: string, outcome: CriterionOutcome) => `${code} ${subject}: ${outcome}`
  const other = [
    ...(design === proposedDesign ? [] : [['SUITABILITY_OF_DESIGN', proposedDesign, design] as const]),
    ...(operation === null || proposedOperation === null || operation === proposedOperation
      ? []
      : [['OPERATING_EFFECTIVENESS', proposedOperation, operation] as const]),
  ]
  if (other.length === 0) return []
  const statement = otherGround
    ? `${code} is concluded ACHIEVED in operation and not in design, on another ground.`
    : `The conclusion on ${code} is another one than was proposed.`
  return [
    {
      ...nothingElse,
      ...decidedOf(criterion),
      kind: 'CONCLUSION_DIFFERS_FROM_PROPOSAL',
      subjectId: id,
      statement,
      figures: other.flatMap(([subject, proposed, decided]) => [
        figure('PROPOSED', placed(subject, proposed)),
        figure('DECIDED', placed(subject, decided)),
      ]),
      reason: otherGround ? `${reason} Another ground for operation: ${otherGround}` : reason,
    },
  ]
}

function differing(opinion: OpinionJudged): Judgment[] {
  const other = opinion.conclusions.filter(({ decided, proposed }) => decided !== proposed)
  if (other.length === 0) return []
  const placed = ({ subjectMatter, category }: (typeof other)[number], type: OpinionType) =>
    `${subjectMatter} ${category}: ${type}`
  return [
    {
      ...nothingElse,
      ...decidedOf(opinion),
      kind: 'CONCLUSION_DIFFERS_FROM_PROPOSAL',
      subjectId: opinion.id,
      statement: 'The opinion is another one than follows from the decisions.',
      figures: other.flatMap((one) => [
        figure('PROPOSED', placed(one, one.proposed)),
        figure('DECIDED', placed(one, one.decided)),
      ]),
    },
  ]
}
