import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chain } from '../support/chain.js'
import { confirms, staffedEngagement } from '../support/engagements.js'
import { matter } from '../support/exceptions.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const outsider = await a.person('Otto Outsider of Ashdown', 'MANAGER')

const review = {
  ref: 'CH-01',
  title: 'Changes are reviewed',
  description: 'A second engineer reviews each change before it is merged.',
  owner: 'Head of Engineering',
  frequency: 'PER_EVENT',
  nature: 'MANUAL',
  type: 'PREVENTIVE',
  area: 'CHANGE',
  isKey: true,
}
const shown = `id version ref title description owner frequency nature type area isKey criteria { code }
  designConclusion operationConclusion concludedBy { id }`

async function control(engagementId: string, changes: object = {}) {
  const input = { engagementId, ...review, criteriaCodes: ['CC8.1'], ...changes }
  return (await a.senior.does('createControl', input, `control { ${shown} }`)).control
}

describe('a control', () => {
  it('is added with the criteria it helps to meet', async () => {
    const engagementId = await staffedEngagement(a, client)
    const made = await control(engagementId, { criteriaCodes: ['CC8.1', 'CC6.1', 'CC8.1'] })
    expect(made).toEqual({
      id: made.id,
      version: 1,
      ...review,
      criteria: [{ code: 'CC6.1' }, { code: 'CC8.1' }],
      designConclusion: null,
      operationConclusion: null,
      concludedBy: null,
    })
    expect(
      await a.staff.gql(`query ($id: ID!) { node(id: $id) { ... on Control { ${shown} } } }`, { id: made.id }),
    ).toEqual({
      node: made,
    })
  })

  it('has a reference of its own, and criteria in scope that apply', async () => {
    const engagementId = await staffedEngagement(a, client)
    await control(engagementId)
    await a.manager.does('excludeCriterion', { engagementId, criterionCode: 'CC6.4', reason: 'No premises.' })
    const before = await w.digest()
    const refusals: [object, string, string, RegExp][] = [
      [{}, 'ALREADY_EXISTS', 'ref', /reference/],
      [{ ref: 'ch-01' }, 'ALREADY_EXISTS', 'ref', /reference/],
      [{ ref: 'ch 2' }, 'INVALID_INPUT', 'ref', /letters, digits/],
      [{ ref: '-CH' }, 'INVALID_INPUT', 'ref', /letters, digits/],
      [{ ref: 'C'.repeat(41) }, 'INVALID_INPUT', 'ref', /40/],
      [
        { ref: 'CH-02', criteriaCodes: ['CC8.1', 'CC8.2', 'X'] },
        'INVALID_INPUT',
        'criteriaCodes.1',
        /no such criterion/,
      ],
      [{ ref: 'CH-02', criteriaCodes: ['CC8.1', 'A1.1'] }, 'INVALID_INPUT', 'criteriaCodes.1', /not in scope/],
      [{ ref: 'CH-02', criteriaCodes: ['CC6.4'] }, 'INVALID_INPUT', 'criteriaCodes.0', /not applicable/],
      [{ ref: 'CH-02', criteriaCodes: Array(101).fill('CC8.1') }, 'INVALID_INPUT', 'criteriaCodes', /100/],
      [{ ref: 'CH-02', description: 'x'.repeat(10_001) }, 'INVALID_INPUT', 'description', /10000/],
    ]
    for (const [wrong, code, path, sentence] of refusals) {
      const { errors } = await a.senior.tryTo('createControl', { engagementId, ...review, criteriaCodes: [], ...wrong })
      expect(errors[0], JSON.stringify(wrong).slice(0, 60)).toMatchObject({ code, path: path.split('.') })
      expect(errors[0].message).toMatch(sentence)
    }
    expect(await w.digest()).toBe(before)
    const elsewhere = await staffedEngagement(a, client)
    for (const ref of ['CH-01', 'PI1.2/a_(old)', `c${'9'.repeat(39)}`]) {
      expect((await control(elsewhere, { ref })).ref).toBe(ref)
    }
  })

  it('is changed by version, what is not given stays', async () => {
    const engagementId = await staffedEngagement(a, client)
    const made = await control(engagementId)
    const change = { controlId: made.id, expectedVersion: 1, owner: 'CTO', isKey: false }
    const { control: changed } = await a.manager.does('updateControl', change, `control { ${shown} }`)
    expect(changed).toEqual({ ...made, version: 2, owner: 'CTO', isKey: false })
    const before = await w.digest()
    const stale = await a.senior.tryTo('updateControl', { ...change, owner: 'Lost' })
    expect(stale.errors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }])
    const blank = await a.senior.tryTo('updateControl', { ...change, expectedVersion: 2, title: ' ' })
    expect(blank.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['title'] }])
    expect(await w.digest()).toBe(before)
  })

  it('names a person of the client who answers for it, and nobody else', async () => {
    const engagementId = await staffedEngagement(a, client)
    const named = 'control { id version owner ownerMember { id name } }'
    const { control: made } = await a.senior.does(
      'createControl',
      { engagementId, ...review, ownerMemberId: client.respondent.memberId },
      named,
    )
    const person = { id: client.respondent.memberId, name: client.respondent.name }
    expect(made).toMatchObject({ owner: review.owner, ownerMember: person })
    const gone = await a.client('Finch Mail')
    const { viewer } = gone
    const elsewhere = await (await w.firm('Birch')).client('Merlin')
    await w.owner.query("update member set state = 'DISABLED' where id = any($1)", [[client.viewer.memberId]])
    const before = await w.digest()
    for (const [ownerMemberId, code] of [
      [viewer.memberId, 'NOT_FOUND'],
      [elsewhere.admin.memberId, 'NOT_FOUND'],
      [a.senior.memberId, 'NOT_FOUND'],
      [randomUUID(), 'NOT_FOUND'],
      ['nobody', 'NOT_FOUND'],
      [client.viewer.memberId, 'INVALID_INPUT'],
    ]) {
      const refused = { code, path: ['ownerMemberId'] }
      const create = { engagementId, ...review, ref: 'CH-02', ownerMemberId }
      expect((await a.senior.tryTo('createControl', create)).errors).toMatchObject([refused])
      const change = { controlId: made.id, expectedVersion: 1, ownerMemberId }
      expect((await a.senior.tryTo('updateControl', change)).errors).toMatchObject([refused])
    }
    expect(await w.digest()).toBe(before)
    // Who leaves stays named, also when something else is changed; it can be taken back.
    await w.owner.query("update member set state = 'DISABLED' where id = $1", [client.respondent.memberId])
    const kept = { controlId: made.id, expectedVersion: 1, isKey: false, ownerMemberId: client.respondent.memberId }
    expect((await a.senior.does('updateControl', kept, named)).control).toMatchObject({
      version: 2,
      ownerMember: person,
    })
    const cleared = { controlId: made.id, expectedVersion: 2, ownerMemberId: null }
    expect((await a.senior.does('updateControl', cleared, named)).control).toMatchObject({
      version: 3,
      ownerMember: null,
    })
    await w.owner.query("update member set state = 'ACTIVE' where id = any($1)", [
      [client.viewer.memberId, client.respondent.memberId],
    ])
  })

  it('is mapped to these criteria and no others, by version', async () => {
    const engagementId = await staffedEngagement(a, client)
    const made = await control(engagementId, { criteriaCodes: ['CC8.1', 'CC7.1'] })
    const mapping = { controlId: made.id, expectedVersion: 1, criteriaCodes: ['CC8.1', 'CC2.1'] }
    const { control: mapped } = await a.senior.does('mapControl', mapping, 'control { version criteria { code } }')
    expect(mapped).toEqual({ version: 2, criteria: [{ code: 'CC2.1' }, { code: 'CC8.1' }] })
    const before = await w.digest()
    expect((await a.manager.tryTo('mapControl', { ...mapping, criteriaCodes: [] })).errors).toMatchObject([
      { code: 'VERSION_CONFLICT', currentVersion: 2 },
    ])
    const unknown = await a.senior.tryTo('mapControl', {
      ...mapping,
      expectedVersion: 2,
      criteriaCodes: ['CC8.1', 'CC0.0'],
    })
    expect(unknown.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['criteriaCodes', '1'] }])
    expect(await w.digest()).toBe(before)
    const same = await a.senior.does('mapControl', { ...mapping, expectedVersion: 2 }, 'control { version }')
    expect(same.control.version).toBe(2)
    const none = { ...mapping, expectedVersion: 2, criteriaCodes: [] }
    const { control: bare } = await a.senior.does('mapControl', none, 'control { version criteria { code } }')
    expect(bare).toEqual({ version: 3, criteria: [] })
  })

  it('keeps the criteria it is mapped to in scope', async () => {
    const engagementId = await staffedEngagement(a, client, { categories: ['SECURITY', 'AVAILABILITY'] })
    const made = await control(engagementId, { ref: 'BK-01', criteriaCodes: ['A1.2'] })
    const narrow = { engagementId, expectedVersion: 1, categories: ['SECURITY'] }
    const exclusion = { engagementId, criterionCode: 'A1.2', reason: 'No backups.' }
    const before = await w.digest()
    for (const [mutation, input, path] of [
      ['updateEngagement', narrow, 'categories'],
      ['excludeCriterion', exclusion, 'criterionCode'],
    ] as const) {
      const { errors } = await a.manager.tryTo(mutation, input)
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: [path] }])
      expect(errors[0].message).toContain('BK-01')
    }
    expect(await w.digest()).toBe(before)
    await a.senior.does('mapControl', { controlId: made.id, expectedVersion: 1, criteriaCodes: ['CC7.5'] })
    await a.manager.does('updateEngagement', narrow)
  })

  it('leaves the criteria in scope that live exceptions name', async () => {
    const engagementId = await staffedEngagement(a, client, { categories: ['SECURITY', 'AVAILABILITY'] })
    const fieldwork = "update engagement set state = 'FIELDWORK', fieldwork_started_at = now() where id = $1"
    await w.owner.query(fieldwork, [engagementId])
    const raise = async (criteriaCodes: string[]) => {
      const wrong = { kind: 'DESCRIPTION_MISSTATEMENT', expectedOperation: 'Backups run each day.', resultIds: [] }
      const input = { ...matter, ...wrong, engagementId, criteriaCodes }
      return (await a.senior.does('raiseException', input, 'exception { id }')).exception.id
    }
    const raised = [await raise(['A1.2', 'CC7.5']), await raise(['CC7.5'])]
    const { id: minutes } = await a.staff.brings(engagementId, {
      name: 'minutes.txt',
      content: 'Backups were dropped.',
    })
    const reason = 'Management took backups out of the service.'
    const version = async () =>
      (await a.manager.gql('query ($id: ID!) { node(id: $id) { version } }', { id: engagementId })).node.version
    const narrow = {
      engagementId,
      expectedVersion: await version(),
      categories: ['SECURITY'],
      reason,
      restsOnIds: [minutes],
    }
    const exclusion = { engagementId, criterionCode: 'CC7.5', reason, restsOnIds: [minutes] }
    const before = await w.digest()
    for (const [mutation, input, path, named] of [
      ['updateEngagement', narrow, 'categories', 'EX-1. '],
      ['excludeCriterion', exclusion, 'criterionCode', 'EX-1, EX-2. '],
    ] as const) {
      const { errors } = await a.partner.tryTo(mutation, input)
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: [path] }])
      expect(errors[0].message).toContain(named)
    }
    expect(await w.digest()).toBe(before)
    await a.partner.does('excludeCriterion', { ...exclusion, criterionCode: 'A1.1' })
    for (const exceptionId of raised) {
      await a.manager.does('withdrawException', { exceptionId, expectedVersion: 1, reason })
    }
    await a.partner.does('updateEngagement', { ...narrow, expectedVersion: await version() })
    await a.partner.does('excludeCriterion', exclusion)
  })

  it('is planned by seniors and above of the team, until completion begins', async () => {
    const engagementId = await staffedEngagement(a, client)
    const made = await control(engagementId)
    const acts = [
      ['createControl', { engagementId, ...review, ref: 'CH-02' }],
      ['updateControl', { controlId: made.id, expectedVersion: 1, title: 'Other' }],
      ['mapControl', { controlId: made.id, expectedVersion: 1, criteriaCodes: [] }],
    ] as const
    await staffedEngagement(a, client, { team: [{ memberId: outsider.memberId, role: 'MANAGER' }] })
    await confirms(outsider)
    const before = await w.digest()
    for (const [mutation, input] of acts) {
      for (const person of [a.staff, a.reviewer, client.admin]) {
        expect(await person.isDenied(mutation, input), `${person.name} ${mutation}`).toBe('FORBIDDEN')
      }
      const [key] = Object.keys(input) as ['controlId']
      const never = await outsider.isDenied(mutation, { ...input, [key]: randomUUID() })
      expect(await outsider.isDenied(mutation, input)).toBe(never)
      expect(never).toBe('NOT_FOUND')
    }
    expect(await outsider.gql('query ($id: ID!) { node(id: $id) { id } }', { id: made.id })).toEqual({ node: null })
    expect(await w.digest()).toBe(before)
    for (const state of ['COMPLETION', 'ISSUED', 'ARCHIVED', 'WITHDRAWN']) {
      await w.owner.query('update engagement set state = $2 where id = $1', [engagementId, state])
      for (const [mutation, input] of acts) {
        expect((await a.manager.tryTo(mutation, input)).errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
      }
    }
    const { node } = await a.manager.gql(`query ($id: ID!) { node(id: $id) { ... on Control { ${shown} } } }`, {
      id: made.id,
    })
    expect(node).toEqual(made)
  })
})

describe('the controls of an engagement', () => {
  it('are listed by reference, filtered and paged', async () => {
    const engagementId = await staffedEngagement(a, client)
    await control(engagementId, { ref: 'CH-01' })
    await control(engagementId, { ref: 'AC-02', area: 'ACCESS', isKey: false, criteriaCodes: ['CC6.1', 'CC8.1'] })
    await control(engagementId, { ref: 'AC-01', area: 'ACCESS', criteriaCodes: ['CC6.1'] })
    const list = async (args: string) =>
      (
        await a.staff.gql(
          `query ($id: ID!) { engagement(id: $id) { controls${args} { nodes { ref } totalCount pageInfo { endCursor hasNextPage } } } }`,
          { id: engagementId },
        )
      ).engagement.controls
    const refs = async (args: string) => (await list(args)).nodes.map(({ ref }: { ref: string }) => ref)
    expect(await refs('')).toEqual(['AC-01', 'AC-02', 'CH-01'])
    expect(await refs('(orderBy: { field: REF, direction: DESC })')).toEqual(['CH-01', 'AC-02', 'AC-01'])
    expect(await refs('(orderBy: { field: CREATED })')).toEqual(['CH-01', 'AC-02', 'AC-01'])
    expect(await refs('(filter: { area: ACCESS })')).toEqual(['AC-01', 'AC-02'])
    expect(await refs('(filter: { isKey: false })')).toEqual(['AC-02'])
    expect(await refs('(filter: { criterionCode: "CC8.1" })')).toEqual(['AC-02', 'CH-01'])
    expect(await refs('(filter: { criterionCode: "CC6.1", isKey: true })')).toEqual(['AC-01'])
    expect(await refs('(filter: { ref: "CH-01" })')).toEqual(['CH-01'])
    const first = await list('(first: 2)')
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } })
    expect(await refs(`(first: 2, after: "${first.pageInfo.endCursor}")`)).toEqual(['CH-01'])
  })

  it('cover criteria, or leave them open, and so the other way round', async () => {
    const engagementId = await staffedEngagement(a, client, { categories: ['SECURITY', 'CONFIDENTIALITY'] })
    await control(engagementId, { criteriaCodes: ['CC8.1', 'C1.1'] })
    await control(engagementId, { ref: 'ZZ-01', criteriaCodes: [] })
    await a.manager.does('excludeCriterion', { engagementId, criterionCode: 'CC6.4', reason: 'No premises.' })
    const { engagement } = await a.staff.gql(
      `query ($id: ID!) { engagement(id: $id) { coverage { criteriaWithoutControl { code } controlsWithoutCriterion { ref } }
         criteria { criterion { code } controls { nodes { ref } } } } }`,
      { id: engagementId },
    )
    const open = engagement.coverage.criteriaWithoutControl.map(({ code }: { code: string }) => code)
    expect(open).toHaveLength(35 - 2 - 1)
    for (const code of ['CC8.1', 'C1.1', 'CC6.4']) expect(open).not.toContain(code)
    expect(open.at(-1)).toBe('C1.2')
    expect(engagement.coverage.controlsWithoutCriterion).toEqual([{ ref: 'ZZ-01' }])
    const covered = engagement.criteria.filter((one: any) => one.controls.nodes.length > 0)
    expect(covered).toEqual([
      { criterion: { code: 'CC8.1' }, controls: { nodes: [{ ref: 'CH-01' }] } },
      { criterion: { code: 'C1.1' }, controls: { nodes: [{ ref: 'CH-01' }] } },
    ])
  })
})

describe('a control that was tested', () => {
  it('is concluded and signed for anew when what it is has changed', async () => {
    const work = await chain(a, await a.client('Sparrow Pay'))
    const asked = `query ($id: ID!) { node(id: $id) { ... on Control { designConclusion operationConclusion
      procedures { signOffs { nodes { isStale } } } } } }`
    const read = async () => (await a.manager.gql(asked, { id: work.controlId })).node
    expect((await read()).procedures[0].signOffs.nodes).toEqual([{ isStale: false }, { isStale: false }])
    await work.change(a.senior, 'updateControl', 'controlId', work.controlId, { owner: 'Head of operations' })
    expect((await read()).designConclusion).toBe('SUITABLE')
    const description = 'Changes are reviewed where a person finds the time.'
    const because = { reason: 'Management words it so.', restsOnIds: [work.procedureId] }
    await work.change(a.partner, 'updateControl', 'controlId', work.controlId, { description, ...because })
    expect(await read()).toEqual({
      designConclusion: null,
      operationConclusion: null,
      procedures: [{ signOffs: { nodes: [{ isStale: true }, { isStale: true }] } }],
    })
    const [refusal] = await work.refused(a.manager, 'startCompletion', 'engagementId', work.engagementId)
    expect(refusal.blockers.map(({ code }: { code: string }) => code)).toContain('SIGN_OFF_STALE')
  })
})
