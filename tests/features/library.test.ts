import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { confirms, plan, staffedEngagement } from '../support/engagements.js'
import { controlOf } from '../support/fieldwork.js'
import { addsToLibrary, entrySaid } from '../support/library.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')

const text = 'title description frequency nature type area isKey risk ipe guidance'
const tests = 'procedures { suffix methods aspects objective steps attributes { letter description } }'
const version = `number reason ${text} criteria { code } ${tests} revisedBy { id }`
const entry = `id version ref retiredAt retiredReason retiredBy { id } restoredAt restoredReason restoredBy { id }
  current { ${version} } versions { totalCount nodes { number title reason } }`
const [reviewTest, reperformance] = entrySaid.procedures as [
  (typeof entrySaid.procedures)[0],
  (typeof entrySaid.procedures)[0],
]
/** What a version says of what was said. */
const { criteriaCodes: _codes, ...said } = entrySaid
const inOrder = { ...reviewTest, methods: ['INQUIRY', 'INSPECTION'] }
const shown = {
  ...said,
  criteria: [{ code: 'CC6.2' }, { code: 'CC6.3' }, { code: 'A1.1' }],
  procedures: [inOrder, reperformance],
}

let refs = 0
const freeRef = () => `LB-${++refs}`
const read = async (by: Person, id: string) =>
  (await by.gql(`query ($id: ID!) { libraryControl(id: $id) { ${entry} } }`, { id })).libraryControl
const listed = async (by: Person, args: string): Promise<string[]> =>
  (
    await by.gql(`{ viewer { firm { libraryControls(first: 100${args}) { nodes { ref } } } } }`)
  ).viewer.firm.libraryControls.nodes.map(({ ref }: { ref: string }) => ref)
const revise = (by: Person, id: string, expectedVersion: number, changes: object = {}) =>
  by.tryTo(
    'reviseLibraryControl',
    { libraryControlId: id, expectedVersion, reason: 'Our reviews of 2025.', ...entrySaid, ...changes },
    `libraryControl { ${entry} }`,
  )

describe('a control of the library', () => {
  it('is added with its tests as version 1, and read by the firm and by none of its clients', async () => {
    const { id } = await addsToLibrary(a.partner, 'AC-01')
    const added = {
      ...{ id, version: 1, ref: 'AC-01', retiredAt: null, retiredReason: null, retiredBy: null },
      ...{ restoredAt: null, restoredReason: null, restoredBy: null },
      current: { ...shown, number: 1, reason: null, revisedBy: { id: a.partner.memberId } },
      versions: { totalCount: 1, nodes: [{ number: 1, title: entrySaid.title, reason: null }] },
    }
    for (const person of [a.admin, a.manager, a.staff]) expect(await read(person, id)).toEqual(added)
    const node = `query ($id: ID!) { node(id: $id) { ... on LibraryControl { ${entry} } } }`
    expect((await a.senior.gql(node, { id })).node).toEqual(added)
    for (const person of [client.admin, b.partner]) {
      expect(await read(person, id)).toBeNull()
      expect((await person.gql(node, { id })).node).toBeNull()
    }
    const listing = '{ viewer { firm { libraryControls { totalCount } } } }'
    for (const person of [client.admin, b.partner])
      expect((await person.gql(listing)).viewer.firm.libraryControls).toEqual({ totalCount: 0 })
    expect((await addsToLibrary(b.admin, 'ac-01')).version).toBe(1)
  })

  it('has a reference of its own, criteria of the catalogue, and tests that stand beside each other', async () => {
    await addsToLibrary(a.admin, 'XX-01')
    const before = await w.digest()
    const test = (changes: object) => ({ procedures: [{ ...reviewTest, ...changes }, reperformance] })
    const refusals: [object, string, string][] = [
      [{ ref: 'XX-01' }, 'ALREADY_EXISTS', 'ref'],
      [{ ref: 'xx-01' }, 'ALREADY_EXISTS', 'ref'],
      [{ ref: 'XX 1' }, 'INVALID_INPUT', 'ref'],
      [{ criteriaCodes: ['CC8.1', 'CC0.0'] }, 'INVALID_INPUT', 'criteriaCodes.1'],
      [{ title: ' ' }, 'INVALID_INPUT', 'title'],
      [{ description: 'x'.repeat(10_001) }, 'INVALID_INPUT', 'description'],
      [{ guidance: 'x'.repeat(10_001) }, 'INVALID_INPUT', 'guidance'],
      [test({ suffix: 't2' }), 'INVALID_INPUT', 'procedures.1.suffix'],
      [test({ suffix: 'T.1' }), 'INVALID_INPUT', 'procedures.0.suffix'],
      [test({ methods: [] }), 'INVALID_INPUT', 'procedures.0.methods'],
      [test({ aspects: ['DESIGN', 'DESIGN'] }), 'INVALID_INPUT', 'procedures.0.aspects'],
      [test({ steps: '' }), 'INVALID_INPUT', 'procedures.0.steps'],
      [
        test({ attributes: ['A', 'B', 'A'].map((letter) => ({ letter, description: 'So.' })) }),
        'INVALID_INPUT',
        'procedures.0.attributes.2.letter',
      ],
      [
        { procedures: Array.from({ length: 11 }, (_, at) => ({ ...reviewTest, suffix: `T${at}` })) },
        'INVALID_INPUT',
        'procedures',
      ],
    ]
    for (const [wrong, code, path] of refusals) {
      const { errors } = await a.partner.tryTo('addLibraryControl', { ref: 'XX-02', ...entrySaid, ...wrong })
      expect(errors, path).toMatchObject([{ code, path: path.split('.') }])
    }
    for (const person of [a.manager, a.staff, client.admin])
      expect(await person.isDenied('addLibraryControl', { ref: 'XX-02', ...entrySaid })).toBe('FORBIDDEN')
    expect(await w.digest()).toBe(before)
  })

  it('is revised as the next version, a whole; the ones before stay as they were', async () => {
    const { id } = await addsToLibrary(a.partner, freeRef())
    const first = (await read(a.senior, id)).current
    const next = { title: 'Access is reviewed each month', frequency: 'MONTHLY', ipe: null, guidance: null }
    const change = { ...next, criteriaCodes: [], procedures: [reperformance] }
    const { libraryControl, errors } = await revise(a.admin, id, 1, change)
    expect(errors).toEqual([])
    const current = { ...shown, ...next, criteria: [], procedures: [reperformance] }
    const by = { number: 2, reason: 'Our reviews of 2025.', revisedBy: { id: a.admin.memberId } }
    expect(libraryControl).toMatchObject({ version: 2, current: { ...current, ...by } })
    expect(libraryControl.versions).toEqual({
      totalCount: 2,
      nodes: [
        { number: 1, title: entrySaid.title, reason: null },
        { number: 2, title: next.title, reason: 'Our reviews of 2025.' },
      ],
    })
    const whole = `query ($id: ID!) { libraryControl(id: $id) { versions(first: 1) { nodes { ${version} } } } }`
    expect((await a.staff.gql(whole, { id })).libraryControl.versions.nodes).toEqual([first])
  })

  it('is not revised where nothing changes, where it changed meanwhile or without a reason, and nothing moves', async () => {
    const { id } = await addsToLibrary(a.partner, freeRef())
    const changed = { title: 'Another title' }
    await revise(a.partner, id, 1, changed)
    const before = await w.digest()
    // In another order it says the same.
    const same = { ...changed, criteriaCodes: ['A1.1', 'CC6.3', 'CC6.2'], procedures: [reperformance, reviewTest] }
    const refusals: [object, number, string, string[]][] = [
      [same, 2, 'INVALID_INPUT', []],
      [{ title: 'Lost' }, 1, 'VERSION_CONFLICT', ['expectedVersion']],
      [{ title: 'Lost', reason: ' ' }, 2, 'INVALID_INPUT', ['reason']],
      [{ title: 'Lost', criteriaCodes: ['X'] }, 2, 'INVALID_INPUT', ['criteriaCodes', '0']],
    ]
    for (const [wrong, expected, code, path] of refusals) {
      const { errors, libraryControl } = await revise(a.partner, id, expected, wrong)
      expect(errors).toMatchObject([{ code, path }])
      expect(libraryControl).toBeNull()
    }
    expect((await revise(a.manager, id, 2).catch((fault) => fault)).message).toMatch(/FORBIDDEN/)
    expect((await revise(b.partner, id, 2)).errors).toMatchObject([{ code: 'NOT_FOUND', path: ['libraryControlId'] }])
    expect(await w.digest()).toBe(before)
  })

  it('is retired and restored, each with a reason; a retired one is not listed, revised or taken', async () => {
    const ref = freeRef()
    const { id } = await addsToLibrary(a.partner, ref)
    const act = (mutation: string, expectedVersion: number, reason = 'So the firm decided.') =>
      a.partner.tryTo(mutation, { libraryControlId: id, expectedVersion, reason }, `libraryControl { ${entry} }`)
    const by = { id: a.partner.memberId }
    const none = { retiredAt: null, retiredReason: null, retiredBy: null }
    const neverRestored = { restoredAt: null, restoredReason: null, restoredBy: null }
    expect((await act('restoreLibraryControl', 1)).errors).toMatchObject([
      { code: 'INVALID_TRANSITION', from: 'IN_USE' },
    ])
    const retired = (await act('retireLibraryControl', 1)).libraryControl
    expect(retired).toMatchObject({
      version: 2,
      retiredReason: 'So the firm decided.',
      retiredBy: by,
      ...neverRestored,
    })
    expect(retired.retiredAt).not.toBeNull()
    expect(await listed(a.staff, '')).not.toContain(ref)
    expect(await listed(a.staff, ', filter: { includeRetired: true }')).toContain(ref)
    const engagementId = await staffedEngagement(a, client)
    const before = await w.digest()
    for (const refused of [await revise(a.partner, id, 2, { title: 'Lost' }), await act('retireLibraryControl', 2)]) {
      expect(refused.errors).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'RETIRED', allowed: ['IN_USE'] }])
    }
    expect((await act('restoreLibraryControl', 2, '')).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['reason'] },
    ])
    const taking = { engagementId, controls: [{ libraryControlId: id, owner: 'CTO' }] }
    expect((await a.senior.tryTo('addControlsFromLibrary', taking)).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['controls', '0', 'libraryControlId'] },
    ])
    expect(await w.digest()).toBe(before)
    const restored = (await act('restoreLibraryControl', 2)).libraryControl
    expect(restored).toMatchObject({ version: 3, ...none, restoredReason: 'So the firm decided.', restoredBy: by })
    expect(await listed(a.staff, '')).toContain(ref)
    expect((await a.senior.does('addControlsFromLibrary', taking, 'added { control { ref } }')).added).toEqual([
      { control: { ref } },
    ])
    expect((await act('retireLibraryControl', 3)).libraryControl).toMatchObject({ version: 4, ...neverRestored })
  })

  it('is found by what its version in force says, by reference or in the order of adding', async () => {
    const c = await w.firm('Cedar')
    const late = await addsToLibrary(c.admin, 'Z-01', { area: 'VENDOR', criteriaCodes: ['CC9.2'] })
    await addsToLibrary(c.admin, 'A-01', { area: 'VENDOR', criteriaCodes: ['CC9.1'] })
    await addsToLibrary(c.admin, 'M-01')
    expect(await listed(c.staff, '')).toEqual(['A-01', 'M-01', 'Z-01'])
    expect(await listed(c.staff, ', orderBy: { field: CREATED }')).toEqual(['Z-01', 'A-01', 'M-01'])
    expect(await listed(c.staff, ', filter: { area: VENDOR }')).toEqual(['A-01', 'Z-01'])
    expect(await listed(c.staff, ', filter: { criterionCode: "CC9.2" }')).toEqual(['Z-01'])
    await revise(c.admin, late.id, 1, { area: 'OTHER', criteriaCodes: ['CC9.1'] })
    expect(await listed(c.staff, ', filter: { area: VENDOR }')).toEqual(['A-01'])
    expect(await listed(c.staff, ', filter: { criterionCode: "CC9.2" }')).toEqual([])
    expect(await listed(c.staff, ', filter: { area: VENDOR, criterionCode: "CC9.1" }')).toEqual(['A-01'])
    const second = `{ viewer { firm { libraryControls(first: 1, filter: { criterionCode: "CC9.1" }) { totalCount nodes { ref } pageInfo { endCursor } } } } }`
    const { totalCount, nodes, pageInfo } = (await c.staff.gql(second)).viewer.firm.libraryControls
    expect({ totalCount, nodes }).toEqual({ totalCount: 2, nodes: [{ ref: 'A-01' }] })
    expect(await listed(c.staff, `, after: "${pageInfo.endCursor}", filter: { criterionCode: "CC9.1" }`)).toEqual([
      'Z-01',
    ])
  })
})

const told = 'control { id ref } criteriaLeftOut testsWithoutOperation testsLeftOut'
const takes = (by: Person, engagementId: string, controls: object[], selection = told) =>
  by.tryTo('addControlsFromLibrary', { engagementId, controls }, `added { ${selection} }`)
/** The controls of an engagement, with what they were taken from and their tests. */
const controlsOf = async (by: Person, id: string) =>
  (
    await by.gql(
      `query ($id: ID!) { engagement(id: $id) { controls(first: 10) { nodes {
         id version ref ${text.replace(' guidance', '')} owner criteria { code } designConclusion
         fromLibrary { number libraryControl { id } } libraryUpdate { number reason }
         procedures { ref state methods aspects objective steps assignee { id } attributes { letter description }
           fromLibrary { suffix } } } } } }`,
      { id },
    )
  ).engagement.controls.nodes
/** Of an engagement, what acts of planning move. */
const countsOf = async (engagementId: string) =>
  (
    await w.owner.query(
      `select (select count(*) from control where engagement_id = $1)::int as controls,
         (select count(*) from procedure where engagement_id = $1)::int as procedures,
         (select count(*) from attribute where engagement_id = $1)::int as attributes`,
      [engagementId],
    )
  ).rows[0]

describe('an engagement', () => {
  it('takes controls with their tests, and is told what does not apply to it', async () => {
    const ref = freeRef()
    const { id } = await addsToLibrary(a.partner, ref)
    const engagementId = await staffedEngagement(a, client)
    await a.manager.does('excludeCriterion', { engagementId, criterionCode: 'CC6.3', reason: 'It has no roles.' })
    const { added, errors } = await takes(a.senior, engagementId, [
      { libraryControlId: id, owner: 'Head of IT' },
      { libraryControlId: id.toUpperCase(), ref: 'OWN-01', owner: 'CTO', includeProcedures: false },
    ])
    expect(errors).toEqual([])
    const { guidance: _guidance, procedures: _procedures, ...copied } = said
    const control = {
      ...{ ...copied, version: 1, criteria: [{ code: 'CC6.2' }], designConclusion: null, libraryUpdate: null },
      fromLibrary: { number: 1, libraryControl: { id } },
    }
    const leftOut = { criteriaLeftOut: ['CC6.3', 'A1.1'], testsWithoutOperation: [], testsLeftOut: [] }
    const ids = added.map(({ control }: { control: { id: string } }) => control.id)
    expect(added).toEqual([
      { ...leftOut, control: { id: ids[0], ref } },
      { ...leftOut, control: { id: ids[1], ref: 'OWN-01' } },
    ])
    const planned = [inOrder, reperformance].map(({ suffix, ...test }) => ({
      ...{ ...test, ref: `${ref}.${suffix}`, state: 'PLANNED', assignee: null, fromLibrary: { suffix } },
    }))
    expect(await controlsOf(a.staff, engagementId)).toEqual([
      { ...control, id: ids[0], ref, owner: 'Head of IT', procedures: planned },
      { ...control, id: ids[1], ref: 'OWN-01', owner: 'CTO', procedures: [] },
    ])
    const trail = 'query ($id: ID!) { engagement(id: $id) { trail(first: 100) { nodes { action } } } }'
    const { engagement } = await a.partner.gql(trail, { id: engagementId })
    expect(engagement.trail.nodes.at(-1)).toEqual({ action: 'addControlsFromLibrary' })
    const verified = await a.partner.gql('query ($id: ID!) { verifyEngagement(engagementId: $id) { intact } }', {
      id: engagementId,
    })
    expect(verified.verifyEngagement).toEqual({ intact: true })
  })

  it('of a Type 1 plans no test of operation, and is told', async () => {
    const { id } = await addsToLibrary(a.partner, freeRef())
    const typeOne = { kind: 'SOC2_TYPE_1', periodStart: null, periodEnd: null, asOf: '2025-12-31' }
    const engagementId = await staffedEngagement(a, client, { ...typeOne, categories: ['SECURITY', 'AVAILABILITY'] })
    const { added } = await takes(a.senior, engagementId, [{ libraryControlId: id, owner: 'CTO' }])
    expect(added).toMatchObject([{ criteriaLeftOut: [], testsWithoutOperation: ['T1'], testsLeftOut: ['T2'] }])
    const [control] = await controlsOf(a.staff, engagementId)
    expect(control.procedures).toMatchObject([
      { aspects: ['DESIGN', 'IMPLEMENTATION'], fromLibrary: { suffix: 'T1' }, attributes: reviewTest.attributes },
    ])
  })

  it('takes all or nothing: each entry at fault is told at its place', async () => {
    const [ref, other] = [freeRef(), freeRef()]
    const { id } = await addsToLibrary(a.partner, ref)
    const { id: second } = await addsToLibrary(a.partner, other)
    const retired = await addsToLibrary(a.partner, freeRef())
    const reason = 'It is of no use.'
    await a.admin.does('retireLibraryControl', { libraryControlId: retired.id, expectedVersion: 1, reason })
    const theirs = await addsToLibrary(b.partner, freeRef())
    const engagementId = await staffedEngagement(a, client)
    const own = await a.senior.does('createControl', controlOf(engagementId, { ref: 'CM-01' }), 'control { id }')
    const test = { controlId: own.control.id, ref: 'AC-7.T2', methods: ['INSPECTION'], aspects: ['DESIGN'] }
    await a.senior.does('planProcedure', { ...test, objective: 'So.', steps: 'So.' })
    const before = await w.digest()
    const entry = (libraryControlId: string, more: object = {}) => ({ libraryControlId, owner: 'CTO', ...more })
    const unknown = await takes(a.senior, engagementId, [
      ...[entry(id), entry(theirs.id), entry(randomUUID()), entry('nothing'), entry(retired.id)],
    ])
    const at = (place: number, field: string, code: string) => ({ code, path: ['controls', `${place}`, field] })
    expect(unknown.errors).toMatchObject([
      ...[1, 2, 3].map((place) => at(place, 'libraryControlId', 'NOT_FOUND')),
      at(4, 'libraryControlId', 'INVALID_INPUT'),
    ])
    // What another firm has is as what never was.
    expect(unknown.errors[0].message).toBe(unknown.errors[1].message)
    const taken = await takes(a.senior, engagementId, [
      ...[entry(id), entry(second, { ref: 'cm-01' }), entry(second, { ref: ref.toLowerCase() })],
      ...[entry(second, { ref: 'AC-7' }), entry(second, { ref: 'X'.repeat(38) }), entry(second)],
    ])
    expect(taken.errors).toMatchObject([
      at(1, 'ref', 'ALREADY_EXISTS'),
      at(2, 'ref', 'INVALID_INPUT'),
      at(3, 'ref', 'ALREADY_EXISTS'),
      at(4, 'ref', 'INVALID_INPUT'),
    ])
    expect(taken.errorCount).toBe(4)
    expect(taken.added).toBeNull()
    const forms: [object[], string[]][] = [
      [[], ['controls']],
      [Array.from({ length: 201 }, (_, n) => entry(id, { ref: `N-${n}` })), ['controls']],
      [[entry(id, { owner: ' ' })], ['controls', '0', 'owner']],
      [[entry(id, { ref: 'a b' })], ['controls', '0', 'ref']],
    ]
    for (const [controls, path] of forms) {
      const { errors } = await takes(a.senior, engagementId, controls)
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path }])
    }
    expect(await w.digest()).toBe(before)
    // Without its tests it meets no reference of theirs.
    const bare = { includeProcedures: false }
    const long = entry(second, { ref: 'X'.repeat(38), ...bare })
    expect((await takes(a.senior, engagementId, [entry(second, { ref: 'AC-7', ...bare }), long])).errors).toEqual([])
  })

  it('is planned so by those who plan it, while it is planned, and by no member off its team', async () => {
    const { id } = await addsToLibrary(a.partner, freeRef())
    const engagementId = await staffedEngagement(a, client)
    const outsider = await a.person('Otto Outsider', 'MANAGER')
    const elsewhere = await a.person('Elsa Elsewhere', 'MANAGER')
    const team = [{ memberId: elsewhere.memberId, role: 'MANAGER' }]
    await elsewhere.does('createEngagement', { ...plan, clientId: client.id, team })
    await confirms(elsewhere)
    await staffedEngagement(b, await b.client('Kestrel Cloud'))
    const before = await w.digest()
    const input = { engagementId, controls: [{ libraryControlId: id, owner: 'CTO' }] }
    for (const [person, code] of [
      [a.staff, 'FORBIDDEN'],
      [a.reviewer, 'FORBIDDEN'],
      [a.admin, 'FORBIDDEN'],
      [outsider, 'FORBIDDEN'],
      [elsewhere, 'NOT_FOUND'],
      [b.senior, 'NOT_FOUND'],
      [client.admin, 'FORBIDDEN'],
    ] as const) {
      expect(await person.isDenied('addControlsFromLibrary', input), person.name).toBe(code)
    }
    expect(await w.digest()).toBe(before)
    await w.owner.query("update engagement set state = 'COMPLETION' where id = $1", [engagementId])
    const { errors } = await a.senior.tryTo('addControlsFromLibrary', input)
    expect(errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
    expect(await countsOf(engagementId)).toEqual({ controls: 0, procedures: 0, attributes: 0 })
  })

  it('keeps what it took and changes it as its own, and is told of a later version', async () => {
    const { id } = await addsToLibrary(a.partner, freeRef())
    const engagementId = await staffedEngagement(a, client)
    const { added } = await takes(a.senior, engagementId, [{ libraryControlId: id, owner: 'CTO' }])
    const [{ control }] = added
    const now = async () =>
      (
        await a.staff.gql(
          `query ($id: ID!) { node(id: $id) { ... on Control { title risk fromLibrary { number } libraryUpdate { number reason } } } }`,
          { id: control.id },
        )
      ).node
    const change = { controlId: control.id, expectedVersion: 1, title: 'Our own title', risk: 'LOW' }
    await a.senior.does('updateControl', change)
    const changed = { title: 'Our own title', risk: 'LOW', fromLibrary: { number: 1 } }
    expect(await now()).toEqual({ ...changed, libraryUpdate: null })
    await revise(a.partner, id, 1, { procedures: [reviewTest] })
    const later = { number: 2, reason: 'Our reviews of 2025.' }
    expect(await now()).toEqual({ ...changed, libraryUpdate: later })
    const retiring = { libraryControlId: id, expectedVersion: 2, reason: 'It is of no use.' }
    await a.partner.does('retireLibraryControl', retiring)
    expect(await now()).toEqual({ ...changed, libraryUpdate: later })
    const written = controlOf(engagementId, { ref: 'OWN-02' })
    const { control: own } = await a.senior.does(
      'createControl',
      written,
      'control { fromLibrary { number } libraryUpdate { number } }',
    )
    expect(own).toEqual({ fromLibrary: null, libraryUpdate: null })
  })

  it('takes once where the act is sent again, and one of two who take the same at once', async () => {
    const { id } = await addsToLibrary(a.partner, freeRef())
    const engagementId = await staffedEngagement(a, client)
    const input = { engagementId, controls: [{ libraryControlId: id, ref: 'ON-01', owner: 'CTO' }] }
    const once = { ...input, idempotencyKey: randomUUID() }
    const first = await a.senior.does('addControlsFromLibrary', once, `added { ${told} }`)
    expect(await a.senior.does('addControlsFromLibrary', once, `added { ${told} }`)).toEqual(first)
    const two = { engagementId, controls: [{ libraryControlId: id, ref: 'ON-02', owner: 'CTO' }] }
    const both = await Promise.all([a.senior, a.manager].map((by) => by.tryTo('addControlsFromLibrary', two)))
    expect(both.flatMap(({ errors }) => errors)).toMatchObject([
      { code: 'ALREADY_EXISTS', path: ['controls', '0', 'ref'] },
    ])
    expect(await countsOf(engagementId)).toEqual({ controls: 2, procedures: 4, attributes: 4 })
  })

  it('takes up to 200 at a time, and no more than an engagement has', async () => {
    const { id } = await addsToLibrary(a.partner, freeRef())
    const engagementId = await staffedEngagement(a, client)
    const many = (count: number, prefix: string) =>
      Array.from({ length: count }, (_, n) => ({ libraryControlId: id, ref: `${prefix}-${n}`, owner: 'CTO' }))
    for (const prefix of ['A', 'B']) {
      const { added, errors } = await takes(a.senior, engagementId, many(200, prefix), 'control { id }')
      expect(errors).toEqual([])
      expect(added).toHaveLength(200)
    }
    const before = await w.digest()
    expect((await takes(a.senior, engagementId, many(101, 'C'), 'control { id }')).errors).toMatchObject([
      { code: 'LIMIT_REACHED' },
    ])
    expect(await w.digest()).toBe(before)
    expect((await takes(a.senior, engagementId, many(100, 'C'), 'control { id }')).errors).toEqual([])
    expect(await countsOf(engagementId)).toEqual({ controls: 500, procedures: 1_000, attributes: 1_000 })
  })

  it('takes no more texts than a request could send', async () => {
    const long = Array.from({ length: 10 }, (_, at) => ({
      ...{ ...reperformance, suffix: `T${at}`, steps: 'x'.repeat(10_000) },
      attributes: [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => ({ letter, description: 'y'.repeat(1_000) })),
    }))
    const { id } = await addsToLibrary(a.partner, freeRef(), { procedures: long })
    const engagementId = await staffedEngagement(a, client)
    const before = await w.digest()
    const many = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ libraryControlId: id, ref: `L-${n}`, owner: 'CTO' }))
    expect((await takes(a.senior, engagementId, many(12), 'control { id }')).errors).toMatchObject([
      { code: 'LIMIT_REACHED', path: ['controls'] },
    ])
    expect(await w.digest()).toBe(before)
    expect((await takes(a.senior, engagementId, many(11), 'control { id }')).errors).toEqual([])
  })
})

it('a client’s next engagement starts from the library, as the firm has revised it since', async () => {
  const firm = await w.firm('Dogwood')
  const audited = await firm.client('Heron Pay')
  const access = await addsToLibrary(firm.admin, 'AC-01', { criteriaCodes: ['CC6.1', 'CC6.2'] })
  const changes = await addsToLibrary(firm.partner, 'CH-01', {
    area: 'CHANGE',
    criteriaCodes: ['CC8.1'],
    risk: 'MODERATE',
  })
  const list = [access, changes].map(({ id }) => ({ libraryControlId: id, owner: 'Head of Engineering' }))

  const year = { periodStart: '2024-01-01', periodEnd: '2024-12-31' }
  const before = await staffedEngagement(firm, audited, year)
  const inFirst = (await takes(firm.senior, before, list)).added
  const learned = {
    controlId: inFirst[0].control.id,
    expectedVersion: 1,
    description: 'Heron reviews its access twice a year.',
  }
  await firm.senior.does('updateControl', learned)

  // What the firm learned goes into the library in its own words, without a word of the client.
  const [first] = entrySaid.procedures
  const sharper = {
    ...first,
    steps: 'Inspect the review and the removal of who left, by the list of the people office.',
  }
  const revised = { libraryControlId: access.id, expectedVersion: 1, reason: 'Removals were never inspected.' }
  await firm.partner.does('reviseLibraryControl', {
    ...{ ...revised, ...entrySaid, criteriaCodes: ['CC6.1', 'CC6.2'], procedures: [sharper] },
  })

  const next = await staffedEngagement(firm, audited)
  const coverageOf = async (id: string) =>
    (
      await firm.senior.gql(
        `query ($id: ID!) { engagement(id: $id) { coverage { criteriaWithoutControl { code } controlsWithoutCriterion { ref } } } }`,
        { id },
      )
    ).engagement.coverage
  const open = (await coverageOf(next)).criteriaWithoutControl.length
  expect((await takes(firm.senior, next, list)).errors).toEqual([])
  // What is the client's own is added beside it.
  const written = controlOf(next, { ref: 'HR-01', criteriaCodes: ['CC1.1'] })
  await firm.senior.does('createControl', written)
  const coverage = await coverageOf(next)
  expect(coverage.criteriaWithoutControl).toHaveLength(open - 4)
  expect(coverage.controlsWithoutCriterion).toEqual([])
  expect(await controlsOf(firm.staff, next)).toMatchObject([
    {
      ...{ ref: 'AC-01', description: entrySaid.description, fromLibrary: { number: 2 }, libraryUpdate: null },
      procedures: [{ ref: 'AC-01.T1', steps: sharper.steps }],
    },
    { ref: 'CH-01', fromLibrary: { number: 1 }, libraryUpdate: null },
    { ref: 'HR-01', fromLibrary: null, libraryUpdate: null },
  ])
  // The year before keeps what it took, and is told.
  expect(await controlsOf(firm.staff, before)).toMatchObject([
    {
      ...{ ref: 'AC-01', description: 'Heron reviews its access twice a year.', fromLibrary: { number: 1 } },
      libraryUpdate: { number: 2, reason: 'Removals were never inspected.' },
      procedures: [{ ref: 'AC-01.T1', steps: first?.steps }, { ref: 'AC-01.T2' }],
    },
    { ref: 'CH-01', libraryUpdate: null },
  ])
})
