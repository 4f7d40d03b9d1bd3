import { beforeAll, describe, expect, it } from 'vitest'
import { type Chain, chain } from '../support/chain.js'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { tamper } from '../support/tampering.js'
import { world } from '../support/world.js'

// What stands beside a digest is compared with it: by `verifyEngagement`, and on reading what is shown or used.

const lines: string[] = []
const w = await world(undefined, { lines })
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')

const verify = async (engagementId: string, items = '') =>
  (
    await a.manager.gql(
      `query ($id: ID!) { verifyEngagement(engagementId: $id${items}) { intact trail { firstBroken { position } } mismatches { nodeType nodeId reason } } }`,
      { id: engagementId },
    )
  ).verifyEngagement
const whole = { intact: true, trail: { firstBroken: null }, mismatches: [] }
const named = (nodeType: string, nodeId: string, reason: string) => ({
  intact: false,
  trail: { firstBroken: null },
  mismatches: [{ nodeType, nodeId, reason }],
})

/** Changes one row as a superuser, looks, and puts everything back as it was. */
async function damaged<T>(table: string, id: string, set: string, look: () => Promise<T>): Promise<T> {
  const { rows } = await w.owner.query(`select to_jsonb(r) as row from ${table} r where id = $1`, [id])
  const put: [string, unknown[]] = [
    `insert into ${table} select (jsonb_populate_record(null::${table}, $1)).*`,
    [rows[0].row],
  ]
  const change = set === 'delete' ? `delete from ${table} where id = $1` : `update ${table} set ${set} where id = $1`
  await tamper(w.owner, [change, [id]])
  try {
    return await look()
  } finally {
    await tamper(w.owner, [`delete from ${table} where id = $1`, [id]], put)
  }
}

describe('an issued engagement', () => {
  let work: Chain
  let reportId: string
  let versionId: string
  beforeAll(async () => {
    work = await chain(a, client)
    await work.readyToIssue()
    reportId = (await work.issue()).report.id
    const { rows } = await w.owner.query('select id from response_version where engagement_id = $1', [
      work.engagementId,
    ])
    versionId = rows[0].id
  })

  it('agrees with its digests where it was not touched', async () => {
    expect(await verify(work.engagementId)).toEqual(whole)
    expect(await verify(work.engagementId, ', items: false')).toEqual(whole)
  })

  const forged = `model = replace(model, 'QUALIFIED', 'UNQUALIFIED')`
  const rehashed = `${forged}, sha256 = encode(sha256(convert_to(replace(model, 'QUALIFIED', 'UNQUALIFIED'), 'UTF8')), 'hex')`
  it.each([
    ['report', forged, 'CONTENT_ALTERED'],
    ['report', `model = 'no JSON'`, 'CONTENT_ALTERED'],
    ['report', rehashed, 'ALTERED'],
    ['report', `dated_on = dated_on + 1`, 'ALTERED'],
    ['report', `number = '2026-9999'`, 'ALTERED'],
    ['report', 'delete', 'REMOVED'],
    ['response_version', `content = jsonb_set(content, '{rootCause}', '"There was none."')`, 'CONTENT_ALTERED'],
    ['response_version', `sha256 = repeat('0', 64)`, 'CONTENT_ALTERED'],
    ['response_version', 'submitted_by = gen_random_uuid()', 'ALTERED'],
    ['response_version', 'delete', 'REMOVED'],
  ])('of which the %s was changed (%s) is not intact: %s', async (table, set, reason) => {
    const id = table === 'report' ? reportId : versionId
    const found = await damaged(table, id, set, () => verify(work.engagementId))
    const type = table === 'report' ? 'Report' : 'ResponseVersion'
    expect(found.intact).toBe(false)
    expect(found.mismatches).toContainEqual({ nodeType: type, nodeId: id, reason })
    expect(await verify(work.engagementId)).toEqual(whole)
  })

  it('of which the checkpoint in the report was changed is not intact', async () => {
    const other = `checkpoint = replace(checkpoint, '"position":', '"position":1')`
    const found = await damaged('report', reportId, other, () => verify(work.engagementId))
    expect(found.mismatches).toContainEqual({ nodeType: 'Report', nodeId: reportId, reason: 'CHECKPOINT_FORGED' })
  })

  const ofReport = (fields: string) => `query ($id: ID!) { engagement(id: $id) { report { ${fields} } } }`
  it.each([
    ['model', () => ofReport('model')],
    ['html', () => ofReport('html')],
  ])('does not show a forged report as its %s, to any caller, however often it is asked for', async (field, query) => {
    lines.length = 0
    const answers = await damaged('report', reportId, forged, async () => {
      const asked = []
      for (const person of [client.viewer, a.partner, a.partner, a.partner]) {
        asked.push(await person.ask(query(), { id: work.engagementId }))
      }
      return asked
    })
    for (const { data, errors } of answers) {
      expect(data).toEqual({ engagement: { report: null } })
      expect(errors).toMatchObject([
        {
          path: ['engagement', 'report', field],
          extensions: { code: 'DIGEST_MISMATCH', nodeType: 'Report', nodeId: reportId, requestId: expect.any(String) },
        },
      ])
      const told = lines.map((line) => JSON.parse(line))
      expect(told).toContainEqual(expect.objectContaining({ level: 50, requestId: errors?.[0]?.extensions.requestId }))
    }
    expect(`${JSON.stringify(answers)} ${lines.join(' ')}`).not.toContain('UNQUALIFIED')
    const { errors } = await client.viewer.ask(query(), { id: work.engagementId })
    expect(errors).toBeUndefined()
  })

  it('does not show a response other than the one submitted, and its other fields still', async () => {
    const asked = `query ($id: ID!) { node(id: $id) { ... on ResponseVersion { number content { rootCause } } } }`
    const altered = `content = jsonb_set(content, '{rootCause}', '"There was none."')`
    for (const person of [client.admin, a.partner]) {
      const { data, errors } = await damaged('response_version', versionId, altered, () =>
        person.ask(asked, { id: versionId }),
      )
      expect(data).toEqual({ node: null })
      expect(errors).toMatchObject([{ extensions: { code: 'DIGEST_MISMATCH', nodeType: 'ResponseVersion' } }])
      expect(JSON.stringify(errors)).not.toContain('There was none.')
      expect((await person.gql(asked, { id: versionId })).node.number).toBe(1)
    }
  })
})

it('a report is not composed, and not issued, over a response that was changed', async () => {
  const work = await chain(a, client)
  await work.readyToIssue()
  const { rows } = await w.owner.query('select id from response_version where engagement_id = $1', [work.engagementId])
  const altered = `content = jsonb_set(content, '{rootCause}', '"There was none."')`
  const input = { engagementId: work.engagementId, expectedVersion: await work.version(work.engagementId) }
  await damaged('response_version', rows[0].id, altered, async () => {
    const before = await w.digest()
    const draft = await a.partner.ask('query ($id: ID!) { engagement(id: $id) { draftReport { model } } }', {
      id: work.engagementId,
    })
    expect(draft.errors?.[0]?.extensions.code).toBe('DIGEST_MISMATCH')
    expect(await a.partner.isDenied('issueOpinion', input)).toBe('DIGEST_MISMATCH')
    expect(await w.digest()).toBe(before)
  })
  expect((await work.issue()).engagement.state).toBe('ISSUED')
})

describe('fieldwork', () => {
  let work: Fieldwork
  let populationId: string
  const samples: string[] = []
  beforeAll(async () => {
    work = await fieldwork(w, a)
    populationId = (await work.frozen(changes(300), { dateColumn: 'merged' })).id
    await work.draft()
    for (const how of [
      { method: 'RANDOM' },
      { method: 'STRATIFIED', stratumColumn: 'author' },
      { method: 'HAPHAZARD', itemKeys: ['C-3', 'C-7', 'C-9', 'C-11', 'C-12'] },
    ]) {
      const { id } = await work.procedure()
      const input = { procedureId: id, populationId, basis: 'JUDGMENT', size: 5, sizeReason: 'A rehearsal.', ...how }
      samples.push((await a.staff.does('drawSample', input, 'sample { id }')).sample.id)
    }
  })
  const item = async (sample: number) =>
    (await w.owner.query('select id from sample_item where sample_id = $1 and position = 2', [samples[sample]])).rows[0]
      .id

  it('agrees with its digests where it was not touched', async () => {
    expect(await verify(work.engagementId)).toEqual(whole)
  })

  it.each([
    ['an item of it was changed', `update population_item set cells = array['C-5', 'x', 'y', 'z']`, ''],
    ['an item of it was removed', 'delete from population_item', ''],
  ])('of whose population %s is not intact, nor are its samples', async (_what, change) => {
    const where = ' where population_id = $1 and ordinal = 5'
    await tamper(
      w.owner,
      [`create table kept as select * from population_item ${where.replace('$1', `'${populationId}'`)}`],
      [change + where, [populationId]],
    )
    const found = await verify(work.engagementId)
    const unseen = await verify(work.engagementId, ', items: false')
    await tamper(
      w.owner,
      [`delete from population_item ${where}`, [populationId]],
      ['insert into population_item select * from kept'],
      ['drop table kept'],
    )
    expect(found.intact).toBe(false)
    expect(found.mismatches).toEqual(
      expect.arrayContaining([
        { nodeType: 'Population', nodeId: populationId, reason: 'CONTENT_ALTERED' },
        ...samples.map((nodeId) => ({ nodeType: 'Sample', nodeId, reason: 'NOT_REDRAWN' })),
      ]),
    )
    expect(found.mismatches).toHaveLength(4)
    expect(unseen).toEqual(whole)
    expect(await verify(work.engagementId)).toEqual(whole)
  })

  it.each([0, 1, 2])('of whose sample %i an item was exchanged is not intact', async (at) => {
    const key = `item_key = 'C-none'`
    const id = await item(at)
    const found = await damaged('sample_item', id, key, () => verify(work.engagementId))
    expect(found.mismatches).toEqual([
      { nodeType: 'SampleItem', nodeId: id, reason: 'ALTERED' },
      { nodeType: 'Sample', nodeId: samples[at], reason: 'NOT_REDRAWN' },
    ])
  })

  it.each([
    ['population', `digest = repeat('0', 64)`, ['ALTERED', 'CONTENT_ALTERED']],
    ['sample', `seed = 'another seed'`, ['ALTERED', 'NOT_REDRAWN']],
    ['sample', `parameters = 'no JSON'`, ['ALTERED', 'NOT_REDRAWN']],
    ['sample', `parameters = '{"draws":[-1],"stratumColumn":null,"extensions":[]}'`, ['ALTERED', 'NOT_REDRAWN']],
    ['sample', `parameters = 'null'`, ['ALTERED', 'NOT_REDRAWN']],
  ])('of whose %s the record was changed (%s) is not intact', async (table, set, reasons) => {
    const id = table === 'population' ? populationId : (samples[0] as string)
    const found = await damaged(table, id, set, () => verify(work.engagementId))
    const own = found.mismatches.filter(({ nodeId }: { nodeId: string }) => nodeId === id)
    expect(own.map(({ reason }: { reason: string }) => reason).sort()).toEqual(reasons)
  })

  it('whose population was exchanged with its digest is not intact: the trail says what it was', async () => {
    // Consistently: the items, the population's digest and the digest recorded with each sample.
    const set = `digest = repeat('1', 64), item_count = 0, import_id = gen_random_uuid()`
    const found = await damaged('population', populationId, set, () => verify(work.engagementId, ', items: false'))
    expect(found).toEqual(named('Population', populationId, 'ALTERED'))
  })

  it('is one operation’s worth: twice in one is refused', async () => {
    const { errors } = await a.manager.ask(
      'query ($id: ID!) { a: verifyEngagement(engagementId: $id) { intact } b: verifyEngagement(engagementId: $id) { intact } }',
      { id: work.engagementId },
    )
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })
})
