import { beforeAll, describe, expect, it } from 'vitest'
import { judgmentsOf } from '../support/chain.js'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
let work: Fieldwork
let paperId: string

beforeAll(async () => {
  work = await fieldwork(w, a)
  paperId = (await work.procedure()).id
})

const planOf = async () =>
  (
    await a.manager.gql(
      'query ($id: ID!) { node(id: $id) { ... on Control { version samplingPlan { confidence tolerableRate fixedAt } } } }',
      { id: work.controlId },
    )
  ).node

const plan = async (by: Person, input: object) =>
  by.tryTo('planSampling', { controlId: work.controlId, expectedVersion: (await planOf()).version, ...input })

const revise = async (input: object) => {
  const { viewer } = await a.admin.gql('{ viewer { firm { version } } }')
  const change = { expectedVersion: viewer.firm.version, reason: 'So.', ...input }
  return a.partner.tryTo('reviseMethodology', change, 'methodology { leastConfidence greatestTolerableRate }')
}

/** The refusals of an act, of which nothing is left. */
async function refused(act: () => Promise<{ errors: unknown[] }>): Promise<unknown[]> {
  const before = await w.digest()
  const { errors } = await act()
  expect(await w.digest()).toBe(before)
  expect(errors).not.toEqual([])
  return errors
}

describe('Rates of a control', () => {
  it.each([
    ['a confidence of 1 % and a tolerable rate of 99 %', { confidence: 0.01, tolerableRate: 0.99 }, 'confidence'],
    ['a confidence below 80 %', { confidence: 0.79 }, 'confidence'],
    ['a tolerable rate above 20 %', { tolerableRate: 0.21 }, 'tolerableRate'],
  ])('are never %s, not by the partner either: nothing moves', async (_, rates, field) => {
    const spoken = { ...rates, reason: 'x', restsOnIds: [paperId] }
    for (const by of [a.senior, a.manager, a.partner]) {
      expect(await refused(() => plan(by, spoken))).toMatchObject([{ code: 'INVALID_INPUT', path: [field] }])
    }
  })

  it('beyond the methodology are the partner’s, with a reason and a paper, and on the list once they are fixed', async () => {
    const spoken = { confidence: 0.85, tolerableRate: 0.15, reason: 'A pilot.', restsOnIds: [paperId] }
    for (const by of [a.senior, a.manager]) {
      for (const rates of [spoken, { ...spoken, confidence: 0.95 }]) {
        expect(await refused(() => plan(by, rates))).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
      }
    }
    const silent = await refused(() => plan(a.partner, { ...spoken, reason: ' ' }))
    expect(silent).toMatchObject([{ code: 'INVALID_INPUT', path: ['reason'] }])
    const bare = await refused(() => plan(a.partner, { ...spoken, restsOnIds: [] }))
    expect(bare).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds'] }])
    expect((await plan(a.partner, spoken)).errors).toEqual([])
    expect((await judgmentsOf(a.reviewer, work.engagementId)).nodes).toEqual([])
    await work.frozen(changes(20))
    expect((await planOf()).samplingPlan).toMatchObject({ confidence: 0.85, tolerableRate: 0.15 })
    const { nodes } = await judgmentsOf(a.reviewer, work.engagementId)
    expect(nodes).toMatchObject([
      {
        kind: 'RATES_BEYOND_METHODOLOGY',
        subject: { id: work.controlId },
        reason: 'A pilot.',
        restsOn: [{ id: paperId }],
        decidedBy: { id: a.partner.memberId },
        figures: [
          { name: 'CONFIDENCE', value: '85 %' },
          { name: 'LEAST_CONFIDENCE', value: '90 %' },
          { name: 'TOLERABLE_RATE', value: '15 %' },
          { name: 'GREATEST_TOLERABLE_RATE', value: '10 %' },
        ],
      },
    ])
  })
})

describe('The bounds of the methodology', () => {
  it.each([
    ['a least confidence below 80 %', { leastConfidence: 0.79 }, 'leastConfidence'],
    ['a greatest tolerable rate above 20 %', { greatestTolerableRate: 0.21 }, 'greatestTolerableRate'],
    ['a confidence below its own least', { confidence: 0.85 }, 'confidence'],
    ['a tolerable rate above its own greatest', { tolerableRate: 0.11 }, 'tolerableRate'],
  ])('are not %s: nothing moves', async (_, rates, field) => {
    expect(await refused(() => revise(rates))).toMatchObject([{ code: 'INVALID_INPUT', path: [field] }])
  })

  it('narrowed by the firm hold for what was planned before and is not fixed: it is planned again', async () => {
    const wider = await revise({ leastConfidence: 0.8, greatestTolerableRate: 0.2 })
    expect(wider.methodology).toEqual({ leastConfidence: 0.8, greatestTolerableRate: 0.2 })
    const own = await fieldwork(w, a, { rates: { confidence: 0.85, tolerableRate: 0.2 } })
    expect((await revise({ leastConfidence: 0.9, greatestTolerableRate: 0.1 })).errors).toEqual([])
    await expect(own.frozen(changes(20))).rejects.toThrow('plan its sampling again')
  })
})
