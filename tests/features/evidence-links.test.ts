import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { digestOfContent } from '../../src/features/response/response-version.js'
import { fieldwork } from '../support/fieldwork.js'
import { evidenceField, type Linkable, linkable } from '../support/linking.js'
import { sentDuring } from '../support/statements.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
let work: Linkable
let other: Linkable

beforeAll(async () => {
  work = await linkable(w, a)
  other = await linkable(w, a)
})

const link = (person: Person, evidenceId: string, nodeId: string) =>
  person.does('linkEvidence', { evidenceId, nodeId }, 'evidenceLink { id } node { id version } evidence { id }')
const unlink = (person: Person, evidenceId: string, nodeId: string) =>
  person.does('unlinkEvidence', { evidenceId, nodeId }, 'node { id version }')

/** The ids of the evidence of an object, as a person reads them. */
async function evidenceOf(person: Person, type: keyof typeof evidenceField, id: string): Promise<string[]> {
  const field = evidenceField[type]
  const { node } = await person.gql(`query ($id: ID!) { node(id: $id) { ... on ${type} { ${field} { id } } } }`, { id })
  return node[field].map((one: { id: string }) => one.id)
}

const linksOf = async (person: Person, id: string) =>
  (
    await person.gql(
      'query ($id: ID!) { evidence(id: $id) { links { nodes { node { __typename id } linkedBy { id } evidence { id } } } } }',
      { id },
    )
  ).evidence.links.nodes

/** The act is refused with this code at this place, and nothing moved. */
async function refuses(
  person: Person,
  act: 'linkEvidence' | 'unlinkEvidence',
  [evidenceId, nodeId]: readonly [string, string],
  code: string,
  path: string[],
) {
  const before = await w.digest()
  const { errors, node } = await person.tryTo(act, { evidenceId, nodeId }, 'node { id }')
  expect(errors).toMatchObject([{ code, path }])
  expect(node).toBeNull()
  expect(await w.digest()).toBe(before)
  return errors[0]
}

describe('the firm links evidence', () => {
  it.each(['Procedure', 'Result', 'Population', 'Exception'] as const)(
    'to a %s, which counts a change; the field lists it in the order of linking, and it is taken back',
    async (type) => {
      const id = work.nodes[type]
      const [first, second] = [await work.brought(a.staff), await work.brought(work.client.respondent)]
      const before = await work.version(id)
      expect((await link(a.staff, second.id, id)).node).toEqual({ id, version: before + 1 })
      expect((await link(a.senior, first.id, id)).node).toEqual({ id, version: before + 2 })
      expect(await evidenceOf(a.reviewer, type, id)).toEqual([second.id, first.id])
      expect(await linksOf(a.manager, first.id)).toEqual([
        { node: { __typename: type, id }, linkedBy: { id: a.senior.memberId }, evidence: { id: first.id } },
      ])
      expect((await unlink(a.partner, second.id, id)).node).toEqual({ id, version: before + 3 })
      expect(await evidenceOf(a.manager, type, id)).toEqual([first.id])
      expect(await linksOf(a.manager, second.id)).toEqual([])
      await unlink(a.staff, first.id, id)
    },
  )

  it('to an exception that was confirmed', async () => {
    const { id } = await other.brought(a.staff)
    const exceptionId = other.nodes.Exception
    await other.change(a.manager, 'confirmException', 'exceptionId', exceptionId)
    await link(a.staff, id, exceptionId)
    expect(await evidenceOf(a.staff, 'Exception', exceptionId)).toEqual([id])
  })

  it('as an act on what it supports: the trail says so, and a repetition with its key is answered as at first', async () => {
    const { id: evidenceId } = await work.brought(a.staff)
    const input = { evidenceId, nodeId: work.nodes.Result, idempotencyKey: randomUUID() }
    const selection = 'evidenceLink { id } node { __typename id }'
    const first = await a.staff.does('linkEvidence', input, selection)
    const before = await w.digest()
    expect(await a.staff.does('linkEvidence', input, selection)).toEqual(first)
    expect(await w.digest()).toBe(before)
    const { rows } = await w.owner.query(
      'select action, node_type, node_id, actor_id from trail_entry where chain_id = $1 order by position desc limit 1',
      [work.engagementId],
    )
    expect(rows).toEqual([
      { action: 'linkEvidence', node_type: 'Result', node_id: work.nodes.Result, actor_id: a.staff.memberId },
    ])
  })

  it('as work on the procedure: who linked evidence to one of its results does not review it', async () => {
    const own = await linkable(w, a)
    const { id } = await own.brought(a.staff)
    await link(a.manager, id, own.nodes.Result)
    await unlink(a.manager, id, own.nodes.Result)
    await signs(own)
    const at = { procedureId: own.procedureId, expectedVersion: await own.version(own.procedureId) }
    const before = await w.digest()
    expect((await a.manager.tryTo('reviewProcedure', at)).errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    expect(await w.digest()).toBe(before)
    expect((await a.partner.tryTo('reviewProcedure', at)).errors).toEqual([])
  })
})

/** Staff signs the procedure as its preparer: each deviation is in an exception. */
async function signs(own: Linkable): Promise<void> {
  await a.senior.does('raiseException', own.matter)
  const outcome = { outcome: 'EXCEPTIONS', outcomeNote: 'Compared as planned.' }
  await own.change(a.staff, 'prepareProcedure', 'procedureId', own.procedureId, outcome)
}

describe('the client links evidence', () => {
  it('to its response, which the firm sees once it is submitted; what the firm links to its papers the client does not see', async () => {
    const { client, responseId, communicatedId } = other
    const theirs = await other.brought(client.respondent)
    const { evidenceLink } = await link(client.respondent, theirs.id, responseId)
    const papers = await link(a.staff, theirs.id, other.nodes.Procedure)
    const onException = await other.brought(a.staff)
    await w.owner.query(
      `insert into evidence_link (firm_id, id, engagement_id, client_id, evidence_id, node_type, node_id, created_by, created_at)
       select firm_id, gen_random_uuid(), engagement_id, client_id, $2, 'Exception', $3, created_by, now() from evidence_link where id = $1`,
      [papers.evidenceLink.id, onException.id, communicatedId],
    )
    for (const person of [client.admin, client.viewer]) {
      expect(await evidenceOf(person, 'ManagementResponse', responseId)).toEqual([theirs.id])
    }
    expect(await evidenceOf(a.manager, 'ManagementResponse', responseId)).toEqual([])
    const onResponse = { __typename: 'ManagementResponse', id: responseId }
    expect(await linksOf(client.viewer, theirs.id)).toMatchObject([{ node: onResponse }])
    expect(await linksOf(a.staff, theirs.id)).toMatchObject([{ node: { __typename: 'Procedure' } }])
    const node = async (person: Person, id: string) =>
      (await person.gql('query ($id: ID!) { node(id: $id) { id } }', { id })).node
    expect(await node(client.admin, papers.evidenceLink.id)).toBeNull()
    expect(await node(client.admin, evidenceLink.id)).toEqual({ id: evidenceLink.id })
    for (const person of [work.client.admin, b.partner]) expect(await node(person, evidenceLink.id)).toBeNull()
    expect(await evidenceOf(a.staff, 'Exception', communicatedId)).toEqual([onException.id])
    expect(await evidenceOf(client.admin, 'Exception', communicatedId)).toEqual([])
    await unlink(client.admin, theirs.id, responseId)
    expect(await evidenceOf(client.admin, 'ManagementResponse', responseId)).toEqual([])
  })

  it('so that who approves has seen it: what was read before is submitted no more', async () => {
    const own = await linkable(w, a)
    const { client, responseId } = own
    const expectedVersion = await own.version(responseId)
    await link(client.respondent, (await own.brought(client.respondent)).id, responseId)
    const before = await w.digest()
    const { errors } = await client.admin.tryTo('submitResponse', { responseId, expectedVersion })
    expect(errors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: expectedVersion + 1 }])
    expect(await w.digest()).toBe(before)
  })

  it('which each version submitted names for ever, within its digest; a returned response takes more', async () => {
    const own = await linkable(w, a)
    const { client, responseId, change } = own
    const [first, second] = [await own.brought(client.respondent), await own.brought(client.admin)]
    const named = ({ id, fileName, sha256 }: typeof first) => ({ evidenceId: id, fileName, sha256 })
    await link(client.respondent, first.id, responseId)
    const selection = `query ($id: ID!) { node(id: $id) { ... on ManagementResponse {
      draft { evidence { evidenceId fileName sha256 } } versions { sha256 content { evidence { evidenceId fileName sha256 } } } } } }`
    const read = async (person: Person) => (await person.gql(selection, { id: responseId })).node
    expect(await read(client.viewer)).toEqual({ draft: { evidence: [named(first)] }, versions: [] })
    await change(client.respondent, 'requestResponseApproval', 'responseId', responseId)
    await refuses(client.admin, 'linkEvidence', [second.id, responseId], 'INVALID_TRANSITION', ['nodeId'])
    await refuses(client.admin, 'unlinkEvidence', [first.id, responseId], 'INVALID_TRANSITION', ['nodeId'])
    await change(client.admin, 'submitResponse', 'responseId', responseId)
    await refuses(client.admin, 'linkEvidence', [second.id, responseId], 'INVALID_TRANSITION', ['nodeId'])
    await change(a.manager, 'returnResponse', 'responseId', responseId, {
      kind: 'INCONSISTENT',
      reason: 'The record of May is missing.',
    })
    await refuses(client.admin, 'unlinkEvidence', [first.id, responseId], 'INVALID_INPUT', ['evidenceId'])
    await link(client.admin, second.id, responseId)
    expect((await read(a.staff)).versions).toMatchObject([{ content: { evidence: [named(first)] } }])
    // What no version names is still taken back.
    await unlink(client.admin, second.id, responseId)
    await link(client.admin, second.id, responseId)
    const { response } = await client.respondent.does(
      'draftResponse',
      { exceptionId: own.communicatedId, expectedVersion: await own.version(responseId), responsible: 'The board' },
      'response { state }',
    )
    expect(response.state).toBe('DRAFT')
    await change(client.admin, 'submitResponse', 'responseId', responseId)
    const { versions } = await read(a.staff)
    expect(versions).toMatchObject([
      { content: { evidence: [named(first)] } },
      { content: { evidence: [named(first), named(second)] } },
    ])
    const { rows } = await w.owner.query('select content, sha256 from response_version where response_id = $1', [
      responseId,
    ])
    for (const { content, sha256 } of rows) expect(digestOfContent(content)).toBe(sha256)
    await w.owner.query('alter table response_version disable trigger written_once')
    await w.owner.query(
      `update response_version set content = jsonb_set(content, '{evidence,0,sha256}', '"forged"') where response_id = $1 and number = 1`,
      [responseId],
    )
    await w.owner.query('alter table response_version enable trigger written_once')
    const { errors } = await a.staff.ask(selection, { id: responseId })
    expect(errors).toMatchObject([{ extensions: { code: 'DIGEST_MISMATCH' } }])
  })

  it('which is no part of an answer that management declines to give', async () => {
    const own = await linkable(w, a)
    const { client, responseId, communicatedId: exceptionId } = own
    await link(client.respondent, (await own.brought(client.respondent)).id, responseId)
    const expectedVersion = await own.version(responseId)
    const { submittedVersion } = await client.admin.does(
      'declineToRespond',
      { exceptionId, expectedVersion, reason: 'It is in dispute.' },
      'submittedVersion { content { declinedReason evidence { evidenceId } } }',
    )
    expect(submittedVersion.content).toEqual({ declinedReason: 'It is in dispute.', evidence: [] })
  })
})

describe('refused, with nothing moved, is', () => {
  const kinds = ['Procedure', 'Result', 'Population', 'Exception'] as const

  it.each(kinds)('a %s of another engagement', async (type) => {
    const { id } = await work.brought(a.staff)
    await refuses(a.staff, 'linkEvidence', [id, other.nodes[type]], 'INVALID_INPUT', ['nodeId'])
  })

  it.each(['PENDING', 'INFECTED', 'REMOVED'])(
    'evidence that is %s; a link of before is taken back, unless the file is gone',
    async (state) => {
      const { id } = await work.brought(a.staff)
      await link(a.staff, id, work.nodes.Procedure)
      const removed =
        state === 'REMOVED' ? ", removed_at = now(), removed_by = created_by, removed_reason = 'Invented.'" : ''
      await w.owner.query(`update evidence set state = $2${removed} where id = $1`, [id, state])
      await refuses(a.staff, 'linkEvidence', [id, work.nodes.Result], 'INVALID_TRANSITION', ['evidenceId'])
      // What was removed supports nothing: it is not removed while it does.
      if (state !== 'REMOVED') await unlink(a.staff, id, work.nodes.Procedure)
      else await refuses(a.staff, 'unlinkEvidence', [id, work.nodes.Procedure], 'INVALID_TRANSITION', [])
    },
  )

  it('evidence that a newer one supersedes; what was linked before stays', async () => {
    const { id } = await work.brought(a.staff)
    await link(a.staff, id, work.nodes.Procedure)
    const file = { name: 'newer.csv', content: 'id\nC-9\n' }
    const newer = await a.staff.brings(work.engagementId, file, { supersedesId: id })
    const { message } = await refuses(a.staff, 'linkEvidence', [id, work.nodes.Result], 'INVALID_INPUT', ['evidenceId'])
    expect(message).toBe('There is a newer one, which supersedes it: take that one.')
    expect(await evidenceOf(a.staff, 'Procedure', work.nodes.Procedure)).toContain(id)
    await link(a.staff, newer.id, work.nodes.Result)
    const { node } = await a.staff.gql(
      'query ($id: ID!) { node(id: $id) { ... on Evidence { actions { name allowed } } } }',
      {
        id,
      },
    )
    expect(node.actions).toContainEqual({ name: 'linkEvidence', allowed: false })
  })

  it.each([
    ['PLANNED', 'Procedure'],
    ['PREPARED', 'Procedure'],
    ['REVIEWED', 'Procedure'],
    ['PREPARED', 'Result'],
    ['REVIEWED', 'Result'],
  ] as const)('in a procedure that is %s: its %s neither gains nor loses evidence', async (state, type) => {
    const [linked, more] = [await work.brought(a.staff), await work.brought(a.staff)]
    await link(a.staff, linked.id, work.nodes[type])
    await w.owner.query('update procedure set state = $2 where id = $1', [work.procedureId, state])
    await refuses(a.staff, 'linkEvidence', [more.id, work.nodes[type]], 'INVALID_TRANSITION', ['nodeId'])
    await refuses(a.staff, 'unlinkEvidence', [linked.id, work.nodes[type]], 'INVALID_TRANSITION', ['nodeId'])
    await w.owner.query("update procedure set state = 'IN_PROGRESS' where id = $1", [work.procedureId])
  })

  /** What a row has in a state and in no other. */
  const settled: Readonly<Record<string, string>> = {
    FROZEN: `, seed_random = repeat('a', 64), seed = repeat('b', 64), seed_hash = repeat('c', 64),
      covers_from = '2025-01-01', covers_to = '2025-12-31', covered_until_on = '2025-12-31'`,
    WITHDRAWN: ", withdrawn_by = created_by, withdrawn_at = now(), withdrawn_reason = 'Invented.'",
  }
  /** What takes it away again. */
  const unsettled: Readonly<Record<string, string>> = {
    FROZEN:
      ', seed_random = null, seed = null, seed_hash = null, covers_from = null, covers_to = null, covered_until_on = null',
    WITHDRAWN: ', withdrawn_by = null, withdrawn_at = null, withdrawn_reason = null',
  }

  it.each([
    ['Population', 'population', 'FROZEN', 'DRAFT'],
    ['Exception', 'exception', 'COMMUNICATED', 'DRAFT'],
    ['Exception', 'exception', 'CONCLUDED', 'DRAFT'],
    ['Exception', 'exception', 'WITHDRAWN', 'DRAFT'],
  ] as const)('a %s (%s) that is %s', async (type, table, state, before) => {
    const [linked, more] = [await work.brought(a.staff), await work.brought(a.staff)]
    const id = work.nodes[type]
    await link(a.staff, linked.id, id)
    const become = (now: string, more = '') =>
      w.owner.query(`update ${table} set state = $2${more} where id = $1`, [id, now])
    await w.owner.query('alter table population disable trigger user')
    await become(state, settled[state])
    const { from } = await refuses(a.staff, 'linkEvidence', [more.id, id], 'INVALID_TRANSITION', ['nodeId'])
    expect(from).toBe(state)
    await refuses(a.staff, 'unlinkEvidence', [linked.id, id], 'INVALID_TRANSITION', ['nodeId'])
    await become(before, unsettled[state])
    await w.owner.query('alter table population enable trigger user')
  })

  it('in an engagement that is not examined now', async () => {
    const { id } = await work.brought(a.staff)
    await link(a.staff, id, work.nodes.Exception)
    for (const state of ['PLANNING', 'ISSUED', 'ARCHIVED', 'WITHDRAWN']) {
      await w.owner.query('update engagement set state = $2 where id = $1', [work.engagementId, state])
      await refuses(a.staff, 'linkEvidence', [id, work.nodes.Procedure], 'ENGAGEMENT_STATE', [])
      await refuses(a.staff, 'unlinkEvidence', [id, work.nodes.Exception], 'ENGAGEMENT_STATE', [])
    }
    await w.owner.query("update engagement set state = 'COMPLETION' where id = $1", [work.engagementId])
    await unlink(a.staff, id, work.nodes.Exception)
    await w.owner.query("update engagement set state = 'FIELDWORK' where id = $1", [work.engagementId])
  })

  it('what the other side links evidence to', async () => {
    const { client } = work
    const [papers, theirs] = [await work.brought(a.staff), await work.brought(client.respondent)]
    for (const act of ['linkEvidence', 'unlinkEvidence'] as const) {
      await refuses(a.manager, act, [theirs.id, work.responseId], 'FORBIDDEN', ['nodeId'])
      await refuses(client.admin, act, [theirs.id, work.communicatedId], 'FORBIDDEN', ['nodeId'])
      for (const type of kinds) {
        await refuses(client.admin, act, [theirs.id, work.nodes[type]], 'NOT_FOUND', ['nodeId'])
      }
      await refuses(client.admin, act, [papers.id, work.responseId], 'NOT_FOUND', ['evidenceId'])
      await refuses(client.admin, act, [theirs.id, other.responseId], 'NOT_FOUND', ['nodeId'])
      await refuses(other.client.admin, act, [theirs.id, other.responseId], 'NOT_FOUND', ['evidenceId'])
    }
  })

  it('what is not there, and what takes no evidence', async () => {
    const { id } = await work.brought(a.staff)
    for (const nodeId of [randomUUID(), work.controlId, work.engagementId, 'no id']) {
      await refuses(a.staff, 'linkEvidence', [id, nodeId], 'NOT_FOUND', ['nodeId'])
      await refuses(a.staff, 'unlinkEvidence', [id, nodeId], 'NOT_FOUND', ['nodeId'])
    }
    await refuses(a.staff, 'linkEvidence', [randomUUID(), work.nodes.Procedure], 'NOT_FOUND', ['evidenceId'])
    for (const person of [b.staff, a.admin]) {
      expect(await person.isDenied('linkEvidence', { evidenceId: id, nodeId: work.nodes.Procedure })).toMatch(
        /NOT_FOUND|FORBIDDEN/,
      )
    }
  })

  it('by the quality reviewer and by a client’s viewer', async () => {
    const { id } = await work.brought(work.client.respondent)
    const before = await w.digest()
    for (const act of ['linkEvidence', 'unlinkEvidence']) {
      const ids = { evidenceId: id, nodeId: work.nodes.Procedure }
      expect(await a.reviewer.isDenied(act, ids)).toBe('FORBIDDEN')
      expect(await work.client.viewer.isDenied(act, { ...ids, nodeId: work.responseId })).toBe('FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
  })

  it('a second link of the same, and taking back one that is not there', async () => {
    const { id } = await work.brought(a.staff)
    await refuses(a.staff, 'unlinkEvidence', [id, work.nodes.Procedure], 'NOT_FOUND', ['evidenceId'])
    await link(a.staff, id, work.nodes.Procedure)
    await refuses(a.senior, 'linkEvidence', [id, work.nodes.Procedure], 'ALREADY_EXISTS', ['evidenceId'])
  })

  it('the 21st piece of evidence of a result', async () => {
    const own = await linkable(w, a)
    for (let nth = 0; nth < 20; nth += 1) await link(a.staff, (await own.brought(a.staff)).id, own.nodes.Result)
    const { id } = await own.brought(a.staff)
    await refuses(a.staff, 'linkEvidence', [id, own.nodes.Result], 'LIMIT_REACHED', ['nodeId'])
  })
})

it('evidence of a hundred results is read with one statement for the links and one for the files', async () => {
  const own = await fieldwork(w, a)
  const population = await own.frozen(`id\n${Array.from({ length: 50 }, (_, at) => `K-${at}\n`).join('')}`)
  const { id: procedureId } = await own.procedure()
  const draw = { basis: 'JUDGMENT', method: 'ENTIRE_POPULATION', sizeReason: 'There are fifty.' }
  const { sample } = await a.staff.does(
    'drawSample',
    { procedureId, populationId: population.id, ...draw },
    'sample { id items(first: 50) { nodes { id } } }',
  )
  const results = sample.items.nodes.flatMap(({ id }: { id: string }) =>
    ['A', 'B'].map((attribute) => ({ sampleItemId: id, attribute, outcome: 'NO_DEVIATION' })),
  )
  await a.staff.does('recordResults', { procedureId, results })
  const brought = (name: string) => a.staff.brings(own.engagementId, { name, content: `id,seen\n${name},2025-03-01\n` })
  const evidence = [await brought('first.csv'), await brought('second.csv'), await brought('third.csv')]
  await w.owner.query(
    `insert into evidence_link (firm_id, id, engagement_id, client_id, evidence_id, node_type, node_id, sample_id, created_by, created_at)
     select r.firm_id, gen_random_uuid(), r.engagement_id, e.client_id, e.id, 'Result', r.id, r.sample_id, e.created_by, now()
     from result r, evidence e where r.sample_id = $1 and e.id = any($2)`,
    [sample.id, evidence.map(({ id }) => id)],
  )
  const query = (first: number) =>
    `query ($id: ID!) { sample(id: $id) { items(first: ${first}) { nodes { results { evidence { id sha256 } } } } } }`
  const read = async (first: number) =>
    sentDuring(async () => (await a.manager.gql(query(first), { id: sample.id })).sample.items.nodes)
  const [many, few] = [await read(50), await read(1)]
  const listed = many.answer.flatMap((item: any) => item.results.map((one: any) => one.evidence.length))
  expect(listed).toEqual(Array.from({ length: 100 }, () => 3))
  expect(many.sent.length).toBe(few.sent.length)
  const reading = (table: string) => many.sent.filter(({ sql }) => sql.includes(`from "${table}"`)).length
  expect([reading('evidence_link'), reading('evidence')]).toEqual([1, 1])
})
