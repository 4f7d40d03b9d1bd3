import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { hashRank } from '../../src/rules/selection.js'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
let work: Fieldwork
let population: { id: string; digest: string; seed: string }

beforeAll(async () => {
  work = await fieldwork(w, a)
  population = await work.frozen(changes(300), { dateColumn: 'merged' })
})

const keys = Array.from({ length: 300 }, (_, at) => `C-${at + 1}`)
const ranked = (seed = population.seed) => [...keys].sort((x, y) => (hashRank(seed, x) < hashRank(seed, y) ? -1 : 1))

interface Item {
  position: number
  itemKey: string
  rank: string
  drawnAs: string
  replaces: { itemKey: string } | null
}

const verified = 'matches populationMatches seedMatches redrawn itemCount missing unexpected orderDiffers'
const verify = async (sampleId: string) =>
  (await a.manager.gql(`query ($id: ID!) { verifySample(sampleId: $id) { ${verified} } }`, { id: sampleId }))
    .verifySample
const whole = `sample { id version risk size sizeReason recommendedSize acceptedDeviationCount itemCount seed method basis isStatistical draws algorithm
  algorithmVersion samplingTable { number } populationDigest populationSize testedCount deviationCount confidence tolerableRate
  expectedRate systematicStart stratumColumn drawnBy { id } extensions { additionalCount reason extendedBy { id } }
  items(first: 100) { totalCount nodes { position itemKey rank drawnAs replaces { itemKey } } } }`
const holds = {
  matches: true,
  populationMatches: true,
  seedMatches: true,
  redrawn: true,
  itemCount: 300,
  missing: [],
  unexpected: [],
  orderDiffers: false,
}
const keysOf = (sample: { items: { nodes: Item[] } }) => sample.items.nodes.map(({ itemKey }) => itemKey)

const table = { basis: 'FREQUENCY_TABLE' }
const five = { basis: 'JUDGMENT', size: 5, sizeReason: 'A rehearsal of the test.' }

async function draw(input: object, on = work) {
  const { id } = await on.procedure()
  return a.staff.tryTo('drawSample', { procedureId: id, populationId: population.id, ...input }, whole)
}

async function drawn(input: object, on = work) {
  const { sample, errors } = await draw(input, on)
  expect(errors).toEqual([])
  return sample
}

describe('a random sample', () => {
  it('is the first by hash rank, as a shell would find it, and verifies', async () => {
    const sample = await drawn({ ...table, method: 'RANDOM' })
    expect(keysOf(sample)).toEqual(ranked().slice(0, 45))
    expect(sample.items.nodes[0]).toEqual({
      position: 1,
      itemKey: ranked()[0],
      rank: hashRank(population.seed, ranked()[0] as string),
      drawnAs: 'INITIAL',
      replaces: null,
    })
    expect(sample).toMatchObject({
      risk: 'MODERATE',
      size: 45,
      recommendedSize: 45,
      acceptedDeviationCount: 0,
      itemCount: 45,
      draws: [45],
      algorithm: 'sha256-rank',
      algorithmVersion: 1,
      samplingTable: { number: 1 },
      populationDigest: population.digest,
      populationSize: 300,
      isStatistical: true,
      drawnBy: { id: a.staff.memberId },
    })
    expect(await verify(sample.id)).toEqual(holds)
  })

  it('has the seed of the population, as any other of it, and the items carry their rows', async () => {
    const one = await drawn({ ...five, method: 'RANDOM' })
    const two = await drawn({ ...five, size: 7, method: 'RANDOM' })
    expect(one.seed).toMatch(/^[0-9a-f]{64}$/)
    expect([one.seed, two.seed]).toEqual([population.seed, population.seed])
    expect(keysOf(one)).toEqual(ranked().slice(0, 5))
    expect(keysOf(two)).toEqual(ranked().slice(0, 7))
    const { sample } = await a.senior.gql(
      'query ($id: ID!) { sample(id: $id) { items(first: 1) { nodes { occurredOn fields { name value } ordinal } } } }',
      { id: one.id },
    )
    const [item] = sample.items.nodes
    const ordinal = Number(ranked(one.seed)[0]?.slice(2))
    expect(item).toEqual({
      ordinal,
      occurredOn: new Date(Date.UTC(2025, 0, ordinal)).toISOString().slice(0, 10),
      fields: [
        { name: 'id', value: `C-${ordinal}` },
        { name: 'merged', value: item.occurredOn },
        { name: 'author', value: `author ${(ordinal - 1) % 7}` },
        { name: 'reviewer', value: `reviewer ${(ordinal - 1) % 5}` },
      ],
    })
  })

  it('grows by the next ranks, with the reason kept, and still verifies', async () => {
    const sample = await drawn({ ...five, method: 'RANDOM' })
    const extended = await a.partner.does(
      'extendSample',
      {
        sampleId: sample.id,
        expectedVersion: sample.version,
        additionalCount: 4,
        reason: 'A new team runs the control.',
        restsOnIds: [population.id],
      },
      whole,
    )
    expect(keysOf(extended.sample)).toEqual(ranked().slice(0, 9))
    expect(extended.sample).toMatchObject({
      size: 9,
      itemCount: 9,
      draws: [5, 4],
      extensions: [
        { additionalCount: 4, reason: 'A new team runs the control.', extendedBy: { id: a.partner.memberId } },
      ],
    })
    expect(await verify(sample.id)).toEqual(holds)
    const before = await w.digest()
    const stale = await a.staff.tryTo('extendSample', {
      sampleId: sample.id,
      expectedVersion: sample.version,
      additionalCount: 4,
      reason: 'Again.',
    })
    expect(stale.errors).toMatchObject([{ code: 'VERSION_CONFLICT' }])
    const tooMany = await a.staff.tryTo('extendSample', {
      sampleId: sample.id,
      expectedVersion: extended.sample.version,
      additionalCount: 292,
      reason: 'All of them.',
    })
    expect(tooMany.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['additionalCount'] }])
    expect(await w.digest()).toBe(before)
  })

  it('sized from the rates of its control records them', async () => {
    const rates = { confidence: 0.95, tolerableRate: 0.05, expectedRate: 0 }
    const rated = await fieldwork(w, a, { rates })
    const { id: procedureId } = await rated.procedure()
    const { id: populationId } = await rated.frozen(changes(300))
    const statistical = { procedureId, populationId, basis: 'STATISTICAL', method: 'RANDOM' }
    const { sample } = await a.staff.does('drawSample', statistical, whole)
    expect(sample).toMatchObject({ ...rates, size: 59, recommendedSize: 59, risk: null, samplingTable: null })
  })
})

describe('a verification', () => {
  it('finds an item that was exchanged, and one that was changed in the population', async () => {
    const sample = await drawn({ ...five, method: 'RANDOM' })
    const [first] = ranked()
    const stranger = ranked()[200]
    await w.owner.query('update sample_item set item_key = $3 where sample_id = $1 and item_key = $2', [
      sample.id,
      first,
      stranger,
    ])
    expect(await verify(sample.id)).toEqual({ ...holds, matches: false, missing: [first], unexpected: [stranger] })
    await w.owner.query('update sample_item set item_key = $2 where sample_id = $1 and item_key = $3', [
      sample.id,
      first,
      stranger,
    ])
    expect(await verify(sample.id)).toEqual(holds)
    const own = await fieldwork(w, a)
    const other = await own.frozen(changes(300), { dateColumn: 'merged' })
    const forged = await drawn({ ...five, method: 'RANDOM', populationId: other.id }, own)
    await w.owner.query('alter table population_item disable trigger written_once')
    await w.owner.query(
      `update population_item set cells[4] = 'somebody else' where population_id = $1 and item_key = 'C-7'`,
      [other.id],
    )
    await w.owner.query('alter table population_item enable trigger written_once')
    expect(await verify(forged.id)).toEqual({ ...holds, matches: false, populationMatches: false })
    await w.owner.query('update sample set seed = $2 where id = $1', [sample.id, other.seed])
    expect(await verify(sample.id)).toEqual({ ...holds, matches: false, seedMatches: false })
  })
})

describe('every drawn sample', () => {
  it.each([
    ['RANDOM', {}],
    ['SYSTEMATIC', {}],
    ['STRATIFIED', { stratumColumn: 'author' }],
  ])('under %s grows by extensions and replacements, and verifies after each', async (method, more) => {
    const first = await drawn({ ...five, method, ...more })
    const { sample: second } = await a.partner.does(
      'extendSample',
      {
        sampleId: first.id,
        expectedVersion: first.version,
        additionalCount: 3,
        reason: 'Another site.',
        restsOnIds: [population.id],
      },
      `sample { procedure { id } items { nodes { id itemKey } } }`,
    )
    expect(keysOf(second).slice(0, 5)).toEqual(keysOf(first))
    expect(await verify(first.id)).toEqual(holds)
    const results = ['A', 'B'].map((attribute) => ({
      sampleItemId: second.items.nodes[1].id,
      attribute,
      outcome: 'NOT_APPLICABLE',
      note: 'A test commit.',
    }))
    const recorded = 'results { id }'
    const made = await a.staff.does('recordResults', { procedureId: second.procedure.id, results }, recorded)
    const { id: evidenceId } = await a.staff.brings(work.engagementId, {
      name: 'test.csv',
      content: `id\n${first.id}\n`,
    })
    let third: any
    for (const { id: resultId } of made.results) {
      await a.staff.does('linkEvidence', { evidenceId, nodeId: resultId })
      const approval = { resultId, expectedVersion: 2, approve: true }
      third = (await a.manager.does('decideExplanation', approval, whole)).sample
    }
    expect(third.draws).toEqual([5, 3, 1])
    expect(keysOf(third).slice(0, 8)).toEqual(keysOf(second))
    expect(new Set(keysOf(third)).size).toBe(9)
    expect(await verify(first.id)).toEqual(holds)
  })

  it('is ranked by the bytes of its keys, whatever letters they have', async () => {
    const names = [
      'Änderung 1',
      'änderung 1',
      'Пример',
      '变更',
      '🚀-7',
      'naïve',
      'naive',
      'Z',
      'a b',
      "o'clock",
      '$1',
      'ß',
    ]
    const own = await fieldwork(w, a)
    const list = await own.frozen(`id\n${names.join('\n')}\n`)
    const sample = await drawn({ ...five, size: 12, method: 'RANDOM', populationId: list.id }, own)
    const rank = (key: string) => hashRank(list.seed, key)
    expect(keysOf(sample)).toEqual([...names].sort((x, y) => (rank(x) < rank(y) ? -1 : 1)))
    expect(await verify(sample.id)).toEqual({ ...holds, itemCount: 12 })
  })
})

describe('a verification of many samples', () => {
  it('is not made in one request: each reads a whole population', async () => {
    const [one, two] = [await drawn({ ...five, method: 'RANDOM' }), await drawn({ ...five, method: 'RANDOM' })]
    const { errors } = await a.manager.ask(
      `query ($one: ID!, $two: ID!) { one: verifySample(sampleId: $one) { matches } two: verifySample(sampleId: $two) { matches } }`,
      { one: one.id, two: two.id },
    )
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })
})

describe('other ways to select', () => {
  it('takes items at even intervals from a start that follows from the seed', async () => {
    const sample = await drawn({ ...five, method: 'SYSTEMATIC' })
    const places = keysOf(sample).map((key) => Number(key.slice(2)))
    expect(places.map((place, at) => place - (places[0] as number) - at * 60)).toEqual([0, 0, 0, 0, 0])
    expect(places[0]).toBe(Math.floor(sample.systematicStart / 5) + 1)
    expect(await verify(sample.id)).toEqual(holds)
  })

  it('shares a stratified sample among the strata in proportion', async () => {
    const sample = await drawn({
      basis: 'JUDGMENT',
      size: 10,
      sizeReason: 'Two of each.',
      method: 'STRATIFIED',
      stratumColumn: 'reviewer',
    })
    const strata = keysOf(sample).map((key) => (Number(key.slice(2)) - 1) % 5)
    expect(strata.sort()).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
    expect(sample.stratumColumn).toBe('reviewer')
    expect(await verify(sample.id)).toEqual(holds)
  })

  it('takes the entire population, with the reason', async () => {
    const own = await fieldwork(w, a)
    const { id: populationId } = await own.frozen(changes(12), { dateColumn: 'merged' })
    const sizeReason = 'So few that all are tested.'
    const sample = await drawn({ ...table, sizeReason, method: 'ENTIRE_POPULATION', populationId }, own)
    expect(sample).toMatchObject({ size: 12, seed: null, isStatistical: true })
    expect(keysOf(sample)).toEqual(keys.slice(0, 12))
    expect(await verify(sample.id)).toEqual({ ...holds, itemCount: 12 })
  })

  it('takes what the auditor picked, and does not call it statistical', async () => {
    const pick = { basis: 'JUDGMENT', sizeReason: 'The largest ones.', itemKeys: ['C-200', 'C-7'] }
    const sample = await drawn({ ...pick, method: 'TARGETED' })
    expect(keysOf(sample)).toEqual(['C-200', 'C-7'])
    expect(sample).toMatchObject({ isStatistical: false, seed: null, size: 2 })
    expect(await verify(sample.id)).toEqual({ ...holds, redrawn: false })
    const block = await draw({ ...pick, method: 'BLOCK' })
    expect(block.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['itemKeys'] }])
    const more = await a.partner.does(
      'extendSample',
      {
        sampleId: sample.id,
        expectedVersion: sample.version,
        itemKeys: ['C-8'],
        reason: 'One more of the kind.',
        restsOnIds: [population.id],
      },
      whole,
    )
    expect(keysOf(more.sample)).toEqual(['C-200', 'C-7', 'C-8'])
    const again = await a.staff.tryTo('extendSample', {
      sampleId: sample.id,
      expectedVersion: more.sample.version,
      itemKeys: ['C-9', 'C-7'],
      reason: 'One more of the kind.',
    })
    expect(again.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['itemKeys', '1'] }])
  })
})

describe('a sample is not drawn', () => {
  const random = { method: 'RANDOM' }
  it.each<[string, object, string[]]>([
    ['of another size without a reason', { ...table, ...random, size: 10 }, ['sizeReason']],
    ['by judgment without a size', { basis: 'JUDGMENT', ...random, sizeReason: 'So.' }, ['size']],
    ['larger than the population', { ...five, ...random, size: 301 }, ['size']],
    ['of no items', { ...five, ...random, size: 0 }, ['size']],
    ['of one item, of a control that people perform', { basis: 'AUTOMATED_ONE', ...random }, ['basis']],
    ['by statistics, of a control that names no expected rate', { basis: 'STATISTICAL', ...random }, ['basis']],
    ['by strata of no column', { ...five, method: 'STRATIFIED', stratumColumn: 'team' }, ['stratumColumn']],
    ['by too many strata', { ...five, method: 'STRATIFIED', stratumColumn: 'id' }, ['stratumColumn']],
    [
      'of picked items that are none',
      { ...five, size: null, method: 'HAPHAZARD', itemKeys: ['C-1', 'X'] },
      ['itemKeys', '1'],
    ],
    [
      'of items picked twice',
      { ...five, size: null, method: 'HAPHAZARD', itemKeys: ['C-1', 'C-1'] },
      ['itemKeys', '1'],
    ],
    ['of items picked under a random draw', { ...five, ...random, itemKeys: ['C-1'] }, ['itemKeys']],
  ])('%s, and nothing moves', async (_, input, path) => {
    const { id } = await work.procedure()
    const before = await w.digest()
    const { errors, sample } = await a.staff.tryTo(
      'drawSample',
      { procedureId: id, populationId: population.id, ...input },
      'sample { id }',
    )
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path }])
    expect(sample).toBeNull()
    expect(await w.digest()).toBe(before)
  })

  it('from a draft, from nothing, from another control’s population, or without attributes', async () => {
    const draft = await work.draft()
    const [idle, other] = [await fieldwork(w, a), await fieldwork(w, a)]
    const empty = await idle.frozen('id\n')
    const foreign = await other.frozen(changes(5))
    for (const [{ id }, on] of [
      [draft, work],
      [empty, idle],
      [foreign, work],
    ] as const) {
      const { errors } = await draw({ ...five, size: 1, method: 'RANDOM', populationId: id }, on)
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['populationId'] }])
    }
    const bare = await work.procedure({ attributes: [] })
    const { errors } = await a.staff.tryTo('drawSample', {
      procedureId: bare.id,
      populationId: population.id,
      ...five,
      method: 'RANDOM',
    })
    expect(errors).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'NO_ATTRIBUTE', node: bare.id }] }])
    const input = { procedureId: bare.id, populationId: randomUUID(), ...five, method: 'RANDOM' }
    const attributed = await work.procedure()
    expect(await a.staff.isDenied('drawSample', { ...input, procedureId: attributed.id })).toBe('NOT_FOUND')
    expect(await a.reviewer.isDenied('drawSample', { ...input, populationId: population.id })).toBe('FORBIDDEN')
  })

  it('twice: of two at once one wins, and the other is told', async () => {
    const other = await fieldwork(w, a)
    const { id } = await other.procedure()
    const input = { procedureId: id, populationId: (await other.frozen(changes(20))).id, ...five, method: 'RANDOM' }
    const answers = await Promise.all(
      [a.staff, a.senior, a.manager].map((person) => person.tryTo('drawSample', input, 'sample { id }')),
    )
    const winners = answers.filter(({ sample }) => sample)
    expect(winners).toHaveLength(1)
    expect(answers.flatMap(({ errors }) => errors)).toMatchObject([
      { code: 'ALREADY_EXISTS' },
      { code: 'ALREADY_EXISTS' },
    ])
    const { rows } = await w.owner.query('select count(*)::int as n from sample where procedure_id = $1', [id])
    expect(rows).toEqual([{ n: 1 }])
  })
})
