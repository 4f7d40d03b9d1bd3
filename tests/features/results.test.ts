import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
let work: Fieldwork
let population: { id: string; seed: string }

// What was found counts for the whole control: each test has one of its own.
beforeEach(async () => {
  work = await fieldwork(w, a)
  population = await work.frozen(changes(300), { dateColumn: 'merged' })
})

interface Item {
  id: string
  position: number
  itemKey: string
  outcome: string | null
  drawnAs: string
  replaces: { id: string } | null
}
interface Sampled {
  procedureId: string
  sampleId: string
  items: Item[]
}

const itemFields = 'id position itemKey outcome drawnAs replaces { id }'

/** A procedure under way with a random sample of so many. */
async function sampled(size: number, more: object = {}, of = work): Promise<Sampled> {
  const { id } = await of.procedure()
  const { sample } = await a.staff.does(
    'drawSample',
    {
      procedureId: id,
      populationId: population.id,
      basis: 'JUDGMENT',
      size,
      sizeReason: 'A rehearsal of the test.',
      method: 'RANDOM',
      ...more,
    },
    `sample { id items(first: 100) { nodes { ${itemFields} } } }`,
  )
  return { procedureId: id, sampleId: sample.id, items: sample.items.nodes }
}

type Said = Record<string, unknown>
const pass = (item: Item | undefined, attribute: string): Said => ({
  sampleItemId: item?.id,
  attribute,
  outcome: 'NO_DEVIATION',
})
const deviation = (item: Item | undefined, attribute: string): Said => ({
  ...pass(item, attribute),
  outcome: 'DEVIATION',
  note: 'No person but the author looked at it.',
})
const both = (item: Item | undefined): Said[] => [pass(item, 'A'), pass(item, 'B')]

const counters = 'sample { itemCount testedCount deviationCount }'
const record = (procedureId: string, results: Said[]) =>
  a.staff.tryTo('recordResults', { procedureId, results }, `results { id version outcome } ${counters}`)

async function recorded(procedureId: string, results: Said[]) {
  const payload = await record(procedureId, results)
  expect(payload.errors).toEqual([])
  return payload
}

const evaluationFields = `evaluation { testedCount outstandingCount deviationCount explainedCount observedRate confidence tolerableRate
  acceptedCount upperDeviationLimit limitIsInformation limitIsNominal supportsReliance notOfferedBecause }`

async function look(sampleId: string, filter: object | null = null) {
  const { sample, verifySample } = await a.manager.gql(
    `query ($id: ID!, $filter: SampleItemFilter) { verifySample(sampleId: $id) { matches } sample(id: $id) { version itemCount testedCount deviationCount draws
      counts { noDeviationCount deviatingCount unableToTestCount notApplicableCount outstandingCount }
      ${evaluationFields}
      items(first: 100, filter: $filter) { totalCount nodes { ${itemFields}
        results { outcome correctedFrom note version recordedBy { id } attribute { letter } } } } } }`,
    { id: sampleId, filter },
  )
  if (filter === null) expect(sample.counts).toEqual(countsOf(sample.items.nodes))
  return { ...sample, verifies: verifySample.matches }
}

/** What the counters kept with a sample must say, counted from its items. */
function countsOf(items: Item[]) {
  const of = (outcome: string | null) => items.filter((item) => item.outcome === outcome).length
  return {
    noDeviationCount: of('NO_DEVIATION'),
    deviatingCount: of('DEVIATION'),
    unableToTestCount: of('UNABLE_TO_TEST'),
    notApplicableCount: of('NOT_APPLICABLE'),
    outstandingCount: of(null),
  }
}

describe('results', () => {
  it('recorded one by one add up to the item, the counters and the evaluation', async () => {
    const { procedureId, sampleId, items } = await sampled(2)
    const [first, second] = items
    const one = await a.staff.does(
      'recordResult',
      pass(first, 'A'),
      `result { id version } sampleItem { outcome } ${counters}`,
    )
    expect(one).toMatchObject({ result: { version: 1 }, sampleItem: { outcome: null } })
    expect(one.sample).toEqual({ itemCount: 2, testedCount: 0, deviationCount: 0 })
    const two = await a.senior.does('recordResult', deviation(first, 'B'), `sampleItem { outcome } ${counters}`)
    expect(two).toMatchObject({ sampleItem: { outcome: 'DEVIATION' }, sample: { testedCount: 1, deviationCount: 1 } })
    expect((await look(sampleId)).evaluation).toMatchObject({
      testedCount: 1,
      outstandingCount: 1,
      notOfferedBecause: 'The sample is not finished: 1 item has no result yet.',
      upperDeviationLimit: null,
    })
    await recorded(procedureId, both(second))
    const sample = await look(sampleId)
    expect(sample).toMatchObject({ itemCount: 2, testedCount: 2, deviationCount: 1 })
    expect(sample.items.nodes.map(({ outcome }: Item) => outcome)).toEqual(['DEVIATION', 'NO_DEVIATION'])
    expect(sample.items.nodes[0].results).toMatchObject([
      { outcome: 'NO_DEVIATION', attribute: { letter: 'A' }, recordedBy: { id: a.staff.memberId } },
      { outcome: 'DEVIATION', attribute: { letter: 'B' }, recordedBy: { id: a.senior.memberId } },
    ])
    expect((await look(sampleId, { outcome: 'DEVIATION' })).items.totalCount).toBe(1)
    expect((await look(sampleId, { outstanding: true })).items.totalCount).toBe(0)
  })

  it('are corrected by version; what stood there before stays in the trail', async () => {
    const { procedureId, items } = await sampled(1)
    const [item] = items
    await recorded(procedureId, both(item))
    const before = await w.digest()
    const blind = await a.staff.tryTo('recordResult', deviation(item, 'A'))
    expect(blind.errors).toMatchObject([{ code: 'VERSION_CONFLICT', path: ['expectedVersion'], currentVersion: 1 }])
    expect(await w.digest()).toBe(before)
    const corrected = await a.senior.does(
      'recordResult',
      { ...deviation(item, 'A'), expectedVersion: 1 },
      `result { version outcome note recordedBy { id } } ${counters}`,
    )
    expect(corrected).toMatchObject({
      result: { version: 2, outcome: 'DEVIATION', recordedBy: { id: a.senior.memberId } },
      sample: { deviationCount: 1 },
    })
    const { rows } = await w.owner.query(
      `select changes from trail_entry where action = 'recordResult' and chain_id = $1 order by position desc limit 1`,
      [work.engagementId],
    )
    const change = JSON.parse(rows[0].changes).find(({ type }: { type: string }) => type === 'Result')
    expect(change.before).toMatchObject({ outcome: 'NO_DEVIATION', recordedBy: a.staff.memberId })
    expect(change.after).toMatchObject({ outcome: 'DEVIATION', recordedBy: a.senior.memberId })
  })

  it('that deviate are corrected to deviations alone: what was seen is not talked away', async () => {
    const { procedureId, sampleId, items } = await sampled(3)
    const [first, second, third] = items
    const missing = { ...pass(second, 'A'), outcome: 'UNABLE_TO_TEST', note: 'The log is gone.' }
    const rest = [pass(first, 'B'), pass(second, 'B'), pass(third, 'B')]
    await recorded(procedureId, [deviation(first, 'A'), missing, deviation(third, 'A'), ...rest])
    const before = await w.digest()
    const note = 'The review was found in the archive.'
    for (const outcome of ['NO_DEVIATION', 'NOT_APPLICABLE', 'AWAITING_EVIDENCE']) {
      const one = await a.staff.tryTo('recordResult', { ...pass(first, 'A'), outcome, note, expectedVersion: 1 })
      expect(one.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['outcome'], message: /use explainDeviation/ }])
    }
    const instead = { note, alternativeProcedure: 'Traced it to the mail archive.', expectedVersion: 1 }
    const { errors } = await record(procedureId, [
      { ...pass(second, 'A'), note, expectedVersion: 1 },
      { ...deviation(third, 'A'), outcome: 'UNABLE_TO_TEST', ...instead },
    ])
    expect(errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['results', '0', 'outcome'] },
      { code: 'INVALID_INPUT', path: ['results', '1', 'alternativeProcedure'] },
    ])
    const later = await record(procedureId, [{ ...missing, ...instead }])
    expect(later.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['results', '0', 'alternativeProcedure'] }])
    expect(await w.digest()).toBe(before)
    await recorded(procedureId, [
      { ...missing, sampleItemId: first?.id, expectedVersion: 1 },
      { ...deviation(second, 'A'), expectedVersion: 1 },
      { ...deviation(third, 'A'), note: 'Looked again: no person.', expectedVersion: 1 },
    ])
    expect(await look(sampleId)).toMatchObject({ testedCount: 3, deviationCount: 3 })
    expect((await look(sampleId, { corrected: true })).items).toMatchObject({
      totalCount: 1,
      nodes: [{ id: first?.id, results: [{ outcome: 'UNABLE_TO_TEST', correctedFrom: 'DEVIATION' }, {}] }],
    })
    expect((await look(sampleId, { corrected: false })).items.totalCount).toBe(2)
    await a.senior.does('recordResult', { ...deviation(first, 'A'), expectedVersion: 2 })
    expect((await look(sampleId, { corrected: true })).items.totalCount).toBe(0)
  })

  it('that wait for evidence leave the item outstanding, and then say anything', async () => {
    const { procedureId, sampleId, items } = await sampled(2)
    const [first, second] = items
    const awaited = (item: Item | undefined) => ({ ...pass(item, 'A'), outcome: 'AWAITING_EVIDENCE' })
    const before = await w.digest()
    const silent = await record(procedureId, [awaited(first)])
    expect(silent.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['results', '0', 'note'] }])
    expect(await w.digest()).toBe(before)
    const note = 'Asked for the record of the review.'
    await recorded(
      procedureId,
      [first, second].flatMap((item) => [{ ...awaited(item), note }, pass(item, 'B')]),
    )
    expect(await look(sampleId)).toMatchObject({ testedCount: 0, evaluation: { outstandingCount: 2 } })
    await recorded(procedureId, [
      { ...pass(first, 'A'), note: null, expectedVersion: 1 },
      {
        ...awaited(second),
        outcome: 'UNABLE_TO_TEST',
        note: 'It was never found.',
        alternativeProcedure: 'Traced it to the mail of that day.',
        expectedVersion: 1,
      },
    ])
    const now = await look(sampleId)
    expect(now).toMatchObject({ testedCount: 2, deviationCount: 1 })
    expect(
      now.items.nodes.map(({ results }: { results: { correctedFrom: string | null }[] }) => results[0]?.correctedFrom),
    ).toEqual([null, null])
  })

  it('in bulk are all taken in or none, with the reason for each at fault', async () => {
    const { procedureId, items } = await sampled(3)
    const [first, second, third] = items
    await recorded(procedureId, [pass(first, 'A')])
    const elsewhere = await sampled(1)
    const before = await w.digest()
    const { errors, errorCount } = await record(procedureId, [
      pass(second, 'A'),
      pass(first, 'A'),
      { ...pass(third, 'A'), expectedVersion: 4 },
      { ...deviation(third, 'B'), note: null },
      pass(third, 'C'),
      pass(elsewhere.items[0], 'A'),
      { ...pass(first, 'B'), sampleItemId: randomUUID() },
      { ...pass(first, 'B'), sampleItemId: 'no id' },
      pass(second, 'A'),
      { ...pass(second, 'B'), outcome: 'NOT_APPLICABLE' },
      { ...pass(first, 'B'), alternativeProcedure: 'Asked.' },
    ])
    const told = errors.map(({ code, path }: { code: string; path: string[] }) => [path.join('.'), code])
    expect(told).toEqual([
      ['results.1.expectedVersion', 'VERSION_CONFLICT'],
      ['results.2.expectedVersion', 'INVALID_INPUT'],
      ['results.3.note', 'INVALID_INPUT'],
      ['results.4.attribute', 'INVALID_INPUT'],
      ['results.5.sampleItemId', 'NOT_FOUND'],
      ['results.6.sampleItemId', 'NOT_FOUND'],
      ['results.7.sampleItemId', 'NOT_FOUND'],
      ['results.8.sampleItemId', 'INVALID_INPUT'],
      ['results.9.note', 'INVALID_INPUT'],
      ['results.10.alternativeProcedure', 'INVALID_INPUT'],
    ])
    expect(errors[0]).toMatchObject({ __typename: 'VersionConflict', currentVersion: 1 })
    expect(errorCount).toBe(10)
    expect(await w.digest()).toBe(before)
    const all = await record(
      procedureId,
      Array.from({ length: 1_000 }, () => ({ ...pass(first, 'B'), sampleItemId: randomUUID() })),
    )
    expect(all.errors).toHaveLength(100)
    expect(all.errors.at(-1)).toMatchObject({ code: 'NOT_FOUND', path: ['results', '99', 'sampleItemId'] })
    expect(all.errorCount).toBe(1_000)
    expect(await w.digest()).toBe(before)
    const tooMany = await record(
      procedureId,
      Array.from({ length: 1_001 }, () => pass(first, 'B')),
    )
    expect(tooMany.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['results'] }])
  })

  it('of missing evidence count as deviations, whatever was done instead', async () => {
    const { procedureId, sampleId, items } = await sampled(2)
    const missing = (item: Item | undefined) => ({
      ...pass(item, 'A'),
      outcome: 'UNABLE_TO_TEST',
      note: 'The log is gone.',
    })
    await recorded(procedureId, [
      missing(items[0]),
      pass(items[0], 'B'),
      { ...missing(items[1]), alternativeProcedure: 'Traced it to the mail archive: reviewed by Ada.' },
      pass(items[1], 'B'),
    ])
    const sample = await look(sampleId)
    expect(sample.items.nodes.map(({ outcome }: Item) => outcome)).toEqual(['UNABLE_TO_TEST', 'UNABLE_TO_TEST'])
    expect(sample).toMatchObject({ testedCount: 2, deviationCount: 2 })
  })

  it('are not recorded before the procedure began, without a sample, or by the quality reviewer', async () => {
    const { procedureId, items } = await sampled(1)
    const bare = await work.procedure()
    const without = await record(bare.id, [pass(items[0], 'A')])
    expect(without.errors).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'NO_SAMPLE' }] }])
    const planned = await a.senior.does(
      'planProcedure',
      {
        controlId: work.controlId,
        ref: 'X1',
        methods: ['INSPECTION'],
        aspects: ['OPERATION'],
        objective: 'o',
        steps: 's',
      },
      'procedure { id }',
    )
    const early = await record(planned.procedure.id, [pass(items[0], 'A')])
    expect(early.errors).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'PLANNED', allowed: ['IN_PROGRESS'] }])
    const results = { procedureId, results: [pass(items[0], 'A')] }
    expect(await a.reviewer.isDenied('recordResults', results)).toBe('FORBIDDEN')
    expect(await a.staff.isDenied('recordResult', pass({ id: randomUUID() } as Item, 'A'))).toBe('NOT_FOUND')
  })

  it('of many items at once keep the counters right while others record too', async () => {
    const { procedureId, sampleId, items } = await sampled(60)
    const halves = [items.slice(0, 30), items.slice(30)]
    await Promise.all(
      halves.map((half, at) =>
        [a.staff, a.senior][at]?.does('recordResults', { procedureId, results: half.flatMap(both) }, '__typename'),
      ),
    )
    expect(await look(sampleId)).toMatchObject({
      testedCount: 60,
      deviationCount: 0,
      evaluation: { upperDeviationLimit: 0.038, limitIsInformation: true, supportsReliance: null },
    })
  })
})

describe('results of many items', () => {
  const whole = `results { id version outcome note recordedAt sampleItem { id } attribute { letter } recordedBy { name } } ${counters}`
  // Cut as it is sent: 64 of them, then the rest.
  const of = (items: Item[]) =>
    items.flatMap((item) => [
      { ...deviation(item, 'A'), note: `No person looked at ${item.itemKey}.` },
      pass(item, 'B'),
    ])

  it('are each kept as they were said', async () => {
    const { procedureId, items } = await sampled(40)
    const said = of(items)
    const { results } = await a.staff.does('recordResults', { procedureId, results: said }, whole)
    const { rows } = await w.owner.query(
      `select r.id, r.sample_item_id as "sampleItemId", t.letter as attribute, r.outcome, r.note from result r
       join attribute t on t.id = r.attribute_id where r.procedure_id = $1 and r.sample_id is not null and r.version = 1
         and r.engagement_id = $2 and r.recorded_by = $3 and r.created_by = $3 and r.explanation_state is null`,
      [procedureId, work.engagementId, a.staff.memberId],
    )
    const written = new Map(rows.map(({ id, ...row }) => [id, row]))
    expect(results.map(({ id }: Item) => written.get(id))).toEqual(said.map((one) => ({ note: null, ...one })))
  })

  it('sent again are answered as the first time', async () => {
    const { procedureId, items } = await sampled(40)
    const input = { procedureId, results: of(items), idempotencyKey: randomUUID() }
    const first = await a.staff.does('recordResults', input, whole)
    expect(first.results).toHaveLength(80)
    await a.staff.does(
      'recordResult',
      { ...deviation(items[0], 'A'), note: 'Looked again.', expectedVersion: 1 },
      counters,
    )
    const before = await w.digest()
    expect(await a.staff.does('recordResults', input, whole)).toEqual(first)
    expect(await w.digest()).toBe(before)
  })
})

describe('an evaluation', () => {
  it('says after a deviation what it comes to, and offers no way to let the sample grow', async () => {
    const rates = { confidence: 0.9, tolerableRate: 0.1 }
    const rated = await fieldwork(w, a, { rates: { ...rates, expectedRate: 0 } })
    const { id: populationId } = await rated.frozen(changes(300))
    const { procedureId, sampleId, items } = await sampled(25, { populationId, basis: 'STATISTICAL' }, rated)
    const [first, ...others] = items
    await recorded(procedureId, [deviation(first, 'A'), pass(first, 'B'), ...others.flatMap(both)])
    expect((await look(sampleId)).evaluation).toEqual({
      testedCount: 25,
      outstandingCount: 0,
      deviationCount: 1,
      explainedCount: 0,
      observedRate: 0.04,
      ...rates,
      acceptedCount: null,
      upperDeviationLimit: 0.147,
      limitIsInformation: false,
      limitIsNominal: false,
      supportsReliance: false,
      notOfferedBecause: null,
    })
  })

  it('is not offered for what the auditor picked', async () => {
    const picked = { method: 'TARGETED', size: null, itemKeys: ['C-1'] }
    const { procedureId, sampleId, items } = await sampled(1, picked)
    await recorded(procedureId, items.flatMap(both))
    expect((await look(sampleId)).evaluation).toMatchObject({
      testedCount: 1,
      observedRate: 0,
      upperDeviationLimit: null,
      supportsReliance: null,
      notOfferedBecause: expect.stringContaining('not statistical'),
    })
  })
})
