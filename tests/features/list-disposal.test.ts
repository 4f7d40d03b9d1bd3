import { beforeAll, expect, test } from 'vitest'
import { disposeOfLists } from '../../src/features/report/list-disposal.js'
import { listJobs } from '../../src/jobs/listing.js'
import { sweep } from '../../src/ops/sweep-database.js'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
let work: Fieldwork
let populationId: string
let sampleId: string
let evidenceId: string

beforeAll(async () => {
  work = await fieldwork(w, a)
  populationId = (await work.frozen(changes(40))).id
  const procedure = await work.procedure()
  const how = { basis: 'JUDGMENT', method: 'RANDOM', size: 5, sizeReason: 'Invented.' }
  const { sample } = await a.staff.does(
    'drawSample',
    { procedureId: procedure.id, populationId, ...how },
    'sample { id }',
  )
  sampleId = sample.id
  evidenceId = (await a.staff.gql('query ($id: ID!) { population(id: $id) { evidence { id } } }', { id: populationId }))
    .population.evidence.id
  const { version } = (await a.partner.gql('query ($id: ID!) { node(id: $id) { version } }', { id: work.engagementId }))
    .node
  await a.partner.does('withdrawEngagement', {
    engagementId: work.engagementId,
    expectedVersion: version,
    reason: 'Invented.',
  })
  await w.owner.query("update engagement set withdrawn_at = '2016-02-29T12:00:00Z' where id = $1", [work.engagementId])
})

const read = `query ($id: ID!) { population(id: $id) { itemCount digest seed itemsDisposedAt items(first: 3) { totalCount nodes { itemKey } }
  evidence { state removedReason removedBy { id } downloadUrl } } }`
const population = async () => (await a.manager.gql(read, { id: populationId })).population
const dispose = (today: string) => disposeOfLists(w.database, a.id, today)
const swept = () => sweep(w.database, w.queue.files.storage, w.testDatabase.ownerUrl)
const itemsIn = async () =>
  Number(
    (await w.owner.query('select count(*) as n from population_item where population_id = $1', [populationId])).rows[0]
      .n,
  )

test('a list is kept through the last day of the firm’s retention, and while a legal hold is in force', async () => {
  const before = await w.digest()
  expect(await dispose('2023-03-01')).toBe(0)
  expect(await w.digest()).toBe(before)
  const hold = { engagementId: work.engagementId, reason: 'A claim was announced (invented).' }
  const { legalHold } = await a.partner.does('placeLegalHold', hold, 'legalHold { id version }')
  const held = await w.digest()
  expect(await dispose('2023-03-02')).toBe(0)
  expect((await swept()).get('items that are no population’s')).toBe(0)
  expect(await w.digest()).toBe(held)
  const release = {
    legalHoldId: legalHold.id,
    expectedVersion: legalHold.version,
    reason: 'It was settled (invented).',
  }
  await a.partner.does('releaseLegalHold', release)
})

test('then it is disposed of: its items and its file go, and what was drawn, counted and digested stays', async () => {
  const before = await population()
  expect(before).toMatchObject({ itemsDisposedAt: null, itemCount: 40, items: { totalCount: 40 } })
  expect(await dispose('2023-03-02')).toBe(1)
  const digest = await w.digest()
  expect(await dispose('2023-03-02')).toBe(0)
  expect(await w.digest()).toBe(digest)
  const { itemCount, digest: ofItems, seed } = before
  expect(await population()).toEqual({
    itemCount,
    digest: ofItems,
    seed,
    itemsDisposedAt: expect.any(String),
    items: { totalCount: 40, nodes: [] },
    evidence: {
      state: 'REMOVED',
      removedReason: 'The firm kept it as long as its retention asks for.',
      removedBy: null,
      downloadUrl: null,
    },
  })
  expect((await listJobs(w.database)).map(({ task }) => task)).toEqual(['removeStoredFile'])
  expect(await itemsIn()).toBe(40)
  expect((await swept()).get('items that are no population’s')).toBe(40)
  expect(await itemsIn()).toBe(0)
  const drawn =
    'query ($id: ID!) { node(id: $id) { ... on Sample { items(first: 9) { nodes { itemKey fields { value } } } } } }'
  const { node } = await a.manager.gql(drawn, { id: sampleId })
  expect(node.items.nodes).toHaveLength(5)
  for (const { itemKey, fields } of node.items.nodes) expect(fields[0].value).toBe(itemKey)
  const entry = 'select action, actor_name from trail_entry where chain_id = $1 order by position desc limit 1'
  expect((await w.owner.query(entry, [work.engagementId])).rows).toEqual([
    { action: 'disposeOfLists', actor_name: 'Fieldwork' },
  ])
})

test('it is no alteration: the engagement verifies, and its sample says that it cannot be drawn again', async () => {
  const verifying =
    'query ($id: ID!) { verifyEngagement(engagementId: $id) { trail { intact } mismatches { nodeType fields } } }'
  const { verifyEngagement } = await a.partner.gql(verifying, { id: work.engagementId })
  // That the engagement ended long ago was written by the test.
  expect(verifyEngagement).toEqual({
    trail: { intact: true },
    mismatches: [{ nodeType: 'Engagement', fields: ['withdrawnAt'] }],
  })
  const { errors } = await a.manager.ask('query ($id: ID!) { verifySample(sampleId: $id) { matches } }', {
    id: sampleId,
  })
  expect(errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('disposed of') },
  ])
  expect(evidenceId).toBeTruthy()
})
