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
    const { id } = await twice.frozen(changes(300))
    const draw = { basis: 'FREQUENCY_TABLE', method: 'ENTIRE_POPULATION', sizeReason: 'All are tested.' }
    const few = await twice.frozen(changes(6))
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
