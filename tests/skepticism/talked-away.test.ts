import { describe, expect, it } from 'vitest'
import { chain, judgmentsOf } from '../support/chain.js'
import { changes, importList, origin } from '../support/fieldwork.js'
import { type CaseControl, worked } from '../support/worked.js'
import { type Person, world } from '../support/world.js'

// What was seen: figures that were talked away on their way to the report. Each ends in a refusal, or on the list that partner and
// quality reviewer answer for, before the report can go out. What the tests of the features show already is not shown again.

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
const unreviewed = {
  title: 'Emergency changes merged without review',
  condition: 'The changes were merged by their authors',
  potentialImpact: 'A faulty change could have reached customers',
}

async function begun(seen: number, populationSize = 64) {
  const work = await chain(a, client)
  const step = worked(work, a)
  const said = Array.from({ length: seen }, () => 'No review.')
  const test = await step.tested(reviews, { populationSize, size: 25, seen: said })
  return { work, step, test }
}
type Begun = Awaited<ReturnType<typeof begun>>

/** Shows by evidence why a result is no deviation, and has the partner agree. */
async function explainedAway({ work }: Begun, resultId: string, kind: string): Promise<void> {
  const file = { name: 'seen.txt', content: `What was seen of ${resultId}.` }
  const { id: evidenceId } = await a.staff.brings(work.engagementId, file)
  await a.staff.does('linkEvidence', { evidenceId, nodeId: resultId })
  await work.change(a.staff, 'explainDeviation', 'resultId', resultId, {
    kind,
    reason: 'The mail of the day shows it.',
  })
  await work.change(a.partner, 'decideExplanation', 'resultId', resultId, { approve: true })
}

/** Records that every item of a sample which lacks its result passes. */
async function restPasses({ test: { procedureId, sampleId } }: Begun): Promise<void> {
  const { node } = await a.staff.gql(
    'query ($id: ID!) { node(id: $id) { ... on Sample { items(first: 100, filter: { outstanding: true }) { nodes { id } } } } }',
    { id: sampleId },
  )
  const passes = ({ id }: { id: string }) => ({ sampleItemId: id, attribute: 'A', outcome: 'NO_DEVIATION' })
  await a.staff.does('recordResults', { procedureId, results: node.items.nodes.map(passes) })
}

/** The kinds of what is on the list, each with how often. */
async function listed({ work }: Begun, by: Person = a.reviewer): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { kind } of (await judgmentsOf(by, work.engagementId)).nodes) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

/** From fieldwork to the report, whose issue is refused for what nobody acknowledged; then it is acknowledged, and goes out. */
async function issuedOnlyOverAcknowledged({ work }: Begun, unread: number): Promise<string> {
  await work.together()
  await work.documents()
  await work.decided()
  const { engagementId } = work
  await work.change(a.reviewer, 'clearQualityReview', 'engagementId', engagementId)
  await work.dated()
  const before = await w.digest()
  const [refusal] = await work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId)
  expect(refusal.blockers.map(({ code }: { code: string }) => code)).toEqual(
    Array(unread).fill('JUDGMENT_UNACKNOWLEDGED'),
  )
  expect(await w.digest()).toBe(before)
  await work.acknowledged()
  return (await work.issue()).report.model
}

describe('Deviations that vanish: 25 of 25 explained', () => {
  it('count nothing any more, and stand on the list one by one until two people answered for each', async () => {
    const all = await begun(25)
    const { work, step, test } = all
    for (const resultId of test.resultIds) await explainedAway(all, resultId, 'CONTROL_OPERATED')
    await step.signed(test.procedureId, 'NO_EXCEPTIONS')
    await step.concludedAs(test.controlId, 'EFFECTIVE')
    const { node } = await a.reviewer.gql(
      'query ($id: ID!) { node(id: $id) { ... on Control { evaluation { deviationCount explainedCount asFoundDeviationCount asFoundSupportsReliance } } } }',
      { id: test.controlId },
    )
    expect(node.evaluation).toEqual({
      deviationCount: 0,
      explainedCount: 25,
      asFoundDeviationCount: 25,
      asFoundSupportsReliance: false,
    })
    expect(await listed(all)).toEqual({ DEVIATION_EXPLAINED: 25 })
    await work.startCompletion()
    await issuedOnlyOverAcknowledged(all, 25)
  })
})

describe('Explained items that inflate n: two changes without review, waved off as exempt', () => {
  it('are refused by words alone; by evidence they leave n, others take their place, and both stand on the list', async () => {
    const two = await begun(2)
    const { work, step, test } = two
    const wave = { kind: 'NOT_APPLICABLE', reason: 'Exempt, as everybody knows.' }
    for (const resultId of test.resultIds) {
      const before = await w.digest()
      const errors = await work.refused(a.staff, 'explainDeviation', 'resultId', resultId, wave)
      expect(errors).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'EXPLANATION_UNSUPPORTED' }] }])
      expect(await w.digest()).toBe(before)
    }
    for (const resultId of test.resultIds) await explainedAway(two, resultId, 'NOT_APPLICABLE')
    const evaluation = async () =>
      (
        await a.reviewer.gql(
          `query ($id: ID!) { node(id: $id) { ... on Control { evaluation { testedCount deviationCount notApplicableCount outstandingCount
            asFoundDeviationCount } } } }`,
          { id: test.controlId },
        )
      ).node.evaluation
    const counted = { deviationCount: 0, notApplicableCount: 2, asFoundDeviationCount: 2 }
    // The next two in rank were drawn in their place at once.
    expect(await evaluation()).toEqual({ ...counted, testedCount: 23, outstandingCount: 2 })
    await restPasses(two)
    expect(await evaluation()).toEqual({ ...counted, testedCount: 25, outstandingCount: 0 })
    await step.signed(test.procedureId, 'NO_EXCEPTIONS')
    await step.concludedAs(test.controlId, 'EFFECTIVE')
    expect(await listed(two)).toEqual({ RELABELLED_NOT_APPLICABLE: 2 })
    await work.startCompletion()
    await issuedOnlyOverAcknowledged(two, 2)
  })
})

describe('Dilution: 3 of 25, extended to 75', () => {
  it('raises no verdict, stands on the list, and is told in the report with what was found before', async () => {
    const diluted = await begun(3, 300)
    const { work, step, test } = diluted
    await work.change(a.partner, 'extendSample', 'sampleId', test.sampleId, {
      additionalCount: 50,
      reason: 'x',
      restsOnIds: [test.procedureId],
    })
    await restPasses(diluted)
    expect(await step.evaluationOf(test.controlId)).toMatchObject({ testedCount: 75, deviationCount: 3 })
    const exceptionId = await step.reported(test, unreviewed)
    await step.signed(test.procedureId, 'EXCEPTIONS')
    await step.concludedAs(test.controlId, 'EFFECTIVE', [test.procedureId])
    await work.startCompletion()
    await work.concluded(exceptionId, {
      material: false,
      factors: [{ factor: 'RATE_AGAINST_TOLERABLE', note: '4 % of what was tested.' }],
      rationale: 'x',
      restsOnIds: [test.procedureId],
    })
    const { SAMPLE_DILUTED, ...others } = await listed(diluted)
    expect(SAMPLE_DILUTED).toBe(1)
    const unread = Object.values(others).reduce((sum, count) => sum + count, 1)
    const model = await issuedOnlyOverAcknowledged(diluted, unread)
    expect(model).toContain('The sample was extended from 25 to 75 items after 3 of 25 tested had deviated.')
    expect(model).toContain('extended from 25 to 75 items, which was not planned before it was drawn.')
  })
})

describe('Seed shopping: a part of the seed that a person added', () => {
  it('stands on the list with its author once something is drawn by it', async () => {
    const work = await chain(a, client)
    const step = worked(work, a)
    const controlId = await step.control(reviews)
    const populationId = await step.frozen(controlId, 40, { seedContribution: 'The numbers of a lottery.' })
    const attributes = [{ letter: 'A', description: reviews.attribute }]
    const procedureId = await step.planned(controlId, 'CM-02.T1', { attributes })
    const draw = { procedureId, populationId, basis: 'FREQUENCY_TABLE', method: 'RANDOM' }
    await a.staff.does('drawSample', draw)
    const { nodes } = await judgmentsOf(a.reviewer, work.engagementId)
    expect(nodes).toMatchObject([
      { kind: 'SEED_PART_GIVEN', decidedBy: { id: a.staff.memberId }, isAcknowledged: false },
    ])
    // Another draw from the same list finds the same items, whoever asks.
    const keys = 'sample { items(first: 100) { nodes { itemKey } } }'
    const again = await step.planned(controlId, 'CM-02.T2', { attributes })
    const { sample } = await a.senior.does('drawSample', { ...draw, procedureId: again }, keys)
    const { node } = await a.staff.gql(
      'query ($id: ID!) { node(id: $id) { ... on Procedure { sample { items(first: 100) { nodes { itemKey } } } } } }',
      { id: procedureId },
    )
    expect(sample).toEqual(node.sample)
  })
})

describe('A shipped table that fails its own evaluation: 0 of 20', () => {
  it('supports reliance by what its row accepts; the limit of 10.9 % is information, and nothing is on the list', async () => {
    const work = await chain(a, client)
    const step = worked(work, a)
    const daily = { frequency: 'DAILY', type: 'DETECTIVE' }
    const controlId = await step.control({ ...reviews, ref: 'OP-01', title: 'Backups are checked', how: daily })
    const { population } = await a.staff.does('createPopulation', { controlId, ...origin }, 'population { id version }')
    const columns = { keyColumn: 'id', dateColumn: 'merged' }
    const { id: populationId, version: expectedVersion } = population
    await importList(a.staff, work.engagementId, { populationId, expectedVersion, ...columns }, changes(365))
    await work.change(a.staff, 'freezePopulation', 'populationId', populationId, {
      completenessCheck: 'Counts agree with the system.',
      accuracyCheck: 'Traced five rows to the system.',
    })
    const attributes = [{ letter: 'A', description: 'The check was done.' }]
    const procedureId = await step.planned(controlId, 'OP-01.T1', { attributes })
    const draw = { procedureId, populationId, basis: 'FREQUENCY_TABLE', method: 'RANDOM' }
    const { sample } = await a.staff.does('drawSample', draw, 'sample { items(first: 100) { nodes { id } } }')
    const results = sample.items.nodes.map(({ id }: { id: string }) => ({
      sampleItemId: id,
      attribute: 'A',
      outcome: 'NO_DEVIATION',
    }))
    const recorded = await a.staff.does(
      'recordResults',
      { procedureId, results },
      'sample { evaluation { testedCount deviationCount upperDeviationLimit tolerableRate limitIsInformation supportsReliance } }',
    )
    expect(recorded.sample.evaluation).toEqual({
      testedCount: 20,
      deviationCount: 0,
      upperDeviationLimit: 0.109,
      tolerableRate: 0.1,
      limitIsInformation: true,
      supportsReliance: true,
    })
    await step.signed(procedureId, 'NO_EXCEPTIONS')
    await step.concludedAs(controlId, 'EFFECTIVE')
    expect((await judgmentsOf(a.reviewer, work.engagementId)).nodes).toEqual([])
  })
})

describe('Coverage over time: a control that is said, after its test, to operate from October', () => {
  it('serves nothing before: only the partner says so, each criterion stands in the way, and what is waved off is on the list', async () => {
    const work = await chain(a, client)
    const { engagementId, controlId, procedureId } = work
    const redate = { operatedFrom: '2025-10-01', reason: 'It began with the new forge.', restsOnIds: [procedureId] }
    const before = await w.digest()
    for (const person of [a.senior, a.manager]) {
      const errors = await work.refused(person, 'updateControl', 'controlId', controlId, redate)
      expect(errors).toMatchObject([{ code: 'TESTING_BEGUN' }])
    }
    expect(await w.digest()).toBe(before)
    await work.change(a.partner, 'updateControl', 'controlId', controlId, redate)
    const gaps = async () => {
      const [refusal] = await work.refused(a.manager, 'startCompletion', 'engagementId', engagementId)
      return refusal.blockers.filter(({ code }: { code: string }) => code === 'COVERAGE_GAP')
    }
    expect(await gaps()).toHaveLength(33)
    const gap = { engagementId, criterionCode: 'CC8.1', gapFrom: '2025-01-01', gapTo: '2025-09-30', reason: 'x' }
    await a.partner.does('decideCoverageGap', { ...gap, restsOnIds: [procedureId] })
    expect(await gaps()).toHaveLength(32)
    const { nodes } = await judgmentsOf(a.reviewer, engagementId)
    expect(nodes).toContainEqual(
      expect.objectContaining({
        kind: 'COVERAGE_GAP',
        reason: 'x',
        decidedBy: { id: a.partner.memberId },
        restsOn: [{ id: procedureId }],
        awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'],
      }),
    )
  })
})
