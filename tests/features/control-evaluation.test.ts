import { beforeAll, describe, expect, it } from 'vitest'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
let work: Fieldwork

beforeAll(async () => {
  work = await fieldwork(w, a)
})

const fields = `testedCount deviationCount explainedCount notApplicableCount outstandingCount observedRate acceptedCount
  upperDeviationLimit limitIsInformation limitIsNominal supportsReliance asFoundDeviationCount asFoundSupportsReliance`

const evaluation = async ({ controlId }: Fieldwork) =>
  (
    await a.manager.gql(`query ($id: ID!) { node(id: $id) { ... on Control { evaluation { ${fields} } } } }`, {
      id: controlId,
    })
  ).node.evaluation

interface Drawn {
  procedureId: string
  items: { id: string; itemKey: string }[]
}

async function sampled(of: Fieldwork, populationId: string, how: object): Promise<Drawn> {
  const { id: procedureId } = await of.procedure()
  const { sample } = await a.staff.does(
    'drawSample',
    { procedureId, populationId, method: 'RANDOM', ...how },
    'sample { items(first: 100) { nodes { id itemKey } } }',
  )
  return { procedureId, items: sample.items.nodes }
}

/** Records that the items deviate whose keys are given, and that the others do not. */
async function recorded({ procedureId, items }: Drawn, deviating: readonly string[] = []) {
  const results = items.flatMap(({ id, itemKey }) =>
    ['A', 'B'].map((attribute) =>
      attribute === 'A' && deviating.includes(itemKey)
        ? { sampleItemId: id, attribute, outcome: 'DEVIATION', note: 'No reviewer.' }
        : { sampleItemId: id, attribute, outcome: 'NO_DEVIATION' },
    ),
  )
  await a.staff.does('recordResults', { procedureId, results })
}

describe('the evaluation of a control', () => {
  it('is of nothing before anything was drawn, and gives no verdict while results are outstanding', async () => {
    const nothing = { testedCount: 0, outstandingCount: 0, observedRate: null, supportsReliance: null }
    expect(await evaluation(work)).toMatchObject(nothing)
    const { id } = await work.frozen(changes(20))
    await sampled(work, id, { basis: 'FREQUENCY_TABLE' })
    expect(await evaluation(work)).toMatchObject({ ...nothing, outstandingCount: 5, acceptedCount: 0 })
  })

  it('takes an item that two of its procedures test for one item', async () => {
    const twice = await fieldwork(w, a)
    const { id } = await twice.frozen(changes(300, { days: 181 }), {}, { coversTo: '2025-06-30' })
    const draw = { basis: 'FREQUENCY_TABLE', method: 'ENTIRE_POPULATION', sizeReason: 'All are tested.' }
    const few = await twice.frozen(changes(6, { from: '2025-07-01' }), {}, { coversFrom: '2025-07-01' })
    for (const deviating of [['C-1'], ['C-1', 'C-2'], []]) await recorded(await sampled(twice, few.id, draw), deviating)
    expect(await evaluation(twice)).toMatchObject({
      testedCount: 6,
      deviationCount: 2,
      acceptedCount: 0,
      observedRate: 2 / 6,
      upperDeviationLimit: null,
      supportsReliance: false,
      asFoundDeviationCount: 2,
      asFoundSupportsReliance: false,
    })
    await recorded(await sampled(twice, id, { basis: 'JUDGMENT', size: 10, sizeReason: 'Some more.' }))
    expect(await evaluation(twice)).toMatchObject({ testedCount: 16, deviationCount: 2, supportsReliance: false })
  })

  it('counts an item of a list and of the one that takes its place once, and leaves it the deviation it was in either', async () => {
    const again = await fieldwork(w, a)
    const all = { basis: 'JUDGMENT', method: 'ENTIRE_POPULATION', sizeReason: 'All are tested.' }
    const first = await again.frozen(changes(6))
    await recorded(await sampled(again, first.id, all), ['C-1', 'C-2'])
    expect(await evaluation(again)).toMatchObject({ testedCount: 6, deviationCount: 2, supportsReliance: false })
    const place = await again.inPlaceOf(first.id)
    const second = await again.frozen(changes(8), {}, place)
    // Two items of the list in force were never tested: the verdict of the whole is none any more.
    expect(await evaluation(again)).toMatchObject({ testedCount: 6, deviationCount: 2, supportsReliance: null })
    await recorded(await sampled(again, second.id, all), ['C-2', 'C-8'])
    expect(await evaluation(again)).toMatchObject({
      testedCount: 8,
      deviationCount: 3,
      asFoundDeviationCount: 3,
      observedRate: 3 / 8,
      upperDeviationLimit: null,
      supportsReliance: false,
    })
    const { node } = await a.manager.gql(
      'query ($id: ID!) { node(id: $id) { ... on Control { evaluation { attributes { text testedCount deviationCount supportsReliance } } } } }',
      { id: again.controlId },
    )
    expect(node.evaluation.attributes).toMatchObject([
      { testedCount: 8, deviationCount: 3, supportsReliance: false },
      { testedCount: 8, deviationCount: 0, supportsReliance: true },
    ])
  })

  it('does not take an item that is tested here and not applicable there for two of those there are', async () => {
    const apart = await fieldwork(w, a)
    const { id } = await apart.frozen(changes(6))
    const how = { basis: 'JUDGMENT', method: 'TARGETED', sizeReason: 'Those of one team.' }
    const keys = ['C-1', 'C-2', 'C-3']
    await recorded(await sampled(apart, id, { ...how, itemKeys: keys }), ['C-1'])
    const there = await sampled(apart, id, { ...how, itemKeys: keys })
    const recordedThere = await a.staff.does(
      'recordResults',
      {
        procedureId: there.procedureId,
        results: there.items.flatMap(({ id: sampleItemId }) =>
          ['A', 'B'].map((attribute) => ({ sampleItemId, attribute, outcome: 'NOT_APPLICABLE', note: 'No merge.' })),
        ),
      },
      'results { id version }',
    )
    for (const { id: resultId } of recordedThere.results) {
      const { id: evidenceId } = await a.staff.brings(apart.engagementId, { name: 'log.txt', content: 'Not merged.' })
      await a.staff.does('linkEvidence', { evidenceId, nodeId: resultId })
      const { node } = await a.manager.gql('query ($id: ID!) { node(id: $id) { version } }', { id: resultId })
      await a.manager.does('decideExplanation', { resultId, expectedVersion: node.version, approve: true })
    }
    // Three of six are tested: picked items give no verdict, and the three others were seen by nobody.
    expect(await evaluation(apart)).toMatchObject({
      testedCount: 3,
      deviationCount: 1,
      notApplicableCount: 3,
      outstandingCount: 0,
      supportsReliance: null,
    })
  })

  it('leaves out of the size that the table asks for the lists that others took the place of', async () => {
    const later = await fieldwork(w, a)
    const first = await later.frozen(changes(20))
    await sampled(later, first.id, { basis: 'FREQUENCY_TABLE' })
    const place = await later.inPlaceOf(first.id)
    const second = await later.frozen(changes(21), {}, place)
    // The least of the row, not the part that 21 have of what 41 would be asked for.
    expect((await sampled(later, second.id, { basis: 'FREQUENCY_TABLE' })).items).toHaveLength(5)
  })

  it('is read of each control in a list', async () => {
    const { engagementId } = work
    for (const ref of ['CM-02', 'CM-03']) {
      const like = { ref, title: ref, description: ref, owner: 'CTO', frequency: 'DAILY', nature: 'MANUAL' }
      const kind = { type: 'DETECTIVE', area: 'CHANGE', isKey: false }
      await a.senior.does('createControl', { engagementId, ...like, ...kind })
    }
    const { engagement } = await a.manager.gql(
      'query ($id: ID!) { engagement(id: $id) { controls { nodes { ref evaluation { testedCount outstandingCount } } } } }',
      { id: engagementId },
    )
    expect(engagement.controls.nodes).toEqual([
      { ref: 'CM-01', evaluation: { testedCount: 0, outstandingCount: 5 } },
      { ref: 'CM-02', evaluation: { testedCount: 0, outstandingCount: 0 } },
      { ref: 'CM-03', evaluation: { testedCount: 0, outstandingCount: 0 } },
    ])
  })
})
