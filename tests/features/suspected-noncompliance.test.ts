import { describe, expect, it } from 'vitest'
import { chain } from '../support/chain.js'
import { suspicion } from '../support/suspicions.js'
import { type Person, world } from '../support/world.js'

// Suspected fraud and noncompliance: recorded by whoever performs work, read by the engagement partner alone, and evaluated before the issue.

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const work = await chain(a, client)
const { engagementId } = work
const others = [a.manager, a.senior, a.staff, a.reviewer]

/** Tries an act; expects these refusals, and that nothing moved. */
async function refused(person: Person, mutation: string, input: object, ...errors: object[]): Promise<void> {
  const before = await w.digest()
  expect((await person.tryTo(mutation, input as Record<string, unknown>)).errors).toMatchObject(errors)
  expect(await w.digest()).toBe(before)
}
const known = async () =>
  (
    await a.partner.gql(
      `query ($id: ID!) { engagement(id: $id) { suspectedNoncompliance { nodes { id version kind what noticedOn communicatedTo { name role communicatedOn }
        evaluation effect exception { id } evaluatedBy { id } recordedBy { id } } } } }`,
      { id: engagementId },
    )
  ).engagement.suspectedNoncompliance.nodes
const blockers = async (person: Person) => {
  const asked =
    'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockerCount blockers { code message node } } } }'
  const { readiness } = (await person.gql(asked, { id: engagementId })).engagement
  const own = readiness.blockers.filter(({ code }: { code: string }) => code === 'PARTNER_MATTER_OPEN')
  return { own, count: readiness.blockerCount }
}
interface TrailNode {
  position: number
  action: string
  actorName: string
  nodeType: string
  nodeId: string
  changes: { nodes: { nodeType: string; nodeId: string; fields: { name: string; before: string; after: string }[] }[] }
}
const trail = async (person: Person, newestFirst = false) => {
  const asked = `query ($id: ID!, $newestFirst: Boolean!) { engagement(id: $id) { trail(first: 100, newestFirst: $newestFirst) { nodes {
    position action actorName nodeType nodeId changes(first: 5) { nodes { nodeType nodeId fields { name before after } } } } } } }`
  return (await person.gql(asked, { id: engagementId, newestFirst })).engagement.trail.nodes as TrailNode[]
}
const verified = async (person: Person) => {
  const asked =
    'query ($id: ID!) { verifyEngagement(engagementId: $id) { intact mismatches { nodeType nodeId reason } } }'
  return (await person.gql(asked, { id: engagementId })).verifyEngagement
}

describe('What is suspected', () => {
  it('is refused with days that cannot be, and to who performs no work', async () => {
    const input = { engagementId, ...suspicion }
    const future = '2999-01-01'
    await refused(a.staff, 'recordSuspectedNoncompliance', { ...input, noticedOn: future }, { path: ['noticedOn'] })
    const [told] = suspicion.communicatedTo
    await refused(
      a.staff,
      'recordSuspectedNoncompliance',
      {
        ...input,
        communicatedTo: [told, { ...told, communicatedOn: '2025-11-11' }, { ...told, communicatedOn: future }],
      },
      { code: 'INVALID_INPUT', path: ['communicatedTo', '1', 'communicatedOn'] },
      { code: 'INVALID_INPUT', path: ['communicatedTo', '2', 'communicatedOn'] },
    )
    const before = await w.digest()
    for (const person of [a.reviewer, client.admin]) {
      expect(await person.isDenied('recordSuspectedNoncompliance', input), person.name).toBe('FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
  })

  it('is read by the engagement partner alone, not by who recorded it: by no field, no id, no trail, no verification', async () => {
    const before = await Promise.all(others.map(async (person) => [await blockers(person), await trail(person)]))
    const answer = await a.staff.does(
      'recordSuspectedNoncompliance',
      { engagementId, ...suspicion },
      '__typename engagement { id }',
    )
    expect(answer).toMatchObject({ engagement: { id: engagementId } })
    const [one, ...further] = await known()
    expect(further).toEqual([])
    expect(one).toMatchObject({ ...suspicion, evaluation: null, effect: null, recordedBy: { id: a.staff.memberId } })
    for (const [at, person] of others.entries()) {
      expect(
        (await person.gql('query ($id: ID!) { node(id: $id) { id } }', { id: one.id })).node,
        person.name,
      ).toBeNull()
      const asked = 'query ($id: ID!) { engagement(id: $id) { suspectedNoncompliance { nodes { id } } } }'
      const { errors } = await person.ask(asked, { id: engagementId })
      expect(errors, person.name).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
      expect([await blockers(person), await trail(person)], person.name).toEqual(before[at])
      expect(JSON.stringify(await trail(person, true)), person.name).not.toMatch(/uspe|Suspic/)
      expect(await verified(person), person.name).toEqual({ intact: true, mismatches: [] })
      const evaluation = { suspectedNoncomplianceId: one.id, expectedVersion: 1, evaluation: 'No.', effect: 'NONE' }
      const unmoved = await w.digest()
      expect(await person.isDenied('evaluateSuspectedNoncompliance', evaluation), person.name).toBe('FORBIDDEN')
      expect(await w.digest()).toBe(unmoved)
    }
    const [entry] = await trail(a.partner, true)
    expect(entry).toMatchObject({ action: 'recordSuspectedNoncompliance', actorName: a.staff.name })
    // What it says stands in no trail, and so in no copy of one.
    const { rows } = await w.owner.query<{ changes: string }>(
      "select changes from trail_entry where chain_id = $1 and action = 'recordSuspectedNoncompliance'",
      [engagementId],
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]?.changes).not.toMatch(/dated back|Olive|audit committee|INTENTIONAL|2025-11/)
    expect(await verified(a.partner)).toEqual({ intact: true, mismatches: [] })
  })

  it('keeps from the issue until the partner has evaluated it, and says so to the partner in neutral words', async () => {
    const [{ id }] = await known()
    const open = { code: 'PARTNER_MATTER_OPEN', message: 'Evaluate what was recorded for you alone.', node: id }
    expect((await blockers(a.partner)).own).toEqual([open])
    const input = {
      suspectedNoncomplianceId: id,
      evaluation: 'Approvals of ten days were compared.',
      effect: 'EXCEPTION',
    }
    await refused(
      a.partner,
      'evaluateSuspectedNoncompliance',
      { ...input, expectedVersion: 1 },
      { code: 'INVALID_INPUT', path: ['exceptionId'] },
    )
    const exceptionId = await work.exception()
    await refused(
      a.partner,
      'evaluateSuspectedNoncompliance',
      { ...input, expectedVersion: 1, effect: 'NONE', exceptionId },
      { code: 'INVALID_INPUT', path: ['exceptionId'] },
    )
    const communicatedTo = [{ name: 'Lena Law', role: 'General counsel', communicatedOn: '2025-11-20' }]
    await a.partner.does('evaluateSuspectedNoncompliance', {
      ...input,
      expectedVersion: 1,
      exceptionId,
      communicatedTo,
    })
    expect(await known()).toMatchObject([
      {
        evaluation: input.evaluation,
        effect: 'EXCEPTION',
        exception: { id: exceptionId },
        evaluatedBy: { id: a.partner.memberId },
        communicatedTo: [...suspicion.communicatedTo, ...communicatedTo],
      },
    ])
    expect((await blockers(a.partner)).own).toEqual([])
    // The exception that it rests on is withdrawn: it is evaluated anew.
    const why = { reason: 'It was another system.', restsOnIds: [work.procedureId] }
    await work.change(a.manager, 'withdrawException', 'exceptionId', exceptionId, why)
    expect((await blockers(a.partner)).own).toEqual([open])
    await a.partner.does('evaluateSuspectedNoncompliance', {
      ...input,
      expectedVersion: 2,
      effect: 'WITHDRAWAL_CONSIDERED',
    })
    expect((await blockers(a.partner)).own).toEqual([])
    expect(await verified(a.partner)).toEqual({ intact: true, mismatches: [] })
    for (const person of others) {
      expect(JSON.stringify(await trail(person, true)), person.name).not.toMatch(/uspe|Suspic/)
    }
  })

  it('is not read any more by who is engagement partner no more', async () => {
    const [{ id }] = await known()
    const asked = 'query ($id: ID!) { engagement(id: $id) { team { id version member { id } } } }'
    const { team } = (await a.admin.gql(asked, { id: engagementId })).engagement
    const { id: teamMemberId, version } = team.find(({ member }: any) => member.id === a.partner.memberId)
    await a.admin.does('removeTeamMember', { teamMemberId, expectedVersion: version })
    expect((await a.partner.gql('query ($id: ID!) { node(id: $id) { id } }', { id })).node).toBeNull()
  })
})
