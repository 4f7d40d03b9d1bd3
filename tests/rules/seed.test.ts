import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkSupersedes, coveredBy, overlap } from '../../src/rules/population-time.js'
import { Refusal } from '../../src/rules/refusal.js'
import { seedHashOf, seedOf } from '../../src/rules/seed.js'

const random = 'ab'.repeat(32)

it('a seed is the hash of what was drawn at random, a separator and what a person added', () => {
  const bytes = Buffer.concat([Buffer.from(random, 'hex'), Buffer.from('\u001fÅsa')])
  expect(seedOf({ random, contribution: 'Åsa' })).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(seedHashOf('s')).toBe(createHash('sha256').update('s').digest('hex'))
  expect(seedOf({ random, contribution: null })).not.toBe(seedOf({ random, contribution: ' ' }))
  expect(seedOf({ random, contribution: null })).not.toBe(seedOf({ random: 'ac'.repeat(32), contribution: null }))
})

const time = { periodStart: '2025-01-01', periodEnd: '2025-12-31', asOf: null }
const said = { coversFrom: null, coversTo: null, extractedOn: '2026-01-05' }
/** The path of the refusal, or null. */
function refusedAt(work: () => unknown): string | null {
  try {
    work()
    return null
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    expect(error.code).toBe('INVALID_INPUT')
    return error.at.join('.')
  }
}

it('a population covers the period, or what was said of it, until it was extracted', () => {
  const whole = { coversFrom: '2025-01-01', coversTo: '2025-12-31', coveredUntilOn: '2025-12-31' }
  expect(coveredBy(said, time)).toEqual(whole)
  expect(coveredBy({ ...said, extractedOn: '2025-06-30' }, time)).toEqual({ ...whole, coveredUntilOn: '2025-06-30' })
  expect(coveredBy({ ...said, extractedOn: '2025-12-31' }, time)).toEqual(whole)
  const part = { coversFrom: '2025-04-01', coversTo: '2025-06-30' }
  expect(coveredBy({ ...said, ...part }, time)).toEqual({ ...part, coveredUntilOn: '2025-06-30' })
})

it.each([
  [{ coversFrom: '2024-12-31' }, 'coversFrom'],
  [{ coversFrom: '2026-01-01' }, 'coversFrom'],
  [{ coversTo: '2026-01-01' }, 'coversTo'],
  [{ coversFrom: '2025-05-01', coversTo: '2025-04-30' }, 'coversTo'],
  [{ coversTo: '2025-07-01', extractedOn: '2025-06-30' }, 'coversTo'],
  [{ extractedOn: '2024-12-31' }, 'extractedAt'],
  [{ coversFrom: '2025-07-01', extractedOn: '2025-06-30' }, 'extractedAt'],
])('a population does not cover %o', (change, path) => {
  expect(refusedAt(() => coveredBy({ ...said, ...change }, time))).toBe(path)
})

it('what is said to be covered lies in the period, before the extraction, and is never empty', () => {
  const day = fc
    .integer({ min: -40, max: 440 })
    .map((days) => new Date(Date.UTC(2025, 0, 1 + days)).toISOString().slice(0, 10))
  const some = fc.record({ coversFrom: fc.option(day), coversTo: fc.option(day), extractedOn: day })
  fc.assert(
    fc.property(some, (one) => {
      const path = refusedAt(() => coveredBy(one, time))
      if (path !== null) return
      const { coversFrom, coversTo, coveredUntilOn } = coveredBy(one, time)
      expect(coversFrom >= time.periodStart && coversTo <= time.periodEnd).toBe(true)
      expect(coversFrom <= coveredUntilOn && coveredUntilOn <= coversTo && coveredUntilOn <= one.extractedOn).toBe(true)
      expect([one.coversFrom ?? coversFrom, one.coversTo ?? coversTo]).toEqual([coversFrom, coversTo])
    }),
  )
})

it('times overlap from a single day in common', () => {
  const june = { from: '2025-06-01', to: '2025-06-30' }
  expect(overlap(june, { from: '2025-06-30', to: '2025-07-31' })).toBe(true)
  expect(overlap(june, { from: '2025-07-01', to: '2025-07-31' })).toBe(false)
  expect(overlap(june, { from: '2025-01-01', to: '2025-05-31' })).toBe(false)
})

it('a population supersedes a frozen one of the same control and time, its items known by the same column', () => {
  const covered = { from: '2025-01-01', to: '2025-06-30' }
  const one = { controlId: 'c', covered, keyColumn: 'id' }
  expect(refusedAt(() => checkSupersedes(one, one))).toBeNull()
  expect(refusedAt(() => checkSupersedes({ ...one, keyColumn: null }, one))).toBeNull()
  expect(refusedAt(() => checkSupersedes(one, { ...one, controlId: 'd' }))).toBe('supersedesId')
  expect(refusedAt(() => checkSupersedes(one, { ...one, covered: null }))).toBe('supersedesId')
  expect(refusedAt(() => checkSupersedes(one, { ...one, keyColumn: 'key' }))).toBe('supersedesId')
  const later = { from: '2025-07-01', to: '2025-12-31' }
  expect(refusedAt(() => checkSupersedes(one, { ...one, covered: later }))).toBe('supersedesId')
  expect(refusedAt(() => checkSupersedes(one, { ...one, covered: later }, ['populationId']))).toBe('populationId')
})
