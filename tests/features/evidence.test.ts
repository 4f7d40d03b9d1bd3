import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { staffedEngagement } from '../support/engagements.js'
import { ordinary } from '../support/files.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')
const other = await a.client('Heron Payments')
const outsider = await a.person('Otto Outsider of Ashdown', 'MANAGER')
const engagementId = await staffedEngagement(a, client)
await a.client('Nightjar')

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')
const file = { name: 'changes.csv', content: 'id,merged\nC-1,2025-03-01\n' }
const all = `id version fileName byteCount mediaType sha256 origin source coversFrom coversTo state isOfClient periodCheck
  removedReason removedAt broughtBy { id } engagement { id } supersedes { id } supersededBy { id } downloadUrl`

const read = async (person: Person, id: string, selection = all) =>
  (await person.gql(`query ($id: ID!) { evidence(id: $id) { ${selection} } }`, { id })).evidence

const ticket = async (person: Person, said: object = {}) =>
  (
    await person.does(
      'createUpload',
      { engagementId, fileName: file.name, ...ordinary, ...said },
      'upload { evidenceId url byteCountMax expiresAt }',
    )
  ).upload

describe('a file that is brought', () => {
  it('is known by its digest, and can be got again as it was', async () => {
    const said = { coversFrom: '2025-01-01', coversTo: '2025-12-31' }
    const { id } = await a.staff.brings(engagementId, file, said)
    const evidence = await read(a.manager, id)
    expect(evidence).toMatchObject({
      id,
      version: 1,
      fileName: 'changes.csv',
      byteCount: file.content.length,
      mediaType: 'text/csv',
      sha256: sha256(file.content),
      ...ordinary,
      ...said,
      state: 'AVAILABLE',
      isOfClient: false,
      periodCheck: 'WITHIN',
      broughtBy: { id: a.staff.memberId },
      engagement: { id: engagementId },
      supersedes: null,
      supersededBy: null,
    })
    const got = await w.get(evidence.downloadUrl)
    expect(got.statusCode).toBe(200)
    expect(got.body).toBe(file.content)
    expect(got.headers).toMatchObject({
      'content-type': 'text/csv',
      'content-disposition': "attachment; filename*=UTF-8''changes.csv",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'repr-digest': `sha-256=:${createHash('sha256').update(file.content).digest('base64')}:`,
    })
  })

  it('stands in the trail of the engagement with who brought it', async () => {
    const { id } = await a.senior.brings(engagementId, { name: 'note.txt', content: 'seen' })
    const { engagement } = await a.partner.gql(
      'query ($id: ID!) { engagement(id: $id) { trail(last: 1) { nodes { action actorName nodeType nodeId } } } }'.replace(
        'last: 1',
        'first: 100',
      ),
      { id: engagementId },
    )
    expect(engagement.trail.nodes.at(-1)).toEqual({
      action: 'createUpload',
      actorName: a.senior.name,
      nodeType: 'Evidence',
      nodeId: id,
    })
    const { verifyEngagement } = await a.partner.gql(
      'query ($id: ID!) { verifyEngagement(engagementId: $id) { intact mismatches { nodeType nodeId reason } } }',
      { id: engagementId },
    )
    expect(verifyEngagement).toEqual({ intact: true, mismatches: [] })
  })

  it('whose key or digest was changed behind the service is named by verifyEngagement', async () => {
    const { id } = await a.staff.brings(engagementId, { name: 'kept.txt', content: 'kept' })
    const verified = async () =>
      (
        await a.partner.gql(
          'query ($id: ID!) { verifyEngagement(engagementId: $id) { mismatches { nodeType nodeId reason } } }',
          { id: engagementId },
        )
      ).verifyEngagement.mismatches
    const erase = `update stored_file set removed_at = $2, wrapped_key = null, firm_key_id = null
      where id = (select stored_file_id from evidence where id = $1) returning id`
    expect(await verified()).toEqual([])
    const client = await w.owner.connect()
    const { rows } = await client.query(
      'select f.* from stored_file f join evidence e on e.stored_file_id = f.id where e.id = $1',
      [id],
    )
    await client.query(erase, [id, new Date()])
    expect(await verified()).toEqual([{ nodeType: 'Evidence', nodeId: id, reason: 'CONTENT_ALTERED' }])
    await client.query('update stored_file set removed_at = null, wrapped_key = $2, firm_key_id = $3 where id = $1', [
      rows[0].id,
      rows[0].wrapped_key,
      rows[0].firm_key_id,
    ])
    client.release()
    expect(await verified()).toEqual([])
  })

  it('is taken once for its ticket: the same bytes are answered again, others are refused', async () => {
    const { url, evidenceId } = await ticket(a.staff)
    const first = await w.put(url, file.content)
    const before = await w.digest()
    const again = await w.put(url, file.content)
    expect([first.statusCode, again.statusCode]).toEqual([201, 201])
    expect(again.json()).toEqual(first.json())
    expect(again.json().evidence.id).toBe(evidenceId)
    const different = await w.put(url, 'something else')
    expect(different.statusCode).toBe(409)
    expect(different.json().errors[0].extensions.code).toBe('ALREADY_EXISTS')
    expect(await w.digest()).toBe(before)
  })

  it('may come as a form', async () => {
    const { url } = await ticket(a.staff)
    const form = Buffer.from(
      `--edge\r\ncontent-disposition: form-data; name="why"\r\n\r\nbecause\r\n--edge\r\ncontent-disposition: form-data; name="file"; filename="x.exe"\r\ncontent-type: text/html\r\n\r\n${file.content}\r\n--edge--\r\n`,
    )
    const { statusCode, body } = await w.app.inject({
      method: 'POST',
      url: new URL(url).pathname,
      headers: { 'content-type': 'multipart/form-data; boundary=edge' },
      payload: form,
    })
    expect(statusCode, body).toBe(201)
    expect(JSON.parse(body).evidence).toMatchObject({ fileName: file.name, sha256: sha256(file.content) })
  })

  it('is one file in the storage, and several pieces of evidence, when it is brought again', async () => {
    const same = { name: 'policy.txt', content: `a policy ${randomBytes(8).toString('hex')}` }
    const [first, second, third] = [
      await a.staff.brings(engagementId, same),
      await a.senior.brings(engagementId, same),
      await client.respondent.brings(engagementId, same),
    ]
    expect(new Set([first.id, second.id, third.id]).size).toBe(3)
    const { rows } = await w.owner.query(
      'select count(distinct stored_file_id)::int as n from evidence where sha256 = $1',
      [sha256(same.content)],
    )
    expect(rows).toEqual([{ n: 1 }])
    for (const one of [first, second]) {
      expect((await w.get((await read(a.manager, one.id)).downloadUrl)).body).toBe(same.content)
    }
  })

  it('waits for no long act in the same engagement, such as an import', async () => {
    const holder = await w.owner.connect()
    try {
      await holder.query('begin')
      await holder.query('select 1 from engagement where id = $1 for share', [engagementId])
      const began = performance.now()
      expect((await a.staff.brings(engagementId, file)).sha256).toBe(sha256(file.content))
      expect(performance.now() - began).toBeLessThan(5_000)
    } finally {
      await holder.query('rollback')
      holder.release()
    }
  })

  it('supersedes another one, which stays as it is', async () => {
    const old = await a.staff.brings(engagementId, file)
    const newer = await a.staff.brings(engagementId, { ...file, content: 'id\nC-2\n' }, { supersedesId: old.id })
    expect(await read(a.manager, newer.id)).toMatchObject({ supersedes: { id: old.id }, supersededBy: null })
    expect(await read(a.manager, old.id)).toMatchObject({ version: 1, supersededBy: { id: newer.id } })
    const { errors } = await a.staff.tryTo('createUpload', {
      engagementId,
      fileName: 'third.csv',
      ...ordinary,
      supersedesId: old.id,
    })
    expect(errors).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['supersedesId'] }])
  })
})

describe('the walls before a file', () => {
  it('keep it from other firms, other teams and other clients, by id and by link', async () => {
    const { id } = await a.staff.brings(engagementId, file)
    for (const person of [outsider, a.admin, b.partner, client.admin, client.viewer, other.admin]) {
      const { data, errors } = await person.ask('query ($id: ID!) { evidence(id: $id) { id } }', { id })
      expect(data?.evidence ?? null, person.name).toBeNull()
      if (errors) expect(errors[0]?.extensions.code).toBe('FORBIDDEN')
    }
    const { downloadUrl } = await read(a.staff, id)
    const forged = downloadUrl.slice(0, -2) + (downloadUrl.endsWith('AA') ? 'BB' : 'AA')
    const unknown = await w.get(forged)
    expect(unknown.statusCode).toBe(404)
    await w.owner.query('update team_member set removed_at = now() where member_id = $1', [a.staff.memberId])
    const left = await w.get(downloadUrl)
    await w.owner.query('update team_member set removed_at = null where member_id = $1', [a.staff.memberId])
    expect([left.statusCode, left.body]).toEqual([404, unknown.body])
  })

  it('show people of the client what the client brought, and not what the auditor brought', async () => {
    const theirs = await client.respondent.brings(engagementId, { name: 'ours.txt', content: 'ours' })
    const papers = await a.staff.brings(engagementId, { name: 'papers.txt', content: 'papers' })
    const query = 'query ($id: ID!) { engagement(id: $id) { evidence(first: 100) { totalCount nodes { id } } } }'
    const { engagement } = await client.viewer.gql(query, { id: engagementId })
    const ids = engagement.evidence.nodes.map((one: { id: string }) => one.id)
    expect(ids).toContain(theirs.id)
    expect(ids).not.toContain(papers.id)
    expect((await w.get((await read(client.viewer, theirs.id)).downloadUrl)).body).toBe('ours')
    expect((await read(a.staff, theirs.id)).isOfClient).toBe(true)
  })
})

describe('what is refused, with nothing left of it', () => {
  const names = () => w.owner.query('select count(*)::int as n from stored_file')
  const refusals: [string, object, string, string][] = [
    ['taken by the auditor, as the client says', { origin: 'TAKEN_BY_AUDITOR' }, 'origin', 'INVALID_INPUT'],
    ['half a period', { coversFrom: '2025-01-01' }, 'coversTo', 'INVALID_INPUT'],
    [
      'a period that ends before it begins',
      { coversFrom: '2025-02-01', coversTo: '2025-01-01' },
      'coversTo',
      'INVALID_INPUT',
    ],
    ['a size beyond the limit', { byteCountMax: 6_000_000_000 }, 'byteCountMax', 'INVALID_INPUT'],
    ['a name with a line break', { fileName: 'a\nb.csv' }, 'fileName', 'INVALID_INPUT'],
  ]
  it.each(refusals)('%s', async (_, said, path, code) => {
    const before = await w.digest()
    const { errors } = await client.respondent.tryTo('createUpload', {
      engagementId,
      fileName: file.name,
      ...ordinary,
      ...said,
    })
    expect(errors).toMatchObject([{ code, path: [path] }])
    expect(await w.digest()).toBe(before)
  })

  it('a name that leads into a folder', async () => {
    const before = await w.digest()
    for (const fileName of ['../../etc/passwd.csv', 'a\\b.csv']) {
      const { errors } = await a.staff.tryTo('createUpload', { engagementId, fileName, ...ordinary })
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['fileName'] }])
    }
    expect(await w.digest()).toBe(before)
  })

  it('an empty file: its address takes the true one afterwards', async () => {
    const { url } = await ticket(a.staff)
    const before = await w.digest()
    const empty = await w.put(url, '')
    expect([empty.statusCode, empty.json().errors[0].extensions.code]).toEqual([422, 'INVALID_INPUT'])
    expect(await w.digest()).toBe(before)
    expect((await w.put(url, file.content)).statusCode).toBe(201)
  })

  it('a file that is to supersede itself', async () => {
    const old = await a.staff.brings(engagementId, file)
    const { url } = await ticket(a.staff, { supersedesId: old.id })
    const before = await w.digest()
    const same = await w.put(url, file.content)
    expect([same.statusCode, same.json().errors[0].extensions]).toMatchObject([422, { path: ['supersedesId'] }])
    expect(await w.digest()).toBe(before)
  })

  it('a file sent again that was removed since', async () => {
    const { url, evidenceId } = await ticket(a.staff)
    await w.put(url, file.content)
    await a.manager.does('removeEvidence', { evidenceId, expectedVersion: 1, reason: 'By mistake.' })
    const before = await w.digest()
    const again = await w.put(url, file.content)
    expect([again.statusCode, again.json().errors[0].extensions.code]).toEqual([422, 'INVALID_TRANSITION'])
    expect(await w.digest()).toBe(before)
  })

  it('what the auditor has read, to the client who would take it back', async () => {
    const { id } = await client.respondent.brings(engagementId, { name: 'list.txt', content: 'It speaks against it.' })
    await w.get((await read(a.staff, id)).downloadUrl)
    const before = await w.digest()
    const { errors } = await client.admin.tryTo('removeEvidence', { evidenceId: id, expectedVersion: 1, reason: 'No.' })
    expect(errors).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'EVIDENCE_NEEDED' }] }])
    expect(await w.digest()).toBe(before)
  })

  it('an opening of what cannot be read', async () => {
    const { id, sha256: contentDigest } = await a.staff.brings(engagementId, file)
    for (const state of ['PENDING', 'INFECTED']) {
      await w.owner.query('update evidence set state = $2 where id = $1', [id, state])
      const before = await w.digest()
      const { errors } = await a.staff.tryTo('recordOpened', { nodeId: id, contentDigest })
      expect(errors, state).toMatchObject([{ code: 'INVALID_TRANSITION', path: ['nodeId'] }])
      expect(await w.digest()).toBe(before)
    }
    await w.owner.query("update evidence set state = 'AVAILABLE' where id = $1", [id])
  })

  it('a file that is larger than its ticket says', async () => {
    const { url } = await ticket(a.staff, { byteCountMax: 10 })
    const before = await w.digest()
    const { statusCode, body } = await w.put(url, file.content)
    expect([statusCode, JSON.parse(body).errors[0].extensions.code]).toEqual([413, 'BAD_USER_INPUT'])
    expect(await w.digest()).toBe(before)
  })

  it('a ticket of somebody whose membership was disabled, and one that expired', async () => {
    const gone = await a.person('Gerd Gone', 'STAFF')
    await a.partner.does('addTeamMember', { engagementId, memberId: gone.memberId, role: 'STAFF' })
    const { viewer } = await gone.gql('{ viewer { teamInvitations { teamMember { id version } } } }')
    await gone.does('confirmIndependence', {
      teamMemberId: viewer.teamInvitations[0].teamMember.id,
      expectedVersion: viewer.teamInvitations[0].teamMember.version,
      statement: 'I am independent of this client.',
    })
    const { url } = await ticket(gone)
    await w.owner.query("update member set state = 'DISABLED' where id = $1", [gone.memberId])
    const before = [await w.digest(), (await names()).rows]
    expect((await w.put(url, file.content)).statusCode).toBe(401)
    expect([await w.digest(), (await names()).rows]).toEqual(before)
    expect((await w.put(`${url.slice(0, -4)}AAAA`, file.content)).statusCode).toBe(404)
  })
})
