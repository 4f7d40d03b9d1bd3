import { describe, expect, it } from 'vitest'
import { type Chain, chain, judgmentsOf } from '../support/chain.js'
import { type CaseControl, worked } from '../support/worked.js'
import { world } from '../support/world.js'

// A sample that is smaller than its table asks for, by judgment or picked gives no verdict: EFFECTIVE over it, or an exception that is
// not material over it, is a judgment against the figures, with its reason and its papers.

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')

const reviews: CaseControl = {
  ref: 'CM-02',
  title: 'Emergency changes are reviewed',
  description: 'Every emergency change is reviewed by another person than its author before it is merged.',
  criteriaCodes: ['CC8.1'],
  attribute: 'Another person reviewed the change before it was merged.',
}
const byTable = { basis: 'FREQUENCY_TABLE', method: 'RANDOM' }
const evaluation = `evaluation { testedCount deviationCount supportsReliance notOfferedBecause attributes { supportsReliance } }`

interface Test {
  work: Chain
  controlId: string
  procedureId: string
  /** The results that deviate. */
  resultIds: string[]
  sample: any
}

/** A control of which a sample is drawn from 64 items; so many of its items deviate. */
async function tested(how: object, deviating = 0): Promise<Test> {
  const work = await chain(a, client)
  const step = worked(work, a)
  const controlId = await step.control(reviews)
  const attributes = [{ letter: 'A', description: reviews.attribute }]
  const procedureId = await step.planned(controlId, 'CM-02.T1', { attributes })
  const populationId = await step.frozen(controlId, 64)
  const drawn = await a.staff.does(
    'drawSample',
    { procedureId, populationId, ...how },
    'sample { items(first: 100) { nodes { id } } }',
  )
  const results = drawn.sample.items.nodes.map(({ id: sampleItemId }: { id: string }, at: number) =>
    at < deviating
      ? { sampleItemId, attribute: 'A', outcome: 'DEVIATION', note: 'No review.' }
      : { sampleItemId, attribute: 'A', outcome: 'NO_DEVIATION' },
  )
  const recorded = await a.staff.does(
    'recordResults',
    { procedureId, results },
    `results { id outcome } sample { id size recommendedSize wholeSize acceptedDeviationCount ${evaluation} }`,
  )
  const resultIds = recorded.results.flatMap(({ id, outcome }: { id: string; outcome: string }) =>
    outcome === 'DEVIATION' ? id : [],
  )
  return { work, controlId, procedureId, resultIds, sample: recorded.sample }
}

const verdictOf = async ({ controlId }: Test) =>
  (
    await a.manager.gql(
      `query ($id: ID!) { node(id: $id) { ... on Control { evaluation { supportsReliance attributes { supportsReliance } } } } }`,
      { id: controlId },
    )
  ).node.evaluation

const kindsOf = async ({ work }: Test) =>
  (await judgmentsOf(a.reviewer, work.engagementId)).nodes.map(({ kind }: { kind: string }) => kind)

const effective = { design: 'SUITABLE', operation: 'EFFECTIVE' }

describe('EFFECTIVE over a sample that gives no verdict', () => {
  it.each<[string, object]>([
    ['smaller than the table asks for', { ...byTable, size: 1, sizeReason: 'x' }],
    ['by judgment', { basis: 'JUDGMENT', method: 'RANDOM', size: 25, sizeReason: 'x' }],
    [
      'picked by the auditor',
      { basis: 'FREQUENCY_TABLE', method: 'TARGETED', itemKeys: ['I-1', 'I-2'], sizeReason: 'x' },
    ],
  ])('%s needs a reason and a paper, and is on the list: nothing moves otherwise', async (_, how) => {
    const test = await tested(how)
    const { work, controlId, procedureId, sample } = test
    expect(sample.evaluation).toMatchObject({
      supportsReliance: null,
      notOfferedBecause: expect.any(String),
      attributes: [{ supportsReliance: null }],
    })
    expect(await verdictOf(test)).toMatchObject({ supportsReliance: null, attributes: [{ supportsReliance: null }] })
    await worked(work, a).signed(procedureId, 'NO_EXCEPTIONS')
    const before = await w.digest()
    const concluded = (more: object) => work.refused(a.senior, 'concludeControl', 'controlId', controlId, more)
    // The design was walked through: the rationale that is missing is that of the operation.
    const silent = { ...effective, rationale: null, restsOnIds: [procedureId] }
    expect(await concluded(silent)).toMatchObject([{ code: 'INVALID_INPUT', path: ['rationale'] }])
    const bare = { ...effective, rationale: 'x', restsOnIds: [] }
    expect(await concluded(bare)).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds'] }])
    expect(await w.digest()).toBe(before)
    await worked(work, a).concludedAs(controlId, 'EFFECTIVE', [procedureId])
    const { nodes } = await judgmentsOf(a.reviewer, work.engagementId)
    expect(nodes).toMatchObject([
      {
        kind: 'EFFECTIVE_OVER_FIGURES',
        subject: { id: controlId },
        restsOn: [{ id: procedureId }],
        decidedBy: { id: a.senior.memberId },
      },
    ])
    expect(nodes[0].figures).toContainEqual({ name: 'SUPPORTS_RELIANCE', value: 'NO_VERDICT' })
    expect(nodes[0].figures).toContainEqual({ name: 'DEVIATIONS', value: '0' })
  })

  it('is none where the size asked for, or every item, was tested without a deviation', async () => {
    const entire = { basis: 'JUDGMENT', method: 'ENTIRE_POPULATION', sizeReason: 'There are few.' }
    for (const how of [byTable, { ...byTable, size: 20, sizeReason: 'More.' }, entire]) {
      const test = await tested(how)
      const { work, controlId, procedureId, sample } = test
      expect(sample.evaluation).toMatchObject({ supportsReliance: true, attributes: [{ supportsReliance: true }] })
      await worked(work, a).signed(procedureId, 'NO_EXCEPTIONS')
      await worked(work, a).concludedAs(controlId, 'EFFECTIVE')
      expect(await kindsOf(test)).toEqual([])
    }
  })

  it('is against the figures also where one item of too few deviates, and not material is as well', async () => {
    const { sample: few } = await tested({ ...byTable, size: 9, sizeReason: 'x' }, 1)
    // Ten are asked for: nine accept none.
    expect(few).toMatchObject({ recommendedSize: 10, wholeSize: 10, acceptedDeviationCount: 0 })
    expect(few.evaluation).toMatchObject({ supportsReliance: false })
    const test = await tested({ basis: 'JUDGMENT', method: 'RANDOM', size: 9, sizeReason: 'x' }, 1)
    const { work, controlId, procedureId, resultIds, sample } = test
    expect(sample.evaluation).toMatchObject({ supportsReliance: null })
    const step = worked(work, a)
    const reported = { ...test, populationId: '', sampleId: sample.id, resultIds, evaluation: sample.evaluation }
    const exceptionId = await step.reported(reported, { title: 'No review', condition: 'Not reviewed' })
    await step.signed(procedureId, 'EXCEPTIONS')
    await step.concludedAs(controlId, 'EFFECTIVE', [procedureId])
    await work.startCompletion()
    const judged = {
      material: false,
      pervasive: false,
      factors: [{ factor: 'NATURE_AND_CAUSE', note: 'One of few.' }],
      rationale: 'x',
    }
    const before = await w.digest()
    const { errors } = await a.manager.tryTo('decideMateriality', { exceptionId, ...judged, restsOnIds: [] })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds'] }])
    expect(await w.digest()).toBe(before)
    await a.manager.does('decideMateriality', { exceptionId, ...judged, restsOnIds: [procedureId] })
    expect((await kindsOf(test)).slice(0, 2)).toEqual(['EFFECTIVE_OVER_FIGURES', 'NOT_MATERIAL_OVER_FIGURES'])
  })
})

describe('A control over two populations', () => {
  it('is judged by the size that the table asks for over both, also where a second sample is the smaller', async () => {
    const work = await chain(a, client)
    const step = worked(work, a)
    const controlId = await step.control({ ...reviews, how: { frequency: 'PER_EVENT' } })
    const attributes = [{ letter: 'A', description: reviews.attribute }]
    const halves: { populationId: string; procedureId: string }[] = []
    for (const [at, covers] of [{ coversTo: '2025-06-30' }, { coversFrom: '2025-07-01' }].entries()) {
      const populationId = await step.frozen(controlId, 50, covers)
      halves.push({ populationId, procedureId: await step.planned(controlId, `CM-02.T${at + 1}`, { attributes }) })
    }
    const passed = async (half: (typeof halves)[number], how: object) => {
      const selection = 'sample { id size wholeSize items(first: 100) { nodes { id } } }'
      const { sample } = await a.staff.does('drawSample', { ...half, ...byTable, ...how }, selection)
      const results = sample.items.nodes.map(({ id: sampleItemId }: { id: string }) => ({
        sampleItemId,
        attribute: 'A',
        outcome: 'NO_DEVIATION',
      }))
      await a.staff.does('recordResults', { procedureId: half.procedureId, results })
      return sample
    }
    const [first, second] = halves as [(typeof halves)[0], (typeof halves)[0]]
    // 15 % of 100 items; of the first half 8.
    expect(await passed(first, {})).toMatchObject({ size: 8, wholeSize: 15 })
    expect((await step.evaluationOf(controlId)).supportsReliance).toBeNull()
    const { id } = await passed(second, { size: 6, sizeReason: 'x' })
    expect((await step.evaluationOf(controlId)).supportsReliance).toBeNull()
    await work.change(a.partner, 'extendSample', 'sampleId', id, {
      additionalCount: 1,
      reason: 'One was missing.',
      restsOnIds: [second.procedureId],
    })
    const { node } = await a.staff.gql(
      'query ($id: ID!) { node(id: $id) { ... on Sample { items(first: 9, filter: { outstanding: true }) { nodes { id } } } } }',
      { id },
    )
    const last = [{ sampleItemId: node.items.nodes[0].id, attribute: 'A', outcome: 'NO_DEVIATION' }]
    await a.staff.does('recordResults', { procedureId: second.procedureId, results: last })
    expect((await step.evaluationOf(controlId)).supportsReliance).toBe(true)
  })
})
