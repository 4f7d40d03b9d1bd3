import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chain, judgmentsOf } from '../support/chain.js'
import { type Against, figuresAgainst } from '../support/figures-against.js'
import type { Person } from '../support/world.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const b = await w.firm('Birch')

const note = 'Read with the papers: the changes were made during a migration that was announced.'

interface Judged {
  id: string
  kind: string
  figuresDigest: string
  awaited: string[]
}
const listOf = async (engagementId: string, by: Person = a.partner): Promise<any[]> =>
  (await judgmentsOf(by, engagementId)).nodes
const kindsOf = async (engagementId: string) => (await listOf(engagementId)).map(({ kind }) => kind)
const acknowledge = (by: Person, engagementId: string, { id, figuresDigest }: Judged, input: object = {}) =>
  by.tryTo(
    'acknowledgeJudgment',
    { engagementId, judgmentId: id, figuresDigest, note, ...input },
    'judgment { id awaited isAcknowledged acknowledgements { role note member { id } } }',
  )
/** Does what must be refused; answers the refusals. Nothing moved. */
async function refused(act: () => Promise<any>): Promise<any[]> {
  const before = await w.digest()
  const { errors } = await act()
  expect(errors).not.toEqual([])
  expect(await w.digest()).toBe(before)
  return errors
}
const unacknowledged = async (engagementId: string) => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code message node } } } }'
  const { blockers } = (await a.partner.gql(asked, { id: engagementId })).engagement.readiness
  return blockers.filter(({ code }: { code: string }) => code === 'JUDGMENT_UNACKNOWLEDGED')
}
/** 24 of 25 deviate; EFFECTIVE with the reason "x", not material with the reason "x". */
async function talkedAway(): Promise<Against & { exceptionId: string }> {
  const work = await figuresAgainst(a, client)
  const exceptionId = await work.reported()
  await work.signed('EXCEPTIONS')
  await work.concludedAs('EFFECTIVE')
  await work.weighedAs(exceptionId, false)
  return { ...work, exceptionId }
}

describe('24 of 25 deviate, the control is concluded EFFECTIVE and the exception weighed as not material', async () => {
  const work = await talkedAway()
  const { engagementId, controlId, exceptionId } = work

  it('both are on the list, with figures, author and reason', async () => {
    const [effective, notMaterial, ...others] = await listOf(engagementId)
    expect(others).toEqual([])
    expect(effective).toMatchObject({
      kind: 'EFFECTIVE_OVER_FIGURES',
      statement: 'CM-02 is concluded EFFECTIVE, though 24 of 25 items deviate.',
      subject: { __typename: 'Control', id: controlId },
      reason: 'x',
      restsOn: [{ id: work.testId }],
      decidedBy: { id: a.senior.memberId },
      isAcknowledged: false,
      awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'],
      acknowledgements: [],
    })
    expect(effective.figures).toEqual(
      expect.arrayContaining([
        { name: 'ITEMS_TESTED', value: '25' },
        { name: 'DEVIATIONS', value: '24' },
        { name: 'SUPPORTS_RELIANCE', value: 'NO' },
      ]),
    )
    expect(notMaterial).toMatchObject({
      kind: 'NOT_MATERIAL_OVER_FIGURES',
      subject: { __typename: 'Exception', id: exceptionId },
      reason: 'x',
      restsOn: [{ id: work.testId }],
      decidedBy: { id: a.manager.memberId },
      isAcknowledged: false,
    })
  })

  it('the exception, the control and the proposed opinion show them', async () => {
    const asked = `query ($id: ID!, $exception: ID!, $control: ID!) {
      exception(id: $exception) { judgmentsAgainstFigures { nodes { kind } } }
      node(id: $control) { ... on Control { judgmentsAgainstFigures { nodes { kind } } } }
      engagement(id: $id) { opinionProposal { overall judgmentsAgainstFigures { totalCount nodes { kind } } } } }`
    const answer = await a.reviewer.gql(asked, { id: engagementId, exception: exceptionId, control: controlId })
    const both = [{ kind: 'EFFECTIVE_OVER_FIGURES' }, { kind: 'NOT_MATERIAL_OVER_FIGURES' }]
    expect(answer.exception.judgmentsAgainstFigures.nodes).toEqual(both)
    expect(answer.node.judgmentsAgainstFigures.nodes).toEqual(both)
    expect(answer.engagement.opinionProposal).toEqual({
      overall: 'UNQUALIFIED',
      judgmentsAgainstFigures: { totalCount: 2, nodes: both },
    })
  })

  it('nobody else acknowledges them, and nothing moves', async () => {
    const [effective] = await listOf(engagementId)
    const input = { engagementId, judgmentId: effective.id, figuresDigest: effective.figuresDigest, note }
    for (const person of [a.manager, a.senior, a.staff, client.admin]) {
      const before = await w.digest()
      expect(await person.isDenied('acknowledgeJudgment', input)).toBe('FORBIDDEN')
      expect(await w.digest()).toBe(before)
    }
    const outside = await a.person('Otto Outside', 'PARTNER')
    expect(await outside.isDenied('acknowledgeJudgment', input)).toBe('FORBIDDEN')
    await chain(b, await b.client('Kite'))
    const errors = await refused(() => b.partner.tryTo('acknowledgeJudgment', input))
    expect(errors).toMatchObject([{ code: 'NOT_FOUND', path: ['engagementId'] }])
  })

  it('nobody else reads them', async () => {
    const asked = 'query ($id: ID!) { engagement(id: $id) { judgmentsAgainstFigures { nodes { id } } } }'
    expect((await client.admin.gql(asked, { id: engagementId })).engagement).toEqual({
      judgmentsAgainstFigures: { nodes: [] },
    })
    expect((await b.partner.gql(asked, { id: engagementId })).engagement).toBeNull()
    const { errors } = await a.admin.ask(asked, { id: engagementId })
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  it('one that is not there, or says something else, or was acknowledged is refused at its place', async () => {
    const [effective] = await listOf(engagementId)
    const by = (input: object) => refused(() => acknowledge(a.partner, engagementId, effective, input))
    expect(await by({ judgmentId: randomUUID() })).toMatchObject([{ code: 'NOT_FOUND', path: ['judgmentId'] }])
    expect(await by({ judgmentId: 'nothing' })).toMatchObject([{ code: 'NOT_FOUND', path: ['judgmentId'] }])
    expect(await by({ figuresDigest: 'a'.repeat(64) })).toMatchObject([
      { code: 'JUDGMENT_CHANGED', path: ['figuresDigest'] },
    ])
    expect(await by({ note: ' ' })).toMatchObject([{ code: 'INVALID_INPUT', path: ['note'] }])
    const one = { judgmentId: effective.id, figuresDigest: effective.figuresDigest, note }
    const several = (judgments: object[]) =>
      refused(() => a.partner.tryTo('acknowledgeJudgments', { engagementId, judgments }))
    expect(await several([one, { ...one, judgmentId: randomUUID() }, one])).toMatchObject([
      { code: 'NOT_FOUND', path: ['judgments', '1', 'judgmentId'] },
      { code: 'INVALID_INPUT', path: ['judgments', '2', 'judgmentId'] },
    ])
    expect(await several([])).toMatchObject([{ code: 'INVALID_INPUT', path: ['judgments'] }])
  })

  it('the report cannot be issued until both have acknowledged both', async () => {
    await work.change(a.reviewer, 'clearQualityReview', 'engagementId', engagementId)
    await work.dated()
    const cannot = async (left: object[]) => {
      expect(await unacknowledged(engagementId)).toMatchObject(left)
      const errors = await refused(async () => ({
        errors: await work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId),
      }))
      expect(errors).toMatchObject([{ code: 'NOT_READY', blockers: left }])
    }
    await cannot([{ node: controlId }, { node: exceptionId }])
    const [effective, notMaterial] = await listOf(engagementId)
    const { judgment } = await acknowledge(a.partner, engagementId, effective)
    expect(judgment).toEqual({
      id: effective.id,
      awaited: ['QUALITY_REVIEWER'],
      isAcknowledged: false,
      acknowledgements: [{ role: 'ENGAGEMENT_PARTNER', note, member: { id: a.partner.memberId } }],
    })
    expect(await refused(() => acknowledge(a.partner, engagementId, effective))).toMatchObject([
      { code: 'ALREADY_EXISTS', path: ['judgmentId'] },
    ])
    await cannot([
      { node: controlId, message: expect.stringContaining('by the quality reviewer:') },
      { node: exceptionId, message: expect.stringContaining('by the engagement partner and the quality reviewer:') },
    ])
    for (const one of [effective, notMaterial]) await acknowledge(a.reviewer, engagementId, one)
    await cannot([{ node: exceptionId, message: expect.stringContaining('by the engagement partner:') }])
    await acknowledge(a.partner, engagementId, notMaterial)
    expect(await unacknowledged(engagementId)).toEqual([])
    expect((await work.issue()).engagement.state).toBe('ISSUED')
  })

  it('what was acknowledged stays readable after issue, and the rows agree with the trail', async () => {
    const list = await listOf(engagementId)
    expect(list.map(({ isAcknowledged }) => isAcknowledged)).toEqual([true, true])
    expect(list[0].acknowledgements).toMatchObject([{ role: 'ENGAGEMENT_PARTNER' }, { role: 'QUALITY_REVIEWER' }])
    const errors = await refused(() => acknowledge(a.partner, engagementId, list[0]))
    expect(errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
    const asked = 'query ($id: ID!) { verifyEngagement(engagementId: $id) { mismatches { nodeType } } }'
    expect((await a.partner.gql(asked, { id: engagementId })).verifyEngagement.mismatches).toEqual([])
  })
})

describe('An acknowledgment', () => {
  it('is outdated by another decision or reason, and is then given again', async () => {
    const work = await talkedAway()
    const { engagementId } = work
    await work.acknowledged()
    expect(await unacknowledged(engagementId)).toEqual([])
    const [before] = await listOf(engagementId)
    await work.change(a.manager, 'returnToFieldwork', 'engagementId', engagementId, { reason: 'Looked at again.' })
    await work.concludedAs('EFFECTIVE', 'The migration was announced.')
    const [after] = await listOf(engagementId)
    expect(after).toMatchObject({ id: before.id, isAcknowledged: false, acknowledgements: [] })
    expect(after.figuresDigest).not.toBe(before.figuresDigest)
    expect(await unacknowledged(engagementId)).toHaveLength(1)
    expect(await refused(() => acknowledge(a.partner, engagementId, before))).toMatchObject([
      { code: 'JUDGMENT_CHANGED' },
    ])
    await work.acknowledged()
    expect(await unacknowledged(engagementId)).toEqual([])
  })

  it('is outdated by other figures', async () => {
    const work = await figuresAgainst(a, client, { of: 25, deviating: 3 })
    const { engagementId } = work
    const raised = await work.reported()
    await work.weighed(raised, { material: false, restsOnIds: [work.testId] })
    const [before] = await listOf(engagementId)
    expect(before).toMatchObject({ kind: 'NOT_MATERIAL_OVER_FIGURES' })
    await work.acknowledged()
    const { sampleItemId, version } = await passed(work)
    await a.staff.does('recordResult', {
      sampleItemId,
      attribute: 'A',
      outcome: 'DEVIATION',
      note: 'Seen again: one person.',
      expectedVersion: version,
    })
    const [after] = await listOf(engagementId)
    expect(after).toMatchObject({ id: before.id, awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'] })
    expect(after.figures).toContainEqual({ name: 'DEVIATIONS', value: '4' })
  })

  it('of a quality reviewer who left the team counts no more', async () => {
    const work = await talkedAway()
    const { engagementId } = work
    await work.acknowledged()
    const asked = 'query ($id: ID!) { engagement(id: $id) { team { id version role } } }'
    const { team } = (await a.partner.gql(asked, { id: engagementId })).engagement
    const place = team.find(({ role }: { role: string }) => role === 'QUALITY_REVIEWER')
    await a.admin.does('removeTeamMember', { teamMemberId: place.id, expectedVersion: place.version })
    expect((await listOf(engagementId)).map(({ awaited }) => awaited)).toEqual([
      ['QUALITY_REVIEWER'],
      ['QUALITY_REVIEWER'],
    ])
    // Whom the firm's administrator names in their place, as a second partner, acknowledges anew.
    const second = await a.person('Petra Second', 'PARTNER')
    const named = { engagementId, memberId: second.memberId, role: 'QUALITY_REVIEWER' }
    const { teamMember } = await a.admin.does('addTeamMember', named, 'teamMember { id version }')
    await second.does('confirmIndependence', {
      teamMemberId: teamMember.id,
      expectedVersion: teamMember.version,
      statement: 'I have no interest in the client.',
    })
    for (const one of await listOf(engagementId)) await acknowledge(second, engagementId, one)
    expect((await listOf(engagementId)).map(({ awaited }) => awaited)).toEqual([[], []])
    expect(await unacknowledged(engagementId)).toEqual([])
  })

  it('is not given for a rehearsal, which ends in no report', async () => {
    const work = await chain(a, client, { kind: 'READINESS' })
    const any = { id: randomUUID(), kind: '', figuresDigest: 'a'.repeat(64), awaited: [] }
    expect(await refused(() => acknowledge(a.partner, work.engagementId, any))).toMatchObject([
      { code: 'INVALID_INPUT', message: expect.stringContaining('readiness') },
    ])
  })
})

describe('On the list is', () => {
  it('nothing, of an engagement whose figures speak for what was decided', async () => {
    const work = await chain(a, client)
    await work.readyToIssue()
    expect(await listOf(work.engagementId)).toEqual([])
    expect((await work.issue()).engagement.state).toBe('ISSUED')
  })

  it('no control that fails, and no exception that is material', async () => {
    const work = await figuresAgainst(a, client)
    const exceptionId = await work.reported()
    await work.signed('EXCEPTIONS')
    await work.concludedAs('NOT_EFFECTIVE')
    await work.weighedAs(exceptionId, true)
    expect(await listOf(work.engagementId)).toEqual([])
  })

  it('an exception that was withdrawn: by whom, when and why', async () => {
    const work = await chain(a, client)
    const exceptionId = await work.exception()
    const reason = 'The record was found.'
    const restsOnIds = [work.procedureId]
    await work.change(a.manager, 'withdrawException', 'exceptionId', exceptionId, { reason, restsOnIds })
    expect(await listOf(work.engagementId)).toMatchObject([
      {
        kind: 'EXCEPTION_WITHDRAWN',
        subject: { __typename: 'Exception', id: exceptionId },
        reason,
        restsOn: [{ id: work.procedureId }],
        decidedBy: { id: a.manager.memberId },
        decidedAt: expect.any(String),
      },
    ])
  })

  it('a change of scope after fieldwork began', async () => {
    const work = await chain(a, client)
    await work.change(a.partner, 'updateEngagement', 'engagementId', work.engagementId, {
      systemName: 'Kestrel Cloud',
      reason: 'Management calls it so.',
      restsOnIds: [work.procedureId],
    })
    expect(await listOf(work.engagementId)).toMatchObject([
      {
        kind: 'SCOPE_CHANGED',
        subject: { __typename: 'ScopeChange' },
        reason: 'Management calls it so.',
        restsOn: [{ id: work.procedureId }],
        decidedBy: { id: a.partner.memberId },
      },
    ])
  })

  it('an opinion other than the proposed one', async () => {
    const work = await chain(a, client)
    const exceptionId = await work.exception()
    await work.answered(exceptionId)
    await work.startCompletion()
    await work.concluded(exceptionId)
    const place = { subjectMatter: 'OPERATING_EFFECTIVENESS', category: 'SECURITY' }
    await work.decided({
      conclusions: [{ ...place, opinion: 'ADVERSE' }],
      rationale: 'Users rely on it most.',
      restsOnIds: [work.procedureId],
    })
    const [differs] = await listOf(work.engagementId)
    expect(differs).toMatchObject({
      kind: 'CONCLUSION_DIFFERS_FROM_PROPOSAL',
      subject: { __typename: 'Opinion' },
      reason: 'Users rely on it most.',
      restsOn: [{ id: work.procedureId }],
      figures: [
        { name: 'PROPOSED', value: 'OPERATING_EFFECTIVENESS SECURITY: QUALIFIED' },
        { name: 'DECIDED', value: 'OPERATING_EFFECTIVENESS SECURITY: ADVERSE' },
      ],
    })
  })

  it('what looked like a deviation and was explained', async () => {
    const work = await figuresAgainst(a, client, { of: 5, deviating: 1 })
    const [resultId] = [...work.deviations.values()] as [string]
    const { id: evidenceId } = await a.staff.brings(work.engagementId, { name: 'form.txt', content: 'The form.' })
    await a.staff.does('linkEvidence', { evidenceId, nodeId: resultId })
    const reason = 'The form names the reviewer, on the day of the merge.'
    await work.change(a.staff, 'explainDeviation', 'resultId', resultId, { kind: 'CONTROL_OPERATED', reason })
    expect(await kindsOf(work.engagementId)).toEqual([])
    await work.change(a.partner, 'decideExplanation', 'resultId', resultId, { approve: true })
    expect(await listOf(work.engagementId)).toMatchObject([
      {
        kind: 'DEVIATION_EXPLAINED',
        subject: { __typename: 'Result', id: resultId },
        reason,
        decidedBy: { id: a.partner.memberId },
        restsOn: [{ id: evidenceId }],
        figures: [
          { name: 'ITEM', value: 'C-1 · A' },
          { name: 'OUTCOME_BEFORE', value: 'DEVIATION' },
          { name: 'OUTCOME_NOW', value: 'NO_DEVIATION' },
          { name: 'ITEMS_TESTED', value: '5' },
          { name: 'DEVIATIONS', value: '0' },
          { name: 'EXPLAINED', value: '1' },
          { name: 'NOT_APPLICABLE', value: '0' },
          { name: 'TOLERABLE_RATE', value: '10 %' },
          { name: 'SUPPORTS_RELIANCE', value: 'YES' },
          { name: 'DEVIATIONS_AS_FOUND', value: '1' },
          { name: 'SUPPORTS_RELIANCE_AS_FOUND', value: 'NO' },
        ],
      },
    ])
  })
})

/** A result of the test that passed, as it could be corrected now. */
async function passed({ testId }: Against): Promise<{ sampleItemId: string; version: number }> {
  const { rows } = await w.owner.query(
    `select sample_item_id as "sampleItemId", version from result where procedure_id = $1 and outcome = 'NO_DEVIATION' limit 1`,
    [testId],
  )
  return rows[0]
}
