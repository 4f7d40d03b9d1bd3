import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { hashRank } from '../../src/rules/selection.js'
import { judgmentsOf } from '../support/chain.js'
import { type Fieldwork, fieldwork, importEvidence, importList } from '../support/fieldwork.js'
import { type Person, world } from '../support/world.js'

// What the control does not speak of is taken out by a rule, agreed with by another person, before anything is drawn.

const w = await world()
const a = await w.firm('Alder')
const rows = Array.from(
  { length: 30 },
  (_, at) => `C-${at + 1},2025-02-01,${at % 3 === 0 ? 'Now working on 2' : 'A change'}`,
)
const csv = `id,merged,summary\n${rows.join('\n')}\n`
const kept = rows.filter((row) => row.endsWith('A change'))
const reason = 'The control speaks of changes to code; the opening of a version changes none.'
const rule = { column: 'summary', operator: 'STARTS_WITH', values: ['Now working on '], reason }
const columns = { keyColumn: 'id', dateColumn: 'merged' }
const checks = { completenessCheck: 'Watched the query run.', accuracyCheck: 'Traced five rows.' }
const answered = `population { id version itemCount } exclusion { id version state matchedCount column operator values reason
  proposedBy { id } decidedBy { id } decisionNote population { id } }`

async function draftOf(on: Fieldwork, described: object = {}) {
  const { id, version } = await on.draft(described)
  const input = { populationId: id, expectedVersion: version, ...columns }
  const { population, errors } = await importList(a.staff, on.engagementId, input, csv)
  expect(errors).toEqual([])
  return { populationId: id as string, expectedVersion: population.version as number }
}
async function proposed(on: Fieldwork, described: object = {}, change: object = {}) {
  const named = await draftOf(on, described)
  return a.staff.does('proposeExclusion', { ...named, ...rule, ...change }, answered)
}
const decide = (
  person: Person,
  exclusion: { id: string; version: number },
  approve = true,
  note: string | null = null,
) =>
  person.tryTo(
    'decideExclusion',
    { populationExclusionId: exclusion.id, expectedVersion: exclusion.version, approve, note },
    answered,
  )
const freeze = (populationId: string, expectedVersion: number, more: object = {}) =>
  a.staff.tryTo(
    'freezePopulation',
    { populationId, expectedVersion, ...checks, ...more },
    'population { id version state itemCount excludedCount digest seed items(first: 100) { totalCount nodes { ordinal itemKey } } }',
  )
async function refused(act: () => Promise<{ errors: object[] }>, ...expected: object[]) {
  const before = await w.digest()
  expect((await act()).errors).toMatchObject(expected)
  expect(await w.digest()).toBe(before)
}

it('never takes out every item: neither one rule nor several together make an empty list of a full one', async () => {
  const on = await fieldwork(w, a)
  const draft = await on.draft()
  const columns = { populationId: draft.id, expectedVersion: draft.version, keyColumn: 'id' }
  const imported = await importList(a.staff, on.engagementId, columns, 'id\nC-1\nT-1\nT-2\n')
  const starting = (value: string, expectedVersion: number) => ({
    populationId: draft.id,
    expectedVersion,
    column: 'id',
    operator: 'STARTS_WITH',
    reason: 'Invented.',
    values: [value],
  })
  const asked = 'exclusion { id version } population { version }'
  const all = { ...starting('C-', imported.population.version), operator: 'CONTAINS', values: ['-'] }
  await refused(() => a.staff.tryTo('proposeExclusion', all), { code: 'INVALID_INPUT', path: ['values'] })
  let { version } = imported.population
  for (const value of ['C-', 'T-']) {
    const made = await a.staff.does('proposeExclusion', starting(value, version), asked)
    version = (await decide(a.senior, made.exclusion)).population.version
  }
  await refused(() => freeze(draft.id, version, { absenceCheck: 'Asked.' }), {
    code: 'INVALID_INPUT',
    path: ['populationId'],
  })
})

it('is proposed with what it takes out, agreed with by another person, and its items are none of the population', async () => {
  const on = await fieldwork(w, a)
  const { exclusion, population } = await proposed(on)
  expect(exclusion).toMatchObject({
    state: 'PROPOSED',
    matchedCount: 10,
    ...rule,
    proposedBy: { id: a.staff.memberId },
    decidedBy: null,
    population: { id: population.id },
  })
  await refused(() => freeze(population.id, population.version), {
    code: 'NOT_READY',
    blockers: [{ code: 'EXCLUSION_UNDECIDED', node: exclusion.id }],
  })
  expect(
    await a.staff.isDenied('decideExclusion', {
      populationExclusionId: exclusion.id,
      expectedVersion: 1,
      approve: true,
    }),
  ).toBe('FORBIDDEN')
  const agreed = await decide(a.senior, exclusion)
  expect(agreed.exclusion).toMatchObject({ state: 'APPROVED', decidedBy: { id: a.senior.memberId } })
  const { population: frozen, errors } = await freeze(population.id, agreed.population.version)
  expect(errors).toEqual([])
  expect(frozen).toMatchObject({ itemCount: 20, excludedCount: 10, items: { totalCount: 20 } })
  const keys = kept.map((row) => row.split(',')[0] as string)
  expect(frozen.items.nodes).toEqual(keys.map((itemKey, at) => ({ ordinal: at + 1, itemKey })))
  const lines = kept.map((row) => {
    const cells = row.split(',')
    return `${JSON.stringify([cells[0], cells[1], cells])}\n`
  })
  expect(frozen.digest).toBe(createHash('sha256').update(lines.join('')).digest('hex'))
  // Drawn are items that remain, and no other: by rank, and to the last of them.
  for (const [method, size] of [
    ['RANDOM', 20],
    ['SYSTEMATIC', 20],
    ['ENTIRE_POPULATION', null],
  ] as const) {
    const { id } = await on.procedure()
    const how = { procedureId: id, populationId: frozen.id, basis: 'JUDGMENT', sizeReason: 'All.', method, size }
    const { sample } = await a.staff.does('drawSample', how, 'sample { id items(first: 100) { nodes { itemKey } } }')
    const drawn = sample.items.nodes.map(({ itemKey }: { itemKey: string }) => itemKey)
    if (method === 'RANDOM') {
      const rank = (key: string) => hashRank(frozen.seed, key)
      expect(drawn).toEqual([...keys].sort((x, y) => (rank(x) < rank(y) ? -1 : 1)))
    } else expect(drawn).toEqual(keys)
    const { verifySample } = await a.manager.gql(
      'query ($id: ID!) { verifySample(sampleId: $id) { matches itemCount } }',
      {
        id: sample.id,
      },
    )
    expect(verifySample).toEqual({ matches: true, itemCount: 20 })
  }
  // Nothing about it changes after freezing.
  const gone = { populationExclusionId: exclusion.id, expectedVersion: agreed.exclusion.version }
  await refused(() => a.senior.tryTo('withdrawExclusion', gone), { code: 'INVALID_TRANSITION' })
  await refused(
    () => a.staff.tryTo('proposeExclusion', { populationId: frozen.id, expectedVersion: frozen.version, ...rule }),
    { code: 'INVALID_TRANSITION' },
  )
})

it('is never decided by who proposed it, and is declined with a note; then its items stay', async () => {
  const on = await fieldwork(w, a)
  const named = await draftOf(on)
  const { exclusion } = await a.senior.does('proposeExclusion', { ...named, ...rule }, answered)
  await refused(() => decide(a.senior, exclusion), { code: 'SEPARATION_OF_DUTIES' })
  await refused(() => decide(a.manager, exclusion, false), { code: 'INVALID_INPUT', path: ['note'] })
  const declined = await decide(a.manager, exclusion, false, 'The wording says every change.')
  expect(declined.exclusion).toMatchObject({ state: 'DECLINED', decisionNote: 'The wording says every change.' })
  await refused(() => decide(a.partner, declined.exclusion), { code: 'INVALID_TRANSITION' })
  const { population } = await freeze(named.populationId, declined.population.version)
  expect(population).toMatchObject({ itemCount: 30, excludedCount: 0 })
})

it('is refused where it names no column, nothing to compare with, or no item', async () => {
  const on = await fieldwork(w, a)
  const named = await draftOf(on)
  for (const [change, path] of [
    [{ column: 'author' }, ['column']],
    [{ values: [] }, ['values']],
    [{ values: ['a', 'b'] }, ['values']],
    [{ values: [''] }, ['values', '0']],
    [{ values: ['Never written'] }, ['values']],
  ] as const) {
    await refused(() => a.staff.tryTo('proposeExclusion', { ...named, ...rule, ...change }), {
      code: 'INVALID_INPUT',
      path,
    })
  }
  await refused(() => a.staff.tryTo('proposeExclusion', { ...named, ...rule, expectedVersion: 1 }), {
    code: 'VERSION_CONFLICT',
  })
  const { id, version } = await on.draft()
  await refused(() => a.staff.tryTo('proposeExclusion', { populationId: id, expectedVersion: version, ...rule }), {
    code: 'NOT_READY',
    blockers: [{ code: 'NO_ITEMS_IMPORTED' }],
  })
})

it('rests on the items there are: none are imported anew before it is withdrawn', async () => {
  const on = await fieldwork(w, a)
  const { exclusion, population } = await proposed(on)
  const { id: evidenceId } = await a.staff.brings(on.engagementId, { name: 'changes.csv', content: csv })
  const input = { populationId: population.id, evidenceId, ...columns }
  await refused(() => importEvidence(a.staff, { ...input, expectedVersion: population.version }), {
    code: 'NOT_READY',
    blockers: [{ code: 'EXCLUSIONS_STAND', node: exclusion.id }],
  })
  const back = { populationExclusionId: exclusion.id, expectedVersion: exclusion.version }
  const withdrawn = await a.senior.does('withdrawExclusion', back, answered)
  expect(withdrawn.exclusion.state).toBe('WITHDRAWN')
  const { errors } = await importEvidence(a.staff, { ...input, expectedVersion: withdrawn.population.version })
  expect(errors).toEqual([])
})

it('is not written for a population that supersedes one without it: items of that one may have been seen', async () => {
  const on = await fieldwork(w, a)
  const first = await freeze(...(Object.values(await draftOf(on)) as [string, number]))
  const { exclusion, population } = await proposed(on, await on.inPlaceOf(first.population.id))
  const agreed = await decide(a.manager, exclusion)
  await refused(() => freeze(population.id, agreed.population.version), {
    code: 'NOT_READY',
    blockers: [{ code: 'EXCLUSION_AFTER_DRAWING', node: exclusion.id }],
  })
  // What the first one had is kept by the second.
  const other = await fieldwork(w, a)
  const one = await proposed(other)
  const decided = await decide(a.manager, one.exclusion)
  const before = await freeze(one.population.id, decided.population.version)
  const two = await proposed(other, await other.inPlaceOf(before.population.id))
  const again = await decide(a.manager, two.exclusion)
  expect((await freeze(two.population.id, again.population.version)).population).toMatchObject({
    itemCount: 20,
    excludedCount: 10,
  })
})

it('is a judgment against the figures where it is decided once another list of the control was frozen, and none before', async () => {
  const on = await fieldwork(w, a)
  const listOf = async () => (await judgmentsOf(a.reviewer, on.engagementId)).nodes
  const first = await proposed(on, { coversTo: '2025-06-30' })
  const early = await decide(a.manager, first.exclusion)
  await freeze(first.population.id, early.population.version)
  expect(await listOf()).toEqual([])
  const { id: populationId, version } = await on.draft({ coversFrom: '2025-07-01' })
  const later = csv.replaceAll('2025-02-01', '2025-08-01')
  const input = { populationId, expectedVersion: version, ...columns }
  const { population } = await importList(a.staff, on.engagementId, input, later)
  const named = { populationId, expectedVersion: population.version }
  const { exclusion } = await a.staff.does('proposeExclusion', { ...named, ...rule }, answered)
  const agreed = await decide(a.manager, exclusion)
  await freeze(populationId, agreed.population.version)
  expect(await listOf()).toMatchObject([
    {
      kind: 'POPULATION_EXCLUSION',
      subject: { __typename: 'PopulationExclusion', id: exclusion.id },
      figures: [{ name: 'EXCLUDED_ITEMS', value: '10 of 30' }],
      reason,
      decidedBy: { id: a.manager.memberId },
      awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'],
    },
  ])
})

it('of items whose days are not known the list says so itself', async () => {
  const on = await fieldwork(w, a)
  const undated = { keyColumn: 'id', dateColumn: null }
  const { id } = await on.frozen(csv, undated)
  const listOf = async () => (await judgmentsOf(a.reviewer, on.engagementId)).nodes
  expect(await listOf()).toMatchObject([
    {
      kind: 'POPULATION_UNDATED',
      subject: { __typename: 'Population', id },
      figures: [{ name: 'POPULATION_ITEMS', value: '30' }],
      decidedBy: { id: a.staff.memberId },
    },
  ])
  // A list of the same items with their days takes its place: what remains is that it did.
  await on.frozen(csv, columns, await on.inPlaceOf(id))
  expect((await listOf()).map(({ kind }: { kind: string }) => kind)).toEqual(['POPULATION_SUPERSEDED'])
})
