import type { Days } from './coverage.js'
import { Refusal } from './refusal.js'
import { type ReportingTime, timeInWords } from './scope.js'

/** What part of the period a population covers, and which population takes the place of which. Days are `YYYY-MM-DD`. */

const invalid = (message: string, path: readonly string[]) => new Refusal('INVALID_INPUT', message, path)

/** What was said of a population's time. */
export interface SaidOfTime {
  /** The first and the last day it is to cover; null where it is the engagement's own. */
  coversFrom: string | null
  coversTo: string | null
  /** The day on which the list was extracted. */
  extractedOn: string
}

/** The time of a population, settled. */
export interface Covered {
  coversFrom: string
  coversTo: string
  /** The last day on which what happened can be in the list: the day of extraction, where that comes before `coversTo`. */
  coveredUntilOn: string
}

/**
 * The time that a population covers: what was said of it, else the engagement's period, and never beyond the day on which the
 * list was extracted. Refuses with INVALID_INPUT at `coversFrom`, `coversTo` or `extractedAt` (under `at`, where that is given):
 * days outside the period, a time that would end before it begins, a list extracted before its time ends as said, or before it begins.
 */
export function coveredBy(said: SaidOfTime, time: ReportingTime, at?: readonly string[]): Covered {
  const [first, last] = [time.periodStart as string, time.periodEnd as string]
  const coversFrom = said.coversFrom ?? first
  const coversTo = said.coversTo ?? last
  for (const [path, day] of Object.entries({ coversFrom, coversTo })) {
    if (day >= first && day <= last) continue
    throw invalid(`A population covers days of ${timeInWords(time)}; this one lies outside.`, at ?? [path])
  }
  if (coversTo < coversFrom) throw invalid('The population would end before it begins.', at ?? ['coversTo'])
  if (said.coversTo !== null && said.coversTo > said.extractedOn) {
    const message = `The list was extracted on ${said.extractedOn}: it cannot hold what happened after that day.`
    throw invalid(message, at ?? ['coversTo'])
  }
  if (said.extractedOn < coversFrom) {
    const message = `The list was extracted on ${said.extractedOn}, before the time it is to cover begins on ${coversFrom}.`
    throw invalid(message, at ?? ['extractedAt'])
  }
  return { coversFrom, coversTo, coveredUntilOn: coversTo < said.extractedOn ? coversTo : said.extractedOn }
}

/** Whether two times have a day in common. */
export const overlap = (one: Days, other: Days): boolean => one.from <= other.to && other.from <= one.to

/** A population that is to be superseded. */
export interface Superseded {
  controlId: string
  /** The days it covers; null for a draft. */
  covered: Days | null
  keyColumn: string | null
}

/**
 * Whether a population can take the place of another: a frozen one of the same control, over time that they have in common,
 * its items known by the same column. The seed stays the same, so what is drawn follows from the keys: under another column it
 * would be another draw. Refuses with INVALID_INPUT at `supersedesId`, or at `at`.
 * @param keyColumn null before an import
 */
export function checkSupersedes(
  population: { controlId: string; covered: Days; keyColumn: string | null },
  superseded: Superseded,
  at?: readonly string[],
): void {
  const path = at ?? ['supersedesId']
  if (superseded.controlId !== population.controlId) throw invalid('It is a population of another control.', path)
  if (superseded.covered === null) {
    throw invalid('It is a draft: change it, there is nothing to supersede.', path)
  }
  if (!overlap(population.covered, superseded.covered)) {
    throw invalid('The two have no day in common: the new one stands beside it, and supersedes nothing.', path)
  }
  if (population.keyColumn !== null) checkSameKey(population.keyColumn, superseded, path)
}

/** Refuses with INVALID_INPUT at `path` where the items would be known by another column than those of the one superseded. */
export function checkSameKey(
  keyColumn: string,
  superseded: Pick<Superseded, 'keyColumn'>,
  path: readonly string[],
): void {
  if (keyColumn === superseded.keyColumn) return
  const message = `The items of the population that it supersedes are known by the column “${superseded.keyColumn}”: under another key the seed would draw others.`
  throw invalid(message, path)
}

/**
 * Refuses with ALREADY_EXISTS to supersede for days for which another population has taken the place already: of two lists in force at
 * once a person would choose the one to test.
 */
export function checkSupersedesOnce(
  days: Days,
  successors: readonly { title: string; days: Days }[],
  path: readonly string[],
): void {
  const other = successors.find((one) => overlap(one.days, days))
  if (!other) return
  const message = `“${other.title}” took its place for some of these days already: supersede that one.`
  throw new Refusal('ALREADY_EXISTS', message, path)
}

/** A frozen population of the control that has days in common with another, and another seed. */
export function refuseSecond(other: { title: string }, supersedes: boolean, path: readonly string[]): never {
  const message = supersedes
    ? `“${other.title}” has days in common with it too, and another seed: narrow down what it covers.`
    : `“${other.title}” is frozen and has days in common with it. Say that this one supersedes it and why, or narrow down what it covers: a second seed for the same time would be a second draw.`
  throw new Refusal('ALREADY_EXISTS', message, path)
}
