import { beforeAll, describe, expect, it } from 'vitest'
import { verifyDatabase } from '../../src/features/trail/database.verification.js'
import { type Chain, chain } from '../support/chain.js'
import { entersChange, entersIncident, incidentSaid, sharesChange, sharesIncident } from '../support/registers.js'
import { tamper } from '../support/tampering.js'
import { type Person, world } from '../support/world.js'

// The client's own registers: what it keeps for itself does not exist for the firm; what it shares is read, also as it was before.

const w = await world()
const [a, b] = [await w.firm('Alder'), await w.firm('Birch')]
const [client, other] = [await a.client('Kestrel Cloud'), await a.client('Heron Payments')]
const ofB = await b.client('Kestrel Cloud')
let work: Chain
let engagementId: string

beforeAll(async () => {
  work = await chain(a, client)
  engagementId = work.engagementId
})

const node = async (person: Person, id: string, fields = 'id') =>
  (
    await person.gql(
      `query ($id: ID!) { node(id: $id) { ... on Incident { ${fields} } ... on SystemChange { id } } }`,
      { id },
    )
  ).node
const listed = async (person: Person, id = engagementId): Promise<{ incidents: string[]; changes: string[] }> => {
  const asked = `query ($id: ID!) { engagement(id: $id) { incidents(first: 100) { totalCount nodes { id } }
    systemChanges(first: 100) { totalCount nodes { id } } } }`
  const { incidents, systemChanges } = (await person.gql(asked, { id })).engagement
  expect(incidents.totalCount).toBe(incidents.nodes.length)
  return { incidents: incidents.nodes.map(one), changes: systemChanges.nodes.map(one) }
}
const one = ({ id }: { id: string }) => id
const own = async (person: Person): Promise<string[]> =>
  (
    await person.gql('{ clients { nodes { incidents(first: 100) { nodes { id } } } } }')
  ).clients.nodes[0].incidents.nodes.map(one)
const team = [a.partner, a.reviewer, a.manager, a.senior, a.staff]

describe('an entry that the client keeps for itself', () => {
  it('does not exist for the firm: as a row, in lists, counts, trails and refusals', async () => {
    const trail = async () => ({
      ofFirm: (await a.admin.gql('{ viewer { firm { trail(first: 100) { totalCount } checkpoints { totalCount } } } }'))
        .viewer.firm,
      ofEngagement: (
        await a.partner.gql('query ($id: ID!) { engagement(id: $id) { trail { totalCount } } }', { id: engagementId })
      ).engagement,
    })
    const before = [await trail(), await listed(a.partner)]
    const incident = await entersIncident(client.respondent, client.id)
    const change = await entersChange(client.respondent, client.id)
    expect([await trail(), await listed(a.partner)]).toEqual(before)
    const never = '00000000-0000-7000-8000-00000000dead'
    const evaluated = { engagementId, conclusion: 'NO_EFFECT', reason: 'Invented.' }
    const ids = (id: string) => [
      ['evaluateIncident', { ...evaluated, incidentId: id, expectedVersion: 1 }] as const,
      ['evaluateSystemChange', { ...evaluated, systemChangeId: id, expectedVersion: 1 }] as const,
    ]
    for (const person of [...team, a.admin, b.partner, b.admin]) {
      for (const { id } of [incident, change]) {
        expect(await node(person, id), person.name).toBeNull()
        for (const [at, [mutation, input]] of ids(id).entries()) {
          const [, asNever] = ids(never)[at] as typeof ids extends (id: string) => (infer E)[] ? E : never
          const shown = async (said: object) => {
            const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
            const sent = { ...said, idempotencyKey: `${Math.random()}` }
            return person.ask(
              `mutation ($input: ${type}!) { ${mutation}(input: $input) { errors { code message path } } }`,
              { input: sent },
            )
          }
          expect(JSON.stringify(await shown(input)), `${person.name} ${mutation}`).toBe(
            JSON.stringify(await shown(asNever)),
          )
        }
      }
    }
    expect(await node(client.viewer, incident.id)).toEqual({ id: incident.id })
    expect(await own(client.respondent)).toContain(incident.id)
  })

  it('keeps no evidence from being removed, from which the firm would learn of it; shared it does', async () => {
    const [kept, named] = [
      await client.respondent.brings(engagementId, { name: 'kept.txt', content: 'A log, invented.' }),
      await client.respondent.brings(engagementId, { name: 'named.txt', content: 'Another log, invented.' }),
    ]
    const entry = await entersIncident(client.respondent, client.id, { evidenceIds: [kept.id] })
    await sharesIncident(client, { evidenceIds: [named.id] })
    const remove = (id: string) =>
      a.manager.tryTo('removeEvidence', { evidenceId: id, expectedVersion: 1, reason: 'By mistake.' })
    const before = await w.digest()
    expect((await remove(named.id)).errors).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'EVIDENCE_IN_USE' }] },
    ])
    expect(await w.digest()).toBe(before)
    expect((await remove(kept.id)).errors).toEqual([])
    const share = { incidentId: entry.id, expectedVersion: entry.version }
    const unmoved = await w.digest()
    const { errors } = await client.admin.tryTo('shareIncident', share)
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT' }])
    expect(errors[0].message).toContain('was removed')
    expect(await w.digest()).toBe(unmoved)
    const off = { incidentId: entry.id, expectedVersion: entry.version, evidenceIds: [] }
    const { incident } = await client.respondent.does('updateIncident', off, 'incident { version }')
    await client.admin.does('shareIncident', { incidentId: entry.id, expectedVersion: incident.version })
  })
})

describe('an entry that the client shares', () => {
  it('is read by the teams of its engagements, and by nobody else', async () => {
    const { id } = await sharesIncident(client, { title: 'Only for the team' })
    for (const person of team)
      expect(await node(person, id, 'title state'), person.name).toEqual({
        title: 'Only for the team',
        state: 'SHARED',
      })
    expect((await listed(a.staff)).incidents).toContain(id)
    // On the team of another client of the firm, and named for this one without independence.
    const elsewhere = await a.person('Elsa Elsewhere', 'MANAGER')
    const named = await a.person('Nina Named', 'SENIOR')
    const there = await chain(a, other)
    const joins = async (person: Person, to: string, role: string) => {
      const place = { engagementId: to, memberId: person.memberId, role }
      const { teamMember } = await a.partner.does('addTeamMember', place, 'teamMember { id version }')
      return { teamMemberId: teamMember.id, expectedVersion: teamMember.version }
    }
    const place = await joins(elsewhere, there.engagementId, 'SENIOR')
    await elsewhere.does('confirmIndependence', { ...place, statement: 'I am independent.' })
    const awaited = await joins(named, engagementId, 'SENIOR')
    for (const person of [elsewhere, named, a.admin, b.partner, b.admin, other.admin, other.respondent, ofB.admin]) {
      expect(await node(person, id), person.name).toBeNull()
    }
    await named.does('confirmIndependence', { ...awaited, statement: 'I am independent.' })
    expect(await node(named, id)).toEqual({ id })
  })

  it('stays shared, and shows what it said before: since it was shared, not from before', async () => {
    const entry = await entersIncident(client.respondent, client.id, { hasControlFailed: true, title: 'A first draft' })
    const say = async (person: Person, version: number, said: object) =>
      (
        await person.does(
          'updateIncident',
          { incidentId: entry.id, expectedVersion: version, ...said },
          'incident { version }',
        )
      ).incident.version
    const renamed = await say(client.respondent, entry.version, { title: 'The forge was down' })
    const { incident } = await client.admin.does(
      'shareIncident',
      { incidentId: entry.id, expectedVersion: renamed },
      'incident { version }',
    )
    const version = await say(client.admin, incident.version, { hasControlFailed: false, resolvedOn: null })
    const asked = 'hasControlFailed resolvedOn changes { actorName fields { name before after } }'
    expect(await node(a.senior, entry.id, asked)).toEqual({
      hasControlFailed: false,
      resolvedOn: null,
      changes: [
        {
          actorName: client.admin.name,
          fields: [
            { name: 'resolvedOn', before: '"2025-06-03"', after: null },
            { name: 'hasControlFailed', before: 'true', after: 'false' },
          ],
        },
      ],
    })
    expect(await node(client.admin, entry.id, 'changes { actorName }')).toEqual({ changes: [] })
    const again = { incidentId: entry.id, expectedVersion: version }
    const before = await w.digest()
    const { errors } = await client.admin.tryTo('shareIncident', again)
    expect(errors).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'SHARED', to: 'SHARED', allowed: ['WITHDRAWN'] }])
    expect(await w.digest()).toBe(before)
    await client.admin.does('withdrawIncident', { ...again, reason: 'It was a rehearsal.' })
    const withdrawn = { state: 'WITHDRAWN', withdrawnReason: 'It was a rehearsal.' }
    expect(await node(a.senior, entry.id, 'state withdrawnReason')).toEqual(withdrawn)
    const unmoved = await w.digest()
    const changed = await client.admin.tryTo('updateIncident', {
      ...again,
      expectedVersion: version + 1,
      title: 'None',
    })
    expect(changed.errors).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'WITHDRAWN' }])
    expect(await w.digest()).toBe(unmoved)
  })

  it('is not read by who sets up an engagement of the client for themselves', async () => {
    const { id } = await sharesIncident(client)
    const stranger = await a.person('Stan Stranger', 'MANAGER')
    const own = {
      clientId: client.id,
      kind: 'READINESS',
      systemName: 'Any',
      periodStart: '2020-01-01',
      periodEnd: '2025-12-31',
      team: [{ memberId: stranger.memberId, role: 'MANAGER' }],
    }
    const { engagement } = await stranger.does('createEngagement', own, 'engagement { id }')
    const { rows } = await w.owner.query('select id, version from team_member where engagement_id = $1', [
      engagement.id,
    ])
    const [{ id: teamMemberId, version }] = rows
    const statement = 'I am independent.'
    await stranger.does('confirmIndependence', { teamMemberId, expectedVersion: version, statement })
    expect(await node(stranger, id)).toBeNull()
    const asked = 'query ($id: ID!) { engagement(id: $id) { incidents { totalCount } systemChanges { totalCount } } }'
    expect((await stranger.gql(asked, { id: engagement.id })).engagement).toEqual({
      incidents: { totalCount: 0 },
      systemChanges: { totalCount: 0 },
    })
  })

  it('is changed by an administrator alone, and keeps the days by which it touches an engagement', async () => {
    const incident = await sharesIncident(client, { resolvedOn: null })
    const change = await entersChange(client.respondent, client.id)
    const { systemChange } = await client.admin.does(
      'shareSystemChange',
      { systemChangeId: change.id, expectedVersion: change.version },
      'systemChange { version }',
    )
    const before = await w.digest()
    const ofIncident = { incidentId: incident.id, expectedVersion: incident.version }
    const ofChange = { systemChangeId: change.id, expectedVersion: systemChange.version }
    const byRespondent = await client.respondent.tryTo('updateIncident', { ...ofIncident, title: 'Nothing much' })
    expect(byRespondent.errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    for (const [days, path] of [
      [{ occurredOn: '2020-01-01' }, 'occurredOn'],
      [{ discoveredOn: '2025-06-30' }, 'discoveredOn'],
      [{ resolvedOn: '2025-12-30' }, 'resolvedOn'],
    ] as const) {
      const { errors } = await client.admin.tryTo('updateIncident', { ...ofIncident, ...days })
      expect(errors, path).toMatchObject([{ code: 'INVALID_INPUT', path: [path] }])
    }
    const { errors } = await client.admin.tryTo('updateSystemChange', { ...ofChange, effectiveOn: '2020-01-01' })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['effectiveOn'] }])
    expect(await w.digest()).toBe(before)
  })

  it('is not unshared in the database either', async () => {
    const { id } = await sharesIncident(client)
    await expect(
      w.owner.query('update incident set shared_at = null, shared_by = null where id = $1', [id]),
    ).rejects.toThrow(/written once/)
  })
})

describe('the register', () => {
  it('is written by the client’s administrators and respondents, and shared by administrators', async () => {
    const entry = await entersIncident(client.respondent, client.id)
    const changed = { incidentId: entry.id, expectedVersion: entry.version }
    const before = await w.digest()
    for (const person of [client.viewer, a.partner, a.admin, other.admin, ofB.admin, b.partner]) {
      expect(await person.isDenied('recordIncident', { clientId: client.id, ...incidentSaid }), person.name).toMatch(
        /FORBIDDEN|NOT_FOUND/,
      )
      expect(await person.isDenied('updateIncident', { ...changed, title: 'Mine' }), person.name).toMatch(
        /FORBIDDEN|NOT_FOUND/,
      )
    }
    for (const person of [client.respondent, client.viewer, other.admin, a.partner]) {
      expect(await person.isDenied('shareIncident', changed), person.name).toMatch(/FORBIDDEN|NOT_FOUND/)
      expect(await person.isDenied('withdrawIncident', { ...changed, reason: 'Mine.' }), person.name).toMatch(
        /FORBIDDEN|NOT_FOUND/,
      )
    }
    expect(await w.digest()).toBe(before)
  })

  it.each([
    ['one that was discovered before it occurred', { discoveredOn: '2025-06-01' }, 'discoveredOn'],
    ['one that was resolved before it was discovered', { resolvedOn: '2025-06-02' }, 'resolvedOn'],
    [
      'one that is yet to occur',
      { occurredOn: '2999-01-01', discoveredOn: '2999-01-02', resolvedOn: null },
      'occurredOn',
    ],
    ['evidence that there is not', { evidenceIds: ['00000000-0000-7000-8000-00000000dead'] }, 'evidenceIds'],
  ])('refuses %s', async (_what, said, path) => {
    const before = await w.digest()
    const { errors } = await client.respondent.tryTo('recordIncident', {
      clientId: client.id,
      ...incidentSaid,
      ...said,
    })
    expect(errors).toHaveLength(1)
    expect(errors[0].path[0]).toBe(path)
    expect(await w.digest()).toBe(before)
  })

  it('names no evidence that the auditor brought', async () => {
    const paper = await a.staff.brings(engagementId, { name: 'notes.txt', content: 'Notes, invented.' })
    const said = { clientId: client.id, ...incidentSaid, evidenceIds: [paper.id] }
    const { errors } = await client.respondent.tryTo('recordIncident', said)
    expect(errors).toMatchObject([{ code: 'NOT_FOUND', path: ['evidenceIds', '0'] }])
  })

  it('leaves as it is what an update does not name, and clears what is null', async () => {
    const entry = await entersChange(client.respondent, client.id)
    const input = { systemChangeId: entry.id, expectedVersion: entry.version, title: 'Yet another forge' }
    const fields = 'systemChange { title kind whatChanged effectiveOn version }'
    const { systemChange } = await client.respondent.does('updateSystemChange', input, fields)
    expect(systemChange).toMatchObject({ title: 'Yet another forge', kind: 'SYSTEM', effectiveOn: '2025-04-01' })
    const cleared = { systemChangeId: entry.id, expectedVersion: systemChange.version, kind: null }
    const { errors } = await client.respondent.tryTo('updateSystemChange', cleared)
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['kind'] }])
  })
})

describe('the engagement', () => {
  it('lists what was shared and touches its time, until the release; in a Type 1 up to its date', async () => {
    const { partner } = a
    const said = (occurredOn: string, resolvedOn: string | null, discoveredOn = occurredOn) => ({
      occurredOn,
      discoveredOn,
      resolvedOn,
    })
    const before = await sharesIncident(client, said('2024-02-01', '2024-03-01'))
    const going = await sharesIncident(client, said('2024-02-01', null))
    const found = await sharesIncident(client, said('2024-11-01', '2025-01-01', '2025-01-01'))
    const after = await sharesIncident(client, said('2026-02-01', null))
    const [early, late] = [
      await sharesChange(client, { effectiveOn: '2024-12-31' }),
      await sharesChange(client, { effectiveOn: '2026-02-01' }),
    ]
    const { incidents, changes } = await listed(partner)
    expect(incidents).toEqual(expect.arrayContaining([going.id, found.id, after.id]))
    expect(incidents).not.toContain(before.id)
    expect(changes).toContain(late.id)
    expect(changes).not.toContain(early.id)
    const typeOne = await chain(a, client, {
      kind: 'SOC2_TYPE_1',
      periodStart: null,
      periodEnd: null,
      asOf: '2025-12-31',
    })
    const asOfDate = await listed(partner, typeOne.engagementId)
    expect(asOfDate.incidents).toEqual(expect.arrayContaining([before.id, going.id, found.id]))
    expect(asOfDate.incidents).not.toContain(after.id)
    expect(asOfDate.changes).toContain(early.id)
    expect(asOfDate.changes).not.toContain(late.id)
  })
})

describe('the chain of the client', () => {
  const findings = async (): Promise<string[]> => {
    const found: string[] = []
    for await (const finding of verifyDatabase(w.database)) found.push(finding)
    return found
  }

  it('is verified by the operator: what was changed behind the service’s back is named', async () => {
    expect(await findings()).toEqual([])
    const { id } = await entersIncident(client.respondent, client.id)
    await tamper(w.owner, ["update incident set title = 'Nothing' where id = $1", [id]])
    expect(await findings()).toEqual([expect.stringContaining(`client ${client.id}: Incident ${id} (title), ALTERED`)])
    await tamper(w.owner, ['delete from incident where id = $1', [id]])
    expect(await findings()).toEqual([expect.stringContaining(`client ${client.id}: Incident ${id}, REMOVED`)])
  })
})
