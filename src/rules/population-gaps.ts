import { type Days, daysInWords, gapsIn, type Operated } from './coverage.js'
import { numberOfDay } from './days.js'
import { concludesOnOperation, testsOperation } from './procedures.js'
import { type Blocker, blocker, Refusal } from './refusal.js'
import { examinedDays, type ReportingTime, timeInWords } from './scope.js'
import type { EngagementKind, ProcedureAspect, ProcedureMethod } from './vocabulary.js'

/**
 * A population of a control that does not cover all its time says nothing of the rest, and a list from which nothing was tested says
 * nothing at all (product page 4; AU-C 330 on evidence from an interim period: the remaining time needs further evidence). The rest is
 * covered by another population that is tested, by an update procedure, or the auditor records why not.
 */

/** The days examined on which the control operated; null where there are none. */
export function timeOfControl(time: ReportingTime, { operatedFrom, operatedTo }: Operated): Days | null {
  const examined = examinedDays(time)
  const from = operatedFrom !== null && operatedFrom > examined.from ? operatedFrom : examined.from
  const to = operatedTo !== null && operatedTo < examined.to ? operatedTo : examined.to
  return from > to ? null : { from, to }
}

/**
 * The days of a control's time that nothing covers, in order, as few stretches as there are.
 * @param covering the days of its tested populations that no other superseded, and of its update procedures that were reviewed
 */
export function populationGapsIn(time: ReportingTime, control: Operated, covering: readonly Days[]): Days[] {
  const own = timeOfControl(time, control)
  if (own === null) return []
  const spans = covering.map(({ from, to }) => ({ operatedFrom: from, operatedTo: to }))
  return gapsIn({ periodStart: own.from, periodEnd: own.to, asOf: null }, spans)
}

/** Days of a control's time that nothing covers, and of which nobody recorded why. */
export interface PopulationGapFact extends Days {
  controlId: string
  controlRef: string
}

/** What is missing before completion, of such days. */
export const populationGapBlocker = ({ controlId, controlRef, ...days }: PopulationGapFact): Blocker =>
  blocker(
    'POPULATION_GAP',
    `No tested population of ${controlRef} covers it ${daysInWords(days)}: test items of one that does, perform an update procedure, or record why not.`,
    controlId,
  )

/** How many days these are. */
export const countDays = ({ from, to }: Days): number => numberOfDay(to) - numberOfDay(from) + 1

/** What the plan of an update procedure says. */
export interface UpdatePlan {
  coversFrom: string | null
  coversTo: string | null
  aspects: readonly ProcedureAspect[]
  methods: readonly ProcedureMethod[]
  /** How many attributes it has. */
  attributes: number
}

const invalid = (message: string, path: string) => new Refusal('INVALID_INPUT', message, [path])

/**
 * Whether a procedure may cover these days in place of a population. Refuses with INVALID_INPUT at `coversFrom` or `coversTo`: one
 * of the two alone, in the wrong order, outside the period or as of a date; at `aspects`, what does not test operation; at `methods`,
 * inquiry alone, which never shows operation; at `attributes`, what is to be tested on items of a population.
 */
export function checkUpdatePlan(plan: UpdatePlan, time: ReportingTime & { kind: EngagementKind }): void {
  const { coversFrom, coversTo, aspects, methods, attributes } = plan
  if (coversFrom === null && coversTo === null) return
  if (coversFrom === null) throw invalid('Say the first day that the procedure covers, too.', 'coversFrom')
  if (coversTo === null) throw invalid('Say the last day that the procedure covers, too.', 'coversTo')
  if (!concludesOnOperation(time.kind)) {
    throw invalid('A Type 1 examines design as of a date; there is no time to cover.', 'coversFrom')
  }
  const examined = examinedDays(time)
  for (const [path, day] of Object.entries({ coversFrom, coversTo })) {
    if (day >= examined.from && day <= examined.to) continue
    throw invalid(`A procedure covers days of ${timeInWords(time)}; this one lies outside.`, path)
  }
  if (coversTo < coversFrom) throw invalid('The days would end before they begin.', 'coversTo')
  if (!testsOperation({ aspects })) {
    throw invalid('Only a test of operation covers days in place of a population.', 'aspects')
  }
  if (methods.every((method) => method === 'INQUIRY')) {
    throw invalid('Inquiry alone never shows that a control went on operating: inspect or observe as well.', 'methods')
  }
  if (attributes > 0) {
    throw invalid('It tests no items of a population: what it looks at stands in its steps.', 'attributes')
  }
}
