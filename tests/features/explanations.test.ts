import { beforeEach, describe, expect, it } from 'vitest'
import { hashRank } from '../../src/rules/selection.js'
import { judgmentsOf } from '../support/chain.js'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
let work: Fieldwork
let population: { id: string; seed: string }

// What was explained counts with all else of the control: each test has a control of its own.
beforeEach(async () => {
  work = await fieldwork(w, a)
  population = await work.frozen(changes(60), { dateColumn: 'merged' })
})

interface Item {
  id: string
  itemKey: string
}
interface Recorded {
  id: string
  outcome: string
  attribute: { letter: string }
  sampleItem: Item
}
interface Sampled {
  procedureId: string
  sampleId: string
  items: Item[]
}

const byJudgment = { basis: 'JUDGMENT', method: 'RANDOM', sizeReason: 'A rehearsal.' }
const byTable = { basis: 'FREQUENCY_TABLE', method: 'RANDOM', sizeReason: 'More than the table asks for.' }

async function sampled(size: number, how: object = byJudgment): Promise<Sampled> {
  const { id: procedureId } = await work.procedure()
  const input = { procedureId, populationId: population.id, size, ...how }
  const { sample } = await a.staff.does('drawSample', input, 'sample { id items(first: 100) { nodes { id itemKey } } }')
  return { procedureId, sampleId: sample.id, items: sample.items.nodes }
}

const says = ({ id }: Item, attribute: string, outcome = 'NO_DEVIATION') => ({
  sampleItemId: id,
  attribute,
  outcome,
  note: outcome === 'NO_DEVIATION' ? null : `As seen: ${outcome}.`,
})

async function recorded({ procedureId }: Sampled, results: object[], by: Person = a.staff): Promise<Recorded[]> {
  const selection = 'results { id outcome attribute { letter } sampleItem { id itemKey } }'
  return (await by.does('recordResults', { procedureId, results }, selection)).results
}

/** A finished sample of which so many items lack A; answers the results that deviate. */
async function deviating(size: number, count: number, how: object = byJudgment) {
  const sample = await sampled(size, how)
  const said = sample.items.flatMap((item, at) => [
    says(item, 'A', at < count ? 'DEVIATION' : 'NO_DEVIATION'),
    says(item, 'B'),
  ])
  const results = await recorded(sample, said)
  return { ...sample, deviations: results.filter(({ outcome }) => outcome === 'DEVIATION').map(({ id }) => id) }
}

const both = (item: Item) => [says(item, 'A'), says(item, 'B')]

const version = async (id: string): Promise<number> =>
  (await w.owner.query('select version from result where id = $1', [id])).rows[0].version

async function link(resultId: string): Promise<string> {
  const { id: evidenceId } = await a.staff.brings(work.engagementId, { name: 'seen.csv', content: `id\n${resultId}\n` })
  await a.staff.does('linkEvidence', { evidenceId, nodeId: resultId })
  return evidenceId
}

const read = `result { version outcome correctedFrom explanationState explanationKind explanationReason explanationAlternativeProcedure
  explainedBy { id } explanationDecidedBy { id } explanationDecidedAt explanationDecisionNote }
  sample { itemCount testedCount deviationCount }`

const operated = { kind: 'CONTROL_OPERATED', reason: 'It was reviewed by mail.' }
const exempt = { kind: 'NOT_APPLICABLE', reason: 'The policy exempts changes of the change log.' }
const instead = { alternativeProcedure: 'Read the mail of the day on which it was merged.' }

const explain = async (resultId: string, how: object, by: Person = a.staff) =>
  by.tryTo('explainDeviation', { resultId, expectedVersion: await version(resultId), ...how }, read)

async function explained(resultId: string, how: object = { ...operated, ...instead }) {
  const payload = await explain(resultId, how)
  expect(payload.errors).toEqual([])
  return payload
}

const decide = async (by: Person, resultId: string, approve = true, note: string | null = 'Seen.') =>
  by.tryTo('decideExplanation', { resultId, expectedVersion: await version(resultId), approve, note }, read)

async function decided(by: Person, resultId: string, approve = true) {
  const payload = await decide(by, resultId, approve)
  expect(payload.errors).toEqual([])
  return payload
}

/** The refusals of an act, of which nothing is left. */
async function refused(act: () => Promise<{ errors: unknown[] }>): Promise<any[]> {
  const before = await w.digest()
  const { errors } = await act()
  expect(await w.digest()).toBe(before)
  expect(errors).not.toEqual([])
  return errors
}

async function denied(by: Person, resultId: string): Promise<string> {
  const before = await w.digest()
  const code = await by.isDenied('decideExplanation', {
    resultId,
    expectedVersion: await version(resultId),
    approve: true,
  })
  expect(await w.digest()).toBe(before)
  return code
}

const look = async (sampleId: string, by: Person = a.manager) =>
  (
    await by.gql(
      `query ($id: ID!) { verifySample(sampleId: $id) { matches } sample(id: $id) { draws itemCount testedCount deviationCount
        evaluation { testedCount outstandingCount deviationCount explainedCount notApplicableCount observedRate supportsReliance }
        items(first: 100) { nodes { id itemKey outcome drawnAs replaces { id } } } } }`,
      { id: sampleId },
    )
  ).sample

describe('25 of 25 that deviate', () => {
  it('are not explained away by words, nor by a senior, nor by a manager: each rests on something, and the partner decides', async () => {
    const { sampleId, deviations } = await deviating(25, 25, byTable)
    expect(await look(sampleId)).toMatchObject({ evaluation: { deviationCount: 25, supportsReliance: false } })
    for (const kind of ['CONTROL_OPERATED', 'NOT_APPLICABLE']) {
      const [error] = await refused(() => explain(deviations[0] as string, { kind, reason: 'ok' }))
      expect(error).toMatchObject({
        code: 'NOT_READY',
        blockers: [{ code: 'EXPLANATION_UNSUPPORTED', node: deviations[0] }],
      })
    }
    for (const id of deviations) await explained(id, { ...operated, reason: 'ok', ...instead })
    for (const id of deviations.slice(0, 3)) {
      for (const by of [a.senior, a.staff, a.reviewer]) expect(await denied(by, id)).toBe('FORBIDDEN')
    }
    for (const id of deviations.slice(0, 24)) await decided(a.manager, id)
    expect(await look(sampleId)).toMatchObject({ deviationCount: 1, evaluation: { supportsReliance: false } })
    const last = deviations[24] as string
    const errors = await refused(() => decide(a.manager, last))
    expect(errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES', message: /change its verdict/ }])
    await decided(a.partner, last)
    expect(await look(sampleId)).toMatchObject({
      evaluation: { testedCount: 25, deviationCount: 0, explainedCount: 25, notApplicableCount: 0 },
    })
  })
})

describe('who decides on an explanation', () => {
  it('is the manager where the verdict stays, over all samples of the control together', async () => {
    const [one, other] = [await deviating(3, 2), await deviating(2, 1)]
    const [first, second, third] = [...one.deviations, ...other.deviations] as [string, string, string]
    for (const id of [first, second, third]) await explained(id)
    // Alone, this sample would have none left.
    await decided(a.manager, third)
    await decided(a.manager, first)
    expect(await refused(() => decide(a.manager, second))).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    const asked = 'query ($id: ID!) { node(id: $id) { ... on Result { actions { name allowed reason { code } } } } }'
    const actionOf = async (by: Person) =>
      (await by.gql(asked, { id: second })).node.actions.find(
        ({ name }: { name: string }) => name === 'decideExplanation',
      )
    expect(await actionOf(a.manager)).toMatchObject({ allowed: false, reason: { code: 'SEPARATION_OF_DUTIES' } })
    expect(await actionOf(a.partner)).toMatchObject({ allowed: true })
    await decided(a.partner, second)
  })

  it('is neither who recorded nor who explained it, nor a person who had a hand in the test', async () => {
    const sample = await sampled(3)
    const [first, second, third] = sample.items as [Item, Item, Item]
    const [byManager] = await recorded(sample, [says(first, 'A', 'DEVIATION'), says(first, 'B')], a.manager)
    const [byStaff] = await recorded(sample, [says(second, 'A', 'DEVIATION'), says(second, 'B')])
    await recorded(sample, [says(third, 'A', 'DEVIATION'), says(third, 'B')])
    for (const one of [byManager, byStaff]) {
      await explained((one as Recorded).id)
      const errors = await refused(() => decide(a.manager, (one as Recorded).id))
      expect(errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    }
    await decided(a.partner, (byManager as Recorded).id)
    const own = await deviating(2, 2)
    const [mine] = own.deviations as [string]
    expect((await explain(mine, { ...operated, ...instead }, a.partner)).errors).toEqual([])
    expect(await refused(() => decide(a.partner, mine))).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    await decided(a.manager, mine)
  })

  it('may reject what no longer rests on anything, and not approve it', async () => {
    const { deviations } = await deviating(3, 2)
    const [id] = deviations as [string]
    const evidenceId = await link(id)
    await explained(id, operated)
    await a.staff.does('unlinkEvidence', { evidenceId, nodeId: id })
    expect(await refused(() => decide(a.manager, id))).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'EXPLANATION_UNSUPPORTED', message: /when it was due/ }] },
    ])
    expect(await refused(() => decide(a.manager, id, false, null))).toMatchObject([{ path: ['note'] }])
    expect((await decided(a.manager, id, false)).result).toMatchObject({
      explanationState: 'REJECTED',
      outcome: 'DEVIATION',
    })
  })
})

describe('that the control operated', () => {
  it('makes the result a pass with its history, and is counted apart', async () => {
    const { deviations, sampleId, items, procedureId } = await deviating(3, 1)
    const [id] = deviations as [string]
    await link(id)
    const { result } = await explained(id, operated)
    expect(result).toMatchObject({
      explanationState: 'PROPOSED',
      explanationKind: 'CONTROL_OPERATED',
      outcome: 'DEVIATION',
    })
    expect(await look(sampleId)).toMatchObject({ evaluation: { deviationCount: 1, explainedCount: 0 } })
    const done = await decided(a.partner, id)
    expect(done).toMatchObject({
      result: {
        outcome: 'NO_DEVIATION',
        correctedFrom: 'DEVIATION',
        explanationState: 'APPROVED',
        explanationReason: operated.reason,
        explainedBy: { id: a.staff.memberId },
        explanationDecidedBy: { id: a.partner.memberId },
        explanationDecisionNote: 'Seen.',
      },
      sample: { testedCount: 3, deviationCount: 0 },
    })
    expect(await look(sampleId)).toMatchObject({ evaluation: { testedCount: 3, deviationCount: 0, explainedCount: 1 } })
    expect(await refused(() => decide(a.partner, id, false))).toMatchObject([{ code: 'INVALID_TRANSITION' }])
    // What was explained is recorded anew as a deviation alone.
    const again = { ...says(items[0] as Item, 'A'), note: 'Still fine.', expectedVersion: await version(id) }
    const errors = await refused(() => a.staff.tryTo('recordResults', { procedureId, results: [again] }))
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['results', '0', 'outcome'] }])
    await a.staff.does('recordResult', { ...again, outcome: 'DEVIATION', note: 'The mail was of a later day.' })
    expect(await look(sampleId)).toMatchObject({ evaluation: { deviationCount: 1, explainedCount: 0 } })
  })

  it('keeps the evidence that it rests on', async () => {
    const { deviations } = await deviating(3, 2)
    const [id] = deviations as [string]
    const evidenceId = await link(id)
    await explained(id, operated)
    await decided(a.manager, id)
    const errors = await refused(() => a.staff.tryTo('unlinkEvidence', { evidenceId, nodeId: id }))
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['evidenceId'] }])
    expect(await w.owner.query('select 1 from evidence_link where node_id = $1', [id])).toMatchObject({ rowCount: 1 })
  })

  it('takes missing evidence away by what was done instead, later on as well', async () => {
    const sample = await sampled(2)
    const [first, second] = sample.items as [Item, Item]
    const [missing] = await recorded(sample, [
      says(first, 'A', 'UNABLE_TO_TEST'),
      says(first, 'B'),
      says(second, 'A'),
      says(second, 'B'),
    ])
    const { id } = missing as Recorded
    await explained(id, { ...operated, ...instead })
    const { result } = await decided(a.partner, id)
    expect(result).toMatchObject({
      outcome: 'NO_DEVIATION',
      correctedFrom: 'UNABLE_TO_TEST',
      explanationAlternativeProcedure: instead.alternativeProcedure,
    })
  })

  it('is said of what deviates alone, and anew after it was rejected', async () => {
    const { items, procedureId, deviations } = await deviating(2, 1)
    const { rows } = await w.owner.query(`select id from result where procedure_id = $1 and outcome = 'NO_DEVIATION'`, [
      procedureId,
    ])
    const how = { ...operated, ...instead }
    expect(await refused(() => explain(rows[0].id, how))).toMatchObject([{ code: 'INVALID_INPUT', path: ['resultId'] }])
    const [id] = deviations as [string]
    expect(await refused(() => decide(a.partner, id))).toMatchObject([{ code: 'INVALID_INPUT', path: ['resultId'] }])
    await explained(id)
    await decided(a.partner, id, false)
    const { result } = await explained(id)
    expect(result).toMatchObject({
      explanationState: 'PROPOSED',
      explanationDecidedBy: null,
      explanationDecisionNote: null,
    })
    const looked = { ...says(items[0] as Item, 'A', 'DEVIATION'), expectedVersion: await version(id) }
    await a.staff.does('recordResult', looked)
    const { node } = await a.staff.gql(
      'query ($id: ID!) { node(id: $id) { ... on Result { explanationState explanationKind explanationReason } } }',
      { id },
    )
    expect(node).toEqual({ explanationState: null, explanationKind: null, explanationReason: null })
  })
})

describe('that the control does not apply', () => {
  const ranked = Array.from({ length: 60 }, (_, at) => `C-${at + 1}`)

  it('to an item that deviated: it is replaced by the next in rank once no attribute applies', async () => {
    const sample = await sampled(3)
    const [first, ...others] = sample.items as [Item, ...Item[]]
    const results = await recorded(sample, [
      says(first, 'A', 'DEVIATION'),
      says(first, 'B', 'DEVIATION'),
      ...others.flatMap((item) => [says(item, 'A'), says(item, 'B')]),
    ])
    const [inA, inB] = results.map(({ id }) => id) as [string, string]
    expect(await refused(() => explain(inA, { ...exempt, ...instead }))).toMatchObject([
      { code: 'INVALID_INPUT', path: ['alternativeProcedure'] },
    ])
    for (const id of [inA, inB]) {
      await link(id)
      await explained(id, exempt)
    }
    const early = await a.staff.tryTo('prepareProcedure', await preparing(sample.procedureId))
    expect(early.errors).toMatchObject([{ code: 'NOT_READY', blockers: [{ node: inA }, { node: inB }] }])
    await decided(a.manager, inA)
    expect(await look(sample.sampleId)).toMatchObject({ itemCount: 3, deviationCount: 1 })
    expect(await refused(() => decide(a.manager, inB))).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    await decided(a.partner, inB)
    const now = await look(sample.sampleId)
    expect(now).toMatchObject({
      draws: [3, 1],
      itemCount: 4,
      testedCount: 2,
      deviationCount: 0,
      evaluation: { testedCount: 2, outstandingCount: 1, explainedCount: 0, notApplicableCount: 1 },
    })
    const rank = (key: string) => hashRank(population.seed, key)
    const next = ranked.toSorted((x, y) => (rank(x) < rank(y) ? -1 : 1))[3]
    expect(now.items.nodes.at(-1)).toMatchObject({ itemKey: next, drawnAs: 'REPLACEMENT', replaces: { id: first.id } })
  })

  it('as recorded at once: it counts for nothing until a manager who did not record it approves, on evidence', async () => {
    const sample = await sampled(2)
    const [first, second] = sample.items as [Item, Item]
    const results = await recorded(sample, [
      says(first, 'A', 'NOT_APPLICABLE'),
      says(first, 'B', 'NOT_APPLICABLE'),
      says(second, 'A', 'NOT_APPLICABLE'),
      says(second, 'B'),
    ])
    const [one, two, partial] = results.map(({ id }) => id) as [string, string, string]
    const open = { itemCount: 2, testedCount: 0, evaluation: { outstandingCount: 2, notApplicableCount: 0 } }
    expect(await look(sample.sampleId)).toMatchObject(open)
    const early = await refused(async () => a.staff.tryTo('prepareProcedure', await preparing(sample.procedureId)))
    expect(early).toMatchObject([{ code: 'INVALID_INPUT' }])
    expect(await denied(a.senior, one)).toBe('FORBIDDEN')
    expect(await refused(() => decide(a.manager, one))).toMatchObject([
      { blockers: [{ code: 'EXPLANATION_UNSUPPORTED', message: /does not apply/ }] },
    ])
    for (const id of [one, two, partial]) await link(id)
    await decided(a.manager, one)
    expect(await look(sample.sampleId)).toMatchObject(open)
    const { result } = await decided(a.manager, two)
    expect(result).toMatchObject({ outcome: 'NOT_APPLICABLE', correctedFrom: null, explanationState: 'APPROVED' })
    expect(await look(sample.sampleId)).toMatchObject({ itemCount: 3, evaluation: { notApplicableCount: 1 } })
    await decided(a.manager, partial)
    expect(await look(sample.sampleId)).toMatchObject({ itemCount: 3, testedCount: 1 })
  })

  it('brings the next ones in rank, once each, and is verified', async () => {
    const sample = await sampled(3)
    const [first, second, third] = sample.items as [Item, Item, Item]
    const none = [first, third].flatMap((item) => ['A', 'B'].map((letter) => says(item, letter, 'NOT_APPLICABLE')))
    const results = await recorded(sample, [...none, says(second, 'A'), says(second, 'B')])
    for (const { id } of results.slice(0, 4)) {
      await link(id)
      await decided(a.manager, id)
    }
    const now = await look(sample.sampleId)
    expect(now).toMatchObject({ draws: [3, 1, 1], itemCount: 5, testedCount: 1, deviationCount: 0 })
    expect(now.items.nodes.slice(3)).toMatchObject([
      { drawnAs: 'REPLACEMENT', replaces: { id: first.id }, outcome: null },
      { drawnAs: 'REPLACEMENT', replaces: { id: third.id }, outcome: null },
    ])
    const anew = { ...says(first, 'A', 'NOT_APPLICABLE'), note: 'A commit of a test.' }
    await recorded(sample, [{ ...anew, expectedVersion: await version(results[0]?.id as string) } as never])
    expect(await look(sample.sampleId)).toMatchObject({ itemCount: 5, evaluation: { outstandingCount: 3 } })
    await decided(a.manager, results[0]?.id as string)
    expect(await look(sample.sampleId)).toMatchObject({ itemCount: 5, evaluation: { outstandingCount: 2 } })
  })

  it('rejected: the result is recorded anew', async () => {
    const sample = await sampled(1)
    const [item] = sample.items as [Item]
    const [one] = await recorded(sample, [says(item, 'A', 'NOT_APPLICABLE'), says(item, 'B')])
    const { id } = one as Recorded
    await decided(a.manager, id, false)
    expect(await look(sample.sampleId)).toMatchObject({ testedCount: 0, evaluation: { outstandingCount: 1 } })
    expect(await refused(() => explain(id, exempt))).toMatchObject([{ code: 'INVALID_INPUT', message: /anew/ }])
    await recorded(sample, [{ ...says(item, 'A'), expectedVersion: await version(id) } as never])
    expect(await look(sample.sampleId)).toMatchObject({ testedCount: 1, deviationCount: 0 })
  })
})

/** What signing a procedure as its preparer takes. */
async function preparing(procedureId: string, outcome = 'NO_EXCEPTIONS') {
  const { procedure } = await a.staff.gql('query ($id: ID!) { procedure(id: $id) { version } }', { id: procedureId })
  return { procedureId, expectedVersion: procedure.version, outcome, outcomeNote: 'Compared as planned.' }
}

describe('what was explained', () => {
  it('leaves the signature of the preparer in force, who signed it as proposed', async () => {
    const { deviations, procedureId } = await deviating(3, 1)
    const [id] = deviations as [string]
    await explained(id)
    await a.staff.does('prepareProcedure', await preparing(procedureId))
    await decided(a.partner, id)
    const { expectedVersion } = await preparing(procedureId)
    await a.manager.does('reviewProcedure', { procedureId, expectedVersion })
    const { procedure } = await a.manager.gql(
      'query ($id: ID!) { procedure(id: $id) { signOffs(first: 5) { nodes { level isStale } } } }',
      { id: procedureId },
    )
    expect(procedure.signOffs.nodes).toMatchObject([{ isStale: false }, { isStale: false }])
    const { verifyEngagement } = await a.manager.gql(
      'query ($id: ID!) { verifyEngagement(engagementId: $id) { intact mismatches { nodeId fields } } }',
      { id: work.engagementId },
    )
    expect(verifyEngagement).toEqual({ intact: true, mismatches: [] })
  })

  it('is a list of the engagement, with its papers, for the quality reviewer and no client', async () => {
    const { deviations, procedureId } = await deviating(4, 3)
    const [one, two, three] = deviations as [string, string, string]
    const evidenceId = await link(one)
    await explained(one, exempt)
    await decided(a.manager, one)
    await explained(two)
    await explained(three)
    await decided(a.manager, three, false)
    const asked = `query ($id: ID!, $filter: ExplanationFilter) { engagement(id: $id) { explainedDeviations(filter: $filter) { totalCount nodes {
      id explanationKind explanationReason explanationState correctedFrom explainedBy { id } explanationDecidedBy { id }
      evidence { id } procedure { id } sampleItem { itemKey } } } } }`
    const list = async (filter: object | null, by: Person = a.reviewer) =>
      (await by.gql(asked, { id: work.engagementId, filter })).engagement.explainedDeviations
    expect(await list(null)).toMatchObject({ totalCount: 3, nodes: [{ id: one }, { id: two }, { id: three }] })
    expect(await list({ state: 'APPROVED' })).toMatchObject({
      totalCount: 1,
      nodes: [
        {
          id: one,
          explanationKind: 'NOT_APPLICABLE',
          explanationReason: exempt.reason,
          correctedFrom: 'DEVIATION',
          explainedBy: { id: a.staff.memberId },
          explanationDecidedBy: { id: a.manager.memberId },
          evidence: [{ id: evidenceId }],
          procedure: { id: procedureId },
        },
      ],
    })
    expect(await list({ kind: 'CONTROL_OPERATED', state: 'PROPOSED' })).toMatchObject({ nodes: [{ id: two }] })
    expect(await list(null, work.client.admin)).toEqual({ totalCount: 0, nodes: [] })
  })
})

describe('Missing evidence with what was done instead', () => {
  const missing = (item: Item) => ({ ...says(item, 'A', 'UNABLE_TO_TEST'), ...instead })
  const stateOf = async (id: string) =>
    (
      await a.manager.gql(
        `query ($id: ID!) { node(id: $id) { ... on Result { outcome correctedFrom explanationState explanationKind explanationReason
          explanationAlternativeProcedure explainedBy { id } } } }`,
        { id },
      )
    ).node

  it('is a deviation until a manager who did not record it agrees, recorded alone or in bulk', async () => {
    const sample = await sampled(6, { ...byTable, sizeReason: 'Fewer.' })
    const [first, second, ...rest] = sample.items as [Item, Item, ...Item[]]
    const said = [says(first, 'B'), missing(second), says(second, 'B'), ...rest.flatMap((item) => both(item))]
    const inBulk = (await recorded(sample, said))[1] as Recorded
    const { result } = await a.staff.does('recordResult', missing(first), 'result { id }')
    for (const id of [result.id, inBulk.id]) {
      expect(await stateOf(id)).toEqual({
        outcome: 'UNABLE_TO_TEST',
        correctedFrom: null,
        explanationState: 'PROPOSED',
        explanationKind: 'CONTROL_OPERATED',
        explanationReason: 'As seen: UNABLE_TO_TEST.',
        explanationAlternativeProcedure: instead.alternativeProcedure,
        explainedBy: { id: a.staff.memberId },
      })
    }
    const found = { testedCount: 6, deviationCount: 2, explainedCount: 0, supportsReliance: false }
    expect(await look(sample.sampleId)).toMatchObject({ deviationCount: 2, evaluation: found })
    for (const by of [a.staff, a.senior]) expect(await denied(by, result.id)).toBe('FORBIDDEN')
    await decided(a.manager, inBulk.id)
    expect(await look(sample.sampleId)).toMatchObject({ deviationCount: 1, evaluation: { explainedCount: 1 } })
    // The last of them turns the verdict of the control.
    expect(await refused(() => decide(a.manager, result.id))).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    await decided(a.partner, result.id)
    expect(await stateOf(result.id)).toMatchObject({ outcome: 'NO_DEVIATION', correctedFrom: 'UNABLE_TO_TEST' })
    expect(await look(sample.sampleId)).toMatchObject({ deviationCount: 0, evaluation: { explainedCount: 2 } })
    const { nodes } = await judgmentsOf(a.reviewer, work.engagementId)
    expect(nodes.map(({ kind, subject }: { kind: string; subject: { id: string } }) => [kind, subject.id])).toEqual(
      expect.arrayContaining([result.id, inBulk.id].map((id) => ['DEVIATION_EXPLAINED', id])),
    )
  })

  it('is not decided on by the manager who recorded it, and is a deviation where it is not agreed to', async () => {
    const sample = await sampled(1)
    const [item] = sample.items as [Item]
    const [result] = (await recorded(sample, [missing(item), says(item, 'B')], a.manager)) as [Recorded]
    expect(await refused(() => decide(a.manager, result.id))).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    await decided(a.partner, result.id, false)
    expect(await stateOf(result.id)).toMatchObject({ outcome: 'UNABLE_TO_TEST', explanationState: 'REJECTED' })
    expect(await look(sample.sampleId)).toMatchObject({ testedCount: 1, deviationCount: 1 })
    const again = await refused(async () =>
      a.staff.tryTo('recordResult', { ...missing(item), expectedVersion: await version(result.id) }),
    )
    expect(again).toMatchObject([{ code: 'INVALID_INPUT', path: ['alternativeProcedure'] }])
  })

  it('is corrected in its words by who proposes it from then on, and to no pass', async () => {
    const sample = await sampled(1)
    const [item] = sample.items as [Item]
    const [result] = (await recorded(sample, [missing(item), says(item, 'B')])) as [Recorded]
    const change = async (by: Person, more: object) =>
      by.tryTo('recordResult', { ...missing(item), expectedVersion: await version(result.id), ...more })
    for (const outcome of ['NO_DEVIATION', 'NOT_APPLICABLE', 'AWAITING_EVIDENCE']) {
      expect(await refused(() => change(a.staff, { outcome, alternativeProcedure: null }))).toMatchObject([
        { code: 'INVALID_INPUT', path: ['outcome'] },
      ])
    }
    expect((await change(a.senior, { alternativeProcedure: 'Asked the author.' })).errors).toEqual([])
    expect(await stateOf(result.id)).toMatchObject({
      explanationState: 'PROPOSED',
      explanationAlternativeProcedure: 'Asked the author.',
      explainedBy: { id: a.senior.memberId },
    })
    expect((await change(a.senior, { alternativeProcedure: null })).errors).toEqual([])
    expect(await stateOf(result.id)).toMatchObject({ outcome: 'UNABLE_TO_TEST', explanationState: null })
    expect(await look(sample.sampleId)).toMatchObject({ deviationCount: 1 })
  })
})
