import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chain, judgmentsOf } from '../support/chain.js'
import { tested } from '../support/exceptions.js'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { figuresAgainst } from '../support/figures-against.js'
import { type Person, world } from '../support/world.js'

// What was changed or decided once there were figures is on the list of judgments against them, each through the API.

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const reason = 'Management words it so since the walkthrough, invented.'

const quarterly = readFileSync(
  new URL('../../../tests/cases/imports/quarterly-reviews-one-missing.csv', import.meta.url),
  'utf8',
)
const listOf = async ({ engagementId }: { engagementId: string }) => (await judgmentsOf(a.partner, engagementId)).nodes
const kindsOf = async (of: { engagementId: string }) => (await listOf(of)).map(({ kind }: { kind: string }) => kind)
const versionOf = async (id: string) =>
  (await a.partner.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
const change = async (by: Person, mutation: string, idName: string, id: string, given: object, selection?: string) =>
  by.does(mutation, { [idName]: id, expectedVersion: await versionOf(id), ...given }, selection)
const byPartner = { decidedBy: { id: a.partner.memberId }, isAcknowledged: false }

describe('A control, once its testing has begun', () => {
  it('is on the list with each part that was changed, and when it is retired and said never to have been needed', async () => {
    const work = await chain(a, client)
    const found = await figuresAgainst(a, client, { of: 5, deviating: 2 })
    const given = { reason, restsOnIds: [found.testId] }
    expect(await listOf(found)).toEqual([])
    await change(a.partner, 'updateControl', 'controlId', found.controlId, { ...given, risk: 'LOW', isKey: false })
    expect(await listOf(found)).toMatchObject([
      {
        kind: 'CONTROL_CHANGED',
        statement: 'CM-02 was changed after its testing had begun: RISK.',
        subject: { __typename: 'ControlChange' },
        figures: [
          { name: 'CHANGE', value: 'RISK' },
          { name: 'TESTED_BEFORE', value: '5' },
          { name: 'DEVIATIONS_BEFORE', value: '2' },
          { name: 'EXCEPTIONS_BEFORE', value: '0' },
          { name: 'DEVIATIONS_AS_FOUND', value: '2' },
        ],
        reason,
        restsOn: [{ id: found.testId }],
        ...byPartner,
      },
      { kind: 'CONTROL_CHANGED', figures: expect.arrayContaining([{ name: 'CHANGE', value: 'KEY' }]) },
    ])
    await change(a.partner, 'retireControl', 'controlId', found.controlId, given)
    await change(a.partner, 'decideControlNotNeeded', 'controlId', found.controlId, given)
    const [, , retired, notNeeded] = await listOf(found)
    expect(retired).toMatchObject({ kind: 'CONTROL_CHANGED', ...byPartner })
    expect(retired.statement).toBe('CM-02 was retired after its testing had begun.')
    expect(notNeeded).toMatchObject({
      kind: 'CONTROL_NOT_NEEDED',
      subject: { __typename: 'ControlChange' },
      restsOn: [{ id: found.testId }],
      ...byPartner,
    })
    expect(await listOf(work)).toEqual([])
    const asked = `query ($id: ID!) { node(id: $id) { ... on Control { judgmentsAgainstFigures { totalCount } } } }`
    const { node } = await a.reviewer.gql(asked, { id: found.controlId })
    expect(node.judgmentsAgainstFigures.totalCount).toBe(4)
  })

  it('is not on it for what the senior changes before that', async () => {
    const work = await fieldwork(w, a)
    await change(a.senior, 'updateControl', 'controlId', work.controlId, { title: 'Changes are looked at' })
    expect(await listOf(work)).toEqual([])
  })
})

describe('A criterion', () => {
  it('that is marked not applicable after fieldwork began is told apart from other changes of scope', async () => {
    const work = await tested(w, a)
    const { engagementId } = work
    const given = { reason: 'The system keeps no such data.', restsOnIds: [work.procedureId] }
    await a.partner.does('excludeCriterion', { engagementId, criterionCode: 'CC3.4', ...given })
    await change(a.partner, 'updateEngagement', 'engagementId', engagementId, { systemName: 'Kestrel', ...given })
    expect(await listOf(work)).toMatchObject([
      {
        kind: 'CRITERION_EXCLUDED',
        statement: 'After fieldwork began: The criterion CC3.4 was marked not applicable.',
        subject: { __typename: 'ScopeChange' },
        figures: expect.arrayContaining([
          { name: 'TESTED_BEFORE', value: '5' },
          { name: 'DEVIATIONS_BEFORE', value: '3' },
        ]),
        restsOn: [{ id: work.procedureId }],
        ...byPartner,
      },
      { kind: 'SCOPE_CHANGED', ...byPartner },
    ])
  })
})

describe('A section of the description', () => {
  const write = async ({ engagementId }: { engagementId: string }, text: string) => {
    const asked = 'query ($id: ID!) { engagement(id: $id) { descriptionSections { criterion version } } }'
    const { descriptionSections } = (await client.admin.gql(asked, { id: engagementId })).engagement
    const written = descriptionSections.find(({ criterion }: { criterion: string }) => criterion === 'DC4')
    const input = { engagementId, criterion: 'DC4', text, expectedVersion: written?.version ?? 0 }
    return (await client.admin.does('writeDescriptionSection', input, 'descriptionSection { id }')).descriptionSection
      .id
  }
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

  it('that is written anew after testing began is on the list, until it says the same again', async () => {
    const work = await fieldwork(w, a, {}, client)
    await write(work, 'No incident.')
    await write(work, 'There was no incident.')
    expect(await listOf(work)).toEqual([])
    await work.procedure()
    expect(await listOf(work)).toEqual([])
    const id = await write(work, 'Incidents were few.')
    const entry = {
      kind: 'DESCRIPTION_CHANGED',
      statement: 'Management wrote DC4 of the description anew after testing had begun.',
      subject: { __typename: 'DescriptionSection', id },
      decidedBy: { id: client.admin.memberId },
      isAcknowledged: false,
    }
    const figures = (now: string) => [
      { name: 'CHANGE', value: 'DC4' },
      { name: 'TEXT_BEFORE', value: sha256('There was no incident.') },
      { name: 'TEXT_NOW', value: sha256(now) },
    ]
    const [first, ...others] = await listOf(work)
    expect(others).toEqual([])
    expect(first).toMatchObject({ ...entry, figures: figures('Incidents were few.') })
    for (const by of [a.partner, a.reviewer]) {
      const { id: judgmentId, figuresDigest } = first
      const read = { engagementId: work.engagementId, judgmentId, figuresDigest, note: 'It reads as what was tested.' }
      await by.does('acknowledgeJudgment', read)
    }
    expect((await listOf(work))[0]).toMatchObject({ id: first.id, isAcknowledged: true })
    await write(work, 'There were two incidents.')
    expect(await listOf(work)).toMatchObject([
      { ...entry, id: first.id, figures: figures('There were two incidents.'), acknowledgements: [] },
    ])
    await write(work, 'There was no incident.')
    expect(await listOf(work)).toEqual([])
  })

  it('that is written for the first time then is not', async () => {
    const work = await tested(w, a, {}, client)
    await write(work, 'No incident.')
    expect(await listOf(work)).toEqual([])
  })
})

describe('Exceptions weighed together', () => {
  const minor = { material: false, pervasive: false, rationale: 'x' }

  it('as not material over 24 of 25 are on the list, and not where they are material', async () => {
    const work = await figuresAgainst(a, client)
    const first = await work.reported()
    const second = await work.exception({ criteriaCodes: ['CC8.1'] })
    for (const id of [first, second]) await work.concluded(id, { ...minor, restsOnIds: [work.testId] })
    expect(await kindsOf(work)).toEqual(['NOT_MATERIAL_OVER_FIGURES'])
    await work.together({ restsOnIds: [work.testId] })
    const together = (await listOf(work)).slice(1)
    expect(together.length).toBeGreaterThan(0)
    for (const one of together) {
      expect(one).toMatchObject({
        kind: 'AGGREGATE_NOT_MATERIAL_OVER_FIGURES',
        statement: expect.stringMatching(/^Exceptions on .* though figures speak against EX-1\.$/),
        subject: { __typename: 'AggregateDecision' },
        figures: [{ name: 'FIGURES_OF_EXCEPTION', value: 'EX-1: 24 of 25 items deviate' }],
        restsOn: [{ id: work.testId }],
        decidedBy: { id: a.manager.memberId },
      })
      const anew = {
        material: true,
        rationale: 'Together they are.',
        factors: [{ factor: 'AGGREGATION', note: 'They share a cause.' }],
      }
      const papers = { restsOnIds: [work.testId], sharedCause: null, affectedCommitment: null }
      await change(a.manager, 'reviseAggregate', 'aggregateDecisionId', one.subject.id, { ...anew, ...papers })
    }
    expect(await kindsOf(work)).toEqual(['NOT_MATERIAL_OVER_FIGURES'])
  })
})

describe('A population', () => {
  it('that takes the place of another one is on the list, with how many items each has', async () => {
    const work = await fieldwork(w, a)
    const first = await work.frozen(changes(40), { dateColumn: 'merged' })
    expect(await listOf(work)).toEqual([])
    const why = await work.inPlaceOf(first.id, 'The first list left out the hotfixes.')
    const second = await work.frozen(changes(41), { dateColumn: 'merged' }, why)
    expect(await listOf(work)).toMatchObject([
      {
        kind: 'POPULATION_SUPERSEDED',
        subject: { __typename: 'Population', id: second.id },
        figures: [
          { name: 'POPULATION_ITEMS', value: '41' },
          { name: 'SUPERSEDED_ITEMS', value: '40' },
        ],
        reason: 'The first list left out the hotfixes.',
        restsOn: [{ id: why.restsOnIds[0] }],
        decidedBy: { id: a.staff.memberId },
      },
    ])
  })
})

describe('Of a periodic control is on the list', () => {
  const columns = { keyColumn: 'review', dateColumn: 'held_on' }
  const paperOf = async ({ engagementId }: Fieldwork): Promise<string> =>
    (await a.staff.brings(engagementId, { name: 'policy.txt', content: `Held. ${Math.random()}` })).id

  it('a cycle that was changed after its list was frozen, and not one that was set before', async () => {
    const work = await fieldwork(w, a, { frequency: 'QUARTERLY' })
    await change(a.senior, 'changeControlCycle', 'controlId', work.controlId, {
      graceDays: 5,
      countsBusinessDays: false,
    })
    await work.frozen(quarterly, columns)
    expect(await listOf(work)).toEqual([])
    const restsOnIds = [await paperOf(work)]
    const anew = { graceDays: 31, countsBusinessDays: false, reason: 'The policy grants a month.', restsOnIds }
    await change(a.partner, 'changeControlCycle', 'controlId', work.controlId, anew)
    expect(await listOf(work)).toMatchObject([
      {
        kind: 'CONTROL_CHANGED',
        subject: { __typename: 'ControlChange' },
        figures: expect.arrayContaining([{ name: 'CHANGE', value: 'CYCLE' }]),
        reason: 'The policy grants a month.',
        restsOn: [{ id: restsOnIds[0] }],
        ...byPartner,
      },
    ])
    // Each change stays, with its own reason: the next one does not speak for it.
    const again = { ...anew, graceDays: 10, reason: 'The policy grants ten days.' }
    await change(a.partner, 'changeControlCycle', 'controlId', work.controlId, again)
    expect((await listOf(work)).map(({ reason: why }: { reason: string }) => why)).toEqual([anew.reason, again.reason])
    const asked =
      'query ($id: ID!) { node(id: $id) { ... on Control { changes { nodes { part saidBefore saidAfter } } } } }'
    expect((await a.reviewer.gql(asked, { id: work.controlId })).node.changes.nodes).toEqual([
      {
        part: 'CYCLE',
        saidBefore: 'QUARTERLY, by the calendar, 5 days of grace',
        saidAfter: 'QUARTERLY, by the calendar, 31 days of grace',
      },
      {
        part: 'CYCLE',
        saidBefore: 'QUARTERLY, by the calendar, 31 days of grace',
        saidAfter: 'QUARTERLY, by the calendar, 10 days of grace',
      },
    ])
  })
})

describe('A sample', () => {
  it('is on the list for a dilution, with its papers and what was found before, and not for a planned extension or the rest', async () => {
    const work = await fieldwork(w, a)
    const { id: populationId } = await work.frozen(changes(200))
    const draw = { populationId, basis: 'FREQUENCY_TABLE', method: 'RANDOM' }
    const selection = 'sample { id items(first: 100, filter: { outstanding: true }) { nodes { id } } }'
    const stages = [{ additionalCount: 5, acceptedDeviationCount: 0 }]
    const { id: procedureId } = await work.procedure({ attributes: [{ letter: 'A', description: 'A reviewer.' }] })
    const { sample } = await a.staff.does('drawSample', { procedureId, ...draw, stages }, selection)
    const size = sample.items.nodes.length
    const results = sample.items.nodes.map(({ id }: { id: string }, at: number) => ({
      sampleItemId: id,
      attribute: 'A',
      ...(at === 0 ? { outcome: 'DEVIATION', note: 'No reviewer.' } : { outcome: 'NO_DEVIATION' }),
    }))
    await a.staff.does('recordResults', { procedureId, results })
    await change(a.staff, 'extendSample', 'sampleId', sample.id, { additionalCount: 5 })
    expect(await listOf(work)).toEqual([])
    const restsOnIds = [procedureId]
    const diluting = { additionalCount: 10, reason: 'One person, one week.', restsOnIds }
    await change(a.partner, 'extendSample', 'sampleId', sample.id, diluting)
    expect(await listOf(work)).toMatchObject([
      {
        kind: 'SAMPLE_DILUTED',
        subject: { __typename: 'Sample', id: sample.id },
        figures: expect.arrayContaining([
          { name: 'ITEMS_BEFORE', value: String(size + 5) },
          { name: 'ITEMS_AFTER', value: String(size + 15) },
          { name: 'TESTED_BEFORE', value: String(size) },
          { name: 'DEVIATIONS_BEFORE', value: '1' },
        ]),
        reason: 'One person, one week.',
        restsOn: [{ id: procedureId }],
        ...byPartner,
      },
    ])
    await change(a.staff, 'extendSample', 'sampleId', sample.id, { additionalCount: 200 - size - 15, reason: 'All.' })
    expect(await listOf(work)).toEqual([])
  })
})
