import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { staffedEngagement } from '../support/engagements.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const outsider = await a.person('Otto Outsider of Ashdown', 'MANAGER')
const begun = (id: string) =>
  w.owner.query("update engagement set state = 'FIELDWORK', fieldwork_started_at = now() where id = $1", [id])

const scope = `query ($id: ID!) { engagement(id: $id) { version criteria { applicable criterion { code }
  exclusion { id version reason } } scopeChanges { nodes { change reason } } } }`
const inScope = async (id: string) => (await a.staff.gql(scope, { id })).engagement
const codes = (criteria: { criterion: { code: string } }[]) => criteria.map(({ criterion }) => criterion.code)

describe('the catalogue of criteria', () => {
  it('holds 61 in their order, for all signed in', async () => {
    const { criteria } = await client.viewer.gql('{ criteria { code position category cosoPrinciple } }')
    expect(criteria).toHaveLength(61)
    expect(criteria.map(({ position }: { position: number }) => position)).toEqual(
      [...Array(61).keys()].map((n) => n + 1),
    )
    expect(criteria[0]).toEqual({ code: 'CC1.1', position: 1, category: 'SECURITY', cosoPrinciple: 1 })
    expect(criteria.at(-1)).toMatchObject({ code: 'P8.1', category: 'PRIVACY', cosoPrinciple: null })
    expect((await w.send('{ criteria { code } }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('is narrowed by category and series', async () => {
    const count = async (filter: string) =>
      (await a.staff.gql(`{ criteria(filter: ${filter}) { code } }`)).criteria.length
    expect(await count('{ categories: [SECURITY] }')).toBe(33)
    expect(await count('{ categories: [AVAILABILITY, CONFIDENTIALITY, PROCESSING_INTEGRITY, PRIVACY] }')).toBe(28)
    expect(await count('{ categories: [AVAILABILITY], series: ["Availability"] }')).toBe(3)
    expect(await count('{ series: ["Risk assessment"] }')).toBe(4)
    expect(await count('{ categories: [PRIVACY], series: ["Risk assessment"] }')).toBe(0)
    expect(await count('{}')).toBe(61)
  })
})

describe('the criteria in scope', () => {
  it('follow from the categories: the common criteria, and the series of each category', async () => {
    const security = await staffedEngagement(a, client)
    expect((await inScope(security)).criteria).toHaveLength(33)
    const wide = await staffedEngagement(a, client, { categories: ['PRIVACY', 'SECURITY', 'CONFIDENTIALITY'] })
    const { criteria } = await inScope(wide)
    expect(criteria).toHaveLength(33 + 2 + 18)
    expect(codes(criteria).slice(32, 36)).toEqual(['CC9.2', 'C1.1', 'C1.2', 'P1.1'])
    expect(criteria.every(({ applicable }: { applicable: boolean }) => applicable)).toBe(true)
    const withoutSecurity = await staffedEngagement(a, client, { categories: ['CONFIDENTIALITY'] })
    const common = await inScope(withoutSecurity)
    expect(codes(common.criteria).slice(-3)).toEqual(['CC9.2', 'C1.1', 'C1.2'])
    expect(common.criteria).toHaveLength(33 + 2)
  })

  it('are marked not applicable, and applicable again, by the manager in planning', async () => {
    const engagementId = await staffedEngagement(a, client, { categories: ['SECURITY', 'PRIVACY'] })
    const input = { engagementId, criterionCode: 'P3.1', reason: 'The service never collects from the person.' }
    const { exclusion } = await a.manager.does(
      'excludeCriterion',
      input,
      'exclusion { id version criterionCode reason }',
    )
    expect(exclusion).toEqual({ id: exclusion.id, version: 1, criterionCode: 'P3.1', reason: input.reason })
    const found = (await inScope(engagementId)).criteria.find((one: any) => one.criterion.code === 'P3.1')
    expect(found).toMatchObject({ applicable: false, exclusion: { reason: input.reason } })
    const before = await w.digest()
    const refusals: [object, string, string][] = [
      [{}, 'ALREADY_EXISTS', 'criterionCode'],
      [{ criterionCode: 'A1.1' }, 'INVALID_INPUT', 'criterionCode'],
      [{ criterionCode: 'CC99' }, 'INVALID_INPUT', 'criterionCode'],
      [{ criterionCode: 'P3.2', reason: '' }, 'INVALID_INPUT', 'reason'],
    ]
    for (const [wrong, code, path] of refusals) {
      const { errors } = await a.manager.tryTo('excludeCriterion', { ...input, ...wrong })
      expect(errors, JSON.stringify(wrong)).toMatchObject([{ code, path: [path] }])
    }
    const back = { exclusionId: exclusion.id, expectedVersion: 1 }
    expect((await a.manager.tryTo('includeCriterion', { ...back, expectedVersion: 2 })).errors).toMatchObject([
      { code: 'VERSION_CONFLICT' },
    ])
    expect(await w.digest()).toBe(before)
    await a.manager.does('includeCriterion', back, 'criterion { code }')
    const after = await inScope(engagementId)
    expect(after.criteria.filter(({ applicable }: { applicable: boolean }) => !applicable)).toEqual([])
    expect(after.scopeChanges.nodes).toEqual([])
    expect(await a.manager.isDenied('includeCriterion', back)).toBe('NOT_FOUND')
  })

  it('are changed by the partner alone once fieldwork began, and the report discloses it', async () => {
    const engagementId = await staffedEngagement(a, client, { categories: ['SECURITY', 'PRIVACY'] })
    await begun(engagementId)
    const input = { engagementId, criterionCode: 'P3.1', reason: 'The service never collects from the person.' }
    const before = await w.digest()
    expect((await a.manager.tryTo('excludeCriterion', input)).errors).toMatchObject([{ code: 'SCOPE_LOCKED' }])
    for (const person of [a.senior, a.reviewer, a.admin, client.admin]) {
      expect(await person.isDenied('excludeCriterion', input), person.name).toBe('FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
    const { exclusion } = await a.partner.does('excludeCriterion', input, 'exclusion { id }')
    const back = { exclusionId: exclusion.id, expectedVersion: 1 }
    const marked = await w.digest()
    expect((await a.partner.tryTo('includeCriterion', back)).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['reason'] },
    ])
    expect((await a.manager.tryTo('includeCriterion', { ...back, reason: 'It does.' })).errors).toMatchObject([
      { code: 'SCOPE_LOCKED' },
    ])
    expect(await w.digest()).toBe(marked)
    await a.partner.does('includeCriterion', { ...back, reason: 'A web form was found.' })
    expect((await inScope(engagementId)).scopeChanges.nodes).toEqual([
      { change: 'The criterion P3.1 was marked not applicable.', reason: input.reason },
      { change: 'The criterion P3.1 applies again.', reason: 'A web form was found.' },
    ])
  })

  it('leave with their category, and their exclusions with them', async () => {
    const engagementId = await staffedEngagement(a, client, { categories: ['SECURITY', 'PRIVACY'] })
    await a.manager.does('excludeCriterion', { engagementId, criterionCode: 'P3.1', reason: 'No collection.' })
    const change = { engagementId, expectedVersion: 1, categories: ['SECURITY'] }
    await a.manager.does('updateEngagement', change)
    await a.manager.does('updateEngagement', { ...change, expectedVersion: 2, categories: ['SECURITY', 'PRIVACY'] })
    const { criteria } = await inScope(engagementId)
    expect(criteria).toHaveLength(51)
    expect(criteria.every(({ applicable }: { applicable: boolean }) => applicable)).toBe(true)
  })

  it('of an engagement of others are as if they had never been', async () => {
    const engagementId = await staffedEngagement(a, client)
    const input = { engagementId, criterionCode: 'CC1.1', reason: 'None.' }
    const { exclusion } = await a.manager.does('excludeCriterion', input, 'exclusion { id }')
    // On a team of another engagement: the role alone does not stop the act, the wall must.
    await staffedEngagement(a, client, { team: [{ memberId: outsider.memberId, role: 'MANAGER' }] })
    const { viewer } = await outsider.gql('{ viewer { teamInvitations { teamMember { id } } } }')
    const place = {
      teamMemberId: viewer.teamInvitations[0].teamMember.id,
      expectedVersion: 1,
      statement: 'Independent.',
    }
    await outsider.does('confirmIndependence', place)
    const before = await w.digest()
    expect(await outsider.isDenied('excludeCriterion', { ...input, criterionCode: 'CC1.2' })).toBe('NOT_FOUND')
    expect(await outsider.isDenied('excludeCriterion', { ...input, engagementId: randomUUID() })).toBe('NOT_FOUND')
    const back = { exclusionId: exclusion.id, expectedVersion: 1 }
    expect(await outsider.isDenied('includeCriterion', back)).toBe('NOT_FOUND')
    expect(await outsider.gql('query ($id: ID!) { node(id: $id) { id } }', { id: exclusion.id })).toEqual({
      node: null,
    })
    expect(await w.digest()).toBe(before)
  })
})
