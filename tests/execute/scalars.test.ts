import fc from 'fast-check'
import { GraphQLLocalDate } from 'graphql-scalars'
import { describe, expect, it } from 'vitest'
import { Day } from '../../src/kernel/schema/scalars.js'

const two = (most: number) => fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, '0'))
const year = fc.oneof(fc.integer({ min: 0, max: 9999 }), fc.constantFrom(0, 1900, 2000, 2024, 2100))
const written = fc
  .tuple(year, two(13), two(32))
  .map(([first, month, day]) => `${String(first).padStart(4, '0')}-${month}-${day}`)
const other = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.date(),
  fc.constantFrom(null, undefined, '2025-1-31'),
)

function said(scalar: typeof Day, value: unknown): unknown {
  try {
    return { said: scalar.serialize(value) }
  } catch (error) {
    return { refused: (error as Error).message }
  }
}

describe('a day that is answered', () => {
  it('is judged as the library judges it', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: written }, other), (value) => {
        expect(said(Day, value)).toEqual(said(GraphQLLocalDate, value))
      }),
      { numRuns: 5_000 },
    )
  })

  it('is one that the calendar has, whatever holds it', () => {
    expect(said(Day, '2024-02-29')).toEqual({ said: '2024-02-29' })
    expect(said(Day, '2025-02-29')).toEqual({ refused: 'Value is not a valid LocalDate: 2025-02-29' })
  })
})
