import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { confirms, plan, staffedEngagement } from '../support/engagements.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const other = await a.client('Heron Payments')

const header = 'id version kind state systemName categories periodStart periodEnd asOf client { id name }'
const leaders = [
  { memberId: a.partner.memberId, role: 'ENGAGEMENT_PARTNER' },
  { memberId: a.manager.memberId, role: 'MANAGER' },
]
const input = { ...plan, clientId: client.id, team: leaders }

/** Sets up an engagement whose partner and manager have confirmed. */
async function engagement(changes: object = {}) {
  const made = await a.manager.does('createEngagement', { ...input, ...changes }, `engagement { ${header} }`)
  await confirms(a.partner, a.manager)
  return made.engagement
}

const read = (id: string) => [`query ($id: ID!) { engagement(id: $id) { ${header} } }`, { id }] as const

describe('an engagement', () => {
  it('is set up in planning, its categories in the order of the catalogue', async () => {
    const made = await engagement({ categories: ['PRIVACY', 'SECURITY'] })
    expect(made).toEqual({
      id: made.id,
      version: 1,
      kind: 'SOC2_TYPE_2',
      state: 'PLANNING',
      systemName: 'Kestrel Cloud Platform',
      categories: ['SECURITY', 'PRIVACY'],
      periodStart: '2025-01-01',
      periodEnd: '2025-12-31',
      asOf: null,
      client: { id: client.id, name: 'Kestrel Cloud' },
    })
    expect(await a.manager.gql(...read(made.id))).toEqual({ engagement: made })
  })

  it('examines security where no category is named, and others without it', async () => {
    const { categories: _, ...unnamed } = input
    const made = await a.manager.does('createEngagement', unnamed, 'engagement { categories }')
    expect(made.engagement.categories).toEqual(['SECURITY'])
    expect(await engagement({ categories: ['PRIVACY', 'AVAILABILITY'] })).toMatchObject({
      categories: ['AVAILABILITY', 'PRIVACY'],
    })
  })

  it('is warned of where its period is shorter than three months', async () => {
    const warned = async (id: string) =>
      (await a.manager.gql('query ($id: ID!) { engagement(id: $id) { warnings { code message } } }', { id })).engagement
        .warnings
    expect(await warned((await engagement()).id)).toEqual([])
    const short = await engagement({ periodEnd: '2025-02-28' })
    expect(await warned(short.id)).toEqual([
      { code: 'PERIOD_SHORT', message: expect.stringContaining('shorter than three months') },
    ])
  })

  it('fits its kind in time, and examines one category at least', async () => {
    const before = await w.digest()
    const refusals: [object, string[], RegExp][] = [
      [{ periodEnd: '2024-12-31' }, ['periodEnd'], /before it starts/],
      [{ periodEnd: null }, ['periodEnd'], /needed/],
      [{ periodStart: '0000-01-01' }, ['periodStart'], /no day/],
      [{ asOf: '2025-12-31' }, ['asOf'], /Only a Type 1/],
      [{ kind: 'SOC2_TYPE_1' }, ['periodStart'], /as of a date/],
      [{ kind: 'SOC2_TYPE_1', periodStart: null, periodEnd: null }, ['asOf'], /needs the date/],
      [{ periodEnd: '2025-01-01' }, ['periodEnd'], /as of a date the examination is a Type 1/],
      [{ categories: [] }, ['categories'], /one category at least/],
      [{ categories: ['SECURITY', 'SECURITY'] }, ['categories', '1'], /twice/],
      [{ systemName: ' ' }, ['systemName'], /blank/],
      [{ systemName: '\u200b \u2060' }, ['systemName'], /U\+200B/],
      [{ systemName: 'x'.repeat(201) }, ['systemName'], /200/],
      [{ team: [] }, ['team'], /Name an engagement partner or a manager/],
    ]
    for (const [change, path, sentence] of refusals) {
      const { errors } = await a.manager.tryTo('createEngagement', { ...input, ...change })
      expect(errors, JSON.stringify(change)).toMatchObject([{ code: 'INVALID_INPUT', path }])
      expect(errors[0].message).toMatch(sentence)
    }
    expect(await w.digest()).toBe(before)
  })

  it('is set up by admins, partners and managers, for a client of the firm', async () => {
    const b = await w.firm('Birch')
    await a.admin.does('createEngagement', { ...input, team: undefined })
    const before = await w.digest()
    for (const person of [a.senior, a.staff, client.admin]) {
      expect(await person.isDenied('createEngagement', input)).toBe('FORBIDDEN')
    }
    expect(await b.partner.isDenied('createEngagement', input)).toBe('NOT_FOUND')
    expect(await a.partner.isDenied('createEngagement', { ...input, clientId: randomUUID() })).toBe('NOT_FOUND')
    expect(await a.partner.isDenied('createEngagement', { ...input, clientId: 'x' })).toBe('NOT_FOUND')
    expect(await w.digest()).toBe(before)
  })
})

describe('the walls of an engagement', () => {
  const listed = 'query { engagements { nodes { id } totalCount } }'

  it('show it to its team, its header to the admin and its own client, and to no other person', async () => {
    const { id } = await engagement()
    for (const person of [a.partner, a.manager, a.admin, client.admin, client.viewer]) {
      expect((await person.gql(...read(id))).engagement, person.name).toMatchObject({ id })
    }
    const never = await a.senior.ask(read(randomUUID())[0], { id: randomUUID() })
    for (const person of [a.senior, a.reviewer, other.admin, (await w.firm('Cedar')).partner]) {
      expect(await person.ask(...read(id)), person.name).toEqual(never)
      expect(await person.gql('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: null })
      expect((await person.gql(listed)).engagements).toEqual({ nodes: [], totalCount: 0 })
    }
    expect(await a.partner.gql('{ engagement(id: "no id") { id } }')).toEqual({ engagement: null })
  })

  it('keep what is in it for the team', async () => {
    const { id } = await engagement()
    // The administrator, off the team, is refused each; to the client each is null or empty.
    const noneListed = { nodes: [], totalCount: 0 }
    const inside = [
      ['fieldworkStartedAt', null],
      ['scopeChanges { nodes { change } totalCount }', noneListed],
      ['documents { evidence { sha256 } }', []],
      ['criteria { applicable }', []],
      ['controls { nodes { ref } totalCount }', noneListed],
      ['procedures { nodes { ref } totalCount }', noneListed],
      ['coverage { criteriaWithoutControl { code } }', null],
    ] as const
    const asked = (field: string) => [`query ($id: ID!) { engagement(id: $id) { ${field} } }`, { id }] as const
    for (const [field, nothing] of inside) {
      const name = field.split(' ')[0] as string
      expect((await a.manager.ask(...asked(field))).errors, field).toBeUndefined()
      const { data, errors } = await a.admin.ask(...asked(field))
      expect(errors, field).toMatchObject([{ path: ['engagement', name], extensions: { code: 'FORBIDDEN' } }])
      expect(data, field).toEqual({ engagement: { [name]: null } })
      expect(await client.admin.gql(...asked(field)), field).toEqual({ engagement: { [name]: nothing } })
    }
    for (const field of ['exceptions { totalCount }', 'descriptionSections { text }']) {
      expect((await a.admin.ask(...asked(field))).errors?.[0]?.extensions.code, field).toBe('FORBIDDEN')
    }
    expect((await a.admin.gql(...asked('team { role }'))).engagement.team).toHaveLength(2)
    expect(await client.admin.gql(...asked('team { role }'))).toEqual({ engagement: { team: [] } })
    expect((await client.viewer.gql(...asked('descriptionSections { text }'))).engagement.descriptionSections).toEqual(
      [],
    )
  })

  it('hold for lists, which are filtered, ordered and paged', async () => {
    const d = await w.firm('Dogwood')
    const [one, two] = [await d.client('Plover Data'), await d.client('Avocet')]
    const team = [{ memberId: d.partner.memberId, role: 'ENGAGEMENT_PARTNER' }]
    const made: string[] = []
    for (const [clientId, kind] of [
      [one.id, 'SOC2_TYPE_2'],
      [one.id, 'READINESS'],
      [two.id, 'SOC2_TYPE_2'],
    ]) {
      const { engagement } = await d.admin.does(
        'createEngagement',
        { ...plan, clientId, kind, team },
        'engagement { id }',
      )
      made.push(engagement.id)
    }
    const list = async (person: typeof d.admin, args: string) =>
      (await person.gql(`{ engagements${args} { nodes { id } totalCount pageInfo { endCursor hasNextPage } } }`))
        .engagements
    const ids = async (person: typeof d.admin, args: string) =>
      (await list(person, args)).nodes.map(({ id }: { id: string }) => id)
    expect(await ids(d.admin, '')).toEqual(made)
    expect(await ids(d.admin, '(orderBy: { field: CREATED, direction: DESC })')).toEqual([...made].reverse())
    expect(await ids(d.admin, '(filter: { kind: READINESS })')).toEqual([made[1]])
    expect(await ids(d.admin, `(filter: { clientId: "${one.id}", state: PLANNING })`)).toEqual(made.slice(0, 2))
    expect(await ids(d.admin, '(filter: { state: ISSUED })')).toEqual([])
    expect(await ids(d.admin, '(filter: { clientId: "x" })')).toEqual([])
    const first = await list(d.admin, '(first: 2)')
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } })
    expect(await ids(d.admin, `(first: 2, after: "${first.pageInfo.endCursor}")`)).toEqual([made[2]])
    expect(await ids(two.admin, '')).toEqual([made[2]])
    expect(await ids(d.partner, '')).toEqual([])
    const { clients } = await one.viewer.gql('{ clients { nodes { name engagements { nodes { id } } } } }')
    expect(clients.nodes).toEqual([
      { name: 'Plover Data', engagements: { nodes: made.slice(0, 2).map((id) => ({ id })) } },
    ])
  })
})

const outsider = await a.person('Max Manager of Ashdown', 'MANAGER')

describe('the scope of an engagement', () => {
  const state = `query ($id: ID!) { engagement(id: $id) { ${header} scopeChanges { nodes { change reason changedBy { id } } } } }`
  const begun = (id: string) =>
    w.owner.query("update engagement set state = 'FIELDWORK', fieldwork_started_at = now() where id = $1", [id])

  it('is changed freely in planning, by version', async () => {
    const id = await staffedEngagement(a, client)
    const change = { engagementId: id, expectedVersion: 1 }
    const { engagement } = await a.manager.does(
      'updateEngagement',
      { ...change, systemName: 'Kestrel Vault', categories: ['CONFIDENTIALITY', 'SECURITY'], periodEnd: '2025-06-30' },
      `engagement { ${header} scopeChanges { nodes { change } } }`,
    )
    expect(engagement).toMatchObject({
      version: 2,
      systemName: 'Kestrel Vault',
      categories: ['SECURITY', 'CONFIDENTIALITY'],
      periodStart: '2025-01-01',
      periodEnd: '2025-06-30',
      scopeChanges: { nodes: [] },
    })
    const before = await w.digest()
    const stale = await a.partner.tryTo('updateEngagement', { ...change, systemName: 'Lost' })
    expect(stale.errors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }])
    const refusals: [object, string][] = [
      [{ periodStart: '2026-01-01' }, 'periodEnd'],
      [{ asOf: '2025-06-30' }, 'asOf'],
      [{ categories: [] }, 'categories'],
    ]
    for (const [wrong, path] of refusals) {
      const { errors } = await a.manager.tryTo('updateEngagement', { ...change, expectedVersion: 2, ...wrong })
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: [path] }])
    }
    for (const person of [a.senior, a.reviewer, a.admin, client.admin]) {
      expect(await person.isDenied('updateEngagement', { ...change, expectedVersion: 2, systemName: 'X' })).toBe(
        'FORBIDDEN',
      )
    }
    for (const person of [other.admin, outsider]) {
      const denied = await person.isDenied('updateEngagement', { ...change, systemName: 'X' })
      expect(denied).toBe(
        await person.isDenied('updateEngagement', { ...change, engagementId: randomUUID(), systemName: 'X' }),
      )
    }
    expect(await w.digest()).toBe(before)
  })

  it('is locked once fieldwork began: the partner alone changes it, with a reason that is disclosed', async () => {
    const id = await staffedEngagement(a, client)
    await begun(id)
    const change = {
      engagementId: id,
      expectedVersion: 1,
      periodEnd: '2025-09-30',
      categories: ['SECURITY', 'PRIVACY'],
    }
    const reason = 'Management moved the end of the period to the closing of the Oslo site.'
    const before = await w.digest()
    const byManager = await a.manager.tryTo('updateEngagement', { ...change, reason })
    expect(byManager.errors).toMatchObject([{ code: 'SCOPE_LOCKED' }])
    const silent = await a.partner.tryTo('updateEngagement', change)
    expect(silent.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['reason'] }])
    expect(await w.digest()).toBe(before)
    await a.partner.does('updateEngagement', { ...change, reason })
    expect((await a.staff.gql(state, { id })).engagement).toMatchObject({
      version: 2,
      periodEnd: '2025-09-30',
      scopeChanges: {
        nodes: [
          {
            change:
              'Added to the scope: PRIVACY. It covers the period 2025-01-01 to 2025-09-30 now, not the period 2025-01-01 to 2025-12-31.',
            reason,
            changedBy: { id: a.partner.memberId },
          },
        ],
      },
    })
  })

  it('stays locked when the engagement goes back to planning, and is shut after issue', async () => {
    const id = await staffedEngagement(a, client)
    await begun(id)
    await w.owner.query("update engagement set state = 'PLANNING' where id = $1", [id])
    const change = { engagementId: id, expectedVersion: 1, systemName: 'Another' }
    expect((await a.manager.tryTo('updateEngagement', change)).errors).toMatchObject([{ code: 'SCOPE_LOCKED' }])
    const { engagement } = await a.manager.gql(
      'query ($id: ID!) { engagement(id: $id) { actions { name allowed reason { message } } } }',
      { id },
    )
    const offered = engagement.actions.find(({ name }: { name: string }) => name === 'updateEngagement')
    expect(offered).toMatchObject({ allowed: false, reason: { message: expect.stringContaining('locked') } })
    for (const state of ['ISSUED', 'ARCHIVED', 'WITHDRAWN']) {
      await w.owner.query('update engagement set state = $2 where id = $1', [id, state])
      const before = await w.digest()
      const { errors } = await a.partner.tryTo('updateEngagement', { ...change, reason: 'Too late.' })
      expect(errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
      expect(await w.digest()).toBe(before)
    }
  })
})
