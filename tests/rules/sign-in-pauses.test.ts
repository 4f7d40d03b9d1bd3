import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pauseAfterFailure, pauseBeforeFirst, type SignInCounts, signInPauses } from '../../src/rules/sign-in-pauses.js'

const known: SignInCounts = { pair: 1, account: 1, network: 1, isKnown: true }
const unknown = { ...known, isKnown: false }
const counts = fc.record({
  pair: fc.integer({ min: 1, max: 10_000 }),
  account: fc.integer({ min: 1, max: 10_000_000 }),
  network: fc.integer({ min: 1, max: 10_000_000 }),
  isKnown: fc.boolean(),
})

describe('the pause after a failure', () => {
  it('begins with the fifth, doubles, and ends at a quarter of an hour', () => {
    const pauses = Array.from({ length: 14 }, (_, n) => pauseAfterFailure({ ...known, pair: n + 1 }))
    expect(pauses).toEqual([0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900, 900])
  })

  it('of a pair that is known does not depend on what others do', () => {
    fc.assert(
      fc.property(counts, (one) => {
        expect(pauseAfterFailure({ ...one, isKnown: true })).toBe(pauseAfterFailure({ ...known, pair: one.pair }))
      }),
    )
  })

  it('is never shorter than what a pair that is not known waits anyway, never more than an hour', () => {
    fc.assert(
      fc.property(counts, (one) => {
        expect(pauseAfterFailure(one)).toBeGreaterThanOrEqual(pauseBeforeFirst(one))
        expect(pauseAfterFailure(one)).toBeLessThanOrEqual(signInPauses.newcomerPauseSecondsMax)
      }),
    )
  })

  it('grows with each count, or stays', () => {
    fc.assert(
      fc.property(counts, fc.constantFrom('pair', 'account', 'network'), (one, count) => {
        expect(pauseAfterFailure({ ...one, [count]: one[count as 'pair'] + 1 })).toBeGreaterThanOrEqual(
          pauseAfterFailure(one),
        )
      }),
    )
  })
})

describe('the wait before a first attempt', () => {
  it.each([
    ['account', [10, 11, 19, 20, 40, 80, 160, 320, 639, 640, 100_000]],
    ['network', [100, 101, 199, 200, 400, 800, 1_600, 3_200, 6_399, 6_400, 1_000_000]],
  ])('begins with too many failures of the %s, and ends at an hour', (count, failures) => {
    const waits = failures.map((n) => pauseBeforeFirst({ ...unknown, [count]: n }))
    expect(waits).toEqual([0, 60, 60, 120, 240, 480, 960, 1_920, 1_920, 3_600, 3_600])
  })

  it('is none where the account signed in lately, and goes by the worse of both counts elsewhere', () => {
    expect(pauseBeforeFirst({ ...known, account: 1_000, network: 1_000 })).toBe(0)
    expect(pauseBeforeFirst({ ...unknown, account: 25, network: 900 })).toBe(480)
    expect(pauseBeforeFirst({ ...unknown, account: 90, network: 250 })).toBe(480)
  })
})
