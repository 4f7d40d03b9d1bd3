import { type Blocker, blocker } from './refusal.js'
import { isExamined, type ReportingTime, timeInWords } from './scope.js'

/** The engagement's time may change after work was done on another; what was tested and found must be of the present one. */

export interface SampledPopulation {
  id: string
  title: string
  controlId: string
  /** The procedure whose sample was drawn from it. */
  procedureRef: string
  /** The engagement's period when its items were taken, ISO dates. */
  periodStart: string | null
  periodEnd: string | null
}

export interface PeriodFacts {
  /** What the engagement covers now. */
  time: ReportingTime
  sampled: readonly SampledPopulation[]
  /** The live exceptions, with the period of failure of each, as far as it is known. */
  failures: readonly { id: string; ref: string; failedFrom: string | null; failedTo: string | null }[]
}

/**
 * What was done for another time than the engagement covers now: POPULATION_OF_ANOTHER_PERIOD for each sampled
 * population, FAILURE_OUTSIDE_PERIOD for each live exception.
 *
 * A test of a part of the present period stands when a further procedure tested the same control from a population of the
 * whole: a period is extended, and its controls are tested anew. What reaches beyond the period never stands.
 */
export function periodBlockers({ time, sampled, failures }: PeriodFacts): Blocker[] {
  const testedAnew = new Set(sampled.filter((one) => isOfPeriod(one, time)).map(({ controlId }) => controlId))
  const foreign = sampled.filter(
    (one) => !isOfPeriod(one, time) && !(isPart(one, time) && testedAnew.has(one.controlId)),
  )
  return [
    ...foreign.map((one) => blocker('POPULATION_OF_ANOTHER_PERIOD', populationSentence(one, time), one.id)),
    ...failures
      .filter(({ failedFrom, failedTo }) =>
        [failedFrom, failedTo].some((day) => day !== null && !isExamined(day, time)),
      )
      .map(({ id, ref }) => {
        const message = `The period of failure of ${ref} lies outside what is examined, ${timeInWords(time)}: correct it, or withdraw the exception.`
        return blocker('FAILURE_OUTSIDE_PERIOD', message, id)
      }),
  ]
}

/** Whether a population's items were taken for the time that the engagement covers now. */
export const isOfPeriod = (
  taken: Pick<SampledPopulation, 'periodStart' | 'periodEnd'>,
  { periodStart, periodEnd }: ReportingTime,
): boolean => taken.periodStart === periodStart && taken.periodEnd === periodEnd

const isPart = ({ periodStart, periodEnd }: SampledPopulation, time: ReportingTime): boolean =>
  [periodStart, periodEnd].every((day) => day !== null && isExamined(day, time))

function populationSentence(one: SampledPopulation, time: ReportingTime): string {
  const taken = `the period ${one.periodStart} to ${one.periodEnd}`
  const remedy = isPart(one, time)
    ? 'test the control anew, by a further procedure, from a population of the whole period'
    : 'the test reaches beyond it, so the period has to cover it again'
  return `Procedure ${one.procedureRef} tested “${one.title}”, taken for ${taken}. The engagement covers ${timeInWords(time)}: ${remedy}.`
}
