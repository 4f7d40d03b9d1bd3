import { timeOfControl } from '../population-gaps.js'
import { isolated } from '../text.js'
import type { ControlFacts, PopulationFacts, ReportFacts } from './facts.js'
import { longDate } from './phrases.js'

/**
 * What Section IV says of the lists that a control was tested on, a sentence or more for each: what time a list covers, where that is not
 * all of the control's own, which items are none of it and why, how many were set aside or left out; and the days that no list covers.
 */
export function populationsInWords(control: ControlFacts, period: ReportFacts['engagement']['period']): string[] {
  const time = period && timeOfControl({ periodStart: period.start, periodEnd: period.end, asOf: null }, control)
  const isWhole = ({ coversFrom, coveredUntilOn }: PopulationFacts): boolean =>
    time === null || (coversFrom <= time.from && coveredUntilOn >= time.to)
  return [
    ...control.populations.flatMap((population) => populationInWords(population, isWhole(population))),
    ...control.populationGaps.map((gap) => `No tested population covers it ${daysTold(gap)}.`),
  ]
}

function populationInWords(population: PopulationFacts, isWhole: boolean): string[] {
  const { coversFrom, coveredUntilOn, exclusions, excludedCount, setAsideCount, leftOutCount } = population
  const sentences = [
    ...(isWhole ? [] : [`The population covers the time ${daysTold({ from: coversFrom, to: coveredUntilOn })}.`]),
    ...exclusions.map(
      ({ rule, reason }) => `Not part of it are items of which ${isolated(rule)}: ${isolated(ended(reason))}`,
    ),
    ...(exclusions.length === 0 ? [] : [`By this ${counted(excludedCount)} excluded before any was selected.`]),
    ...(setAsideCount === 0 ? [] : [`Dated after the list was extracted, ${counted(setAsideCount)} set aside.`]),
    ...(leftOutCount === 0 ? [] : [`Dated outside the time it covers, ${counted(leftOutCount)} left out.`]),
  ]
  return sentences.length === 0 ? [] : [sentences.join(' ')]
}

/** `from January 1, 2025 to June 30, 2025`, or `on June 30, 2025`. */
export const daysTold = ({ from, to }: { from: string; to: string }): string =>
  from === to ? `on ${longDate(from)}` : `from ${longDate(from)} to ${longDate(to)}`

const counted = (items: number): string => (items === 1 ? '1 item was' : `${items.toLocaleString('en-US')} items were`)

const ended = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`)
