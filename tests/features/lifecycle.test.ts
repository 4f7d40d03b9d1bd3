import { describe, expect, it } from 'vitest'
import { chain } from '../support/chain.js'
import { staffedEngagement } from '../support/engagements.js'
import { tested } from '../support/exceptions.js'
import { changes } from '../support/fieldwork.js'
import { testOneItem } from '../support/tested-items.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')

const readiness = async (engagementId: string, to: string, by: Person = a.manager) =>
  (
    await by.gql(
      'query ($id: ID!, $to: EngagementState!) { engagement(id: $id) { state readiness(to: $to) { to ready blockers { code message node } } } }',
      { id: engagementId, to },
    )
  ).engagement

const codes = ({ blockers }: { blockers: { code: string }[] }) => [...new Set(blockers.map(({ code }) => code))]
const step = async (engagementId: string) => {
  const { node } = await a.manager.gql('query ($id: ID!) { node(id: $id) { version } }', { id: engagementId })
  return { engagementId, expectedVersion: node.version }
}

describe('the gate to fieldwork', () => {
  it('names everything that is missing, and the act refuses with the same list', async () => {
    const engagementId = await staffedEngagement(a, client)
    const { state, readiness: found } = await readiness(engagementId, 'FIELDWORK')
    expect(state).toBe('PLANNING')
    expect(found.ready).toBe(false)
    expect(codes(found)).toEqual(['ENGAGEMENT_DOCUMENT_MISSING', 'CRITERION_UNCOVERED'])
    expect(found.blockers).toHaveLength(1 + 33)
    const before = await w.digest()
    const { errors } = await a.manager.tryTo('startFieldwork', await step(engagementId))
    expect(errors).toMatchObject([{ __typename: 'NotReady', code: 'NOT_READY', blockers: found.blockers }])
    expect(await w.digest()).toBe(before)
  })

  it('is closed while a person of the team is not confirmed, and names the place', async () => {
    const engagementId = await staffedEngagement(a, client)
    const newcomer = await a.person('Nina Newcomer', 'STAFF')
    const { teamMember } = await a.manager.does(
      'addTeamMember',
      { engagementId, memberId: newcomer.memberId, role: 'STAFF' },
      'teamMember { id }',
    )
    const { readiness: found } = await readiness(engagementId, 'FIELDWORK')
    expect(found.blockers).toContainEqual({
      code: 'INDEPENDENCE_UNCONFIRMED',
      message: 'Nina Newcomer has to confirm their independence.',
      node: teamMember.id,
    })
  })
})

describe('every gate', () => {
  it('is closed over a person who left the firm, or lost the standing for their role', async () => {
    const c = await w.firm('Cedar')
    const engagementId = await staffedEngagement(c, await c.client('Heron Pay'))
    const seen = async () => {
      const { readiness: found } = await readiness(engagementId, 'FIELDWORK', c.manager)
      return found.blockers.flatMap(({ code, message }: { code: string; message: string }) =>
        code === 'TEAM_MEMBER_UNFIT' ? [message] : [],
      )
    }
    expect(await seen()).toEqual([])
    await c.admin.does('changeMemberRole', { memberId: c.partner.memberId, expectedVersion: 1, firmRole: 'SENIOR' })
    await c.admin.does('disableMember', { memberId: c.staff.memberId, expectedVersion: 1 })
    expect(await seen()).toEqual([
      'Pia Partner of Cedar cannot be ENGAGEMENT_PARTNER any more; take them off the team.',
      'Stella Staff of Cedar cannot be STAFF any more; take them off the team.',
    ])
  })
})

describe('the way of an engagement', () => {
  it('leads on by partner or manager, and back with a reason that stays in the trail', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    for (const person of [a.senior, a.staff, a.reviewer, a.admin, client.admin]) {
      expect(await person.isDenied('startCompletion', await step(engagementId))).toBe('FORBIDDEN')
    }
    await work.startCompletion()
    await work.decided()
    await work.cleared()
    const back = await work.change(
      a.manager,
      'returnToFieldwork',
      'engagementId',
      engagementId,
      { reason: 'A further population turned up.' },
      'engagement { state qualityReview { isCurrent } fieldworkStartedAt }',
    )
    expect(back.engagement).toMatchObject({ state: 'FIELDWORK', qualityReview: null })
    const planning = await work.change(
      a.partner,
      'returnToPlanning',
      'engagementId',
      engagementId,
      { reason: 'The scope is to be agreed anew.' },
      'engagement { state fieldworkStartedAt }',
    )
    expect(planning.engagement).toEqual({ state: 'PLANNING', fieldworkStartedAt: back.engagement.fieldworkStartedAt })
    const again = await work.change(
      a.partner,
      'startFieldwork',
      'engagementId',
      engagementId,
      {},
      'engagement { fieldworkStartedAt }',
    )
    expect(again.engagement.fieldworkStartedAt).toBe(planning.engagement.fieldworkStartedAt)
    const { engagement } = await a.manager.gql(
      `query ($id: ID!) { engagement(id: $id) { trail(first: 3, newestFirst: true) { nodes { action changes { nodes { fields { name after } } } } } } }`,
      { id: engagementId },
    )
    expect(engagement.trail.nodes.map(({ action }: { action: string }) => action)).toEqual([
      'startFieldwork',
      'returnToPlanning',
      'returnToFieldwork',
    ])
    expect(JSON.stringify(engagement.trail.nodes)).toContain('A further population turned up.')
  })

  it('is refused from where it does not begin, with the states that can follow', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    const refusals = [
      ['startFieldwork', {}, 'FIELDWORK'],
      ['returnToFieldwork', { reason: 'No.' }, 'FIELDWORK'],
      ['issueOpinion', {}, 'ISSUED'],
    ] as const
    const before = await w.digest()
    for (const [act, input, to] of refusals) {
      expect(await work.refused(a.partner, act, 'engagementId', engagementId, input)).toMatchObject([
        { __typename: 'InvalidTransition', from: 'FIELDWORK', to, allowed: ['COMPLETION', 'PLANNING', 'WITHDRAWN'] },
      ])
    }
    expect(
      await work.refused(a.manager, 'returnToPlanning', 'engagementId', engagementId, { reason: ' ' }),
    ).toMatchObject([{ code: 'INVALID_INPUT', path: ['reason'] }])
    const stale = { engagementId, expectedVersion: 1 }
    expect((await a.manager.tryTo('startCompletion', stale)).errors).toMatchObject([{ code: 'VERSION_CONFLICT' }])
    expect(await w.digest()).toBe(before)
  })

  it('ends when the partner withdraws, for good', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    const input = { ...(await step(engagementId)), reason: 'Management refuses access to records.' }
    expect(await a.manager.isDenied('withdrawEngagement', input)).toBe('FORBIDDEN')
    const { engagement } = await a.partner.does('withdrawEngagement', input, 'engagement { state withdrawnReason }')
    expect(engagement).toEqual({ state: 'WITHDRAWN', withdrawnReason: 'Management refuses access to records.' })
    for (const act of ['startCompletion', 'startFieldwork', 'withdrawEngagement']) {
      const more = act === 'withdrawEngagement' ? { reason: 'Again.' } : {}
      expect(await work.refused(a.partner, act, 'engagementId', engagementId, more)).toMatchObject([
        { code: 'INVALID_TRANSITION', from: 'WITHDRAWN', allowed: [] },
      ])
    }
    expect((await a.senior.tryTo('createControl', { engagementId, ...anotherControl })).errors).toMatchObject([
      { code: 'ENGAGEMENT_STATE' },
    ])
  })
})

const anotherControl = {
  ref: 'CM-02',
  title: 'Deployments are logged',
  description: 'Each deployment leaves a log.',
  owner: 'Head of engineering',
  frequency: 'PER_EVENT',
  nature: 'AUTOMATED',
  type: 'DETECTIVE',
  area: 'CHANGE',
  isKey: false,
  criteriaCodes: ['CC8.1'],
}

describe('the gate to completion', () => {
  it('is closed by a procedure that is not reviewed and a control that nothing tests', async () => {
    const work = await chain(a, client)
    const { control } = await a.senior.does(
      'createControl',
      { engagementId: work.engagementId, ...anotherControl },
      'control { id }',
    )
    const bare = await readiness(work.engagementId, 'COMPLETION')
    expect(bare.readiness.blockers).toMatchObject([{ code: 'CONTROL_WITHOUT_PROCEDURE', node: control.id }])
    const { procedure } = await a.senior.does(
      'planProcedure',
      {
        controlId: control.id,
        ref: 'CM-02.T1',
        methods: ['INSPECTION'],
        aspects: ['OPERATION'],
        objective: 'Deployments are logged.',
        steps: 'Inspected the log.',
        attributes: [],
      },
      'procedure { id }',
    )
    expect(await work.refused(a.manager, 'startCompletion', 'engagementId', work.engagementId)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'PROCEDURE_NOT_REVIEWED', node: procedure.id }] },
    ])
  })

  it('lets no deviation be lost', async () => {
    const work = await tested(w, a)
    const { readiness: found } = await readiness(work.engagementId, 'COMPLETION')
    const lost = found.blockers.filter(({ code }: { code: string }) => code === 'DEVIATION_UNACCOUNTED')
    expect(lost.map(({ node }: { node: string }) => node).sort()).toEqual(
      ['C-2 A', 'C-3 A', 'C-3 B', 'C-5 A'].map((place) => work.results[place]?.id).sort(),
    )
    await a.senior.does('raiseException', work.matter)
    expect(codes((await readiness(work.engagementId, 'COMPLETION')).readiness)).toEqual([
      'PROCEDURE_NOT_REVIEWED',
      // What is not reviewed shows nothing of the days of its list.
      'POPULATION_GAP',
    ])
  })
})

describe('a period that changes after it was tested', () => {
  it('closes the gate over the populations and the failures of another period', async () => {
    const work = await tested(w, a)
    const { engagementId } = work
    const { exception } = await a.senior.does('raiseException', work.matter, 'exception { id }')
    const versionOf = async () =>
      (await a.staff.gql('query ($id: ID!) { node(id: $id) { version } }', { id: work.procedureId })).node.version
    const signed = { procedureId: work.procedureId, outcome: 'EXCEPTIONS', outcomeNote: 'As recorded (invented).' }
    await a.staff.does('prepareProcedure', { ...signed, expectedVersion: await versionOf() })
    await a.senior.does('reviewProcedure', { procedureId: work.procedureId, expectedVersion: await versionOf() })
    const reason = 'Management moved the period (invented).'
    const move = async (period: object) =>
      a.partner.does('updateEngagement', {
        ...(await step(engagementId)),
        ...period,
        reason,
        restsOnIds: [work.procedureId],
      })
    const found = async () => {
      const { readiness: gate } = await readiness(engagementId, 'COMPLETION')
      expect((await readiness(engagementId, 'ISSUED')).readiness.blockers).toEqual(
        expect.arrayContaining(gate.blockers),
      )
      return gate.blockers
    }
    expect(await found()).toEqual([])
    await move({ periodStart: '2025-01-03' })
    const blockers = await found()
    expect(blockers).toMatchObject([
      { code: 'POPULATION_OF_ANOTHER_PERIOD', message: expect.stringContaining('Procedure T1') },
      { code: 'FAILURE_OUTSIDE_PERIOD', node: exception.id },
    ])
    const { errors } = await a.manager.tryTo('startCompletion', await step(engagementId))
    expect(errors[0].blockers).toEqual(expect.arrayContaining(blockers))
    await move({ periodStart: '2025-01-01' })
    expect(await found()).toEqual([])
    await move({ periodEnd: '2026-03-31' })
    expect(await found()).toMatchObject([
      { code: 'POPULATION_OF_ANOTHER_PERIOD', node: blockers[0].node },
      { code: 'POPULATION_GAP', node: work.controlId, message: expect.stringContaining('2026-01-01 to 2026-03-31') },
    ])

    // The period was extended: a further test of the control, over the whole of it, opens the gate.
    const succession = await work.inPlaceOf(blockers[0].node, 'The period was extended.')
    const later = { ...succession, extractedAt: '2026-04-05T09:00:00Z' }
    const population = await work.frozen(changes(5), {}, later)
    expect(await found()).toMatchObject([
      { code: 'POPULATION_OF_ANOTHER_PERIOD', node: blockers[0].node },
      // Frozen, it covers nothing yet.
      { code: 'POPULATION_GAP', node: work.controlId, message: expect.stringContaining('2025-01-01 to 2026-03-31') },
    ])
    await testOneItem(work, population.id, {}, { method: 'ENTIRE_POPULATION' })
    expect(await found()).toEqual([])
  })
})

describe('readiness', () => {
  it('is for the team, and asked about gates only', async () => {
    const engagementId = await staffedEngagement(a, client)
    const query = (to: string) => `query ($id: ID!) { engagement(id: $id) { readiness(to: ${to}) { ready } } }`
    const off = await a.admin.ask(query('FIELDWORK'), { id: engagementId })
    expect(off.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect(off.data).toEqual({ engagement: { readiness: null } })
    expect(await client.admin.gql(query('FIELDWORK'), { id: engagementId })).toEqual({
      engagement: { readiness: null },
    })
    expect(await b.partner.gql(query('FIELDWORK'), { id: engagementId })).toEqual({ engagement: null })
    const { errors } = await a.manager.ask(query('ARCHIVED'), { id: engagementId })
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    const many = await a.manager.ask('{ engagements(first: 100) { nodes { readiness(to: ISSUED) { ready } } } }')
    expect(many.errors?.[0]).toMatchObject({ message: expect.stringContaining('could cost') })
  })
})
