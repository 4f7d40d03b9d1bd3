import { describe, expect, it } from 'vitest'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')

const size = `query ($c: Float!, $t: Float!, $e: Float!, $n: Int) {
  sampleSize(confidence: $c, tolerableRate: $t, expectedRate: $e, populationSize: $n) { size expectedDeviationCount clampedToPopulation } }`
const limit = `query ($c: Float!, $n: Int!, $k: Int!) {
  upperDeviationLimit(confidence: $c, sampleSize: $n, deviationCount: $k) }`

describe('the calculators', () => {
  it.each([
    [0.95, 0.05, 0, null, 59, 0],
    [0.95, 0.05, 0.01, null, 93, 1],
    [0.95, 0.02, 0.0125, null, 1030, 13],
    [0.95, 0.1, 0, null, 29, 0],
    [0.9, 0.05, 0, null, 45, 0],
    [0.9, 0.1, 0.02, null, 38, 1],
    [0.9, 0.05, 0.035, null, 400, 14],
    [0.95, 0.05, 0, 12, 12, 0],
  ])(
    'size a sample at %d, %d, %d of %s as the published tables do: %d (%d)',
    async (c, t, e, n, answer, deviations) => {
      const { sampleSize } = await a.staff.gql(size, { c, t, e, n })
      expect(sampleSize).toEqual({ size: answer, expectedDeviationCount: deviations, clampedToPopulation: n !== null })
    },
  )

  it.each([
    [0.95, 25, 1, 0.177],
    [0.95, 60, 0, 0.049],
    [0.9, 25, 1, 0.147],
    [0.9, 60, 2, 0.087],
    [0.95, 5, 5, 1],
  ])('limit the rate at %d for %d items and %d deviations: %d', async (c, n, k, answer) => {
    expect(await client.viewer.gql(limit, { c, n, k })).toEqual({ upperDeviationLimit: answer })
  })

  it.each([
    [{ c: 1, t: 0.05, e: 0 }, 'confidence', 'greater than 0 and less than 1'],
    [{ c: 0, t: 0.05, e: 0 }, 'confidence', 'greater than 0 and less than 1'],
    [{ c: 0.95, t: 1.2, e: 0 }, 'tolerableRate', 'from 0 to 1'],
    [{ c: 0.95, t: 0.05, e: -0.1 }, 'expectedRate', 'from 0 to 1'],
    [{ c: 0.95, t: 0.05, e: 0.05 }, 'expectedRate', 'below the tolerable rate'],
    [{ c: 0.95, t: 0.05001, e: 0 }, 'tolerableRate', 'basis point'],
    [{ c: 0.95, t: 0.05, e: 0, n: 0 }, 'populationSize', 'from 1 to 1,000,000'],
  ])('refuse %j by its argument', async (variables, argument, sentence) => {
    const { data, errors } = await a.staff.ask(size, variables)
    expect(data).toBeNull()
    expect(errors).toMatchObject([
      { path: ['sampleSize'], extensions: { code: 'BAD_USER_INPUT', reason: 'INVALID_INPUT', argument: [argument] } },
    ])
    expect(errors?.[0]?.message).toContain(sentence)
  })

  it('refuse more deviations than items', async () => {
    const { errors } = await a.staff.ask(limit, { c: 0.95, n: 5, k: 6 })
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: ['deviationCount'] } }])
  })

  it('answer a few in one question, not thirty: each may take long', async () => {
    const question = (times: number) => {
      const size = 'sampleSize(confidence: 0.95, tolerableRate: 0.05, expectedRate: 0) { size }'
      const limit = 'upperDeviationLimit(confidence: 0.95, sampleSize: 25, deviationCount: 1)'
      const both = Array.from({ length: times }, (_, n) => `size${n}: ${size} limit${n}: ${limit}`)
      return `{ ${both.join(' ')} }`
    }
    expect((await a.staff.ask(question(2))).errors).toBeUndefined()
    expect((await a.staff.ask(question(5))).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })

  it('answer ten sizes in one question, of rates that ask for all the work there is', async () => {
    const rates = Array.from(
      { length: 10 },
      (_, n) => `size${n}: sampleSize(confidence: 0.${90 + n}, tolerableRate: 0.5, expectedRate: 0.4999,
      populationSize: 9999) { size clampedToPopulation }`,
    )
    const { data, errors } = await a.staff.ask(`{ ${rates.join(' ')} }`)
    expect(errors).toBeUndefined()
    const sizes = Object.values(data) as { size: number; clampedToPopulation: boolean }[]
    expect(sizes.map(({ size }) => size)).toEqual(Array(10).fill(9999))
    expect(new Set(sizes.map(({ clampedToPopulation }) => clampedToPopulation))).toEqual(new Set([true]))
  })

  it('answer no caller who is not signed in', async () => {
    const { errors } = await w.send(limit, { c: 0.95, n: 5, k: 0 })
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })
})
