import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chain } from '../support/chain.js'
import { confirms, plan, staffedEngagement } from '../support/engagements.js'
import { sentDuring } from '../support/statements.js'
import { tamper } from '../support/tampering.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const outsider = await a.person('Otto Outsider of Ashdown', 'MANAGER')

const place = 'id version role independenceConfirmedAt independenceStatement removedAt member { id } engagement { id }'
const opens = 'query ($id: ID!) { engagement(id: $id) { id } }'
const control = {
  ref: 'AC-01',
  title: 'Access is reviewed',
  description: 'The owner of each system reviews its users.',
  owner: 'Head of Security',
  frequency: 'QUARTERLY',
  nature: 'MANUAL',
  type: 'DETECTIVE',
  area: 'ACCESS',
  isKey: true,
}
const teamOf = async (person: Person, id: string, all = false) =>
  (
    await person.gql(
      `query ($id: ID!, $all: Boolean!) { engagement(id: $id) { team(includeRemoved: $all) { ${place} } } }`,
      { id, all },
    )
  ).engagement.team
const placeOf = async (person: Person, id: string, all = false) =>
  (await teamOf(a.admin, id, all)).find((one: any) => one.member.id === person.memberId)

/** An engagement led by a confirmed manager alone. */
async function ledByManager(): Promise<string> {
  const team = [{ memberId: a.manager.memberId, role: 'MANAGER' }]
  const input = { ...plan, clientId: client.id, team }
  const { engagement } = await a.manager.does('createEngagement', input, 'engagement { id }')
  await confirms(a.manager)
  return engagement.id
}

describe('joining a team', () => {
  it('is known at once: who acted is asked for anew before they see the answer', async () => {
    const asked = async (work: () => Promise<unknown>) =>
      (await sentDuring(work)).sent.filter(({ sql }) => sql.includes('from member m')).length
    const input = { ...plan, clientId: client.id, team: [{ memberId: a.manager.memberId, role: 'MANAGER' }] }
    expect(await asked(() => a.manager.does('createEngagement', input, 'team { role }'))).toBe(2)
    // What changes no member's place leaves them who they are.
    expect(await asked(() => a.manager.does('createClient', { name: 'Petrel' }, 'client { id }'))).toBe(1)
  })

  it('opens nothing before one’s independence is confirmed, and the engagement afterwards', async () => {
    const engagementId = await ledByManager()
    const { teamMember } = await a.manager.does(
      'addTeamMember',
      { engagementId, memberId: a.senior.memberId, role: 'SENIOR' },
      `teamMember { ${place} }`,
    )
    expect(teamMember).toMatchObject({ role: 'SENIOR', independenceConfirmedAt: null, removedAt: null, version: 1 })
    const invitations =
      '{ viewer { teamInvitations { clientName systemName kind teamMember { id role engagement { id } } } } }'
    expect((await a.senior.gql(invitations)).viewer.teamInvitations).toEqual([
      {
        clientName: 'Kestrel Cloud',
        systemName: 'Kestrel Cloud Platform',
        kind: 'SOC2_TYPE_2',
        teamMember: { id: teamMember.id, role: 'SENIOR', engagement: null },
      },
    ])
    expect(await a.senior.gql(opens, { id: engagementId })).toEqual({ engagement: null })
    const before = await w.digest()
    expect(await a.senior.isDenied('createControl', { engagementId, ...control })).toBe('FORBIDDEN')
    expect(await w.digest()).toBe(before)
    expect((await a.senior.gql('{ engagements { nodes { id } } }')).engagements.nodes).toEqual([])
    const confirmed = await a.senior.does(
      'confirmIndependence',
      { teamMemberId: teamMember.id, expectedVersion: 1, statement: 'I hold no interest in Kestrel Cloud.' },
      `teamMember { ${place} }`,
    )
    expect(confirmed.teamMember).toMatchObject({
      version: 2,
      independenceStatement: 'I hold no interest in Kestrel Cloud.',
      engagement: { id: engagementId },
    })
    expect(confirmed.teamMember.independenceConfirmedAt).not.toBeNull()
    expect(await a.senior.gql(opens, { id: engagementId })).toEqual({ engagement: { id: engagementId } })
    expect((await a.senior.gql(invitations)).viewer.teamInvitations).toEqual([])
    await a.senior.does('createControl', { engagementId, ...control })
  })

  it('is confirmed by oneself alone, once, by version', async () => {
    const engagementId = await ledByManager()
    await a.manager.does('addTeamMember', { engagementId, memberId: a.staff.memberId, role: 'STAFF' })
    const named = await placeOf(a.staff, engagementId)
    const input = { teamMemberId: named.id, expectedVersion: 1, statement: 'I am independent.' }
    const before = await w.digest()
    for (const person of [a.manager, a.admin]) {
      expect((await person.tryTo('confirmIndependence', input)).errors).toMatchObject([
        { code: 'SEPARATION_OF_DUTIES' },
      ])
    }
    expect(await outsider.isDenied('confirmIndependence', input)).toBe('NOT_FOUND')
    expect(await client.admin.isDenied('confirmIndependence', input)).toBe('FORBIDDEN')
    const stale = await a.staff.tryTo('confirmIndependence', { ...input, expectedVersion: 2 })
    expect(stale.errors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 1 }])
    const empty = await a.staff.tryTo('confirmIndependence', { ...input, statement: '  ' })
    expect(empty.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['statement'] }])
    expect(await w.digest()).toBe(before)
    await confirms(a.staff)
    const after = await w.digest()
    const again = await a.staff.tryTo('confirmIndependence', { ...input, expectedVersion: 2 })
    expect(again.errors).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'CONFIRMED', allowed: ['REMOVED'] }])
    expect(await w.digest()).toBe(after)
  })

  it('takes an active member of the firm with the standing for the role, once', async () => {
    const engagementId = await staffedEngagement(a, client)
    const gone = await a.person('Gus Gone of Ashdown', 'SENIOR')
    await w.owner.query("update member set state = 'DISABLED' where id = $1", [gone.memberId])
    const both = await a.person('Bea Both of Ashdown', 'SENIOR')
    // The same person, invited by the client as well: one user, two memberships.
    await w.owner.query('update member set user_id = $1 where id = $2', [both.claims.userId, client.viewer.memberId])
    const junior = await a.person('Jo Junior of Ashdown', 'STAFF')
    const second = await a.person('Sec Partner of Ashdown', 'PARTNER')
    const birch = await w.firm('Birch')
    const before = await w.digest()
    const refusals: [Person, string, string, string][] = [
      [gone, 'SENIOR', 'INVALID_INPUT', 'memberId'],
      [client.admin, 'STAFF', 'INVALID_INPUT', 'memberId'],
      [both, 'SENIOR', 'SEPARATION_OF_DUTIES', 'memberId'],
      [outsider, 'ENGAGEMENT_PARTNER', 'INVALID_INPUT', 'role'],
      [junior, 'QUALITY_REVIEWER', 'INVALID_INPUT', 'role'],
      [junior, 'SENIOR', 'INVALID_INPUT', 'role'],
      [a.admin, 'MANAGER', 'INVALID_INPUT', 'role'],
      [a.staff, 'STAFF', 'ALREADY_EXISTS', 'memberId'],
      [second, 'ENGAGEMENT_PARTNER', 'ALREADY_EXISTS', 'role'],
      [second, 'QUALITY_REVIEWER', 'ALREADY_EXISTS', 'role'],
    ]
    for (const [{ memberId, name }, role, code, path] of refusals) {
      const { errors } = await a.manager.tryTo('addTeamMember', { engagementId, memberId, role })
      expect(errors, `${name} as ${role}`).toMatchObject([{ code, path: [path] }])
    }
    for (const memberId of [randomUUID(), 'x', birch.staff.memberId]) {
      expect(await a.manager.isDenied('addTeamMember', { engagementId, memberId, role: 'STAFF' })).toBe('NOT_FOUND')
    }
    expect(await w.digest()).toBe(before)
  })

  it('is decided by the admin, the engagement partner and the manager', async () => {
    const engagementId = await staffedEngagement(a, client)
    const newcomer = await a.person('Nina Newcomer of Ashdown', 'STAFF')
    const input = { engagementId, memberId: newcomer.memberId, role: 'STAFF' }
    const before = await w.digest()
    for (const person of [a.reviewer, a.senior, a.staff, client.admin]) {
      expect(await person.isDenied('addTeamMember', input), person.name).toBe('FORBIDDEN')
    }
    const never = await a.partner.isDenied('addTeamMember', { ...input, engagementId: randomUUID() })
    expect(never).toBe('NOT_FOUND')
    expect(await w.digest()).toBe(before)
    await a.admin.does('addTeamMember', input)
    expect(await teamOf(a.partner, engagementId)).toHaveLength(6)
    await w.owner.query("update engagement set state = 'ISSUED' where id = $1", [engagementId])
    const late = await a.admin.tryTo('addTeamMember', { ...input, memberId: outsider.memberId })
    expect(late.errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
    expect(await teamOf(a.partner, engagementId)).toHaveLength(6)
  })

  it('names a whole first team at once, or no person', async () => {
    const [partner, manager] = [a.partner.memberId, a.manager.memberId]
    const before = await w.digest()
    const refusals: [object[], (string | number)[]][] = [
      [
        [
          { memberId: partner, role: 'MANAGER' },
          { memberId: partner, role: 'STAFF' },
        ],
        ['team', 1, 'memberId'],
      ],
      [
        [
          { memberId: partner, role: 'ENGAGEMENT_PARTNER' },
          { memberId: a.reviewer.memberId, role: 'ENGAGEMENT_PARTNER' },
        ],
        ['team', 1, 'role'],
      ],
      [
        [
          { memberId: partner, role: 'MANAGER' },
          { memberId: manager, role: 'ENGAGEMENT_PARTNER' },
        ],
        ['team', 1, 'role'],
      ],
      [[{ memberId: a.reviewer.memberId, role: 'QUALITY_REVIEWER' }], ['team']],
    ]
    for (const [team, path] of refusals) {
      const { errors } = await a.manager.tryTo('createEngagement', { ...plan, clientId: client.id, team })
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: path.map(String) }])
    }
    expect(await w.digest()).toBe(before)
  })
})

describe('leaving a team', () => {
  it('closes the engagement to the person, and keeps the record', async () => {
    const engagementId = await staffedEngagement(a, client)
    const { id, version } = await placeOf(a.senior, engagementId)
    const { teamMember } = await a.manager.does(
      'removeTeamMember',
      { teamMemberId: id, expectedVersion: version },
      `teamMember { ${place} }`,
    )
    expect(teamMember.removedAt).not.toBeNull()
    expect(await a.senior.gql(opens, { id: engagementId })).toEqual({ engagement: null })
    expect(await teamOf(a.manager, engagementId)).toHaveLength(4)
    expect(await teamOf(a.manager, engagementId, true)).toHaveLength(5)
    const again = await a.manager.tryTo('removeTeamMember', { teamMemberId: id, expectedVersion: version + 1 })
    expect(again.errors).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'REMOVED', allowed: [] }])
    const back = { engagementId, memberId: a.senior.memberId }
    const rejoined = await a.manager.tryTo('addTeamMember', { ...back, role: 'STAFF' })
    expect(rejoined.errors).toEqual([])
    expect(await a.senior.gql(opens, { id: engagementId })).toEqual({ engagement: null })
  })

  it('does not make a quality reviewer of a person who worked on the engagement', async () => {
    const engagementId = await staffedEngagement(a, client)
    const reviewer = await placeOf(a.reviewer, engagementId)
    await a.admin.does('removeTeamMember', { teamMemberId: reviewer.id, expectedVersion: reviewer.version })
    const manager = await placeOf(a.manager, engagementId)
    await a.partner.does('removeTeamMember', { teamMemberId: manager.id, expectedVersion: manager.version })
    const before = await w.digest()
    for (const [person, role] of [
      [a.manager, 'QUALITY_REVIEWER'],
      [a.reviewer, 'MANAGER'],
    ] as const) {
      const { errors } = await a.partner.tryTo('addTeamMember', { engagementId, memberId: person.memberId, role })
      expect(errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    }
    expect(await w.digest()).toBe(before)
    await a.partner.does('addTeamMember', { engagementId, memberId: a.manager.memberId, role: 'MANAGER' })
  })

  it('of the partner and the quality reviewer is up to the admin', async () => {
    const engagementId = await staffedEngagement(a, client)
    const [partner, reviewer] = [await placeOf(a.partner, engagementId), await placeOf(a.reviewer, engagementId)]
    const before = await w.digest()
    for (const [person, { id, version }] of [
      [a.manager, partner],
      [a.manager, reviewer],
      [a.partner, reviewer],
    ] as const) {
      const { errors } = await person.tryTo('removeTeamMember', { teamMemberId: id, expectedVersion: version })
      expect(errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    }
    for (const person of [a.reviewer, a.staff, client.admin]) {
      const input = { teamMemberId: partner.id, expectedVersion: partner.version }
      expect(await person.isDenied('removeTeamMember', input)).toBe('FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
    await a.admin.does('removeTeamMember', { teamMemberId: partner.id, expectedVersion: partner.version })
    expect(await a.partner.gql(opens, { id: engagementId })).toEqual({ engagement: null })
  })
})

describe('cooling off', () => {
  const ledBefore = async () => {
    const own = await a.client(`Client ${randomUUID()}`)
    const partner = await a.person(`Paula ${randomUUID()} of Ashdown`, 'PARTNER')
    const team = [
      { memberId: partner.memberId, role: 'ENGAGEMENT_PARTNER' },
      { memberId: a.manager.memberId, role: 'MANAGER' },
    ]
    const before = await a.manager.does('createEngagement', { ...plan, clientId: own.id, team }, 'engagement { id }')
    await confirms(partner, a.manager)
    const next = { ...plan, clientId: own.id, team: [{ memberId: a.manager.memberId, role: 'MANAGER' }] }
    const { engagement } = await a.manager.does('createEngagement', next, 'engagement { id }')
    await confirms(a.manager)
    return { own, partner, formerId: before.engagement.id, engagementId: engagement.id }
  }
  it('keeps them from being its second reader, too, who judges the same decisions', async () => {
    const { own, partner, engagementId } = await ledBefore()
    const input = { engagementId, memberId: partner.memberId, role: 'SECOND_READER' }
    const team = [
      { memberId: a.manager.memberId, role: 'MANAGER' },
      { memberId: partner.memberId, role: input.role },
    ]
    const before = await w.digest()
    for (const person of [a.manager, a.admin]) {
      expect((await person.tryTo('addTeamMember', input)).errors, person.name).toMatchObject([
        { code: 'SEPARATION_OF_DUTIES', path: ['memberId'] },
      ])
    }
    const { errors } = await a.manager.tryTo('createEngagement', { ...plan, clientId: own.id, team })
    expect(errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES', path: ['team', '1', 'memberId'] }])
    expect(await w.digest()).toBe(before)
    const left = `update team_member set removed_at = now() - interval '25 months' where member_id = $1`
    await w.owner.query(left, [partner.memberId])
    await a.manager.does('addTeamMember', input)
  })

  it('counts from the last work on a readiness engagement once it is in completion, and no end before', async () => {
    const own = await a.client(`Client ${randomUUID()}`)
    const rehearsal = await chain(a, own, { kind: 'READINESS' })
    const next = { ...plan, clientId: own.id, team: [{ memberId: a.manager.memberId, role: 'MANAGER' }] }
    const { engagement } = await a.manager.does('createEngagement', next, 'engagement { id }')
    await confirms(a.manager)
    const input = { engagementId: engagement.id, memberId: a.partner.memberId, role: 'QUALITY_REVIEWER' }
    const refused = async () => {
      const before = await w.digest()
      expect((await a.admin.tryTo('addTeamMember', input)).errors).toMatchObject([
        { code: 'SEPARATION_OF_DUTIES', path: ['memberId'] },
      ])
      expect(await w.digest()).toBe(before)
    }
    const worked = (months: number) =>
      tamper(w.owner, [
        `update trail_entry set at = now() - interval '${months} months' where chain_id = $1`,
        [rehearsal.engagementId],
      ])
    await worked(25)
    // It is under way, however long nothing was done.
    await refused()
    await rehearsal.startCompletion()
    await refused()
    await worked(23)
    await refused()
    await worked(25)
    // What is no work on it does not begin the years anew.
    await a.partner.does('placeLegalHold', { engagementId: rehearsal.engagementId, reason: 'A litigation, invented.' })
    await a.admin.does('addTeamMember', input)
  })

  const revised = async (coolingOffYears: number) => {
    const { version } = (await a.admin.gql('{ viewer { firm { version } } }')).viewer.firm
    const input = { expectedVersion: version, coolingOffYears, reason: 'As the firm decided.' }
    return (await a.admin.does('reviseMethodology', input, 'methodology { coolingOffYears }')).methodology
  }

  it('keeps who was the client’s engagement partner within two years from reviewing its quality, and nothing moves', async () => {
    const { own, partner, formerId, engagementId } = await ledBefore()
    const input = { engagementId, memberId: partner.memberId, role: 'QUALITY_REVIEWER' }
    const team = [
      { memberId: a.manager.memberId, role: 'MANAGER' },
      { memberId: partner.memberId, role: input.role },
    ]
    const refused = async () => {
      const before = await w.digest()
      for (const person of [a.manager, a.admin]) {
        expect((await person.tryTo('addTeamMember', input)).errors, person.name).toMatchObject([
          { code: 'SEPARATION_OF_DUTIES', path: ['memberId'] },
        ])
      }
      const { errors } = await a.manager.tryTo('createEngagement', { ...plan, clientId: own.id, team })
      expect(errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES', path: ['team', '1', 'memberId'] }])
      expect(await w.digest()).toBe(before)
    }
    await refused()
    const left = `update team_member set removed_at = now() - interval '23 months' where engagement_id = $1 and member_id = $2`
    await w.owner.query(left, [formerId, partner.memberId])
    await refused()
    await w.owner.query(left.replace('23', '25'), [formerId, partner.memberId])
    const { teamMember } = await a.manager.does('addTeamMember', input, 'teamMember { role }')
    expect(teamMember).toEqual({ role: 'QUALITY_REVIEWER' })
  })

  it('is as long as the firm’s methodology says, and none at another client or in another role', async () => {
    const { partner, engagementId } = await ledBefore()
    const input = { engagementId, memberId: partner.memberId, role: 'QUALITY_REVIEWER' }
    const elsewhere = await ledBefore()
    await a.manager.does('addTeamMember', { ...input, engagementId: elsewhere.engagementId })
    expect(await revised(0)).toEqual({ coolingOffYears: 0 })
    await a.manager.does('addTeamMember', input)
    expect(await revised(3)).toEqual({ coolingOffYears: 3 })
    const other = await ledBefore()
    const named = { engagementId: other.engagementId, memberId: other.partner.memberId }
    expect((await a.manager.tryTo('addTeamMember', { ...named, role: 'QUALITY_REVIEWER' })).errors).toHaveLength(1)
    await a.manager.does('addTeamMember', { ...named, role: 'SENIOR' })
    await revised(2)
  })
})
