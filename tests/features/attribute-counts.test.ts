import { beforeEach, describe, expect, it } from 'vitest'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
let work: Fieldwork
let population: { id: string }

beforeEach(async () => {
  work = await fieldwork(w, a)
  population = await work.frozen(changes(60), { dateColumn: 'merged' })
})

interface Tested {
  procedureId: string
  sampleId: string
  /** By item and letter, `0 A`: the id of the result. */
  results: Record<string, string>
}

/** A sample of so many items; those named, `0 A`, are recorded as said, all others pass. */
async function tested(size: number, said: Record<string, string>, plan: object = {}): Promise<Tested> {
  const { id: procedureId } = await work.procedure(plan)
  const how = { basis: 'JUDGMENT', method: 'RANDOM', sizeReason: 'A rehearsal.' }
  const input = { procedureId, populationId: population.id, size, ...how }
  const { sample } = await a.staff.does('drawSample', input, 'sample { id items(first: 100) { nodes { id } } }')
  const cells: string[] = sample.items.nodes.flatMap((_: unknown, at: number) => [`${at} A`, `${at} B`])
  const entries = cells.map((cell) => {
    const [at, attribute] = cell.split(' ') as [string, string]
    const outcome = said[cell] ?? 'NO_DEVIATION'
    const note = outcome === 'NO_DEVIATION' ? null : 'As seen (invented).'
    return { sampleItemId: sample.items.nodes[Number(at)].id, attribute, outcome, note }
  })
  const made = await a.staff.does('recordResults', { procedureId, results: entries }, 'results { id }')
  const results = Object.fromEntries(cells.map((cell, at) => [cell, made.results[at].id]))
  return { procedureId, sampleId: sample.id, results }
}

async function decided(resultId: string): Promise<void> {
  const version = async () =>
    (await w.owner.query('select version from result where id = $1', [resultId])).rows[0].version
  const { rows } = await w.owner.query('select outcome from result where id = $1', [resultId])
  const { id: evidenceId } = await a.staff.brings(work.engagementId, { name: 'seen.csv', content: `id\n${resultId}\n` })
  await a.staff.does('linkEvidence', { evidenceId, nodeId: resultId })
  if (rows[0].outcome !== 'NOT_APPLICABLE') {
    const why = { kind: 'CONTROL_OPERATED', reason: 'It was reviewed by mail.' }
    await a.staff.does('explainDeviation', { resultId, expectedVersion: await version(), ...why })
  }
  await a.partner.does('decideExplanation', { resultId, expectedVersion: await version(), approve: true })
}

const counts =
  'testedCount outstandingCount deviationCount explainedCount notApplicableCount observedRate supportsReliance'

describe('the evaluation of a sample', () => {
  const look = async (id: string) =>
    (
      await a.reviewer.gql(
        `query ($id: ID!) { sample(id: $id) { evaluation { testedCount deviationCount explainedCount
          attributes { letter attribute { letter } upperDeviationLimit ${counts} } } } }`,
        { id },
      )
    ).sample.evaluation

  it('tells each attribute by itself', async () => {
    const { sampleId, results } = await tested(5, {
      '0 A': 'DEVIATION',
      '0 B': 'DEVIATION',
      '1 A': 'UNABLE_TO_TEST',
      '2 A': 'DEVIATION',
      '3 B': 'NOT_APPLICABLE',
      '4 B': 'AWAITING_EVIDENCE',
    })
    expect(await look(sampleId)).toMatchObject({
      attributes: [
        { letter: 'A', testedCount: 5, outstandingCount: 0, deviationCount: 3, explainedCount: 0, observedRate: 0.6 },
        { letter: 'B', testedCount: 3, outstandingCount: 2, deviationCount: 1, notApplicableCount: 0 },
      ],
    })
    await decided(results['2 A'] as string)
    await decided(results['3 B'] as string)
    const now = await look(sampleId)
    expect(now).toMatchObject({ testedCount: 4, deviationCount: 2, explainedCount: 1 })
    expect(now.attributes).toEqual([
      {
        letter: 'A',
        attribute: { letter: 'A' },
        testedCount: 5,
        outstandingCount: 0,
        deviationCount: 2,
        explainedCount: 1,
        notApplicableCount: 0,
        observedRate: 0.4,
        upperDeviationLimit: 0.754,
        supportsReliance: null,
      },
      {
        letter: 'B',
        attribute: { letter: 'B' },
        testedCount: 3,
        outstandingCount: 1,
        deviationCount: 1,
        explainedCount: 0,
        notApplicableCount: 1,
        observedRate: 1 / 3,
        upperDeviationLimit: null,
        supportsReliance: null,
      },
    ])
  })

  it('has a verdict for each attribute where every item was tested, and counts one without any result', async () => {
    const entire = { basis: 'JUDGMENT', method: 'ENTIRE_POPULATION', sizeReason: 'All of them.' }
    const { id: procedureId } = await work.procedure()
    const drawn = { procedureId, populationId: population.id, ...entire }
    const { sample } = await a.staff.does('drawSample', drawn, 'sample { id items(first: 100) { nodes { id } } }')
    const results = sample.items.nodes.map(({ id: sampleItemId }: { id: string }, at: number) => ({
      sampleItemId,
      attribute: 'A',
      outcome: at === 0 ? 'DEVIATION' : 'NO_DEVIATION',
      note: at === 0 ? 'Nobody looked.' : null,
    }))
    await a.staff.does('recordResults', { procedureId, results })
    expect((await look(sample.id)).attributes).toMatchObject([
      { letter: 'A', testedCount: 60, deviationCount: 1, upperDeviationLimit: null, supportsReliance: false },
      {
        letter: 'B',
        testedCount: 0,
        outstandingCount: 60,
        deviationCount: 0,
        observedRate: null,
        supportsReliance: null,
      },
    ])
  })
})

describe('the evaluation of a control', () => {
  it('adds attributes of the same text over its procedures, and counts an item once', async () => {
    const reviewer = 'The change names a reviewer.'
    const other = [
      { letter: 'A', description: 'The change was built.' },
      { letter: 'B', description: reviewer },
    ]
    await tested(5, { '0 B': 'DEVIATION', '4 B': 'DEVIATION' }, { attributes: other })
    await tested(3, { '0 A': 'DEVIATION', '1 B': 'DEVIATION' })
    const { node } = await a.reviewer.gql(
      `query ($id: ID!) { node(id: $id) { ... on Control { evaluation { testedCount deviationCount attributes { text ${counts} } } } } }`,
      { id: work.controlId },
    )
    expect(node.evaluation).toMatchObject({
      testedCount: 5,
      deviationCount: 3,
      attributes: [
        { text: reviewer, testedCount: 5, deviationCount: 2, outstandingCount: 0, observedRate: 0.4 },
        { text: 'The reviewer is not the author.', testedCount: 3, deviationCount: 1 },
        { text: 'The change was built.', testedCount: 5, deviationCount: 0, observedRate: 0 },
      ],
    })
  })
})
