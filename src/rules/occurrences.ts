import type { Cycle } from './cycles.js'
import type { OccurrenceState } from './vocabulary.js'

/** What a list of a periodic control holds of the occurrences that the period asks for, and what is missing. */

/** Performances of one day, or of one cycle that they say they cover. */
export interface ListedPerformances {
  /** The day on which they were done; null where the list has none. */
  day: string | null
  /** The label of the cycle that they cover, or a day within it, where the list says so. */
  covers: string | null
  count: number
}

/** Which performance serves a cycle: of the entry at `at`, the one at `nth`, both counted from 0. */
export interface Serving {
  at: number
  nth: number
}

export interface Reconciled {
  /** For each cycle, in their order, what serves it; null where nothing does. */
  served: (Serving | null)[]
  /** For each cycle that nothing serves: the first day after it was due on which it was done, as the list says; null where never. */
  lateOn: (string | null)[]
  /** Performances that serve no cycle: done twice, too late, or outside all that is due. */
  extraCount: number
}

/**
 * Matches performances to cycles: each serves one cycle, and a cycle is served by one, so that as many cycles are served as
 * possible. One that says which cycle it covers serves that and no other; one that does not serves a cycle from whose first day
 * to whose due day it was done, the one that is due first. What was done after a cycle was due does not serve it: it shows no
 * operation when it was due, and is told as late where it says which cycle it covers. One whose day is not known serves none.
 *
 * That the one due first is taken leaves the most: it is the earliest deadline first, for tasks of one day.
 */
export function reconcile(cycles: readonly Cycle[], listed: readonly ListedPerformances[]): Reconciled {
  const served: (Serving | null)[] = cycles.map(() => null)
  const used = listed.map(() => 0)
  const serve = (cycle: number, at: number) => {
    served[cycle] = { at, nth: used[at] as number }
    used[at] = (used[at] as number) + 1
  }
  listed.forEach((one, at) => {
    const cycle = one.covers === null ? -1 : cycleCovered(cycles, one)
    if (cycle >= 0 && served[cycle] === null && one.count > 0) serve(cycle, at)
  })
  serveInOrder(cycles, listed, served, serve)
  const total = listed.reduce((sum, { count }) => sum + count, 0)
  const lateOn = cycles.map((cycle, at) => (served[at] === null ? doneLate(cycle, listed) : null))
  return { served, lateOn, extraCount: total - served.filter((one) => one !== null).length }
}

function serveInOrder(
  cycles: readonly Cycle[],
  listed: readonly ListedPerformances[],
  served: readonly (Serving | null)[],
  serve: (cycle: number, at: number) => void,
): void {
  const free = listed
    .flatMap(({ day, covers, count }, at) => (day === null || covers !== null ? [] : [{ day, count, at }]))
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.at - b.at))
  const coming = cycles.flatMap(({ from }, cycle) => (served[cycle] === null ? [{ from, cycle }] : []))
  coming.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
  const dueOn = (cycle: number) => (cycles[cycle] as Cycle).dueOn
  let open: number[] = []
  let next = 0
  for (const { day, count, at } of free) {
    for (; next < coming.length && (coming[next] as { from: string }).from <= day; next++) {
      open.push((coming[next] as { cycle: number }).cycle)
    }
    open = open.filter((cycle) => dueOn(cycle) >= day).sort((a, b) => (dueOn(a) < dueOn(b) ? -1 : 1))
    for (const cycle of open.splice(0, count)) serve(cycle, at)
  }
}

const isOfCycle = ({ label, from, to }: Cycle, covers: string | null): boolean =>
  label === covers || (covers !== null && covers.length === 10 && covers >= from && covers <= to)

/** The first day after the cycle was due on which it was done, of what says that it covers it. */
function doneLate(cycle: Cycle, listed: readonly ListedPerformances[]): string | null {
  const days = listed.flatMap(({ day, covers, count }) =>
    day !== null && count > 0 && day > cycle.dueOn && isOfCycle(cycle, covers) ? [day] : [],
  )
  return days.sort()[0] ?? null
}

/** The cycle that a performance says it covers, where it was in time for it; -1 where there is none. */
function cycleCovered(cycles: readonly Cycle[], { day, covers }: ListedPerformances): number {
  const cycle = cycles.findIndex((one) => isOfCycle(one, covers))
  if (cycle < 0 || day === null) return -1
  const { from, dueOn } = cycles[cycle] as Cycle
  return day >= from && day <= dueOn ? cycle : -1
}

/** What is known of an occurrence that no list holds. */
export interface OccurrenceAccount {
  found: boolean
  explained: boolean
  reported: boolean
}

/** Where an occurrence stands: what a list holds needs no explanation, and what is explained no exception. */
export function occurrenceState({ found, explained, reported }: OccurrenceAccount): OccurrenceState {
  if (found) return 'FOUND'
  if (explained) return 'EXPLAINED'
  return reported ? 'REPORTED' : 'MISSING'
}

/** The occurrences of a control, counted. */
export interface OccurrenceCounts {
  expected: number
  found: number
  missing: number
  explained: number
  reported: number
}

export interface Occurrence {
  label: string
  state: OccurrenceState
  /** When it was done after it was due; null where it was done in time, or never. */
  doneLateOn?: string | null
}

export function countOccurrences(occurrences: readonly Occurrence[]): OccurrenceCounts {
  const of = (state: OccurrenceState) => occurrences.filter((one) => one.state === state).length
  return {
    expected: occurrences.length,
    found: of('FOUND'),
    missing: of('MISSING'),
    explained: of('EXPLAINED'),
    reported: of('REPORTED'),
  }
}

/**
 * What was found of the occurrences, in one sentence: `1 of 4 expected occurrences not found (2025-Q3)`. What is explained is told
 * apart, and counts as expected all the same; so is what was done late, which is not found.
 */
export function occurrenceSentence(occurrences: readonly Occurrence[]): string {
  const labels = (...states: OccurrenceState[]) =>
    occurrences.filter(({ state }) => states.includes(state)).map(({ label }) => label)
  const expected = occurrences.length
  if (expected === 0) return 'No occurrence fell due'
  const notFound = labels('MISSING', 'REPORTED')
  const explained = labels('EXPLAINED')
  const missed =
    notFound.length === 0
      ? `${expected - explained.length} of ${expected} expected occurrences found`
      : notFoundOf(notFound, expected)
  const late = occurrences.flatMap(({ label, doneLateOn }) => (doneLateOn ? [`${label} on ${doneLateOn}`] : []))
  return [
    missed,
    ...(explained.length > 0 ? [`${explained.length} explained (${explained.join(', ')})`] : []),
    ...(late.length > 0 ? [`${late.length} done late (${late.join(', ')})`] : []),
  ].join('; ')
}

/** `1 of 4 expected occurrences not found (2025-Q3)`. */
export const notFoundOf = (labels: readonly string[], expected: number): string =>
  `${labels.length} of ${expected} expected occurrences not found (${labels.join(', ')})`
