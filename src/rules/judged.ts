import type { Contradiction } from './assertions.js'
import type { ReviewOfReport } from './complementary.js'
import type { DecisionChanged, PreviewsAsked } from './decision-changes.js'
import type { IncidentEvaluated } from './registers.js'
import type * as words from './vocabulary.js'

/** What judgments against the figures are computed from, and what they come to (judgments.ts). */

export interface Figure {
  name: words.FigureName
  value: string
}

/** What was decided, by whom, when and why. */
export interface Decided {
  /** Null where it is not known any more who did. */
  decidedBy: string | null
  decidedAt: Date | null
  reason: string
  /** The ids of the papers that the reason rests on. */
  restsOn: readonly string[]
}

export interface Judgment extends Decided {
  kind: words.JudgmentKind
  /** The id of the object that it is about. */
  subjectId: string
  /** Distinguishes several of one kind about one object. */
  part: string
  /** The control, and the exception, whose weighing it bears on. */
  controlId: string | null
  exceptionId: string | null
  /** As a sentence. */
  statement: string
  figures: readonly Figure[]
}

/** What the samples of one control come to, over the whole period. */
export interface FiguresOfControl {
  testedCount: number
  deviationCount: number
  explainedCount: number
  notApplicableCount: number
  /** Null where no plan says how many are accepted. */
  acceptedCount: number | null
  /** Null where none is offered. */
  upperDeviationLimit: number | null
  /** In basis points. */
  tolerableRateBp: number
  /** Null where the basis gives no verdict. */
  supportsReliance: boolean | null
  /** The same, were each item the deviation it looked like before it was explained or said to be outside the control. */
  asFoundDeviationCount: number
  asFoundSupportsReliance: boolean | null
}

export interface ControlJudged {
  id: string
  ref: string
  operation: words.OperationConclusion | null
  conclusion: Decided
  /** Null where nothing of it was sampled. */
  figures: FiguresOfControl | null
}

/** Occurrences that no list holds, as an exception reports them. */
export interface OccurrencesMissing {
  labels: readonly string[]
  expected: number
}

export interface ExceptionJudged {
  id: string
  ref: string
  controlId: string | null
  /** What was weighed; null where nothing is. */
  decision: (Decided & { material: boolean }) | null
  /** That it was withdrawn; null where it stands. */
  withdrawal: Decided | null
  testedCount: number | null
  deviationCount: number | null
  /** Null where it reports none. */
  missing: OccurrencesMissing | null
}

/** Exceptions that were weighed together. */
export interface AggregateJudged extends Decided {
  id: string
  material: boolean
  /** On what they meet: criteria by code, or a subject matter. */
  places: readonly string[]
  exceptionIds: readonly string[]
}

/** A result that looks like a deviation no more. */
export interface ResultJudged extends Decided {
  id: string
  controlId: string
  procedureRef: string
  itemKey: string
  letter: string
  before: words.ResultOutcome
  now: words.ResultOutcome
}

/** An extension of a sample otherwise than planned. */
export interface DilutionJudged extends Decided {
  sampleId: string
  /** Which extension of the sample it is, from 1. */
  number: number
  controlId: string
  procedureRef: string
  itemsBefore: number
  itemsAfter: number
  /** What had been found in the sample before it. */
  testedBefore: number
  deviationsBefore: number
  figures: FiguresOfControl
}

/** A population that took the place of another one. */
export interface SupersedingJudged extends Decided {
  populationId: string
  controlId: string
  title: string
  itemCount: number
  supersededItems: number
}

/** What had been found when something was changed. */
export interface FoundBefore {
  testedCount: number
  deviationCount: number
  exceptionCount: number
}

/** What was changed about a control after its testing had begun. */
export interface ControlChangeJudged extends Decided, FoundBefore {
  id: string
  controlId: string
  controlRef: string
  part: words.ControlPart
  asFoundDeviationCount: number
}

/** What an engagement used as the calendar of the client, changed after its first list was imported. */
export interface CalendarJudged extends Decided {
  id: string
  /** What differs from the one before, in words. */
  change: string
  /** The periodic controls of which lists were imported. */
  controlRefs: readonly string[]
}

/** A population whose items carry no day. */
export interface UndatedJudged extends Decided {
  populationId: string
  controlId: string
  title: string
  itemCount: number
}

/** An exclusion that was decided once figures on the control were known. */
export interface ExclusionJudged extends Decided {
  id: string
  controlId: string
  title: string
  /** In words: which items it names. */
  rule: string
  matchedCount: number
  /** How many items the list had before exclusions. */
  ofCount: number
}

/** Rates of a control that lie beyond the bounds of the methodology by which they were fixed; all in basis points. */
export interface RatesJudged extends Decided {
  controlId: string
  controlRef: string
  confidenceBp: number
  tolerableRateBp: number
  leastConfidenceBp: number
  greatestTolerableRateBp: number
}

/** A population to whose seed a person added a part. */
export interface SeedJudged extends Decided {
  populationId: string
  controlId: string
  title: string
  part: string
  itemCount: number
}

/** An expected occurrence that no list holds, explained with approval. */
export interface OccurrenceJudged extends Decided {
  id: string
  controlId: string
  controlRef: string
  label: string
  kind: string
}

/** Days on which no control in operation served a criterion, decided to be no deficiency. */
export interface CoverageGapJudged extends Decided {
  id: string
  criterionCode: string
  from: string
  to: string
}

/** Days of a control's time that no population of it covers, accepted with a reason. */
export interface PopulationGapJudged extends Decided {
  id: string
  controlId: string
  controlRef: string
  from: string
  to: string
  days: number
  /** How many days of the period the control operated on. */
  ofDays: number
}

export interface ScopeChangeJudged extends Decided, FoundBefore {
  id: string
  change: string
  /** The criterion that was marked not applicable; null where it was another change. */
  excludedCriterion: string | null
}

/** A section of the description that says something else than when testing had begun. */
export interface SectionJudged extends Decided {
  id: string
  criterion: string
  digestBefore: string
  digestNow: string
}

type OpinionPlaced = Record<'decided' | 'proposed', words.OpinionType> & Record<'subjectMatter' | 'category', string>
export type OpinionJudged = Decided & { id: string; conclusions: readonly OpinionPlaced[] }

/** A conclusion on a criterion, with what was proposed. */
export interface CriterionJudged
  extends Decided,
    Record<'design' | 'proposedDesign', words.CriterionOutcome>,
    Record<'operation' | 'proposedOperation', words.CriterionOutcome | null> {
  id: string
  code: string
  /** Why operation is less modified than design. */
  otherGround: string | null
}

/** An objection of the quality reviewer that was settled by a third person, or withdrawn by another reviewer than raised it. */
export interface DifferenceJudged extends Decided {
  id: string
  number: number
  objection: string
  settledAs: string
}

/** An assertion that says something else than the opinion, and how the partner dealt with that. */
export interface AssertionJudged extends Decided {
  id: string
  contradictions: readonly Contradiction[]
}

/** The report of a carved-out organization, as it was evaluated last. */
export interface SubserviceReportJudged extends Decided, Pick<ReviewOfReport, 'opinion' | 'exceptionsNoted'> {
  id: string
  name: string
  gapDays: number | null
}

/** All that the list is computed from. */
export interface JudgmentFacts extends PreviewsAsked {
  controls: readonly ControlJudged[]
  exceptions: readonly ExceptionJudged[]
  aggregates: readonly AggregateJudged[]
  results: readonly ResultJudged[]
  dilutions: readonly DilutionJudged[]
  superseding: readonly SupersedingJudged[]
  undated: readonly UndatedJudged[]
  exclusions: readonly ExclusionJudged[]
  rates: readonly RatesJudged[]
  seeds: readonly SeedJudged[]
  occurrences: readonly OccurrenceJudged[]
  coverageGaps: readonly CoverageGapJudged[]
  populationGaps: readonly PopulationGapJudged[]
  incidents: readonly (Decided & IncidentEvaluated)[]
  controlChanges: readonly ControlChangeJudged[]
  calendars: readonly CalendarJudged[]
  scopeChanges: readonly ScopeChangeJudged[]
  sections: readonly SectionJudged[]
  decisionsChanged: readonly (Decided & DecisionChanged)[]
  criteria: readonly CriterionJudged[]
  opinion: OpinionJudged | null
  differences: readonly DifferenceJudged[]
  /** Null where nothing is contradicted, or nothing recorded of it: that blocks the report. */
  assertion: AssertionJudged | null
  subserviceReports: readonly SubserviceReportJudged[]
}
