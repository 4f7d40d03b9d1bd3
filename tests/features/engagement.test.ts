import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const other = await a.client('Heron Payments')

const period = { periodStart: '2025-01-01', periodEnd: '2025-12-31' }
const plan = {
  clientId: client.id,
  kind: 'SOC2_TYPE_2',
  systemName: 'Kestrel Cloud Platform',
  categories: ['SECURITY', 'AVAILABILITY'],
  ...period,
}
const leaders = [
  { memberId: a.partner.memberId, role: 'ENGAGEMENT_PARTNER' },
  { memberId: a.manager.memberId, role: 'MANAGER' },
]
const header = 'id version kind state systemName categories periodStart periodEnd asOf client { id name }'

/** Sets up an engagement whose partner and manager have confirmed. */
async function engagement(changes: object = {}) {
  const made = await a.manager.does(
    'createEngagement',
    { ...plan, team: leaders, ...changes },
    `engagement { ${header} } team { id version member { id } }`,
  )
  for (const [at, person] of [a.partner, a.manager].entries()) {
    const { id, version } = made.team[at]
    const statement = 'I am independent of Kestrel Cloud.'
    await person.does('confirmIndependence', { teamMemberId: id, expectedVersion: version, statement })
  }
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
      ...period,
      asOf: null,
      client: { id: client.id, name: 'Kestrel Cloud' },
    })
    expect(await a.manager.gql(...read(made.id))).toEqual({ engagement: made })
  })

  it('fits its kind in time, and always examines security', async () => {
    const before = await w.digest()
    const refusals: [object, string[], RegExp][] = [
      [{ periodEnd: '2024-12-31' }, ['periodEnd'], /before it starts/],
      [{ periodEnd: null }, ['periodEnd'], /needed/],
      [{ periodStart: '0000-01-01' }, ['periodStart'], /no day/],
      [{ asOf: '2025-12-31' }, ['asOf'], /Only a Type 1/],
      [{ kind: 'SOC2_TYPE_1' }, ['periodStart'], /as of a date/],
      [{ kind: 'SOC2_TYPE_1', periodStart: null, periodEnd: null }, ['asOf'], /needs the date/],
      [{ categories: ['PRIVACY'] }, ['categories'], /SECURITY is always/],
      [{ categories: [] }, ['categories'], /SECURITY is always/],
      [{ categories: ['SECURITY', 'SECURITY'] }, ['categories'], /twice/],
      [{ systemName: ' ' }, ['systemName'], /blank/],
      [{ systemName: 'x'.repeat(201) }, ['systemName'], /200/],
      [{ team: [] }, ['team'], /Name an engagement partner or a manager/],
    ]
    for (const [change, path, sentence] of refusals) {
      const { errors } = await a.manager.tryTo('createEngagement', { ...plan, team: leaders, ...change })
      expect(errors, JSON.stringify(change)).toMatchObject([{ code: 'INVALID_INPUT', path }])
      expect(errors[0].message).toMatch(sentence)
    }
    expect(await w.digest()).toBe(before)
  })

  it('is set up by admins, partners and managers, for a client of the firm', async () => {
    const b = await w.firm('Birch')
    const input = { ...plan, team: leaders }
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

  it('show it to its team, its header to the admin and its own client, and to nobody else', async () => {
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
    const inside = [
      'fieldworkStartedAt',
      'scopeChanges { change }',
      'closingDocuments { sha256 }',
      'criteria { applicable }',
      'controls { nodes { ref } }',
      'coverage { criteriaWithoutControl { code } }',
    ]
    const asked = (field: string) => [`query ($id: ID!) { engagement(id: $id) { ${field} } }`, { id }] as const
    for (const field of inside) {
      expect((await a.manager.ask(...asked(field))).errors, field).toBeUndefined()
      for (const person of [a.admin, client.admin]) {
        expect((await person.ask(...asked(field))).errors?.[0]?.extensions.code, field).toBe('FORBIDDEN')
      }
    }
    expect((await a.admin.gql(...asked('team { role }'))).engagement.team).toHaveLength(2)
    expect((await client.admin.ask(...asked('team { role }'))).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await a.admin.ask(...asked('descriptionSections { text }'))).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
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
