import { beforeAll, describe, expect, it } from 'vitest'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { sentDuring } from '../support/statements.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
let work: Fieldwork

beforeAll(async () => {
  work = await fieldwork(w, a)
})

interface Row {
  frequency: string
  risk: string
  size: number | null
  share: number | null
  leastSize: number | null
  mostSize: number | null
  acceptedDeviationCount: number
}

const rowFields = 'frequency risk size share leastSize mostSize acceptedDeviationCount'
const fields = `id number effectiveAt confidence tolerableRate reason revisedBy { id } samplingTable { id number rows { ${rowFields} } }`
const firmOf = async (person: Person) =>
  (await person.gql(`{ viewer { firm { version methodology { ${fields} } methodologies { nodes { number } } } } }`))
    .viewer.firm

async function revise(person: Person, input: object) {
  const { version } = await firmOf(a.admin)
  return person.tryTo('reviseMethodology', { expectedVersion: version, ...input }, `methodology { ${fields} }`)
}

/** The rows of the table in force, with a change of one of them. */
async function rowsWith(frequency: string, risk: string, change: Partial<Row>): Promise<Row[]> {
  const { rows } = (await firmOf(a.admin)).methodology.samplingTable
  return rows.map((row: Row) => (row.frequency === frequency && row.risk === risk ? { ...row, ...change } : row))
}

const planOf = async (controlId: string) =>
  (
    await a.manager.gql(
      `query ($id: ID!) { node(id: $id) { ... on Control { version risk samplingPlan { confidence tolerableRate expectedRate fixedAt
        methodology { number } } } } }`,
      { id: controlId },
    )
  ).node

describe('the methodology of a firm', () => {
  it('is the one shipped with the service when the firm is made', async () => {
    const { methodology, methodologies } = await firmOf(b.staff)
    expect(methodologies.nodes).toEqual([{ number: 1 }])
    expect(methodology).toMatchObject({ number: 1, confidence: 0.9, tolerableRate: 0.1, reason: null, revisedBy: null })
    const { rows } = methodology.samplingTable
    expect(rows).toHaveLength(27)
    expect(rows.filter(({ frequency }: Row) => frequency === 'WEEKLY')).toEqual(
      [10, 13, 15].map((size, at) => ({
        frequency: 'WEEKLY',
        risk: ['LOW', 'MODERATE', 'HIGH'][at],
        size,
        share: null,
        leastSize: null,
        mostSize: null,
        acceptedDeviationCount: 0,
      })),
    )
    const perEvent = { size: null, leastSize: 5, mostSize: 60, acceptedDeviationCount: 0 }
    expect(rows.find(({ frequency, risk }: Row) => frequency === 'PER_EVENT' && risk === 'HIGH')).toMatchObject({
      ...perEvent,
      share: 0.2,
    })
  })

  it('is revised as the next version; the ones before stay as they were', async () => {
    const before = await firmOf(a.senior)
    const rows = await rowsWith('DAILY', 'HIGH', { size: 40, acceptedDeviationCount: 1 })
    const { methodology, errors } = await revise(a.partner, { rows, reason: 'Our reviews of 2025.' })
    expect(errors).toEqual([])
    expect(methodology).toMatchObject({
      number: 2,
      confidence: 0.9,
      reason: 'Our reviews of 2025.',
      revisedBy: { id: a.partner.memberId },
    })
    expect(methodology.samplingTable).toEqual({ ...methodology.samplingTable, number: 2, rows })
    const rates = await revise(a.admin, { confidence: 0.95, reason: 'As our network asks.' })
    expect(rates.methodology).toMatchObject({ number: 3, confidence: 0.95, tolerableRate: 0.1 })
    expect(rates.methodology.samplingTable.id).toBe(methodology.samplingTable.id)
    expect((await firmOf(a.senior)).methodologies.nodes).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }])
    const first = await a.senior.gql(`query ($id: ID!) { node(id: $id) { ... on Methodology { ${fields} } } }`, {
      id: before.methodology.id,
    })
    expect(first.node).toEqual(before.methodology)
    expect((await firmOf(b.partner)).methodologies.nodes).toEqual([{ number: 1 }])
  })

  it.each<[string, () => Promise<object> | object, string[]]>([
    ['nothing to change', () => ({}), ['rows']],
    ['a table without one of its rows', async () => ({ rows: (await rowsWith('', '', {})).slice(1) }), ['rows']],
    [
      'a row that accepts all it tests',
      async () => ({ rows: await rowsWith('CONTINUOUS', 'LOW', { acceptedDeviationCount: 5 }) }),
      ['rows', '0', 'acceptedDeviationCount'],
    ],
    [
      'a size and a share',
      async () => ({ rows: await rowsWith('CONTINUOUS', 'LOW', { size: 9 }) }),
      ['rows', '0', 'size'],
    ],
    [
      'a share finer than a basis point',
      async () => ({ rows: await rowsWith('CONTINUOUS', 'LOW', { share: 0.00001 }) }),
      ['rows', '0', 'share'],
    ],
    ['a confidence of 1', () => ({ confidence: 1 }), ['confidence']],
    ['a confidence of 0', () => ({ confidence: 0 }), ['confidence']],
    ['a tolerable rate of 0', () => ({ tolerableRate: 0 }), ['tolerableRate']],
  ])('is not revised with %s, and nothing moves', async (_, input, path) => {
    const given = await input()
    const before = await w.digest()
    const { errors, methodology } = await revise(a.partner, { ...given, reason: 'So.' })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path }])
    expect(methodology).toBeNull()
    expect(await w.digest()).toBe(before)
  })

  it('says beside its sampling what responses must hold and how the opinion is told, each kept until it is revised', async () => {
    const settings = 'methodology { responseElements splitsOpinionByCategory coolingOffYears confidence }'
    const asked = `{ viewer { firm { ${settings} } } }`
    const shipped = { responseElements: [], splitsOpinionByCategory: false, coolingOffYears: 2 }
    expect((await b.staff.gql(asked)).viewer.firm.methodology).toMatchObject(shipped)
    const next = async (input: object) => {
      const { version } = await firmOf(a.admin)
      return a.admin.tryTo('reviseMethodology', { expectedVersion: version, reason: 'So.', ...input }, settings)
    }
    const { confidence } = (await firmOf(a.admin)).methodology
    const kept = { splitsOpinionByCategory: false, coolingOffYears: 2, confidence }
    const elements = ['TARGET_DATE', 'ACKNOWLEDGEMENT']
    const first = await next({ responseElements: elements })
    expect(first.methodology).toEqual({ ...kept, responseElements: ['ACKNOWLEDGEMENT', 'TARGET_DATE'] })
    const second = await next({ splitsOpinionByCategory: true, coolingOffYears: 3 })
    const changed = { ...first.methodology, splitsOpinionByCategory: true, coolingOffYears: 3 }
    expect(second.methodology).toEqual(changed)
    expect((await next({ confidence: 0.91 })).methodology).toEqual({ ...changed, confidence: 0.91 })
    const before = await w.digest()
    for (const [wrong, path] of [
      [{ coolingOffYears: 11 }, 'coolingOffYears'],
      [{ coolingOffYears: -1 }, 'coolingOffYears'],
      [{ responseElements: ['TARGET_DATE', 'TARGET_DATE'] }, 'responseElements.1'],
    ] as const) {
      expect((await next(wrong)).errors, path).toMatchObject([{ code: 'INVALID_INPUT', path: path.split('.') }])
    }
    expect(await w.digest()).toBe(before)
    const back = { responseElements: [], splitsOpinionByCategory: false, coolingOffYears: 2, confidence }
    expect((await next(back)).methodology).toEqual(back)
  })

  it('is not revised by those who do not answer for the firm, nor by one who read another, nor seen by clients', async () => {
    const before = await w.digest()
    const { version } = await firmOf(a.admin)
    const change = { expectedVersion: version, confidence: 0.8, reason: 'Less to test.' }
    for (const person of [a.senior, a.staff, a.manager, work.client.admin]) {
      expect(await person.isDenied('reviseMethodology', change)).toBe('FORBIDDEN')
    }
    const stale = await a.partner.tryTo('reviseMethodology', { ...change, expectedVersion: version + 1 })
    expect(stale.errors).toMatchObject([{ code: 'VERSION_CONFLICT' }])
    const own = await work.client.admin.ask(
      '{ viewer { firm { methodology { number } methodologies { totalCount } } } }',
    )
    expect(own).toMatchObject({ data: { viewer: { firm: { methodology: null } } } })
    expect(await w.digest()).toBe(before)
  })

  it('keeps what holds at once for every engagement from who signs its report: the administrator alone revises it', async () => {
    const before = await w.digest()
    const { version } = await firmOf(a.admin)
    const change = { expectedVersion: version, reason: 'It is due tomorrow.' }
    for (const [setting, value] of [
      ['requiresQualityReviewer', false],
      ['coolingOffYears', 0],
      ['inquiryDays', 30],
    ] as const) {
      // Not together with what is theirs to revise, either.
      const { errors } = await a.partner.tryTo('reviseMethodology', { ...change, confidence: 0.95, [setting]: value })
      expect(errors, setting).toMatchObject([{ code: 'FORBIDDEN', path: [setting] }])
    }
    const { errors } = await a.partner.tryTo('reviseMethodology', { ...change, coolingOffYears: 0, inquiryDays: 30 })
    expect(errors).toMatchObject([{ path: ['coolingOffYears'] }, { path: ['inquiryDays'] }])
    expect(await w.digest()).toBe(before)
    const own = { ...change, splitsOpinionByCategory: true, responseElements: [], coolingOffYears: null }
    await a.partner.does('reviseMethodology', own)
    const theirs = { requiresQualityReviewer: true, coolingOffYears: 2, inquiryDays: 7, splitsOpinionByCategory: false }
    await a.admin.does('reviseMethodology', { expectedVersion: version + 1, reason: 'As it was.', ...theirs })
  })

  it('is read once, however many engagements are asked what their report still needs', async () => {
    await fieldwork(w, a)
    const { answer, sent } = await sentDuring(() =>
      a.manager.gql('{ engagements(first: 10) { nodes { readiness(to: ISSUED) { ready } } } }'),
    )
    expect(answer.engagements.nodes.length).toBeGreaterThan(1)
    expect(sent.filter(({ sql }) => /from "?methodology"?\b/i.test(sql))).toHaveLength(1)
  })

  it('of two who revise at once one wins, and the other is told', async () => {
    const { version, methodology } = await firmOf(a.admin)
    const change = { expectedVersion: version, tolerableRate: 0.09, reason: 'So.' }
    const answers = await Promise.all([a.admin, a.partner].map((one) => one.tryTo('reviseMethodology', change)))
    expect(answers.flatMap(({ errors }) => errors)).toMatchObject([{ code: 'VERSION_CONFLICT' }])
    expect((await firmOf(a.admin)).methodology.number).toBe(methodology.number + 1)
  })
})

describe('the plan for sampling of a control', () => {
  it('is fixed by the first import: a later version of the methodology holds for other controls', async () => {
    const first = await fieldwork(w, a)
    const { methodology } = await firmOf(a.admin)
    const now = { confidence: methodology.confidence, tolerableRate: methodology.tolerableRate, expectedRate: null }
    expect((await planOf(first.controlId)).samplingPlan).toEqual({
      ...now,
      fixedAt: null,
      methodology: { number: methodology.number },
    })
    const { id: populationId } = await first.frozen(changes(100))
    const fixed = (await planOf(first.controlId)).samplingPlan
    expect(fixed).toMatchObject({ ...now, fixedAt: expect.any(String) })
    const rows = await rowsWith('PER_EVENT', 'MODERATE', { share: 0.18 })
    await revise(a.partner, { rows, confidence: 0.8, leastConfidence: 0.8, reason: 'As seen elsewhere.' })
    expect((await planOf(first.controlId)).samplingPlan).toEqual(fixed)
    const { id: procedureId } = await first.procedure()
    const draw = { procedureId, populationId, basis: 'FREQUENCY_TABLE', method: 'RANDOM' }
    const { sample } = await a.staff.does('drawSample', draw, 'sample { size confidence samplingTable { number } }')
    expect(sample).toEqual({
      size: 15,
      confidence: now.confidence,
      samplingTable: { number: methodology.samplingTable.number },
    })

    const later = await fieldwork(w, a)
    const other = await later.frozen(changes(100))
    const again = { procedureId: (await later.procedure()).id, populationId: other.id }
    const drawn = await a.staff.does(
      'drawSample',
      { ...draw, ...again },
      'sample { size confidence samplingTable { number } }',
    )
    expect(drawn.sample).toEqual({
      size: 18,
      confidence: 0.8,
      samplingTable: { number: methodology.samplingTable.number + 1 },
    })
  })

  it('names rates of its own before that, and is not changed afterwards', async () => {
    const own = await fieldwork(w, a, { rates: { confidence: 0.95, tolerableRate: 0.05, expectedRate: 0.01 } })
    const { version, samplingPlan } = await planOf(own.controlId)
    expect(samplingPlan).toMatchObject({ confidence: 0.95, tolerableRate: 0.05, expectedRate: 0.01, fixedAt: null })
    const cleared = { controlId: own.controlId, expectedVersion: version, confidence: 0.95, expectedRate: 0.02 }
    await a.manager.does('planSampling', cleared)
    const { tolerableRate } = (await firmOf(a.admin)).methodology
    expect((await planOf(own.controlId)).samplingPlan).toMatchObject({
      confidence: 0.95,
      tolerableRate,
      expectedRate: 0.02,
    })
    await own.frozen(changes(20))
    const fixed = await planOf(own.controlId)
    const before = await w.digest()
    const change = { controlId: own.controlId, expectedVersion: fixed.version }
    const late = await a.partner.tryTo('planSampling', { ...change, tolerableRate: 0.2 })
    expect(late.errors).toMatchObject([{ code: 'SAMPLING_FIXED' }])
    for (const [field, value] of [
      ['risk', 'LOW'],
      ['frequency', 'ANNUAL'],
      ['nature', 'AUTOMATED'],
    ] as const) {
      const { errors } = await a.manager.tryTo('updateControl', { ...change, [field]: value })
      expect(errors).toMatchObject([{ code: 'SAMPLING_FIXED', path: [field] }])
    }
    expect(await w.digest()).toBe(before)
    await a.manager.does('updateControl', { ...change, owner: 'CTO', risk: fixed.risk })
  })

  it.each([
    ['a confidence of 1', { confidence: 1 }, 'confidence'],
    ['a tolerable rate of 1', { tolerableRate: 1 }, 'tolerableRate'],
    ['a tolerable rate of 0', { tolerableRate: 0 }, 'tolerableRate'],
    ['an expected rate that is the tolerable one', { tolerableRate: 0.05, expectedRate: 0.05 }, 'expectedRate'],
    ['an expected rate above that of the methodology', { expectedRate: 0.5 }, 'expectedRate'],
  ])('is refused with %s, and nothing moves', async (_, rates, field) => {
    const { controlId } = work
    const { version } = await planOf(controlId)
    const before = await w.digest()
    const { errors } = await a.senior.tryTo('planSampling', { controlId, expectedVersion: version, ...rates })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: [field] }])
    expect(await w.digest()).toBe(before)
  })

  it('is not set by staff or the quality reviewer', async () => {
    const before = await w.digest()
    const { version } = await planOf(work.controlId)
    for (const person of [a.staff, a.reviewer]) {
      const input = { controlId: work.controlId, expectedVersion: version, confidence: 0.8 }
      expect(await person.isDenied('planSampling', input)).toBe('FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
  })
})
