import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cycle } from '../../src/rules/cycles.js'
import {
  countOccurrences,
  type ListedPerformances,
  occurrenceSentence,
  occurrenceState,
  reconcile,
} from '../../src/rules/occurrences.js'

const cycle = (label: string, from: string, to: string, dueOn = to): Cycle => ({ label, from, to, dueOn })
const quarters = [
  cycle('2025-Q1', '2025-01-01', '2025-03-31'),
  cycle('2025-Q2', '2025-04-01', '2025-06-30'),
  cycle('2025-Q3', '2025-07-01', '2025-09-30'),
  cycle('2025-Q4', '2025-10-01', '2025-12-31'),
]
const on = (day: string | null, covers: string | null = null, count = 1): ListedPerformances => ({ day, covers, count })
const missing = (cycles: readonly Cycle[], listed: readonly ListedPerformances[]) =>
  reconcile(cycles, listed).served.flatMap((one, at) => (one === null ? [cycles[at]?.label] : []))

describe('Performances matched to cycles', () => {
  it('leave the cycle in which nothing was done', () => {
    expect(missing(quarters, [on('2025-01-10'), on('2025-04-09'), on('2025-10-13')])).toEqual(['2025-Q3'])
  })

  it('serve one cycle each, however many there are of a day', () => {
    expect(reconcile(quarters, [on('2025-01-10', null, 4)])).toEqual({
      served: [{ at: 0, nth: 0 }, null, null, null],
      lateOn: [null, null, null, null],
      extraCount: 3,
    })
  })

  it('serve the cycle they say they cover, by its label or a day of it, and no other', () => {
    const graced = quarters.map((one) => ({ ...one, dueOn: `${one.to.slice(0, 8)}30` }))
    const late = [cycle('2024-Q4', '2024-10-01', '2024-12-31', '2025-01-31'), ...graced]
    expect(missing(late, [on('2025-01-10', '2024-Q4'), on('2025-01-11', '2025-01-31')])).toEqual([
      '2025-Q2',
      '2025-Q3',
      '2025-Q4',
    ])
    expect(missing(quarters, [on('2025-01-10', '2025-Q9')])).toHaveLength(4)
    // Nor does what says a cycle and no day: it may have been done months later.
    expect(missing(quarters, [on(null, '2025-Q3')])).toContain('2025-Q3')
  })

  it('do not serve a cycle for which they were late, whatever they say they cover', () => {
    expect(missing(quarters, [on('2025-12-20', '2025-Q3')])).toContain('2025-Q3')
    const late = [on('2025-12-20', '2025-Q3'), on('2025-11-20', '2025-08-09'), on('2025-07-01', '2025-Q2', 0)]
    expect(reconcile(quarters, late)).toMatchObject({ extraCount: 2, lateOn: [null, null, '2025-11-20', null] })
    // Done in time as well, the other is none of it.
    expect(reconcile(quarters, [...late, on('2025-09-30', '2025-Q3')]).lateOn).toEqual([null, null, null, null])
  })

  it('without a day and a cycle serve none', () => {
    expect(reconcile(quarters, [on(null, null, 4)])).toMatchObject({ extraCount: 4 })
    expect(missing(quarters, [on(null, null, 4)])).toHaveLength(4)
  })

  it('serve as many cycles as can be served, each once', () => {
    const day = (n: number) => new Date(Date.UTC(2025, 0, 1 + n)).toISOString().slice(0, 10)
    const cycles = fc
      .array(fc.tuple(fc.nat(9), fc.nat(4), fc.nat(4)), { maxLength: 5 })
      .map((all) =>
        all.map(([from, length, grace], at) =>
          cycle(`c${at}`, day(from), day(from + length), day(from + length + grace)),
        ),
      )
    const listed = fc.array(
      fc.record({
        day: fc.option(fc.nat(16).map(day), { freq: 8 }),
        covers: fc.option(
          fc.nat(5).map((n) => `c${n}`),
          { freq: 1 },
        ),
        count: fc.nat(2),
      }),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(cycles, listed, (all, items) => {
        const { served, extraCount } = reconcile(all, items)
        const matched = served.flatMap((one, at) => (one ? [{ ...one, cycle: all[at] as Cycle }] : []))
        for (const one of matched) expect(canServe(items[one.at] as ListedPerformances, one.cycle)).toBe(true)
        expect(new Set(matched.map(({ at, nth }) => `${at} ${nth}`)).size).toBe(matched.length)
        for (const { at, nth } of matched) expect(nth).toBeLessThan(items[at]?.count as number)
        const each = items.flatMap((item) => Array.from({ length: item.count }, () => item))
        expect(matched.length).toBe(mostServed(all, each))
        expect(extraCount).toBe(each.length - matched.length)
      }),
      { numRuns: 1_000 },
    )
  })
})

const canServe = (item: ListedPerformances, { label, from, dueOn }: Cycle): boolean => {
  // What says no day is not shown to have been in time.
  const inTime = item.day !== null && item.day >= from && item.day <= dueOn
  return inTime && (item.covers === null || item.covers === label)
}

/** By trying everything. */
function mostServed(cycles: readonly Cycle[], items: readonly ListedPerformances[]): number {
  const [first, ...others] = cycles
  if (!first) return 0
  const without = mostServed(others, items)
  const tried = items.map((item, at) => (canServe(item, first) ? 1 + mostServed(others, items.toSpliced(at, 1)) : 0))
  return Math.max(without, ...tried)
}

describe('What is said of the occurrences', () => {
  const occurrences = (states: string) =>
    [...states].map((state, at) => ({
      label: `2025-Q${at + 1}`,
      state: ({ F: 'FOUND', M: 'MISSING', E: 'EXPLAINED', R: 'REPORTED' } as const)[state] as 'FOUND',
    }))

  it.each([
    ['FFMF', '1 of 4 expected occurrences not found (2025-Q3)'],
    ['FFFF', '4 of 4 expected occurrences found'],
    ['MFRF', '2 of 4 expected occurrences not found (2025-Q1, 2025-Q3)'],
    ['EFMF', '1 of 4 expected occurrences not found (2025-Q3); 1 explained (2025-Q1)'],
    ['EFFF', '3 of 4 expected occurrences found; 1 explained (2025-Q1)'],
    ['', 'No occurrence fell due'],
  ])('of %s', (states, sentence) => {
    expect(occurrenceSentence(occurrences(states))).toBe(sentence)
  })

  it('counts each state by itself', () => {
    expect(countOccurrences(occurrences('FMERF'))).toEqual({
      expected: 5,
      found: 2,
      missing: 1,
      explained: 1,
      reported: 1,
    })
  })

  it('is FOUND before it is explained, and explained before it is reported', () => {
    expect(occurrenceState({ found: true, explained: true, reported: true })).toBe('FOUND')
    expect(occurrenceState({ found: false, explained: true, reported: true })).toBe('EXPLAINED')
    expect(occurrenceState({ found: false, explained: false, reported: true })).toBe('REPORTED')
    expect(occurrenceState({ found: false, explained: false, reported: false })).toBe('MISSING')
  })
})
