import { describe, expect, it } from 'vitest'
import { plan, staffedEngagement } from '../support/engagements.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const otherAdmin = (await w.firm('Birch')).admin
const engagementId = await staffedEngagement(a, client)

const reason = 'The litigation Kestrel v. Heron, invented.'
const hold = `legalHold { id version state reason releasedAt releasedReason placedBy { id } releasedBy { id } engagement { id } }`
const place = async (person: Person, id = engagementId) =>
  (await person.does('placeLegalHold', { engagementId: id, reason }, hold)).legalHold
const holdsFor = async (person: Person, id = engagementId) =>
  (await person.gql('query ($id: ID!) { engagement(id: $id) { legalHolds { id state } } }', { id })).engagement
    .legalHolds

describe('a legal hold', () => {
  it('is placed by the partner and by the administrator, who is not on the team, and released by either', async () => {
    const first = await place(a.partner)
    const second = await place(a.admin)
    expect(first).toEqual({
      id: first.id,
      version: 1,
      state: 'IN_FORCE',
      reason,
      releasedAt: null,
      releasedReason: null,
      placedBy: { id: a.partner.memberId },
      releasedBy: null,
      engagement: { id: engagementId },
    })
    const { legalHold } = await a.admin.does(
      'releaseLegalHold',
      { legalHoldId: first.id, expectedVersion: 1, reason: 'Settled.' },
      hold,
    )
    expect(legalHold).toMatchObject({
      version: 2,
      state: 'RELEASED',
      reason,
      releasedReason: 'Settled.',
      releasedBy: { id: a.admin.memberId },
    })
    const all = [
      { id: first.id, state: 'RELEASED' },
      { id: second.id, state: 'IN_FORCE' },
    ]
    expect(await holdsFor(a.staff)).toEqual(all)
    expect(await holdsFor(a.admin)).toEqual(all)
  })

  it('shows on each piece of evidence of its engagement, and on none of another one', async () => {
    const other = await staffedEngagement(a, await a.client('Heron'))
    await place(a.partner, other)
    const free = await staffedEngagement(a, client)
    const onHold = async (id: string) => {
      const { id: evidenceId } = await a.staff.brings(id, { name: 'a.txt', content: 'a' })
      const query = 'query ($id: ID!) { evidence(id: $id) { isOnLegalHold } }'
      return (await a.staff.gql(query, { id: evidenceId })).evidence.isOnLegalHold
    }
    expect([await onHold(other), await onHold(free)]).toEqual([true, false])
  })

  it('can be placed on an engagement that is over', async () => {
    const over = await staffedEngagement(a, client)
    const version = 'query ($id: ID!) { engagement(id: $id) { version } }'
    const { engagement } = await a.partner.gql(version, { id: over })
    await a.partner.does('withdrawEngagement', {
      engagementId: over,
      expectedVersion: engagement.version,
      reason: 'The fee was not paid.',
    })
    const { id } = await place(a.admin, over)
    await a.partner.does('releaseLegalHold', { legalHoldId: id, expectedVersion: 1, reason: 'Settled.' })
  })

  it('stands in the trail of the engagement, which agrees with it', async () => {
    const { engagement, verifyEngagement } = await a.partner.gql(
      `query ($id: ID!) { engagement(id: $id) { trail(first: 100) { nodes { action actorName } } }
        verifyEngagement(engagementId: $id) { mismatches { nodeId reason } } }`,
      { id: engagementId },
    )
    const noted = engagement.trail.nodes.filter(({ action }: { action: string }) => action.includes('LegalHold'))
    expect(noted).toEqual([
      { action: 'placeLegalHold', actorName: a.partner.name },
      { action: 'placeLegalHold', actorName: a.admin.name },
      { action: 'releaseLegalHold', actorName: a.admin.name },
    ])
    expect(verifyEngagement.mismatches).toEqual([])
  })

  it('is released once, with the version that was read, and nothing moves otherwise', async () => {
    const { id } = await place(a.partner)
    const given = { legalHoldId: id, reason: 'Settled.' }
    const before = await w.digest()
    const stale = await a.partner.tryTo('releaseLegalHold', { ...given, expectedVersion: 2 })
    expect(stale.errors).toMatchObject([{ code: 'VERSION_CONFLICT', path: ['expectedVersion'] }])
    expect(await w.digest()).toBe(before)
    await a.partner.does('releaseLegalHold', { ...given, expectedVersion: 1 })
    const after = await w.digest()
    const again = await a.partner.tryTo('releaseLegalHold', { ...given, expectedVersion: 2 })
    expect(again.errors).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'RELEASED', to: 'RELEASED', allowed: [] }])
    expect(await w.digest()).toBe(after)
  })

  it('is the affair of no other person, and one without a reason is refused', async () => {
    const { id } = await place(a.partner)
    const before = await w.digest()
    for (const person of [a.manager, a.reviewer, a.staff]) {
      expect(await person.isDenied('placeLegalHold', { engagementId, reason })).toBe('FORBIDDEN')
      const release = { legalHoldId: id, expectedVersion: 1, reason }
      expect(await person.isDenied('releaseLegalHold', release)).toBe('FORBIDDEN')
    }
    expect(await otherAdmin.isDenied('placeLegalHold', { engagementId, reason })).toBe('NOT_FOUND')
    expect(await client.admin.isDenied('placeLegalHold', { engagementId, reason })).toBe('FORBIDDEN')
    const { errors } = await a.partner.tryTo('placeLegalHold', { engagementId, reason: ' ' })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['reason'] }])
    expect(await w.digest()).toBe(before)
    const { data } = await client.admin.ask('query ($id: ID!) { engagement(id: $id) { legalHolds { id } } }', {
      id: engagementId,
    })
    expect(data.engagement.legalHolds).toEqual([])
  })

  it('is one of fifty at most, those released among them', async () => {
    const full = await staffedEngagement(a, client, { systemName: plan.systemName })
    for (let placed = 0; placed < 50; placed += 1) await place(a.partner, full)
    const before = await w.digest()
    const { errors } = await a.partner.tryTo('placeLegalHold', { engagementId: full, reason })
    expect(errors).toMatchObject([{ code: 'LIMIT_REACHED' }])
    expect(await w.digest()).toBe(before)
  })
})
