import { describe, expect, it } from 'vitest'
import { type Chain, chain } from '../support/chain.js'
import { type Person, world } from '../support/world.js'

// Exceptions that meet on a criterion, or bear on one subject matter, are weighed together before the report.

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')
const minor = { material: false, pervasive: false }
const judgment = {
  ...minor,
  factors: [{ factor: 'AGGREGATION', note: 'They share no cause.' }],
  rationale: 'Together they would not influence those who rely on the report.',
}
const overall = { subjectMatter: 'OPERATING_EFFECTIVENESS' }

/** Two exceptions on CC8.1, one of them on CC6.1 and CC6.2 as well, both concluded as not material. */
async function twoMinor(): Promise<Chain & { ids: string[] }> {
  const work = await chain(a, client)
  const ids = [
    await work.exception({ criteriaCodes: ['CC8.1'] }),
    await work.exception({ criteriaCodes: ['CC6.1', 'CC6.2', 'CC8.1'] }),
  ]
  for (const id of ids) await work.concluded(id, minor)
  return { ...work, ids }
}

const decide = async (work: Chain, scope: object, given: object = {}, by: Person = a.manager) =>
  (
    await by.does(
      'decideAggregate',
      { engagementId: work.engagementId, ...judgment, ...scope, ...given },
      'aggregateDecision { id state isOutdated criteriaCodes subjectMatter exceptions { nodes { id } } decidedBy { id } }',
    )
  ).aggregateDecision

const refused = async (by: Person, mutation: string, input: Record<string, unknown>) => {
  const before = await w.digest()
  const { errors } = await by.tryTo(mutation, input)
  expect(await w.digest()).toBe(before)
  return errors
}

const seen = async (work: Chain) =>
  (
    await a.staff.gql(
      `query ($id: ID!) { engagement(id: $id) {
         aggregates { criteriaCodes subjectMatter exceptions { nodes { id } } }
         aggregateDecisions { id state isOutdated approvedBy { id } } readiness(to: ISSUED) { blockers { code message } } } }`,
      { id: work.engagementId },
    )
  ).engagement
const open = async (work: Chain) =>
  (await seen(work)).readiness.blockers
    .filter(({ code }: { code: string }) => code === 'AGGREGATE_UNDECIDED')
    .map(({ message }: { message: string }) => message)

describe('what is to be weighed together', () => {
  it('is every criterion that two exceptions name, and every subject matter on which two bear; nothing of one alone', async () => {
    const work = await twoMinor()
    const exceptions = { nodes: work.ids.map((id) => ({ id })) }
    expect((await seen(work)).aggregates).toEqual([
      { criteriaCodes: ['CC8.1'], subjectMatter: null, exceptions },
      { criteriaCodes: [], ...overall, exceptions },
    ])
    expect(await open(work)).toEqual([
      'EX-1 and EX-2 bear on CC8.1: weigh them together.',
      'EX-1 and EX-2 bear on OPERATING_EFFECTIVENESS: weigh them together.',
    ])
    const [, second] = work.ids as [string, string]
    const version = await work.version(second)
    expect(version).toBeGreaterThan(1)
    const single = await chain(a, client)
    await single.concluded(await single.exception())
    expect((await seen(single)).aggregates).toEqual([])
    expect(await open(single)).toEqual([])
  })

  it('is one decision where the same exceptions meet at several criteria', async () => {
    const work = await chain(a, client)
    for (const _ of [1, 2]) await work.concluded(await work.exception({ criteriaCodes: ['CC6.1', 'CC8.1'] }), minor)
    expect((await seen(work)).aggregates[0]).toMatchObject({ criteriaCodes: ['CC6.1', 'CC8.1'] })
    await decide(work, { criteriaCodes: ['CC6.1', 'CC8.1'] })
    expect(await open(work)).toEqual([
      'EX-1 and EX-2 bear on CC6.1, CC8.1: the decision on them together waits for approval.',
      'EX-1 and EX-2 bear on OPERATING_EFFECTIVENESS: weigh them together.',
    ])
  })
})

describe('a decision on exceptions together', () => {
  it('is made by one person and approved by the partner, who is another', async () => {
    const work = await twoMinor()
    const decision = await decide(work, { criteriaCodes: ['CC8.1'] })
    expect(decision).toMatchObject({
      state: 'PROPOSED',
      isOutdated: false,
      exceptions: { nodes: work.ids.map((id) => ({ id })) },
      decidedBy: { id: a.manager.memberId },
    })
    const approval = { aggregateDecisionId: decision.id, expectedVersion: 1 }
    for (const person of [a.manager, a.senior, a.reviewer, client.admin]) {
      expect(await person.isDenied('approveAggregate', approval)).toBe('FORBIDDEN')
    }
    expect(await b.partner.isDenied('approveAggregate', approval)).toBe('FORBIDDEN')
    const ownHand = await decide(work, overall, {}, a.partner)
    expect(
      await refused(a.partner, 'approveAggregate', { aggregateDecisionId: ownHand.id, expectedVersion: 1 }),
    ).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    await a.partner.does('approveAggregate', approval)
    const { aggregateDecisions } = await seen(work)
    expect(aggregateDecisions[0]).toEqual({
      id: decision.id,
      state: 'APPROVED',
      isOutdated: false,
      approvedBy: { id: a.partner.memberId },
    })
  })

  it('that was returned is revised before it is approved; an approval lapses when it is revised', async () => {
    const work = await twoMinor()
    const { id } = await decide(work, { criteriaCodes: ['CC8.1'] })
    await work.change(a.partner, 'returnAggregate', 'aggregateDecisionId', id, { reason: 'Weigh the incidents too.' })
    expect(await work.refused(a.partner, 'approveAggregate', 'aggregateDecisionId', id)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'DECISION_RETURNED' }] },
    ])
    const revise = (given: object) =>
      work.change(
        a.manager,
        'reviseAggregate',
        'aggregateDecisionId',
        id,
        given,
        'aggregateDecision { state returnedReason material factors { factor } rationale approvedAt }',
      )
    // What is absent stays as it is.
    expect((await revise({ rationale: 'Weighed anew.' })).aggregateDecision).toEqual({
      state: 'PROPOSED',
      returnedReason: null,
      material: false,
      factors: [{ factor: 'AGGREGATION' }],
      rationale: 'Weighed anew.',
      approvedAt: null,
    })
    const before = await w.digest()
    const silent = { material: true, rationale: 'More than it seemed.' }
    expect(await work.refused(a.manager, 'reviseAggregate', 'aggregateDecisionId', id, silent)).toMatchObject([
      { code: 'INVALID_INPUT', path: ['factors'] },
    ])
    expect(await w.digest()).toBe(before)
    await work.change(a.partner, 'approveAggregate', 'aggregateDecisionId', id)
    const anew = await revise({ ...silent, factors: judgment.factors })
    expect(anew.aggregateDecision).toMatchObject({ state: 'PROPOSED', material: true, approvedAt: null })
  })

  it('is outdated by an exception that is raised later, until it is revised on all of them', async () => {
    const work = await twoMinor()
    await work.together()
    expect(await open(work)).toEqual([])
    const third = await work.exception({ criteriaCodes: ['CC8.1'] })
    expect((await seen(work)).aggregateDecisions).toMatchObject([{ isOutdated: true }, { isOutdated: true }])
    expect(await open(work)).toEqual([
      'EX-1, EX-2 and EX-3 bear on CC8.1: weigh them together again, as they are now.',
      'EX-1, EX-2 and EX-3 bear on OPERATING_EFFECTIVENESS: weigh them together again, as they are now.',
    ])
    const [{ id }] = (await seen(work)).aggregateDecisions
    const anew = { rationale: 'All three.', factors: judgment.factors, sharedCause: null, affectedCommitment: null }
    expect(await work.refused(a.manager, 'reviseAggregate', 'aggregateDecisionId', id, anew)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'EXCEPTION_UNDECIDED', node: third }] },
    ])
    await work.concluded(third, minor)
    await work.change(a.manager, 'reviseAggregate', 'aggregateDecisionId', id, anew)
    await work.change(a.partner, 'approveAggregate', 'aggregateDecisionId', id)
    expect(await open(work)).toHaveLength(1)
  })

  it('is refused where it contradicts itself, its parts or its scope, where the fault lies', async () => {
    const work = await chain(a, client)
    const [grave, light] = [
      await work.exception({ criteriaCodes: ['CC8.1'] }),
      await work.exception({ criteriaCodes: ['CC6.1', 'CC6.2', 'CC8.1'] }),
    ]
    const input = { engagementId: work.engagementId, ...judgment, criteriaCodes: ['CC8.1'] }
    expect(await refused(a.manager, 'decideAggregate', input)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ node: grave }, { node: light }] },
    ])
    await work.concluded(grave)
    await work.concluded(light, minor)
    const material = { material: true }
    const inAll = { ...material, pervasive: true, criteriaCodes: [], ...overall }
    const faults: [object, (string | number)[], string?][] = [
      [{}, ['material']],
      [{ pervasive: true }, ['pervasive']],
      [{ ...material, pervasive: true }, ['pervasive']],
      [{ ...inAll, affectedCommitment: 'Reviews.' }, ['sharedCause']],
      [{ ...inAll, sharedCause: 'One system.' }, ['affectedCommitment']],
      [{ ...material, rationale: ' ' }, ['rationale']],
      [{ ...material, factors: [] }, ['factors']],
      [{ ...material, criteriaCodes: [] }, ['criteriaCodes']],
      [{ ...material, ...overall }, ['criteriaCodes']],
      [{ ...material, criteriaCodes: ['CC6.1'] }, ['criteriaCodes', 0]],
      [{ ...material, criteriaCodes: ['CC8.1', 'CC8.1'] }, ['criteriaCodes', 1]],
      [{ ...material, criteriaCodes: [], subjectMatter: 'DESCRIPTION' }, ['subjectMatter']],
      [{ ...material, restsOnIds: [work.procedureId, client.id] }, ['restsOnIds', 1], 'NOT_FOUND'],
    ]
    for (const [change, path, code = 'INVALID_INPUT'] of faults) {
      const errors = await refused(a.manager, 'decideAggregate', { ...input, ...change })
      expect(errors, JSON.stringify(change)).toMatchObject([{ code, path: path.map(String) }])
    }
    await decide(work, { criteriaCodes: ['CC8.1'] }, { ...material, restsOnIds: [work.procedureId] })
    expect(await refused(a.manager, 'decideAggregate', { ...input, ...material })).toMatchObject([
      { code: 'ALREADY_EXISTS', path: ['criteriaCodes', '0'] },
    ])
  })

  it('is for manager and partner, in an engagement that ends in an opinion', async () => {
    const work = await twoMinor()
    const input = { engagementId: work.engagementId, ...judgment, criteriaCodes: ['CC8.1'] }
    const before = await w.digest()
    for (const person of [a.senior, a.staff, a.reviewer, client.admin]) {
      expect(await person.isDenied('decideAggregate', input)).toBe('FORBIDDEN')
    }
    expect(await b.manager.isDenied('decideAggregate', input)).toBe('FORBIDDEN')
    expect(await w.digest()).toBe(before)
    const rehearsal = await chain(a, client, { kind: 'READINESS' })
    const ofIt = { ...input, engagementId: rehearsal.engagementId }
    expect(await refused(a.manager, 'decideAggregate', ofIt)).toMatchObject([{ code: 'INVALID_INPUT' }])
  })
})

describe('the opinion', () => {
  it('waits for exceptions to be weighed together, then follows: material together though neither is alone', async () => {
    const work = await twoMinor()
    await work.startCompletion()
    const before = await work.proposal()
    expect(before).toMatchObject({ overall: 'UNQUALIFIED', complete: false })
    const proposed = { engagementId: work.engagementId, proposalDigest: before.digest }
    const [error] = await refused(a.partner, 'decideOpinion', proposed)
    expect(error).toMatchObject({
      code: 'NOT_READY',
      blockers: [{ code: 'AGGREGATE_UNDECIDED' }, { code: 'AGGREGATE_UNDECIDED' }],
    })
    await work.together({ material: true })
    await work.criteria()
    const after = await work.proposal()
    expect(after).toMatchObject({ overall: 'QUALIFIED', complete: true })
    expect(after.conclusions[2].reasons.at(-1).because).toBe(
      'EX-1 and EX-2, weighed together on OPERATING_EFFECTIVENESS, are a scope limitation decided to be material but not pervasive: QUALIFIED.',
    )
    expect(after.bases).toMatchObject([
      {
        subjectMatter: 'OPERATING_EFFECTIVENESS',
        text: expect.stringMatching(/EX-1 in Section IV.*EX-2 in Section IV/s),
      },
    ])
    await work.decided()
  })

  it('is pervasive where a decision on all of the subject matter says so; the report waits until that is approved', async () => {
    const work = await twoMinor()
    await work.startCompletion()
    await work.together((subjectMatter) => ({ material: true, pervasive: subjectMatter !== null }))
    expect((await work.proposal()).overall).toBe('DISCLAIMER')
    const third = await work.exception({ criteriaCodes: ['CC8.1'] })
    await work.concluded(third, minor)
    const errors = await work.refused(a.partner, 'issueOpinion', 'engagementId', work.engagementId)
    const codes = errors[0].blockers.map(({ code }: { code: string }) => code)
    expect(codes.filter((code: string) => code === 'AGGREGATE_UNDECIDED')).toHaveLength(2)
  })
})
