import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { makeLink } from '../../src/features/evidence/download-link.js'
import { SecretBox } from '../../src/kernel/store/secret-box.js'
import { confirms, staffedEngagement } from '../support/engagements.js'
import { pathOf } from '../support/files.js'
import { listening } from '../support/listening.js'
import { type Received, sends, talkative, until } from '../support/sending.js'
import { type Person, world } from '../support/world.js'

const lines: string[] = []
const w = await world(talkative(lines), { pace: { answer: 1_000 } })
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const engagementId = await staffedEngagement(a, client)
const { address } = await listening(w)
const { storage } = w.queue.files
const folder = join(storage.incoming, '..')
/** Every file of the storage that was opened to be read. */
const opened: Readable[] = []
const read = storage.read.bind(storage)
storage.read = async (...what) => {
  const stream = await read(...what)
  opened.push(stream)
  return stream
}
const links: string[] = []

const sha256Of = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')
const bring = (content: string | Buffer, name = 'changes.bin') => a.staff.brings(engagementId, { name, content })

/** The address of a file for a person, as the service gives it. */
async function linkOf(person: Person, id: string): Promise<string> {
  const { evidence } = await person.gql('query ($id: ID!) { evidence(id: $id) { downloadUrl } }', { id })
  const path = pathOf(evidence.downloadUrl)
  links.push(path.slice('/files/'.length))
  return `${address}${path}`
}

const get = (url: string, headers: Record<string, string> = {}) => sends('GET', url, null, headers)

const openings = async (id: string): Promise<number> =>
  (await w.owner.query('select count(*)::int as n from opening where node_id = $1', [id])).rows[0].n

/** Where the encrypted bytes of a piece of evidence lie. */
async function placeOf(id: string): Promise<string> {
  const { rows } = await w.owner.query(
    `select f.firm_id || '/' || f.sha256 || '/' || f.id as key
     from evidence e join stored_file f on f.firm_id = e.firm_id and f.id = e.stored_file_id where e.id = $1`,
    [id],
  )
  return join(folder, rows[0].key)
}

/** What the log says of a request. */
const saidOf = ({ headers }: Received) =>
  lines
    .map((line) => JSON.parse(line))
    .filter(({ requestId, reqId, level }) => level >= 50 && [requestId, reqId].includes(headers['x-request-id']))

// Three chunks of 65,536 bytes, the last one short.
const size = 150_000
const content = randomBytes(size)
const big = await bring(content)

describe('a file', () => {
  it('comes whole, with its digest, and what it may be used for', async () => {
    const got = await get(await linkOf(a.manager, big.id))
    expect([got.status, got.isWhole, sha256Of(got.body)]).toEqual([200, true, sha256Of(content)])
    expect(got.headers).toMatchObject({
      'content-length': `${size}`,
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      etag: `"${big.sha256}"`,
      'repr-digest': `sha-256=:${Buffer.from(big.sha256, 'hex').toString('base64')}:`,
      'cache-control': 'no-store',
    })
    expect(got.headers['content-encoding']).toBeUndefined()
  })

  it('is described to HEAD as to GET, with nothing of it sent and no opening noted', async () => {
    const url = await linkOf(a.manager, big.id)
    const whole = await get(url)
    const before = await openings(big.id)
    for (const headers of [{}, { range: 'bytes=0-9' }] as Record<string, string>[]) {
      const got = await sends('HEAD', url, null, headers)
      expect([got.status, got.body.length]).toEqual([200, 0])
      const { date: _, 'x-request-id': __, connection: ___, ...said } = whole.headers
      expect(got.headers).toMatchObject(said)
    }
    expect(await openings(big.id)).toBe(before)
  })

  it.each([
    ['the first byte', 'bytes=0-0', 0, 1],
    ['the last byte', `bytes=${size - 1}-`, size - 1, size],
    ['some in the middle', 'bytes=70000-70009', 70_000, 70_010],
    ['some over the end of a chunk', 'bytes=65530-65545', 65_530, 65_546],
    ['a chunk to the byte', 'bytes=65536-131071', 65_536, 131_072],
    ['over all chunks', 'bytes=1-149998', 1, size - 1],
    ['the last ones', 'bytes=-10', size - 10, size],
    ['as many as there are, at the end', 'bytes=-999999', 0, size],
    ['beyond the end', 'bytes=149990-999999', 149_990, size],
  ])('comes in parts: %s', async (_, range, from, to) => {
    const got = await get(await linkOf(a.manager, big.id), { range })
    expect([got.status, got.headers['content-range']]).toEqual([206, `bytes ${from}-${to - 1}/${size}`])
    expect([got.headers['content-length'], got.isWhole]).toEqual([`${to - from}`, true])
    expect(got.body.equals(content.subarray(from, to))).toBe(true)
  })

  it.each(['bytes=150000-', 'bytes=150000-150001', 'bytes=-0'])(
    'has no part %s, and says its length',
    async (range) => {
      const before = await openings(big.id)
      const got = await get(await linkOf(a.manager, big.id), { range })
      expect([got.status, got.headers['content-range']]).toEqual([416, `bytes */${size}`])
      expect(JSON.parse(got.body.toString())).toEqual({
        errors: [{ message: `The file has ${size} bytes.`, extensions: { code: 'BAD_USER_INPUT' } }],
      })
      for (const name of ['etag', 'repr-digest', 'content-disposition']) expect(got.headers[name]).toBeUndefined()
      expect(await openings(big.id)).toBe(before)
    },
  )

  it.each(['bytes=0-1,4-5', 'bytes=9-1', 'bytes=-', 'lines=1-2', 'bytes=a-b', `bytes=${'9'.repeat(30)}-`])(
    'comes whole where what is asked for is no single range: %s',
    async (range) => {
      const got = await get(await linkOf(a.manager, big.id), { range })
      expect([got.status, got.body.equals(content)]).toEqual([200, true])
    },
  )

  it('comes in parts only of the content that the caller has begun with', async () => {
    const url = await linkOf(a.manager, big.id)
    const same = await get(url, { range: 'bytes=10-19', 'if-range': `"${big.sha256}"` })
    expect([same.status, same.body.equals(content.subarray(10, 20))]).toEqual([206, true])
    const other = await get(url, { range: 'bytes=10-19', 'if-range': `"${'0'.repeat(64)}"` })
    expect([other.status, other.body.equals(content)]).toEqual([200, true])
  })

  it('that the caller has already does not come again, nor is it noted', async () => {
    const url = await linkOf(a.manager, big.id)
    const before = await openings(big.id)
    for (const tag of [`"${big.sha256}"`, `W/"${big.sha256}"`, `"a", "${big.sha256}"`, '*']) {
      const got = await get(url, { 'if-none-match': tag })
      expect([tag, got.status, got.body.length, got.headers.etag]).toEqual([tag, 304, 0, `"${big.sha256}"`])
    }
    expect(await openings(big.id)).toBe(before)
    expect((await get(url, { 'if-none-match': '"other"' })).status).toBe(200)
  })

  it.each([
    ['page.html', '<!doctype html><script>alert(1)</script>'],
    ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['report.pdf', '%PDF-1.7\n%\u00ff\n1 0 obj\n'],
    ['script.js', 'alert(1)'],
  ])('%s is for keeping, never for showing', async (name, text) => {
    const { id } = await bring(text, name)
    const got = await get(await linkOf(a.manager, id), { accept: 'text/html', 'accept-encoding': 'br, gzip' })
    expect(got.headers).toMatchObject({
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-site',
    })
    expect(got.body.toString()).toBe(text)
  })

  it.each([
    ['quotes and separators', `a";filename=evil.exe;'%2F.txt`],
    ['letters of other languages', 'Bericht für Zürich – 変更.txt'],
    ['an emoji', 'done \u{1f389}.txt'],
    ['letters that are written from right to left', 'דוח ביקורת.txt'],
  ])('keeps its name, with %s', async (_, name) => {
    const { id } = await bring('text', name)
    const got = await get(await linkOf(a.manager, id))
    const said = got.headers['content-disposition'] as string
    expect(said).toMatch(/^attachment; filename\*=UTF-8''[\w.~%!#$&+^`|-]+$/)
    expect(decodeURIComponent(said.slice(said.indexOf("''") + 2))).toBe(name)
  })
})

it.each(['invoice\u202ecod.txt', 'two\nlines.txt', 'two\r\nx-header: lines.txt', 'nothing\u0000.txt'])(
  'a file has no name that reads as another one, or ends a header: %j',
  async (fileName) => {
    const before = await w.digest()
    const said = { origin: 'SOURCE_SYSTEM_REPORT', source: 'The ticket system' }
    const { errors } = await a.staff.tryTo('createUpload', { engagementId, fileName, ...said })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['fileName'] }])
    expect(await w.digest()).toBe(before)
  },
)

describe('that a file was opened', () => {
  it('is noted once for each whole download, with who and the digest', async () => {
    const { id, sha256 } = await bring('opened twice', 'note.txt')
    const url = await linkOf(a.manager, id)
    await get(url)
    await get(url)
    const { rows } = await w.owner.query(
      'select created_by, node_type, content_digest from opening where node_id = $1',
      [id],
    )
    const one = { created_by: a.manager.memberId, node_type: 'Evidence', content_digest: sha256 }
    expect(rows).toEqual([one, one])
  })

  it('is noted once for a download in parts, also where the first byte is not among them, and again after a while', async () => {
    const { id } = await bring(randomBytes(1_000))
    const url = await linkOf(a.manager, id)
    for (const range of ['bytes=1-99', 'bytes=100-199', 'bytes=0-99', 'bytes=-5']) await get(url, { range })
    expect(await openings(id)).toBe(1)
    await get(await linkOf(a.senior, id), { range: 'bytes=5-' })
    expect(await openings(id)).toBe(2)
    await w.owner.query(
      `begin; set local session_replication_role = 'replica';
       update opening set created_at = created_at - interval '11 minutes' where node_id = '${id}'; commit`,
    )
    await get(url, { range: 'bytes=1-99' })
    expect(await openings(id)).toBe(3)
  })
})

describe('a file that is not in the storage as it was brought', () => {
  const withheld = async (id: string, headers: Record<string, string> = {}) => {
    const before = await openings(id)
    const got = await get(await linkOf(a.manager, id), headers)
    expect(got.status).toBe(500)
    const { errors } = JSON.parse(got.body.toString())
    expect(errors[0].extensions).toEqual({ code: 'DIGEST_MISMATCH', nodeType: 'Evidence', nodeId: id })
    for (const name of ['etag', 'repr-digest', 'content-disposition', 'content-range']) {
      expect(got.headers[name]).toBeUndefined()
    }
    expect(got.headers['content-type']).toContain('application/json')
    expect(saidOf(got).map(({ msg }) => msg)).toEqual(['a file is not in the storage as it was brought'])
    expect(await openings(id)).toBe(before)
  }
  /** What begins to come and breaks off. */
  const brokenOff = async (id: string, headers: Record<string, string> = {}) => {
    const got = await get(await linkOf(a.manager, id), headers)
    expect(got.isWhole).toBe(false)
    await until('the log says so', () => saidOf(got).length > 0)
    expect(saidOf(got).map(({ msg }) => msg)).toEqual(['a file could not be given out to its end'])
    return got
  }

  it('because it is gone, is an error, with nothing shown and no opening noted', async () => {
    const { id } = await bring(randomBytes(100))
    await rm(await placeOf(id))
    await withheld(id)
    await withheld(id, { range: 'bytes=1-5' })
  })

  it('because a byte at its beginning is another, is an error', async () => {
    for (const bytes of [100, 1_000_000]) {
      const { id } = await bring(randomBytes(bytes))
      await alterAt(await placeOf(id), 50)
      await withheld(id)
      await withheld(id, { range: 'bytes=1-5' })
    }
  })

  it('because a byte later on is another, breaks off before it, and what is asked for beside it comes', async () => {
    const bytes = randomBytes(1_000_000)
    const { id } = await bring(bytes)
    await alterAt(await placeOf(id), 900_000)
    const got = await brokenOff(id)
    expect(got.body.equals(bytes.subarray(0, got.body.length))).toBe(true)
    expect(got.body.length).toBeLessThan(900_000)
    await brokenOff(id, { range: 'bytes=10-' })
    const part = await get(await linkOf(a.manager, id), { range: 'bytes=0-99' })
    expect([part.status, part.body.equals(bytes.subarray(0, 100))]).toEqual([206, true])
  })

  it('because it was cut short, or made longer, never comes to its end', async () => {
    for (const change of [-1, -16, -70_000, 1]) {
      const bytes = randomBytes(400_000)
      const { id } = await bring(bytes)
      const place = await placeOf(id)
      const stored = await readFile(place)
      if (change < 0) await truncate(place, stored.length + change)
      else await writeFile(place, Buffer.concat([stored, Buffer.alloc(change)]))
      const got = await brokenOff(id)
      expect(got.body.equals(bytes.subarray(0, got.body.length))).toBe(true)
      expect(got.body.length).toBeLessThan(bytes.length)
    }
  })

  it('because it is another one of the firm, is an error', async () => {
    const [one, other] = [await bring(randomBytes(500)), await bring(randomBytes(500))]
    const [here, there] = [await placeOf(one.id), await placeOf(other.id)]
    await copyFile(here, `${here}.kept`)
    await copyFile(there, here)
    await copyFile(`${here}.kept`, there)
    await rm(`${here}.kept`)
    await withheld(one.id)
    await withheld(other.id)
  })

  it('because its row now names another one, whose key opens, is an error, for a range of it, too', async () => {
    for (const bytes of [500, 400_000]) {
      const [one, other] = [await bring(randomBytes(bytes)), await bring(randomBytes(bytes))]
      await w.owner.query(
        `begin; set local session_replication_role = 'replica';
         update evidence set stored_file_id = (select stored_file_id from evidence where id = '${other.id}') where id = '${one.id}'; commit`,
      )
      await withheld(one.id)
      expect((await get(await linkOf(a.manager, one.id), { range: 'bytes=0-' })).status).toBe(500)
      expect((await get(await linkOf(a.manager, other.id))).isWhole).toBe(true)
    }
  })

  it('because its key was altered in the database, is an error', async () => {
    const { id } = await bring(randomBytes(500))
    await w.owner.query(
      `update stored_file set wrapped_key = set_byte(wrapped_key, 20, 255 - get_byte(wrapped_key, 20))
       where id = (select stored_file_id from evidence where id = $1)`,
      [id],
    )
    await withheld(id)
  })

  async function alterAt(place: string, at: number): Promise<void> {
    const stored = await readFile(place)
    stored[at] = (stored[at] as number) ^ 1
    await writeFile(place, stored)
  }
})

describe('a link', () => {
  const nowhere = {
    status: 404,
    body: '{"errors":[{"message":"There is no such file.","extensions":{"code":"BAD_USER_INPUT"}}]}',
  }
  /** An answer but for the time and the request’s id. */
  const shown = ({ status, headers, body }: Received) => {
    const { date: _, 'x-request-id': __, ...said } = headers
    return { status, said, body: body.toString() }
  }

  it('of who left the team, was disabled or signed out, or of what is not to be read, is one that was made up, byte for byte', async () => {
    const { id } = await bring('for the team', 'team.txt')
    const gone = await a.person('Gerd Gone', 'STAFF')
    await a.partner.does('addTeamMember', { engagementId, memberId: gone.memberId, role: 'STAFF' })
    await confirms(gone)
    const url = await linkOf(gone, id)
    const made = await get(`${address}/files/${'A'.repeat(183)}`)
    expect([made.status, made.body.toString()]).toEqual([nowhere.status, nowhere.body])
    const { sessionId, userId, memberId } = gone.claims
    const changes: [string, string][] = [
      [
        `update team_member set removed_at = now() where member_id = '${memberId}'`,
        `update team_member set removed_at = null where member_id = '${memberId}'`,
      ],
      [
        `update member set state = 'DISABLED' where id = '${memberId}'`,
        `update member set state = 'ACTIVE' where id = '${memberId}'`,
      ],
      [
        `insert into session (firm_id, id, family_id, user_id, member_id, token_hash, expires_at, revoked_at, created_at)
         values ('${a.id}', '${sessionId}', '${sessionId}', '${userId}', '${memberId}', '', now() + interval '1 day', now(), now())`,
        `delete from session where family_id = '${sessionId}'`,
      ],
      [
        `update evidence set state = 'PENDING' where id = '${id}'`,
        `update evidence set state = 'AVAILABLE' where id = '${id}'`,
      ],
      [
        `update evidence set state = 'INFECTED' where id = '${id}'`,
        `update evidence set state = 'AVAILABLE' where id = '${id}'`,
      ],
    ]
    for (const [change, back] of changes) {
      expect((await get(url)).status).toBe(200)
      const before = await openings(id)
      await w.owner.query(change)
      for (const headers of [{}, { range: 'bytes=0-1' }, { 'if-none-match': '*' }] as Record<string, string>[]) {
        expect(shown(await get(url, headers)), change).toEqual(shown(made))
      }
      expect((await sends('HEAD', url)).status).toBe(404)
      await w.owner.query(back)
      expect(await openings(id)).toBe(before)
    }
    expect((await get(url)).status).toBe(200)
  })

  it('that another member makes for themselves, or another installation made, opens nothing', async () => {
    const { id } = await bring('for the team', 'team.txt')
    const b = await w.firm('Birch')
    const outsider = await a.person('Otto Outsider', 'MANAGER')
    const { secretBox } = w.database
    for (const { claims } of [
      b.partner,
      outsider,
      a.admin,
      client.admin,
      { claims: { ...b.partner.claims, firmId: a.id } },
    ]) {
      expect((await get(`${address}/files/${makeLink(secretBox, claims, id, Date.now())}`)).status).toBe(404)
    }
    const other = new SecretBox('the secret of another installation')
    expect((await get(`${address}/files/${makeLink(other, a.manager.claims, id, Date.now())}`)).status).toBe(404)
    const own = makeLink(secretBox, a.manager.claims, id, Date.now())
    expect((await get(`${address}/files/${own}`)).status).toBe(200)
    for (const at of [0, 20, 70, 97, 110, 150, 182]) {
      const altered = own.slice(0, at) + (own[at] === 'A' ? 'B' : 'A') + own.slice(at + 1)
      expect((await get(`${address}/files/${altered}`)).status, `altered at ${at}`).toBe(404)
    }
    expect(await openings(id)).toBe(1)
  })

  it('that has expired says so, and holds for five minutes at least', async () => {
    const { id } = await bring('for the team', 'team.txt')
    const madeAt = (minutesAgo: number) =>
      get(`${address}/files/${makeLink(w.database.secretBox, a.manager.claims, id, Date.now() - minutesAgo * 60_000)}`)
    const late = await madeAt(11)
    expect([late.status, JSON.parse(late.body.toString()).errors[0].message]).toEqual([
      410,
      'The link has expired: ask for another one.',
    ])
    expect((await madeAt(4.9)).status).toBe(200)
    expect(await openings(id)).toBe(1)
  })
})

describe('who takes a file slowly, or not', () => {
  const bytes = randomBytes(24 * 1024 * 1024)
  /** The files of the storage that are open. */
  const held = () => opened.filter((stream) => !stream.closed).length

  /** What this process holds in buffers, without what is thrown away already. */
  function heldBytes(): number {
    setFlagsFromString('--expose-gc')
    runInNewContext('gc')()
    return process.memoryUsage().arrayBuffers
  }

  it('has little of it held in memory, and gets all of it', async () => {
    const { id } = await bring(bytes)
    const url = await linkOf(a.manager, id)
    const before = heldBytes()
    const slow = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const [response] = (await once(request(url, { agent: false }).end(), 'response')) as [IncomingMessage]
        return response
      }),
    )
    await pause(300)
    expect(held()).toBe(10)
    // Ten times 24 MiB are asked for. What is thrown away goes a moment later.
    await until('a few pieces of each are held', () => heldBytes() - before < 10 * 1024 * 1024)
    const [first, ...others] = slow as [IncomingMessage, ...IncomingMessage[]]
    for (const one of others) one.destroy()
    const hash = createHash('sha256')
    let pieces = 0
    for await (const piece of first) {
      hash.update(piece as Buffer)
      pieces += 1
      if (pieces % 20 === 0) await pause(20)
    }
    expect(hash.digest('hex')).toBe(sha256Of(bytes))
  }, 60_000)

  it('and goes away, leaves no file open; who stops taking is disconnected', async () => {
    const { id } = await bring(bytes)
    expect(held()).toBe(0)
    for (let time = 0; time < 10; time += 1) {
      const headers: Record<string, string> = time % 2 ? { range: 'bytes=5-' } : {}
      const [response] = await once(request(await linkOf(a.manager, id), { headers, agent: false }).end(), 'response')
      await once(response, 'data')
      response.destroy()
    }
    await until('no file is open', () => held() === 0)
    const url = new URL(await linkOf(a.manager, id))
    const socket = connect(Number(url.port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.pause()
    socket.write(`GET ${url.pathname} HTTP/1.1\r\nhost: x\r\n\r\n`)
    await until('it is being sent', () => held() === 1)
    const begun = performance.now()
    await until('it is given up', () => held() === 0, 10_000)
    expect(performance.now() - begun).toBeGreaterThan(500)
    socket.destroy()
  }, 30_000)

  it('of a file that may not be noted, nothing stays open', async () => {
    const { id } = await bring(randomBytes(300_000))
    const url = await linkOf(a.manager, id)
    await w.owner.query('alter table opening add constraint no_more check (false) not valid')
    const got = await get(url)
    await w.owner.query('alter table opening drop constraint no_more')
    expect([got.status, got.headers.etag]).toEqual([500, undefined])
    await until('no file is open', () => held() === 0)
    expect(await openings(id)).toBe(0)
    expect((await get(url)).status).toBe(200)
  })
})

describe('the log', () => {
  it('at its most talkative has the route of every download, and no link or name of a file', () => {
    const text = lines.join('')
    expect(text).toContain('"path":"/files/*","status":206')
    expect(links.length).toBeGreaterThan(50)
    expect(links.filter((link) => text.includes(link.slice(0, 60)))).toEqual([])
    for (const name of ['changes.bin', 'note.txt', 'team.txt', 'page.html']) expect(text).not.toContain(name)
  })
})
