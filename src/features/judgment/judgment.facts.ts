import { Loaders } from '../../kernel/store/loaders.js'
import type { EngagementScope } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import type {
  AggregateJudged,
  ControlJudged,
  ExceptionJudged,
  FiguresOfControl,
  JudgmentFacts,
  RatesJudged,
} from '../../rules/judged.js'
import { AggregateDecision } from '../aggregate/aggregate-decision.js'
import { AssertionResolution } from '../assertion/assertion-resolution.js'
import { ManagementAssertion } from '../assertion/management-assertion.js'
import { EngagementCalendar } from '../calendar/engagement-calendar.js'
import { ControlChange } from '../change/control-change.js'
import { Control } from '../control/control.js'
import { CoverageDecision } from '../coverage/coverage-decision.js'
import { CriterionConclusion } from '../criterion-conclusion/criterion-conclusion.js'
import { DescriptionSection } from '../engagement/description-section.js'
import { Engagement } from '../engagement/engagement.js'
import { ScopeChange } from '../engagement/scope-change.js'
import { Exception } from '../exception/exception.js'
import { Framework } from '../framework/framework.js'
import { PopulationGapDecision } from '../gap/population-gap-decision.js'
import { MaterialityDecision } from '../materiality/materiality-decision.js'
import { Methodology } from '../methodology/methodology.js'
import { OccurrenceExplanation } from '../occurrence/occurrence-explanation.js'
import { Opinion } from '../opinion/opinion.js'
import { QualityReviewPoint } from '../opinion/quality-review-point.js'
import { Population } from '../population/population.js'
import { Procedure } from '../procedure/procedure.js'
import { RegisterEvaluation } from '../register-evaluation/register-evaluation.js'
import { type ControlFigures, controlFigures } from '../sample/control-figures.js'
import { Sample } from '../sample/sample.js'
import {
  calendarsJudged,
  controlChangeJudged,
  decided,
  exclusionJudged,
  scopeChangeJudged,
  sectionsJudged,
  supersedingJudged,
  undatedJudged,
} from './changed.js'
import { decisionsChanged } from './decision-changes.js'
import {
  assertionJudged,
  criterionJudged,
  differenceJudged,
  incidentJudged,
  opinionJudged,
  subserviceReportJudged,
} from './differing.js'
import { explainedResults, lateExclusions, previewsAsked, subserviceReports } from './judgment.queries.js'
import { acceptedJudged, gapJudged, occurrenceJudged, seedJudged } from './listed.js'
import { couldSpeakAgainst, dilutionsOf, figuresJudged, type Sampled } from './sampled.js'

/** The rows that the list of several engagements is computed from, each kind read as a set. */
async function rowsOf(scope: EngagementScope) {
  const { tx, engagementIds: engagementId } = scope
  const [controls, procedures, samples, exceptions, decisions, aggregates, populations] = await Promise.all([
    tx.find(Control, { engagementId }, { order: { ref: 'asc' } }),
    tx.find(Procedure, { engagementId }, { order: { ref: 'asc' } }),
    tx.find(Sample, { engagementId }, { order: { id: 'asc' } }),
    tx.find(Exception, { engagementId }, { order: { number: 'asc' } }),
    tx.find(MaterialityDecision, { engagementId }),
    tx.find(AggregateDecision, { engagementId }, { order: { id: 'asc' } }),
    tx.find(Population, { engagementId, state: 'FROZEN' }, { order: { id: 'asc' } }),
  ])
  const sampled = sampledByControl(procedures, samples)
  const changes = await changesOf(scope)
  const explained = new Set(changes.results.map(({ controlId }) => controlId))
  const figures = await figuresFor(tx, controls, sampled, explained)
  const methodologies = await methodologiesBeyond(tx, controls)
  return { controls, sampled, figures, methodologies, exceptions, decisions, aggregates, populations, ...changes }
}

/** What was changed, explained or decided beside these. */
async function changesOf(scope: EngagementScope) {
  const { tx, engagementIds: engagementId } = scope
  const byId = { order: { id: 'asc' } } as const
  const [missed, gaps, accepted, engagements, controlChanges, scopeChanges, calendars, opinions, criteria, given] =
    await Promise.all([
      tx.find(OccurrenceExplanation, { engagementId, state: 'APPROVED' }, { ...byId, whole: true }),
      tx.find(CoverageDecision, { engagementId }, byId),
      tx.find(PopulationGapDecision, { engagementId }, byId),
      tx.find(Engagement, { id: engagementId }),
      tx.find(ControlChange, { engagementId }, byId),
      tx.find(ScopeChange, { engagementId }, byId),
      tx.find(EngagementCalendar, { engagementId }, { order: { number: 'asc' } }),
      tx.find(Opinion, { engagementId }),
      tx.find(CriterionConclusion, { engagementId }, byId),
      Promise.all([
        explainedResults(scope),
        lateExclusions(scope),
        tx.find(DescriptionSection, { engagementId }, { order: { criterion: 'asc' } }),
        tx.find(QualityReviewPoint, { engagementId }, { order: { number: 'asc' } }),
        tx.find(ManagementAssertion, { engagementId }, { order: { number: 'asc' } }),
        tx.find(AssertionResolution, { engagementId }, byId),
        tx.find(Framework, { engagementId }, byId),
        subserviceReports(scope),
        tx.find(RegisterEvaluation, { engagementId }, byId),
        previewsAsked(scope),
      ]),
    ])
  const [results, exclusions, sections, points, assertions, resolutions, frameworks, reports, evaluations, previews] =
    given
  const changed = { controlChanges, scopeChanges, sections, calendars, exclusions }
  const stated = { points, assertions, resolutions, frameworks, reports, evaluations, previews }
  return { missed, gaps, accepted, engagements, ...changed, opinions, criteria, results, ...stated }
}

/**
 * The figures of the controls whose samples could speak against relying on them, by the ids of the controls.
 * @param explained the controls of which results were explained
 */
async function figuresFor(
  tx: Tx,
  controls: readonly Control[],
  sampled: ReadonlyMap<string, Sampled[]>,
  explained: ReadonlySet<string>,
): Promise<ReadonlyMap<string, FiguresOfControl>> {
  const open = controls.filter(({ id }) => explained.has(id) || couldSpeakAgainst(sampled.get(id) ?? []))
  const figures = await controlFigures(Loaders.over(tx), open)
  return new Map(
    open.map(({ id }, at) => [id, figuresJudged(figures[at] as ControlFigures, sampled.get(id) as Sampled[])]),
  )
}

type Rows = Awaited<ReturnType<typeof rowsOf>>

/** What the list of each engagement is computed from, in the order of the scope: a constant number of statements. */
export async function judgmentFacts(scope: EngagementScope): Promise<JudgmentFacts[]> {
  const rows = await rowsOf(scope)
  return scope.engagementIds.map((id) => {
    const own = <R extends { engagementId: string }>(all: readonly R[]) => all.filter((one) => one.engagementId === id)
    return factsOf({
      ...rows,
      controls: own(rows.controls),
      exceptions: own(rows.exceptions),
      aggregates: own(rows.aggregates),
      populations: own(rows.populations),
      missed: own(rows.missed),
      gaps: own(rows.gaps),
      accepted: own(rows.accepted),
      controlChanges: own(rows.controlChanges),
      scopeChanges: own(rows.scopeChanges),
      sections: own(rows.sections),
      calendars: own(rows.calendars),
      engagements: rows.engagements.filter((engagement) => engagement.id === id),
      reports: own(rows.reports),
      opinions: own(rows.opinions),
      criteria: own(rows.criteria),
      results: own(rows.results),
      exclusions: own(rows.exclusions),
      points: own(rows.points),
      assertions: own(rows.assertions),
      resolutions: own(rows.resolutions),
      frameworks: own(rows.frameworks),
      evaluations: own(rows.evaluations),
      previews: own(rows.previews),
    })
  })
}

function factsOf(rows: Rows): JudgmentFacts {
  const { sampled, figures } = rows
  return {
    controls: rows.controls.map((control) => controlJudged(control, figures.get(control.id) ?? null)),
    exceptions: rows.exceptions.map((exception) => exceptionJudged(exception, rows)),
    aggregates: rows.aggregates.map(aggregateJudged),
    results: rows.results,
    dilutions: rows.controls.flatMap(({ id }) => {
      const counted = figures.get(id)
      return counted ? dilutionsOf(sampled.get(id) ?? [], counted) : []
    }),
    superseding: supersedingJudged(rows.populations),
    undated: undatedJudged(rows.populations),
    exclusions: rows.exclusions.map(exclusionJudged),
    rates: rows.controls.flatMap((control) => ratesJudged(control, rows.methodologies)),
    seeds: rows.populations.flatMap(seedJudged),
    occurrences: rows.missed.map((one) => occurrenceJudged(one, rows.controls)),
    coverageGaps: rows.gaps.map(gapJudged),
    populationGaps: rows.accepted.map((one) => acceptedJudged(one, rows.controls, rows.engagements)),
    incidents: rows.evaluations.flatMap(incidentJudged),
    controlChanges: rows.controlChanges.map((one) => controlChangeJudged(one, rows.controls)),
    calendars: calendarsJudged(rows.calendars, rows.controls),
    scopeChanges: rows.scopeChanges.map(scopeChangeJudged),
    sections: sectionsJudged(rows.sections),
    decisionsChanged: decisionsChanged(rows),
    previewsAskedAt: rows.previews.map(({ askedAt }) => askedAt),
    criteria: rows.criteria.map(criterionJudged),
    opinion: rows.opinions[0] ? opinionJudged(rows.opinions[0]) : null,
    differences: rows.points.flatMap(differenceJudged),
    assertion: assertionJudged(rows.assertions, rows.opinions[0] ?? null, rows.resolutions, rows.frameworks),
    subserviceReports: rows.engagements.flatMap((one) =>
      rows.reports.map((report) => subserviceReportJudged(report, one)),
    ),
  }
}

/** The versions of the methodology whose bounds the rates of a control lie beyond; no query where no control has such rates. */
async function methodologiesBeyond(tx: Tx, controls: readonly Control[]): Promise<Methodology[]> {
  const ids = controls.flatMap(({ ratesReason, methodologyId }) => (ratesReason === null ? [] : (methodologyId ?? [])))
  return ids.length > 0 ? tx.find(Methodology, { id: [...new Set(ids)] }) : []
}

function sampledByControl(procedures: readonly Procedure[], samples: readonly Sample[]): Map<string, Sampled[]> {
  const procedureOf = new Map(procedures.map((procedure) => [procedure.id, procedure]))
  const byControl = new Map<string, Sampled[]>()
  for (const sample of samples) {
    const procedure = procedureOf.get(sample.procedureId) as Procedure
    const own = byControl.get(procedure.controlId) ?? []
    byControl.set(procedure.controlId, [...own, { sample, procedure }])
  }
  return byControl
}

/** Rates count once they are fixed, by the methodology that was in force then. */
function ratesJudged(control: Control, methodologies: readonly Methodology[]): RatesJudged[] {
  const methodology = methodologies.find(({ id }) => id === control.methodologyId)
  if (control.ratesReason === null || !methodology) return []
  const { leastConfidenceBp, greatestTolerableRateBp } = methodology
  return [
    {
      controlId: control.id,
      controlRef: control.ref,
      confidenceBp: control.confidenceBp as number,
      tolerableRateBp: control.tolerableRateBp as number,
      leastConfidenceBp,
      greatestTolerableRateBp,
      ...decided(control.ratesPlannedBy, control.ratesPlannedAt, control.ratesReason, control.ratesRestsOnIds),
    },
  ]
}

const controlJudged = (control: Control, figures: FiguresOfControl | null): ControlJudged => ({
  id: control.id,
  ref: control.ref,
  operation: control.operationConclusion,
  conclusion: decided(
    control.concludedBy,
    control.concludedAt,
    control.conclusionRationale,
    control.conclusionRestsOnIds,
  ),
  figures,
})

function exceptionJudged(exception: Exception, { decisions }: Rows): ExceptionJudged {
  const { id, number, controlId, state, withdrawnBy, withdrawnAt, withdrawnReason, restsOnIds } = exception
  const { occurrenceLabels: labels, expectedOccurrences: expected } = exception
  const weighed = decisions.find(({ exceptionId }) => exceptionId === id)
  return {
    id,
    ref: `EX-${number}`,
    controlId,
    testedCount: exception.testedCount,
    deviationCount: exception.deviationCount,
    missing: labels.length > 0 ? { labels, expected: expected ?? labels.length } : null,
    decision: weighed
      ? {
          material: weighed.material,
          ...decided(weighed.decidedBy, weighed.decidedAt, weighed.rationale, weighed.restsOnIds),
        }
      : null,
    withdrawal: state === 'WITHDRAWN' ? decided(withdrawnBy, withdrawnAt, withdrawnReason, restsOnIds) : null,
  }
}

const aggregateJudged = (aggregate: AggregateDecision): AggregateJudged => ({
  id: aggregate.id,
  material: aggregate.material,
  places: aggregate.subjectMatter ? [aggregate.subjectMatter] : aggregate.criteriaCodes,
  exceptionIds: aggregate.exceptionIds,
  ...decided(aggregate.decidedBy, aggregate.decidedAt, aggregate.rationale, aggregate.restsOnIds),
})
