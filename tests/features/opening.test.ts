import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { papers } from '../../src/features/opening/papers.js'
import { type Chain, chain } from '../support/chain.js'
import { type Tested, tested } from '../support/exceptions.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')
const other = await a.client('Heron Payments')
const outsider = await a.person('Otto Outsider of Ashdown', 'MANAGER')

interface Paper {
  id: string
  digest: string
}

const opened = `opening { id nodeType nodeId contentDigest openedAt openedBy { id } engagement { id } }`
const open = async (person: Person, { id, digest }: Paper) =>
  (await person.does('recordOpened', { nodeId: id, contentDigest: digest }, opened)).opening
const refused = async (person: Person, { id, digest }: Paper) =>
  (await person.tryTo('recordOpened', { nodeId: id, contentDigest: digest })).errors
const unknown = 'f'.repeat(64)

/** The digest that a paper shows now. */
async function digestOf(id: string, by = a.reviewer): Promise<string> {
  const { node } = await by.gql(
    `query ($id: ID!) { node(id: $id) { ... on Evidence { digest: sha256 } ... on Report { digest: sha256 } ... on ResponseVersion { digest: sha256 }
       ... on Population { frozen: digest } ... on Procedure { digest: contentDigest } ... on Workpaper { digest: contentDigest } ... on MaterialityDecision { digest: contentDigest }
       ... on EngagementDocument { digest: contentDigest } ... on Exception { ofMatter: contentDigest } } }`,
    { id },
  )
  return node.digest ?? node.frozen ?? node.ofMatter
}
const present = async (id: string): Promise<Paper> => ({ id, digest: await digestOf(id) })

let work: Tested
let issued: Chain
/** One paper of each kind, by its type; those of the issued engagement where it has them. */
const found: Record<string, Paper> = {}
let ofClient: Paper

beforeAll(async () => {
  issued = await chain(a, client)
  await issued.readyToIssue()
  await issued.issue()
  work = await tested(w, a)
  const { engagement } = await a.reviewer.gql(
    `query ($id: ID!) { engagement(id: $id) { report { id } documents { id } procedures { nodes { id } }
       exceptions { nodes { id response { submittedVersion { id } } materialityDecision { id } } } } }`,
    { id: issued.engagementId },
  )
  const [exception] = engagement.exceptions.nodes
  const { rows } = await w.owner.query('select id from population where engagement_id = $1', [work.engagementId])
  const file = { name: 'changes.csv', content: 'id\nC-1\n' }
  const memo = { engagementId: work.engagementId, kind: 'MEMO', title: 'Invented', text: 'Invented.' }
  const { workpaper } = await a.staff.does('writeWorkpaper', memo, 'workpaper { id }')
  const ids: Record<string, string> = {
    Evidence: (await a.staff.brings(work.engagementId, file)).id,
    ResponseVersion: exception.response.submittedVersion.id,
    Report: engagement.report.id,
    Procedure: engagement.procedures.nodes[0].id,
    Population: rows[0].id,
    Workpaper: workpaper.id,
    Exception: exception.id,
    MaterialityDecision: exception.materialityDecision.id,
    EngagementDocument: engagement.documents[0].id,
  }
  for (const [type, id] of Object.entries(ids)) found[type] = await present(id)
  ofClient = await present((await work.client.respondent.brings(work.engagementId, { ...file, name: 'ours.csv' })).id)
})

const kinds = papers.map(({ row, isForClient }) => ({ type: row.typeName, isForClient }))
const paperOf = (type: string): Paper => found[type] as Paper

describe.each(kinds)('$type', ({ type, isForClient }) => {
  it('is recorded as opened by a member of the team, and nothing else becomes different', async () => {
    const [before, count] = [await w.digest('opening'), (await w.counts()).opening as number]
    const paper = paperOf(type)
    expect(paper.digest).toMatch(/^[0-9a-f]{64}$/)
    const opening = await open(a.reviewer, paper)
    const ofWork = ['Evidence', 'Population', 'Workpaper'].includes(type)
    expect(opening).toEqual({
      id: opening.id,
      nodeType: type,
      nodeId: paper.id,
      contentDigest: paper.digest,
      openedAt: expect.any(String),
      openedBy: { id: a.reviewer.memberId },
      engagement: { id: ofWork ? work.engagementId : issued.engagementId },
    })
    // Also of an engagement that is issued; nothing is appended to its trail, and no paper has another version.
    expect(await w.digest('opening')).toBe(before)
    expect((await w.counts()).opening).toBe(count + 1)
    expect(await digestOf(paper.id)).toBe(paper.digest)
  })

  it('is not recorded as opened with another digest than that of what it says now', async () => {
    const { id } = paperOf(type)
    const { node } = await a.manager.gql('query ($id: ID!) { node(id: $id) { version } }', { id })
    const before = await w.digest()
    expect(await refused(a.manager, { id, digest: unknown })).toEqual([
      {
        __typename: 'VersionConflict',
        code: 'VERSION_CONFLICT',
        message: 'The paper says something else now: open it again.',
        path: ['contentDigest'],
        currentVersion: node.version,
      },
    ])
    expect(await w.digest()).toBe(before)
  })

  it('is not there for another firm, another team and another client', async () => {
    const before = await w.digest()
    for (const person of [b.partner, b.manager, outsider, other.admin]) {
      // Who is on no team at all is told by their role alone.
      expect(['NOT_FOUND', 'FORBIDDEN'], person.name).toContain(
        await person.isDenied('recordOpened', { nodeId: paperOf(type).id, contentDigest: paperOf(type).digest }),
      )
    }
    expect(await refused(other.admin, paperOf(type))).toEqual([
      { __typename: 'RuleRefusal', code: 'NOT_FOUND', message: 'There is no such thing.', path: ['nodeId'] },
    ])
    expect(await w.digest()).toBe(before)
  })

  it(`is recorded for people of its client ${isForClient ? 'where they see it' : 'in no case'}`, async () => {
    const paper = type === 'Evidence' ? ofClient : paperOf(type)
    const viewer = ['Evidence', 'Population'].includes(type) ? work.client.viewer : client.viewer
    const [all, before] = [await w.digest(), await w.digest('opening')]
    if (isForClient) {
      expect(await digestOf(paper.id, viewer)).toBe(paper.digest)
      const opening = await open(viewer, paper)
      expect(opening).toMatchObject({ nodeId: paper.id, openedBy: { id: viewer.memberId } })
      expect((await viewer.gql('query ($id: ID!) { node(id: $id) { id } }', { id: opening.id })).node).not.toBeNull()
      expect(await w.digest('opening')).toBe(before)
    } else {
      // An exception was communicated to them; its digest is over the auditors' notes, too.
      const code = type === 'Exception' ? 'INVALID_INPUT' : 'NOT_FOUND'
      expect(await refused(viewer, paper)).toMatchObject([{ code, path: ['nodeId'] }])
      expect(await w.digest()).toBe(all)
    }
  })
})

it('a paper of each kind was opened', () => {
  expect(Object.keys(found).sort()).toEqual(kinds.map(({ type }) => type).sort())
})

describe('what is refused, with nothing left of it', () => {
  it('what is no paper, a draft of a population, no id, and no digest', async () => {
    const draft = (await work.draft()).id
    const before = await w.digest()
    for (const [nodeId, contentDigest, code, path] of [
      [work.controlId, unknown, 'INVALID_INPUT', 'nodeId'],
      [work.engagementId, unknown, 'INVALID_INPUT', 'nodeId'],
      [a.staff.memberId, unknown, 'INVALID_INPUT', 'nodeId'],
      [draft, unknown, 'INVALID_TRANSITION', 'nodeId'],
      [randomUUID(), unknown, 'NOT_FOUND', 'nodeId'],
      ['no id', unknown, 'NOT_FOUND', 'nodeId'],
      [paperOf('Procedure').id, paperOf('Procedure').digest.toUpperCase(), 'INVALID_INPUT', 'contentDigest'],
    ] as const) {
      const { errors } = await a.senior.tryTo('recordOpened', { nodeId, contentDigest })
      expect(errors, nodeId).toMatchObject([{ code, path: [path] }])
    }
    expect(await w.digest()).toBe(before)
  })

  it('for people of the client: what the auditor brought, and what is not theirs to know of', async () => {
    const draft = await a.senior.does('raiseException', work.matter, 'exception { id }')
    const before = await w.digest()
    const { admin } = work.client
    for (const id of [paperOf('Evidence').id, draft.exception.id, work.procedureId]) {
      expect(await refused(admin, await present(id)), id).toMatchObject([{ code: 'NOT_FOUND', path: ['nodeId'] }])
    }
    expect(await w.digest()).toBe(before)
  })

  it('for the administrator of the firm, who is on no team', async () => {
    const before = await w.digest()
    const { id: nodeId, digest: contentDigest } = paperOf('Report')
    expect(await a.admin.isDenied('recordOpened', { nodeId, contentDigest })).toBe('FORBIDDEN')
    expect(await w.digest()).toBe(before)
  })
})

describe('the digest of a procedure', () => {
  it('is another one after its steps, a result or an explanation changed: what was opened before is not what it is now', async () => {
    const anew = await tested(w, a)
    const { procedureId } = anew
    const digests = [await digestOf(procedureId)]
    const changes: (() => Promise<unknown>)[] = [
      () => anew.correct('C-4 A', 'DEVIATION'),
      async () => {
        const { version } = (await a.senior.gql('query ($id: ID!) { node(id: $id) { version } }', { id: procedureId }))
          .node
        const input = { procedureId, expectedVersion: version, steps: 'Compare author and reviewer, and the dates.' }
        return a.senior.does('updateProcedure', input)
      },
      () => {
        const { id: resultId, version: expectedVersion } = anew.results['C-3 B'] as { id: string; version: number }
        const why = {
          kind: 'CONTROL_OPERATED',
          reason: 'Reviewed in another system.',
          alternativeProcedure: 'Read its log.',
        }
        return a.staff.does('explainDeviation', { resultId, expectedVersion, ...why })
      },
      async () => {
        const { id } = anew.results['C-3 B'] as { id: string }
        const { version } = (await a.senior.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node
        const input = { resultId: id, expectedVersion: version, approve: false, note: 'It was not.' }
        return a.manager.does('decideExplanation', input)
      },
    ]
    for (const change of changes) {
      const before = digests.at(-1) as string
      await open(a.manager, { id: procedureId, digest: before })
      await change()
      const moved = await w.digest()
      expect(await refused(a.manager, { id: procedureId, digest: before })).toMatchObject([
        { code: 'VERSION_CONFLICT', path: ['contentDigest'] },
      ])
      expect(await w.digest()).toBe(moved)
      digests.push(await digestOf(procedureId))
    }
    expect(new Set(digests).size).toBe(changes.length + 1)
    await open(a.manager, { id: procedureId, digest: digests.at(-1) as string })
  })

  it('is what its reviewer signs', async () => {
    const { rows } = await w.owner.query(
      "select content_digest as digest from sign_off where procedure_id = $1 and level = 'REVIEWER'",
      [issued.procedureId],
    )
    expect(rows).toEqual([{ digest: paperOf('Procedure').digest }])
  })
})

describe('the digest of an exception and of a decision', () => {
  it('is the same in the answer of an act as when it is read, and another one once the auditor’s own note changed', async () => {
    const limitation = { kind: 'SCOPE_LIMITATION', procedureId: null, controlId: work.controlId, resultIds: [] }
    const raised = await a.senior.does(
      'raiseException',
      { ...work.matter, ...limitation },
      'exception { id version contentDigest }',
    )
    const { id, version, contentDigest } = raised.exception
    expect(await digestOf(id)).toBe(contentDigest)
    const input = { exceptionId: id, expectedVersion: version, evidenceNote: 'WP 4.3, the log of the branch.' }
    const { exception } = await a.senior.does('updateException', input, 'exception { contentDigest }')
    expect(exception.contentDigest).not.toBe(contentDigest)
    expect(await digestOf(id)).toBe(exception.contentDigest)
    expect(await refused(a.manager, { id, digest: contentDigest })).toMatchObject([{ code: 'VERSION_CONFLICT' }])
    await open(a.manager, await present(id))
  })

  it('is another one when the decision was revised', async () => {
    const anew = await chain(a, client)
    const id = await anew.weighed(await anew.exception())
    const before = await present(id)
    await open(a.partner, before)
    await anew.change(a.manager, 'reviseMateriality', 'decisionId', id, {
      material: false,
      pervasive: false,
      factors: [{ factor: 'NATURE_AND_CAUSE', note: 'One change only.' }],
      compensatingControlIds: [],
      rationale: 'One change of hundreds.',
    })
    expect(await refused(a.partner, before)).toMatchObject([{ code: 'VERSION_CONFLICT', path: ['contentDigest'] }])
    await open(a.partner, await present(id))
  })

  it('is not told to people of the client', async () => {
    const query = 'query ($id: ID!) { exception(id: $id) { id contentDigest } }'
    const { id } = paperOf('Exception')
    expect(await client.admin.gql(query, { id })).toEqual({ exception: { id, contentDigest: null } })
  })
})

describe('recording an opening', () => {
  it('waits for no act on the engagement that is under way', async () => {
    const holder = await w.owner.connect()
    try {
      await holder.query('begin')
      await holder.query('select 1 from engagement where id = $1 for no key update', [issued.engagementId])
      await holder.query('select 1 from trail_head where chain_id = $1 for update', [issued.engagementId])
      await holder.query('select 1 from procedure where id = $1 for update', [paperOf('Procedure').id])
      for (const type of ['Procedure', 'Exception', 'Report']) {
        expect((await open(a.staff, paperOf(type))).nodeType).toBe(type)
      }
    } finally {
      await holder.query('rollback')
      holder.release()
    }
  })

  it('happens once for its idempotency key', async () => {
    const { id: nodeId, digest: contentDigest } = paperOf('Report')
    const input = { idempotencyKey: randomUUID(), nodeId, contentDigest }
    const first = await client.admin.does('recordOpened', input, opened)
    const before = await w.digest()
    expect(await client.admin.does('recordOpened', input, opened)).toEqual(first)
    expect(await w.digest()).toBe(before)
    const second = await client.admin.does('recordOpened', { ...input, idempotencyKey: randomUUID() }, opened)
    expect(second.opening.id).not.toBe(first.opening.id)
  })
})

describe('Engagement.openings', () => {
  const query = `query ($id: ID!, $filter: OpeningFilter, $first: Int, $after: String) { engagement(id: $id) {
    openings(filter: $filter, first: $first, after: $after) { totalCount nodes { id nodeType nodeId contentDigest openedBy { id } } pageInfo { endCursor hasNextPage } } } }`
  const listed = async (engagementId: string, given: object = {}, by = a.partner) =>
    (await by.gql(query, { id: engagementId, ...given })).engagement.openings

  it('lists what members of both sides opened, files that they were given among it, the newest first, page by page', async () => {
    const anew = await tested(w, a)
    const { engagementId, procedureId } = anew
    const file = await anew.client.respondent.brings(engagementId, { name: 'policy.txt', content: 'A policy.' })
    expect(await listed(engagementId)).toMatchObject({ totalCount: 0, nodes: [] })
    const procedure = await present(procedureId)
    const [one, two] = [await open(a.staff, procedure), await open(a.manager, procedure)]
    const three = await open(anew.client.viewer, { id: file.id, digest: file.sha256 })
    const { evidence } = await a.staff.gql('query ($id: ID!) { evidence(id: $id) { downloadUrl } }', { id: file.id })
    expect((await w.get(evidence.downloadUrl)).body).toBe('A policy.')
    const all = await listed(engagementId)
    expect(all.totalCount).toBe(4)
    expect(all.nodes.slice(1).map(({ id }: { id: string }) => id)).toEqual([three.id, two.id, one.id])
    expect(all.nodes[0]).toMatchObject({
      nodeType: 'Evidence',
      nodeId: file.id,
      contentDigest: file.sha256,
      openedBy: { id: a.staff.memberId },
    })
    const first = await listed(engagementId, { first: 3 })
    expect(first.pageInfo.hasNextPage).toBe(true)
    const rest = await listed(engagementId, { first: 3, after: first.pageInfo.endCursor })
    expect([...first.nodes, ...rest.nodes]).toEqual(all.nodes)
    const ids = async (filter: object) =>
      (await listed(engagementId, { filter })).nodes.map(({ id }: { id: string }) => id)
    expect(await ids({ nodeId: procedureId })).toEqual([two.id, one.id])
    expect(await ids({ memberId: a.staff.memberId })).toEqual([all.nodes[0].id, one.id])
    expect(await ids({ memberId: a.staff.memberId, nodeId: procedureId })).toEqual([one.id])
    expect(await ids({ nodeId: 'no id' })).toEqual([])
    expect(await listed(engagementId, {}, a.reviewer)).toEqual(all)
  })

  it('is empty for people of the client, and closed to the administrator, who sees the header', async () => {
    const { openings } = (await client.admin.gql(query, { id: issued.engagementId })).engagement
    expect(openings).toEqual({ totalCount: 0, nodes: [], pageInfo: { endCursor: null, hasNextPage: false } })
    const { errors } = await a.admin.ask(query, { id: issued.engagementId })
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  it('shows people of the client no opening by an auditor, by its id either', async () => {
    const { id } = await open(a.reviewer, paperOf('ResponseVersion'))
    const query = 'query ($id: ID!) { node(id: $id) { id } }'
    for (const person of [client.admin, other.admin, outsider, b.partner]) {
      expect((await person.gql(query, { id })).node, person.name).toBeNull()
    }
    expect((await a.staff.gql(query, { id })).node).toEqual({ id })
  })
})
